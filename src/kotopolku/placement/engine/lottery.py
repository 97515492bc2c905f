"""A published lottery among near-ties: two equal families change places by the fall of a coin that anybody can check.

Each family's probability is stored, so that what a place does to people can be measured later without bias.
Not for: choosing between plans that differ by more than the points the settings allow.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.problem import NOWHERE, Flags, Ints, Problem

AT_ONCE = 500
PARTNERS = 4
"""Cheapest exchanges of each unit that are looked at."""


@dataclass(frozen=True)
class Draw:
    """One coin: two units with the same needs, in places where the plan is worth nearly as much the other way round."""

    first: str
    second: str
    places: tuple[int, int]
    points_lost: int
    """What the plan loses when they change places."""
    changed: bool


@dataclass(frozen=True)
class Lottery:
    """The plan after the draws, and for each family the probability with which it came to its place."""

    plan: Ints
    probability: npt.NDArray[np.float64]
    """[n] of the place each unit got: 0.5 where a coin fell, else 1."""
    draws: tuple[Draw, ...]
    seed: int
    points_lost: int

    def to_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "points_lost": self.points_lost,
            "draws": [{**vars(draw), "places": list(draw.places)} for draw in self.draws],
        }


def coin(seed: int, digest: str, first: str, second: str) -> bool:
    """The fall of one coin: the last bit of SHA-256 over the seed, the round's digest and the two ids in order."""
    text = "|".join((str(seed), digest, *sorted((first, second))))
    return bool(hashlib.sha256(text.encode()).digest()[-1] & 1)


def draw(
    problem: Problem,
    plan: Ints,
    ids: Sequence[str],
    most_points: int,
    seed: int,
    *,
    held: Flags | None = None,
) -> Lottery:
    """Draw among disjoint pairs of units with equal needs whose exchange costs 0..``most_points`` each.

    Equal needs make every fall of the coins possible at once. Cheapest pairs first; ids decide among equals.
    """
    plan = plan.copy()
    probability = np.ones(len(plan))
    movable = (plan != NOWHERE) & (problem.lock == NOWHERE)
    if held is not None:
        movable &= ~held
    digest = problem.digest()
    draws: list[Draw] = []
    taken: set[int] = set()
    row_of = {name: row for row, name in enumerate(ids)}
    for cost, a, b in sorted(_pairs(problem, plan, np.flatnonzero(movable), ids, most_points)):
        one, two = row_of[a], row_of[b]
        if one in taken or two in taken:
            continue
        taken |= {one, two}
        changed = coin(seed, digest, a, b)
        draws.append(Draw(a, b, (int(plan[one]), int(plan[two])), cost, changed))
        probability[[one, two]] = 0.5
        if changed:
            plan[[one, two]] = plan[[two, one]]
    lost = sum(one.points_lost for one in draws if one.changed)
    return Lottery(plan, probability, tuple(draws), seed, lost)


def _pairs(
    problem: Problem, plan: Ints, rows: Ints, ids: Sequence[str], most_points: int
) -> list[tuple[int, str, str]]:
    """(points lost, id, id) of every exchange between units of the same needs that costs little enough."""
    found: list[tuple[int, str, str]] = []
    if not len(rows):
        return found
    _kinds, kind = np.unique(problem.use[rows], axis=0, return_inverse=True)
    for number in range(int(kind.max()) + 1):
        alike = rows[kind.reshape(-1) == number]
        at = plan[alike]
        own = problem.scores[alike, at].astype(np.int64)
        for start in range(0, len(alike), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            there = problem.scores[alike[part]][:, at].astype(
                np.int64
            )  # [a, b] points of a in the place of b
            back = problem.scores[alike][:, at[part]].T.astype(np.int64)
            cost = own[part, None] + own[None, :] - there - back
            possible = (there >= 0) & (back >= 0) & (at[part, None] != at[None, :])
            possible &= (cost >= 0) & (cost <= most_points)
            possible &= np.arange(len(alike))[None, :] > np.arange(start, start + len(there))[:, None]
            cost = np.where(possible, cost, most_points + 1)
            near = np.argsort(cost, axis=1, kind="stable")[:, :PARTNERS]
            for a, b in np.argwhere(np.take_along_axis(cost, near, axis=1) <= most_points):
                other = int(near[a, b])
                first, second = sorted((ids[alike[start + a]], ids[alike[other]]))
                found.append((int(cost[a, other]), first, second))
    return found
