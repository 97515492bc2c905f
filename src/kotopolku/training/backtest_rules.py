"""The forecast tested against the past: what it would have said then, what came, and what "as last year" would have said.

Pure. Not for: the forecast itself (``forecast_rules``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kotopolku.training.forecast_rules import (
    History,
    Seats,
    Settings,
    Strand,
    Whole,
    band_of,
    rates,
    simulate,
)

HORIZONS = (3, 6)
MONTHS_BACK = 24
LEAST_HISTORY = 12
PATHS = 200


@dataclass(frozen=True)
class Tested:
    """How the forecast of places needed did, so many months ahead. ``whole``: the area together; else by place and track."""

    months: int
    whole: bool
    forecasts: int
    within: int
    """Forecasts whose band held what came."""
    error: float
    """Mean absolute error of the median, in places."""
    naive_error: float | None
    """That of "as many as a year before"; None when no year before was known."""
    mean: float
    """What came, on average."""

    @property
    def coverage(self) -> float:
        return self.within / self.forecasts


def backtest(history: History, seats: Iterable[Seats], settings: Settings, seed: int) -> list[Tested]:
    """Forecasts made each month of the past two years with what was known then. Empty when the history is too short.

    Tested is the number of places needed from then on: those who started or still waited at the end. It does not hang on
    how many places were bought meanwhile.
    """
    history = _joined(history)
    months = history.new.shape[1]
    seats = list(seats)
    pairs: dict[tuple[int, bool], list[tuple[int, int, bool, float | None]]] = {}
    for at in range(max(months - MONTHS_BACK, LEAST_HISTORY), months - min(HORIZONS) + 1):
        then = history.before(history.end - months + at, seats)
        paths = simulate(
            then,
            rates(then, settings),
            settings,
            months=min(max(HORIZONS), months - at),
            paths=PATHS,
            seed=seed + at,
        )
        for ahead in HORIZONS:
            if at + ahead > months:
                continue
            came = _needed(history, at, ahead)
            before = _needed(history, at - 12, ahead) if at >= 12 else None
            for whole in (True, False):
                drawn = paths.needed[:, :, ahead - 1]
                groups: list[Whole] = [drawn.sum(axis=1)] if whole else list(drawn.T)
                real = [int(came.sum())] if whole else [int(one) for one in came]
                naive = (
                    None if before is None else [int(before.sum())] if whole else [int(one) for one in before]
                )
                for number, futures in enumerate(groups):
                    band = band_of(futures, settings.band)
                    off = None if naive is None else float(abs(naive[number] - real[number]))
                    inside = band.low <= real[number] <= band.high
                    pairs.setdefault((ahead, whole), []).append((real[number], band.median, inside, off))
    return [
        _tested(ahead, whole, found)
        for (ahead, whole), found in sorted(pairs.items(), key=lambda one: (one[0][0], not one[0][1]))
    ]


def _needed(history: History, at: int, ahead: int) -> Whole:
    """Places needed from a month on: started, or still waiting ``ahead`` months later."""
    found: Whole = history.started[:, at : at + ahead].sum(axis=1) + history.queue[:, at + ahead]
    return found


def _tested(ahead: int, whole: bool, found: list[tuple[int, int, bool, float | None]]) -> Tested:
    naive = [off for _real, _median, _inside, off in found if off is not None]
    return Tested(
        months=ahead,
        whole=whole,
        forecasts=len(found),
        within=sum(inside for _real, _median, inside, _off in found),
        error=float(np.mean([abs(real - median) for real, median, _inside, _off in found])),
        naive_error=float(np.mean(naive)) if naive else None,
        mean=float(np.mean([real for real, _median, _inside, _off in found])),
    )


def _joined(history: History) -> History:
    """Levels of one place and track together: finer than that the test would be of noise."""
    keys = sorted({Strand(one.place, one.track, "") for one in history.strands})
    rows = [[row for row, one in enumerate(history.strands) if one[:2] == key[:2]] for key in keys]

    def together(array: Whole) -> Whole:
        return np.array([array[mine].sum(axis=0) for mine in rows], dtype=np.int64).reshape(
            len(keys), *array.shape[1:]
        )

    names = (
        "new",
        "again",
        "gave_up",
        "started",
        "ended",
        "dropped",
        "came_back",
        "went_on",
        "queue",
        "learning",
    )
    arrays: dict[str, Any] = {name: together(getattr(history, name)) for name in names}
    return replace(
        history,
        strands=tuple(keys),
        waiting=together(history.waiting),
        studying=together(history.studying),
        **arrays,
    )
