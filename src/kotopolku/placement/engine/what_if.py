"""What would change: a family fixed elsewhere, one more place, a municipality that leaves, other weights.

Solves again from the last plan and prices, and tells the points lost and who moves. Not for: answers that need no solving
(``explain``), or changing anything for good.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.contract import ContractError, Settings
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem, ProblemError
from kotopolku.placement.engine.rounds import Round, make_round
from kotopolku.placement.engine.solver import solve

NEIGHBOURS = 90
"""Families solved again around a lock."""
CHOICES = 14
"""Places looked at for each of them."""
LOCK_BUDGET = Budget(time_limit=2.0, effort=0.2)


@dataclass(frozen=True)
class Moved:
    unit: str
    before: str
    """Municipality, empty for none."""
    after: str


@dataclass(frozen=True)
class LockCost:
    """What it costs to fix a unit to a place: ``points_lost`` below 0 means a better plan was found on the way."""

    possible: bool
    points_lost: int
    persons_lost: int
    moved: tuple[Moved, ...]
    plan: Ints
    seconds: float


def lock_cost(
    one: Round,
    plan: Ints,
    prices: Ints,
    region_prices: Ints,
    unit: int,
    place: int,
    budget: Budget = LOCK_BUDGET,
) -> LockCost:
    """Fix a unit to a place and solve its neighbourhood again, everybody else staying. Takes a second or so."""
    began = time.perf_counter()
    problem = one.problem
    before = plan_value(problem, plan)
    fixed = problem.lock != NOWHERE
    if problem.scores[unit, place] < 0 or (fixed[unit] and problem.lock[unit] != place):
        return LockCost(False, 0, 0, (), plan, time.perf_counter() - began)
    rows = _neighbours(problem, plan, prices, region_prices, unit, place)
    after = plan.copy()
    try:
        part = _part(problem, plan, prices, region_prices, rows, unit, place)
        after[rows] = solve(part, budget=budget).assignment
    except ProblemError:
        return LockCost(False, 0, 0, (), plan, time.perf_counter() - began)
    value = plan_value(problem, after)
    return LockCost(
        possible=True,
        points_lost=before.objective - value.objective,
        persons_lost=before.persons_placed - value.persons_placed,
        moved=moved(one, plan, after),
        plan=after,
        seconds=time.perf_counter() - began,
    )


def _net(problem: Problem, prices: Ints, region_prices: Ints, rows: Ints) -> Ints:
    """[rows, m] points with bonus after prices; very low where forbidden."""
    dear = prices.astype(np.int64).copy()
    if len(problem.region):
        dear[:, 0] += region_prices[problem.region]
    use = problem.use[rows].astype(np.int64)
    net = problem.scores[rows].astype(np.int64) + problem.bonus * use[:, :1] - use @ dear.T
    return np.where(problem.scores[rows] < 0, np.int64(-(2**60)), net)


def _neighbours(
    problem: Problem, plan: Ints, prices: Ints, region_prices: Ints, unit: int, place: int
) -> Ints:
    """Rows of units to solve again: those in the two places, then those who could take or give room nearest by price."""
    touched = [place] if plan[unit] == NOWHERE else [place, int(plan[unit])]
    near = np.isin(plan, touched) & (problem.lock == NOWHERE)
    near[unit] = True
    everybody = np.arange(problem.families)
    net = _net(problem, prices, region_prices, everybody)
    own = np.where(plan == NOWHERE, 0, net[everybody, np.maximum(plan, 0)])
    # Places where those who must give way would go next, and the families there.
    wanted = np.zeros(problem.municipalities, np.bool_)
    wanted[np.argsort(-net[near], axis=1, kind="stable")[:, :4]] = True
    in_wanted = (plan != NOWHERE) & wanted[np.maximum(plan, 0)]
    behind = own - net[:, touched].max(axis=1)
    behind = np.where(in_wanted, np.minimum(behind, 200), behind)
    free = (problem.lock == NOWHERE) & ~near
    order = np.lexsort((everybody, behind))
    more = [row for row in order if free[row]][: max(0, NEIGHBOURS - int(near.sum()))]
    near[more] = True
    rows: Ints = np.flatnonzero(near)
    return rows


def _part(
    problem: Problem, plan: Ints, prices: Ints, region_prices: Ints, rows: Ints, unit: int, place: int
) -> Problem:
    """The problem of some units in the room that the others leave, with one of them fixed."""
    others = np.ones(problem.families, np.bool_)
    others[rows] = False
    settled = np.flatnonzero(others & (plan != NOWHERE))
    room = problem.capacity.copy()
    np.subtract.at(room, plan[settled], problem.use[settled].astype(np.int64))
    regional = np.zeros(problem.regions, np.int64)
    np.add.at(regional, problem.region[plan[settled]], problem.persons[settled])
    net = _net(problem, prices, region_prices, rows)
    keep = np.zeros(net.shape, np.bool_)
    np.put_along_axis(keep, np.argsort(-net, axis=1, kind="stable")[:, :CHOICES], True, axis=1)
    here = np.flatnonzero(plan[rows] != NOWHERE)
    keep[here, plan[rows][here]] = True
    keep[:, place] = True
    scores = np.where(keep, problem.scores[rows], -1).astype(np.int32)
    lock = problem.lock[rows].copy()
    lock[int(np.flatnonzero(rows == unit)[0])] = place
    return Problem.of(
        scores,
        problem.use[rows],
        room,
        region=problem.region,
        bonus=problem.bonus,
        region_penalty=problem.region_penalty,
        region_lo=np.maximum(problem.region_lo - regional, 0),
        region_hi=np.maximum(problem.region_hi - regional, 0),
        lock=lock,
    )


@dataclass(frozen=True)
class Change:
    """What is tried: more (or fewer) of a thing by (municipality, thing), municipalities that leave, other weights."""

    more: Mapping[tuple[str, str], int] = field(default_factory=dict)
    leave: tuple[str, ...] = ()
    weights: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    locks: Mapping[str, str] = field(default_factory=dict)
    """Municipality by family."""


@dataclass(frozen=True)
class WhatIf:
    """``points`` is the new objective less the old one; with other weights the two are not of one measure (None)."""

    round: Round
    answer: Answer
    points: int | None
    persons: int
    moved: tuple[Moved, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "points": self.points,
            "persons": self.persons,
            "families_moved": len(self.moved),
            "moved": [vars(one) for one in self.moved],
            "gap_score_pct": self.answer.gap_score_pct,
            "seconds": round(self.answer.seconds, 2),
        }


def what_if(one: Round, answer: Answer, change: Change, *, budget: Budget, seed: int = 0) -> WhatIf:
    """Solve the changed round from the last prices. Raises `ContractError` when the change cannot be."""
    places = [_changed(place, change) for place in one.places]
    known = {place.municipality for place in one.places}
    strange = [code for code in (*change.leave, *(code for code, _thing in change.more)) if code not in known]
    if strange:
        raise ContractError([f"municipality {strange[0]} has no places in this round"])
    families = [
        replace(family, lock=change.locks[family.id]) if family.id in change.locks else family
        for family in one.families
    ]
    settings: Settings = replace(one.settings, weights={**one.settings.weights, **change.weights})
    other = make_round(families, places, settings, where=one.country)
    found = solve(other.problem, budget=budget, seed=seed, warm=answer)
    return WhatIf(
        other,
        found,
        None if change.weights else found.objective - answer.objective,
        found.persons_placed - answer.persons_placed,
        moved(one, answer.assignment, found.assignment),
    )


def _changed(place: Any, change: Change) -> Any:
    agreed, largest = dict(place.agreed), place.largest_home
    for (code, thing), number in change.more.items():
        if code == place.municipality and thing in agreed:
            agreed[thing] += number
    if place.municipality in change.leave:
        # What is already in use stays; nobody new comes.
        agreed["persons"] = place.used.get("persons", 0)
    return replace(place, agreed=agreed, largest_home=largest)


def moved(one: Round, before: Ints, after: Ints) -> tuple[Moved, ...]:
    """Units whose municipality is another one; a change of period alone is no move."""
    code = [place.municipality for place in one.places]

    def at(plan: Ints, row: int) -> str:
        return "" if plan[row] == NOWHERE else code[int(plan[row])]

    rows: Sequence[int] = [int(row) for row in np.flatnonzero(before != after)]
    return tuple(
        Moved(one.units[row].id, at(before, row), at(after, row))
        for row in rows
        if at(before, row) != at(after, row)
    )
