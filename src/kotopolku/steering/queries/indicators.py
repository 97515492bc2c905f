"""What pages ask about indicators: the list, a series of a place, a year by place, and what reference data hold.

Not for: writing (``actions.indicators``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.reference import queries as reference
from kotopolku.reference.alphabet import sort_key
from kotopolku.reference.models import AreaKind
from kotopolku.steering import access
from kotopolku.steering.models import Indicator, IndicatorValue, Line
from kotopolku.steering.rules_indicators import COUNTRY, Known, Raw, weighted

POPULATION, FOREIGN_SHARE = "population", "foreign-language-share"
FROM_REFERENCE = (POPULATION, FOREIGN_SHARE)
"""Keys of indicators whose values reference data hold."""
FIRST_KEPT = 2015
"""Reference data are asked from this year on; years that they do not hold are left out."""
SOURCES = {
    POPULATION: "Tilastokeskus, väestörakenne 31.12.",
    FOREIGN_SHARE: "Tilastokeskus, vieraskielisten osuus 31.12.; alueet laskettu kuntien luvuista",
}


@dataclass(frozen=True)
class Row:
    """An indicator in the list, with its newest figure of the country."""

    indicator: Indicator
    values: int
    year: int | None
    value: Decimal | None
    lines: int


@dataclass(frozen=True)
class Figure:
    """A figure of a place in the table."""

    place: str
    name: str
    value: Decimal


def indicators(viewer: Viewer) -> list[Row]:
    """All indicators in alphabetical order. Four statements."""
    found = list(access.indicators(viewer))
    found.sort(key=lambda one: (sort_key(one.name), one.pk))
    counted = IndicatorValue.objects.values_list("indicator_id").annotate(Count("id")).order_by()
    values = dict(counted)
    lines = access.lines(viewer).values_list("indicators").annotate(Count("id")).order_by()
    used = dict(lines)
    newest = _newest(found)
    rows = []
    for one in found:
        year, value = newest.get(one.pk, (None, None))
        rows.append(Row(one, values.get(one.pk, 0), year, value, used.get(one.pk, 0)))
    return rows


def _newest(indicators: Sequence[Indicator]) -> dict[int, tuple[int, Decimal]]:
    rows = IndicatorValue.objects.filter(indicator__in=indicators, place=COUNTRY).order_by("year")
    return {one: (year, value) for one, year, value in rows.values_list("indicator_id", "year", "value")}


def series(indicator: Indicator, place: str = COUNTRY) -> list[IndicatorValue]:
    """Figures of one place, by year."""
    return list(IndicatorValue.objects.filter(indicator=indicator, place=place).order_by("year"))


def series_of(indicators: Iterable[Indicator]) -> dict[int, list[tuple[int, Decimal]]]:
    """The country's figures of many indicators. One statement."""
    rows = IndicatorValue.objects.filter(indicator__in=list(indicators), place=COUNTRY).order_by("year")
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for one, year, value in rows.values_list("indicator_id", "year", "value"):
        found[one].append((year, value))
    return found


def years(indicator: Indicator) -> list[int]:
    """Years with figures, the newest first."""
    rows = IndicatorValue.objects.filter(indicator=indicator).values_list("year", flat=True)
    return list(rows.distinct().order_by("-year"))


def last_year(indicator: Indicator) -> int | None:
    return IndicatorValue.objects.filter(indicator=indicator).aggregate(last=Max("year"))["last"]


def by_place(indicator: Indicator, year: int, names: Mapping[str, str]) -> list[Figure]:
    """Every place's figure of a year, in the order of ``names`` (``place_names``); places that are no more come last."""
    rank = {code: number for number, code in enumerate(names)}
    rows = IndicatorValue.objects.filter(indicator=indicator, year=year)
    found = [
        Figure(place, names.get(place, place), value) for place, value in rows.values_list("place", "value")
    ]
    return sorted(found, key=lambda one: (rank.get(one.place, len(rank)), one.place))


