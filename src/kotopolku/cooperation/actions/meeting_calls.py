"""Acts on who is called to a meeting: the call sent, guests, answers; the deputy is called when a member declines.

The call follows the seat of the day. Not for: how people are told (``meeting_told.py``), presence (``meeting_day.py``).
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.actions.meeting_told import (
    MEETING,
    end,
    refresh_readers,
    tell_called,
    tell_desk,
)
from kotopolku.cooperation.actions.seats import user_of
from kotopolku.cooperation.meeting_rules import GuestContent, Holds, Kept
from kotopolku.cooperation.models import (
    CallAnswer,
    CallAs,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingState,
    Presence,
    SeatHolder,
)
from kotopolku.cooperation.queries.body_seats import Line, composition
from kotopolku.cooperation.queries.meetings import day_of
from kotopolku.journal.actions import record

CALL = "cooperation.meeting-call"
CALLED = "cooperation.meeting-called"
DEPUTY_CALLED = "cooperation.meeting-deputy-called"
NO_DEPUTY = "cooperation.meeting-no-deputy"
NOT_OPEN = _("Answers are taken until the meeting begins, of a meeting to which people have been called.")
DEPUTY_THERE = _("The deputy is at the meeting in this place already.")


@transaction.atomic
def send(meeting_id: int, *, actor: Viewer) -> Meeting:
    """Calls members of the day (the deputy of a seat without a member), secretary and experts; papers go with the call.

    Safe to repeat. Raises ``Refusals``.
    """
    found = access.own_meeting(actor, meeting_id, lock=True)
    if found.state == MeetingState.CALLED:
        return found
    refused = []
    if found.state != MeetingState.DRAFT:
        refused.append(Refusal("", "state", _("The meeting has been held or cancelled.")))
    if found.starts_at <= clock.now():
        refused.append(Refusal("", "past", _("The time of the meeting has passed already. Change it first.")))
    if found.items.filter(state=ItemState.PROPOSED).exists():
        words = _("A member has proposed an item. Take it or refuse it first.")
        refused.append(Refusal("", "proposed", words))
    seats = holds(actor, found)
    if not any(one.called is not None for one in seats):
        words = _("Nobody sits in the body on that day. Name its members first.")
        refused.append(Refusal("", "nobody", words))
    refuse(refused)
    for one in seats:
        if one.called is not None:
            _call(found, one)
    now = clock.now()
    access.unsent_papers(found).update(sent_at=now)
    found.state, found.called_at = MeetingState.CALLED, now
    found.version += 1
    found.save()
    refresh_readers(found)
    tell_called(CALLED, found, actor)
    record(
        "cooperation.meeting.called",
        actor=actor,
        object=(MEETING, found.pk),
        details={"people": found.calls.filter(ended_at=None).count()},
    )
    return found


@transaction.atomic
def invite(
    meeting_id: int, content: GuestContent, *, actor: Viewer, token: UUID | None = None
) -> MeetingCall:
    """Calls somebody who has no seat: an expert or a guest, who reads the meeting but does not vote.

    Who is a user here is told here; who is not gets a letter at the address, if one is given.
    """
    found = access.own_meeting(actor, meeting_id, lock=True)
    if (before := done_before(token, CALL)) is not None:
        return access.call(actor, before)
    refused = []
    if found.state not in (MeetingState.CALLED, MeetingState.OPEN):
        refused.append(Refusal("", "state", _("Send the call first; then guests can be called too.")))
    if not content.name.strip():
        refused.append(Refusal("name", "required", _("Write the person's name.")))
    if content.part not in (CallAs.GUEST, CallAs.EXPERT):
        refused.append(Refusal("part", "required", _("Choose whether an expert or a guest is called.")))
    email = content.email.strip()
    user_id = user_of(email, clock.today(), None)
    if email and _called(found, email, user_id):
        refused.append(Refusal("email", "called", _("This person has been called already.")))
    refuse(refused)
    made = MeetingCall.objects.create(
        meeting=found,
        part=content.part,
        name=content.name.strip(),
        user_id=user_id,
        email="" if user_id else email,
    )
    refresh_readers(found)
    tell_called(CALLED, found, actor, [made])
    record("cooperation.meeting.guest-called", actor=actor, object=(CALL, made.pk), token=token)
    return made


def _called(meeting: Meeting, email: str, user_id: int | None) -> bool:
    """Whether the address, or who signs in with it, is called to the meeting already."""
    same = Q(email__iexact=email) | Q(user=None, holder__private__email__iexact=email)
    if user_id is not None:
        same |= Q(user_id=user_id)
    return MeetingCall.objects.filter(same, meeting=meeting, ended_at=None).exists()


@transaction.atomic
def end_call(call_id: int, *, actor: Viewer) -> MeetingCall:
    """Takes back the call of a guest or an expert without a seat; the person reads the meeting no more. Safe to repeat."""
    found = access.call(actor, call_id, lock=True)
    if found.ended_at is not None:
        return found
    refused = []
    if found.seat_id is not None:
        words = _("Who has a seat is called as long as the seat lasts.")
        refused.append(Refusal("", "seat", words))
    if found.presence.exists():
        words = _("This person has been at the meeting; it stays in the minutes.")
        refused.append(Refusal("", "present", words))
    refuse(refused)
    end([found], found.meeting, actor)
    refresh_readers(found.meeting)
    record("cooperation.meeting.call-ended", actor=actor, object=(MEETING, found.meeting_id))
    return found


# Answers --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(meeting_id: int, said: str, reason: str = "", *, actor: Viewer) -> MeetingCall:
    """The actor's own answer; it can be changed until the meeting begins. Raises ``NotVisible``, ``Refusals``."""
    require(actor, Capability.SIGNED_IN)
    mine = access.own_call(actor, meeting_id)
    meeting = access.locked(access.meeting(actor, meeting_id))
    return _answer(meeting, mine.pk, said, reason, actor, (MeetingState.CALLED,))


