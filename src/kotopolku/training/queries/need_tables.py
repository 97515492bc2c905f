"""A stored forecast as its page shows it: lines with names, the curve, the test against the past, lots with their reasons.

Not for: making one (``actions/needs``). What is hidden was hidden before it was stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kotopolku.training.models import Forecast, NeedLot, NeedLotState
from kotopolku.training.queries import need
from kotopolku.training.wording_results import name_of, track_name

HORIZONS = (3, 6, 12)


@dataclass(frozen=True)
class Ahead:
    """A number to come: the middle, and between what it most likely lies."""

    low: int
    median: int
    high: int


@dataclass(frozen=True)
class Line:
    """One line of the table. Hidden when ``open_now`` is None."""

    name: str
    open_now: int | None
    needed: list[Ahead | None]
    """By horizon."""


@dataclass(frozen=True)
class Month:
    """One month of the whole area."""

    month: date
    new: Ahead | None
    needed: Ahead | None
    seats: int
    waiting: Ahead | None


@dataclass(frozen=True)
class Curve:
    """The picture of the months: points of its lines, in a box 600 × 200."""

    band: str
    line: str
    most: int
    marks: list[tuple[float, float]]
    first: date
    last: date


@dataclass(frozen=True)
class TestLine:
    """How forecasts of the past two years did."""

    months: int
    whole: bool
    forecasts: int
    coverage: int
    error: float
    naive_error: float | None
    mean: float

    @property
    def better(self) -> bool | None:
        """Whether it came nearer than "as last year"; None when there was no year before."""
        return None if self.naive_error is None else self.error < self.naive_error


@dataclass(frozen=True)
class LotLine:
    """A lot with the names of what it is of."""

    lot: NeedLot
    place: str
    training: str

    @property
    def changed(self) -> bool:
        return self.lot.state == NeedLotState.CHANGED


@dataclass(frozen=True)
class View:
    """All that the page of a forecast shows."""

    forecast: Forecast
    months: list[Month]
    open_now: int | None
    horizons: tuple[int, ...]
    lines: list[Line]
    curve: Curve | None
    tested: list[TestLine]
    rates: Mapping[str, float]
    hidden: bool


def view(forecast: Forecast, dimension: str) -> View:
    """The page's content with the table by one dimension. No statement."""
    figures = forecast.figures
    horizons = tuple(number for number in HORIZONS if number <= forecast.months)
    rows = [one for one in figures["lines"] if one["dimension"] == dimension]
    places = need.place_names([one["key"] for one in rows]) if dimension == "place" else {}
    lines = []
    for one in rows:
        name = places.get(one["key"], "") if dimension == "place" else name_of(dimension, one["key"])
        lines.append(_line(one, name, horizons))
    months = [
        Month(
            date.fromisoformat(one["month"]),
            _ahead(one["new"]),
            _ahead(one["needed"]),
            one["seats"] or 0,
            _ahead(one["waiting"]),
        )
        for one in figures["total"]["months"]
    ]
    return View(
        forecast=forecast,
        months=months,
        open_now=figures["total"]["open_now"],
        horizons=horizons,
        lines=sorted(lines, key=lambda one: (not one.name, one.name)) if dimension == "place" else lines,
        curve=_curve(months),
        tested=[_tested(one) for one in figures["tested"]],
        rates=figures["rates"],
        hidden=any(line.open_now is None for line in lines),
    )


def _line(one: Mapping[str, Any], name: str, horizons: tuple[int, ...]) -> Line:
    months = one["months"]
    needed = [_ahead(months[number - 1]["needed"]) for number in horizons]
    return Line(name, one["open_now"], needed)


def _ahead(band: Mapping[str, int] | None) -> Ahead | None:
    return None if band is None else Ahead(**band)


def _tested(one: Mapping[str, Any]) -> TestLine:
    naive = one["naive_error"]
    return TestLine(
        months=one["months"],
        whole=one["whole"],
        forecasts=one["forecasts"],
        coverage=round(one["coverage"] * 100),
        error=round(one["error"], 1),
        naive_error=None if naive is None else round(naive, 1),
        mean=round(one["mean"], 1),
    )


LEFT, RIGHT, TOP, BOTTOM = 44.0, 590.0, 10.0, 150.0


def _curve(months: list[Month]) -> Curve | None:
    """The months that are shown; None when fewer than two are."""
    shown = [(number, one.month, one.waiting) for number, one in enumerate(months) if one.waiting is not None]
    if len(shown) < 2:
        return None
    most = max(max(waiting.high for _number, _month, waiting in shown), 1)
    step = (RIGHT - LEFT) / (len(months) - 1)

    def point(number: int, value: int) -> tuple[float, float]:
        return round(LEFT + step * number, 1), round(BOTTOM - (BOTTOM - TOP) * value / most, 1)

    def text(points: list[tuple[float, float]]) -> str:
        return " ".join(f"{x},{y}" for x, y in points)

    high = [point(number, waiting.high) for number, _month, waiting in shown]
    low = [point(number, waiting.low) for number, _month, waiting in shown]
    line = [point(number, waiting.median) for number, _month, waiting in shown]
    return Curve(
        band=text(high + low[::-1]),
        line=text(line),
        most=most,
        marks=[line[-1]],
        first=months[0].month,
        last=months[-1].month,
    )


def lot_lines(rows: Iterable[NeedLot]) -> list[LotLine]:
    """Lots with names. No statement but that of the rows."""
    rows = list(rows)
    places = need.place_names([row.municipality for row in rows])
    return [
        LotLine(
            row,
            places.get(row.municipality, ""),
            f"{track_name(row.track)}, {name_of('field', row.field)}" if row.field else track_name(row.track),
        )
        for row in rows
    ]
