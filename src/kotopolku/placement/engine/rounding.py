"""Whole-number plans: by price order, and by exact search over some families while the others stay.

Not for: which families to search together (``neighbourhoods``).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kotopolku.placement.engine.highs import NODE_GAP, PairModel
from kotopolku.placement.engine.problem import NOWHERE, Ints
from kotopolku.placement.engine.work import NEVER, Clock, Pairs, Prices, Work


def insert(work: Work, plan: Ints, prices: Prices) -> Ints:
    """Place who has no place: most persons first, each at its best after prices where there is room."""
    plan, room = plan.copy(), work.left(plan)
    dear = prices.places.copy()
    dear[:, 0] += prices.regions[work.region]
    waiting = np.flatnonzero(plan == NOWHERE)
    for row in waiting[np.argsort(-work.persons[waiting], kind="stable")]:
        need = work.need[row]
        after = work.value[row] - dear @ need
        after[(room < need).any(axis=1) | (work.value[row] == NEVER)] = -np.inf
        town = int(after.argmax()) if work.m else -1
        if town >= 0 and after[town] > -np.inf and (work.value[row, town] > 0):
            plan[row] = town
            room[town] -= need
    return plan


@dataclass(frozen=True)
class Searched:
    plan: Ints
    proven: bool
    """No better plan exists among the pairs that were given."""
    bound: float
    """Value of the searched part's bound, in points of the searched families."""


def search(
    work: Work,
    plan: Ints,
    families: Ints,
    pairs: Pairs,
    clock: Clock,
    *,
    nodes: int,
    start: bool = True,
    **options: Any,
) -> Searched:
    """The best places for ``families`` over ``pairs`` (and where they are), everybody else staying where they are."""
    rest = plan.copy()
    rest[families] = NOWHERE
    room = work.left(rest)
    settled = work.regional(rest)
    low, high = work.low - settled, work.high - settled
    family, town = _with_own(pairs, families, plan, work)
    fits = (work.need[family] <= room[town]).all(axis=1)
    family, town = family[fits], town[fits]
    used = np.zeros_like(work.room)
    np.add.at(used, town, work.need[family])
    model = PairModel(work, families, room, low, high, used > room, integer=True)
    model.add(family, town)
    if not len(family):
        return Searched(plan, True, 0.0)
    if start:
        model.start_from(plan, low, high)
    done = model.run(clock, mip_max_nodes=nodes, mip_rel_gap=0.0, mip_abs_gap=NODE_GAP, **options)
    if not done:
        return Searched(plan, False, float("inf"))
    info = model.solver.getInfo()
    chosen = model.values() > 0.5
    found = rest
    found[family[chosen]] = town[chosen]
    proven = info.mip_dual_bound - info.objective_function_value <= NODE_GAP + 1e-6
    if not work.fits(found):
        return Searched(plan, False, float("inf"))
    return Searched(found, proven, float(info.mip_dual_bound))


def _with_own(pairs: Pairs, families: Ints, plan: Ints, work: Work) -> tuple[Ints, Ints]:
    """The pairs of these families and where each is now, each pair once, in order."""
    inside = np.zeros(work.n, bool)
    inside[families] = True
    keep = inside[pairs.family]
    placed = families[plan[families] != NOWHERE]
    keys = np.concatenate(
        [pairs.family[keep] * work.m + pairs.municipality[keep], placed * work.m + plan[placed]]
    )
    keys = np.unique(keys)
    return keys // work.m, keys % work.m
