"""Attendance by session as pure functions: days in a row, hours of a month, marks of two teachers."""

from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.progress.rules import check_attendance, interruption_rule
from kotopolku.training.teaching_rules import Away, Lesson, Mark, Stored, longest_away, month_sums, sort_marks

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def lessons(states: str, first: date = date(2026, 11, 2)) -> list[Lesson]:
    """One a day: P present, L with leave, A away, . not marked."""
    names = {"P": "present", "L": "leave", "A": "away", ".": ""}
    return [
        Lesson(first + timedelta(days=place), time(9), time(14), names[letter])
        for place, letter in enumerate(states)
    ]


def test_days_away_in_a_row_are_counted_with_the_last_day_attended() -> None:
    assert longest_away(lessons("PPAAAAAP"), NOVEMBER, 5) == Away(5, date(2026, 11, 3))


def test_leave_and_a_day_nobody_marked_end_the_row() -> None:
    assert longest_away(lessons("PAALAAA"), NOVEMBER, 5).days == 3
    assert longest_away(lessons("PAAA.AA"), NOVEMBER, 5).days == 3


def test_once_there_on_a_day_is_there_that_day() -> None:
    morning, afternoon = time(9), time(12)
    days = [
        Lesson(date(2026, 11, 2), morning, afternoon, "present"),
        Lesson(date(2026, 11, 2), afternoon, time(15), "away"),
        Lesson(date(2026, 11, 3), morning, afternoon, "away"),
        Lesson(date(2026, 11, 3), afternoon, time(15), "leave"),
    ]
    assert longest_away(days, NOVEMBER, 5).days == 0


def test_days_before_the_turn_of_the_month_count_but_are_not_looked_into_twice() -> None:
    over_the_turn = lessons("PAAAAA", date(2026, 11, 27))
    assert longest_away(over_the_turn, NOVEMBER, 5) == Away(3, date(2026, 11, 27))
    assert longest_away(over_the_turn, DECEMBER, 5) == Away(5, date(2026, 11, 27))
    long_before = lessons("PAAAAAAAA", date(2026, 11, 23))
    assert longest_away(long_before, NOVEMBER, 5).days == 7
    assert longest_away(long_before, DECEMBER, 5).days == 1


def test_lateness_is_taken_from_the_hours_attended_and_leave_from_neither() -> None:
    days = lessons("PLA.")
    days[0] = Lesson(days[0].day, time(9), time(14), "present", late_minutes=30)
    found = month_sums(7, NOVEMBER, days)
    assert found is not None
    hours = (found.hours_planned, found.hours_attended, found.hours_absent)
    assert hours == (Decimal("20.0"), Decimal("4.5"), Decimal("5.0"))
    assert month_sums(7, DECEMBER, days) is None


@given(st.text(alphabet="PLA.", min_size=1, max_size=60), st.integers(0, 400))
def test_sums_of_any_marks_are_figures_that_the_months_accept(states: str, late: int) -> None:
    days = [
        Lesson(one.day, one.starts, one.ends, one.state, late if one.state == "present" else 0)
        for one in lessons(states, date(2026, 10, 20))
    ]
    for month in (date(2026, 10, 1), NOVEMBER, DECEMBER):
        found = month_sums(1, month, days)
        assert found is None or check_attendance(found, date(2027, 1, 1)) == []


@given(st.integers(0, 12))
def test_the_hearing_begins_at_five_days_and_not_before(days: int) -> None:
    found = month_sums(1, NOVEMBER, lessons("P" + "A" * days))
    assert found is not None
    assert (interruption_rule(found) is not None) == (days >= 5)


def test_only_a_colleagues_different_mark_clashes() -> None:
    stored = {
        1: Stored("present", 0, 1),
        2: Stored("present", 0, 1),
        3: Stored("present", 0, 1, is_own=True),
        4: Stored("present", 0, 1),
    }
    found = sort_marks([Mark(1, "present"), Mark(2, "away"), Mark(3, "away"), Mark(4, "away", 0, 1)], stored)
    assert found.same == 1
    assert [one.mine.enrolment_id for one in found.clashes] == [2]
    assert [one.enrolment_id for one in found.to_write] == [3, 4]
