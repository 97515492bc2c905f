"""Better plans by exact search in neighbourhoods: some municipalities whose families compete for the same places.

Not for: the first plan (``rounding``, ``baskets``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kotopolku.placement.engine.problem import NOWHERE, Ints
from kotopolku.placement.engine.rounding import search
from kotopolku.placement.engine.work import AT_ONCE, Clock, Floats, Pairs, Prices, Work

NODES = 200
ITERATIONS = 25_000
"""Simplex iterations of one search: the limit that does not depend on the machine."""
MOST_FAMILIES = 2_000


@dataclass
class Improved:
    plan: Ints
    value: int
    searches: int


def improve(
    work: Work,
    plan: Ints,
    prices: Prices,
    pairs: Pairs,
    clock: Clock,
    seed: int,
    *,
    searches: int,
    size: int,
    ceiling: int,
    show: Callable[[int], None],
) -> Improved:
    """Up to ``searches`` searches of about ``size`` families each; ``ceiling`` is a bound that ends it when met."""
    random = np.random.default_rng(seed)
    best = work.worth(plan)
    order = np.argsort(pairs.municipality, kind="stable")
    starts = np.searchsorted(pairs.municipality[order], np.arange(work.m + 1))
    tired = np.zeros(work.m)
    behind = _behind(work, plan, prices)
    fails = done = 0
    while done < searches and best < ceiling and not clock.over():
        done += 1
        placed = plan != NOWHERE
        at = plan[placed]
        weight = _weight(work, plan, prices, behind)
        first = int((weight * random.exponential(1.0, work.m) / (1 + tired) ** 2).argmax())
        wanting = pairs.family[order[starts[first] : starts[first + 1]]]
        near = plan == first
        near[wanting] = True
        count = np.bincount(at, minlength=work.m)
        inside = near[pairs.family]
        kin = np.bincount(pairs.municipality[inside], np.exp(-pairs.loss[inside] / 60.0), work.m).astype(
            float
        )
        kin += np.bincount(plan[near & placed], minlength=work.m)
        kin *= random.uniform(0.3, 1, work.m) / np.sqrt(1 + count)
        kin[first] = np.inf
        towns = np.argsort(-kin, kind="stable")
        k = max(2, int(np.searchsorted(count[towns].cumsum(), size)))
        chosen = np.zeros(work.m, bool)
        chosen[towns[:k]] = True
        tired *= 0.9
        tired[towns[: max(1, k // 3)]] += 1
        free = np.flatnonzero(~placed | chosen[np.maximum(plan, 0)])
        if len(free) > 2 * size:
            free = np.sort(random.choice(free, 2 * size, replace=False))
        found = search(work, plan, free, pairs, clock, nodes=NODES, simplex_iteration_limit=ITERATIONS)
        value = work.worth(found.plan)
        if value > best:
            plan, best, fails = found.plan, value, 0
            behind = _behind(work, plan, prices)
            show(best)
        else:
            fails += 1
            if found.proven and fails % 6 == 0:
                size = min(int(size * 1.25), MOST_FAMILIES)
        if not found.proven:
            size = max(60, int(size * 0.9))
    return Improved(plan, best, done)


def _weight(work: Work, plan: Ints, prices: Prices, behind: Floats) -> Floats:
    placed = plan != NOWHERE
    lost = np.bincount(plan[placed], behind[placed], work.m) + _idle(work, plan, prices) + 1
    return np.asarray(lost * (work.room[:, 0] > 0), np.float64)


def _behind(work: Work, plan: Ints, prices: Prices) -> Floats:
    """[n] points by which each family is behind its best after prices."""
    behind = np.zeros(work.n)
    for start in range(0, work.n, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        left = work.after(prices, part)
        now = plan[part]
        own = np.where(now != NOWHERE, left[np.arange(len(now)), np.maximum(now, 0)], 0)
        behind[part] = np.maximum(left.max(axis=1), 0) - own
    return np.maximum(behind, 0)


def _idle(work: Work, plan: Ints, prices: Prices) -> Floats:
    """[m] what the places left empty would be worth."""
    worth: Floats = (work.left(plan) * prices.places).sum(axis=1)
    return worth
