"""The list of municipalities with the tile map of foreign-language speakers. Shows; decides nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kotopolku.clock import today
from kotopolku.reference import queries
from kotopolku.reference.alphabet import sort_key
from kotopolku.reference.models import AreaKind, LanguageStatus, Municipality

TILE_SIDE = 28
GAP = 3
# Limits between the map's steps, per cent. Our own choice: the last step is about a tenth of municipalities.
SHARE_STEPS = (Decimal(2), Decimal(4), Decimal(6), Decimal(10))


@dataclass(frozen=True)
class Cell:
    """A drawn tile: place in SVG units, colour `step` 0–4 (None: no figure), `value` as shown in it.

    A map of large tiles writes the `name` above the value and may lead to an `address`.
    """

    x: int
    y: int
    step: int | None
    value: str
    title: str
    selected: bool = False
    name: str = ""
    address: str = ""
    side: int = TILE_SIDE

    @property
    def middle(self) -> float:
        return self.x + (self.side - GAP) / 2

    @property
    def baseline(self) -> float:
        return self.y + (self.side - GAP) / 2 + (self.side / 4 if self.name else 5)

    @property
    def squeezed(self) -> int:
        """Width for a name that is too long for its tile; 0 for the others."""
        return self.side - GAP - 4 if len(self.name) > self.side // 7 else 0

    @property
    def name_line(self) -> float:
        return self.y + (self.side - GAP) * 0.4

    @property
    def ink(self) -> str:
        """Class of the text that is readable on the step's colour."""
        return "na" if self.step is None else "hi" if self.step >= 3 else "lo"


@dataclass(frozen=True)
class TileMap:
    """What `reference/tile_map.html` draws. The page gives the same figures as a table."""

    cells: list[Cell]
    label: str
    legend: list[tuple[int | None, str]]

    side: int = TILE_SIDE

    @property
    def leads(self) -> bool:
        """Whether its tiles are links."""
        return any(cell.address for cell in self.cells)

    @property
    def rect(self) -> int:
        return self.side - GAP

    @property
    def width(self) -> int:
        return max((cell.x for cell in self.cells), default=0) + self.side

    @property
    def height(self) -> int:
        return max((cell.y for cell in self.cells), default=0) + self.side


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    code: str
    name: str
    region: str
    state_area: str
    employment_area: str
    wellbeing_area: str
    language_status: str
    population: int | None
    share: Decimal | None


def municipalities(request: HttpRequest) -> HttpResponse:
    """The municipalities of the day; `area` (kind:code) and `name` in the query string narrow the list."""
    day = today()
    # A name fits when one of its words begins with what was asked, in Finnish or Swedish.
    wanted, kind, code = request.GET.get("name", "").strip(), *_area_asked(request)
    everyone = queries.municipalities_on(day)
    population_year, population = queries.populations(day)
    share_year, shares = queries.foreign_language_shares(day)
    shown = [m for m in everyone if _fits(m, wanted, kind, code, queries.areas_of(m.code, day).area(kind))]
    # From 2026 on the state's regional authority is the economic development centre.
    state = AreaKind.EVK if queries.areas_on(AreaKind.EVK, day) else AreaKind.ELY
    selected = {m.code for m in shown} if len(shown) < len(everyone) else set()
    context = {
        "day": day,
        "lines": [_line(m, day, state, population, shares) for m in shown],
        "number": len(everyone),
        "name": wanted,
        "area": request.GET.get("area", ""),
        "areas": [
            (k.label, [(f"{k.value}:{a.code}", a.name()) for a in found])
            for k in AreaKind
            if (found := queries.areas_on(k, day))
        ],
        "state_label": state.label,
        "has_employment_areas": bool(queries.areas_on(AreaKind.EMPLOYMENT_AREA, day)),
        "population_year": str(population_year),
        "share_year": str(share_year),
        "map": _share_map(day, everyone, shares, share_year, selected),
    }
    return render(request, "reference/municipalities.html", context)


def _area_asked(request: HttpRequest) -> tuple[str, str]:
    kind, _colon, code = request.GET.get("area", "").partition(":")
    return (kind, code) if kind in AreaKind.values else (AreaKind.REGION.value, "")


def _fits(m: Municipality, wanted: str, kind: str, code: str, area: str | None) -> bool:
    if code and area != code:
        return False
    start = f" {sort_key(wanted)}"
    return not wanted or wanted == m.code or any(start in f" {key}" for key in (m.sort_fi, m.sort_sv))


def _line(
    m: Municipality, day: date, state: AreaKind, population: dict[str, int], shares: dict[str, Decimal]
) -> Line:
    areas = queries.areas_of(m.code, day)

    def named(kind: AreaKind) -> str:
        code = areas.area(kind)
        found = queries.area(kind, code) if code else None
        return found.name() if found else ""

    return Line(
        code=m.code,
        name=m.name(),
        region=named(AreaKind.REGION),
        state_area=named(state),
        employment_area=named(AreaKind.EMPLOYMENT_AREA),
        wellbeing_area=named(AreaKind.WELLBEING_AREA),
        language_status=str(LanguageStatus(areas.language_status).label),
        population=population.get(m.code),
        share=shares.get(m.code),
    )


def _share_map(
    day: date, everyone: list[Municipality], shares: dict[str, Decimal], year: int, selected: set[str]
) -> TileMap:
    names = {m.code: m.name() for m in everyone}
    cells = []
    for tile in queries.tiles_on(day):
        share = shares.get(tile.code)
        title = (
            _("%(name)s: no figure") % {"name": names[tile.code]}
            if share is None
            else _("%(name)s: %(share)s per cent")
            % {"name": names[tile.code], "share": number_format(share, 1)}
        )
        cells.append(
            Cell(
                x=tile.column * TILE_SIDE,
                y=tile.row * TILE_SIDE,
                step=None if share is None else sum(share >= limit for limit in SHARE_STEPS),
                value="–" if share is None else number_format(share, 0),
                title=title,
                selected=tile.code in selected,
            )
        )
    label = _(
        "Municipalities as tiles, north up, with the share of foreign-language speakers on 31 December %(year)d. "
        "The same figures are in the table."
    ) % {"year": year}
    return TileMap(cells=cells, label=label, legend=_legend())


def _legend() -> list[tuple[int | None, str]]:
    first, *_middle, last = SHARE_STEPS
    between = [
        _("%(low)s to under %(high)s") % {"low": low, "high": high} for low, high in pairwise(SHARE_STEPS)
    ]
    texts = [_("under %(limit)s") % {"limit": first}, *between, _("%(limit)s or more") % {"limit": last}]
    return [*enumerate(texts), (None, _("no figure"))]


# Public facts: anybody may open the page. Said here and not with `access.open_to_all`, which is a floor above.
municipalities.capability = None  # type: ignore[attr-defined]
