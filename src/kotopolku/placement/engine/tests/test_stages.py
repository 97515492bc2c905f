"""The stages after the first plan: fairness, wishes, lottery. What they may cost, and what they never touch."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.placement.engine import fairness, lottery, preferences
from kotopolku.placement.engine.answer import Budget
from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.contract import Settings
from kotopolku.placement.engine.country import country
from kotopolku.placement.engine.placing import place
from kotopolku.placement.engine.problem import Problem
from kotopolku.placement.engine.rounds import make_round
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.tests.invented import DAY, families, family, invented_round, places
from kotopolku.placement.engine.tests.invented import place as offered

QUICK = Budget(time_limit=20.0)


@given(st.integers(1, 30), st.integers(0, 500))
@settings(max_examples=10, deadline=None)
def test_locks_vetoes_and_places_are_kept_through_all_stages(number: int, seed: int) -> None:
    found = families(number, seed)
    room = places(seed, 3 * number)
    one = make_round(found, room, Settings(DAY), where=country(2026))
    locked = [
        replace(unit, lock=one.places[int(np.flatnonzero(one.problem.allowed[row])[0])].municipality)
        if row == seed % number and one.problem.allowed[row].any()
        else unit
        for row, unit in enumerate(one.families)
    ]
    one = make_round(locked, room, Settings(DAY, lottery_points=20, wishes_pct=1.0), where=country(2026))
    done = place(one, budget=QUICK, seed=seed)
    plan_value(one.problem, done.plan)  # refuses a broken lock, rule or place
    for unit, at in zip(one.units, done.plan, strict=True):
        code = one.places[int(at)].municipality if at >= 0 else ""
        assert unit.members[0].lock in ("", code)
        assert code not in unit.members[0].vetoes
    assert done.value.persons_placed >= done.answer.persons_placed
    assert done.value.objective <= done.answer.upper_bound


@given(st.integers(2, 25), st.integers(0, 300), st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_the_order_of_the_files_changes_nobodys_place(number: int, seed: int, random: object) -> None:
    found, room = families(number, seed), places(seed, 3 * number)
    chosen = Settings(DAY, lottery_points=15)
    first = place(make_round(found, room, chosen), budget=QUICK, seed=5).to_json()
    random.shuffle(found)  # type: ignore[attr-defined]
    random.shuffle(room)  # type: ignore[attr-defined]
    second = place(make_round(found, room, chosen), budget=QUICK, seed=5).to_json()
    for one in (first, second):
        del one["seconds"]
    assert first == second


def test_a_better_liked_place_with_room_is_given_when_it_costs_little() -> None:
    scores = np.array([[100, 99], [100, -1]])
    problem = Problem.of(scores, [[1], [1]], [[2], [1]])
    rank = np.array([[2, 1], [0, 0]], np.int32)
    plan = np.array([0, 0])
    assert preferences.measure(problem, rank, plan).waste == 1
    polished = preferences.polish(problem, rank, plan, 1)
    assert polished.plan.tolist() == [1, 0]
    assert polished.points_lost == 1
    assert preferences.polish(problem, rank, plan, 0).plan.tolist() == [0, 0]


def test_envy_with_reason_is_counted() -> None:
    scores = np.array([[50, 10], [40, 5]])
    problem = Problem.of(scores, [[1], [1]], [[1], [1]])
    rank = np.array([[1, 2], [1, 0]], np.int32)
    assert preferences.measure(problem, rank, np.array([1, 0])).envious == 1
    assert preferences.measure(problem, rank, np.array([0, 1])).envious == 0


@given(st.integers(2, 30), st.integers(0, 500), st.integers(0, 40))
@settings(max_examples=12, deadline=None)
def test_lots_cost_at_most_what_was_allowed_and_store_true_probabilities(
    number: int, seed: int, most: int
) -> None:
    one = invented_round(number, seed)
    answer = solve(one.problem, budget=QUICK)
    ids = [unit.id for unit in one.units]
    drawn = lottery.draw(one.problem, answer.assignment, ids, most, seed)
    value = plan_value(one.problem, drawn.plan)
    assert answer.objective - value.objective == drawn.points_lost <= most * len(drawn.draws)
    assert value.persons_placed == answer.persons_placed
    in_lot = {name for one_draw in drawn.draws for name in (one_draw.first, one_draw.second)}
    assert len(in_lot) == 2 * len(drawn.draws)
    for name, probability in zip(ids, drawn.probability, strict=True):
        assert probability == (0.5 if name in in_lot else 1.0)
    for one_draw in drawn.draws:
        assert one_draw.changed == lottery.coin(seed, one.problem.digest(), one_draw.first, one_draw.second)


def test_coins_fall_both_ways() -> None:
    falls = [lottery.coin(seed, "round", "a", "b") for seed in range(200)]
    assert 60 < sum(falls) < 140
    assert lottery.coin(7, "round", "a", "b") == lottery.coin(7, "round", "b", "a")


def test_a_group_that_is_behind_is_lifted_for_the_points_that_are_allowed() -> None:
    # Ten singles and ten single parents compete for a town that is worth more to the singles in points.
    random = np.random.default_rng(4)
    singles = [family(i, adults=1, persons=1, wishes=("091", "092")) for i in range(10)]
    parents = [family(10 + i, adults=1, persons=2, wishes=("092", "091")) for i in range(10)]
    room = [offered("091", 15), offered("092", 15), offered("049", 40, training=float(random.random()))]
    one = make_round(singles + parents, room, Settings(DAY))
    answer = solve(one.problem, budget=QUICK)
    lifted = fairness.lift(
        one.problem,
        answer,
        one.fairness_groups,
        most_pct=5.0,
        budget=QUICK,
        same_everywhere=one.same_everywhere,
    )
    assert set(lifted.before) == {"single-parent", "others"}
    assert min(lifted.after.values()) >= min(lifted.before.values())
    assert 100 * lifted.points_lost <= 5.0 * answer.score
    assert plan_value(one.problem, lifted.plan).persons_placed == answer.persons_placed


def test_the_curve_rises_in_cost_as_the_floor_rises() -> None:
    one = invented_round(120, 3, slack=1.0)
    answer = solve(one.problem, budget=Budget(time_limit=10.0, effort=0.2))
    lifted = fairness.lift(
        one.problem, answer, one.fairness_groups, most_pct=100.0, budget=Budget(time_limit=5.0, effort=0.1)
    )
    costs = [level.points_lost for level in lifted.curve]
    floors = [level.floor for level in lifted.curve]
    assert costs == sorted(costs)
    assert floors == sorted(floors)


def test_groups_of_fewer_than_five_are_not_shown() -> None:
    one = make_round(
        [family(1, no_schooling=True), *(family(2 + i) for i in range(6))], [offered()], Settings(DAY)
    )
    share = fairness.shares(one.problem)
    assert set(fairness.attainment(share, np.zeros(7, np.int64), one.fairness_groups)) == {"others"}
