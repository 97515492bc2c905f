"""A past or invented year placed week by week, compared with the best that could have been done knowing all of it.

For judging the weekly rule before it is trusted. Not for: placing anybody, or promising an effect on people.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.weekly import Batch, Floats, Forecast, Future, forecast, place_week

HINDSIGHT_TIME = 600.0
"""Seconds at most; its steps end it long before on a quiet machine. A poor plan here would make every rule look good."""


@dataclass(frozen=True)
class Year:
    """A year's families by week of arrival, the places agreed for it, and last year's families as the pool."""

    families: Batch
    week: Ints
    """[n] 0–51"""
    capacity: Ints
    pool: Batch
    pool_week: Ints
    bonus: int

    @property
    def weeks(self) -> int:
        return int(self.week.max(initial=-1)) + 1

    def value(self, plan: Ints) -> tuple[int, int]:
        """Points without the bonus, and persons placed."""
        placed = np.flatnonzero(plan != NOWHERE)
        points = self.families.scores[placed, plan[placed]].astype(np.int64).sum()
        return int(points), int(self.families.use[placed, 0].sum())


@dataclass(frozen=True)
class Lived:
    """A year as a rule placed it."""

    plan: Ints
    score: int
    persons: int
    waited: int
    """Families placed later than the rule's own time."""
    cpu_seconds: float
    worst_week: float
    """CPU seconds."""


@dataclass(frozen=True)
class Moment:
    """What a rule may look at in one week."""

    week: int
    now: Batch
    room: Ints
    known: Batch
    coming: Forecast
    """Families to come beyond the known."""
    memory: dict[str, Sequence[Floats]]
    """Kept from week to week, for warm starts."""


Rule = Callable[[Year, Moment], Ints]
"""Places for the week's families, −1 to let one wait."""


def live(year: Year, rule: Rule, *, notice: int = 0, tentative: int = 0, wait: bool = True) -> Lived:
    """Run a rule through the year.

    ``notice``: weeks of the waiting list known ahead. ``tentative``: weeks after which a place is settled; until then it is
    decided anew each week together with the newcomers. ``wait``: who got nothing stays on the list.
    """
    plan = np.full(len(year.families), NOWHERE, np.int64)
    settled = np.zeros(len(plan), np.bool_)
    room, memory = year.capacity.copy(), dict[str, Sequence[Floats]]()
    past = np.bincount(year.pool_week, minlength=year.weeks) if len(year.pool_week) else np.zeros(1, np.int64)
    began, worst, waited = time.process_time(), 0.0, 0
    for week in range(year.weeks):
        start = time.process_time()
        oldest = 0 if wait else week - tentative
        rows = np.flatnonzero(~settled & (year.week <= week) & (year.week >= oldest))
        ahead = np.flatnonzero((year.week > week) & (year.week <= week + notice))
        weeks_left = year.weeks - 1 - week
        coming = _expected(past, year.week, week, weeks_left, len(ahead))
        if len(rows):
            moment = Moment(week, year.families.rows(rows), room, year.families.rows(ahead), coming, memory)
            chosen = rule(year, moment)
            last = week == year.weeks - 1
            now = (chosen != NOWHERE) & (last | (year.week[rows] <= week - tentative))
            sure = rows[now]
            plan[sure] = chosen[now]
            settled[sure] = True
            waited += int((year.week[sure] < week - tentative).sum())
            np.subtract.at(room, plan[sure], year.families.use[sure].astype(np.int64))
        worst = max(worst, time.process_time() - start)
    score, persons = year.value(plan)
    return Lived(plan, score, persons, waited, round(time.process_time() - began, 2), round(worst, 2))


def _expected(past: Ints, weeks: Ints, week: int, weeks_left: int, known: int) -> Forecast:
    """From last year's weeks and this year's so far."""
    seen = np.bincount(weeks[weeks <= week], minlength=week + 1)
    return forecast([*past.tolist(), *seen.tolist()], weeks_left, known)


def ours(year: Year, moment: Moment) -> Ints:
    """The product's weekly rule."""
    future = Future(moment.known, year.pool, moment.coming.mid, moment.coming.high)
    start = moment.memory.get("prices", ())
    week = place_week(moment.now, future, moment.room, bonus=year.bonus, start=start)
    moment.memory["prices"] = week.start
    return week.assignment


def greedy(year: Year, moment: Moment) -> Ints:
    """The week's best without a thought of the next."""
    problem = Problem.of(moment.now.scores, moment.now.use, moment.room, bonus=year.bonus)
    return solve(problem, budget=Budget(time_limit=20.0)).assignment


def case_by_case(year: Year, moment: Moment) -> Ints:
    """Each family in turn to its best place that has room."""
    room, plan = moment.room.copy(), np.full(len(moment.now), NOWHERE, np.int64)
    for row in range(len(plan)):
        use = moment.now.use[row].astype(np.int64)
        points = np.where((use <= room).all(axis=1), moment.now.scores[row], -1)
        best = int(points.argmax())
        if points[best] >= 0:
            plan[row] = best
            room[best] -= use
    return plan


def in_hindsight(year: Year, budget: Budget | None = None) -> Answer:
    """The year as one problem with everything known, and its proven bound."""
    problem = Problem.of(year.families.scores, year.families.use, year.capacity, bonus=year.bonus)
    return solve(problem, budget=budget or Budget(time_limit=HINDSIGHT_TIME))