def lines_measured(viewer: Viewer, indicator: Indicator) -> list[Line]:
    """Goals and lines measured with an indicator, as far as the viewer reads their programmes."""
    rows = access.lines(viewer).filter(indicators=indicator).select_related("programme")
    return list(rows.order_by("-programme__days", "order", "id"))


def place_names(day: date | None = None) -> dict[str, str]:
    """Names by place in the page's language: the country, regions and municipalities, each alphabetically."""
    on = day or clock.today()
    country = reference.country("246")
    names = {COUNTRY: country.name() if country else "Suomi"}
    names |= {f"region-{one.code}": one.name() for one in reference.areas_on(AreaKind.REGION, on)}
    return names | {f"municipality-{one.code}": one.name() for one in reference.municipalities_on(on)}


def called(day: date) -> dict[str, str]:
    """Places by what a file may call them, in small letters: keys, municipal numbers, names in every language."""
    found: dict[str, str] = {}
    regions = [(f"region-{one.code}", one) for one in reference.areas_on(AreaKind.REGION, day)]
    municipalities = [(f"municipality-{one.code}", one) for one in reference.municipalities_on(day)]
    for key, one in (*municipalities, *regions):
        for name in (one.name_sv, one.name_en, one.name_fi):
            if name:
                found.setdefault(name.lower(), key)
        found[key] = key
    for key, one in municipalities:
        found[one.code] = key
        found[one.code.lstrip("0")] = key
    for name in (COUNTRY, "suomi", "finland", "koko maa", "hela landet", "whole country"):
        found[name] = COUNTRY
    return found


def known(viewer: Viewer, rows: Sequence[Raw]) -> Known:
    """What a file's rows are checked against. Two statements."""
    keys = {one.key.lower(): one.pk for one in access.indicators(viewer)}
    asked = {keys[row.indicator.strip().lower()] for row in rows if row.indicator.strip().lower() in keys}
    stored = IndicatorValue.objects.filter(indicator__in=asked)
    return Known(
        indicators=keys,
        places=called(viewer.day),
        stored={
            (one, place, year): (value, source)
            for one, place, year, value, source in stored.values_list(
                "indicator_id", "place", "year", "value", "source"
            )
        },
        last_year=viewer.day.year,
    )


def from_reference(key: str, day: date) -> dict[tuple[str, int], Decimal]:
    """Figures by place and year that reference data hold for an indicator; empty for one they do not know."""
    found: dict[tuple[str, int], Decimal] = {}
    if key not in FROM_REFERENCE:
        return found
    for year in range(FIRST_KEPT, day.year):
        # In the division of the viewer's day: reference data publish shares in today's municipalities.
        asked = date(year + 1, 1, 1)
        known_year, people = reference.populations(asked)
        if key == POPULATION:
            found |= _sums(people, year, asked) if known_year == year else {}
            continue
        shares_year, shares = reference.foreign_language_shares(asked)
        if shares_year == year:
            # Where the year's own population is not published yet, the newest one before it weighs as well.
            found |= _shares(people, shares, year, asked)
    return found


def _areas(codes: Iterable[str], day: date) -> dict[str, list[str]]:
    """Municipalities by the places they belong to: the country and their region."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        found[COUNTRY].append(code)
        found[f"region-{reference.areas_of(code, day).area(AreaKind.REGION)}"].append(code)
    return found


def _sums(people: dict[str, int], year: int, day: date) -> dict[tuple[str, int], Decimal]:
    found = {(f"municipality-{code}", year): Decimal(number) for code, number in people.items()}
    for place, codes in _areas(people, day).items():
        found[place, year] = Decimal(sum(people[code] for code in codes))
    return found


def _shares(
    people: dict[str, int], shares: dict[str, Decimal], year: int, day: date
) -> dict[tuple[str, int], Decimal]:
    found = {(f"municipality-{code}", year): share for code, share in shares.items()}
    both = [code for code in shares if code in people]
    for place, codes in _areas(both, day).items():
        whole = weighted((people[code], shares[code]) for code in codes)
        if whole is not None:
            found[place, year] = whole
    return found
