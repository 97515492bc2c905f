"""What pages ask of a meeting while it is held and its minutes are written: speaking list, votes, texts, tasks, minutes.

``live_of`` gives every item of a meeting in a bounded number of statements. Not for: writing, who reads it (``access``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_bodies, meeting_rules
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.meeting_rules import Caller, Quorum
from kotopolku.cooperation.minutes_rules import ABSTAINS, NOT_GIVEN, as_chosen
from kotopolku.cooperation.models import (
    AgendaItem,
    Ballot,
    Dissent,
    ItemKind,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingState,
    MeetingTask,
    Minutes,
    MinutesCheck,
    MinutesState,
    PublishedMinutes,
    Recess,
    Recusal,
    Speech,
    SpeechKind,
    Vote,
    VoteState,
)
from kotopolku.cooperation.queries import minutes_facts as facts
from kotopolku.cooperation.queries.minutes_checks import checked, checks_of
from kotopolku.cooperation.wording_minutes import kind_words


@dataclass(frozen=True)
class OptionLine:
    """An option of a vote; ``value`` as a form says it."""

    value: str
    words: str
    votes: int
    names: list[str]
    mine: bool


@dataclass(frozen=True)
class VoteLine:
    """A vote as the viewer sees it."""

    vote: Vote
    options: list[OptionLine]
    abstain: OptionLine
    mine: str
    """The viewer's own vote as a form says it."""
    may_cast: bool
    recused: bool
    given: int
    entitled: int

    @property
    def is_open(self) -> bool:
        return self.vote.state == VoteState.OPEN


