"""Acts on the day of a meeting: opened, who came and left, items taken up one at a time and closed, the meeting closed.

By who runs the meeting: the keeper, the body's secretary, the chair. Presence by item and the quorum follow from the times
(``meeting_rules.py``). Not for: speeches, votes, decisions, minutes.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.actions.meeting_checks import ITEM, check_no_recess
from kotopolku.cooperation.actions.meeting_told import MEETING, refresh_readers
from kotopolku.cooperation.actions.meetings import carry_over
from kotopolku.cooperation.models import (
    AgendaItem,
    BodySeat,
    ItemKind,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingState,
    Presence,
    VoteState,
)
from kotopolku.cooperation.queries.meetings import day_of
from kotopolku.journal.actions import record

NOT_OPEN = _("The meeting is not under way.")
ON_THE_DAY = (MeetingState.CALLED, MeetingState.OPEN)


@transaction.atomic
def open_meeting(meeting_id: int, *, actor: Viewer, at: datetime | None = None) -> Meeting:
    """Opens the meeting and fixes how many must be present. Safe to repeat. Raises ``NotVisible``, ``Refusals``."""
    found = access.led_meeting(actor, meeting_id, lock=True)
    if found.state == MeetingState.OPEN:
        return found
    refused = []
    if found.state != MeetingState.CALLED:
        words = _("Only a meeting to which people have been called can be opened.")
        refused.append(Refusal("", "state", words))
    elif day_of(found) > clock.today():
        words = _("The meeting is on %(day)s; it cannot be opened before that day.")
        refused.append(Refusal("", "early", words, {"day": day_of(found)}))
    refuse(refused)
    with rowsecurity.as_system():
        seats = BodySeat.objects.filter(term_id=found.term_id, role__in=rules.VOTING).count()
        found.quorum = rules.quorum_needed(found.body.quorum, seats)
        found.state, found.opened_at = MeetingState.OPEN, at or clock.now()
        found.version += 1
        found.save()
    record("cooperation.meeting.opened", actor=actor, object=(MEETING, found.pk))
    return found


@transaction.atomic
def close_meeting(meeting_id: int, *, actor: Viewer, at: datetime | None = None) -> Meeting:
    """Closes the meeting: everybody leaves, what was not taken up is left on the table for the next one. Safe to repeat."""
    found = access.led_meeting(actor, meeting_id, lock=True)
    if found.state == MeetingState.CLOSED:
        return found
    refused = check_no_recess(found)
    if found.state != MeetingState.OPEN:
        refused.append(Refusal("", "state", NOT_OPEN))
    with rowsecurity.as_system():
        if found.items.filter(state=ItemState.OPEN).exists():
            words = _("An item is being dealt with. Close it first.")
            refused.append(Refusal("", "item-open", words))
        refuse(refused)
        now = at or clock.now()
        Presence.objects.filter(call__meeting=found, left_at=None, came_at__gt=now).delete()
        Presence.objects.filter(call__meeting=found, left_at=None).update(left_at=now)
        # A guest's address was for the call.
        found.calls.exclude(email="").update(email="")
        waiting = found.items.filter(state=ItemState.AGENDA)
        waiting.filter(kind=ItemKind.FORMAL).update(state=ItemState.DONE)
        left = waiting.exclude(kind=ItemKind.FORMAL).update(state=ItemState.TABLED)
        found.state, found.closed_at = MeetingState.CLOSED, now
        found.version += 1
        found.save()
        refresh_readers(found)
        carry_over(found.body)
    record(
        "cooperation.meeting.closed",
        actor=actor,
        object=(MEETING, found.pk),
        details={"left-on-table": left},
    )
    return found


# Presence -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def came(call_id: int, *, actor: Viewer, remote: bool = False, at: datetime | None = None) -> MeetingCall:
    """Marks somebody present from a moment on. Also a member who had declined, when the deputy is not there."""
    found = access.led_call(actor, call_id)
    meeting = access.led_meeting(actor, found.meeting_id, lock=True)
    return mark_came(meeting, call_id, actor, remote=remote, at=at)


@transaction.atomic
def come_in(meeting_id: int, *, actor: Viewer, remote: bool = False) -> MeetingCall:
    """Somebody called marks oneself present at a meeting that is under way: on one's own telephone, or by remote link."""
    mine = access.own_call(actor, meeting_id)
    meeting = access.locked(access.meeting(actor, meeting_id))
    if meeting.state != MeetingState.OPEN:
        refuse([Refusal("", "state", NOT_OPEN)])
    return mark_came(meeting, mine.pk, actor, remote=remote)