@transaction.atomic
def answer_for(call_id: int, said: str, reason: str = "", *, actor: Viewer) -> MeetingCall:
    """What somebody has answered by telephone, or that a member has not come: by who runs the meeting."""
    found = access.led_call(actor, call_id)
    meeting = access.led_meeting(actor, found.meeting_id, lock=True)
    if not reason.strip() and not access.keeps(actor, meeting):
        # Who does not see the reason does not take it away.
        reason = found.reason
    return _answer(meeting, call_id, said, reason, actor, (MeetingState.CALLED, MeetingState.OPEN))


def _answer(
    meeting: Meeting, call_id: int, said: str, reason: str, actor: Viewer, states: Iterable[str]
) -> MeetingCall:
    with rowsecurity.as_system():
        call = MeetingCall.objects.select_for_update(of=("self",)).select_related("seat").get(pk=call_id)
        call.meeting = meeting
        deputy = MeetingCall.objects.filter(instead_of=call, ended_at=None).first()
        refused = []
        if meeting.state not in states or call.ended_at is not None:
            refused.append(Refusal("", "state", NOT_OPEN))
        if said not in (CallAnswer.YES, CallAnswer.REMOTE, CallAnswer.NO):
            refused.append(Refusal("answer", "required", _("Choose whether you come.")))
        if said == CallAnswer.REMOTE and not meeting.link:
            refused.append(Refusal("answer", "no-link", _("The meeting has no remote link.")))
        if said != CallAnswer.NO and deputy is not None and deputy.presence.exists():
            refused.append(Refusal("", "deputy-there", DEPUTY_THERE))
        if said == CallAnswer.NO and call.presence.filter(left_at=None).exists():
            refused.append(Refusal("", "there", _("This person is marked present already.")))
        refuse(refused)
        if said != CallAnswer.NO and deputy is not None:
            end([deputy], meeting, actor)
        call.answer, call.answered_at = said, clock.now()
        call.reason = reason.strip()[:300] if said == CallAnswer.NO else ""
        call.save(update_fields=["answer", "reason", "answered_at"])
        if said == CallAnswer.NO:
            _call_deputy(call, meeting, actor)
    refresh_readers(meeting)
    record(
        "cooperation.meeting.answered",
        actor=actor,
        object=(MEETING, meeting.pk),
        details={"answer": said, "own": call.user_id == actor.user_id},
    )
    return call


def _call_deputy(call: MeetingCall, meeting: Meeting, actor: Viewer) -> MeetingCall | None:
    """Calls the personal deputy of a member who does not come; when there is none, the secretary is told."""
    if call.seat is None or call.seat.role not in rules.VOTING:
        return None
    seat = next((one for one in holds(actor, meeting) if one.seat_id == call.seat_id), None)
    if call.part != CallAs.MEMBER or seat is None or seat.deputy is None:
        tell_desk(NO_DEPUTY, meeting, actor)
        return None
    holder = SeatHolder.objects.get(pk=seat.deputy)
    # One call a member has for the deputy: called again it begins anew.
    made = MeetingCall.objects.filter(instead_of=call).first() or MeetingCall(
        meeting=meeting, seat=call.seat, instead_of=call
    )
    if made.ended_at is None and made.pk is not None:
        return made
    made.part, made.holder, made.name, made.user_id = CallAs.DEPUTY, holder, holder.name, holder.user_id
    made.answer, made.reason = CallAnswer.NONE, ""
    made.answered_at = made.ended_at = None
    made.told_sequence = None
    made.save()
    tell_called(DEPUTY_CALLED, meeting, actor, [made])
    return made


