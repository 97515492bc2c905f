"""The value of a plan and a bound that no plan exceeds, from the raw integers and the prices alone.

Whole numbers only, no solver: anybody may run this and must come to the same two numbers. It knows nothing of how plan
or prices were found, and any prices give a valid bound; good prices give a low one.

Plain bound. Every place has a price and every family takes the pair with most points left after prices (or none):
``sum(best of each family) + sum(price x places) + the region prices at the ends of the bands``.

Bound by baskets. Every family has a price too (what the plan gives for it). Then each municipality picks the best set of
families that fits (an exact dynamic programme over its places): ``sum(family prices) + sum(best basket of each
municipality) + regions``. It is lower because half a family never fits.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kotopolku.placement.engine.knapsack import best_basket
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem

AT_ONCE = 2_000
"""Families handled at once: keeps memory low."""


class WrongPlan(ValueError):
    """The plan breaks a rule: an excluded pair, a place too many, a lock; the text says which."""


@dataclass(frozen=True)
class Checked:
    """Both numbers recomputed from raw data."""

    objective: int
    bound: int
    persons_placed: int
    score: int
    """The objective without the bonus for persons placed."""
    outside_bands: int
    """Persons outside the bands of the regions."""

    @property
    def gap_points(self) -> int:
        return self.bound - self.objective

    @property
    def gap_score_pct(self) -> float:
        return 0.0 if self.gap_points <= 0 else round(100.0 * self.gap_points / max(1, self.score), 6)


def check(
    problem: Problem, assignment: Any, prices: Any, region_prices: Any, family_prices: Any = None
) -> Checked:
    """Value of the plan and bound of the prices; ``WrongPlan`` if the plan is not possible."""
    value = plan_value(problem, np.asarray(assignment))
    return Checked(
        objective=value.objective,
        bound=bound(problem, prices, region_prices, family_prices),
        persons_placed=value.persons_placed,
        score=value.score,
        outside_bands=value.outside_bands,
    )


@dataclass(frozen=True)
class Value:
    objective: int
    persons_placed: int
    score: int
    outside_bands: int


def plan_value(problem: Problem, assignment: Ints) -> Value:
    n, m = problem.scores.shape
    if assignment.shape != (n,):
        raise WrongPlan(f"The plan has {assignment.size} rows for {n} families.")
    if n and (assignment.dtype.kind not in "iu" or assignment.min() < NOWHERE or assignment.max() >= m):
        raise WrongPlan("The plan names a municipality that is not in the problem.")
    assignment = assignment.astype(np.int64)
    moved = np.flatnonzero((problem.lock != NOWHERE) & (assignment != problem.lock))
    if len(moved):
        raise WrongPlan(f"Family {int(moved[0])} is not where it is locked.")
    placed = np.flatnonzero(assignment != NOWHERE)
    at = assignment[placed]
    points = problem.scores[placed, at].astype(np.int64)
    if (points < 0).any():
        family = int(placed[points < 0][0])
        raise WrongPlan(
            f"Family {family} is in municipality {int(assignment[family])}, which a rule forbids."
        )
    used = np.zeros_like(problem.capacity)
    np.add.at(used, at, problem.use[placed].astype(np.int64))
    over = np.argwhere(used > problem.capacity)
    if len(over):
        j, d = (int(number) for number in over[0])
        raise WrongPlan(
            f"Municipality {j} has {int(problem.capacity[j, d])} of resource {d}; the plan uses {int(used[j, d])}."
        )
    persons = problem.persons[placed]
    regional = np.zeros(problem.regions, np.int64)
    np.add.at(regional, problem.region[at], persons)
    outside = int(
        np.maximum(regional - problem.region_hi, 0).sum() + np.maximum(problem.region_lo - regional, 0).sum()
    )
    outside = outside if problem.region_penalty else 0
    score = int(points.sum()) - problem.region_penalty * outside
    count = int(persons.sum())
    return Value(score + problem.bonus * count, count, score, outside)


def bound(problem: Problem, prices: Any, region_prices: Any, family_prices: Any = None) -> int:
    """A number that no plan exceeds, for any whole prices: places not negative, regions within the penalty."""
    place = np.asarray(prices, np.int64).reshape(problem.capacity.shape)
    area = np.asarray(region_prices, np.int64).reshape(problem.regions)
    if (place < 0).any():
        raise ValueError("A price of a place is negative: such prices prove nothing.")
    if (np.abs(area) > problem.region_penalty).any():
        raise ValueError("A region's price is beyond the penalty: such prices prove nothing.")
    locked = problem.lock != NOWHERE
    at = problem.lock[locked]
    room = problem.capacity.copy()
    np.subtract.at(room, at, problem.use[locked].astype(np.int64))
    settled = np.zeros(problem.regions, np.int64)
    np.add.at(settled, problem.region[at], problem.persons[locked])
    total = int(problem.scores[locked, at].astype(np.int64).sum())
    total += problem.bonus * int(problem.persons[locked].sum())
    if problem.region_penalty:
        total += int(
            np.where(
                area > 0, area * (problem.region_hi - settled), area * (problem.region_lo - settled)
            ).sum()
        )
    free = np.flatnonzero(~locked)
    if family_prices is None:
        return total + int((place * room).sum()) + _best_pairs(problem, free, room, place, area)
    return total + _best_baskets(problem, free, room, place, area, np.asarray(family_prices, np.int64))


def _worth(problem: Problem, rows: Ints, room: Ints, area: Ints) -> tuple[Ints, Any]:
    """[rows, m] points of each pair with the bonus and after the region's price; and whether the pair is possible."""
    use = problem.use[rows].astype(np.int64)
    possible = np.asarray(problem.scores[rows] >= 0)
    for d in range(problem.resources):
        possible &= use[:, d : d + 1] <= room[None, :, d]
    worth = problem.scores[rows].astype(np.int64)
    worth += use[:, :1] * (problem.bonus - area[problem.region])[None, :]
    return worth, possible


def _best_pairs(problem: Problem, free: Ints, room: Ints, place: Ints, area: Ints) -> int:
    total = 0
    for start in range(0, len(free), AT_ONCE):
        rows = free[start : start + AT_ONCE]
        worth, possible = _worth(problem, rows, room, area)
        use = problem.use[rows].astype(np.int64)
        for d in range(problem.resources):
            worth -= use[:, d : d + 1] * place[None, :, d]
        total += int(np.where(possible, worth, 0).max(axis=1, initial=0).sum())
    return total


def _best_baskets(
    problem: Problem, free: Ints, room: Ints, place: Ints, area: Ints, family_prices: Ints
) -> int:
    if family_prices.shape != (problem.families,) or (family_prices[free] < 0).any():
        raise ValueError("Family prices must be one number, not negative, for each family.")
    use = problem.use[free].astype(np.int64)
    own = family_prices[free]
    total = int(own.sum())
    worth = np.empty((len(free), problem.municipalities), np.int64)
    for start in range(0, len(free), AT_ONCE):
        rows = free[start : start + AT_ONCE]
        gain, possible = _worth(problem, rows, room, area)
        worth[start : start + AT_ONCE] = np.where(possible, gain - own[start : start + AT_ONCE, None], 0)
    for j in range(problem.municipalities):
        total += best_basket(worth[:, j], use, room[j], place[j]).most
    return total
