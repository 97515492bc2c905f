"""What waits for the keeper of bodies of cooperation: for My work."""

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation.queries.bodies import Watched, watched
from kotopolku.placement.queries.my_work import Todo

MOST_LISTED = 50


def todo(viewer: Viewer) -> list[Todo]:
    """Terms that end without a next one, and vacant seats, of the own bodies. Three statements."""
    if not viewer.may(Capability.BODY_KEEP):
        return []
    return [_as_todo(one) for one in watched(viewer)[:MOST_LISTED]]


def _as_todo(one: Watched) -> Todo:
    if one.line is None:
        return Todo(
            _("Appoint the body for a new term: %(name)s") % {"name": one.body.name},
            _("Its term ends, or has ended"),
            one.due,
            reverse("cooperation:body", args=[one.body.pk]),
        )
    return Todo(
        _("Name somebody to the vacant seat: %(role)s") % {"role": one.line.seat.get_role_display()},
        one.body.name,
        one.due,
        reverse("cooperation:seat", args=[one.line.seat.pk]),
    )
