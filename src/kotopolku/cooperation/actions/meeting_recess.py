"""Acts on a recess of a meeting: taken by who runs it, and gone on with, when who has left and who has come is noted.

The speaking list and an open vote wait as they are. Not for: what a recess forbids (``meeting_checks.check_no_recess``).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation.actions.meeting_day import NOT_OPEN, mark_came, mark_left
from kotopolku.cooperation.actions.meeting_told import MEETING
from kotopolku.cooperation.models import CallAnswer, Meeting, MeetingCall, MeetingState, Recess, Speech
from kotopolku.journal.actions import record

LEFT_ALREADY = _(
    "Somebody has gone on with the meeting already. Mark on the page of presence who has left and who has come."
)


@transaction.atomic
def begin(
    meeting_id: int, *, actor: Viewer, until: datetime | None = None, at: datetime | None = None
) -> Recess:
    """Interrupts a meeting that is under way; whoever has the floor ends. Safe to repeat. Raises ``NotVisible``, ``Refusals``."""
    found = access.led_meeting(actor, meeting_id, lock=True)
    current = access.recess_of(found)
    if current is not None:
        return current
    now = at or clock.now()
    refused = []
    if found.state != MeetingState.OPEN:
        refused.append(Refusal("", "state", NOT_OPEN))
    if until is not None and until <= now:
        words = _("The time has passed already. Choose a later one.")
        refused.append(Refusal("until", "past", words))
    refuse(refused)
    with rowsecurity.as_system():
        made = Recess.objects.create(meeting=found, began_at=now, until=until)
        speaking = Speech.objects.filter(item__meeting=found, began_at__isnull=False, ended_at=None)
        speaking.update(ended_at=now)
    record("cooperation.meeting.recess-begun", actor=actor, object=(MEETING, found.pk))
    return made


@transaction.atomic
def go_on(
    recess_id: int,
    came: Collection[int],
    left: Collection[int],
    *,
    actor: Viewer,
    at: datetime | None = None,
) -> Meeting:
    """Ends a recess. ``came``, ``left``: calls of those who are there now and were not, and the other way round.

    Who has left did so when the recess began. Safe to repeat; when somebody else has gone on and marks would be lost,
    it is said. Raises ``NotVisible``, ``Refusals``.
    """
    shown = access.led_recess(actor, recess_id)
    meeting = access.led_meeting(actor, shown.meeting_id, lock=True)
    with rowsecurity.as_system():
        found = Recess.objects.get(pk=shown.pk)
    if found.ended_at is not None:
        refuse([Refusal("", "gone-on", LEFT_ALREADY)] if came or left else [])
        return meeting
    now = at or clock.now()
    with rowsecurity.as_system():
        calls = {
            one.pk: one
            for one in MeetingCall.objects.filter(meeting=meeting, pk__in={*came, *left}).prefetch_related(
                "presence"
            )
        }
    for pk in left:
        if pk in calls and (since := _since(calls[pk])) is not None:
            mark_left(meeting, calls[pk], actor, max(since, found.began_at))
    for pk in came:
        if pk in calls and _since(calls[pk]) is None:
            remote = calls[pk].answer == CallAnswer.REMOTE
            mark_came(meeting, pk, actor, remote=remote, at=now)
    found.ended_at = now
    with rowsecurity.as_system():
        found.save(update_fields=["ended_at"])
    record("cooperation.meeting.gone-on", actor=actor, object=(MEETING, meeting.pk))
    return meeting


def _since(call: MeetingCall) -> datetime | None:
    """Since when somebody is marked present; None for who is not."""
    return next((one.came_at for one in call.presence.all() if one.left_at is None), None)
