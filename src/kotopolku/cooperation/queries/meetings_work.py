"""What waits for somebody in meetings of bodies: for My work. Not for: what a meeting holds (``meetings.py``)."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation.meeting_calendar import name_of
from kotopolku.cooperation.queries import meetings
from kotopolku.placement.queries.my_work import Todo

MOST_LISTED = 50
AHEAD = timedelta(days=7)
"""How long before its day an invitation that must be sent is shown."""


def todo(viewer: Viewer, limit: int = MOST_LISTED) -> list[Todo]:
    """Invitations to answer; of the keeper calls that are due and proposals to settle; items to propose. Six statements."""
    if not viewer.may(Capability.SIGNED_IN):
        return []
    found = [
        Todo(
            _("Answer whether you come: %(name)s") % {"name": name_of(one)},
            _("You have been called to a meeting"),
            meetings.day_of(one),
            reverse("cooperation:meeting-answer", args=[one.pk]),
        )
        for one in meetings.to_answer(viewer)[:limit]
    ]
    if viewer.may(Capability.BODY_KEEP):
        found += _of_keeper(viewer, limit)
    found += [
        Todo(
            _("Items can be proposed: %(name)s") % {"name": name_of(one)},
            _("You sit in the body"),
            one.items_until,
            reverse("cooperation:meeting-propose", args=[one.pk]),
        )
        for one in access.proposable(viewer)[:limit]
        if one.items_until is not None and one.items_until <= viewer.day + AHEAD
    ]
    return found[:limit]


def _of_keeper(viewer: Viewer, limit: int) -> list[Todo]:
    try:
        length = law.rule("O-MT", viewer.day).length
    except law.RuleNotInForce:
        return []
    until = viewer.day + timedelta(days=length) + AHEAD
    found = [
        Todo(
            _("Send the call: %(name)s") % {"name": name_of(one)},
            _("By our own target %(days)s days before the meeting") % {"days": length},
            meetings.call_by(one),
            reverse("cooperation:meeting-call", args=[one.pk]),
        )
        for one in meetings.to_call(viewer, until)[:limit]
    ]
    return found + [
        Todo(
            _("Settle what members have proposed: %(name)s") % {"name": name_of(one)},
            _("Take the item on the agenda or refuse it"),
            one.items_until,
            reverse("cooperation:meeting", args=[one.pk]),
        )
        for one in meetings.with_proposals(viewer)[:limit]
    ]
