"""What others ask about places, languages and countries. The tables are small and constant, so answers are kept.

A day before 2020 is answered by the division of 2020, a day after the last known year by that year's.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kotopolku.reference import sources
from kotopolku.reference.models import (
    Area,
    AreaKind,
    Country,
    Language,
    LanguageStatus,
    Municipality,
    MunicipalityYear,
    MunicipalMerger,
    Named,
    Occupation,
)
from kotopolku.reference.places import ALAND, Tile

N = TypeVar("N", bound=Named)


class UnknownMunicipality(LookupError):
    """No municipality has this code on this day; `message` says so, and what became of it, in the language in use."""

    def __init__(self, code: str, on: date) -> None:
        super().__init__(code, on)
        self.code = code
        self.on = on

    @property
    def message(self) -> str:
        merger = _facts().mergers.get(self.code)
        if merger is None:
            return _("Municipality %(code)s does not exist in %(year)d.") % {
                "code": self.code,
                "year": self.on.year,
            }
        day = merger.merged_on
        return _(
            "Municipality %(code)s does not exist in %(year)d; merged into %(into)s %(name)s on %(day)s."
        ) % {
            "code": self.code,
            "year": self.on.year,
            "into": merger.merged_into_id,
            "name": _facts().municipalities[merger.merged_into_id].name(),
            "day": f"{day.day}.{day.month}.{day.year}",
        }

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class MunicipalityAreas:
    """The areas of a municipality in one year's division, by code; None where there is no such area.

    Åland is outside ELY Centres, economic development centres, employment areas and wellbeing services counties:
    the fillers of the published classifications are left out. `wellbeing_area` of Helsinki is `90`.
    """

    code: str
    year: int
    region: str
    ely: str | None
    evk: str | None
    employment_area: str | None
    wellbeing_area: str | None
    language_status: str
    statistical_group: int

    @property
    def is_bilingual(self) -> bool:
        return self.language_status in (LanguageStatus.FINNISH_SWEDISH, LanguageStatus.SWEDISH_FINNISH)

    @property
    def is_aland(self) -> bool:
        return self.region == ALAND

    def area(self, kind: str) -> str | None:
        """The code of the area of one `AreaKind`."""
        code: str | None = getattr(self, AreaKind(kind).value)
        return code


@dataclass(frozen=True)
class _Facts:
    municipalities: dict[str, Municipality]
    years: dict[int, dict[str, MunicipalityAreas]]
    population: dict[int, dict[str, int]]
    shares: dict[int, dict[str, Decimal]]
    areas: dict[tuple[str, str], Area]
    mergers: dict[str, MunicipalMerger]


_kept: dict[str, object] = {}
T = TypeVar("T")


def clear() -> None:
    """Forgets the answers kept in this process; `actions.load_reference` calls it."""
    _kept.clear()
    stored_tile_maps.cache_clear()


def _keep(name: str, read: Callable[[], T]) -> T:
    """Keeps what was read unless it is empty, so that a question before the first load does no harm."""
    if name in _kept:
        return _kept[name]  # type: ignore[return-value]
    value = read()
    empty = not value.years if isinstance(value, _Facts) else not value
    if not empty:
        _kept[name] = value
    return value


def _facts() -> _Facts:
    return _keep("facts", _read_facts)


def _read_facts() -> _Facts:
    years: dict[int, dict[str, MunicipalityAreas]] = defaultdict(dict)
    population: dict[int, dict[str, int]] = defaultdict(dict)
    shares: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in MunicipalityYear.objects.order_by("year", "municipality_id"):
        code, outside = row.municipality_id, row.region == ALAND
        years[row.year][code] = MunicipalityAreas(
            code=code,
            year=row.year,
            region=row.region,
            ely=None if outside else row.ely or None,
            evk=None if outside else row.evk or None,
            employment_area=None if outside else row.employment_area or None,
            wellbeing_area=None if outside else row.wellbeing_area or None,
            language_status=row.language_status,
            statistical_group=row.statistical_group,
        )
        if row.population is not None:
            population[row.year][code] = row.population
        if row.foreign_language_share is not None:
            shares[row.year][code] = row.foreign_language_share
    return _Facts(
        municipalities={m.code: m for m in Municipality.objects.all()},
        years=dict(years),
        population=dict(population),
        shares=dict(shares),
        areas={(a.kind, a.code): a for a in Area.objects.all()},
        mergers={m.code: m for m in MunicipalMerger.objects.all()},
    )


def _within(year: int, known: dict[int, T]) -> int:
    return min(max(year, min(known)), max(known))


def _division(day: date) -> dict[str, MunicipalityAreas]:
    years = _facts().years
    return years[_within(day.year, years)] if years else {}


def _alphabetical(rows: list[N], lang: str | None) -> list[N]:
    return sorted(rows, key=lambda row: (row.sort(lang), row.name(lang), row.pk))


def municipalities_on(day: date, lang: str | None = None) -> list[Municipality]:
    """All municipalities of the day's division, in the alphabetical order of `lang` or the language in use."""
    return _alphabetical([_facts().municipalities[code] for code in _division(day)], lang)


def municipality(code: str, on: date) -> Municipality:
    """The municipality with this code on this day. Raises `UnknownMunicipality`."""
    if code not in _division(on):
        raise UnknownMunicipality(code, on)
    return _facts().municipalities[code]


def municipality_by_code(code: str) -> Municipality | None:
    """The municipality whether it still exists or not, for showing old facts; None if never known."""
    return _facts().municipalities.get(code)


def successor(code: str, on: date) -> str:
    """The code of the municipality that the place belongs to on this day. Raises `UnknownMunicipality`."""
    merger = _facts().mergers.get(code)
    if code not in _division(on) and merger and merger.merged_on <= on:
        return successor(merger.merged_into_id, on)
    return municipality(code, on).code


