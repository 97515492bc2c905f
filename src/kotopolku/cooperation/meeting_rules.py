"""What holds for meetings of bodies: days, who is called, who presides, presence, quorum, numbering.

Pure functions over plain values; the numbers of our own target (O-MT) come from ``law``. Not for: rights, writing, votes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kotopolku import law
from kotopolku.clients.rules import Refusal
from kotopolku.law import day_count

CHAIR, VICE, MEMBER = "chair", "vice", "member"
VOTING = (CHAIR, VICE, MEMBER)
"""Roles of seats that make the quorum and vote; a secretary or an expert does neither."""
AS_MEMBER, AS_DEPUTY, AS_SECRETARY, AS_EXPERT, AS_GUEST = "member", "deputy", "secretary", "expert", "guest"
NO_ANSWER, YES, REMOTE, NO = "none", "yes", "remote", "no"
ON_AGENDA = ("agenda", "open", "done", "tabled")
"""States of items that have a number: not those that are proposed or refused."""
READERS = ("public", "called", "secret")
SUNDAY = 6
MOST_WEEKS = 52
LONGEST_MINUTES = 12 * 60
MOST_MEETINGS = 120
"""That one series makes."""
MOST_MINUTES_OF_ITEM = 600
JUST_BEFORE = timedelta(microseconds=1)
"""People are let go at the very moment when a meeting ends."""


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


# Days: our own target O-MT ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """The days that count towards a meeting."""

    call_by: date
    """The invitation is sent on this day at the latest."""
    items_until: date
    """Members propose items until this day."""
    remind_on: date
    """Who has not answered is reminded."""


def days_before(meeting_day: date) -> Days:
    """Own target O-MT: invitation, proposals of members and reminder, counted back from the day of the meeting.

    Raises ``RuleNotInForce`` for a day before the target.
    """
    found = law.rule("O-MT", meeting_day)

    def before(days: int) -> date:
        return meeting_day - timedelta(days=days)

    return Days(
        before(found.length),
        before(found.other_amounts["items-days"]),
        before(found.other_amounts["reminder-days"]),
    )


@dataclass(frozen=True)
class Planned:
    """A day of a series; ``skipped`` for one on which no meeting is made."""

    day: date
    skipped: bool


def series_days(first_on: date, last_on: date, every_weeks: int) -> list[Planned]:
    """Every ``every_weeks`` weeks from the first day on, both ends included. A Sunday or a public holiday is skipped.

    Days off as 150/1930 § 5 names them. At most ``MOST_MEETINGS`` days.
    """
    found: list[Planned] = []
    day = first_on
    while day <= last_on and every_weeks > 0 and len(found) < MOST_MEETINGS:
        found.append(Planned(day, day.weekday() == SUNDAY or day in day_count.named_days_off(day.year)))
        day += timedelta(weeks=every_weeks)
    return found


# Content ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeetingContent:
    """A meeting as it is written."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    language: str = "fi"
    place: str = ""
    link: str = ""
    items_until: date | None = None


@dataclass(frozen=True)
class SeriesContent:
    """How often a body meets; ``minutes_long`` of one meeting. Hours and minutes are Finnish time."""

    first_on: date
    last_on: date
    every_weeks: int
    hour: int
    minute: int
    minutes_long: int
    place: str = ""
    link: str = ""
    language: str = "fi"


@dataclass(frozen=True)
class ItemContent:
    """An item as it is written."""

    title: str
    kind: str = "talk"
    access: str = "public"
    access_reason: str = ""
    text: str = ""
    proposal: str = ""
    presenter: str = ""
    minutes_planned: int | None = None
    subject_kind: str = ""
    subject_id: int | None = None


@dataclass(frozen=True)
class GuestContent:
    """Somebody called who has no seat: an expert for one meeting or a guest."""

    name: str
    email: str = ""
    """By which the person is found among the users; who is none gets a letter there."""
    part: str = AS_GUEST


