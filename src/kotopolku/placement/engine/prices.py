"""Prices of places by steps of a market: full places get dearer, empty ones cheaper (numpy alone).

Not for: exact prices; column generation (``relaxation``) goes on from these.
"""

import numpy as np

from kotopolku.placement.engine.work import Prices, Work

FIRST_STEP, LAST_STEP = 150.0, 2.0
"""Points by which a price may move in the first and the last round."""
SAMPLE = 6_000
"""Families in the first rounds of a big problem; their places are cut in proportion."""


def search_prices(work: Work, rounds: int, seed: int, start: Prices | None = None) -> Prices:
    """The prices with the lowest bound met in ``rounds`` rounds."""
    if start is None:
        dear = np.zeros((work.m, work.resources))
        dear[:, 0] = np.where(work.room[:, 0] > 0, 200.0, 0.0)
        start = Prices(dear, np.zeros(work.regions))
    if not work.n or not work.m:
        return Prices(np.zeros((work.m, work.resources)), np.zeros(work.regions))
    if work.n <= 2 * SAMPLE:
        return _rounds(work, np.arange(work.n), 1.0, start, rounds, FIRST_STEP)
    some = np.sort(np.random.default_rng(seed).choice(work.n, SAMPLE, replace=False))
    rough = _rounds(work, some, SAMPLE / work.n, start, rounds, FIRST_STEP)
    return _rounds(work, np.arange(work.n), 1.0, rough, max(20, rounds // 6), 8.0)


def _rounds(work: Work, rows: np.ndarray, share: float, start: Prices, rounds: int, first: float) -> Prices:
    """Adam-like steps on the convex bound; ``share`` scales the places to the families looked at."""
    places, regions = start.places.copy(), start.regions.copy()
    room = work.room * share
    low, high = work.low * share, work.high * share
    open_ = work.room > 0
    scale = np.maximum(room, 1.0)
    need = work.need[rows].astype(np.float32)
    value = work.value[rows].astype(np.float32) if len(rows) <= 2 * SAMPLE else None
    moves, sizes = np.zeros_like(places), np.zeros_like(places)
    region_moves, region_sizes = np.zeros_like(regions), np.zeros_like(regions)
    best, kept = np.inf, Prices(places, regions)
    for t in range(1, rounds + 1):
        now = Prices(places, regions)
        town, gain = _choices(work, rows, need, value, now)
        taken = gain > 0
        used = np.zeros((work.m, work.resources))
        for d in range(work.resources):
            used[:, d] = np.bincount(town[taken], need[taken, d], work.m)
        regional = np.bincount(work.region[town[taken]], need[taken, 0], work.regions)
        ends = np.where(regions > 0, high, low)
        total = float(gain[taken].astype(np.float64).sum() + (places * room).sum() + (regions * ends).sum())
        if total < best:
            best, kept = total, Prices(places.copy(), regions.copy())
        step = first * (LAST_STEP / first) ** (t / rounds)
        slope = (room - used) / scale
        moves, sizes = 0.8 * moves + 0.2 * slope, 0.98 * sizes + 0.02 * slope**2
        early, early_size = 1 - 0.8**t, 1 - 0.98**t
        places = np.maximum(places - step * (moves / early) / (np.sqrt(sizes / early_size) + 0.02), 0) * open_
        if work.banded:
            pull = np.where(regions > 0, high, np.where(regions < 0, low, np.clip(regional, low, high)))
            slope_r = (pull - regional) / np.maximum(np.minimum(high, work.persons.sum() * share), 1)
            region_moves = 0.8 * region_moves + 0.2 * slope_r
            region_sizes = 0.98 * region_sizes + 0.02 * slope_r**2
            change = step * (region_moves / early) / (np.sqrt(region_sizes / early_size) + 0.02)
            regions = np.clip(regions - change, -work.penalty, work.penalty)
    return kept


def _choices(
    work: Work, rows: np.ndarray, need: np.ndarray, value: np.ndarray | None, prices: Prices
) -> tuple[np.ndarray, np.ndarray]:
    """Best municipality of each family after prices and what is left there."""
    dear = prices.places.astype(np.float32)
    dear[:, 0] += prices.regions[work.region].astype(np.float32)
    if value is not None:
        left = value - need @ dear.T
        town = left.argmax(axis=1)
        return town, left[np.arange(len(rows)), town]
    town, gain = np.empty(len(rows), np.int64), np.empty(len(rows), np.float32)
    for begin in range(0, len(rows), 2_000):
        part = slice(begin, begin + 2_000)
        left = work.value[rows[part]].astype(np.float32)
        left -= need[part] @ dear.T
        town[part] = left.argmax(axis=1)
        gain[part] = left[np.arange(len(left)), town[part]]
    return town, gain
