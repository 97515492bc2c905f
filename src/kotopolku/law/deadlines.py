"""One clock at a time: from a rule and its starting day to the nominal day, the due day and why.

Longest durations with extensions, and the change of Acts, are in `plans.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from kotopolku.law.day_count import (
    ONE_DAY,
    Period,
    add_units,
    add_working_days,
    day_off_name,
    next_working_day,
    union,
    union_days,
)
from kotopolku.law.explanation import (
    Explanation,
    Source,
    Step,
    a_day,
    a_day_off,
    a_long_day,
    an_amount,
    cited,
    rule_step,
    step,
)
from kotopolku.law.statutes import Rule, rule


@dataclass(frozen=True)
class Suspended:
    """Which interruptions fell inside a time, which did not, and the end with the days added."""

    end: date
    counted: tuple[Period, ...]
    outside: tuple[Period, ...]

    @property
    def days(self) -> int:
        return union_days(self.counted)


@dataclass(frozen=True)
class Due:
    """When a clock runs out. `nominal` is the day counted, `due` the day after 150/1930 § 5; both None where
    the rule has no number. `suspended_days` are calendar days. The explanation is made when asked for."""

    rule: Rule
    start: date
    nominal: date | None
    due: date | None
    suspended_days: int = 0
    base: date | None = None
    suspensions: tuple[Period, ...] = ()
    outside: tuple[Period, ...] = ()
    trigger: str = ""
    notes: tuple[Step, ...] = ()

    @property
    def shifted(self) -> bool:
        return self.due != self.nominal

    @cached_property
    def explanation(self) -> Explanation:
        return Explanation((rule_step(self.rule), *self.notes, *_count_steps(self)))


def due(
    rule_id: str,
    start: date,
    suspensions: Sequence[Period] = (),
    act: str | None = None,
    on: date | None = None,
    trigger: str | None = None,
) -> Due:
    """The clock `rule_id` from `start`, under the rule in force on `on` (or on `start`).

    Days of `suspensions` inside the running time are added, overlaps once. A day to act by moves to the next
    working day (150/1930 § 5); a period of validity does not move; working days are counted. `trigger` names
    the starting event more exactly than the rule does, for the explanation.
    Raises `UnknownRule`, `UnknownAct` and `RuleNotInForce`.
    """
    return due_under(rule(rule_id, on or start, act), start, suspensions, trigger)


def due_under(
    found: Rule,
    start: date,
    suspensions: Sequence[Period] = (),
    trigger: str | None = None,
    notes: tuple[Step, ...] = (),
) -> Due:
    """As `due`, for a rule already found: the transition between Acts decides some of them."""
    trigger = trigger or found.trigger
    if found.day is not None:
        end = next_working_day(found.day) if found.kind == "act-by" else found.day
        return Due(found, start, found.day, end, base=found.day, trigger=trigger, notes=notes)
    if found.amount is None:
        return Due(found, start, None, None, trigger=trigger, notes=notes)
    if found.kind == "count":
        return _counted(found, start, found.amount, suspensions, trigger, notes)
    base = add_units(start, found.amount, found.unit)
    reached = suspend(start, base, suspensions)
    end = next_working_day(reached.end) if found.kind == "act-by" else reached.end
    return Due(
        found, start, reached.end, end, reached.days, base, reached.counted, reached.outside, trigger, notes
    )


def _counted(
    found: Rule,
    start: date,
    amount: int,
    suspensions: Sequence[Period],
    trigger: str,
    notes: tuple[Step, ...],
) -> Due:
    merged = union(suspensions)
    base = add_working_days(start, amount)
    end = add_working_days(start, amount, merged)
    counted = tuple(
        Period(max(period.first, start + ONE_DAY), min(period.last, end))
        for period in merged
        if period.last > start and period.first <= end
    )
    outside = tuple(period for period in merged if period.last <= start or period.first > end)
    return Due(found, start, end, end, union_days(counted), base, counted, outside, trigger, notes)


def suspend(start: date, end: date, periods: Sequence[Period]) -> Suspended:
    """The end moved by the days of the interruptions that began before it; earlier days than `start` and
    interruptions that begin after the end reached add nothing."""
    counted: list[Period] = []
    outside: list[Period] = []
    for period in union(periods):
        if period.last < start or period.first > end:
            outside.append(period)
            continue
        inside = Period(max(period.first, start), period.last)
        counted.append(inside)
        end += timedelta(days=inside.days)
    return Suspended(end, tuple(counted), tuple(outside))


def start_step(trigger: str, start: date, counted: bool = True) -> Step:
    """“Client relationship began: Monday 26 April 2021.” Its source: that day itself is not counted."""
    return step(
        "trigger", ("count", "start") if counted else (), event=("event", trigger), day=a_long_day(start)
    )


def sum_steps(start: date, amount: int, unit: str, end: date) -> list[Step]:
    """“26 April 2021 + 2 months = Saturday 26 June 2021.”, and a word on a month that lacks the day."""
    source = ("count", "length")
    steps = [step("sum", source, start=a_day(start), amount=an_amount(amount, unit), end=a_long_day(end))]
    if unit in ("months", "years") and end.day != start.day:
        steps.append(step("clamped", source, number=start.day))
    return steps


def suspension_steps(
    base: date, reached: Suspended, source: Source = (), key: str = "suspended"
) -> list[Step]:
    """A step for each interruption, then the end with the days added."""
    steps = [_period_step(key, period, source) for period in reached.counted]
    if reached.days and key == "suspended":
        added = an_amount(reached.days, "days")
        steps.append(step("new-end", source, start=a_day(base), amount=added, end=a_long_day(reached.end)))
    return steps + [_period_step("suspension-outside", period, source) for period in reached.outside]


def _period_step(key: str, period: Period, source: Source) -> Step:
    first, last = a_day(period.first), a_day(period.last)
    return step(key, source, first=first, last=last, amount=an_amount(period.days, "days"))


def validity_steps(end: date) -> list[Step]:
    """Says that a validity stays where it ends, when that day is a day off."""
    if day_off_name(end) is None:
        return []
    return [step("validity-stays", ("count", "shift"), reason=a_day_off(end))]


def _shift_step(found: Rule, nominal: date, end: date) -> Step:
    if nominal == end:
        return step("not-moved", ("count", "shift"))
    key = "moved-earliest" if found.direction == "at-earliest" else "moved"
    return step(key, ("count", "shift"), day=a_day(nominal), reason=a_day_off(nominal), due=a_long_day(end))


def _count_steps(result: Due) -> list[Step]:
    found = result.rule
    if found.day is not None:
        fixed = found.day
        day_set = step("day-set", cited(found), day=a_long_day(fixed))
        return [
            day_set,
            *([_shift_step(found, fixed, result.due or fixed)] if found.kind == "act-by" else []),
        ]
    first = start_step(result.trigger, result.start, counted=found.amount is not None)
    if found.amount is None or result.base is None or result.nominal is None:
        key = "no-number" if found.kind == "without-delay" else "no-amount"
        return [first, step(key, cited(found))]
    amount, base, nominal = found.amount, result.base, result.nominal
    reached = Suspended(nominal, result.suspensions, result.outside)
    if found.kind == "count":
        counted = step("counted", cited(found), amount=an_amount(amount, found.unit), end=a_long_day(nominal))
        steps = [first, *suspension_steps(base, reached, key="suspended-count"), counted]
        if found.trigger == "last-attendance":
            steps.append(step("training-days"))
        return steps
    steps = [first, *sum_steps(result.start, amount, found.unit, base), *suspension_steps(base, reached)]
    return steps + (
        validity_steps(nominal)
        if found.kind == "validity"
        else [_shift_step(found, nominal, result.due or nominal)]
    )
