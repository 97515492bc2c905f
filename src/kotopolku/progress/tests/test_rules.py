"""Pure rules: levels that fell, numbers too small to show, absence as long as the law says, days of follow-ups."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.progress import sources
from kotopolku.progress.rules import (
    Attendance,
    LevelPoint,
    check_attendance,
    follow_up_days,
    hidden,
    interruption_rule,
    latest,
    months_back,
    regressed,
)

DAY = date(2026, 5, 4)


def point(rank: int, days: int, skill: str = "speaking") -> LevelPoint:
    return LevelPoint("fi", skill, str(rank), rank, DAY + timedelta(days=days))


def test_the_scale_has_its_steps_in_order_and_the_goal_is_functional_basic_proficiency() -> None:
    ranks = [level.rank for level in sources.levels().values()]
    assert ranks == sorted(set(ranks))
    assert list(sources.levels())[1:] == [
        "A1.1",
        "A1.2",
        "A1.3",
        "A2.1",
        "A2.2",
        "B1.1",
        "B1.2",
        "B2.1",
        "B2.2",
        "C1.1",
        "C1.2",
        "C2.1",
        "C2.2",
    ]
    assert sources.goal().code == "B1.1"
    assert all(set(level.texts) == {"fi", "sv", "en"} for level in sources.levels().values())


def test_a_level_below_the_best_before_is_a_regress_and_a_level_reached_again_is_not() -> None:
    [found] = regressed([point(4, 0), point(6, 10), point(5, 20)])
    assert (found.before.rank, found.now.rank) == (6, 5)
    assert regressed([point(4, 0), point(3, 10), point(4, 20)]) == []
    assert regressed([point(4, 0), point(3, 10, skill="reading")]) == []


def test_of_two_findings_on_one_day_the_later_recorded_counts_and_is_no_regress() -> None:
    points = [point(5, 0), point(4, 0)]
    assert latest(points)["fi", "speaking"].rank == 4
    assert regressed(points) == []


@given(
    st.lists(
        st.builds(
            point,
            st.integers(0, 10),
            st.integers(0, 400),
            st.sampled_from(["reading", "writing", "speaking"]),
        ),
        max_size=20,
    )
)
def test_only_a_skill_whose_newest_level_is_lower_than_one_before_is_flagged(
    points: list[LevelPoint],
) -> None:
    newest = latest(points)
    flagged = {(one.language, one.skill) for one in regressed(points)}
    for key, now in newest.items():
        before = [one.rank for one in points if (one.language, one.skill) == key and one.on < now.on]
        assert (key in flagged) == bool(before and max(before) > now.rank)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1), st.integers(2, 10))
def test_no_small_number_is_shown_and_none_can_be_counted_from_the_total(
    counts: dict[str, int], smallest: int
) -> None:
    shown, total = hidden(counts, smallest)
    assert set(shown) == set(counts)
    for name, number in counts.items():
        assert shown[name] == (None if 0 < number < smallest else number)
    assert (total is None) == (None in shown.values())


def attendance(**changes: object) -> Attendance:
    values = {
        "measure_id": 1,
        "month": date(2026, 10, 1),
        "hours_planned": Decimal(100),
        "hours_attended": Decimal(80),
    }
    return Attendance(**(values | changes))  # type: ignore[arg-type]


@given(
    planned=st.integers(0, 744),
    attended=st.integers(0, 744),
    absent=st.integers(0, 744),
    days=st.integers(0, 31),
)
def test_hours_that_fit_into_the_planned_ones_are_accepted_and_no_others(
    planned: int, attended: int, absent: int, days: int
) -> None:
    row = attendance(
        hours_planned=Decimal(planned),
        hours_attended=Decimal(attended),
        hours_absent=Decimal(absent),
        longest_absence=days,
    )
    sound = attended + absent <= planned and not (days and not absent)
    assert (check_attendance(row, date(2026, 11, 23)) == []) == sound


def test_five_days_in_a_row_are_the_law_s_number_in_both_acts_and_four_are_not() -> None:
    for month, act in ((date(2023, 3, 1), "916/2012"), (date(2026, 10, 1), "380/2023")):
        rule = interruption_rule(attendance(month=month, longest_absence=5))
        assert rule is not None
        assert rule.act == act
        assert interruption_rule(attendance(month=month, longest_absence=4)) is None
    assert interruption_rule(attendance(month=date(2012, 3, 1), longest_absence=9)) is None


def test_follow_ups_come_three_six_and_twelve_months_after_the_end_on_working_days() -> None:
    days = [(rule.id, due) for rule, due in follow_up_days(date(2026, 11, 30))]
    assert days == [("O-L3", date(2027, 3, 1)), ("O-L6", date(2027, 5, 31)), ("O-L12", date(2027, 11, 30))]
    assert all(rule.own for rule, _due in follow_up_days(date(2026, 11, 30)))


def test_months_are_counted_back_over_the_turn_of_the_year() -> None:
    assert months_back(date(2026, 2, 14), 3) == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)]
