"""The engine's plans: possible, bounded, best where it says so, the same each time."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.placement.engine.answer import Budget
from kotopolku.placement.engine.baskets import Baskets
from kotopolku.placement.engine.certificate import WrongPlan, bound, check, plan_value
from kotopolku.placement.engine.knapsack import best_basket
from kotopolku.placement.engine.prices import search_prices
from kotopolku.placement.engine.problem import NOWHERE, Problem
from kotopolku.placement.engine.relaxation import relax
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.work import Clock, Work

QUICK = Budget(time_limit=30, effort=0.2)


def drawn(
    seed: int, families: int = 30, towns: int = 8, *, room: float = 1.1, banded: bool = True
) -> Problem:
    random = np.random.default_rng(seed)
    size = random.integers(1, 6, families)
    use = np.stack([size, random.binomial(size, 0.3)], 1)
    scores = random.integers(0, 900, (families, towns))
    scores[random.random((families, towns)) < 0.3] = -1
    share = random.dirichlet(np.ones(towns))
    capacity = np.stack(
        [np.floor(share * size.sum() * room), np.floor(share * use[:, 1].sum() * room + 1)], 1
    )
    region = np.arange(towns) % 3
    total = size.sum() / 3
    return Problem.of(
        scores,
        use,
        capacity,
        region=region,
        bonus=3000,
        region_penalty=150 if banded else 0,
        region_lo=np.full(3, int(total * 0.8)),
        region_hi=np.full(3, int(total * 1.2) + 1),
    )


def by_hand(problem: Problem) -> int:
    """The best value over every plan there is."""
    best = -(10**12)
    for plan in product(range(-1, problem.municipalities), repeat=problem.families):
        try:
            best = max(best, plan_value(problem, np.array(plan, np.int64)).objective)
        except WrongPlan:
            continue
    return best


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=12, deadline=None)
def test_a_tiny_problem_is_solved_to_what_trying_every_plan_gives(seed: int, banded: bool) -> None:
    problem = drawn(seed, families=5, towns=4, banded=banded)
    answer = solve(problem, budget=QUICK)
    assert answer.optimal
    assert answer.objective == answer.upper_bound == by_hand(problem)


@given(st.integers(0, 10_000), st.floats(0.3, 3.0))
@settings(max_examples=8, deadline=None)
def test_no_place_is_given_twice_and_the_bound_is_never_below_the_plan(seed: int, room: float) -> None:
    problem = drawn(seed, room=room)
    answer = solve(problem, budget=QUICK)
    checked = check(problem, answer.assignment, answer.prices, answer.region_prices, answer.family_prices)
    assert checked.objective == answer.objective
    assert checked.bound == answer.certificate_bound
    assert answer.objective <= answer.upper_bound <= answer.certificate_bound
    assert checked.persons_placed == answer.persons_placed


@given(st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_the_order_of_families_and_municipalities_changes_nothing(seed: int) -> None:
    problem = drawn(seed, families=20, towns=6)
    random = np.random.default_rng(seed)
    rows, columns = random.permutation(20), random.permutation(6)
    other = Problem.of(
        problem.scores[rows][:, columns],
        problem.use[rows],
        problem.capacity[columns],
        region=problem.region[columns],
        bonus=problem.bonus,
        region_penalty=problem.region_penalty,
        region_lo=problem.region_lo,
        region_hi=problem.region_hi,
    )
    first, second = solve(problem), solve(other)
    assert first.optimal
    assert second.optimal
    assert first.objective == second.objective


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_locks_and_exclusions_are_always_kept(seed: int) -> None:
    problem = drawn(seed, room=2.0)
    free = solve(problem, budget=QUICK)
    family = int(np.flatnonzero(problem.allowed.any(axis=1))[0])
    town = int(np.flatnonzero(problem.allowed[family])[-1])
    locked = solve(problem, budget=QUICK, locks={family: town}, warm=free)
    assert locked.assignment[family] == town
    assert locked.objective <= free.upper_bound
    without = solve(problem, budget=QUICK, forbid=[(family, town)])
    assert without.assignment[family] != town
    fixed = problem.locked({family: town})
    again = check(fixed, locked.assignment, locked.prices, locked.region_prices, locked.family_prices)
    assert (again.objective, again.bound) == (locked.objective, locked.certificate_bound)
    with pytest.raises(WrongPlan, match="locked"):
        plan_value(fixed, np.full(30, NOWHERE))


def test_the_same_input_and_seed_give_the_same_answer() -> None:
    problem = drawn(5, families=160, towns=20)
    budget = Budget(time_limit=120, effort=0.1)
    first, second = (solve(problem, budget=budget, seed=3).to_json() for _ in range(2))
    for changing in ("seconds", "cpu_seconds"):
        first.pop(changing)
        second.pop(changing)
    assert first == second


def test_more_families_than_small_go_through_baskets_and_stay_proven() -> None:
    problem = drawn(7, families=170, towns=30)
    answer = solve(problem, budget=Budget(time_limit=60, effort=0.1))
    assert "bound by baskets" in [stage for stage, _value, _bound in answer.trail]
    assert answer.gap_score_pct < 2
    assert [value for _stage, value, _bound in answer.trail] == sorted(
        value for _s, value, _b in answer.trail
    )


def test_thousands_of_families_are_planned_with_a_proof() -> None:
    problem = drawn(8, families=2_100, towns=40)
    answer = solve(problem, budget=Budget(time_limit=60, effort=0.02))
    assert answer.gap_score_pct < 5
    checked = check(problem, answer.assignment, answer.prices, answer.region_prices, answer.family_prices)
    assert checked.objective == answer.objective


def test_without_families_there_is_an_empty_plan() -> None:
    problem = Problem.of(np.zeros((0, 3)), np.zeros((0, 2)), np.ones((3, 2), int))
    answer = solve(problem)
    assert answer.assignment.shape == (0,)
    assert answer.optimal
    assert answer.gap_score_pct == 0.0


def test_without_municipalities_nobody_is_placed() -> None:
    answer = solve(Problem.of(np.zeros((2, 0)), np.ones((2, 1), int), np.zeros((0, 1))))
    assert answer.assignment.tolist() == [NOWHERE, NOWHERE]
    assert answer.optimal


def test_when_nothing_is_possible_the_plan_is_empty_and_proven() -> None:
    problem = Problem.of(np.full((4, 3), -1), np.ones((4, 1), int), np.ones((3, 1), int))
    answer = solve(problem)
    assert answer.unplaced == 4
    assert answer.objective == 0
    assert answer.optimal


def test_a_family_that_nobody_can_take_stays_without_and_the_others_do_not_suffer() -> None:
    problem = Problem.of([[10, 20], [-1, -1], [5, 30]], [[1], [2], [1]], [[1], [1]])
    answer = solve(problem)
    assert answer.assignment.tolist() == [0, NOWHERE, 1]
    assert answer.optimal


def test_a_family_bigger_than_the_places_is_not_squeezed_in() -> None:
    answer = solve(Problem.of([[900]], [[4]], [[3]]))
    assert answer.unplaced == 1
    assert answer.optimal


def test_a_person_can_stop_it_at_once_and_gets_a_possible_plan() -> None:
    problem = drawn(3, families=300, towns=30)
    answer = solve(problem, stop=lambda: True)
    assert answer.stopped
    assert (
        check(problem, answer.assignment, answer.prices, answer.region_prices).objective == answer.objective
    )
    assert answer.persons_placed > 0


@given(st.integers(1, 200))
@settings(max_examples=6, deadline=None)
def test_stopped_anywhere_in_the_middle_it_gives_a_possible_plan_with_its_proof(questions: int) -> None:
    problem = drawn(9, families=160, towns=20)
    problem = problem.locked({0: int(problem.allowed[0].argmax())})
    asked = iter(range(10**9))
    answer = solve(problem, budget=QUICK, stop=lambda: next(asked) >= questions)
    checked = check(problem, answer.assignment, answer.prices, answer.region_prices, answer.family_prices)
    assert checked.objective == answer.objective <= answer.upper_bound <= checked.bound
    assert answer.stopped


def test_a_time_limit_that_is_over_gives_a_plan_with_a_proof() -> None:
    answer = solve(drawn(4, families=300, towns=30), budget=Budget(time_limit=0.001))
    assert answer.stopped
    assert answer.upper_bound >= answer.objective


def test_progress_is_told_stage_by_stage() -> None:
    told: list[tuple[str, int | None, int | None]] = []
    solve(
        drawn(2, families=40),
        progress=lambda stage, value, limit, _seconds: told.append((stage, value, limit)),
    )
    assert told[0][0] == "prices"
    assert all(value <= limit for _stage, value, limit in told if value is not None and limit is not None)


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_any_prices_give_a_bound_and_baskets_never_a_higher_one(seed: int) -> None:
    problem = drawn(seed, families=6, towns=4)
    random = np.random.default_rng(seed)
    places = random.integers(0, 400, problem.capacity.shape)
    regions = random.integers(-150, 151, 3)
    plain = bound(problem, places, regions)
    after = problem.scores + (problem.bonus - regions[problem.region]) * problem.use[:, :1]
    after = after - problem.use @ places.T
    families = np.maximum(np.where(problem.allowed, after, 0).max(axis=1), 0)
    baskets = bound(problem, places, regions, families)
    assert by_hand(problem) <= baskets <= plain


def test_prices_that_prove_nothing_are_refused() -> None:
    problem = drawn(1)
    with pytest.raises(ValueError, match="negative"):
        bound(problem, np.full(problem.capacity.shape, -1), np.zeros(3))
    with pytest.raises(ValueError, match="penalty"):
        bound(problem, np.zeros(problem.capacity.shape), np.full(3, 151))


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_best_basket_is_the_best_of_all_sets(seed: int) -> None:
    random = np.random.default_rng(seed)
    k = int(random.integers(1, 9))
    use = np.stack([random.integers(1, 5, k), random.integers(0, 3, k)], 1)
    room, gains, prices = random.integers(0, 9, 2), random.integers(-50, 300, k), random.integers(0, 60, 2)
    use = np.minimum(use, np.maximum(room, [1, 0]))
    gains = np.where((use <= room).all(axis=1), gains, 0)
    best = max(
        int(gains[np.array(chosen)].sum())
        for chosen in product([False, True], repeat=k)
        if (use[np.array(chosen)].sum(axis=0) <= room).all()
    )
    basket = best_basket(gains, use, room, prices)
    assert basket.exact
    assert basket.most == basket.gain == best == int(gains[basket.members].sum())
    assert best_basket(gains, use, room, prices, most_states=0).most >= best


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_pairs_that_are_ruled_out_are_in_no_better_plan(seed: int) -> None:
    problem = drawn(seed, families=8, towns=4, banded=False)
    work = Work(problem)
    prices = search_prices(work, 60, 0)
    relaxed = relax(work, prices, Clock(lambda: 0.0, 60.0, None))
    if relaxed is None:
        return
    pairs = work.pairs_near(prices, 4, 50.0)
    baskets = Baskets(work, relaxed.prices, relaxed.families, np.full(8, NOWHERE), pairs)
    best = solve(problem)
    assert best.optimal
    possible = baskets.possible(best.objective - 1)
    pairs = set(zip(possible.family.tolist(), possible.municipality.tolist(), strict=True))
    assert all((i, j) in pairs for i, j in enumerate(best.assignment.tolist()) if j != NOWHERE)
