"""What of a forecast is shown and stored: lines by track, level, place and field with small groups hidden, and lots. Pure.

Not for: the model (``forecast_rules``), what an officer makes of a lot (``actions/needs``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from kotopolku.training.backtest_rules import Tested, backtest
from kotopolku.training.forecast_rules import (
    VOCATIONAL,
    Band,
    History,
    Known,
    MonthAhead,
    Need,
    Paths,
    Settings,
    Strand,
    Study,
    band_of,
    count,
    digest,
    first_day,
    months_ahead,
    rates,
    simulate,
)
from kotopolku.training.suppression import Line, hidden_cells

R = TypeVar("R", Need, Study)
DIMENSIONS = ("track", "level", "place", "field")


@dataclass(frozen=True)
class LotRules:
    """Our own choices of ``data/measuring.toml``."""

    smallest_group: int
    """Fewer students are no group: they are joined over the area."""
    lead_months: int
    """From a need known to the first day of a course that is still to be bought."""


@dataclass(frozen=True)
class Lot:
    """A lot proposed. ``volume`` is the middle of the futures, ``option`` what the upper end would need more."""

    place: str
    track: str
    field: str
    volume: int
    option: int
    starts_on: date
    waiting: Band
    """Without a place at the end of the months looked at, when nothing more is bought."""


@dataclass(frozen=True)
class LineAhead:
    """One line of a table. ``open_now`` is None where too few people stand behind it, or to protect another number."""

    dimension: str
    key: str
    open_now: int | None
    months: list[MonthAhead]


@dataclass(frozen=True)
class Outcome:
    """All that a forecast says."""

    today: date
    seed: int
    digest: str
    total: LineAhead
    lines: list[LineAhead]
    rates: Mapping[str, float]
    tested: list[Tested]
    lots: list[Lot]

    def to_json(self) -> dict[str, Any]:
        """As stored and given out. A hidden number is null."""

        def line(one: LineAhead) -> dict[str, Any]:
            months = [_plain(asdict(month)) for month in one.months]
            return {"dimension": one.dimension, "key": one.key, "open_now": one.open_now, "months": months}

        return {
            "today": self.today.isoformat(),
            "seed": self.seed,
            "digest": self.digest,
            "total": line(self.total),
            "lines": [line(one) for one in self.lines],
            "rates": dict(self.rates),
            "tested": [asdict(one) | {"coverage": round(one.coverage, 4)} for one in self.tested],
            "lots": [_plain(asdict(one)) for one in self.lots],
        }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def forecast(known: Known, settings: Settings, lots: LotRules, seed: int) -> Outcome:
    """The whole: counted, simulated, tested, hidden where needed, lots proposed. The same input gives the same answer."""
    known = _few_places_joined(known, settings)
    history = count(known, settings)
    found = rates(history, settings)
    paths = simulate(
        history,
        found,
        settings,
        months=settings.months,
        paths=settings.paths,
        seed=seed,
        arrivals=known.arrivals,
        needs_per_arrival=known.needs_per_arrival,
    )
    total, lines = _lines(history, paths, settings)
    return Outcome(
        today=known.today,
        seed=seed,
        digest=digest(known, settings, seed),
        total=total,
        lines=lines,
        rates=found.to_json(),
        tested=backtest(history, known.seats, settings, seed),
        lots=propose_lots(paths, lots, settings),
    )


def _few_places_joined(known: Known, settings: Settings) -> Known:
    """Places and tracks with few needs ever are counted with the area's others, whose place is not told."""
    seen: dict[str, int] = {}
    for need in known.needs:
        seen[need.strand.place] = seen.get(need.strand.place, 0) + 1
    few = {place for place, number in seen.items() if number < settings.smallest}

    def joined(row: R) -> R:
        if row.strand.place in seen and row.strand.place not in few:
            return row
        return replace(row, strand=row.strand._replace(place=""))

    return replace(
        known, needs=[joined(one) for one in known.needs], studies=[joined(one) for one in known.studies]
    )


