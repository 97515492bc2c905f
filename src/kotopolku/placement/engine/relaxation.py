"""The linear relaxation over few pairs, to which pairs that would improve it are added until none does.

Not for: whole-number plans (``rounding``) and stronger bounds (``baskets``).
"""

from dataclasses import dataclass

import numpy as np

from kotopolku.placement.engine.highs import PairModel
from kotopolku.placement.engine.problem import Flags, Ints
from kotopolku.placement.engine.work import AT_ONCE, Clock, Floats, Prices, Work

FIRST_PAIRS = 4
"""Pairs of each family to begin with."""
WITHIN = 80.0
"""Points behind the family's best after prices, to begin with."""
NEW_PAIRS = 3
"""Pairs that one round may add to a family."""
MANY = 3_000
"""From so many new columns on the interior point method is quicker than to go on with the simplex."""
ROUNDS = 30


@dataclass(frozen=True)
class Relaxed:
    """The relaxation's solution: shares ``x`` of the pairs and the dual prices."""

    family: Ints
    town: Ints
    x: Floats
    prices: Prices
    families: Floats
    """[n] the families' dual prices."""
    objective: float
    complete: bool
    """No pair that was left out would improve it."""


def relax(work: Work, prices: Prices, clock: Clock) -> Relaxed | None:
    """None if not even the first round ended in time."""
    pairs = work.pairs_near(prices, FIRST_PAIRS, WITHIN)
    model = PairModel(work, np.arange(work.n), work.room, work.low, work.high, work.room > 0)
    model.add(pairs.family, pairs.municipality)
    have: Flags = np.zeros((work.n, work.m), bool)
    have[pairs.family, pairs.municipality] = True
    relaxed, added = None, MANY + 1
    for _round in range(ROUNDS):
        if not len(model.family) or not model.run(clock, solver="ipm" if added > MANY else "simplex"):
            return relaxed
        families, places, regions = model.duals()
        if work.banded:
            regions = np.clip(regions, -work.penalty, work.penalty)
        now = Prices(places, regions)
        family, town = _improving(work, now, families, have)
        relaxed = Relaxed(
            model.family,
            model.town,
            model.values(),
            now,
            families,
            float(model.solver.getInfo().objective_function_value),
            complete=not len(family),
        )
        if not len(family):
            return relaxed
        have[family, town] = True
        model.add(family, town)
        added = len(family)
    return relaxed


def _improving(work: Work, prices: Prices, families: Floats, have: Flags) -> tuple[Ints, Ints]:
    rows, towns = [], []
    k = min(NEW_PAIRS, work.m)
    for start in range(0, work.n, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        gain = work.after(prices, part) - families[part, None].astype(np.float32)
        gain[have[part]] = -1.0
        best = (
            np.argpartition(-gain, k - 1, axis=1)[:, :k]
            if k < work.m
            else np.tile(np.arange(work.m), (len(gain), 1))
        )
        row, column = np.nonzero(np.take_along_axis(gain, best, axis=1) > 0.5)
        rows.append(row + start)
        towns.append(best[row, column])
    return np.concatenate(rows).astype(np.int64), np.concatenate(towns).astype(np.int64)
