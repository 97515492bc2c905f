"""Builds the minutes of a meeting from its facts: presence, papers, texts, votes by name, decisions, dissents, tasks.

Plain data that can be frozen as JSON. A bounded number of statements. Not for: words of the paper (``minutes_text.py``).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import meeting_rules
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.meeting_rules import JUST_BEFORE, Caller
from kotopolku.cooperation.models import (
    AgendaItem,
    Ballot,
    CallAs,
    Dissent,
    ItemAccess,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingPaper,
    MeetingTask,
    Recess,
    Recusal,
    TaskState,
    Vote,
)

MOST_OPEN_TASKS = 100


def moment_of(item: AgendaItem) -> datetime:
    """The moment at which an item is decided: just before its closing, or now while it is dealt with."""
    if item.closed_at is None:
        return clock.now()
    before = item.closed_at - JUST_BEFORE
    return max(before, item.opened_at) if item.opened_at else before


def recused_of(item: AgendaItem) -> set[int]:
    return set(Recusal.objects.filter(item=item).values_list("call_id", flat=True))


def moment(at: datetime | None) -> str | None:
    return at.astimezone(clock.HELSINKI).isoformat(timespec="minutes") if at else None


def open_tasks(of: Meeting, *, public: bool = True) -> list[MeetingTask]:
    """Tasks of the body's earlier meetings that are open, the nearest day first; by default of public items only.

    The viewer reads this meeting; who was not called to the earlier one reads its tasks here. Inside a transaction.
    """
    rows = MeetingTask.objects.filter(
        state=TaskState.OPEN, item__meeting__body=of.body_id, item__meeting__starts_at__lt=of.starts_at
    )
    if public:
        rows = rows.filter(item__access=ItemAccess.PUBLIC)
    with rowsecurity.as_system():
        return list(rows.select_related("item__meeting").order_by("due", "pk")[:MOST_OPEN_TASKS])


def content_of(of: Meeting) -> dict[str, Any]:
    """The minutes as they are now, in the meeting's language. Called for a meeting that access has let the viewer read.

    Fourteen statements whatever the meeting's length.
    """
    with rowsecurity.as_system(), translation.override(of.language):
        return _content(of)


def _content(of: Meeting) -> dict[str, Any]:
    rows = list(
        MeetingCall.objects.filter(meeting=of)
        .select_related("seat", "seat__organisation", "instead_of")
        .prefetch_related("presence")
        .order_by("pk")
    )
    callers = [meetings.caller(one) for one in rows]
    calls = {one.pk: one for one in rows}
    there = [one for one in callers if one.spells]
    items = list(AgendaItem.objects.filter(meeting=of).order_by("order", "pk"))
    chair = _chair(callers, of, items)
    return {
        "form": rules.FORM,
        "body": {"fi": of.body.name_fi, "sv": of.body.name_sv, "en": of.body.name_en},
        "keeper": of.organisation.name,
        "number": f"{of.number}/{of.year}",
        "title": of.title,
        "language": of.language,
        "place": of.place,
        "remote": bool(of.link),
        "opened_at": moment(of.opened_at),
        "closed_at": moment(of.closed_at),
        "recesses": [
            [moment(one.began_at), moment(one.ended_at)]
            for one in Recess.objects.filter(meeting=of).order_by("began_at", "pk")
        ],
        "quorum": of.quorum,
        "invented": of.invented,
        "chair": calls[chair].name if chair else "",
        "secretary": next((one.name for one in rows if one.part == CallAs.SECRETARY and _came(one)), ""),
        "present": [_person(calls[one.pk], one, of) for one in _ordered(there)],
        "absent": [
            {"name": one.name, "part": one.part, "whose": _whose(one)}
            for one in rows
            if not _came(one) and one.ended_at is None and one.part in (CallAs.MEMBER, CallAs.DEPUTY)
        ],
        "items": _items(of, items, callers, calls),
        "open_tasks": [_task(one) for one in open_tasks(of)],
    }


def _came(call: MeetingCall) -> bool:
    return bool(call.presence.all())


def _chair(callers: list[Caller], of: Meeting, items: Iterable[AgendaItem]) -> int | None:
    """Who presided: of those there at the opening, or, when nobody was marked yet, at the first item at which one was."""
    moments = [of.opened_at, *sorted(one.opened_at for one in items if one.opened_at), of.closed_at]
    found = (_led(callers, at - JUST_BEFORE if at == of.closed_at else at) for at in moments if at)
    return next((one for one in found if one is not None), None)


def _led(callers: Iterable[Caller], at: datetime) -> int | None:
    return meeting_rules.presiding([one for one in callers if one.present(at)], at)


def _ordered(callers: Iterable[Caller]) -> list[Caller]:
    """Chair, vice-chair, members in the order of their seats, then secretary, experts and guests."""
    order = (meeting_rules.CHAIR, meeting_rules.VICE, meeting_rules.MEMBER, meeting_rules.AS_SECRETARY)
    places = {role: place for place, role in enumerate(order)}
    return sorted(callers, key=lambda one: (places.get(one.role, 9), one.seat_id or 0, one.pk))


def _whose(call: MeetingCall) -> str:
    if call.seat is None:
        return ""
    return call.seat.organisation.name if call.seat.organisation else call.seat.represents


def _person(call: MeetingCall, caller: Caller, of: Meeting) -> dict[str, Any]:
    """``times`` only for who was not there from the opening to the closing."""
    whole = of.opened_at is not None and caller.throughout(
        of.opened_at, (of.closed_at or clock.now()) - JUST_BEFORE
    )
    return {
        "name": call.name,
        "part": call.part,
        "role": caller.role,
        "whose": _whose(call),
        "instead_of": call.instead_of.name if call.instead_of else "",
        "remote": any(one.remote for one in call.presence.all()),
        "times": [] if whole else [[moment(came), moment(left)] for came, left in caller.spells],
    }


def _items(
    of: Meeting, rows: list[AgendaItem], callers: list[Caller], calls: dict[int, MeetingCall]
) -> list[dict[str, Any]]:
    numbers = meeting_rules.numbers(one.state for one in rows)
    ids = [one.pk for one in rows]
    recused, papers, votes, dissents, tasks = (defaultdict(list) for _number in range(5))
    for recusal in Recusal.objects.filter(item__in=ids).order_by("at", "pk"):
        recused[recusal.item_id].append(recusal)
    for paper in MeetingPaper.objects.filter(item__in=ids, sent_at__isnull=False).order_by("order", "pk"):
        papers[paper.item_id].append(paper)
    for vote in Vote.objects.filter(item__in=ids).order_by("opened_at", "pk"):
        votes[vote.item_id].append(vote)
    ballots: dict[int, list[Ballot]] = defaultdict(list)
    for ballot in Ballot.objects.filter(vote__item__in=ids).order_by("seat_id"):
        ballots[ballot.vote_id].append(ballot)
    for dissent in Dissent.objects.filter(item__in=ids).order_by("given_at", "pk"):
        dissents[dissent.item_id].append(dissent)
    for task in MeetingTask.objects.filter(item__in=ids).order_by("due", "pk"):
        tasks[task.item_id].append(task)
    found = []
    for number, one in zip(numbers, rows, strict=True):
        if number is None:
            continue
        out = {each.call_id for each in recused[one.pk]}
        found.append(
            {
                "id": one.pk,
                "section": number,
                "kind": one.kind,
                "state": one.state,
                "access": one.access,
                "access_reason": one.access_reason,
                "title": one.title,
                "proposal": one.proposal,
                "presenter": one.presenter,
                "discussion": one.discussion,
                "decision": one.decision,
                "how": rules.decided_by(bool(one.decision.strip()), (each.state for each in votes[one.pk])),
                "tabled": one.state == ItemState.TABLED,
                **_there(one, callers, calls, out, of),
                "recused": [
                    {"name": calls[each.call_id].name, "reason": each.reason} for each in recused[one.pk]
                ],
                "papers": [_paper(each) for each in papers[one.pk]],
                "votes": [_vote(each, ballots[each.pk], calls) for each in votes[one.pk]],
                "dissents": [
                    {"name": calls[each.call_id].name, "text": each.text} for each in dissents[one.pk]
                ],
                "tasks": [_task(each) for each in tasks[one.pk]],
            }
        )
    return found


def _there(
    item: AgendaItem, callers: list[Caller], calls: dict[int, MeetingCall], out: set[int], of: Meeting
) -> dict[str, Any]:
    """Who of those who came to the meeting was not at the item, and whether the meeting could decide then."""
    if item.opened_at is None:
        return {"away": [], "entitled": None, "quorate": None}
    at = moment_of(item)
    away = [calls[one.pk].name for one in _ordered(callers) if one.spells and not one.present(at)]
    found = meeting_rules.quorate(callers, of.quorum or 0, at, out)
    return {"away": away, "entitled": found.present, "quorate": found.reached}


def _paper(paper: MeetingPaper) -> dict[str, Any]:
    """A paper that was withdrawn leaves its name and the reason."""
    return {
        "title": paper.title,
        "access": paper.access,
        "withdrawn": paper.withdrawn_at is not None,
        "reason": paper.withdrawn_reason,
    }


def _vote(vote: Vote, ballots: list[Ballot], calls: dict[int, MeetingCall]) -> dict[str, Any]:
    return {
        "question": vote.question,
        "options": list(vote.options),
        "state": vote.state,
        "present": vote.present,
        "result": vote.result,
        "chair_decided": vote.chair_decided,
        "void_reason": vote.void_reason,
        "ballots": [{"name": calls[one.call_id].name, "option": one.option} for one in ballots],
    }


def _task(task: MeetingTask) -> dict[str, Any]:
    return {"text": task.text, "owner": task.owner_name, "due": task.due.isoformat()}
