"""Opening hours: over midnight, exceptions, both changes of the clocks, and what people type."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.information import hours_rules as rules
from kotopolku.information.hours_rules import HELSINKI, Exceptional, Hour, Hours, Kind

SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
WEEK = Hours(Kind.WEEKLY, {day: ((time(9), time(15)),) for day in range(1, 6)})
CLUB = Hours(Kind.WEEKLY, {5: ((time(21), time(3)),), 6: ((time(21), time(3)),)})
NIGHT = Hours(Kind.WEEKLY, {6: ((time(22), time(6)),), 7: ((time(2), time(5)),)})


def wall(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """What the clock on the wall shows, without a time zone."""
    return datetime.combine(date(year, month, day), time(hour))


def at(year: int, month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HELSINKI, fold=fold)


def test_a_weekday_is_open_until_the_afternoon() -> None:
    now = rules.at(WEEK, at(2026, 11, 23, 10))
    assert (now.open, now.closes) == (True, at(2026, 11, 23, 15))


def test_the_minute_of_closing_is_closed() -> None:
    assert not rules.at(WEEK, at(2026, 11, 23, 15)).open


def test_after_friday_it_opens_on_monday() -> None:
    assert rules.at(WEEK, at(2026, 11, 27, 16)).opens == at(2026, 11, 30, 9)


@pytest.mark.parametrize(
    ("day", "hour", "is_open"), [(27, 22, True), (28, 2, True), (28, 3, False), (29, 2, True), (30, 2, False)]
)
def test_hours_over_midnight_belong_to_the_evening_before(day: int, hour: int, is_open: bool) -> None:
    assert rules.at(CLUB, at(2026, 11, day, hour)).open is is_open


def test_an_exception_closes_its_days() -> None:
    hours = Hours(
        Kind.WEEKLY, WEEK.weekly, (Exceptional(date(2026, 12, 24), date(2026, 12, 27), (), "Joulu"),)
    )
    now = rules.at(hours, at(2026, 12, 24, 10))
    assert (now.open, now.opens) == (False, at(2026, 12, 28, 9))


def test_of_two_exceptions_for_a_day_the_later_written_counts() -> None:
    day = date(2026, 12, 5)
    hours = Hours(Kind.WEEKLY, {}, (Exceptional(day, day), Exceptional(day, day, ((time(10), time(14)),))))
    assert rules.at(hours, at(2026, 12, 5, 11)).open


def test_always_open_with_a_closed_day_closes_then() -> None:
    day = date(2026, 12, 6)
    hours = Hours(Kind.ALWAYS, exceptions=(Exceptional(day, day),))
    assert rules.at(hours, at(2026, 12, 5, 12)).closes == at(2026, 12, 6, 0)
    assert not rules.at(hours, at(2026, 12, 6, 12)).open
    assert rules.at(hours, at(2026, 12, 7, 12)).closes is None


def test_a_closing_that_is_far_is_not_told_as_tonights() -> None:
    day = date(2026, 12, 24)
    hours = Hours(Kind.ALWAYS, exceptions=(Exceptional(day, day),))
    now = rules.at(hours, at(2026, 11, 23, 12))
    assert (now.open, now.closes) == (True, None)


def test_by_appointment_and_unknown_are_neither_open_nor_opening() -> None:
    for hours in (Hours(Kind.APPOINTMENT), Hours()):
        now = rules.at(hours, at(2026, 11, 23, 10))
        assert (now.open, now.opens) == (False, None)


# --- The clocks change ------------------------------------------------------------------------------------------------


def test_half_past_three_does_not_exist_on_the_spring_sunday_and_half_past_four_stands_for_it() -> None:
    assert rules.hour_kind(SPRING, time(3, 30)) == Hour.MISSING
    assert rules.instead_of(SPRING, time(3, 30)) == time(4, 30)
    assert rules.hour_kind(SPRING, time(2, 59)) == rules.hour_kind(SPRING, time(4)) == Hour.FINE


def test_half_past_three_comes_twice_on_the_autumn_sunday_and_the_first_is_taken() -> None:
    assert rules.hour_kind(AUTUMN, time(3, 30)) == Hour.DOUBLED
    assert rules.moment(AUTUMN, time(3, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert rules.hour_kind(AUTUMN, time(4)) == Hour.FINE


def test_a_night_over_the_spring_change_is_an_hour_shorter_and_never_fails() -> None:
    [span] = rules.spans(NIGHT, date(2027, 3, 27), SPRING)
    assert (span[1] - span[0]).total_seconds() == 7 * 3600
    assert rules.at(NIGHT, at(2027, 3, 28, 4, 30)).open
    assert rules.at(NIGHT, at(2027, 3, 28, 3, 30)).open, "a moment given by a missing hour"


def test_a_night_over_the_autumn_change_is_an_hour_longer() -> None:
    [span] = rules.spans(NIGHT, date(2026, 10, 24), AUTUMN)
    assert (span[1] - span[0]).total_seconds() == 9 * 3600
    for fold in (0, 1):
        assert rules.at(NIGHT, at(2026, 10, 25, 3, 30, fold)).open


def test_hours_of_the_missing_hour_move_on_or_vanish_but_never_fail() -> None:
    gone = Hours(Kind.WEEKLY, {7: ((time(3), time(4)),)})
    assert list(rules.spans(gone, SPRING, SPRING)) == []
    late = Hours(Kind.WEEKLY, {7: ((time(3, 30), time(6)),)})
    [span] = rules.spans(late, SPRING, SPRING)
    assert span[0].astimezone(HELSINKI).time() == time(4, 30)


@given(
    st.dictionaries(st.integers(1, 7), st.lists(st.tuples(st.times(), st.times()), max_size=3).map(tuple)),
    st.datetimes(wall(2026, 1, 1), wall(2028, 1, 1)),
    st.integers(0, 1),
)
def test_every_week_can_be_asked_at_every_moment(
    weekly: dict[int, rules.Times], wall: datetime, fold: int
) -> None:
    hours = Hours(Kind.WEEKLY, weekly)
    moment = wall.replace(tzinfo=HELSINKI, fold=fold)
    now = rules.at(hours, moment)
    if now.open and now.closes is not None:
        assert now.closes.astimezone(UTC) > moment.astimezone(UTC)
    if now.opens is not None:
        assert now.opens.astimezone(UTC) > moment.astimezone(UTC)


# --- As typed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        ("9–15", ((time(9), time(15)),)),
        ("9.30-12, 13–17:15", ((time(9, 30), time(12)), (time(13), time(17, 15)))),
        ("21–03", ((time(21), time(3)),)),
        ("0–24", ((time(0), time(0)),)),
        ("kiinni", ()),
        ("", ()),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, times: rules.Times) -> None:
    assert rules.read_times(typed) == (times, [])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("nine", "bad-times"),
        ("9–25", "no-such-time"),
        ("9–14, 13–16", "times-overlap"),
        ("21–3, 22–23", "times-overlap"),
    ],
)
def test_times_that_cannot_be_are_named(typed: str, code: str) -> None:
    assert [fault.code for fault in rules.read_times(typed)[1]] == [code]


def test_exceptions_are_read_line_by_line() -> None:
    found, wrong, _known = rules.read_exceptions(
        "24.12.2026–26.12.2026 kiinni\n5.12.2026 10–12, 13–15 Joulu\n"
    )
    assert wrong == []
    assert found == (
        Exceptional(date(2026, 12, 24), date(2026, 12, 26)),
        Exceptional(
            date(2026, 12, 5), date(2026, 12, 5), ((time(10), time(12)), (time(13), time(15))), "Joulu"
        ),
    )


def test_a_wrong_line_is_named_by_its_number() -> None:
    _found, wrong, _known = rules.read_exceptions("5.12.2026 10–12\n31.2.2026 closed\nsoon\n6.12.2026")
    assert [(fault.line, fault.code) for fault in wrong] == [
        (2, "no-such-day"),
        (3, "bad-exception"),
        (4, "exception-says-nothing"),
    ]


def test_an_opening_typed_at_the_missing_hour_names_the_one_that_exists() -> None:
    _found, [fault], _known = rules.read_exceptions("28.3.2027 3.30–10")
    assert (fault.code, fault.params["typed"], fault.params["better"]) == ("hour-missing", "03.30", "04.30")


def test_an_opening_typed_at_the_doubled_hour_is_taken_and_said() -> None:
    found, wrong, [known] = rules.read_exceptions("25.10.2026 3.30–10")
    assert (len(found), wrong, known.code) == (1, [], "hour-doubled")


def test_hours_are_kept_and_typed_again_alike() -> None:
    exceptions, _wrong, _known = rules.read_exceptions(
        "24.12.2026–26.12.2026 closed\n5.12.2026 10–14 vain aula"
    )
    hours = Hours(Kind.WEEKLY, {1: ((time(9), time(15, 30)),)}, exceptions, {"fi": "Soita ensin."})
    assert rules.from_json(rules.to_json(hours)) == hours
    again = rules.typed_exceptions(hours.exceptions, "closed")
    assert rules.read_exceptions(again)[0] == hours.exceptions


def test_kept_hours_that_cannot_be_read_are_left_out() -> None:
    kept = {
        "kind": "sometimes",
        "weekly": {"x": [], "2": [["9", "ten"]]},
        "exceptions": [{"to": "2026-01-01"}],
    }
    assert not rules.from_json(kept)