def with_merged(codes: Collection[str], on: date) -> set[str]:
    """The codes, and those of municipalities that were merged into theirs by the day."""
    mergers, found, before = _facts().mergers, set(codes), 0
    while len(found) > before:
        before = len(found)
        found |= {
            code for code, one in mergers.items() if one.merged_into_id in found and one.merged_on <= on
        }
    return found


def merger(code: str, on: date) -> MunicipalMerger | None:
    """How the municipality ended, if by the day it had become a part of another; None while it exists or if never known."""
    found = _facts().mergers.get(code)
    return found if found is not None and found.merged_on <= on else None


def areas_of(code: str, day: date) -> MunicipalityAreas:
    """The areas and language status of a municipality on a day. Raises `UnknownMunicipality`."""
    division = _division(day)
    if code not in division:
        raise UnknownMunicipality(code, day)
    return division[code]


def is_bilingual(code: str, day: date) -> bool:
    """Whether the municipality is bilingual on the day (Language Act 423/2003 § 5)."""
    return areas_of(code, day).is_bilingual


def municipalities_in(kind: str, area_code: str, day: date, lang: str | None = None) -> list[Municipality]:
    """The municipalities of one area on a day, in alphabetical order; empty if there is no such area that day."""
    codes = [code for code, areas in _division(day).items() if areas.area(kind) == area_code]
    return _alphabetical([_facts().municipalities[code] for code in codes], lang)


def area(kind: str, code: str) -> Area | None:
    """One area of a division, whatever the day; None if never known."""
    return _facts().areas.get((kind, code))


def areas_on(kind: str, day: date, lang: str | None = None) -> list[Area]:
    """The areas of a division that have municipalities on the day (Åland's fillers left out)."""
    codes = {areas.area(kind) for areas in _division(day).values()} - {None}
    return _alphabetical([a for (k, c), a in _facts().areas.items() if k == kind and c in codes], lang)


def populations(day: date) -> tuple[int, dict[str, int]]:
    """The last 31 December before the day with figures, as its year, and population by the day's municipalities.

    Municipalities merged since are counted in their successors; missing where nothing is published.
    """
    known = _facts().population
    if not known:
        return day.year - 1, {}
    year = _within(day.year - 1, known)
    numbers: dict[str, int] = defaultdict(int)
    for code, number in known[year].items():
        numbers[successor(code, day)] += number
    return year, dict(numbers)


def foreign_language_shares(day: date) -> tuple[int, dict[str, Decimal]]:
    """As `populations`: share of people whose mother tongue is not Finnish, Swedish or Sámi, in per cent."""
    known = _facts().shares
    if not known:
        return day.year - 1, {}
    year = _within(day.year - 1, known)
    division = _division(day)
    return year, {code: share for code, share in known[year].items() if code in division}


def languages(lang: str | None = None) -> list[Language]:
    """All languages, alphabetically."""
    return _in_order("languages", lambda: list(Language.objects.all()), lang)


def service_languages(lang: str | None = None) -> list[Language]:
    """The languages services meet most, alphabetically."""
    return [language for language in languages(lang) if language.service]


def language(code: str) -> Language | None:
    """A language by its code; None if unknown."""
    return next((row for row in languages() if row.code == code), None)


def countries(lang: str | None = None, *, current_only: bool = True) -> list[Country]:
    """Countries and citizenships, alphabetically; states that no longer exist only when asked for."""
    rows = _in_order("countries", lambda: list(Country.objects.all()), lang)
    return [row for row in rows if row.current or not current_only]


def country(code: str) -> Country | None:
    """A country by its three-digit national code, or by ISO 3166 alpha-3; None if unknown."""
    return next((row for row in countries(current_only=False) if code in (row.code, row.iso3)), None)


def occupations() -> dict[str, Occupation]:
    """Every group of ISCO-08 by its code, in the order of the classification."""
    return _keep("occupations", lambda: {one.code: one for one in Occupation.objects.order_by("code")})


def occupation(code: str) -> Occupation | None:
    """The group with this code; a national code of five digits is answered by its group of four. None if unknown."""
    known = occupations()
    return known.get(code) or (known.get(code[:4]) if len(code) == 5 and code.isdecimal() else None)


def _in_order(name: str, read: Callable[[], list[N]], lang: str | None) -> list[N]:
    # One order for each language, so that a form's choices cost no sorting.
    tongue = lang or get_language() or "fi"
    return _keep(f"{name} {tongue}", lambda: _alphabetical(read(), tongue))


@cache
def stored_tile_maps() -> tuple[tuple[Tile, ...], ...]:
    """Every tile map in `data/`, newest first."""
    names = sorted((path.name for path in sources.DATA.glob("tiles_*.csv")), reverse=True)
    return tuple(
        tuple(Tile(int(r["row"]), int(r["column"]), r["code"]) for r in sources.rows(name)) for name in names
    )


def tiles_on(day: date) -> tuple[Tile, ...]:
    """The tile map whose municipalities are the day's; empty if none is stored for that division."""
    codes = set(_division(day))
    return next((tiles for tiles in stored_tile_maps() if {t.code for t in tiles} == codes), ())


def codes_in_layer(layer: str, year: int) -> set[str]:
    """The codes that a map layer of the year must have: `municipalities` or a plural or singular `AreaKind`.

    Fillers for Åland are among them, as in the published maps. Empty if there is no such layer that year.
    """
    rows = MunicipalityYear.objects.filter(year=year)
    if layer == "municipalities":
        return set(rows.values_list("municipality_id", flat=True))
    kind = layer.removesuffix("s")
    if kind not in AreaKind.values:
        return set()
    return set(rows.values_list(kind, flat=True)) - {""}
