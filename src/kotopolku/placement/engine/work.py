"""The problem as the solver handles it: locked families taken out, points and bonus as one number, room that is left.

Not for: anything that is claimed outside; that is recomputed from the ``Problem`` by ``certificate``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.problem import NOWHERE, Flags, Ints, Problem, SmallInts

NEVER = -(2**30)
"""Value of a pair that is not possible."""
AT_ONCE = 5_000

Floats = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Prices:
    """Points for one place, one person in a region, and (for baskets) one family."""

    places: Floats
    """[m, D]"""
    regions: Floats
    """[R]"""

    def whole(self, penalty: int) -> "Prices":
        places = np.maximum(np.rint(self.places), 0.0)
        return Prices(places, np.clip(np.rint(self.regions), -penalty, penalty))


@dataclass(frozen=True)
class Pairs:
    """Columns: families and municipalities, one each, with what they are behind their family's best after prices."""

    family: Ints
    municipality: Ints
    loss: Floats

    def __len__(self) -> int:
        return len(self.family)

    def where(self, keep: Flags) -> "Pairs":
        return Pairs(self.family[keep], self.municipality[keep], self.loss[keep])


class Work:
    """``n`` free families of a problem; indices are rows of ``free``, not of the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.free: Ints = np.flatnonzero(problem.lock == NOWHERE)
        locked = np.flatnonzero(problem.lock != NOWHERE)
        at = problem.lock[locked]
        use = problem.use.astype(np.int64)
        self.room: Ints = problem.capacity.copy()
        np.subtract.at(self.room, at, use[locked])
        self.need: Ints = use[self.free]
        self.persons: Ints = self.need[:, 0]
        self.n, self.m, self.resources = len(self.free), problem.municipalities, problem.resources
        self.regions = problem.regions
        self.region: Ints = problem.region
        self.penalty: int = problem.region_penalty
        settled = np.bincount(self.region[at], use[locked, 0], self.regions).astype(np.int64)
        self.low: Ints = problem.region_lo - settled
        self.high: Ints = problem.region_hi - settled
        self.value: SmallInts = self._values()
        self.ceiling: int = int(self.value.max(initial=0))

    def _values(self) -> SmallInts:
        problem = self.problem
        value = problem.scores if len(self.free) == problem.families else problem.scores[self.free]
        value = value + (problem.bonus * self.persons)[:, None].astype(np.int32)
        for start in range(0, self.n, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            never = problem.scores[self.free[part]] < 0
            for d in range(self.resources):
                never |= self.need[part, d : d + 1] > self.room[None, :, d]
            value[part][never] = NEVER
        return value

    @property
    def banded(self) -> bool:
        return self.penalty > 0

    def after(self, prices: Prices, part: slice = slice(None)) -> Matrix:
        """[rows, m] value of each pair after prices."""
        dear = prices.places.astype(np.float32)
        dear[:, 0] += prices.regions[self.region].astype(np.float32)
        left = self.value[part].astype(np.float32)
        left -= self.need[part].astype(np.float32) @ dear.T
        return left

    def outside(self, regional: Ints) -> int:
        return int(np.maximum(regional - self.high, 0).sum() + np.maximum(self.low - regional, 0).sum())

    def regional(self, plan: Ints) -> Ints:
        placed = np.flatnonzero(plan >= 0)
        where = self.region[plan[placed]]
        return np.bincount(where, self.persons[placed], self.regions).astype(np.int64)

    def left(self, plan: Ints) -> Ints:
        """[m, D] room that the plan leaves."""
        placed = np.flatnonzero(plan >= 0)
        room = self.room.copy()
        np.subtract.at(room, plan[placed], self.need[placed])
        return room

    def worth(self, plan: Ints) -> int:
        """Value of a plan of the free families (``whole`` gives the plan of all)."""
        placed = np.flatnonzero(plan >= 0)
        points = int(self.value[placed, plan[placed]].astype(np.int64).sum())
        return points - self.penalty * self.outside(self.regional(plan)) if self.banded else points

    def fits(self, plan: Ints) -> bool:
        placed = np.flatnonzero(plan >= 0)
        return bool((self.left(plan) >= 0).all() and (self.value[placed, plan[placed]] > NEVER).all())

    def whole(self, plan: Ints) -> Ints:
        """The plan of all families, locked ones included."""
        full = self.problem.lock.copy()
        full[self.free] = plan
        return full

    def pairs_near(self, prices: Prices, most: int, within: float) -> Pairs:
        """Up to ``most`` pairs of each family, no more than ``within`` points behind its best."""
        families, towns, losses = [], [], []
        k = min(most, self.m)
        for start in range(0, self.n, AT_ONCE):
            left = self.after(prices, slice(start, start + AT_ONCE))
            best = np.maximum(left.max(axis=1, initial=0), 0)
            near = (
                np.argpartition(-left, k - 1, axis=1)[:, :k]
                if k < self.m
                else np.broadcast_to(np.arange(self.m), left.shape)
            )
            loss = best[:, None] - np.take_along_axis(left, near, axis=1)
            row, column = np.nonzero(loss <= within)
            families.append(row + start)
            towns.append(near[row, column])
            losses.append(loss[row, column].astype(np.float64))
        if not families:
            nobody = np.zeros(0, np.int64)
            return Pairs(nobody, nobody, np.zeros(0))
        pairs = Pairs(
            np.concatenate(families).astype(np.int64),
            np.concatenate(towns).astype(np.int64),
            np.concatenate(losses),
        )
        order = np.lexsort((pairs.municipality, pairs.family))
        return Pairs(pairs.family[order], pairs.municipality[order], pairs.loss[order])


class Clock:
    """When to stop: the time limit, or a person who asks."""

    def __init__(self, now: Callable[[], float], limit: float, stop: Callable[[], bool] | None) -> None:
        self._now, self._end, self._stop = now, now() + limit, stop
        self.stopped = False

    def left(self) -> float:
        return max(0.0, self._end - self._now())

    def over(self) -> bool:
        if self._now() >= self._end or (self._stop is not None and self._stop()):
            self.stopped = True
        return self.stopped
