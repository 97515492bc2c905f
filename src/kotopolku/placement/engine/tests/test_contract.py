"""What is refused before anything runs, and how families and places become units and arrays."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.placement.engine.contract import ContractError, Settings, units_of
from kotopolku.placement.engine.country import country
from kotopolku.placement.engine.rounds import make_round
from kotopolku.placement.engine.tests.invented import DAY, families, family, invented_round, place, places


def problems(*, of: list | None = None, at: list | None = None, **changes: object) -> str:
    with pytest.raises(ContractError) as refused:
        make_round(
            [family()] if of is None else of, [place()] if at is None else at, Settings(DAY, **changes)
        )  # type: ignore[arg-type]
    return "\n".join(refused.value.problems)


def test_a_merged_municipality_is_refused_with_its_successor() -> None:
    assert "merged into 507 (Mäntyharju) on 2025-01-01; use 507" in problems(at=[place("588")])


def test_an_unknown_municipality_is_refused_wherever_it_is_named() -> None:
    for name in ("wishes", "vetoes", "excluded", "unsafe"):
        assert "municipality 999 is unknown in 2026" in problems(of=[family(**{name: ("999",)})])
    for name in ("reception", "kept", "lock"):
        assert "municipality 999 is unknown in 2026" in problems(of=[family(**{name: "999"})])


def test_a_family_of_nobody_is_refused() -> None:
    assert "family K-001: a family has at least one person" in problems(of=[family(persons=0)])


def test_negative_and_missing_places_are_refused() -> None:
    assert "persons is negative (-3)" in problems(at=[place(persons=-3)])
    assert "the number of places is missing" in problems(at=[replace(place(), agreed={"school": 3})])
    assert "5 of persons are used, but only 4 agreed" in problems(at=[place(persons=4, used={"persons": 5})])


def test_the_same_id_twice_is_refused() -> None:
    assert "family K-001: the id is there twice" in problems(of=[family(), family()])


def test_a_municipality_twice_for_the_same_time_is_refused() -> None:
    assert "there twice for the same time" in problems(at=[place(), place()])


def test_a_tie_to_a_family_that_is_not_on_the_list_is_refused() -> None:
    assert "must go together with K-009, which is not on the list" in problems(
        of=[family(together=("K-009",))]
    )


def test_a_circle_of_ties_is_one_unit() -> None:
    circle = [
        family(1, together=("K-002",)),
        family(2, together=("K-003",)),
        family(3, together=("K-001",)),
        family(4),
    ]
    assert units_of(circle) == [("K-001", "K-002", "K-003"), ("K-004",)]


def test_tied_families_locked_to_two_municipalities_are_refused() -> None:
    tied = [family(1, together=("K-002",), lock="091"), family(2, lock="092")]
    assert "must go together but are locked to 091 and 092" in problems(
        of=tied, at=[place("091"), place("092")]
    )


def test_a_lock_against_a_rule_is_refused_with_the_rule() -> None:
    assert "locked to 092, which a rule forbids (veto)" in problems(of=[family(lock="092", vetoes=("092",))])


def test_weights_out_of_their_range_are_refused() -> None:
    assert "the weight of wishes is 5 number(s)" in problems(weights={"wishes": 3.0})
    assert "the weight of work must be between 0 and 1000" in problems(weights={"work": 5_000.0})
    assert "there is no part 'nationality'" in problems(weights={"nationality": 1.0})


def test_a_target_for_an_unknown_area_is_refused() -> None:
    assert "there is no area 77" in problems(targets={"77": 10})


def test_tied_families_use_the_places_and_get_the_points_of_all() -> None:
    tied = [family(1, together=("K-002",), wishes=("092",)), family(2, persons=3, wishes=("092",))]
    one = make_round(tied, [place()], Settings(DAY))
    alone = make_round([replace(tied[0], together=()), tied[1]], [place()], Settings(DAY))
    assert one.problem.use[0, 0] == 5
    assert one.problem.scores[0, 0] == alone.problem.scores[:, 0].sum()


def test_a_larger_home_may_be_used_by_a_smaller_family_but_not_the_other_way() -> None:
    homes = {"home-2": 1, "home-4": 1, "home-6": 0, "home-7": 0}
    two_small = make_round([family(1), family(2)], [place(more=homes)], Settings(DAY))
    assert two_small.problem.allowed.all()
    assert list(two_small.resources) == ["persons"]  # one home each: homes never run out
    three = make_round([family(1), family(2, persons=3), family(3)], [place(more=homes)], Settings(DAY))
    at = {name: d for d, name in enumerate(three.resources)}
    assert three.problem.capacity[0, at["home-2"]] == 2
    assert three.problem.use[:, at["home-2"]].sum() == 3
    large = make_round([family(persons=5)], [place(more=homes)], Settings(DAY))
    assert not large.problem.allowed.any()


def test_employment_weighs_nothing_by_default() -> None:
    skilled = family(adults=2, trades=("7212", "7212"))
    offered = place(work={"7212": 1.0})
    assert make_round([skilled], [offered], Settings(DAY)).parts(0, 0)["work"] == 0
    with_weight = make_round([skilled], [offered], Settings(DAY, weights={"work": 400.0}))
    assert with_weight.parts(0, 0)["work"] == 800  # of both adults, not the better one
    assert with_weight.weights.version != make_round([skilled], [offered], Settings(DAY)).weights.version


@given(st.integers(0, 40), st.integers(0, 1_000))
@settings(max_examples=30, deadline=None)
def test_parts_sum_to_the_points_of_every_allowed_pair(number: int, seed: int) -> None:
    one = invented_round(number, seed)
    for unit in range(min(5, len(one.units))):
        for at in range(len(one.places)):
            total = sum(one.parts(unit, at).values())
            assert one.problem.scores[unit, at] == (total if one.forbidden[unit, at] == 0 else -1)


@given(st.integers(1, 30), st.integers(0, 1_000), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_input_is_nothing(number: int, seed: int, random: object) -> None:
    found, offered = families(number, seed), places(seed, 3 * number)
    straight = make_round(found, offered, Settings(DAY), where=country(2026))
    random.shuffle(found)  # type: ignore[attr-defined]
    random.shuffle(offered)  # type: ignore[attr-defined]
    assert (
        make_round(found, offered, Settings(DAY), where=country(2026)).problem.digest()
        == straight.problem.digest()
    )