# --- Lines -----------------------------------------------------------------------------------------------------------


def _key(dimension: str) -> Callable[[Strand], str | None]:
    """The strand's line in a dimension; None when it has none there."""
    if dimension == "level":
        return lambda strand: None if strand.track == VOCATIONAL else strand.level
    if dimension == "field":
        return lambda strand: strand.level if strand.track == VOCATIONAL else None
    return lambda strand: str(getattr(strand, dimension))


def _lines(history: History, paths: Paths, settings: Settings) -> tuple[LineAhead, list[LineAhead]]:
    rows: dict[tuple[str, str], list[int]] = {}
    for dimension in DIMENSIONS:
        key_of = _key(dimension)
        for row, strand in enumerate(history.strands):
            if (key := key_of(strand)) is not None:
                rows.setdefault((dimension, key), []).append(row)
    now = {key: int(history.waiting[mine].sum()) for key, mine in rows.items()}
    everything = ("all", "")
    now[everything] = int(history.waiting.sum())
    vocational = ("track", VOCATIONAL)
    others = tuple(key for key in now if key[0] == "track" and key != vocational)
    sums = [
        Line(everything, tuple(key for key in now if key[0] == "track")),
        Line(everything, tuple(key for key in now if key[0] == "place")),
        Line(("languages", ""), others),
        Line(("languages", ""), tuple(key for key in now if key[0] == "level")),
    ]
    if vocational in now:
        sums.append(Line(vocational, tuple(key for key in now if key[0] == "field")))
    numbers = now | {("languages", ""): sum(now[key] for key in others)}
    hidden = hidden_cells(numbers, sums, settings.smallest)

    def line(key: tuple[str, str], mine: list[int]) -> LineAhead:
        tracks = {"all": sorted({one.track for one in history.strands}), "track": [key[1]]}.get(key[0], [])
        # A number to come that is large enough tells nobody how few wait today: it is of people not known yet.
        least = settings.smallest if key in hidden else 0
        months = months_ahead(paths, mine, history, settings.band, tracks, least=least)
        return LineAhead(*key, None if key in hidden else now[key], months)

    return line(everything, list(range(len(history.strands)))), [
        line(key, mine) for key, mine in sorted(rows.items())
    ]


# --- Lots ------------------------------------------------------------------------------------------------------------


def propose_lots(paths: Paths, rules: LotRules, settings: Settings) -> list[Lot]:
    """Place by place and track by track where a group would be without a place; smaller ones joined over the area."""
    found: list[Lot] = []
    groups: dict[tuple[str, str], dict[str, list[int]]] = {}
    for row, strand in enumerate(paths.strands):
        field = strand.level if strand.track == VOCATIONAL else ""
        groups.setdefault((strand.track, field), {}).setdefault(strand.place, []).append(row)
    for (track, field), places in sorted(groups.items()):
        rest: list[int] = []
        for place, rows in sorted(places.items()):
            lot = _lot(paths, rows, rules, settings) if place else None
            if lot is None:
                rest += rows
            else:
                found.append(replace(lot, place=place, track=track, field=field))
        lot = _lot(paths, rest, rules, settings) if rest else None
        if lot is not None:
            found.append(replace(lot, track=track, field=field))
    return found


def _lot(paths: Paths, rows: Sequence[int], rules: LotRules, settings: Settings) -> Lot | None:
    waiting = paths.waiting[:, rows, :].sum(axis=1)
    last = band_of(waiting[:, -1], settings.band)
    if last.median < rules.smallest_group:
        return None
    middles = np.quantile(waiting, 0.5, axis=0, method="inverted_cdf")
    enough = int(np.argmax(middles >= rules.smallest_group))
    start = min(max(enough, rules.lead_months), waiting.shape[1] - 1)
    return Lot(
        place="",
        track="",
        field="",
        volume=last.median,
        option=last.high - last.median,
        starts_on=first_day(paths.end + start),
        waiting=last,
    )
