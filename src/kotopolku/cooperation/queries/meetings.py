"""What pages ask about meetings: lists, the agenda with its papers, those called with answers and presence, the quorum.

A bounded number of statements each. Not for: what is said and decided in a meeting (``minutes.py``).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.models import (
    AgendaItem,
    Attachment,
    Body,
    CallAnswer,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingPaper,
    MeetingState,
    Presence,
    Recess,
    SeatHolder,
)
from kotopolku.cooperation.queries.body_seats import Line, composition
from kotopolku.cooperation.queries.meeting_subjects import Subject, subjects_of
from kotopolku.law import RuleNotInForce

PAGE_SIZE = 25
OVER = (MeetingState.CLOSED, MeetingState.CANCELLED)
NEXT_SHOWN = 5
MINUTE = timedelta(minutes=1)


# Lists ----------------------------------------------------------------------------------------------------------------


def listed(viewer: Viewer, box: str, body_id: int | None = None) -> "QuerySet[Meeting]":
    """Meetings that the viewer keeps or was called to: those to come (nearest first), or ``past`` (newest first)."""
    rows = access.meetings(viewer)
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    if box == "past":
        return rows.filter(state__in=OVER).order_by("-starts_at", "-pk")
    return rows.exclude(state__in=OVER).order_by("starts_at", "pk")


def my_calls(viewer: Viewer, meetings: Iterable[Meeting]) -> dict[int, MeetingCall]:
    """The viewer's own live call by meeting. One statement."""
    rows = MeetingCall.objects.filter(
        meeting__in=[one.pk for one in meetings], user_id=viewer.user_id or 0, ended_at=None
    )
    return {one.meeting_id: one for one in rows.order_by("-pk")}


@dataclass(frozen=True)
class OfBody:
    """Meetings of a body as its page shows them."""

    coming: list[Meeting]
    past: list[Meeting]

    @property
    def number(self) -> int:
        return len(self.coming) + len(self.past)


def of_body(viewer: Viewer, body: Body) -> OfBody:
    """The nearest meetings of a body, and the newest that are over, as far as the viewer may read them. Two statements."""
    coming = listed(viewer, "", body.pk)[:NEXT_SHOWN]
    return OfBody(list(coming), list(listed(viewer, "past", body.pk)[:NEXT_SHOWN]))


def kept_bodies(viewer: Viewer) -> list[Body]:
    """Bodies for which the viewer can plan a meeting."""
    rows = access_bodies.own_bodies(viewer).filter(terms__days__contains=viewer.day)
    return list(rows.distinct().order_by("name_fi", "pk"))


# The agenda -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """A paper with its file; none when it was withdrawn, or a virus was found."""

    paper: MeetingPaper
    file: Attachment | None


@dataclass(frozen=True)
class Entry:
    """An item as the agenda shows it."""

    item: AgendaItem
    number: int | None
    begins: datetime | None
    papers: list[Paper]
    subject: Subject | None

    @property
    def is_secret(self) -> bool:
        return self.item.access == "secret"


def agenda(viewer: Viewer, meeting: Meeting) -> list[Entry]:
    """Items that the viewer may read, with numbers, planned times, papers and matters; proposals last. Ten statements at most.

    Numbers are those of the whole agenda, also where the viewer does not read every item.
    """
    items = list(access.items(viewer, meeting).select_related("proposed_by", "continued"))
    whole = AgendaItem.objects.filter(meeting=meeting).order_by("order", "pk")
    every = list(whole.values_list("pk", "state", "minutes_planned"))
    numbers = dict(zip([one[0] for one in every], rules.numbers([one[1] for one in every]), strict=True))
    on_list = [one for one in every if numbers[one[0]] is not None]
    begins = dict(
        zip(
            [one[0] for one in on_list],
            rules.begins(meeting.starts_at, [one[2] for one in on_list]),
            strict=True,
        )
    )
    papers = papers_of(viewer, meeting)
    subjects = subjects_of(viewer, items)
    found = [
        Entry(one, numbers.get(one.pk), begins.get(one.pk), papers.get(one.pk, []), subjects.get(one.pk))
        for one in items
    ]
    found.sort(key=lambda one: one.number is None)
    return found


def entry(viewer: Viewer, item: AgendaItem) -> Entry:
    """One item as the agenda shows it."""
    return next(one for one in agenda(viewer, item.meeting) if one.item.pk == item.pk)


def earlier(viewer: Viewer, item: AgendaItem) -> tuple[AgendaItem | None, list[Paper]]:
    """The item of the earlier meeting that this one continues, with its papers, as far as the viewer may read them there."""
    if item.continued_id is None:
        return None, []
    try:
        found = access.item(viewer, item.continued_id)
    except NotVisible:
        return None, []
    return found, papers_of(viewer, found.meeting).get(found.pk, [])


def papers_of(viewer: Viewer, meeting: Meeting) -> dict[int, list[Paper]]:
    """Papers by item, as far as the viewer may read them. Three statements."""
    found: dict[int, list[Paper]] = defaultdict(list)
    for one in access.papers(viewer, meeting).prefetch_related("files"):
        file = next(iter(one.files.all()), None)
        found[one.item_id].append(Paper(one, file))
    return found


# Those called ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody called, with presence."""

    call: MeetingCall
    caller: rules.Caller
    spells: list[Presence]
    vote: bool
    """Makes the quorum at this moment."""
    presides: bool

    @property
    def present(self) -> bool:
        return self.caller.present_now

    @property
    def remote(self) -> bool:
        return any(one.remote and one.left_at is None for one in self.spells)


