"""Which lines of the State's programme regional measures carry out, by region and year. At most five statements.

Not for: counting (``coverage_rules.py``).
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from kotopolku import writing
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.clients.exports import harmless
from kotopolku.steering import access_measures as access
from kotopolku.steering.coverage_rules import Coverage, Tie, coverage
from kotopolku.steering.models import Line, MeasureState, NationalProgramme, RegionalMeasure
from kotopolku.steering.queries.measures import of_year, region_names, regions_on, title_of

MOST_UNTIED = 50
MOST_OVERLAPS = 50
YEARS = range(2011, 2041)


@dataclass(frozen=True)
class WantedCoverage:
    """Year, and where given one region and one programme; without a programme the year's newest."""

    year: int
    region: str = ""
    programme_id: int | None = None


@dataclass(frozen=True)
class Cell:
    """How many measures a line has in a region."""

    region: str
    name: str
    number: int


@dataclass(frozen=True)
class LineRow:
    """One line over the regions. ``share``: its measures, per cent of those of the line that has most."""

    line: Line
    title: str
    cells: list[Cell]
    number: int
    money: Decimal
    share: int


@dataclass(frozen=True)
class OverlapRow:
    """Several measures of one owner for one line in one region."""

    line: Line
    title: str
    region: str
    region_name: str
    owner: str
    measures: tuple[int, ...]


@dataclass(frozen=True)
class Page:
    """The view: the matrix, and what is missing or twice in it."""

    year: int
    programmes: list[NationalProgramme]
    programme: NationalProgramme | None
    regions: list[tuple[str, str]]
    rows: list[LineRow] = field(default_factory=list)
    bare: list[LineRow] = field(default_factory=list)
    """Lines without a measure in any of the regions."""
    gaps: int = 0
    overlaps: list[OverlapRow] = field(default_factory=list)
    more_overlaps: int = 0
    untied: list[RegionalMeasure] = field(default_factory=list)
    """Measures that are tied to no line."""
    untied_number: int = 0


def page(viewer: Viewer, wanted: WantedCoverage) -> Page:
    """Programmes, lines, ties and measures without a line: four statements, whatever the number of rows."""
    first, last = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
    regions = [one for one in regions_on(last) if wanted.region in ("", one[0])]
    programmes = list(access.adopted(viewer).order_by("-days", "-id"))
    chosen = in_year(programmes, wanted.year, wanted.programme_id)
    lines: list[Line] = []
    counted = Coverage({}, {}, {}, (), 0, ())
    owners: dict[int, str] = {}
    if chosen is not None:
        rows = access.lines(viewer).filter(programme=chosen)
        rows = rows.filter(not_over("days", first), days__startswith__lte=last)
        lines = list(rows.order_by("parent__order", "order", "code"))
        found, owners = ties(viewer, lines, wanted)
        counted = coverage([line.pk for line in lines], [code for code, _name in regions], found)
    untied = list(_of(viewer, wanted).filter(lines=None).select_related("owner").order_by("id"))
    most = max(counted.measures.values(), default=0)
    made = [
        LineRow(
            line,
            title_of(line),
            [Cell(code, name, counted.counts.get((line.pk, code), 0)) for code, name in regions],
            counted.measures.get(line.pk, 0),
            counted.money.get(line.pk, Decimal(0)),
            round(100 * counted.measures.get(line.pk, 0) / most) if most else 0,
        )
        for line in lines
    ]
    return Page(
        wanted.year,
        programmes,
        chosen,
        regions,
        made,
        [row for row in made if not row.number],
        counted.gaps,
        _overlaps(counted, {line.pk: line for line in lines}, owners),
        max(0, len(counted.overlaps) - MOST_OVERLAPS),
        untied[:MOST_UNTIED],
        len(untied),
    )


def ties(viewer: Viewer, lines: list[Line], wanted: WantedCoverage) -> tuple[list[Tie], dict[int, str]]:
    """Ties of the year's measures to lines, those given up left out, and the owners' names. One statement."""
    own_name = NullIf(F(f"owner__name_{writing.language()}"), Value(""))
    rows = _of(viewer, wanted).filter(lines__in=[line.pk for line in lines])
    rows = rows.annotate(called=Coalesce(own_name, F("owner__name_fi")))
    found, names = [], {}
    values = rows.values_list("pk", "lines", "regions", "owner_id", "budget_eur", "called")
    for pk, line, regions, owner, budget, called in values:
        names[owner] = called
        found.append(Tie(pk, line, tuple(regions), owner, budget))
    return found, names


def _of(viewer: Viewer, wanted: WantedCoverage) -> "QuerySet[RegionalMeasure]":
    rows = of_year(access.measures(viewer), wanted.year).exclude(state=MeasureState.DROPPED)
    return rows.filter(regions__contains=[wanted.region]) if wanted.region else rows


def in_year(
    programmes: Sequence[NationalProgramme], year: int, programme_id: int | None = None
) -> NationalProgramme | None:
    """The programme of that id, or else the first of them that is in force on a day of the year."""
    if programme_id is not None:
        return next((one for one in programmes if one.pk == programme_id), None)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return next(
        (
            one
            for one in programmes
            if (one.days.lower or date.min) <= last and (one.last_day or date.max) >= first
        ),
        None,
    )


def _overlaps(counted: Coverage, lines: dict[int, Line], owners: dict[int, str]) -> list[OverlapRow]:
    return [
        OverlapRow(
            lines[one.line],
            title_of(lines[one.line]),
            one.region,
            region_names([one.region]),
            owners.get(one.owner, ""),
            one.measures,
        )
        for one in counted.overlaps[:MOST_OVERLAPS]
    ]


def as_csv(found: Page) -> bytes:
    """The matrix with totals and money: semicolons and a byte order mark, as spreadsheets in Finland open it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    names = [name for _code, name in found.regions]
    writer.writerow([_("Line"), _("What it says"), *names, _("Measures"), _("Money, €")])
    for row in found.rows:
        numbers = [cell.number for cell in row.cells]
        writer.writerow(
            [harmless(row.line.code), harmless(row.title), *numbers, row.number, f"{row.money:.2f}"]
        )
    return text.getvalue().encode("utf-8-sig")
