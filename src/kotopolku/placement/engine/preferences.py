"""Families' wishes: how many come true, who envies with reason, and moves to better-liked places that stand empty.

A stable plan need not exist, so envy is counted and never promised away. Not for: points for wishes (``points``).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.problem import NOWHERE, Flags, Ints, Problem, SmallInts

NOT_LISTED = 9
"""Rank of a place that was not wished for, behind every wish."""


@dataclass(frozen=True)
class Wishes:
    """Measures of a plan over the families that have wishes; the others have no opinion and are not counted."""

    with_wishes: int
    first: int
    first_three: int
    listed: int
    envious: int
    """Families with a better-liked place where somebody got in with fewer points per person."""
    waste: int
    """Families whose better-liked place still has room for them."""
    swaps: int
    """Families that could change places with another so that both have at least the points they have now and this
    one is better liked."""

    def to_json(self) -> dict[str, Any]:
        return {**vars(self)}


def own_rank(rank: SmallInts, plan: Ints) -> Ints:
    """[n] rank of the place a family has: 1–5, or 9 when it is not listed or there is none."""
    placed = np.flatnonzero(plan != NOWHERE)
    here = np.zeros(len(plan), np.int64)
    here[placed] = rank[placed, plan[placed]]
    return np.where(here == 0, NOT_LISTED, here)


def room_left(problem: Problem, plan: Ints) -> Ints:
    used = np.zeros_like(problem.capacity)
    placed = plan != NOWHERE
    np.add.at(used, plan[placed], problem.use[placed].astype(np.int64))
    left: Ints = problem.capacity - used
    return left


def measure(problem: Problem, rank: SmallInts, plan: Ints) -> Wishes:
    use, scores = problem.use.astype(np.int64), problem.scores
    left, here = room_left(problem, plan), own_rank(rank, plan)
    asked = np.flatnonzero((rank > 0).any(axis=1))
    inside = [np.flatnonzero(plan == j) for j in range(problem.municipalities)]
    envious = waste = swaps = 0
    for i in asked:
        better = np.flatnonzero((rank[i] > 0) & (rank[i] < here[i]) & (scores[i] >= 0))
        waste += any((use[i] <= left[j]).all() for j in better)
        envies = changes = False
        for j in better:
            others = inside[j]
            if not len(others):
                continue
            fits = (use[i] <= left[j] + use[others]).all(axis=1)
            envies |= bool((fits & (scores[others, j] * use[i, 0] < scores[i, j] * use[others, 0])).any())
            if plan[i] != NOWHERE:
                own = int(plan[i])
                both = fits & (scores[others, own] >= np.maximum(scores[others, j], 0))
                both &= (use[others] <= left[own] + use[i]).all(axis=1)
                changes |= bool(both.any())
        envious += envies
        swaps += changes
    ranks = here[asked]
    return Wishes(
        with_wishes=len(asked),
        first=int((ranks == 1).sum()),
        first_three=int((ranks <= 3).sum()),
        listed=int((ranks < NOT_LISTED).sum()),
        envious=envious,
        waste=waste,
        swaps=swaps,
    )


@dataclass(frozen=True)
class Polished:
    plan: Ints
    points_lost: int
    moved: int


def polish(
    problem: Problem, rank: SmallInts, plan: Ints, most_points: int, *, held: Flags | None = None
) -> Polished:
    """Move families to better-liked places that have room, cheapest first, for at most ``most_points`` in all.

    Everybody placed stays placed; locks and ``held`` families stay. A move frees room, so it goes on until none is left.
    """
    plan = plan.copy()
    before = value = plan_value(problem, plan).objective
    fixed = (problem.lock != NOWHERE) | (held if held is not None else False)
    left, use = room_left(problem, plan), problem.use.astype(np.int64)
    asked = np.flatnonzero((rank > 0).any(axis=1) & ~fixed & (plan != NOWHERE))
    moved: set[int] = set()
    while True:
        here = own_rank(rank, plan)
        best: tuple[int, int, int, int] | None = None
        for i in asked:
            for j in np.flatnonzero((rank[i] > 0) & (rank[i] < here[i]) & (problem.scores[i] >= 0)):
                if (use[i] > left[j]).any():
                    continue
                cost = _cost(problem, plan, value, int(i), int(j))
                if before - value + cost <= most_points and (best is None or (cost, rank[i, j], i, j) < best):
                    best = (cost, int(rank[i, j]), int(i), int(j))
        if best is None:
            return Polished(plan, before - value, len(moved))
        cost, _rank, family, place = best
        left[plan[family]] += use[family]
        left[place] -= use[family]
        plan[family] = place
        value -= cost
        moved.add(family)


def _cost(problem: Problem, plan: Ints, value: int, i: int, j: int) -> int:
    """Points that moving one family loses; the whole plan is counted only where bands of regions matter."""
    if problem.region_penalty and problem.region[j] != problem.region[plan[i]]:
        other = plan.copy()
        other[i] = j
        return value - plan_value(problem, other).objective
    return int(problem.scores[i, plan[i]]) - int(problem.scores[i, j])
