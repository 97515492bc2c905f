"""Figures of a space with source and date: people, speakers of other languages, which languages. Computed, not typed.

No statement: the reference facts are kept in memory. Small counts need no hiding: all of them are published already.
Not for: indicators of work (the room of quality).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from kotopolku.information.models import Space, SpaceKind
from kotopolku.reference import queries as reference
from kotopolku.reference import sources as facts
from kotopolku.reference.models import AreaKind

DOMESTIC = frozenset({"fi", "sv", "se"})
NOT_A_LANGUAGE = frozenset({"und", "other", "rest", "total"})
MOST_SPOKEN = 5
CAPITAL_REGION = "01"


@dataclass(frozen=True)
class Spoken:
    """A language and how many people of a region have it as mother tongue."""

    code: str
    persons: int


@dataclass(frozen=True)
class Figures:
    """What is known of a space; each with the year of its 31 December. ``None`` or nothing: not known."""

    population: int | None = None
    population_year: int = 0
    share: Decimal | None = None
    """Per cent whose mother tongue is not Finnish, Swedish or Sámi."""
    share_year: int = 0
    share_is_computed: bool = False
    """Computed by us of the municipalities' shares and populations, not published as such."""
    speakers: int | None = None
    """As many people, where their number itself is known."""
    spoken: tuple[Spoken, ...] = ()
    spoken_year: int = 0
    spoken_area: str = ""
    """The region that the languages are counted in, when it is wider than the space."""
    in_capital_region: Decimal | None = None
    """Per cent of the country's speakers of other languages who live in Uusimaa."""
    capital_region_year: int = 0

    @property
    def any(self) -> bool:
        return self.population is not None or self.share is not None or bool(self.spoken)

    @property
    def mostly_in_capital_region(self) -> bool:
        return self.in_capital_region is not None and self.in_capital_region > 50


def figures(space: Space, day: date) -> Figures:
    """The figures of a space on a day."""
    return _figures(space.kind, space.area_code, day)


@lru_cache(maxsize=1_000)
def _figures(kind: str, area_code: str, day: date) -> Figures:
    codes = _codes(kind, area_code, day)
    population_year, population = reference.populations(day)
    known = [population[code] for code in codes if code in population]
    if not known:
        return Figures()
    region = _region(kind, area_code, day)
    spoken_year, spoken = _spoken(region)
    share, share_year, speakers, computed = _share(kind, area_code, codes, day)
    part, part_year = capital_region_share(day)
    return Figures(
        population=sum(known),
        population_year=population_year,
        share=share,
        share_year=share_year,
        share_is_computed=computed,
        speakers=speakers,
        spoken=spoken,
        spoken_year=spoken_year,
        spoken_area=region if spoken and kind == SpaceKind.MUNICIPALITY else "",
        in_capital_region=part if kind == SpaceKind.NATIONAL or region == CAPITAL_REGION else None,
        capital_region_year=part_year,
    )


def _codes(kind: str, area_code: str, day: date) -> list[str]:
    if kind == SpaceKind.MUNICIPALITY:
        return [area_code]
    if kind == SpaceKind.REGION:
        return [one.code for one in reference.municipalities_in(AreaKind.REGION, area_code, day)]
    return [one.code for one in reference.municipalities_on(day)]


def _region(kind: str, area_code: str, day: date) -> str:
    if kind == SpaceKind.REGION:
        return area_code
    if kind == SpaceKind.MUNICIPALITY:
        return reference.areas_of(area_code, day).region
    return ""


def _share(
    kind: str, area_code: str, codes: list[str], day: date
) -> tuple[Decimal | None, int, int | None, bool]:
    """Share, its year, the number of people where it is known, and whether the share is our own calculation."""
    year, shares = reference.foreign_language_shares(day)
    if kind == SpaceKind.MUNICIPALITY:
        return shares.get(area_code), year, None, False
    counted_year, counted = _counted(area_code)
    if counted.get("total"):
        others = counted["total"] - sum(counted.get(code, 0) for code in DOMESTIC)
        return _per_cent(others, counted["total"]), counted_year, others, False
    year, people, speakers = _estimate(codes, day)
    if not people:
        return None, 0, None, False
    return _per_cent(speakers, people), year, None, True


def _per_cent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"))


def _estimate(codes: list[str], day: date) -> tuple[int, int, Decimal]:
    """People and speakers of other languages at the end of the last year for which both are known."""
    year, population = reference.populations(day)
    share_year, shares = reference.foreign_language_shares(date(year + 1, 1, 1))
    if share_year != year:
        return 0, 0, Decimal(0)
    both = [code for code in codes if code in population and code in shares]
    speakers = sum((population[code] * shares[code] / 100 for code in both), Decimal(0))
    return year, sum(population[code] for code in both), speakers


@lru_cache(maxsize=4)
def capital_region_share(day: date) -> tuple[Decimal | None, int]:
    """Of the country's speakers of other languages, how many per cent live in Uusimaa; and the year of the figure."""
    everybody = [one.code for one in reference.municipalities_on(day)]
    capital = [one.code for one in reference.municipalities_in(AreaKind.REGION, CAPITAL_REGION, day)]
    year, _people, all_speakers = _estimate(everybody, day)
    _year, _people, there = _estimate(capital, day)
    return (_per_cent(there, all_speakers), year) if all_speakers else (None, 0)


@lru_cache(maxsize=32)
def _counted(region: str) -> tuple[int, dict[str, int]]:
    """Mother tongues of a region as published for the last year; nothing where none are published."""
    rows = [row for row in facts.rows("languages_by_region.csv") if row["region"] == region]
    if not rows:
        return 0, {}
    year = max(int(row["year"]) for row in rows)
    return year, {row["language"]: int(row["persons"]) for row in rows if int(row["year"]) == year}


def _spoken(region: str) -> tuple[int, tuple[Spoken, ...]]:
    year, counted = _counted(region)
    others = [
        Spoken(code, persons)
        for code, persons in counted.items()
        if code not in DOMESTIC and code not in NOT_A_LANGUAGE
    ]
    return year, tuple(sorted(others, key=lambda one: (-one.persons, one.code))[:MOST_SPOKEN])
