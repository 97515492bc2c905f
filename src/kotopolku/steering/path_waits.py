"""How long people wait at the steps of a service path, and how much of it may be told. Pure.

Those who still wait count too: half of all have got on when the Kaplan–Meier curve says so, not when half of those who
have got on had. Not for: reading the journal (``queries/path_waiting.py``), which facts there are (``path_facts.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from kotopolku.training.suppression import Line, hidden_cells

WEEK = 7


class End(StrEnum):
    """How a waiting stands on the day of counting."""

    DONE = "done"
    """The ending act has come."""
    WAITING = "waiting"
    LEFT = "left"
    """The client is the organisation's no more, and the ending act never came."""


@dataclass(frozen=True)
class Waits:
    """``number`` people who have waited ``days`` days, with the same end."""

    end: End
    days: int
    number: int = 1


@dataclass(frozen=True)
class Event:
    """An act on a person: one that opens the waiting, or one that closes it."""

    day: date
    opens: bool


def spells(events: Iterable[Event]) -> list[tuple[date, date | None]]:
    """First and last day of each waiting, in order: from an opening act to the next closing one; None = not closed.

    A second opening act while somebody waits begins nothing, and a closing one closes nothing for who does not wait.
    ``events`` in the order in which they happened.
    """
    found: list[tuple[date, date | None]] = []
    waiting: date | None = None
    for event in events:
        if event.opens and waiting is None:
            waiting = event.day
        elif not event.opens and waiting is not None:
            found.append((waiting, event.day))
            waiting = None
    return [*found, (waiting, None)] if waiting is not None else found


def days_until(waits: Iterable[Waits], share: float) -> int | None:
    """Days by which ``share`` of all have got on, of those too who still wait or have left (Kaplan–Meier).

    None when the curve does not come so far: too many are still waiting. With nobody waiting or gone it is the smallest
    number of days within which at least ``share`` of them got on.
    """
    done: dict[int, int] = {}
    gone: dict[int, int] = {}
    for one in waits:
        kept = done if one.end == End.DONE else gone
        kept[one.days] = kept.get(one.days, 0) + one.number
    at_risk = sum(done.values()) + sum(gone.values())
    still = 1.0
    for days in sorted(done.keys() | gone.keys()):
        if at_risk and days in done:
            still *= 1 - done[days] / at_risk
            if still <= 1 - share + 1e-9:
                return days
        at_risk -= done.get(days, 0) + gone.get(days, 0)
    return None


class Verdict(StrEnum):
    """Against the organisation's own target for the step."""

    KEPT = "kept"
    OVER = "over"
    UNKNOWN = "unknown"
    """No target, or too little is known."""


@dataclass(frozen=True)
class Told:
    """What is told of one step's waiting. None = hidden: too few people, or to protect another number.

    ``middle`` and ``slow``: days by which half, and nine in ten, had got on; ``not_reached`` when they have not yet.
    """

    began: int | None
    done: int | None
    waiting: int | None
    left: int | None
    middle: int | None
    slow: int | None
    enough: bool
    """Whether there were people enough for a middle waiting; without them nothing is said of days."""
    enough_slow: bool
    longest_weeks: int | None
    """Whole weeks that the one who has waited longest has waited, told only when enough are waiting."""
    verdict: Verdict
    over_days: int = 0

    @property
    def nobody(self) -> bool:
        return self.began == 0


@dataclass(frozen=True)
class Limits:
    smallest: int
    smallest_median: int
    smallest_tail: int
    tail: float


def told(waits: Sequence[Waits], target_days: int | None, limits: Limits) -> Told:
    """One step's waiting as far as it may be told."""
    number = {end: sum(one.number for one in waits if one.end == end) for end in End}
    cells = {"began": sum(number.values()), **{end.value: number[end] for end in End}}
    line = Line("began", tuple(end.value for end in End))
    hidden = hidden_cells(cells, [line], limits.smallest)
    shown = {key: None if key in hidden else count for key, count in cells.items()}
    all_told = shown["began"] is not None
    enough = all_told and cells["began"] >= limits.smallest_median
    enough_slow = all_told and cells["began"] >= limits.smallest_tail
    middle = days_until(waits, 0.5) if enough else None
    slow = days_until(waits, limits.tail) if enough_slow else None
    still = shown[End.WAITING.value]
    longest = max((one.days for one in waits if one.end == End.WAITING), default=0)
    verdict, over = judged(middle, slow, target_days)
    return Told(
        shown["began"],
        shown[End.DONE.value],
        still,
        shown[End.LEFT.value],
        middle,
        slow,
        enough,
        enough_slow,
        longest // WEEK if still else None,
        verdict,
        over,
    )


