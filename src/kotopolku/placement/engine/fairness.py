"""Fairness between groups of families: how near each group comes to its own best, floors, and what they cost.

Groups are of need (single parents, no schooling, large families), never of origin. The curve is shown; which point of it
is chosen is a matter for people. Not for: single families' wishes (``preferences``).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.highs import INFINITE, PairModel
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.work import Clock, Floats, Pairs, Prices, Work

LEAST_IN_GROUP = 5
"""Smaller groups are neither measured nor shown: single families would be told apart."""
ONE_POINT = 0.01
"""Groups this near to each other count as equal."""
STEPS = 4
"""Points of the curve after the first."""
PAIRS, WITHIN = 12, 400.0
"""Pairs of each family that the curve looks at, and points behind its best after prices."""


@dataclass(frozen=True)
class Level:
    """A point of the curve: what it costs that no group is below ``floor``."""

    floor: float
    points_lost: int
    """In the relaxation (shares of families): whole families cost about the same."""
    pct: float
    """Of the score."""
    groups: Mapping[str, float]


@dataclass(frozen=True)
class Fairness:
    plan: Ints
    before: Mapping[str, float]
    after: Mapping[str, float]
    points_lost: int
    pct: float
    curve: tuple[Level, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "before": dict(self.before),
            "after": dict(self.after),
            "points_lost": self.points_lost,
            "pct_of_score": self.pct,
            "curve": [{**vars(level), "groups": dict(level.groups)} for level in self.curve],
        }


def shares(problem: Problem, same_everywhere: Ints | None = None) -> Floats:
    """[n, m] points of each pair as a share of the family's own best; 0 where it is not allowed."""
    base = np.zeros(problem.families, np.int64) if same_everywhere is None else same_everywhere
    own = np.where(problem.allowed, problem.scores - base[:, None], 0).astype(np.float64)
    best = own.max(axis=1, initial=0.0)
    share: Floats = np.where(problem.allowed, 1.0, 0.0)
    some = best > 0
    share[some] = own[some] / best[some, None]
    return share


def attainment(share: Floats, plan: Ints, groups: npt.NDArray[np.str_]) -> dict[str, float]:
    """Mean share by group, of families that have any possible place; groups under five are left out."""
    possible = share.max(axis=1, initial=0.0) > 0
    placed = np.flatnonzero(plan != NOWHERE)
    got = np.zeros(len(plan))
    got[placed] = share[placed, plan[placed]]
    return {
        str(group): round(float(got[mine].mean()), 4)
        for group in np.unique(groups)
        if (mine := (groups == group) & possible).sum() >= LEAST_IN_GROUP
    }


def lift(
    problem: Problem,
    answer: Answer,
    groups: npt.NDArray[np.str_],
    *,
    most_pct: float,
    budget: Budget,
    same_everywhere: Ints | None = None,
    steps: int = STEPS,
) -> Fairness:
    """The curve, and the plan of its highest point that costs at most ``most_pct`` per cent of the score.

    A floor's dual price in the relaxation is added to the points of the group; the engine then solves as ever, and the
    plan is judged by the true points. Nobody placed loses the place altogether.
    """
    share = shares(problem, same_everywhere)
    before = attainment(share, answer.assignment, groups)
    score = max(1, answer.score - (int(same_everywhere.sum()) if same_everywhere is not None else 0))
    unchanged = Fairness(answer.assignment, before, before, 0, 0.0, ())
    if len(before) < 2 or most_pct <= 0:
        return unchanged
    curve = _Curve(problem, answer, share, groups, list(before), score, budget.time_limit)
    base = curve.solve(None)
    if base is None:
        return unchanged
    low, high = min(base.groups.values()), max(base.groups.values())
    if high - low <= ONE_POINT and max(before.values()) - min(before.values()) <= ONE_POINT:
        return unchanged
    levels: list[Level] = [base.level]
    lifted = unchanged
    for step in range(1, steps + 1):
        found = curve.solve(low + (high - ONE_POINT - low) * step / steps)
        if found is None:
            break
        levels.append(found.level)
        if found.level.pct > most_pct:
            break
        plan = _plan(problem, answer, share, groups, found.prices, budget)
        value = plan_value(problem, plan)
        lost = answer.objective - value.objective
        after = attainment(share, plan, groups)
        enough = value.persons_placed >= answer.persons_placed and 100.0 * lost <= most_pct * score
        if enough and min(after.values()) > min(lifted.after.values()):
            lifted = Fairness(plan, before, after, lost, round(100.0 * lost / score, 4), ())
    return replace(lifted, curve=tuple(levels))


