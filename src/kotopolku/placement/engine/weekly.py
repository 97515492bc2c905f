"""Placing week by week: what a place will be worth to those who are still to come, and this week's best with that in mind.

Who comes is not known, so a few possible futures are drawn from last year's families, as many as the forecast expects (from
arrivals, never from agreed places); the price of a place is its mean over them. Not for: confirming anything; until a
municipality says yes a place is tentative and may change next week.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem, SmallInts
from kotopolku.placement.engine.solver import Show, solve

FUTURES = 8
"""Drawn; more of them changed nothing beyond chance."""
ROUNDS, FIRST_ROUNDS = 60, 300
"""Steps of the price search from last week's prices, and from none."""
FIRST_STEP, LAST_STEP = 30.0, 1.0
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

    def with_(self, others: "Batch") -> "Batch":
        return Batch(
            np.concatenate([self.scores, others.scores]),
            np.concatenate([self.use, others.use]),
        )


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
    """Of the exact problem of the week and of those known to come, in points after prices."""
    start: tuple[Floats, ...] = ()
    """Prices in each future: where next week's search begins."""


def drawn(future: Future, seed: int) -> list[Floats]:
    """[pool] how often each past family comes, in each future. As fewer are still to come, a future loses its last."""
    size, number = len(future.pool), round(future.expected)
    if not size or number <= 0:
        return [np.zeros(size)]
    futures = (np.random.default_rng((seed, k)).integers(0, size, number) for k in range(FUTURES))
    return [np.bincount(who, minlength=size).astype(float) for who in futures]


def future_prices(
    certain: Batch,
    pool: Batch,
    coming: Floats,
    room: Ints,
    *,
    bonus: int,
    start: Floats | None = None,
    fit: bool = True,
) -> Floats:
    """[m, D] prices at which the places left would just suffice for the certain families and those of one future.

    ``coming`` [pool] is how often each past family comes. Fit rule: a place where a whole family no longer fits is no
    option for it; without the rule half of a large family would be "placed" in two towns.
    """
    some = np.flatnonzero(coming)
    families = certain.with_(pool.rows(some))
    weight = np.concatenate([np.ones(len(certain)), coming[some]])
    possible = families.scores >= 0
    if fit:
        for d in range(room.shape[1]):
            possible &= families.use[:, d : d + 1] <= room[None, :, d]
    value = families.scores.astype(np.float32)
    value += np.float32(bonus) * families.use[:, :1].astype(np.float32)
    value[~possible] = NEVER
    if start is None:
        return _search(value, families.use, weight, room, np.zeros(room.shape), FIRST_ROUNDS, 2 * FIRST_STEP)
    return _search(value, families.use, weight, room, start, ROUNDS, FIRST_STEP)


def _search(
    value: npt.NDArray[np.float32],
    need: SmallInts,
    weight: Floats,
    room: Ints,
    prices: Floats,
    rounds: int,
    first: float,
) -> Floats:
    """Steps of a market on the weighted bound: the best prices met."""
    m, resources = room.shape
    use = need.astype(np.float32)
    open_, scale = room > 0, np.maximum(room, 1.0)
    moves, sizes = np.zeros_like(prices), np.zeros_like(prices)
    best, kept = np.inf, prices
    rows, left = np.arange(len(value)), np.empty_like(value)
    for t in range(1, rounds + 1):
        np.matmul(use, -prices.T.astype(np.float32), out=left)
        left += value
        town = left.argmax(axis=1)
        gain = left[rows, town]
        taken = np.flatnonzero(gain > 0)
        who, where = weight[taken], town[taken]
        used = np.stack([np.bincount(where, use[taken, d] * who, m) for d in range(resources)], axis=1)
        worth = float(gain[taken] @ who) + float((prices * room).sum())
        if worth < best:
            best, kept = worth, prices
        slope = (room - used) / scale
        moves, sizes = 0.8 * moves + 0.2 * slope, 0.98 * sizes + 0.02 * slope**2
        step = first * (LAST_STEP / first) ** (t / rounds)
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
    start: Sequence[Floats] = (),
    budget: Budget = WEEK_BUDGET,
    seed: int = 0,
    keep_rooms: bool = True,
    progress: Show | None = None,
    stop: Callable[[], bool] | None = None,
) -> Week:
    """The week's best plan after future prices, exact for a hundred families; families may be left to wait.

    Those known to come are placed in the same plan, so that whole families are kept room for; only the week's are told.
    ``stop`` is asked often: when it says yes, prices are of the futures looked at, and the best plan so far is given.
    """
    certain = now.with_(future.known)
    found: list[Floats] = []
    for k, coming in enumerate(drawn(future, seed)):
        if found and stop is not None and stop():
            break
        warm = start[k] if k < len(start) else None
        found.append(future_prices(certain, future.pool, coming, room, bonus=bonus, start=warm))
    prices: Floats = np.mean(found, axis=0)
    after = certain.scores + bonus * certain.use[:, :1].astype(np.float64)
    after -= certain.use.astype(np.float64) @ prices.T
    if keep_rooms:
        after[: len(now)] -= room_rent(now, future, room)
    whole = np.rint(after).astype(np.int64)
    # A place that is worth more to those to come than to this family is left for them.
    adjusted = np.where((certain.scores >= 0) & (whole > 0), whole, NOWHERE)
    answer = solve(
        Problem.of(adjusted, certain.use, room, bonus=0),
        budget=budget,
        seed=seed,
        progress=progress,
        stop=stop,
    )
    return Week(answer.assignment[: len(now)], prices, answer, tuple(found))
