"""Placing week by week: what a place will be worth to those who are still to come, and this week's best with that in mind.

Future prices come from the families known to be waiting and last year's as a likeness of the rest. The number still to come
is forecast from arrivals, never from agreed places. Not for: confirming anything; until a municipality
says yes a place is tentative and may change next week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem, SmallInts
from kotopolku.placement.engine.solver import solve

ROUNDS = 120
"""Steps of the price search in a week; three times as many in the first."""
FIRST_STEP, LAST_STEP = 60.0, 1.0
HIGH = 1.28
"""Standard deviations above the middle: nine years of ten bring no more."""
NEVER = np.float32(-1e8)
WEEK_BUDGET = Budget(time_limit=20.0, effort=1.0)
LARGE = range(4, 11)
"""Sizes of families for which whole rooms are kept; smaller ones fit nearly everywhere."""
SCARCE = 0.25
"""Rooms as the quarter of the families that find fewest would find them."""
LEAST_CHANCE = 1e-3
ROOM_POINTS = 30
"""What a person of a large family weighs when a room may be broken: a nudge among nearly equal places. The full bonus
there placed nobody more in trial years and cost a tenth of the score."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """Families: ``scores`` int32 [n, m] (−1 not allowed), ``use`` int32 [n, D] (column 0 persons)."""

    scores: SmallInts
    use: SmallInts

    def __len__(self) -> int:
        return int(self.scores.shape[0])

    def rows(self, which: Ints) -> "Batch":
        return Batch(self.scores[which], self.use[which])


@dataclass(frozen=True)
class Forecast:
    """Families still to come beyond those known, as a range."""

    low: float
    mid: float
    high: float


def forecast(weekly_counts: Sequence[int], weeks_left: float, known: int = 0) -> Forecast:
    """From the counts of past weeks; ``known`` of those to come are on the waiting list already.

    The spread is that of the counts themselves (at least Poisson's), for the weeks left and for the mean not being sure.
    """
    if not weekly_counts or weeks_left <= 0:
        return Forecast(0.0, 0.0, 0.0)
    counts = np.asarray(weekly_counts, float)
    mean = float(counts.mean())
    spread = max(mean, float(counts.var(ddof=1)) if len(counts) > 1 else mean)
    middle = mean * weeks_left
    deviation = sqrt(spread * weeks_left * (1 + weeks_left / len(counts)))
    return Forecast(
        max(0.0, middle - HIGH * deviation - known),
        max(0.0, middle - known),
        max(0.0, middle + HIGH * deviation - known),
    )


@dataclass(frozen=True)
class Future:
    """Who else will want the places: families known to come, and past ones standing for the rest."""

    known: Batch
    pool: Batch
    expected: float
    """Families to come beyond the known ones, the middle of the forecast: sets the prices."""
    at_most: float = 0.0
    """The high side of the forecast: for so many, large families find whole rooms kept."""


@dataclass(frozen=True)
class Week:
    """Tentative places for the week's families, and what made them."""

    assignment: Ints
    prices: Floats
    """[m, D] points that a place will be worth later."""
    answer: Answer
    """Of the week's exact problem, in points after prices."""


def future_prices(
    now: Batch,
    future: Future,
    room: Ints,
    *,
    bonus: int,
    start: Floats | None = None,
    rounds: int = ROUNDS,
    fit: bool = True,
) -> Floats:
    """[m, D] prices at which the places left would just suffice for everybody now and to come.

    Past families count with the weight ``expected / pool``. Fit rule: a place where a whole family no longer fits is no
    option for it; without the rule half of a large family would be "placed" in two towns.
    """
    m, resources = room.shape
    parts = [batch for batch in (now, future.known, future.pool) if len(batch)]
    if not parts:
        return np.zeros((m, resources))
    scores = np.concatenate([batch.scores for batch in parts])
    use = np.concatenate([batch.use for batch in parts])
    weight = np.ones(len(scores), np.float32)
    if len(future.pool):
        weight[len(scores) - len(future.pool) :] = future.expected / len(future.pool)
    value = scores.astype(np.float32)
    value += np.float32(bonus) * use[:, :1].astype(np.float32)
    possible = scores >= 0
    if fit:
        for d in range(resources):
            possible &= use[:, d : d + 1] <= room[None, :, d]
    value[~possible] = NEVER
    prices = np.zeros((m, resources)) if start is None else start.copy()
    return _search(
        value, use.astype(np.float32), weight, room, prices, rounds if start is not None else 3 * rounds
    )


def _search(
    value: npt.NDArray[np.float32],
    use: npt.NDArray[np.float32],
    weight: npt.NDArray[np.float32],
    room: Ints,
    prices: Floats,
    rounds: int,
) -> Floats:
    """Steps of a market on the weighted bound: the best prices met."""
    m, resources = room.shape
    open_, scale = room > 0, np.maximum(room, 1.0)
    moves, sizes = np.zeros_like(prices), np.zeros_like(prices)
    best, kept = np.inf, prices
    rows = np.arange(len(value))
    for t in range(1, rounds + 1):
        left = value - use @ prices.T.astype(np.float32)
        town = left.argmax(axis=1)
        gain = left[rows, town]
        taken = gain > 0
        used = np.zeros((m, resources))
        for d in range(resources):
            used[:, d] = np.bincount(town[taken], use[taken, d] * weight[taken], m)
        worth = float((gain[taken] * weight[taken]).sum(dtype=np.float64)) + float((prices * room).sum())
        if worth < best:
            best, kept = worth, prices.copy()
        slope = (room - used) / scale
        moves, sizes = 0.8 * moves + 0.2 * slope, 0.98 * sizes + 0.02 * slope**2
        step = FIRST_STEP * (LAST_STEP / FIRST_STEP) ** (t / rounds)
        change = step * (moves / (1 - 0.8**t)) / (np.sqrt(sizes / (1 - 0.98**t)) + 0.02)
        prices = np.maximum(prices - change, 0.0) * open_
    return kept


def room_rent(now: Batch, future: Future, room: Ints, *, points: int = ROOM_POINTS) -> Floats:
    """[n, m] points for breaking into the last rooms that large families to come will need whole.

    Rooms are counted as last year's families of a size would find them: allowed, and all they need in one municipality.
    What one more is worth is the chance that more such families come than there are rooms (Poisson), times ``points`` for
    each of its persons: as a shopkeeper prices the last loaf.
    """
    rent = np.zeros((len(now), room.shape[0]))
    if not len(future.pool) or not len(now):
        return rent
    per_family = max(future.expected, future.at_most) / len(future.pool)
    after = np.maximum(room[None, :, :] - now.use[:, None, :].astype(np.int64), 0)
    sizes = future.pool.use[:, 0]
    coming = future.known.use[:, 0]
    for s in LARGE:
        like = future.pool.rows(np.flatnonzero(sizes >= s))
        mean, sure = per_family * len(like), int((coming >= s).sum())
        if not len(like) or mean + sure <= 0:
            continue
        rooms = _rooms(like, room)
        chance = _more_than(float(np.quantile(rooms.sum(axis=1), SCARCE)) - sure, mean)
        if chance < LEAST_CHANCE:
            continue
        for row in range(len(now)):
            touched = np.flatnonzero((now.scores[row] >= 0) & rooms.any(axis=0))
            left = _rooms(Batch(like.scores[:, touched], like.use), after[row, touched])
            lost = (rooms[:, touched] - left).mean(axis=0)
            rent[row, touched] = np.maximum(rent[row, touched], points * s * chance * lost)
    return rent


def _rooms(families: Batch, room: Ints) -> Ints:
    """[families, m] how many families like each one would find all they need."""
    fit: Ints = np.where(families.scores >= 0, np.int64(1_000), 0)
    for d in range(room.shape[1]):
        need = families.use[:, d].astype(np.int64)
        some = need > 0
        fit[some] = np.minimum(fit[some], room[None, :, d] // need[some, None])
    return fit


def _more_than(rooms: float, mean: float) -> float:
    """Chance that at least ``rooms`` of a Poisson number with this mean come."""
    if rooms <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    below = sum(
        exp(k * log(mean) - mean - _log_factorial(k)) for k in range(int(rooms) + (rooms > int(rooms)))
    )
    return max(0.0, 1.0 - below)


def _log_factorial(k: int) -> float:
    return sum(log(i) for i in range(2, k + 1))


def place_week(
    now: Batch,
    future: Future,
    room: Ints,
    *,
    bonus: int,
    start: Floats | None = None,
    budget: Budget = WEEK_BUDGET,
    seed: int = 0,
    keep_rooms: bool = True,
) -> Week:
    """The week's best plan after future prices, exact for a hundred families; families may be left to wait."""
    prices = future_prices(now, future, room, bonus=bonus, start=start)
    rent = room_rent(now, future, room) if keep_rooms else None
    return Week(*_exact(now, room, prices, rent, bonus, budget, seed))


def _exact(
    now: Batch, room: Ints, prices: Floats, rent: Floats | None, bonus: int, budget: Budget, seed: int
) -> tuple[Ints, Floats, Answer]:
    after = now.scores + bonus * now.use[:, :1].astype(np.float64) - now.use.astype(np.float64) @ prices.T
    if rent is not None:
        after -= rent
    whole = np.rint(after).astype(np.int64)
    # A place that is worth more to those to come than to this family is left for them.
    adjusted = np.where((now.scores >= 0) & (whole > 0), whole, NOWHERE)
    answer = solve(Problem.of(adjusted, now.use, room, bonus=0), budget=budget, seed=seed)
    return answer.assignment, prices, answer
