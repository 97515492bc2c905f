"""Plain values about places that need no database and no numerics: where a municipality is, and its tile."""

from dataclasses import dataclass

ALAND = "21"
"""Code of the region of Åland."""


@dataclass(frozen=True)
class Centre:
    """A municipal centre: `code`, `region` code, WGS 84 degrees."""

    code: str
    region: str
    lat: float
    lon: float


@dataclass(frozen=True, order=True)
class Tile:
    """A square of the tile map; rows count down from the north, columns from the west, both from 0."""

    row: int
    column: int
    code: str
