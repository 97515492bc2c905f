"""When events happen: rules, cancelled and moved dates, and the wall clock over both changes of the clocks."""

from datetime import UTC, date, datetime, time

import pytest

from kotopolku.information import recurrence
from kotopolku.information.recurrence import HELSINKI, BadRule, Exceptional, Pattern


def pattern(
    rule: str, *exceptions: Exceptional, day: date = date(2026, 10, 6), starts: time = time(17)
) -> Pattern:
    first = recurrence.at(day, starts)
    return Pattern(first, first.replace(hour=first.hour + 2), rule, exceptions)


def walls(of: Pattern, first: date, last: date) -> list[str]:
    return [f"{one.starts.astimezone(HELSINKI):%d.%m. %H:%M}" for one in recurrence.times(of, first, last)]


def test_every_tuesday_at_five_stays_at_five_over_the_autumn_change() -> None:
    weekly = pattern("FREQ=WEEKLY;BYDAY=TU")
    assert walls(weekly, date(2026, 10, 20), date(2026, 11, 3)) == [
        "20.10. 17:00",
        "27.10. 17:00",
        "03.11. 17:00",
    ]
    first, second, _third = recurrence.times(weekly, date(2026, 10, 20), date(2026, 11, 3))
    assert (first.starts.hour, second.starts.hour) == (14, 15), "another hour in UTC"


def test_a_nightly_event_at_the_missing_hour_goes_on_half_past_four_that_night_only() -> None:
    nightly = pattern("FREQ=DAILY", day=date(2027, 3, 26), starts=time(3, 30))
    assert walls(nightly, date(2027, 3, 27), date(2027, 3, 29)) == [
        "27.03. 03:30",
        "28.03. 04:30",
        "29.03. 03:30",
    ]


def test_a_nightly_event_at_the_doubled_hour_happens_once_at_the_first() -> None:
    nightly = pattern("FREQ=DAILY", day=date(2026, 10, 23), starts=time(3, 30))
    found = recurrence.times(nightly, date(2026, 10, 25), date(2026, 10, 25))
    assert [one.starts for one in found] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_a_cancelled_date_is_told_and_not_left_out() -> None:
    weekly = pattern("FREQ=WEEKLY", Exceptional(date(2026, 10, 13), notes={"fi": "Syysloma"}))
    _first, second = recurrence.times(weekly, date(2026, 10, 1), date(2026, 10, 13))
    assert (second.cancelled, second.notes) == (True, {"fi": "Syysloma"})


def test_a_moved_date_stands_at_its_new_time_and_knows_the_old() -> None:
    to = recurrence.at(date(2026, 10, 14), time(18))
    weekly = pattern("FREQ=WEEKLY", Exceptional(date(2026, 10, 13), False, to, to.replace(hour=to.hour + 1)))
    moved = recurrence.times(weekly, date(2026, 10, 12), date(2026, 10, 18))
    assert [(one.original, one.moved, one.starts) for one in moved] == [(date(2026, 10, 13), True, to)]


def test_a_date_moved_back_from_after_the_time_asked_for_is_found() -> None:
    to = recurrence.at(date(2026, 10, 16), time(18))
    weekly = pattern("FREQ=WEEKLY", Exceptional(date(2026, 10, 20), False, to, to.replace(hour=to.hour + 1)))
    assert walls(weekly, date(2026, 10, 14), date(2026, 10, 17)) == ["16.10. 18:00"]


def test_what_began_years_ago_and_goes_on_still_has_its_dates() -> None:
    daily = pattern("FREQ=DAILY", day=date(2020, 1, 1))
    assert walls(daily, date(2026, 11, 23), date(2026, 11, 23)) == ["23.11. 17:00"]
    assert recurrence.dates_among(daily, [date(2026, 11, 23)]) == {date(2026, 11, 23)}
    until = pattern("FREQ=DAILY;UNTIL=20261130T235959", day=date(2020, 1, 1))
    assert recurrence.last_day(until, date(2030, 1, 1)) == date(2026, 11, 30)


def test_what_lasts_for_days_ends_on_its_last() -> None:
    starts = recurrence.at(date(2026, 11, 20), time(10))
    exhibition = Pattern(starts, starts.replace(day=25))
    assert recurrence.last_day(exhibition, date(2030, 1, 1)) == date(2026, 11, 25)
    assert walls(exhibition, date(2026, 11, 23), date(2026, 11, 23)) == ["20.11. 10:00"]


def test_last_day_of_a_rule_counts_its_last_date() -> None:
    assert recurrence.last_day(pattern("FREQ=WEEKLY;COUNT=3"), date(2030, 1, 1)) == date(2026, 10, 20)
    assert recurrence.last_day(pattern("FREQ=WEEKLY;UNTIL=20261025T235959"), date(2030, 1, 1)) == date(
        2026, 10, 20
    )
    assert recurrence.last_day(pattern("FREQ=WEEKLY"), date(2030, 1, 1)) is None
    assert recurrence.last_day(pattern(""), date(2030, 1, 1)) == date(2026, 10, 6)


def test_a_last_day_given_in_utc_is_a_finnish_day() -> None:
    starts = recurrence.at(date(2026, 10, 6), time(17))
    assert recurrence.tidy("RRULE:FREQ=WEEKLY;UNTIL=20261012T220000Z", starts).endswith(
        "UNTIL=20261013T235959"
    )


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=HOURLY", "too-often"),
        ("FREQ=SECONDLY;COUNT=9", "too-often"),
        ("FREQ=WEEKLY;BYHOUR=3", "unknown-part"),
        ("FREQ=WEEKLY;BYDAY=XX", "bad-rule"),
        ("WEEKLY", "unknown-part"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "bad-rule"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=DAILY;UNTIL=20200101", "never"),
        ("FREQ=DAILY;INTERVAL=0", "bad-rule"),
        ("FREQ=DAILY;COUNT=00", "bad-rule"),
        ("FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 200))), "bad-rule"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_when_it_is_written(rule: str, code: str) -> None:
    with pytest.raises(BadRule) as bad:
        recurrence.tidy(rule, recurrence.at(date(2026, 10, 6), time(17)))
    assert bad.value.code == code


def test_leap_day_is_a_date_that_comes() -> None:
    starts = recurrence.at(date(2028, 2, 29), time(17))
    assert recurrence.tidy("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", starts)


def test_a_rule_without_end_is_counted_only_so_far() -> None:
    daily = pattern("FREQ=DAILY")
    assert len(recurrence.times(daily, date(2026, 1, 1), date(2100, 1, 1))) == recurrence.MOST


def test_a_rule_gets_another_last_day_or_none() -> None:
    assert recurrence.until("FREQ=WEEKLY;COUNT=3", None) == "FREQ=WEEKLY;COUNT=3"
    assert recurrence.until("FREQ=WEEKLY;UNTIL=20261025T235959", None) == "FREQ=WEEKLY"
    assert recurrence.until("FREQ=WEEKLY;COUNT=3", date(2026, 12, 1)) == "FREQ=WEEKLY;UNTIL=20261201T235959"


def test_the_same_weekday_of_every_month() -> None:
    assert recurrence.monthly_weekday(date(2026, 11, 24)) == "FREQ=MONTHLY;INTERVAL=1;BYDAY=4TU"
    assert recurrence.monthly_weekday(date(2026, 12, 31)) == "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1TH"
