"""What pages and the engine read of places: a municipality's year, a region's table, what is free, targets, requests.

Not for: writing (``actions``). Every total is a sum over rows that the viewer may see.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement import access, rules
from kotopolku.placement.models import (
    PERSONS,
    Agreement,
    AgreementState,
    Capacity,
    CapacityChange,
    PlaceAnswer,
    PlaceRequest,
    Resource,
    Target,
)
from kotopolku.reference import queries as reference
from kotopolku.reference.pages import TILE_SIDE, Cell, TileMap

MOST_CHANGES = 100
HOMES = (Resource.HOME_2, Resource.HOME_4, Resource.HOME_6, Resource.HOME_7)


@dataclass(frozen=True)
class Figures:
    """Offered, agreed, reserved and used of something."""

    offered: int = 0
    agreed: int = 0
    reserved: int = 0
    used: int = 0

    @property
    def free(self) -> int:
        return self.agreed - self.reserved - self.used

    @property
    def in_use(self) -> int:
        """Reserved and used: what is not free of what was agreed."""
        return self.reserved + self.used

    @property
    def share(self) -> int:
        """Per cent of the agreed that is reserved or in use."""
        return round(100 * self.in_use / self.agreed) if self.agreed else 0

    @property
    def used_share(self) -> int:
        """Per cent of the agreed that is in use, without what is only reserved."""
        return round(100 * self.used / self.agreed) if self.agreed else 0

    @property
    def held_share(self) -> int:
        return self.share - self.used_share

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.offered + other.offered,
            self.agreed + other.agreed,
            self.reserved + other.reserved,
            self.used + other.used,
        )


def _figures(row: Capacity) -> Figures:
    return Figures(row.offered, row.agreed, row.reserved, row.used)


# --- One municipality's year -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ResourceLine:
    """One resource of a municipality's year: figures by quarter, and their sum."""

    resource: str
    quarters: Mapping[int, Figures]

    @property
    def name(self) -> str:
        return str(Resource(self.resource).label)

    @property
    def year(self) -> Figures:
        return sum(self.quarters.values(), Figures())

    @property
    def cells(self) -> list[Figures]:
        return [self.quarters[quarter] for quarter in rules.QUARTERS]


@dataclass(frozen=True)
class MunicipalityYear:
    """The places of one municipality in one year."""

    municipality: Organisation
    year: int
    lines: list[ResourceLine]
    version: int
    """What ``agree_places`` expects; 0 when nothing has been offered or agreed yet."""
    agreements: list[Agreement]
    changes: list[CapacityChange] = field(default_factory=list)

    @property
    def persons(self) -> Figures:
        return sum((line.year for line in self.lines if line.resource in PERSONS), Figures())

    @property
    def offered(self) -> dict[tuple[int, str], int]:
        return {(q, line.resource): cell.offered for line in self.lines for q, cell in line.quarters.items()}

    @property
    def agreed(self) -> dict[tuple[int, str], int]:
        return {(q, line.resource): cell.agreed for line in self.lines for q, cell in line.quarters.items()}


def municipality_year(viewer: Viewer, municipality: Organisation, year: int) -> MunicipalityYear:
    """Places, agreements and the last changes of a municipality the viewer was let in to. Three statements."""
    rows = list(access.capacities(viewer).filter(municipality=municipality, year=year).order_by("id"))
    found = {(row.resource, row.quarter): _figures(row) for row in rows}
    lines = [
        ResourceLine(
            resource, {quarter: found.get((resource, quarter), Figures()) for quarter in rules.QUARTERS}
        )
        for resource in Resource.values
    ]
    changes = CapacityChange.objects.filter(capacity__in=[row.pk for row in rows])
    return MunicipalityYear(
        municipality,
        year,
        lines,
        sum(row.version for row in rows),
        list(_signed(viewer, year).filter(municipality=municipality).order_by("days")),
        list(changes.select_related("capacity", "changed_by").order_by("-id")[:MOST_CHANGES]),
    )


def _signed(viewer: Viewer, year: int) -> "QuerySet[Agreement]":
    """Signed agreements that are in force on some day of the year."""
    return access.agreements(viewer).filter(
        Q(days__endswith__gt=date(year, 1, 1)) | Q(days__upper_inf=True),
        state__in=[AgreementState.IN_FORCE, AgreementState.ENDED],
        days__startswith__lte=date(year, 12, 31),
    )


