"""Times on a Finnish clock, overlaps, and the no-show fee of 681/2023 § 32a: the pure rules."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.appointments import rules
from kotopolku.appointments.rules import Absence, Absent, Booking, Slot
from kotopolku.clock import HELSINKI

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
"""Nights in which Finnish clocks are changed."""

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
HOURS = st.times().map(lambda at: at.replace(microsecond=0, second=0))
COSTS = st.none() | st.decimals(0, 500, places=2)
ABSENCES = st.builds(
    Absence,
    booked_on=DAYS,
    stayed_away=st.booleans(),
    born=st.none() | st.dates(date(1930, 1, 1), date(2030, 1, 1)),
    warned_on=st.none() | DAYS,
    cost_eur=COSTS,
)


def test_a_time_that_the_clock_skips_does_not_exist() -> None:
    _slot, wrong = rules.slot(SPRING, time(3, 30), time(4, 30))
    assert [(one.field, one.code) for one in wrong] == [("starts", "clock-skips")]


def test_a_time_that_comes_twice_is_not_guessed() -> None:
    _slot, wrong = rules.slot(AUTUMN, time(2), time(3, 30))
    assert [(one.field, one.code) for one in wrong] == [("ends", "clock-repeats")]


def test_an_appointment_over_the_change_lasts_its_true_minutes() -> None:
    spring, _ = rules.slot(SPRING, time(2), time(5))
    autumn, _ = rules.slot(AUTUMN, time(2), time(5))
    assert spring is not None
    assert autumn is not None
    assert (spring.minutes, autumn.minutes) == (120, 240)


@pytest.mark.parametrize(("starts", "ends", "code"), [
    (time(10), time(9), "ends-before-start"),
    (time(10), time(10), "ends-before-start"),
    (time(6), time(20), "too-long"),
])  # fmt: skip
def test_an_appointment_ends_after_it_begins_and_the_same_day(starts: time, ends: time, code: str) -> None:
    made, wrong = rules.slot(date(2026, 11, 18), starts, ends)
    assert made is None
    assert [one.code for one in wrong] == [code]


@given(DAYS, HOURS)
def test_a_moment_reads_the_same_on_the_wall(day: date, at: time) -> None:
    try:
        found = rules.moment(day, at)
    except (rules.ClockSkips, rules.ClockRepeats):
        assert 3 <= at.hour < 4
        return
    assert found.astimezone(UTC).astimezone(HELSINKI).replace(tzinfo=None) == datetime.combine(day, at)


def slots() -> st.SearchStrategy[Slot]:
    begin = st.integers(0, 500)
    length = st.integers(1, 120)
    zero = datetime(2026, 11, 16, tzinfo=UTC)
    return st.builds(
        lambda start, minutes: Slot(
            zero + timedelta(minutes=start), zero + timedelta(minutes=start + minutes)
        ),
        begin,
        length,
    )


@given(slots(), slots())
def test_overlap_is_mutual_and_means_a_shared_minute(one: Slot, other: Slot) -> None:
    def minutes(slot: Slot) -> set[int]:
        zero = datetime(2026, 11, 16, tzinfo=UTC)
        first = int((slot.starts - zero).total_seconds() // 60)
        return set(range(first, first + slot.minutes))

    assert one.overlaps(other) == other.overlaps(one) == bool(minutes(one) & minutes(other))


@given(slots(), slots(), st.frozensets(st.integers(1, 3)), st.frozensets(st.integers(1, 3)))
def test_a_clash_needs_a_shared_time_and_a_shared_worker_or_room(
    one: Slot, other: Slot, mine: frozenset[int], theirs: frozenset[int]
) -> None:
    wanted = Booking(1, one, mine, room="Sali A")
    booked = Booking(2, other, theirs, room=" sali  a")
    found = rules.clashes(wanted, [booked, wanted])
    expected = len(mine & theirs) + 1 if one.overlaps(other) else 0
    assert len(found) == expected
    assert len(rules.clashes(booked, [wanted])) == expected


@given(st.integers(0, 100), st.integers(0, 72))
def test_cancelled_in_time_is_at_least_so_many_hours_before(before: int, hours: int) -> None:
    starts = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert rules.cancelled_in_time(starts, starts - timedelta(hours=before), hours) == (before >= hours)


@given(ABSENCES)
def test_a_fee_is_never_over_the_cost_nor_over_the_law_s_sum(absence: Absence) -> None:
    answer = rules.fee_answer(absence)
    assert Decimal(0) <= answer.most_eur <= (absence.cost_eur or Decimal(0))
    if answer.earliest_due is not None:
        assert answer.most_eur <= law.no_show_terms(absence.booked_on).max_eur
    assert (answer.most_eur > 0) == answer.possible


@given(ABSENCES)
def test_no_fee_without_a_warning_on_an_earlier_day(absence: Absence) -> None:
    if rules.fee_answer(absence).possible:
        assert absence.warned_on is not None
        assert absence.warned_on < absence.booked_on
        assert absence.stayed_away


@given(ABSENCES)
def test_nobody_under_18_is_charged(absence: Absence) -> None:
    if absence.born is None or law.add_months(absence.born, 12 * 18) > absence.booked_on:
        assert not rules.fee_answer(absence).possible


@given(ABSENCES)
def test_a_fee_falls_due_two_weeks_after_the_booked_time_at_the_earliest(absence: Absence) -> None:
    answer = rules.fee_answer(absence)
    if answer.earliest_due is not None:
        assert answer.earliest_due >= absence.booked_on + timedelta(weeks=2)
        assert law.is_working_day(answer.earliest_due)
        early = answer.earliest_due - timedelta(days=1)
        assert rules.check_due(early, absence.booked_on, answer)
        assert not rules.check_due(answer.earliest_due, absence.booked_on, answer)


def absence(**changes: object) -> Absence:
    values: dict[str, object] = {
        "booked_on": date(2026, 11, 10),
        "stayed_away": True,
        "born": date(1990, 3, 14),
        "warned_on": date(2026, 10, 1),
        "cost_eur": Decimal("80.00"),
    }
    return Absence(**(values | changes))  # type: ignore[arg-type]


def test_the_act_of_2010_knows_no_fee() -> None:
    answer = rules.fee_answer(absence(booked_on=date(2024, 12, 31), warned_on=date(2024, 1, 1)))
    assert answer.missing == (Absent.ACT,)
    assert (answer.most_eur, answer.earliest_due) == (Decimal(0), None)


def test_the_fee_of_an_expensive_interpreter_is_the_law_s_sum() -> None:
    answer = rules.fee_answer(absence())
    assert (answer.possible, answer.most_eur) == (True, Decimal("56.70"))
    assert rules.fee_answer(absence(cost_eur=Decimal("30.10"))).most_eur == Decimal("30.10")


@pytest.mark.parametrize(("changes", "missing"), [
    ({"warned_on": date(2026, 11, 10)}, Absent.WARNED),
    ({"warned_on": None}, Absent.WARNED),
    ({"stayed_away": False}, Absent.NO_SHOW),
    ({"born": date(2008, 11, 11)}, Absent.ADULT),
    ({"born": None}, Absent.ADULT),
    ({"cost_eur": None}, Absent.COST),
])  # fmt: skip
def test_each_condition_alone_keeps_the_fee_away(changes: dict[str, object], missing: Absent) -> None:
    assert rules.fee_answer(absence(**changes)).missing == (missing,)


def test_18_on_the_booked_day_is_an_adult() -> None:
    assert rules.fee_answer(absence(born=date(2008, 11, 10))).possible


@given(DAYS, st.integers(1, 5))
def test_reminders_of_each_day_together_reach_every_appointment(day: date, ahead: int) -> None:
    days = rules.remind_days(day, ahead)
    assert days[0] == day + timedelta(days=1)
    assert sum(law.is_working_day(one) for one in days) == ahead
