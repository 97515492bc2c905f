"""Reasons, why not another municipality, what a lock costs, and what would make an unplaced family placeable."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.placement.engine.answer import Budget
from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.contract import Settings
from kotopolku.placement.engine.placing import Placing, place
from kotopolku.placement.engine.rounds import make_round
from kotopolku.placement.engine.tests.invented import DAY, family, invented_round
from kotopolku.placement.engine.tests.invented import place as offered
from kotopolku.placement.engine.what_if import Change, lock_cost, what_if

QUICK = Budget(time_limit=20.0)


def placed(of: list, at: list, **changes: object) -> Placing:
    return place(make_round(of, at, Settings(DAY, **changes)), budget=QUICK)  # type: ignore[arg-type]


@given(st.integers(1, 25), st.integers(0, 500))
@settings(max_examples=12, deadline=None)
def test_reasons_sum_to_the_points_of_the_place(number: int, seed: int) -> None:
    found = place(invented_round(number, seed), budget=QUICK)
    for row, reasons in enumerate(found.reasons()):
        if reasons.municipality:
            assert reasons.points == found.round.problem.scores[row, found.plan[row]]
        removed, possible = sum(reasons.removed.values()), int((found.round.forbidden[row] == 0).sum())
        assert removed + possible == len(found.round.places)


@given(st.integers(2, 20), st.integers(0, 500))
@settings(max_examples=10, deadline=None)
def test_every_pair_has_an_answer(number: int, seed: int) -> None:
    found = place(invented_round(number, seed, slack=0.9), budget=QUICK)
    explainer = found.explainer()
    for unit in range(number):
        for at in range(len(found.round.places)):
            why = explainer.why_not(unit, at)
            assert (why.kind == "rule") == bool(found.round.forbidden[unit, at])
            assert why.kind in ("chosen", "rule", "full", "points")
            assert set(why.sentences) == {"fi", "sv", "en"}


def test_a_wish_that_decided_is_named_with_the_place_there_would_be_without_it() -> None:
    found = placed([family(wishes=("049",), reception="092")], [offered("092", training=0.5), offered("049")])
    reasons = found.reasons()[0]
    assert (reasons.municipality, reasons.deciding) == ("049", "wishes")
    assert (
        reasons.sentences["en"][1] == "Without the reason “The family's wish” the proposal would be Vantaa."
    )
    assert reasons.sentences["sv"][1] == "Utan skälet ”Familjens önskemål” vore förslaget Vanda."


def test_why_not_a_full_place_tells_what_it_is_worth_to_others() -> None:
    both = [family(1, wishes=("091",)), family(2, wishes=("091", "092"), reception="091")]
    found = placed(both, [offered("091", 2), offered("092", 2)])
    at = found.round.columns_of["091"][0]
    loser = int(np.flatnonzero(found.plan != at)[0])
    why = found.explainer().why_not(loser, at)
    assert why.kind == "full"
    assert why.gain > 0
    assert why.net <= 0


def test_safety_is_told_only_to_those_who_may_see_it() -> None:
    found = placed(
        [family(unsafe=("091",), excluded=("092",))], [offered("091"), offered("092"), offered("049")]
    )
    at = found.round.columns_of["091"][0]
    assert found.explainer().why_not(0, at).rules == ("excluded",)
    assert found.explainer(may_see_protected=True).why_not(0, at).rules == ("safety",)
    assert found.reasons()[0].removed == {"excluded": 2}
    assert found.reasons(may_see_protected=True)[0].removed == {"safety": 1, "excluded": 1}
    assert "safe" not in " ".join(str(found.to_json()["placements"])).lower()


def test_a_family_no_rule_lets_anywhere_is_told_which_rules_and_what_would_help() -> None:
    found = placed([family(persons=7)], [offered("091", largest_home=4), offered("092", 3)])
    reasons = found.reasons()[0]
    assert reasons.municipality == ""
    assert reasons.removed == {"dwelling": 1, "places": 1}
    text = " ".join(reasons.sentences["en"])
    assert "Ask the municipality to look for a larger home." in text
    assert "Municipalities that would then be possible: 1, for example Helsinki." in text
    assert "Vantaa: more is needed: places 4." in text


def test_a_family_that_found_no_room_is_told_what_is_missing_where() -> None:
    found = placed([family(1, vulnerable=True), family(2)], [offered("091", 3)])
    reasons = found.reasons()[1]
    assert reasons.municipality == ""
    assert reasons.sentences["en"] == (
        "Municipalities that fit: 1, but there are not places for all.",
        "Helsinki: more is needed: places 1.",
    )


def test_no_places_at_all_and_no_families_at_all_are_answered() -> None:
    assert placed([], [offered()]).to_json()["families"] == 0
    assert placed([family()], []).plan.tolist() == [-1]


@given(st.integers(3, 25), st.integers(0, 500))
@settings(max_examples=8, deadline=None)
def test_a_lock_is_kept_and_its_cost_is_the_difference_of_the_plans(number: int, seed: int) -> None:
    found = place(invented_round(number, seed), budget=QUICK)
    problem, answer = found.round.problem, found.answer
    allowed = np.argwhere(problem.allowed)
    unit, at = (int(one) for one in allowed[seed % len(allowed)]) if len(allowed) else (0, 0)
    cost = lock_cost(found.round, found.plan, answer.prices, answer.region_prices, unit, at)
    if not cost.possible:
        return
    assert cost.plan[unit] == at
    assert cost.points_lost == found.value.objective - plan_value(problem, cost.plan).objective
    # Small rounds are solved whole, and the first stage's answer is the best there is.
    assert answer.objective - plan_value(problem, cost.plan).objective >= 0 or not answer.optimal


def test_one_more_place_lets_the_second_family_in() -> None:
    one = make_round([family(1), family(2)], [offered("091", 3)], Settings(DAY))
    first = place(one, budget=QUICK)
    assert first.value.persons_placed == 2
    more = what_if(one, first.answer, Change(more={("091", "persons"): 1}), budget=QUICK)
    assert more.persons == 2
    assert [(moved.before, moved.after) for moved in more.moved] == [("", "091")]


def test_a_municipality_that_leaves_sends_its_families_elsewhere() -> None:
    one = make_round([family(wishes=("091",))], [offered("091"), offered("092")], Settings(DAY))
    first = place(one, budget=QUICK)
    left = what_if(one, first.answer, Change(leave=("091",)), budget=QUICK)
    assert [(moved.before, moved.after) for moved in left.moved] == [("091", "092")]
    assert left.points is not None
    assert left.points < 0


def test_other_weights_move_families_but_are_not_compared_in_points() -> None:
    one = make_round(
        [family(wishes=("049",), reception="092")], [offered("049"), offered("092")], Settings(DAY)
    )
    first = place(one, budget=QUICK)
    other = what_if(one, first.answer, Change(weights={"wishes": (0.0,) * 5}), budget=QUICK)
    assert other.points is None
    assert [moved.after for moved in other.moved] == ["092"]
