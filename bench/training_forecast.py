"""Measures the forecast of training places: an invented area of many clients, counted, simulated, tested against the past.

``python bench/training_forecast.py --clients 200000`` invents needs of five years with a season, a slow growth, a year in
which twice as many come, and courses from which some come back. Prints the time of each part, and how far the forecast
was off beside "as last year" in the same run. No database, no real person.
"""

import argparse
import math
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from kotopolku.training import measuring
from kotopolku.training.backtest_rules import backtest
from kotopolku.training.forecast_rules import (
    Known,
    Need,
    Seats,
    Strand,
    Study,
    count,
    digest,
    rates,
    simulate,
)
from kotopolku.training.forecast_tables import forecast, propose_lots

TODAY = date(2026, 11, 23)
PLACES = [f"{number:03}" for number in range(1, 27)]
TRACKS = ["literacy", "slow", "basic", "basic", "basic", "fast", "vocational"]
DAYS = 5 * 365


def world(clients: int, seed: int, today: date = TODAY) -> Known:
    """An area of 26 municipalities, large and small."""
    chance = random.Random(seed)
    sizes = [1 / (rank + 1) for rank in range(len(PLACES))]
    needs: list[Need] = []
    studies: list[Study] = []
    for day in _days(clients, chance):
        opened = today - timedelta(days=DAYS - day)
        track = chance.choice(TRACKS)
        level = chance.choice(["71", "53", "91"] if track == "vocational" else ["0", "A1", "A2", ""])
        strand = Strand(chance.choices(PLACES, sizes)[0], track, level)
        _path(strand, opened, today, chance, needs, studies, again=False)
    seats = [
        Seats(track, today + timedelta(days=chance.randrange(10, 200)), today - timedelta(days=30), 20)
        for track in TRACKS
        for _one in range(clients // 5000)
    ]
    return Known(today, needs, studies, seats)


def _days(clients: int, chance: random.Random) -> Iterator[int]:
    """Days on which needs arise: growing 5 per cent a year, more in autumn, a year of twice as many."""
    weights = []
    for day in range(DAYS):
        weight = (1 + 0.05 * day / 365) * (1 + 0.25 * math.sin(2 * math.pi * day / 365))
        weights.append(weight * (2 if 3 * 365 <= day < 4 * 365 else 1))
    yield from chance.choices(range(DAYS), weights, k=clients)


def _path(
    strand: Strand,
    opened: date,
    today: date,
    chance: random.Random,
    needs: list[Need],
    studies: list[Study],
    *,
    again: bool,
) -> None:
    if opened > today:
        return
    then = opened + timedelta(days=30 + round(chance.expovariate(1 / 90)))
    if then > today:
        needs.append(Need(strand, opened, again=again))
    elif chance.random() < 0.12:
        needs.append(Need(strand, opened, None, then, again=again))
    else:
        needs.append(Need(strand, opened, then, again=again))
        dropped = chance.random() < 0.2
        ends = then + timedelta(days=chance.randrange(20, 280) if dropped else 300)
        back = chance.random() < 0.3 and not again
        next_need = ends + timedelta(days=chance.randrange(5, 40))
        over = ends <= today
        studies.append(
            Study(
                strand, then, ends if over else None, dropped and over, over and back and next_need <= today
            )
        )
        if back:
            _path(strand, next_need, today, chance, needs, studies, again=True)


def _timed(name: str, begun: float) -> float:
    now = time.perf_counter()
    print(f"  {name:34}{now - begun:7.2f} s", flush=True)
    return time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    known, settings = world(given.clients, given.seed), measuring.settings()
    print(
        f"{given.clients:,} clients, {len(known.needs):,} needs, {len(known.studies):,} studies, 26 municipalities"
    )
    now = time.perf_counter()
    history = count(known, settings)
    now = _timed(f"counting into {len(history.strands)} strands", now)
    found = rates(history, settings)
    paths = simulate(history, found, settings, months=12, paths=settings.paths, seed=given.seed)
    now = _timed(f"{settings.paths} futures of 12 months", now)
    propose_lots(paths, measuring.lot_rules(), settings)
    now = _timed("lots", now)
    tested = backtest(history, known.seats, settings, given.seed)
    now = _timed("test against two years", now)
    digest(known, settings, given.seed)
    now = _timed("digest", now)
    made = forecast(known, settings, measuring.lot_rules(), given.seed)
    _timed("the whole forecast", now)
    for one in tested:
        naive = 0.0 if one.naive_error is None else one.naive_error
        what = "whole area" if one.whole else "by place and training"
        print(
            f"{one.months} months ahead, {what}: {one.forecasts} tests, {one.coverage:.0%} within the band of "
            f"{settings.band:.0%}; off by {one.error:,.1f} of {one.mean:,.1f} places, as last year {naive:,.1f}"
        )
    print(f"{len(made.lots)} lots, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")


if __name__ == "__main__":
    main()
