"""Acts on recorded votes of an item: opened, voted, entered for those who vote aloud, closed, annulled.

One vote a seat, whoever sits on it: the vote is locked for each act, and the table has a constraint under it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import meeting_rules
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.actions.meeting_checks import (
    check_no_recess,
    check_no_vote,
    check_not_frozen,
    check_open,
    check_quorum,
    entitled_now,
)
from kotopolku.cooperation.meeting_rules import Caller
from kotopolku.cooperation.minutes_rules import ABSTAINS, NOT_GIVEN, as_chosen
from kotopolku.cooperation.models import Ballot, Vote, VoteState
from kotopolku.journal.actions import record

VOTE = "cooperation.vote"


@dataclass(frozen=True)
class Entry:
    """What the secretary enters for one who votes aloud. ``was``: what stood there when the form was shown."""

    chosen: str
    was: str = NOT_GIVEN


@transaction.atomic
def open_vote(
    item_id: int, question: str, options: Sequence[str], *, actor: Viewer, token: UUID | None = None
) -> Vote:
    """Opens a vote on the item that is being dealt with. Raises ``NotVisible``, ``Refusals``: no quorum, one is open."""
    shown = meetings.led_item(actor, item_id)
    if (before := done_before(token, VOTE)) is not None:
        return access.vote(actor, before)
    item = access.locked_item(shown)
    refused = check_open(item) + check_no_recess(item.meeting)
    refused += check_not_frozen(item.meeting) + check_no_vote(item)
    refused += rules.check_vote(question, options)
    if not refused:
        refused += [_whole(one) for one in check_quorum(item, meetings.callers(item.meeting))]
    refuse(refused)
    with rowsecurity.as_system():
        made = Vote.objects.create(
            item=item,
            question=question.strip(),
            options=[one.strip() for one in options if one.strip()],
            opened_at=clock.now(),
        )
    record("cooperation.vote.opened", actor=actor, object=(VOTE, made.pk), token=token)
    return made


@transaction.atomic
def cast(vote_id: int, chosen: str, was: str, *, actor: Viewer) -> Ballot:
    """The actor's own vote, given or changed while the vote is open.

    ``was``: what stood as the actor's vote when the page was shown; when another window has voted meanwhile, nothing
    changes and the refusal says what counts. Raises ``NotVisible``, ``Refusals``.
    """
    shown = access.vote(actor, vote_id)
    call = access.call_here(actor, shown.item.meeting, None)
    found = access.locked_vote(shown)
    refused = _check_voting(found)
    option, wrong = _option(found, chosen, "")
    caller = next((one for one in entitled_now(found.item) if one.pk == call.pk), None)
    if caller is None:
        refused.append(_not_entitled(found, call.pk, call.seat_id))
    refuse(refused + wrong)
    with rowsecurity.as_system():
        made, clash = _put(found, call.pk, call.seat_id or 0, option, was, "", actor)
        refuse(clash)
    if made is not None:
        record("cooperation.vote.cast", actor=actor, object=(VOTE, found.pk))
        return made
    return Ballot.objects.get(vote=found, seat=call.seat_id)


@transaction.atomic
def enter(vote_id: int, entries: Mapping[int, Entry], *, actor: Viewer) -> int:
    """Votes of those who vote aloud, by the id of their call. Returns how many were written.

    Who has voted by oneself is not overwritten, and nothing is written when one of them is refused. Raises
    ``NotVisible``, ``Refusals`` at ``call-<id>``.
    """
    found = access.locked_vote(access.led_vote(actor, vote_id))
    refused = _check_voting(found)
    entitled = {one.pk: one for one in entitled_now(found.item)}
    written = 0
    with rowsecurity.as_system():
        for call_id, entry in entries.items():
            if entry.chosen == NOT_GIVEN:
                continue
            field = f"call-{call_id}"
            caller = entitled.get(call_id)
            if caller is None or caller.seat_id is None:
                words = _("This person is not there now, or is recused: the vote cannot be given.")
                refused.append(Refusal(field, "not-entitled", words))
                continue
            option, wrong = _option(found, entry.chosen, field)
            if wrong:
                refused += wrong
                continue
            made, clash = _put(found, call_id, caller.seat_id, option, entry.was, field, actor)
            refused += clash
            written += made is not None
        refuse(refused)
    if written:
        record("cooperation.vote.entered", actor=actor, object=(VOTE, found.pk), details={"votes": written})
    return written


@transaction.atomic
def close(vote_id: int, *, actor: Viewer) -> Vote:
    """Counts the votes; when they are even, the chair's decides. Raises ``NotVisible``, ``Refusals``."""
    found = access.locked_vote(access.led_vote(actor, vote_id))
    refuse(_check_voting(found))
    callers = meetings.callers(found.item.meeting)
    refuse([_whole(one) for one in check_quorum(found.item, callers)])
    with rowsecurity.as_system():
        ballots = list(Ballot.objects.filter(vote=found))
        counted = rules.tally(
            len(found.options), [rules.Cast(one.seat_id, one.option) for one in ballots], _chair(callers)
        )
        refuse(rules.check_close(counted))
        found.state, found.closed_at = VoteState.CLOSED, clock.now()
        found.present = max(len(entitled_now(found.item)), len(ballots))
        found.chair_decided = counted.chair_decided
        found.result = found.options[counted.winner or 0]
        found.version += 1
        found.save()
    details = {"counts": list(counted.counts), "abstain": counted.abstain, "chair": counted.chair_decided}
    record("cooperation.vote.closed", actor=actor, object=(VOTE, found.pk), details=details)
    return found