# --- A region's table ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MunicipalityLine:
    """A row of the region's table: persons over the year, homes, and whether there is an agreement."""

    municipality: Organisation
    persons: Figures
    homes: Figures
    groups: Mapping[str, Figures]
    agreement: bool

    @property
    def code(self) -> str:
        return self.municipality.area_code


@dataclass(frozen=True)
class RegionTable:
    year: int
    lines: list[MunicipalityLine]
    target: int | None
    """The ministry's target for the area; for the ministry the sum of the targets that have been set."""

    @property
    def total(self) -> Figures:
        return sum((line.persons for line in self.lines), Figures())

    @property
    def agreed_lines(self) -> list[MunicipalityLine]:
        """Those with an agreement."""
        return [line for line in self.lines if line.agreement]

    def of_group(self, group: str) -> "RegionTable":
        """The same with the places of one group only; of all groups without one. A target is of all groups."""
        if not group:
            return self
        lines = [replace(line, persons=line.groups[f"persons-{group}"]) for line in self.lines]
        return replace(self, lines=lines, target=None)

    @property
    def missing(self) -> int | None:
        """How many persons are missing from the target; None without one."""
        return None if self.target is None else max(0, self.target - self.total.agreed)


def region_table(viewer: Viewer, year: int) -> RegionTable:
    """Places by municipality of the viewer's area, or of the country for the ministry. Five statements at most."""
    municipalities = {one.pk: one for one in access.municipalities(viewer)}
    sums: dict[int, dict[str, Figures]] = defaultdict(dict)
    rows = access.capacities(viewer).filter(year=year, resource__in=[*PERSONS, *HOMES])
    for row in (
        rows.values("municipality_id", "resource")
        .annotate(o=Sum("offered"), a=Sum("agreed"), r=Sum("reserved"), u=Sum("used"))
        .order_by()
    ):
        sums[row["municipality_id"]][row["resource"]] = Figures(row["o"], row["a"], row["r"], row["u"])
    agreed = set(_signed(viewer, year).values_list("municipality_id", flat=True))
    lines = [
        MunicipalityLine(
            one,
            _sum(sums[key], PERSONS),
            _sum(sums[key], HOMES),
            {name: sums[key].get(name, Figures()) for name in PERSONS},
            key in agreed,
        )
        for key, one in municipalities.items()
    ]
    targets = [row.persons for row in current_targets(viewer, year).values()]
    return RegionTable(year, lines, sum(targets) if targets else None)


def _sum(found: Mapping[str, Figures], names: Iterable[str]) -> Figures:
    return sum((found.get(name, Figures()) for name in names), Figures())


SHARE_STEPS = (20, 40, 60, 80)
"""Limits between the map's steps, per cent of the agreed places in use. Our own choice."""
NAMED_TILE = 80
MOST_NAMED = 80
"""A map of more municipalities has small tiles without names."""


def tiles(viewer: Viewer, table: RegionTable) -> TileMap:
    """Municipalities as tiles: free places on them, coloured by the share in use, hatched without an agreement.

    No statement. Each tile leads to the municipality's places.
    """
    by_code = {line.code: line for line in table.lines}
    found = [tile for tile in reference.tiles_on(viewer.day) if tile.code in by_code]
    named = len(found) <= MOST_NAMED
    side = NAMED_TILE if named else TILE_SIDE
    left = min((tile.column for tile in found), default=0)
    top = min((tile.row for tile in found), default=0)
    cells = []
    for tile in found:
        line = by_code[tile.code]
        name, persons = line.municipality.name, line.persons
        words = (
            _("%(name)s %(free)d free of %(agreed)d agreed, %(share)d %% reserved or in use")
            if line.agreement
            else _("%(name)s: no agreement")
        )
        cells.append(
            Cell(
                x=(tile.column - left) * side,
                y=(tile.row - top) * side,
                step=sum(persons.share >= limit for limit in SHARE_STEPS) if line.agreement else None,
                value=str(persons.free) if line.agreement else "–",
                title=words
                % {"name": name, "free": persons.free, "agreed": persons.agreed, "share": persons.share},
                name=name if named else "",
                address=f"{reverse('placement:municipality', args=[line.municipality.pk])}?year={table.year}",
                side=side,
            )
        )
    legend: list[tuple[int | None, str]] = [
        (0, _("under 20 % in use")),
        (1, "20–39"),
        (2, "40–59"),
        (3, "60–79"),
        (4, _("80 % or more")),
        (None, _("no agreement")),
    ]
    label = _("Municipalities as tiles, north up. The number is free places, the shade the share in use.")
    return TileMap(cells=cells, label=label, legend=legend, side=side)