@dataclass(frozen=True)
class Standing:
    """Who is called and who is there."""

    people: list[Person]
    ended: list[MeetingCall]
    quorum: rules.Quorum | None
    """At this moment; None before it is known how many are needed."""
    lost: list[rules.Gap]
    """Times of a minute or more in which too few were there, since the opening."""
    at: datetime

    @property
    def counts(self) -> dict[str, int]:
        """Answers of those who make the quorum."""
        answers = [one.call.answer for one in self.people if one.caller.votes]
        return {answer: answers.count(answer) for answer in CallAnswer.values}

    @property
    def coming(self) -> int:
        return self.counts["yes"] + self.counts["remote"]

    @property
    def waiting(self) -> int:
        return self.counts["none"]

    @property
    def there(self) -> int:
        return sum(one.present for one in self.people)


def standing(viewer: Viewer, meeting: Meeting, at: datetime | None = None) -> Standing:
    """Those called to a meeting that the viewer may read, members with their deputies first. Five statements."""
    rows = list(access.calls(viewer, meeting).prefetch_related("presence").order_by("pk"))
    callers = {one.pk: access.caller(one) for one in rows}
    now = at or meeting.closed_at or clock.now()
    # At the very moment of the closing everybody has left.
    presence_at = now if meeting.closed_at is None else meeting.opened_at or now
    voting = {one.pk for one in rules.entitled(callers.values(), presence_at)}
    presides = access.presides(meeting, callers.values())
    order = {role: place for place, role in enumerate(("chair", "vice", "member", "secretary", "expert"))}

    def place(one: MeetingCall) -> tuple[int, int, int, bool]:
        seat = one.seat
        role = order.get(seat.role, 9) if seat else 9
        return (role, seat.order if seat else 0, one.seat_id or one.pk, one.instead_of_id is not None)

    people = [
        Person(
            one,
            callers[one.pk],
            sorted(one.presence.all(), key=lambda row: row.came_at),
            one.pk in voting,
            one.pk == presides,
        )
        for one in sorted(rows, key=place)
        if one.ended_at is None
    ]
    quorum, lost = None, []
    if meeting.quorum is not None and meeting.opened_at is not None:
        quorum = rules.quorate(callers.values(), meeting.quorum, presence_at)
        gaps = rules.gaps(list(callers.values()), meeting.quorum, meeting.opened_at, meeting.closed_at)
        gaps = rules.outside(gaps, recesses_of(meeting))
        lost = [one for one in gaps if one.last is None or one.last - one.first >= MINUTE]
    return Standing(people, [one for one in rows if one.ended_at is not None], quorum, lost, now)


def recesses_of(meeting: Meeting) -> list[tuple[datetime, datetime | None]]:
    """When a meeting that the viewer may read was in recess, in order; the last without an end while it goes on."""
    rows = Recess.objects.filter(meeting=meeting).order_by("began_at", "pk")
    return list(rows.values_list("began_at", "ended_at"))


@dataclass(frozen=True)
class Preview:
    """Whom the call would reach."""

    lines: list[Line]
    vacant: list[Line]
    """Nobody sits there, neither member nor deputy."""
    without: list[SeatHolder]
    """Neither users of the system nor with an e-mail address."""
    call_by: date | None
    """By our own target."""
    proposed: int
    """Proposals of members that have not been settled."""

    @property
    def late(self) -> bool:
        return self.call_by is not None and self.call_by < clock.today()


def preview(viewer: Viewer, meeting: Meeting) -> Preview:
    """For the keeper, before the call. Four statements."""
    day = day_of(meeting)
    lines = composition(viewer, meeting.term, day).lines
    called = [one for one in lines if one.called is not None]
    ids = [one.called.pk for one in called if one.called is not None]
    without = access_bodies.own_holders(viewer).filter(pk__in=ids, user=None).exclude(private__email__gt="")
    return Preview(
        called,
        [one for one in lines if one.called is None],
        list(without),
        call_by(meeting),
        meeting.items.filter(state=ItemState.PROPOSED).count(),
    )


def call_by(meeting: Meeting) -> date | None:
    """By when the invitation is to be sent (our own target O-MT)."""
    try:
        return rules.days_before(day_of(meeting)).call_by
    except RuleNotInForce:
        return None


def day_of(meeting: Meeting) -> date:
    """The day of the meeting, in Finland."""
    return meeting.starts_at.astimezone(clock.HELSINKI).date()


# For My work ------------------------------------------------------------------------------------------------------------


def to_answer(viewer: Viewer) -> "QuerySet[Meeting]":
    """Coming meetings to which the viewer was called and has not answered, the nearest first."""
    mine = MeetingCall.objects.filter(user_id=viewer.user_id or 0, ended_at=None, answer=CallAnswer.NONE)
    rows = access.called_meetings(viewer).filter(state=MeetingState.CALLED, starts_at__gt=clock.now())
    return rows.filter(pk__in=mine.values("meeting_id")).order_by("starts_at", "pk")


def to_call(viewer: Viewer, until: date) -> "QuerySet[Meeting]":
    """Own meetings up to a day to which nobody has been called yet, the nearest first."""
    rows = access.own_meetings(viewer).filter(state=MeetingState.DRAFT, starts_at__date__lte=until)
    return rows.filter(starts_at__gt=clock.now()).order_by("starts_at", "pk")


def with_proposals(viewer: Viewer) -> "QuerySet[Meeting]":
    """Own coming meetings for which members have proposed items that wait; ``proposed``: how many."""
    rows = access.own_meetings(viewer).filter(state__in=(MeetingState.DRAFT, MeetingState.CALLED))
    counted = rows.annotate(proposed=Count("items", filter=Q(items__state=ItemState.PROPOSED)))
    return counted.filter(proposed__gt=0).order_by("starts_at", "pk")