@dataclass(frozen=True)
class Live:
    """One item while it is dealt with and after."""

    item: AgendaItem
    meeting: Meeting
    leads: bool
    call: MeetingCall | None
    """The viewer's own."""
    speaking: Speech | None = None
    waiting: list[Speech] = field(default_factory=list)
    spoken: list[Speech] = field(default_factory=list)
    votes: list[VoteLine] = field(default_factory=list)
    recusals: list[Recusal] = field(default_factory=list)
    dissents: list[Dissent] = field(default_factory=list)
    tasks: list[MeetingTask] = field(default_factory=list)
    open_tasks: list[MeetingTask] = field(default_factory=list)
    """Of earlier meetings; with the first item only."""
    ties: list[tuple[str, str]] = field(default_factory=list)
    """To the keeper: declared ties that may touch the item."""
    quorum: Quorum | None = None
    present: bool = False
    recused: bool = False
    entitled: bool = False
    frozen: bool = False
    recess: Recess | None = None
    """The meeting is in it now."""

    @property
    def under_way(self) -> bool:
        return self.item.state == ItemState.OPEN and self.meeting.state == MeetingState.OPEN

    @property
    def held(self) -> bool:
        return self.meeting.state in (MeetingState.OPEN, MeetingState.CLOSED)

    @property
    def may_ask(self) -> bool:
        return self.under_way and self.present and not self.recused

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What one can ask for: kinds in which one does not wait already."""
        mine = {one.kind for one in self.waiting if self.call and one.call_id == self.call.pk}
        return [(value, kind_words(value)) for value in SpeechKind.values if value not in mine]

    @property
    def may_recuse(self) -> bool:
        """Oneself, or for who leads anybody; nobody is disqualified from the opening or the order of a meeting."""
        settled = self.item.state in (ItemState.DONE, ItemState.TABLED) or self.frozen
        own = self.call is not None and not self.recused
        return not settled and self.item.kind != ItemKind.FORMAL and (self.leads or own)

    @property
    def may_dissent(self) -> bool:
        return self.entitled and bool(self.item.decision) and not self.frozen

    @property
    def may_write(self) -> bool:
        """Of a meeting under way only what has been taken up."""
        taken_up = self.item.opened_at is not None or self.meeting.state == MeetingState.CLOSED
        return self.leads and self.held and taken_up and not self.frozen

    @property
    def voting(self) -> bool:
        return any(one.is_open for one in self.votes)

    @property
    def own_dissent(self) -> Dissent | None:
        return next((one for one in self.dissents if self.call and one.call_id == self.call.pk), None)

    @property
    def how(self) -> str:
        return rules.decided_by(bool(self.item.decision), (one.vote.state for one in self.votes))


def live(viewer: Viewer, item: AgendaItem) -> Live:
    """One item, as ``live_of`` gives it."""
    return live_of(viewer, item.meeting, [item])[item.pk]


def live_of(viewer: Viewer, of: Meeting, items: Sequence[AgendaItem]) -> dict[int, Live]:
    """Items of a meeting that access has let the viewer read, by id. Fourteen statements, however many items."""
    leads = meetings.leads(viewer, of)
    call = meetings.call_of(viewer, of)
    if of.state not in (MeetingState.OPEN, MeetingState.CLOSED):
        recusals = _by_item(Recusal.objects.select_related("call"), items, "at")
        return {
            one.pk: Live(
                one, of, leads, call, recusals=recusals[one.pk], recused=_mine(call, recusals[one.pk])
            )
            for one in items
        }
    callers = meetings.callers(of)
    speeches = _by_item(Speech.objects.select_related("call"), items, "order", "asked_at")
    votes = _by_item(Vote.objects.all(), items, "opened_at")
    ballots: dict[int, list[Ballot]] = defaultdict(list)
    for ballot in Ballot.objects.filter(vote__item__in=items).select_related("call").order_by("seat_id"):
        ballots[ballot.vote_id].append(ballot)
    recusals = _by_item(Recusal.objects.select_related("call"), items, "at")
    dissents = _by_item(Dissent.objects.select_related("call"), items, "given_at")
    tasks = _by_item(MeetingTask.objects.all(), items, "due")
    frozen = Minutes.objects.filter(meeting=of).exclude(state=MinutesState.DRAFT).exists()
    first = AgendaItem.objects.filter(meeting=of).order_by("order", "pk").values_list("pk", flat=True).first()
    ties = ties_of(viewer, of)
    recess = meetings.recess_of(of)
    found = {}
    for one in items:
        out = {each.call_id for each in recusals[one.pk]}
        at = facts.moment_of(one)
        entitled = meeting_rules.entitled(callers, at, out) if one.opened_at else []
        rows = speeches[one.pk]
        for each in rows:
            each.kind_words = kind_words(each.kind)
        found[one.pk] = Live(
            item=one,
            meeting=of,
            leads=leads,
            call=call,
            speaking=next((each for each in rows if each.began_at and not each.ended_at), None),
            waiting=[each for each in rows if not each.began_at and not each.taken_back_at],
            spoken=sorted(
                (each for each in rows if each.ended_at), key=lambda each: each.began_at or each.asked_at
            ),
            votes=[_vote_line(each, ballots[each.pk], call, entitled, out) for each in votes[one.pk]],
            recusals=recusals[one.pk],
            dissents=dissents[one.pk],
            tasks=tasks[one.pk],
            open_tasks=facts.open_tasks(of) if one.pk == first else [],
            ties=[pair for pair in ties if rules.touches(one.title, pair[1])],
            quorum=meeting_rules.quorate(callers, of.quorum, at, out) if of.quorum is not None else None,
            present=call is not None and any(each.pk == call.pk and each.present_now for each in callers),
            recused=_mine(call, recusals[one.pk]),
            entitled=call is not None and any(each.pk == call.pk for each in entitled),
            frozen=frozen,
            recess=recess,
        )
    return found


def _by_item(rows: Any, items: Sequence[AgendaItem], *order: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(item__in=[one.pk for one in items]).order_by(*order, "pk"):
        found[row.item_id].append(row)
    return found


def _mine(call: MeetingCall | None, rows: Sequence[Any]) -> bool:
    return call is not None and any(one.call_id == call.pk for one in rows)


def _vote_line(
    vote: Vote, ballots: list[Ballot], call: MeetingCall | None, entitled: list[Caller], out: set[int]
) -> VoteLine:
    seat = call.seat_id if call else None
    known = next((one for one in ballots if seat is not None and one.seat_id == seat), None)
    mine = as_chosen(True, known.option) if known and call and known.call_id == call.pk else NOT_GIVEN

    def line(value: str, words: str, option: int | None) -> OptionLine:
        chosen = [one.call.name for one in ballots if one.option == option]
        return OptionLine(value, words, len(chosen), chosen, mine == value)

    recused = call is not None and call.pk in out
    return VoteLine(
        vote=vote,
        options=[line(str(number), words, number) for number, words in enumerate(vote.options)],
        abstain=line(ABSTAINS, "", None),
        mine=mine,
        may_cast=vote.state == VoteState.OPEN
        and call is not None
        and any(one.pk == call.pk for one in entitled),
        recused=recused,
        given=len(ballots),
        entitled=len(entitled) if vote.state == VoteState.OPEN else vote.present,
    )


def ties_of(viewer: Viewer, of: Meeting) -> list[tuple[str, str]]:
    """Declared ties of those called, for the keeper only. At most one statement."""
    if not meetings.keeps(viewer, of):
        return []
    rows = access_bodies.own_holders(viewer).filter(
        pk__in=MeetingCall.objects.filter(meeting=of, ended_at=None).values("holder")
    )
    return [(one.name, one.interests) for one in rows.filter(private__interests__gt="").order_by("name")]


# Entering votes and choosing people ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Aloud:
    """A seat whose vote can be entered: who votes for it and what stands there."""

    call: MeetingCall
    stands: str
    own: bool
    """Given by the person, who changes it alone."""


def aloud(vote: Vote) -> list[Aloud]:
    """Those entitled to vote now, in the order of their names. Four statements."""
    item = vote.item
    entitled = meeting_rules.entitled(meetings.callers(item.meeting), clock.now(), facts.recused_of(item))
    ballots = {one.seat_id: one for one in Ballot.objects.filter(vote=vote)}
    rows = MeetingCall.objects.filter(pk__in=[one.pk for one in entitled]).order_by("name", "pk")
    found = []
    for one in rows:
        known = ballots.get(one.seat_id or 0)
        own = known is not None and one.user_id is not None and known.entered_by_id == one.user_id
        found.append(Aloud(one, as_chosen(known is not None, known.option if known else None), own))
    return found


def there(of: Meeting) -> list[MeetingCall]:
    """Those marked present now, in the order of their names. Three statements."""
    ids = [one.pk for one in meetings.callers(of) if one.present_now]
    return list(MeetingCall.objects.filter(pk__in=ids).order_by("name", "pk"))


def called(of: Meeting) -> list[MeetingCall]:
    """Everybody whose call holds, in the order of their names."""
    return list(MeetingCall.objects.filter(meeting=of, ended_at=None).order_by("name", "pk"))


# Minutes ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MinutesPage:
    """The minutes of one meeting as the viewer may see them; ``content`` None for a draft that is not the viewer's."""

    meeting: Meeting
    minutes: Minutes | None
    content: dict[str, Any] | None
    checks: list[MinutesCheck]
    own_check: MinutesCheck | None
    leads: bool
    published: PublishedMinutes | None

    @property
    def state(self) -> str:
        return self.minutes.state if self.minutes else MinutesState.DRAFT

    @property
    def version(self) -> int:
        return self.minutes.version if self.minutes else 1


def minutes_page(viewer: Viewer, of: Meeting) -> MinutesPage:
    """Frozen minutes as they were signed, a draft as the facts are now; items that the viewer may not read are hidden."""
    leads = meetings.leads(viewer, of)
    minutes = access.minutes_of(viewer, of)
    checks = checks_of(minutes) if minutes else []
    content: dict[str, Any] | None = None
    if minutes is not None and minutes.state != MinutesState.DRAFT:
        signed = checked(checks)
        content = dict(minutes.content) | ({"checked": signed} if signed else {})
    elif leads:
        content = facts.content_of(of) | {"changes": minutes.content.get("changes", []) if minutes else []}
    if content is not None:
        secrets = meetings.reads_secrets(viewer, of)
        content = rules.visible_form(content, access.readable_ids(viewer, of), secrets=secrets)
    own = next((one for one in checks if one.call.user_id and one.call.user_id == viewer.user_id), None)
    published = access.published(viewer).filter(meeting=of).first()
    return MinutesPage(of, minutes, content, checks, own, leads, published)