def mark_came(
    meeting: Meeting, call_id: int, actor: Viewer, *, remote: bool = False, at: datetime | None = None
) -> MeetingCall:
    """Part of other acts, in their transaction; the meeting is locked. Raises ``Refusals``."""
    with rowsecurity.as_system():
        call = MeetingCall.objects.select_related("seat").get(pk=call_id)
        moment = at or clock.now()
        refused = _check_day(meeting, moment)
        if call.ended_at is not None:
            words = _("This person is not called to the meeting any more.")
            refused.append(Refusal("", "ended", words))
        refused += rules.check_came(_spells(call), moment, clock.now()) + _check_seat(call)
        refuse(refused)
        Presence.objects.create(call=call, came_at=moment, remote=remote)
    record(
        "cooperation.meeting.came",
        actor=actor,
        object=(MEETING, meeting.pk),
        details={"call": call.pk, "remote": remote},
    )
    return call


@transaction.atomic
def left(call_id: int, *, actor: Viewer, at: datetime | None = None) -> MeetingCall:
    """Marks that somebody left. Who comes back is marked present again."""
    found = access.led_call(actor, call_id)
    meeting = access.led_meeting(actor, found.meeting_id, lock=True)
    return mark_left(meeting, found, actor, at or clock.now())


def mark_left(meeting: Meeting, found: MeetingCall, actor: Viewer, moment: datetime) -> MeetingCall:
    """Part of other acts, in their transaction; the meeting is locked. Raises ``Refusals``."""
    with rowsecurity.as_system():
        refused = _check_day(meeting, moment)
        refused += rules.check_left(_spells(found), moment, clock.now())
        refuse(refused)
        Presence.objects.filter(call=found, left_at=None).update(left_at=moment)
    record("cooperation.meeting.left", actor=actor, object=(MEETING, meeting.pk), details={"call": found.pk})
    return found


@transaction.atomic
def undo_presence(call_id: int, *, actor: Viewer) -> MeetingCall:
    """Takes back the last mark of somebody's presence: pressed by mistake."""
    found = access.led_call(actor, call_id)
    meeting = access.led_meeting(actor, found.meeting_id, lock=True)
    with rowsecurity.as_system():
        last = Presence.objects.filter(call=found).order_by("-came_at", "-pk").first()
        refused = []
        if meeting.state not in ON_THE_DAY:
            refused.append(Refusal("", "state", NOT_OPEN))
        if last is None:
            refused.append(Refusal("", "nothing", _("There is no mark to take back.")))
        elif last.left_at is not None:
            refused += _check_seat(found)
        refuse(refused)
        assert last is not None  # noqa: S101 - refused above
        if last.left_at is None:
            last.delete()
        else:
            last.left_at = None
            last.save(update_fields=["left_at"])
    record(
        "cooperation.meeting.presence-undone",
        actor=actor,
        object=(MEETING, meeting.pk),
        details={"call": found.pk},
    )
    return found


