"""The map of places: one square a municipality, coloured by region so that regions can be told apart.

Not for: maps of figures (the room of reference facts draws those).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kotopolku.information.models import Space, SpaceKind
from kotopolku.reference import queries as reference

SIDE = 30
GAP = 3
TONES = 3
SHORT = 3


@dataclass(frozen=True)
class PlaceTile:
    slug: str
    name: str
    short: str
    """The first letters, drawn in the square; the whole name is its title and stands in the list."""
    x: int
    y: int
    tone: int

    @property
    def middle(self) -> float:
        return self.x + (SIDE - GAP) / 2

    @property
    def line(self) -> float:
        return self.y + (SIDE - GAP) / 2 + 4


@dataclass(frozen=True)
class PlaceMap:
    tiles: list[PlaceTile]
    label: str
    side: int = SIDE - GAP

    @property
    def width(self) -> int:
        return max((one.x for one in self.tiles), default=0) + SIDE

    @property
    def height(self) -> int:
        return max((one.y for one in self.tiles), default=0) + SIDE


def place_map(spaces: Iterable[Space], day: date) -> PlaceMap:
    """The municipalities' squares on the day's map; empty where there is none for that division."""
    rows = list(spaces)
    own = {one.area_code: one for one in rows if one.kind == SpaceKind.MUNICIPALITY}
    regions = sorted(one.pk for one in rows if one.kind == SpaceKind.REGION)
    tone = {pk: number % TONES for number, pk in enumerate(regions)}
    found = []
    for tile in reference.tiles_on(day):
        space = own.get(tile.code)
        if space is None:
            continue
        found.append(
            PlaceTile(
                slug=space.slug,
                name=space.name(),
                short=space.name()[:SHORT],
                x=tile.column * SIDE,
                y=tile.row * SIDE,
                tone=tone.get(space.parent_id or 0, 0),
            )
        )
    return PlaceMap(found, _("Municipalities of Finland as squares"))
