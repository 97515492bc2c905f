"""What the room's figures mean, as pure functions: hours that fit, absence too long, levels that fell, small numbers.

Not for: the law's own numbers (``law``), storing (``actions``). No Django.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kotopolku import law
from kotopolku.clients.rules import Refusal

# --- Attendance ------------------------------------------------------------------------------------------------------

MONTH_FUTURE = "The month has not begun yet."
HOURS_IMPOSSIBLE = "Hours of a month are from 0 to 744."
MORE_THAN_PLANNED = "Attended and absent are together more than the planned hours (%(planned)s)."
DAYS_IMPOSSIBLE = "The month does not have so many days."
ABSENCE_WITHOUT_HOURS = "Write the hours absent without leave, or take the days away."
ATTENDED_LATER = "The last day attended is after the month, or in the future."
"""English sentences of the refusals; ``wording.py`` has them marked for translation."""

MOST_HOURS = Decimal(744)
"""Hours of the longest month: more cannot be."""


@dataclass(frozen=True)
class Attendance:
    """One participant's month. Hours; ``longest_absence`` in training days in a row without leave."""

    measure_id: int
    month: date
    """Its first day."""
    hours_planned: Decimal
    hours_attended: Decimal
    hours_absent: Decimal = Decimal(0)
    longest_absence: int = 0
    last_attended_on: date | None = None


def first_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of the month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_back(day: date, number: int) -> list[date]:
    """First days of the month of ``day`` and of those before it, the newest first."""
    months = [first_of(day)]
    while len(months) < number:
        months.append(first_of(months[-1] - timedelta(days=1)))
    return months


def check_attendance(row: Attendance, today: date) -> list[Refusal]:
    """What cannot be so in one participant's month. Empty when nothing is wrong."""
    found = []
    if row.month > today:
        found.append(Refusal("month", "month-future", MONTH_FUTURE))
    for name in ("hours_planned", "hours_attended", "hours_absent"):
        if not 0 <= getattr(row, name) <= MOST_HOURS:
            found.append(Refusal(name, "hours-impossible", HOURS_IMPOSSIBLE))
    if not found and row.hours_attended + row.hours_absent > row.hours_planned:
        found.append(
            Refusal("hours_attended", "more-than-planned", MORE_THAN_PLANNED, {"planned": row.hours_planned})
        )
    if not 0 <= row.longest_absence <= calendar.monthrange(row.month.year, row.month.month)[1]:
        found.append(Refusal("longest_absence", "days-impossible", DAYS_IMPOSSIBLE))
    elif row.longest_absence and not row.hours_absent:
        found.append(Refusal("hours_absent", "absence-without-hours", ABSENCE_WITHOUT_HOURS))
    if row.last_attended_on is not None and row.last_attended_on > min(today, last_of(row.month)):
        found.append(Refusal("last_attended_on", "attended-later", ATTENDED_LATER))
    return found


def interruption_rule(row: Attendance) -> law.Rule | None:
    """T1 if the days in a row without leave are as many as the law says; else None (916/2012 5:5; 380/2023 §65)."""
    try:
        rule = law.rule("T1", last_of(row.month))
    except law.RuleNotInForce:
        return None
    return rule if row.longest_absence >= rule.length else None


# --- Language levels -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LevelPoint:
    """One finding of one skill."""

    language: str
    skill: str
    level: str
    rank: int
    on: date


@dataclass(frozen=True)
class Regress:
    """A skill found lower than before."""

    language: str
    skill: str
    before: LevelPoint
    now: LevelPoint


def latest(points: Iterable[LevelPoint]) -> dict[tuple[str, str], LevelPoint]:
    """The newest finding of each language and skill; of two on one day the later given."""
    found: dict[tuple[str, str], LevelPoint] = {}
    for point in points:
        key = (point.language, point.skill)
        if key not in found or point.on >= found[key].on:
            found[key] = point
    return found


def regressed(points: Sequence[LevelPoint]) -> list[Regress]:
    """Skills whose newest level is below the best one found on an earlier day."""
    found = []
    for key, now in latest(points).items():
        earlier = [one for one in points if (one.language, one.skill) == key and one.on < now.on]
        best = max(earlier, key=lambda one: (one.rank, one.on), default=None)
        if best is not None and best.rank > now.rank:
            found.append(Regress(*key, before=best, now=now))
    return found


# --- What came later -------------------------------------------------------------------------------------------------


def follow_up_rules(ended_on: date) -> list[law.Rule]:
    """Our own targets for asking after the end: 3, 6 and 12 months, as the law's data have them."""
    found = [rule for rule in law.rules(ended_on) if rule.id.startswith("O-L") and rule.own]
    return sorted(found, key=lambda rule: rule.length)


def follow_up_days(ended_on: date) -> list[tuple[law.Rule, date]]:
    """Each rule with the day on which to ask: a working day."""
    days = []
    for rule in follow_up_rules(ended_on):
        due = law.due(rule.id, ended_on).due
        if due is not None:
            days.append((rule, due))
    return days


def hidden(counts: Mapping[str, int], smallest: int) -> tuple[dict[str, int | None], int | None]:
    """(counts, total) that may be shown: no number under ``smallest`` but 0, and a total only when no number is hidden.

    With the total beside them the hidden numbers would be a subtraction away.
    """
    shown = {name: None if 0 < number < smallest else number for name, number in counts.items()}
    return shown, None if None in shown.values() else sum(counts.values())