def check_meeting(content: MeetingContent, term: tuple[date, date], now: datetime) -> list[Refusal]:
    """``term``: first and last day of the body's term on the day of the meeting."""
    refused = []
    first, last = content.starts_at.date(), content.ends_at.date()
    if content.ends_at <= content.starts_at:
        refused.append(Refusal("ends", "before-start", _("The meeting ends before it begins.")))
    elif content.ends_at - content.starts_at > timedelta(minutes=LONGEST_MINUTES):
        words = _("A meeting takes at most %(hours)s hours.")
        refused.append(Refusal("ends", "long", words, {"hours": LONGEST_MINUTES // 60}))
    if content.starts_at < now:
        refused.append(Refusal("day", "past", _("The time has passed already. Choose a later one.")))
    if not term[0] <= first <= last <= term[1]:
        words = _("The meeting must be within the term of the body: %(first)s to %(last)s.")
        refused.append(Refusal("day", "outside-term", words, {"first": term[0], "last": term[1]}))
    if content.items_until is not None and content.items_until > first:
        words = _("Items are proposed before the meeting: %(day)s at the latest.")
        refused.append(Refusal("items_until", "after", words, {"day": first}))
    if not (content.place.strip() or content.link.strip()):
        words = _("Say where the meeting is: a place, a remote link or both.")
        refused.append(Refusal("place", "required", words))
    return refused


def check_series(content: SeriesContent, term: tuple[date, date], today: date) -> list[Refusal]:
    refused = []
    if content.last_on < content.first_on:
        refused.append(Refusal("last_on", "before-start", _("The last day is before the first day.")))
    if content.first_on < today:
        refused.append(Refusal("first_on", "past", _("The day has passed already. Choose a later one.")))
    if content.first_on < term[0] or content.last_on > term[1]:
        words = _("The days must be within the term: %(first)s to %(last)s.")
        field = "first_on" if content.first_on < term[0] else "last_on"
        refused.append(Refusal(field, "outside-term", words, {"first": term[0], "last": term[1]}))
    if not 1 <= content.every_weeks <= MOST_WEEKS:
        words = _("Every how many weeks: 1 to %(most)s.")
        refused.append(Refusal("every_weeks", "range", words, {"most": MOST_WEEKS}))
    if not 1 <= content.minutes_long <= LONGEST_MINUTES:
        words = _("A meeting takes 1 to %(most)s minutes.")
        refused.append(Refusal("minutes_long", "range", words, {"most": LONGEST_MINUTES}))
    if not (content.place.strip() or content.link.strip()):
        words = _("Say where the meeting is: a place, a remote link or both.")
        refused.append(Refusal("place", "required", words))
    return refused


def check_item(content: ItemContent) -> list[Refusal]:
    refused = check_access(content.access, content.access_reason)
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Give the item a title.")))
    if content.minutes_planned is not None and not 1 <= content.minutes_planned <= MOST_MINUTES_OF_ITEM:
        words = _("The time planned is 1 to %(most)s minutes.")
        refused.append(Refusal("minutes_planned", "range", words, {"most": MOST_MINUTES_OF_ITEM}))
    return refused


def check_access(access: str, reason: str) -> list[Refusal]:
    """Secrecy stands on a section of an Act (621/1999 § 24 and others), which is written down."""
    if access not in READERS:
        return [Refusal("access", "required", _("Choose who reads the item."))]
    if access == "secret" and not reason.strip():
        words = _("Write the section of the Act on which secrecy stands.")
        return [Refusal("access_reason", "required", words)]
    return []


# Those called -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Caller:
    """Somebody called to a meeting, with the times of presence."""

    pk: int
    seat_id: int | None
    role: str
    """Of the seat; empty for a guest."""
    part: str
    answer: str = NO_ANSWER
    ended: bool = False
    instead_of: int | None = None
    """The call of the member whose place a deputy takes."""
    spells: tuple[tuple[datetime, datetime | None], ...] = ()
    """Came, left; the last is open while the person is there."""

    @property
    def votes(self) -> bool:
        """Whether the call is to a seat that makes the quorum, for the member or the deputy."""
        return self.seat_id is not None and self.role in VOTING and self.part in (AS_MEMBER, AS_DEPUTY)

    def present(self, at: datetime) -> bool:
        return any(came <= at and (left is None or at < left) for came, left in self.spells)

    @property
    def present_now(self) -> bool:
        """Came and has not left."""
        return any(left is None for _came, left in self.spells)

    def throughout(self, first: datetime, last: datetime) -> bool:
        """Whether the person was there the whole time, without going out."""
        return any(came <= first and (left is None or left >= last) for came, left in self.spells)


@dataclass(frozen=True)
class Holds:
    """Who holds a seat on the day of a meeting: the member and the personal deputy, by the holder's id."""

    seat_id: int
    role: str
    member: int | None
    deputy: int | None

    @property
    def called(self) -> int | None:
        """The member; the deputy when the seat has no member."""
        return self.member if self.member is not None else self.deputy

    @property
    def part(self) -> str:
        if self.member is None:
            return AS_DEPUTY
        if self.role in VOTING:
            return AS_MEMBER
        return AS_SECRETARY if self.role == AS_SECRETARY else AS_EXPERT


@dataclass(frozen=True)
class Kept:
    """A live call to a seat, and who was called."""

    pk: int
    seat_id: int
    holder_id: int
    part: str
    instead_of: int | None = None


@dataclass(frozen=True)
class Following:
    """What has to change in the calls so that they follow the seats of the day."""

    ends: tuple[int, ...]
    """Calls of people who do not have the seat on the day of the meeting."""
    calls: tuple[Holds, ...]
    """Seats whose holder has not been called."""

    @property
    def is_empty(self) -> bool:
        return not (self.ends or self.calls)


def following(kept: Sequence[Kept], seats: Sequence[Holds]) -> Following:
    """The call follows the seat: who has left it before the day of the meeting is not called, who has come is.

    A deputy called for a member who declined goes with the member's call, or when somebody else is the deputy; then the
    new deputy is called by the member's answer, not here.
    """
    by_seat = {one.seat_id: one for one in seats}
    ends, called = set(), set()
    for one in kept:
        if one.instead_of is not None:
            continue
        seat = by_seat.get(one.seat_id)
        if seat is None or seat.called != one.holder_id:
            ends.add(one.pk)
        else:
            called.add(one.seat_id)
    for one in kept:
        if one.instead_of is None:
            continue
        seat = by_seat.get(one.seat_id)
        if one.instead_of in ends or seat is None or seat.deputy != one.holder_id:
            ends.add(one.pk)
    new = tuple(one for one in seats if one.called is not None and one.seat_id not in called)
    return Following(tuple(sorted(ends)), new)


# Who presides -----------------------------------------------------------------------------------------------------------


def presiding(callers: Iterable[Caller], at: datetime | None = None) -> int | None:
    """The call of who presides: the chair; when absent the vice-chair, or a body without one the chair's deputy.

    Now, or at a moment. Once one of them is marked present, only who is there presides; before that, who has not declined.
    """

    def there(one: Caller) -> bool:
        return one.present_now if at is None else one.present(at)

    live = [one for one in callers if not one.ended and one.votes and one.role in (CHAIR, VICE)]
    started = any(map(there, live))

    def can(one: Caller) -> bool:
        return there(one) if started else one.answer != NO

    chairs = [one for one in live if one.role == CHAIR and can(one)]
    vices = [one for one in live if one.role == VICE and can(one)]
    has_vice = any(one.role == VICE for one in live)
    members = [one for one in chairs if one.part == AS_MEMBER] + [
        one for one in vices if one.part == AS_MEMBER
    ]
    if members:
        return members[0].pk
    deputies = vices if has_vice else []
    deputies = deputies + chairs
    return deputies[0].pk if deputies else None


# Quorum -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quorum:
    """How many of those needed are there."""

    present: int
    needed: int

    @property
    def reached(self) -> bool:
        return self.present >= self.needed


def quorum_needed(own: int | None, voting_seats: int) -> int:
    """The body's own number, otherwise more than half of the seats, vacant ones too."""
    return own if own is not None else voting_seats // 2 + 1


def entitled(callers: Iterable[Caller], at: datetime, recused: Collection[int] = frozenset()) -> list[Caller]:
    """Who is there at a moment with a right to decide: one a seat, the member before the deputy.

    ``recused``: ids of calls of those who stay out of the item.
    """
    found: dict[int, Caller] = {}
    for one in callers:
        if not one.votes or one.ended or one.seat_id is None or one.pk in recused or not one.present(at):
            continue
        before = found.get(one.seat_id)
        if before is None or (before.part == AS_DEPUTY and one.part == AS_MEMBER):
            found[one.seat_id] = one
    return list(found.values())


def quorate(
    callers: Iterable[Caller], needed: int, at: datetime, recused: Collection[int] = frozenset()
) -> Quorum:
    """Whether the meeting can decide at a moment; who is recused from the item does not count."""
    return Quorum(len(entitled(callers, at, recused)), needed)


@dataclass(frozen=True)
class Gap:
    """A time in which the meeting could not decide."""

    first: datetime
    last: datetime | None
    """None while it goes on."""


def gaps(callers: Sequence[Caller], needed: int, first: datetime, last: datetime | None) -> list[Gap]:
    """When, between the opening and the closing (None: still open), too few were there."""
    moments = {first}
    for one in callers:
        for came, left in one.spells:
            moments |= {came} if left is None else {came, left}
    until = [one for one in sorted(moments) if one >= first and (last is None or one < last)]
    found: list[Gap] = []
    since: datetime | None = None
    for at in until:
        reached = quorate(callers, needed, at).reached
        if not reached and since is None:
            since = at
        elif reached and since is not None:
            found.append(Gap(since, at))
            since = None
    if since is not None:
        found.append(Gap(since, last))
    return found


def outside(lost: Iterable[Gap], recesses: Sequence[tuple[datetime, datetime | None]]) -> list[Gap]:
    """The same times without the recesses, in which nothing is decided. ``recesses`` in their order; the last may go on."""
    found = list(lost)
    for began, ended in recesses:
        left: list[Gap] = []
        for one in found:
            if (one.last is not None and one.last <= began) or (ended is not None and ended <= one.first):
                left.append(one)
                continue
            if one.first < began:
                left.append(Gap(one.first, began))
            if ended is not None and (one.last is None or ended < one.last):
                left.append(Gap(ended, one.last))
        found = left
    return found


# Presence ---------------------------------------------------------------------------------------------------------------


def check_came(
    spells: Sequence[tuple[datetime, datetime | None]], at: datetime, now: datetime
) -> list[Refusal]:
    if at > now:
        return [Refusal("at", "future", _("The time is still ahead."))]
    if any(left is None for _came, left in spells):
        return [Refusal("", "there", _("This person is marked present already."))]
    if any(left is not None and at < left for _came, left in spells):
        return [Refusal("at", "overlap", _("This person was marked present at that time already."))]
    return []


def check_left(
    spells: Sequence[tuple[datetime, datetime | None]], at: datetime, now: datetime
) -> list[Refusal]:
    open_ones = [came for came, left in spells if left is None]
    if at > now:
        return [Refusal("at", "future", _("The time is still ahead."))]
    if not open_ones:
        return [Refusal("", "away", _("This person is not marked present."))]
    if at < open_ones[0]:
        return [Refusal("at", "before", _("This person came later than that."))]
    return []


# Numbers and the plan of the day ------------------------------------------------------------------------------------------


def numbers(states: Iterable[str]) -> list[int | None]:
    """Numbers of items in their order; None for one that is on no agenda."""
    found: list[int | None] = []
    number = 0
    for state in states:
        if state in ON_AGENDA:
            number += 1
            found.append(number)
        else:
            found.append(None)
    return found


def next_number(taken: Iterable[int]) -> int:
    """Of a meeting within its body and year."""
    return max(taken, default=0) + 1


def begins(starts_at: datetime, minutes: Sequence[int | None]) -> list[datetime | None]:
    """When each item begins by the plan; None from the first item on whose time before it is not known."""
    found: list[datetime | None] = []
    at: datetime | None = starts_at
    for one in minutes:
        found.append(at)
        at = at + timedelta(minutes=one) if at is not None and one is not None else None
    return found


def shifted(order: Sequence[int], pk: int, down: bool) -> list[int]:
    """The ids in their new order when one is moved by a place; at the end nothing moves."""
    found = list(order)
    place = found.index(pk)
    other = place + (1 if down else -1)
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found


ENDING = 2
"""How many of the formal items that every agenda begins with stand at its end."""


def place_for_new(kinds: Sequence[str]) -> int:
    """Where a new item comes on an agenda: before the formal items at the end."""
    ending = 0
    for kind in reversed(kinds):
        if kind != "formal" or ending == ENDING:
            break
        ending += 1
    return len(kinds) - ending
