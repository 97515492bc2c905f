"""What attendance by session means, as pure functions: sums of a month, training days in a row without leave, clashes.

Not for: the law's own number of days (``law``), storing (``actions/teaching.py``). No Django.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kotopolku import law
from kotopolku.progress.rules import Attendance, first_of, last_of

HOUR_MINUTES = 60
TENTH = Decimal("0.1")
MOST_LATE_MINUTES = 600


class Presence(StrEnum):
    """How a student was there."""

    PRESENT = "present"
    LEAVE = "leave"
    AWAY = "away"


@dataclass(frozen=True)
class Lesson:
    """One session of one student: when, and what the teacher has marked; ``state`` is empty until then."""

    day: date
    starts: time
    ends: time
    state: str = ""
    late_minutes: int = 0

    @property
    def minutes(self) -> int:
        return (self.ends.hour - self.starts.hour) * HOUR_MINUTES + self.ends.minute - self.starts.minute


@dataclass(frozen=True)
class Away:
    """Training days in a row without leave: how many, and the last day attended before them."""

    days: int = 0
    last_attended_on: date | None = None


def day_states(lessons: Iterable[Lesson]) -> dict[date, str]:
    """What each training day was as a whole, in order: there once is there; away only when nothing else was marked.

    A day of which anything is unmarked, and on which the student is not known to have been, is unknown: empty.
    """
    found: dict[date, list[str]] = {}
    for lesson in lessons:
        found.setdefault(lesson.day, []).append(lesson.state)
    return {day: _day_state(states) for day, states in sorted(found.items())}


def _day_state(states: Sequence[str]) -> str:
    if Presence.PRESENT in states:
        return Presence.PRESENT
    if "" in states:
        return ""
    return Presence.LEAVE if Presence.LEAVE in states else Presence.AWAY


def longest_away(lessons: Iterable[Lesson], month: date, enough: int) -> Away:
    """The longest time away without leave that touches the month. A day with leave or unmarked ends it: it must be shown.

    Days before the month count, so that a time over its turn is found; but not again when they were ``enough`` by
    themselves, as that time was looked into then.
    """
    longest, before, inside, attended = Away(), 0, 0, None
    last = last_of(month)
    for day, state in day_states(lessons).items():
        if day > last:
            break
        if state != Presence.AWAY:
            before, inside = 0, 0
            attended = day if state == Presence.PRESENT else attended
            continue
        if day < month:
            before += 1
            continue
        inside += 1
        days = inside if before >= enough else before + inside
        if days > longest.days:
            longest = Away(days, attended)
    return longest


def month_sums(measure_id: int, month: date, lessons: Sequence[Lesson]) -> Attendance | None:
    """A student's month as ``progress`` keeps it; None when nothing has been marked in it.

    Lateness is taken from the hours attended; what is neither attended nor away was with leave or is not marked yet.
    """
    own = [one for one in lessons if first_of(one.day) == month]
    if not any(one.state for one in own):
        return None
    planned = _hours(sum(one.minutes for one in own))
    there = sum(max(0, one.minutes - one.late_minutes) for one in own if one.state == Presence.PRESENT)
    away = _hours(sum(one.minutes for one in own if one.state == Presence.AWAY))
    attended = min(_hours(there), planned)
    absent = min(away, planned - attended)
    run = longest_away(lessons, month, days_until_hearing(month)) if absent else Away()
    days = min(run.days, (last_of(month) - month).days + 1)
    return Attendance(measure_id, month, planned, attended, absent, days, run.last_attended_on)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / HOUR_MINUTES).quantize(TENTH, ROUND_HALF_UP)


def days_until_hearing(month: date) -> int:
    """Rule T1: after so many training days in a row without leave the student is heard (916/2012 5:5; 380/2023 §65)."""
    try:
        return law.rule("T1", last_of(month)).length
    except law.RuleNotInForce:
        return (last_of(month) - month).days + 1


# --- Two teachers at once --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """What a teacher marks for one student; ``version`` is of the mark that was seen, 0 when there was none."""

    enrolment_id: int
    state: str
    late_minutes: int = 0
    version: int = 0


@dataclass(frozen=True)
class Stored:
    """What stands in the books for one student of the session."""

    state: str
    late_minutes: int
    version: int
    marked_by: str = ""
    is_own: bool = False
    """The same teacher has written it: one's own later word stands, also when an answer was lost on the way."""
    marked_at: datetime | None = None


@dataclass(frozen=True)
class Clash:
    """Somebody else marked the student otherwise meanwhile: both are shown, and a person chooses."""

    mine: Mark
    theirs: Stored


@dataclass(frozen=True)
class Sorted:
    """Marks to write, how many say what is written already, and those that clash."""

    to_write: list[Mark] = field(default_factory=list)
    same: int = 0
    clashes: list[Clash] = field(default_factory=list)


def sort_marks(marks: Iterable[Mark], stored: Mapping[int, Stored]) -> Sorted:
    """Each mark beside what is stored. One that says the same is never a clash, however old it is."""
    found = Sorted(to_write=[], clashes=[])
    same = 0
    for mark in marks:
        theirs = stored.get(mark.enrolment_id)
        if theirs is not None and (theirs.state, theirs.late_minutes) == (mark.state, mark.late_minutes):
            same += 1
        elif theirs is not None and theirs.version != mark.version and not theirs.is_own:
            found.clashes.append(Clash(mark, theirs))
        else:
            found.to_write.append(mark)
    return Sorted(found.to_write, same, found.clashes)


def hours_text_of(minutes: int) -> str:
    """Minutes as hours with at most one decimal, with a point: "120", "112.5"."""
    hours = (Decimal(minutes) / HOUR_MINUTES).quantize(TENTH, ROUND_HALF_UP)
    return f"{hours.normalize():f}"