@dataclass(frozen=True)
class _Found:
    level: Level
    groups: Mapping[str, float]
    prices: Mapping[str, float]
    """What one whole share of a group is worth at the floor."""


class _Curve:
    """The relaxation over the pairs near the prices, with a row for each group's floor."""

    def __init__(
        self,
        problem: Problem,
        answer: Answer,
        share: Floats,
        groups: npt.NDArray[np.str_],
        names: list[str],
        score: int,
        seconds: float,
    ) -> None:
        self.seconds = seconds
        self.work = Work(problem)
        self.names, self.score = names, score
        self.groups = groups[self.work.free]
        self.share = share[self.work.free]
        self.pairs = self._pairs(answer)
        self.base: float | None = None

    def _pairs(self, answer: Answer) -> Pairs:
        work = self.work
        prices = Prices(answer.prices.astype(float), answer.region_prices.astype(float))
        near = work.pairs_near(prices, min(PAIRS, work.m), WITHIN)
        plan = answer.assignment[work.free]
        mine = np.flatnonzero(plan != NOWHERE)
        key = np.unique(
            np.concatenate([near.family * work.m + near.municipality, mine * work.m + plan[mine]])
        )
        return Pairs(key // work.m, key % work.m, np.zeros(len(key)))

    def solve(self, floor: float | None) -> _Found | None:
        work, pairs = self.work, self.pairs
        model = PairModel(work, np.arange(work.n), work.room, work.low, work.high, work.room > 0)
        model.add(pairs.family, pairs.municipality)
        share = self.share[pairs.family, pairs.municipality]
        members = {name: self.groups == name for name in self.names}
        rows = model.solver.getNumRow()
        if floor is not None:
            for name in self.names:
                columns = np.flatnonzero(members[name][pairs.family])
                model.solver.addRow(
                    floor * float((members[name] & (self.share.max(axis=1, initial=0) > 0)).sum()),
                    INFINITE,
                    len(columns),
                    (columns + model.spare).astype(np.int32),
                    share[columns],
                )
        if not model.run(Clock(time.perf_counter, self.seconds, None), solver="ipm", run_crossover="off"):
            return None
        x = model.values()
        worth = float(model.solver.getInfo().objective_function_value)
        if self.base is None:
            self.base = worth
        got = {
            name: round(
                float((x * share)[members[name][pairs.family]].sum())
                / max(1, int((members[name] & (self.share.max(axis=1, initial=0) > 0)).sum())),
                4,
            )
            for name in self.names
        }
        dual = np.array(model.solver.getSolution().row_dual)[rows:]
        prices = {name: abs(float(dual[k])) for k, name in enumerate(self.names)} if floor is not None else {}
        lost = max(0, round(self.base - worth))
        level = Level(round(floor or min(got.values()), 4), lost, round(100.0 * lost / self.score, 4), got)
        return _Found(level, got, prices)


def _plan(
    problem: Problem,
    answer: Answer,
    share: Floats,
    groups: npt.NDArray[np.str_],
    prices: Mapping[str, float],
    budget: Budget,
) -> Ints:
    """A plan of whole families for the points with the floors' prices added."""
    scores = problem.scores.astype(np.int64)
    for name, price in prices.items():
        mine = groups == name
        scores[mine] += np.rint(price * share[mine]).astype(np.int64)
    scores = np.where(problem.scores < 0, -1, scores)
    changed = replace(problem, scores=scores.astype(np.int32))
    return solve(changed, budget=budget, seed=answer.seed, warm=answer).assignment
