"""Counting days as Act 150/1930 counts them: month ends, days off, working days, periods.

Which clock counts how is the business of `deadlines.py`; this module knows no rule of integration.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from functools import cache

import holidays

from kotopolku.law.statutes import DayOff, LawError, cite, statute_book
from kotopolku.law.wording import LANGUAGES, day_text, translated, weekday_text

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class ReversedPeriod(LawError):
    """A period whose last day is before its first."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            translated(
                "reversed-period",
                {lang: {"first": day_text(first, lang), "last": day_text(last, lang)} for lang in LANGUAGES},
            )
        )


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both included. Raises `ReversedPeriod`."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ReversedPeriod(self.first, self.last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def union(periods: Iterable[Period]) -> list[Period]:
    """The same days without overlaps, in order; periods that touch become one."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.first <= merged[-1].last + ONE_DAY:
            merged[-1] = Period(merged[-1].first, max(merged[-1].last, period.last))
        else:
            merged.append(period)
    return merged


def union_days(periods: Sequence[Period]) -> int:
    return sum(period.days for period in union(periods))


def add_months(start: date, months: int) -> date:
    """The day of the same number `months` later, or the last day of a month that lacks it (150/1930 § 3).

    Raises OverflowError past the last year of the calendar, as adding days does.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if year > MAXYEAR:
        raise OverflowError("date value out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def add_units(start: date, amount: int, unit: str) -> date:
    """`start` plus days, weeks, months or years; the first day is not counted (150/1930 §§ 2–3)."""
    if unit == "days":
        return start + timedelta(days=amount)
    if unit == "weeks":
        return start + timedelta(weeks=amount)
    if unit == "months":
        return add_months(start, amount)
    if unit == "years":
        return add_months(start, 12 * amount)
    raise ValueError(f"{unit} is not a unit of the calendar")


@cache
def _days_off(year: int) -> dict[date, DayOff]:
    """Days of 150/1930 § 5 in a year, without Saturdays and Sundays as such."""
    wanted = {item.source: item for item in statute_book().days_off}
    found: dict[date, DayOff] = {}
    for day, name in holidays.country_holidays("FI", years=year, language="en_US").items():
        for part in str(name).split("; "):
            if part in wanted:
                found[day] = wanted[part]
    return found


def named_days_off(year: int) -> dict[date, DayOff]:
    """The holidays, eves and other named days of 150/1930 § 5 in one year."""
    return dict(_days_off(year))


def is_working_day(day: date) -> bool:
    """False on Saturdays, Sundays and the named days of 150/1930 § 5."""
    return day.weekday() < SATURDAY and day not in _days_off(day.year)


def next_working_day(day: date) -> date:
    """The day itself when it is a working day, otherwise the first one after it (150/1930 § 5)."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def add_working_days(start: date, count: int, not_counted: Sequence[Period] = ()) -> date:
    """The `count`th working day after `start`; days of `not_counted` are passed over. Zero gives `start`."""
    day = start
    while count > 0:
        day += ONE_DAY
        if is_working_day(day) and not any(day in period for period in not_counted):
            count -= 1
    return day


def day_off_name(day: date, lang: str = "en") -> str | None:
    """“Midsummer Day”, “Saturday”, or None on a working day. A named day comes before the weekday."""
    named = _days_off(day.year).get(day)
    if named is not None:
        return named.names[lang]
    return None if is_working_day(day) else weekday_text(day, lang)


def counting_source(part: str) -> dict[str, str]:
    """The section of 150/1930 behind `start`, `length` or `shift`, in each language."""
    section = statute_book().counting_sections[part]
    return {lang: cite("150/1930", section, lang) for lang in LANGUAGES}