# Items ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_item(item_id: int, *, actor: Viewer, at: datetime | None = None) -> AgendaItem:
    """Takes an item up; one at a time. One that was closed can be taken up again while the meeting is under way."""
    shown = access.led_item(actor, item_id)
    meeting = access.led_meeting(actor, shown.meeting_id, lock=True)
    found = access.led_item(actor, item_id, lock=True)
    if found.state == ItemState.OPEN:
        return found
    refused = check_no_recess(meeting)
    if meeting.state != MeetingState.OPEN:
        refused.append(Refusal("", "state", NOT_OPEN))
    if found.state in access.UNDECIDED:
        refused.append(Refusal("", "undecided", _("The item is not on the agenda.")))
    with rowsecurity.as_system():
        if meeting.items.filter(state=ItemState.OPEN).exists():
            words = _("An item is being dealt with. Close it first.")
            refused.append(Refusal("", "item-open", words))
        refuse(refused)
        found.state, found.closed_at = ItemState.OPEN, None
        found.opened_at = found.opened_at or at or clock.now()
        found.version += 1
        found.save()
    record("cooperation.agenda.opened", actor=actor, object=(ITEM, found.pk))
    return found


@transaction.atomic
def close_item(
    item_id: int, *, actor: Viewer, at: datetime | None = None, on_the_table: bool = False
) -> AgendaItem:
    """Ends the dealing with an item, or leaves it on the table: it continues in the next meeting. Safe to repeat.

    An item that has not been taken up can only be left on the table.
    """
    shown = access.led_item(actor, item_id)
    meeting = access.led_meeting(actor, shown.meeting_id, lock=True)
    found = access.led_item(actor, item_id, lock=True)
    ends = ItemState.TABLED if on_the_table else ItemState.DONE
    if found.state == ends:
        return found
    refused = check_no_recess(meeting)
    if meeting.state != MeetingState.OPEN:
        refused.append(Refusal("", "state", NOT_OPEN))
    if found.state in access.UNDECIDED:
        refused.append(Refusal("", "undecided", _("The item is not on the agenda.")))
    elif found.state != ItemState.OPEN and not on_the_table:
        refused.append(Refusal("", "not-open", _("The item has not been taken up.")))
    with rowsecurity.as_system():
        if found.votes.filter(state=VoteState.OPEN).exists():
            words = _("A vote on this item is open. Close or annul it first.")
            refused.append(Refusal("", "voting", words))
        if on_the_table and found.decision.strip():
            words = _("The item has a decision. Take the decision away first.")
            refused.append(Refusal("", "decided", words))
        refuse(refused)
        found.state = ends
        if found.opened_at is not None:
            found.closed_at = at or clock.now()
        found.version += 1
        found.save()
        found.speeches.filter(began_at__isnull=False, ended_at=None).update(ended_at=clock.now())
    record(
        "cooperation.agenda.tabled" if on_the_table else "cooperation.agenda.closed",
        actor=actor,
        object=(ITEM, found.pk),
    )
    return found


# Parts ----------------------------------------------------------------------------------------------------------------


def _spells(call: MeetingCall) -> list[tuple[datetime, datetime | None]]:
    return list(call.presence.order_by("came_at").values_list("came_at", "left_at"))


def _check_seat(call: MeetingCall) -> list[Refusal]:
    """Nobody is there twice in one seat."""
    same = MeetingCall.objects.filter(meeting=call.meeting_id, seat_id=call.seat_id or 0).exclude(pk=call.pk)
    if not Presence.objects.filter(call__in=same, left_at=None).exists():
        return []
    words = _("Somebody else is at the meeting in this seat. Mark that one as left first.")
    return [Refusal("", "seat-taken", words)]


def _check_day(meeting: Meeting, moment: datetime) -> list[Refusal]:
    if meeting.state not in ON_THE_DAY:
        return [Refusal("", "state", NOT_OPEN)]
    day = moment.astimezone(clock.HELSINKI).date()
    if day < day_of(meeting):
        words = _("The meeting is on %(day)s; nobody is present before that day.")
        return [Refusal("", "early", words, {"day": day_of(meeting)})]
    return []
