"""What of positions waits for somebody: for My work. Not for: lists (``positions.py``)."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation.models import Position, PositionReceiver, PositionState
from kotopolku.placement.queries.my_work import Todo

MOST_LISTED = 50


def todo(viewer: Viewer, limit: int = MOST_LISTED) -> list[Todo]:
    """Positions to answer; phenomena to take up or give up; drafts whose time for comments has passed. Two statements."""
    found: list[Todo] = []
    if viewer.may(Capability.STATEMENT_GIVE):
        found += [
            Todo(
                _("Answer the position: %(title)s") % {"title": one.position.title},
                _wanted(viewer, one),
                one.answer_by,
                reverse("cooperation:position-answer", args=[one.position_id, one.pk]),
            )
            for one in access.waiting(viewer)[:limit]
        ]
    if viewer.may(Capability.BODY_KEEP):
        over = Q(state=PositionState.COMMENTS, comments_until__lt=viewer.day)
        rows = access.own_positions(viewer).filter(Q(state=PositionState.NOTICED) | over)
        found += [_kept(one) for one in rows.order_by("made_at", "pk")[:limit]]
    return found[:limit]


def _wanted(viewer: Viewer, one: PositionReceiver) -> str:
    name = (one.position.body or one.position.organisation).name
    if one.organisation is None or one.organisation_id == viewer.organisation_id:
        return _("%(name)s wants an answer from your organisation") % {"name": name}
    words = _("%(name)s wanted an answer from %(before)s, which your organisation follows")
    return words % {"name": name, "before": one.organisation.name}


def _kept(one: Position) -> Todo:
    address = reverse("cooperation:position", args=[one.pk])
    if one.state == PositionState.NOTICED:
        return Todo(
            _("A phenomenon was noticed: %(title)s") % {"title": one.title},
            _("Take it up or give it up with a reason"),
            None,
            address,
        )
    return Todo(
        _("Finish the position: %(title)s") % {"title": one.title},
        _("The time for comments has passed"),
        one.comments_until,
        address,
    )
