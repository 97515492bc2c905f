"""Statistics of a municipality that can be put into a section: reference data and indicators, with source and year.

Not for: writing (``actions/municipal_figures.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kotopolku.access.viewer import Viewer
from kotopolku.reference import queries as reference
from kotopolku.steering import access
from kotopolku.steering.models import IndicatorValue, ProgrammeFigure, ProgrammeSection
from kotopolku.steering.queries.indicators import FOREIGN_SHARE, POPULATION, SOURCES
from kotopolku.steering.queries.programme import said
from kotopolku.steering.queries.programme_kept import Figure, Text, municipality_name
from kotopolku.steering.wording_programme import figure

NAMES = {
    POPULATION: {"fi": "Väestö", "sv": "Befolkning", "en": "Population"},
    FOREIGN_SHARE: {
        "fi": "Vieraskielisten osuus",
        "sv": "Andel personer med ett främmande språk",
        "en": "Share of foreign-language speakers",
    },
}
"""Of the figures that reference data hold for every municipality."""
UNITS = {POPULATION: "", FOREIGN_SHARE: "%"}
MUNICIPALITY = "municipality-"


@dataclass(frozen=True)
class Known:
    """A figure of a place as it is known today."""

    key: str
    name: dict[str, str]
    place: str
    year: int
    value: Decimal
    unit: str
    source: str

    def is_of(self, figure: ProgrammeFigure) -> bool:
        """Whether the figure in a section is this one, of whatever year; an old one without a key goes by its name."""
        if figure.place != self.place:
            return False
        return figure.key == self.key if figure.key else figure.name.get("fi") == self.name.get("fi")


@dataclass(frozen=True)
class Renewed:
    """A figure of a section beside what is known today; ``now`` None: nothing newer."""

    figure: ProgrammeFigure
    now: Known | None


def place_of(code: str) -> str:
    return f"{MUNICIPALITY}{code}"


def place_name(place: str, language: str) -> str:
    """The municipality's name, whether it still exists or not."""
    return municipality_name(place.removeprefix(MUNICIPALITY), place, language)


def known(viewer: Viewer, codes: Sequence[str], day: date) -> list[Known]:
    """The newest figures of municipalities: population, foreign-language share, every indicator. Two statements."""
    found = []
    from_reference = _from_reference(day)
    for code in codes:
        for key, (year, values) in from_reference.items():
            if code in values:
                found.append(
                    Known(
                        key,
                        NAMES[key],
                        place_of(code),
                        year,
                        Decimal(values[code]),
                        UNITS[key],
                        SOURCES[key].split(";")[0],
                    )
                )
    indicators = {one.pk: one for one in access.indicators(viewer)}
    rows = IndicatorValue.objects.filter(place__in=[place_of(code) for code in codes], year__lte=day.year)
    newest: dict[tuple[int, str], IndicatorValue] = {}
    for row in rows.order_by("year"):
        newest[row.indicator_id, row.place] = row
    for (number, place), row in sorted(newest.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        indicator = indicators[number]
        if indicator.key in NAMES:
            continue
        name = {"fi": indicator.name_fi, "sv": indicator.name_sv, "en": indicator.name_en}
        found.append(
            Known(
                indicator.key,
                {key: words for key, words in name.items() if words},
                place,
                row.year,
                row.value,
                indicator.unit,
                row.source or indicator.source,
            )
        )
    return found


def renewed(viewer: Viewer, section: ProgrammeSection, day: date) -> list[Renewed]:
    """The section's figures, each with what is known today when that is something else. Three statements."""
    figures = list(section.figures.order_by("order", "id"))
    codes = sorted({one.place.removeprefix(MUNICIPALITY) for one in figures})
    today = known(viewer, codes, day) if figures else []
    rows = []
    for one in figures:
        now = next((each for each in today if each.is_of(one)), None)
        if now is not None and (now.year, now.value) == (one.year, one.value):
            now = None
        rows.append(Renewed(one, now))
    return rows


def lines(figures: Iterable[ProgrammeFigure], language: str) -> list[Figure]:
    """Figures in words of a language. No statement."""
    return [
        Figure(
            Text(*said(one.name, language)),
            place_name(one.place, language),
            one.year,
            f"{figure(one.value)} {one.unit}".strip(),
            one.source,
        )
        for one in figures
    ]


def _from_reference(day: date) -> dict[str, tuple[int, dict[str, int] | dict[str, Decimal]]]:
    return {
        POPULATION: reference.populations(day),
        FOREIGN_SHARE: reference.foreign_language_shares(day),
    }