def ask_anew(meeting: Meeting, actor: Viewer) -> None:
    """Another time: earlier answers say nothing of it, deputies called because of them wait, seats are those of the new day.

    Part of other acts, in their transaction.
    """
    live = MeetingCall.objects.filter(meeting=meeting, ended_at=None)
    end(live.filter(instead_of__isnull=False), meeting, actor)
    MeetingCall.objects.filter(meeting=meeting, ended_at=None).update(
        answer=CallAnswer.NONE, reason="", answered_at=None
    )
    _follow(meeting, actor)
    refresh_readers(meeting)


# The call follows the seat --------------------------------------------------------------------------------------------


@transaction.atomic
def follow(meeting_id: int, *, actor: Viewer) -> int:
    """Ends the calls of those who have left their seat before the day and calls those who have come; all are told.

    Returns how many calls changed. For the job, and for who keeps the meeting.
    """
    require(actor, Capability.BODY_KEEP)
    found = access.own_meeting(actor, meeting_id, lock=True)
    if found.state != MeetingState.CALLED:
        return 0
    changed = _follow(found, actor)
    if changed:
        refresh_readers(found)
        tell_desk("cooperation.meeting-seats-changed", found, actor)
        record(
            "cooperation.meeting.followed",
            actor=actor,
            object=(MEETING, found.pk),
            details={"calls": changed},
        )
    return changed


def behind(*, actor: Viewer) -> list[int]:
    """Coming meetings whose calls are not those of the seats of the day; for the job. Writes nothing."""
    require(actor, Capability.BODY_KEEP)
    rows = access.own_meetings(actor).filter(state=MeetingState.CALLED, starts_at__gt=clock.now())
    return [one.pk for one in rows.order_by("pk") if not following(actor, one).is_empty]


def following(viewer: Viewer, meeting: Meeting) -> rules.Following:
    """What would have to change in the calls. Three statements. Writes nothing."""
    return rules.following(_kept(meeting), holds(viewer, meeting))


def _kept(meeting: Meeting) -> list[Kept]:
    rows = MeetingCall.objects.filter(meeting=meeting, ended_at=None, seat__isnull=False)
    return [
        Kept(one.pk, one.seat_id or 0, one.holder_id or 0, one.part, one.instead_of_id)
        for one in rows.order_by("pk")
    ]


def _follow(meeting: Meeting, actor: Viewer) -> int:
    found = following(actor, meeting)
    there = set(Presence.objects.filter(call__meeting=meeting).values_list("call_id", flat=True))
    ended = [
        one for one in MeetingCall.objects.filter(pk__in=found.ends).order_by("pk") if one.pk not in there
    ]
    end(ended, meeting, actor)
    made = [_call(meeting, one) for one in found.calls]
    if made:
        tell_called(CALLED, meeting, actor, made)
    number = len(ended) + len(made)
    lost = {one.instead_of_id for one in ended if one.instead_of_id}
    declined = MeetingCall.objects.filter(pk__in=lost, ended_at=None, answer=CallAnswer.NO).select_related(
        "seat"
    )
    for call in declined:
        # Somebody else is the deputy now.
        number += _call_deputy(call, meeting, actor) is not None
    return number


def holds(viewer: Viewer, meeting: Meeting) -> list[Holds]:
    """Who holds the seats of the body on the day of the meeting. Two statements."""
    return [
        Holds(
            one.seat.pk,
            one.seat.role,
            one.member.pk if one.member else None,
            one.deputy.pk if one.deputy else None,
        )
        for one in lines(viewer, meeting)
    ]


def lines(viewer: Viewer, meeting: Meeting) -> list[Line]:
    """The seats of the body as they stand on the day of the meeting. Two statements."""
    return composition(viewer, meeting.term, day_of(meeting)).lines


def _call(meeting: Meeting, seat: Holds) -> MeetingCall:
    holder = SeatHolder.objects.get(pk=seat.called or 0)
    return MeetingCall.objects.create(
        meeting=meeting,
        seat_id=seat.seat_id,
        holder=holder,
        part=seat.part,
        name=holder.name,
        user_id=holder.user_id,
    )
