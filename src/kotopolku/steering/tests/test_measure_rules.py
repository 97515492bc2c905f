"""Rules of regional measures, their way to the target, coverage and the yearly report."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.steering import report_rules
from kotopolku.steering.coverage_rules import Overlap, Tie, coverage
from kotopolku.steering.measure_rules import (
    LESS,
    MORE,
    Aim,
    LineDays,
    MeasureContent,
    Verdict,
    check_lines,
    check_measure,
    check_state,
    check_target,
    expected_on,
    way,
)

TODAY = date(2026, 11, 23)
AIM = Aim(Decimal(100), Decimal(200), 2027)
BEGINS = date(2026, 1, 1)


def content(**changes: object) -> MeasureContent:
    values: dict[str, object] = {
        "title": "Ryhmät",
        "starts_on": BEGINS,
        "ends_on": date(2027, 12, 31),
        "regions": ("01",),
        "indicator_id": 1,
        "start_value": Decimal(100),
        "target": Decimal(200),
        "target_year": 2027,
    }
    return MeasureContent(**(values | changes))  # type: ignore[arg-type]


def codes(refused: list[object]) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in refused]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "better", "wanted"),
    [
        ({}, MORE, []),
        ({"indicator_id": None}, "", [("indicator", "required")]),
        ({"target_year": 2025}, MORE, [("target_year", "past")]),
        ({"target_year": 2028}, MORE, [("target_year", "outside")]),
        ({"target_year": None}, MORE, [("target_year", "required")]),
        ({"start_value": None}, MORE, [("start_value", "required")]),
        ({"target": None}, MORE, [("target", "required")]),
        ({"target": Decimal(50)}, MORE, [("target", "wrong-side")]),
        ({}, LESS, [("target", "wrong-side")]),
        ({"target": Decimal(50)}, LESS, []),
        ({"target": None, "target_year": None, "start_value": None}, MORE, []),
    ],
)
def test_targets_that_cannot_be(changes: dict[str, object], better: str, wanted: list[object]) -> None:
    assert codes([*check_target(content(**changes), better, TODAY)]) == wanted


def test_a_target_that_has_passed_stays_when_something_else_is_changed() -> None:
    past = content(target_year=2026, ends_on=date(2026, 12, 31))
    kept = Aim(past.start_value, past.target, past.target_year)
    assert check_target(past, MORE, date(2027, 5, 1), kept) == []
    assert codes([*check_target(past, MORE, date(2027, 5, 1), Aim(None, None, None))]) == [
        ("target_year", "past")
    ]


def test_a_region_outside_the_area_and_reversed_days_are_refused() -> None:
    wrong = content(regions=("01", "18"), ends_on=date(2025, 1, 1), title=" ", budget_eur=Decimal(-1))
    assert codes([*check_measure(wrong, ["01"])]) == [
        ("title", "required"),
        ("ends_on", "before-start"),
        ("regions", "outside"),
        ("budget_eur", "sum"),
    ]
    assert codes([*check_measure(content(regions=()), ["01"])]) == [("regions", "required")]


def test_a_line_that_has_ended_is_refused() -> None:
    ended = LineDays("1.1", date(2024, 1, 1), date(2025, 12, 31))
    touches = LineDays("1.2", date(2024, 1, 1), date(2026, 1, 1))
    assert codes([*check_lines(content(), [ended, touches])]) == [("lines", "days")]


def test_ending_and_taking_up_again_need_a_reason() -> None:
    assert check_state("planned", "going", "") == []
    for before, after in (("going", "done"), ("going", "dropped"), ("done", "going")):
        assert codes([*check_state(before, after, " ")]) == [("reason", "required")]
        assert check_state(before, after, "Rahoitus päättyi.") == []
    assert codes([*check_state("going", "going", "x")]) == [("state", "same")]


def test_the_way_is_straight_from_the_first_day_to_the_end_of_the_year() -> None:
    assert expected_on(AIM, BEGINS, BEGINS) == 100
    assert expected_on(AIM, BEGINS, date(2027, 12, 31)) == 200
    half = expected_on(AIM, BEGINS, date(2026, 12, 31))
    assert half is not None
    assert abs(half - 150) < Decimal("0.1")
    assert expected_on(Aim(Decimal(0), Decimal(0), 2027), BEGINS, TODAY) == 0


@pytest.mark.parametrize(
    ("values", "better", "aim", "verdict", "reason"),
    [
        ([], MORE, AIM, Verdict.UNKNOWN, "no-value"),
        ([(date(2026, 10, 1), Decimal(150))], MORE, AIM, Verdict.ON, "on-way"),
        ([(date(2026, 10, 1), Decimal(101))], MORE, AIM, Verdict.OFF, "behind"),
        ([(date(2026, 10, 1), Decimal(200))], MORE, AIM, Verdict.REACHED, "reached"),
        # The newest day counts, and of one day what was written last.
        (
            [(date(2026, 10, 1), Decimal(101)), (date(2026, 2, 1), Decimal(300))],
            MORE,
            AIM,
            Verdict.OFF,
            "behind",
        ),
        (
            [(date(2026, 10, 1), Decimal(101)), (date(2026, 10, 1), Decimal(150))],
            MORE,
            AIM,
            Verdict.ON,
            "on-way",
        ),
        (
            [(date(2026, 10, 1), Decimal(60))],
            LESS,
            Aim(Decimal(100), Decimal(50), 2027),
            Verdict.ON,
            "on-way",
        ),
        (
            [(date(2026, 10, 1), Decimal(60))],
            LESS,
            Aim(Decimal(100), Decimal(50), 2025),
            Verdict.OFF,
            "year-passed",
        ),
        ([(date(2026, 10, 1), Decimal(60))], MORE, Aim(None, None, None), Verdict.UNKNOWN, "no-target"),
        ([(date(2025, 10, 1), Decimal(300))], MORE, AIM, Verdict.UNKNOWN, "no-value"),
    ],
)
def test_where_a_measure_is(
    values: list[tuple[date, Decimal]], better: str, aim: Aim, verdict: Verdict, reason: str
) -> None:
    found = way(aim, BEGINS, better, values, TODAY)
    assert (found.verdict, found.reason) == (verdict, reason)


amounts = st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False)


@given(start=amounts, target=amounts, gone=st.integers(0, 800))
def test_the_way_never_leaves_start_and_target(start: Decimal, target: Decimal, gone: int) -> None:
    found = expected_on(Aim(start, target, 2027), BEGINS, BEGINS + timedelta(days=gone))
    assert found is not None
    assert min(start, target) <= found <= max(start, target)


@given(start=amounts, target=amounts, value=amounts, gone=st.integers(0, 326))
def test_more_and_less_mirror_each_other(start: Decimal, target: Decimal, value: Decimal, gone: int) -> None:
    on = BEGINS + timedelta(days=gone)
    up = way(Aim(start, target, 2027), BEGINS, MORE, [(on, value)], TODAY)
    down = way(Aim(-start, -target, 2027), BEGINS, LESS, [(on, -value)], TODAY)
    assert up.verdict == down.verdict


ties = st.lists(
    st.builds(
        Tie,
        measure=st.integers(1, 6),
        line=st.integers(1, 4),
        regions=st.lists(st.sampled_from(["01", "02", "04"]), max_size=3, unique=True).map(tuple),
        owner=st.integers(1, 2),
        budget=st.none() | st.just(Decimal(10)),
    ),
    max_size=20,
    unique_by=lambda one: (one.measure, one.line),
)


@given(found=ties)
def test_coverage_counts_what_a_naive_count_gives(found: list[Tie]) -> None:
    lines, regions = [1, 2, 3], ["01", "02"]
    counted = coverage(lines, regions, found)
    for line in lines:
        of_line = [one for one in found if one.line == line]
        for region in regions:
            number = len([one for one in of_line if region in one.regions])
            assert counted.counts.get((line, region), 0) == number
        here = {one.measure: one.budget or 0 for one in of_line if set(one.regions) & set(regions)}
        assert counted.measures.get(line, 0) == len(here)
        assert counted.money.get(line, 0) == sum(here.values())
        assert (line in counted.bare) == (not here)
    assert counted.gaps == 6 - len(counted.counts)
    assert all(len(one.measures) > 1 for one in counted.overlaps)


def test_two_measures_of_one_owner_for_one_line_in_one_region_overlap() -> None:
    found = [
        Tie(1, 1, ("01", "02"), 9, Decimal(5)),
        Tie(2, 1, ("01",), 9),
        Tie(3, 1, ("01",), 8),
        Tie(4, 2, ("04",), 9),
    ]
    counted = coverage([1, 2], ["01", "02"], found)
    assert counted.overlaps == (Overlap(1, "01", 9, (1, 2)),)
    assert counted.bare == (2,)
    assert counted.gaps == 2


def test_the_parts_of_a_report_come_from_the_act_in_force_at_the_end_of_its_year() -> None:
    assert report_rules.act_of(2024) == "1386/2010"
    assert report_rules.act_of(2025) == "681/2023"
    assert "training" in report_rules.parts(2024)
    assert "representatives" in report_rules.parts(2025)
    assert report_rules.parts(2025)[:2] == ("measures", "coverage")


def test_the_old_act_gives_a_year_to_report_and_under_the_new_act_there_is_our_own_target() -> None:
    due = report_rules.report_due(2023)
    assert due is not None
    assert due.due == date(2024, 12, 31)
    assert not report_rules.is_own_target(2023)
    for year in (2025, 2026):
        target = report_rules.report_due(year)
        assert target is not None
        assert target.nominal == date(year + 1, 4, 30)
        assert report_rules.is_own_target(year)
    assert report_rules.report_due(2005) is None, "before every rule"
    assert not report_rules.is_own_target(2005)


def test_a_report_is_of_a_year_that_is_over() -> None:
    assert codes([*report_rules.check_year(2026, TODAY)]) == [("year", "not-over")]
    assert codes([*report_rules.check_year(2009, TODAY)]) == [("year", "before")]
    assert report_rules.check_year(2025, TODAY) == []
    assert codes([*report_rules.check_signing(" ", ["Osa"])]) == [("signer", "required"), ("", "empty")]