@transaction.atomic
def annul(vote_id: int, reason: str, *, actor: Viewer) -> Vote:
    """A vote that went wrong is annulled with a reason; it stays in the minutes. Raises ``NotVisible``, ``Refusals``."""
    found = access.locked_vote(access.led_vote(actor, vote_id))
    refused = check_not_frozen(found.item.meeting)
    if found.state == VoteState.VOID:
        refused.append(Refusal("", "void", _("The vote has been annulled already.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    found.state, found.void_reason = VoteState.VOID, reason.strip()
    found.closed_at = found.closed_at or clock.now()
    found.version += 1
    with rowsecurity.as_system():
        found.save()
    record("cooperation.vote.annulled", actor=actor, object=(VOTE, found.pk), reason=found.void_reason)
    return found


# Parts ------------------------------------------------------------------------------------------------------------------


def _whole(refusal: Refusal) -> Refusal:
    """A refusal of a form that has no field for the decision."""
    return Refusal("", refusal.code, refusal.message, refusal.params)


def _check_voting(vote: Vote) -> list[Refusal]:
    if vote.state == VoteState.VOID:
        return [Refusal("", "void", _("The vote has been annulled."))]
    if vote.state == VoteState.CLOSED:
        return [Refusal("", "closed", _("The vote is closed. Votes do not change any more."))]
    return check_open(vote.item) + check_no_recess(vote.item.meeting)


def _option(vote: Vote, chosen: str, field: str) -> tuple[int | None, list[Refusal]]:
    if chosen == ABSTAINS:
        return None, []
    if chosen.isdecimal() and len(chosen) < 3 and int(chosen) < len(vote.options):
        return int(chosen), []
    return None, [Refusal(field, "unknown", _("Choose one of the options, or that you abstain."))]


def _not_entitled(vote: Vote, call_id: int, seat_id: int | None) -> Refusal:
    if vote.item.recusals.filter(call=call_id).exists():
        return Refusal("", "recused", _("You are recused from this item and have no vote on it."))
    if seat_id is not None and any(one.seat_id == seat_id for one in entitled_now(vote.item)):
        return Refusal(
            "",
            "seat",
            _("Somebody else votes for this seat: the member is there, so the deputy has no vote."),
        )
    return Refusal(
        "", "not-entitled", _("Only members who are marked present vote, or their deputies instead.")
    )


def _put(
    vote: Vote, call_id: int, seat_id: int, option: int | None, was: str, field: str, actor: Viewer
) -> tuple[Ballot | None, list[Refusal]]:
    """Writes a seat's vote; None when it stands there already as it was given. The vote is locked."""
    known = Ballot.objects.filter(vote=vote, seat=seat_id).select_related("call").first()
    if known is not None:
        own = known.call.user_id is not None and known.entered_by_id == known.call.user_id
        if known.call_id != call_id:
            words = _("%(name)s has given the vote of this seat. It counts once.")
            return None, [Refusal(field, "seat-voted", words, {"name": known.call.name})]
        if known.option == option:
            return None, []
        if as_chosen(True, known.option) != was or (own and known.entered_by_id != actor.user_id):
            if known.option is None:
                words = _(
                    "This seat has abstained already. Its vote counts once. Look, then change it if you wish."
                )
                return None, [Refusal(field, "voted", words)]
            words = _(
                "The vote of this seat has been given already: %(vote)s. It counts once. Look, then change it if you wish."
            )
            return None, [Refusal(field, "voted", words, {"vote": vote.options[known.option]})]
    made, _is_new = Ballot.objects.update_or_create(
        vote=vote,
        seat_id=seat_id,
        defaults={
            "call_id": call_id,
            "option": option,
            "cast_at": clock.now(),
            "entered_by_id": actor.user_id,
        },
    )
    return made, []


def _chair(callers: list[Caller]) -> int | None:
    """The seat of who presides now."""
    presiding = meeting_rules.presiding(callers)
    return next((one.seat_id for one in callers if one.pk == presiding), None)
