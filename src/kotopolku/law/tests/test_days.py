"""Act 150/1930: which days are off, how months clamp, how working days and periods are counted."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.law import (
    LANGUAGES,
    Period,
    ReversedPeriod,
    add_months,
    add_working_days,
    day_off_name,
    is_working_day,
    next_working_day,
    union,
    union_days,
)
from kotopolku.law.day_count import named_days_off

DAYS = st.dates(date(2011, 9, 1), date(2040, 12, 31))
PERIODS = st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=6).map(
    lambda rows: [Period(first, first + timedelta(days=length)) for first, length in rows]
)


def easter(year: int) -> date:
    """Gregorian Easter by the anonymous algorithm: a second source beside the holiday package."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def first_saturday(start: date) -> date:
    return start + timedelta(days=(5 - start.weekday()) % 7)


@pytest.mark.parametrize("year", range(2011, 2041))
def test_named_days_are_exactly_those_of_the_act(year: int) -> None:
    sunday = easter(year)
    midsummer = first_saturday(date(year, 6, 20))
    expected = {date(year, month, day) for month, day in [(1, 1), (1, 6), (5, 1), (12, 6)]}
    expected |= {date(year, 12, 24), date(year, 12, 25), date(year, 12, 26)}
    expected |= {sunday + timedelta(days=offset) for offset in (-2, 0, 1, 39, 49)}
    expected |= {midsummer, midsummer - timedelta(days=1), first_saturday(date(year, 10, 31))}
    assert set(named_days_off(year)) == expected


def test_new_years_eve_and_the_days_before_easter_and_epiphany_are_working_days() -> None:
    for day in (date(2020, 12, 31), date(2021, 4, 1), date(2021, 1, 5), date(2021, 4, 30)):
        assert is_working_day(day)
        assert day_off_name(day) is None


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2021, 6, 25), date(2021, 6, 28)),  # Midsummer Eve
        (date(2021, 6, 26), date(2021, 6, 28)),  # Midsummer Day
        (date(2020, 12, 24), date(2020, 12, 28)),  # Christmas Eve on a Thursday
        (date(2021, 12, 24), date(2021, 12, 27)),  # on a Friday
        (date(2024, 12, 24), date(2024, 12, 27)),  # on a Tuesday
        (date(2021, 4, 2), date(2021, 4, 6)),  # Good Friday to the Tuesday after Easter
        (date(2024, 3, 29), date(2024, 4, 2)),
        (date(2024, 5, 1), date(2024, 5, 2)),  # 1 May on a Wednesday
        (date(2026, 5, 1), date(2026, 5, 4)),  # on a Friday
        (date(2024, 12, 6), date(2024, 12, 9)),  # Independence Day on a Friday
        (date(2026, 12, 6), date(2026, 12, 7)),  # on a Sunday
        (date(2022, 1, 6), date(2022, 1, 7)),  # Epiphany
        (date(2021, 5, 13), date(2021, 5, 14)),  # Ascension Day
        (date(2024, 6, 29), date(2024, 7, 1)),  # an ordinary Saturday
        (date(2022, 12, 31), date(2023, 1, 2)),  # Saturday, then New Year's Day
        (date(2021, 6, 24), date(2021, 6, 24)),
    ],
)
def test_a_day_off_moves_to_the_next_working_day(day: date, moved: date) -> None:
    assert next_working_day(day) == moved


def test_days_off_have_a_name_in_every_language() -> None:
    assert [day_off_name(date(2021, 6, 26), lang) for lang in LANGUAGES] == [
        "juhannuspäivä",
        "midsommardagen",
        "Midsummer Day",
    ]
    assert [day_off_name(date(2024, 6, 29), lang) for lang in LANGUAGES] == ["lauantai", "lördag", "Saturday"]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2021, 10, 31), 2, date(2021, 12, 31)),
        (date(2021, 12, 15), 1, date(2022, 1, 15)),
    ],
)
def test_months_keep_the_day_number_or_end_with_the_month(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@given(DAYS, st.integers(0, 120))
def test_added_months_land_in_the_right_month_on_the_day_or_its_last(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(DAYS, st.integers(1, 30))
def test_working_days_are_counted_one_by_one(start: date, count: int) -> None:
    end = add_working_days(start, count)
    between = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day) for day in between) == count
    assert is_working_day(end)


def test_five_working_days_over_independence_day() -> None:
    assert add_working_days(date(2026, 11, 30), 5) == date(2026, 12, 7)
    assert add_working_days(date(2024, 12, 20), 5) == date(2025, 1, 2)


@given(PERIODS)
def test_union_counts_every_day_once(periods: list[Period]) -> None:
    days = {period.first + timedelta(days=number) for period in periods for number in range(period.days)}
    assert union_days(periods) == len(days)
    merged = union(periods)
    assert all(
        earlier.last + timedelta(days=1) < later.first for earlier, later in itertools.pairwise(merged)
    )


def test_a_reversed_period_is_refused_in_every_language() -> None:
    with pytest.raises(ReversedPeriod) as refused:
        Period(date(2022, 3, 31), date(2022, 1, 1))
    assert "31 March 2022" in refused.value.message("en")
    assert "31.3.2022" in refused.value.message("fi")
    assert "31 mars 2022" in refused.value.message("sv")