# --- Free places -----------------------------------------------------------------------------------------------------


def free_places(viewer: Viewer, year: int, quarter: int) -> dict[int, dict[str, int]]:
    """Municipality → resource → free, where an agreement reaches into the quarter. Two statements."""
    first, last = rules.first_day_of(year, quarter), rules.last_day_of(year, quarter)
    in_force = [
        one.municipality_id
        for one in _signed(viewer, year)
        if one.days.lower <= last and (one.days.upper is None or one.days.upper > first)
    ]
    found: dict[int, dict[str, int]] = {key: {} for key in in_force}
    rows = access.capacities(viewer).filter(year=year, quarter=quarter, municipality_id__in=in_force)
    for row in rows:
        found[row.municipality_id][row.resource] = row.free
    return found


# --- Targets ---------------------------------------------------------------------------------------------------------


def current_targets(viewer: Viewer, year: int) -> dict[int, Target]:
    """Region → its target in force for the year."""
    rows = access.targets(viewer).filter(year=year).order_by("authority_id", "-number")
    return {row.authority_id: row for row in rows.distinct("authority_id")}


@dataclass(frozen=True)
class TargetLine:
    """A region on the targets page."""

    authority: Organisation
    target: Target | None
    persons: Figures
    history: list[Target]


def target_lines(viewer: Viewer, year: int) -> list[TargetLine]:
    """Each region of the day with its target, its history and what has been agreed. Four statements at most."""
    regions = list(access.regions(viewer))
    history: dict[int, list[Target]] = defaultdict(list)
    for row in access.targets(viewer).filter(year=year).order_by("-number"):
        history[row.authority_id].append(row)
    sums: dict[str, Figures] = {}
    rows = access.capacities(viewer).filter(year=year, resource__in=PERSONS)
    for found in (
        rows.values("municipality__area_code")
        .annotate(o=Sum("offered"), a=Sum("agreed"), r=Sum("reserved"), u=Sum("used"))
        .order_by()
    ):
        sums[found["municipality__area_code"]] = Figures(found["o"], found["a"], found["r"], found["u"])
    lines = []
    for region in regions:
        codes = [
            row.code for row in reference.municipalities_in(region.area_kind, region.area_code, viewer.day)
        ]
        persons = sum((sums.get(code, Figures()) for code in codes), Figures())
        own = history[region.pk]
        lines.append(TargetLine(region, own[0] if own else None, persons, own))
    return lines


# --- Requests --------------------------------------------------------------------------------------------------------


def requests(viewer: Viewer) -> "QuerySet[PlaceRequest]":
    """Requests, the newest first, with how many were asked and how many have answered as far as the viewer sees."""
    return (
        access.requests(viewer)
        .annotate(asked=Count("answers"), answered=Count("answers", filter=Q(answers__version__gt=0)))
        .order_by("-year", "-id")
    )


@dataclass(frozen=True)
class AnswerLine:
    """One municipality on the page of a request."""

    answer: PlaceAnswer
    persons: Figures


def answer_lines(viewer: Viewer, asked: PlaceRequest) -> list[AnswerLine]:
    """The municipalities asked, those without an answer first. Two statements."""
    rows = access.capacities(viewer).filter(year=asked.year, resource__in=PERSONS)
    sums = {
        row["municipality_id"]: Figures(row["o"], row["a"], row["r"], row["u"])
        for row in rows.values("municipality_id")
        .annotate(o=Sum("offered"), a=Sum("agreed"), r=Sum("reserved"), u=Sum("used"))
        .order_by()
    }
    answers = access.answers(viewer).filter(request=asked).order_by("municipality__sort_key_fi")
    lines = [AnswerLine(one, sums.get(one.municipality_id, Figures())) for one in answers]
    return sorted(lines, key=lambda line: line.answer.version > 0)
