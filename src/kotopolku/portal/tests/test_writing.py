"""Days, times and numbers as the pages write them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from kotopolku import clock, writing

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("language", "day", "short", "long"),
    [
        ("fi", "27.11.2026", "pe\u00a027.11.", "perjantai 27. marraskuuta 2026"),
        ("sv", "27.11.2026", "fre\u00a027.11.", "fredag 27 november 2026"),
        ("en", "27 November 2026", "Fri\u00a027\u00a0Nov", "Friday 27 November 2026"),
    ],
)
def test_a_day_is_written_as_each_language_writes_it(language: str, day: str, short: str, long: str) -> None:
    with translation.override(language), clock.at(date(2026, 11, 23)):
        assert writing.day(FRIDAY) == day
        assert writing.weekday_day(FRIDAY) == short
        assert writing.long_day(FRIDAY) == long


def test_the_year_is_told_when_it_is_another() -> None:
    with translation.override("fi"), clock.at(date(2025, 11, 23)):
        assert writing.weekday_day(FRIDAY) == "pe\u00a027.11.2026"


def test_a_moment_before_midnight_in_london_is_the_next_day_in_finland() -> None:
    with translation.override("fi"):
        assert writing.day(datetime(2026, 11, 27, 23, 4, tzinfo=UTC)) == "28.11.2026"
        assert writing.clock_time(datetime(2026, 11, 27, 23, 4, tzinfo=UTC)) == "1.04"


def test_thousands_are_parted_by_a_narrow_space_in_finnish_and_a_comma_in_english() -> None:
    with translation.override("fi"):
        assert writing.number(1234567.5) == "1\u202f234\u202f567,5"
    with translation.override("en"):
        assert writing.number(1234567.5) == "1,234,567.5"


def test_days_left_are_told_in_words() -> None:
    with translation.override("en"):
        assert [writing.days_words(left) for left in (-4, -1, 0, 1, 3)] == [
            "4 days late",
            "1 day late",
            "today",
            "1 day left",
            "3 days left",
        ]


def test_nothing_is_written_for_no_day() -> None:
    assert writing.day(None) == writing.weekday_day(None) == writing.long_day("") == ""
