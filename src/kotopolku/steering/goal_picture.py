"""A goal's way as a drawing: figures by year, the straight way from the start to the target, the target itself.

Pure: no Django. Not for: figures (``queries.goal_figures``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kotopolku.steering.goal_rules import Aim
from kotopolku.steering.rules_indicators import BOTTOM, LEFT, RIGHT, TOP, Dot


@dataclass(frozen=True)
class GoalPicture:
    """Points of an SVG of 600 × 180. ``way``: two points, or none without a value at the start."""

    dots: tuple[Dot, ...]
    way: tuple[Dot, ...]
    target: Dot
    least: Decimal
    most: Decimal
    first_year: int
    last_year: int

    @property
    def line(self) -> str:
        return _points(self.dots)

    @property
    def way_line(self) -> str:
        return _points(self.way)


def _points(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x},{dot.y}" for dot in dots)


def picture(series: Sequence[tuple[int, Decimal]], aim: Aim) -> GoalPicture | None:
    """None without a target and its year, or where there is nothing beside the target to draw.

    The axis begins at zero unless a figure is below it.
    """
    if aim.target is None or aim.year is None or aim.start_year is None:
        return None
    if not series and aim.start is None:
        return None
    ordered = sorted(series)
    years = [year for year, _value in ordered] + [aim.start_year, aim.year]
    values = [value for _year, value in ordered] + [aim.target]
    values += [aim.start] if aim.start is not None else []
    first, last = min(years), max(years)
    least, most = min(Decimal(0), *values), max(values)
    span = (most - least) or Decimal(1)

    def dot(year: int, value: Decimal) -> Dot:
        x = round(LEFT + (RIGHT - LEFT) * (year - first) / max(last - first, 1))
        y = round(BOTTOM - float((value - least) / span) * (BOTTOM - TOP))
        return Dot(x, y, year, value)

    target = dot(aim.year, aim.target)
    way = (dot(aim.start_year, aim.start), target) if aim.start is not None else ()
    return GoalPicture(
        tuple(dot(year, value) for year, value in ordered), way, target, least, most, first, last
    )
