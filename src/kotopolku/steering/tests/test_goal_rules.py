"""What a goal must say, which years are to be followed up, and what figures propose of its way."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.steering import goal_rules as rules
from kotopolku.steering.goal_picture import picture
from kotopolku.steering.goal_rules import Aim, FollowUpContent, GoalContent, LineFact

NOW = 2026
AIM = Aim(Decimal(40), 2024, Decimal(50), 2028)
YEARS = st.integers(rules.FIRST_YEAR, rules.LAST_YEAR)
VALUES = st.decimals(-1000, 1000, places=1, allow_nan=False)


def content(**changes: Any) -> GoalContent:
    values: dict[str, Any] = {
        "title": {"fi": "Useampi työssä"},
        "indicator_id": 1,
        "start_value": Decimal(40),
        "start_year": 2024,
        "target": Decimal(50),
        "target_year": 2028,
    }
    return GoalContent(**(values | changes))


def codes(found: GoalContent, better: str = "more", before: Aim | None = None) -> set[tuple[str, str]]:
    return {(one.field, one.code) for one in rules.check_goal(found, ["fi", "sv"], better, NOW, before)}


def test_a_whole_goal_is_accepted() -> None:
    assert codes(content()) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"indicator_id": None}, ("indicator", "required")),
        ({"target": None}, ("target", "required")),
        ({"target_year": None}, ("target_year", "required")),
        ({"start_year": None}, ("start_year", "required")),
        ({"target_year": 2025}, ("target_year", "past")),
        ({"target_year": 2023, "start_year": 2024}, ("target_year", "before-start")),
        ({"start_year": 2027}, ("start_year", "to-come")),
        ({"start_year": 1800}, ("start_year", "impossible")),
        ({"target_year": 2500}, ("target_year", "impossible")),
        ({"target": Decimal(30)}, ("target", "wrong-side")),
        ({"target": Decimal(40)}, ("target", "same")),
        ({"title": {"sv": "Fler"}}, ("title_fi", "required")),
        ({"title": {"fi": "x" * 301}}, ("title_fi", "long")),
        ({"text": {"sv": "x" * 20_001}}, ("text_sv", "long")),
        ({"code": "3."}, ("code", "shape")),
        ({"lines": tuple(range(31))}, ("lines", "many")),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes: dict[str, Any], refused: tuple[str, str]) -> None:
    assert codes(content(**changes)) == {refused}


def test_less_is_better_turns_the_sides() -> None:
    assert codes(content(), "less") == {("target", "wrong-side")}
    assert codes(content(target=Decimal(30)), "less") == set()


@pytest.mark.parametrize("target", [Decimal(30), Decimal(40)])
def test_a_person_may_say_that_an_odd_target_is_meant(target: Decimal) -> None:
    assert codes(content(target=target, checked=True)) == set()


def test_an_aim_that_stays_may_have_passed_and_be_odd() -> None:
    old = content(target=Decimal(30), target_year=2025)
    assert codes(old, before=rules.aim_of(old)) == set()
    later = replace(old, target=Decimal(31))
    assert codes(later, before=rules.aim_of(old)) == {("target", "wrong-side"), ("target_year", "past")}


def test_a_goal_without_a_value_at_the_start_may_start_later() -> None:
    assert codes(content(start_value=None, start_year=2027)) == set()


def test_a_line_that_was_replaced_names_the_one_in_its_place() -> None:
    found = rules.check_lines([LineFact("1.1", True), LineFact("1.2", False, "1.3"), LineFact("1.4", False)])
    assert [(one.code, one.params) for one in found] == [
        ("replaced", {"code": "1.2", "follower": "1.3"}),
        ("ended", {"code": "1.4"}),
    ]


@pytest.mark.parametrize(
    ("before", "after", "reason", "refused"),
    [
        ("open", "open", "x", "same"),
        ("open", "reached", " ", "required"),
        ("dropped", "open", "", "required"),
        ("open", "lost", "x", "unknown"),
        ("open", "dropped", "Rahoitus loppui.", None),
    ],
)
def test_the_state_needs_a_reason(before: str, after: str, reason: str, refused: str | None) -> None:
    assert [one.code for one in rules.check_state(before, after, reason)] == ([refused] if refused else [])


# Follow-up ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "track", "text", "known", "refused"),
    [
        (2027, "on", "x", (), "to-come"),
        (2023, "on", "x", (), "before-start"),
        (2025, "on", "x", (2025,), "twice"),
        (2025, "well", "x", (), "unknown"),
        (2025, "on", " ", (), "required"),
        (2026, "unclear", "x", (2025,), None),
    ],
)
def test_a_follow_up_is_of_a_year_that_has_come_once(
    year: int, track: str, text: str, known: tuple[int, ...], refused: str | None
) -> None:
    found = rules.check_follow_up(FollowUpContent(year, track, text), 2024, NOW, known)
    assert [one.code for one in found] == ([refused] if refused else [])


def test_missing_years_are_after_the_start_and_within_the_programme() -> None:
    assert rules.missing_years(AIM, 2024, 2026, {2025}) == [2026]
    assert rules.missing_years(AIM, 2026, 2027, set()) == [2026, 2027]
    assert rules.missing_years(AIM, 2024, 2035, {2025, 2026}) == [2027, 2028], "not after the target's year"
    assert rules.missing_years(Aim(None, None, None, None), 2024, 2026, set()) == []


@given(YEARS, YEARS, YEARS, YEARS, st.sets(YEARS))
def test_a_year_that_is_known_never_lacks(
    start: int, end: int, began: int, last: int, known: set[int]
) -> None:
    found = rules.missing_years(Aim(None, start, Decimal(1), end), began, last, known)
    assert not set(found) & known
    assert all(start < year <= min(end, last) and year >= began for year in found)


# The way --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "value", "track", "reason"),
    [
        (2026, None, "unclear", "no-value"),
        (2024, "41", "unclear", "just-begun"),
        (2026, "45", "on", "on-way"),
        (2026, "44.9", "off", "behind"),
        (2025, "50", "on", "reached"),
        (2028, "49", "off", "behind"),
        (2029, "49", "off", "year-passed"),
    ],
)
def test_the_straight_way_proposes(year: int, value: str | None, track: str, reason: str) -> None:
    found = rules.propose(AIM, "more", year, None if value is None else Decimal(value))
    assert (found.track, found.reason) == (track, reason)


def test_where_less_is_better_being_under_the_way_is_good() -> None:
    aim = Aim(Decimal(20), 2024, Decimal(10), 2028)
    assert rules.propose(aim, "less", 2026, Decimal(15)).track == "on"
    assert rules.propose(aim, "less", 2026, Decimal(16)).track == "off"
    assert rules.propose(aim, "less", 2026, Decimal(9)).reason == "reached"


def test_without_a_start_only_the_target_tells() -> None:
    aim = Aim(None, 2024, Decimal(50), 2028)
    assert rules.propose(aim, "more", 2026, Decimal(49)).reason == "no-start"
    assert rules.propose(aim, "more", 2026, Decimal(50)).track == "on"


@given(VALUES, VALUES, YEARS, YEARS, YEARS)
def test_the_straight_way_stays_between_start_and_target(
    start: Decimal, target: Decimal, first: int, last: int, year: int
) -> None:
    first, last = min(first, last), max(first, last)
    found = rules.expected_in(Aim(start, first, target, last), year)
    assert found is not None
    assert min(start, target) <= found <= max(start, target)
    if year >= last:
        assert found == target


@given(VALUES, VALUES, VALUES, st.sampled_from(["more", "less"]), YEARS)
def test_a_better_figure_never_has_a_worse_proposal(
    start: Decimal, target: Decimal, value: Decimal, better: str, year: int
) -> None:
    rank = {"off": 0, "unclear": 1, "on": 2}
    aim = Aim(start, 2024, target, 2030)
    step = Decimal(1) if better == "more" else Decimal(-1)
    here, there = (rules.propose(aim, better, year, one).track for one in (value, value + step))
    assert rank[here] <= rank[there]


# The drawing ----------------------------------------------------------------------------------------------------------


def test_the_drawing_holds_figures_way_and_target() -> None:
    drawn = picture([(2024, Decimal(40)), (2025, Decimal(43))], AIM)
    assert drawn is not None
    assert (drawn.first_year, drawn.last_year) == (2024, 2028)
    assert len(drawn.dots) == 2
    assert drawn.way[0].y > drawn.way[1].y == drawn.target.y, "up is more"
    assert picture([], Aim(None, 2024, Decimal(50), 2028)) is None
    assert picture([(2024, Decimal(1))], Aim(None, None, None, None)) is None


@given(st.dictionaries(YEARS, VALUES, max_size=8), VALUES, VALUES, YEARS, YEARS)
def test_everything_is_drawn_within_the_frame(
    series: dict[int, Decimal], start: Decimal, target: Decimal, first: int, last: int
) -> None:
    drawn = picture(list(series.items()), Aim(start, first, target, last))
    assert drawn is not None
    for dot in (*drawn.dots, *drawn.way, drawn.target):
        assert 80 <= dot.x <= 580
        assert 15 <= dot.y <= 150
