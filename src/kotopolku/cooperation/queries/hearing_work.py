"""What waits for somebody in hearings: for My work. Not for: what a hearing holds (``hearings.py``)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation.queries import hearings
from kotopolku.placement.queries.my_work import Todo

MOST_LISTED = 50


def todo(viewer: Viewer) -> list[Todo]:
    """Statements to give; own hearings to close, to summarise and to take over. Five statements at most."""
    found: list[Todo] = []
    if viewer.may(Capability.STATEMENT_GIVE):
        found += [
            Todo(
                _("Give a statement: %(title)s") % {"title": one.title},
                _("%(organisation)s asks your organisation") % {"organisation": one.organisation.name},
                one.answer_by,
                reverse("cooperation:hearing", args=[one.pk]),
            )
            for one in hearings.asked(viewer, waiting=True)[:MOST_LISTED]
        ]
    if viewer.may(Capability.HEARING_KEEP):
        found += [
            Todo(
                _("Close the hearing: %(title)s") % {"title": one.title},
                _("The day for statements has passed")
                if one.answer_by < viewer.day
                else _("Everybody has answered"),
                one.answer_by,
                reverse("cooperation:hearing", args=[one.pk]),
            )
            for one in hearings.to_close(viewer)[:MOST_LISTED]
        ]
        found += [
            Todo(
                _("Summarise the hearing: %(title)s") % {"title": one.title},
                _("Write how the answers were taken into account"),
                None,
                reverse("cooperation:hearing-answers", args=[one.pk]),
            )
            for one in hearings.to_summarise(viewer)[:MOST_LISTED]
        ]
        found += _left(viewer)
    return found


def _left(viewer: Viewer) -> list[Todo]:
    left = access.left_behind(viewer)
    if not left:
        return []
    names = ", ".join(sorted({one.organisation.name for one in left}))
    return [
        Todo(
            _("Take over hearings"),
            _("Your organisation follows %(names)s") % {"names": names},
            None,
            reverse("cooperation:hearings-left"),
        )
    ]