def judged(middle: int | None, slow: int | None, target_days: int | None) -> tuple[Verdict, int]:
    """Whether nine in ten got on within the target, and by how many days they did not.

    While nine in ten have not got on, only a middle waiting over the target says something.
    """
    if target_days is None:
        return Verdict.UNKNOWN, 0
    if slow is not None:
        return (Verdict.OVER, slow - target_days) if slow > target_days else (Verdict.KEPT, 0)
    if middle is not None and middle > target_days:
        return Verdict.OVER, middle - target_days
    return Verdict.UNKNOWN, 0


def longest_at(told_by_step: Mapping[int, Told]) -> int | None:
    """The step at which half of the people wait longest; None when fewer than two steps can be compared."""
    known = [
        (one.middle, one.slow or 0, -step) for step, one in told_by_step.items() if one.middle is not None
    ]
    if len(known) < 2:
        return None
    middle, _slow, step = max(known)
    return -step if middle else None


def most_at(told_by_step: Mapping[int, Told]) -> int | None:
    """The step at which most people are waiting now; None when nobody is, or numbers are hidden or alike."""
    known = sorted(((one.waiting, step) for step, one in told_by_step.items() if one.waiting), reverse=True)
    if not known or (len(known) > 1 and known[0][0] == known[1][0]):
        return None
    return known[0][1]


@dataclass(frozen=True)
class Period:
    """Half a calendar year. Periods never overlap, so that one table cannot be taken from another."""

    year: int
    half: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.half}"

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def before(self) -> "Period":
        return Period(self.year, 1) if self.half == 2 else Period(self.year - 1, 2)


def periods(on: date, number: int = 8) -> list[Period]:
    """The period of the day and those before it, the newest first."""
    found = [Period(on.year, 1 if on.month <= 6 else 2)]
    while len(found) < number:
        found.append(found[-1].before)
    return found


def asked_period(text: str, on: date) -> Period:
    """The period in an address; the newest for one that is none of those offered."""
    offered = periods(on)
    return next((one for one in offered if one.key == text), offered[0])


# What clients say ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What one client said of a step."""

    score: int
    understood: bool | None
    text: str = ""
    language: str = ""
    id: int = 0
    month: date = date.min


@dataclass(frozen=True)
class Said:
    """What clients said of a step in a period. ``number`` None: too few have answered, and nothing else is told."""

    number: int | None
    spread: tuple[int, ...] = ()
    """How many chose 1, 2, 3, 4 and 5."""
    understood: int = 0
    answered: int = 0
    """How many said whether they understood what comes next."""
    words: tuple[Answer, ...] = ()

    @property
    def share(self) -> int | None:
        """Per cent who understood, of those who said; None when fewer than one did."""
        return round(100 * self.understood / self.answered) if self.answered else None


def said(answers: Sequence[Answer], smallest: int) -> Said:
    """Nothing at all under ``smallest`` answers, so that nobody can be guessed; 0 answers are told as none.

    A month with fewer is told together with those after it, once they are enough: what comes new is never one person's.
    Words come in the order of their ids, which are drawn by lot: it is not the order in which they were given.
    """
    asked, answers = answers, _in_groups(answers, smallest)
    if asked and not answers:
        return Said(None)
    scores = [one.score for one in answers]
    known = [one.understood for one in answers if one.understood is not None]
    if len(known) < smallest:
        known = []
    return Said(
        len(answers),
        tuple(scores.count(score) for score in range(1, 6)),
        sum(known),
        len(known),
        tuple(sorted((one for one in answers if one.text), key=lambda one: one.id)),
    )


def _in_groups(answers: Sequence[Answer], smallest: int) -> list[Answer]:
    """Those of months that are told: with ``smallest`` answers by themselves, or with the months before that had too few."""
    told: list[Answer] = []
    waiting: list[Answer] = []
    for _month, rows in groupby(sorted(answers, key=_month_of), key=_month_of):
        waiting += rows
        if len(waiting) >= smallest:
            told, waiting = told + waiting, []
    return told


def _month_of(answer: Answer) -> date:
    return answer.month


def told_months(period: Period, on: date) -> tuple[date, date]:
    """First and last month whose answers are told: a month is told when it is over, so that no single new answer shows.

    The last may come before the first: nothing is told yet.
    """
    running = on.replace(day=1)
    last = period.last.replace(day=1)
    if last >= running:
        last = date(running.year - (running.month == 1), running.month - 1 or 12, 1)
    return period.first, last
