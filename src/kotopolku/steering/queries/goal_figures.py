"""Figures of goals' indicators in the goals' own municipalities, by year.

A goal of several municipalities has a figure of its own where the indicator is a share: the municipalities' shares,
weighted by their people. Of other figures only each municipality's own. Not for: whether a goal is on track (``goals.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kotopolku.reference import queries as reference
from kotopolku.steering.models import (
    CouncilState,
    IndicatorValue,
    MunicipalGoal,
    MunicipalProgramme,
    ProgrammeMunicipality,
)
from kotopolku.steering.rules_indicators import weighted

SHARE = "%"


@dataclass(frozen=True)
class Figures:
    """An indicator's figures where a goal is."""

    codes: tuple[str, ...]
    """Municipalities of the goal on the day."""
    whole: tuple[tuple[int, Decimal], ...] = ()
    """By year, the oldest first; empty where no figure of the whole can be counted."""
    parts: Mapping[str, tuple[tuple[int, Decimal], ...]] = field(default_factory=dict)
    """By municipality, where there are several."""
    source: str = ""
    counted: bool = False
    """The whole is weighted of its parts."""

    def of(self, year: int) -> Decimal | None:
        return dict(self.whole).get(year)

    @property
    def newest(self) -> tuple[int, Decimal] | None:
        return self.whole[-1] if self.whole else None


def now_called(code: str, on: date) -> str:
    """The municipality that the place belongs to on the day: after a merger the new one."""
    try:
        return reference.successor(code, on)
    except reference.UnknownMunicipality:
        return code


def codes_of(programmes: Iterable[int], on: date) -> dict[int, tuple[str, ...]]:
    """Municipalities of programmes: those who take part on the day; of one that is over, all that did not leave."""
    rows = ProgrammeMunicipality.objects.filter(programme__in=set(programmes)).exclude(
        state=CouncilState.LEFT
    )
    today: dict[int, list[str]] = defaultdict(list)
    ever: dict[int, list[str]] = defaultdict(list)
    for one in rows.order_by("code"):
        ever[one.programme_id].append(now_called(one.code, on))
        if on in one.days:
            today[one.programme_id].append(now_called(one.code, on))
    return {pk: tuple(dict.fromkeys(today.get(pk) or codes)) for pk, codes in ever.items()}


def codes_of_goal(goal: MunicipalGoal, codes: Mapping[int, Sequence[str]], on: date) -> tuple[str, ...]:
    """The municipalities that a goal is about."""
    if goal.municipality:
        return (now_called(goal.municipality, on),)
    return tuple(codes.get(goal.programme_id, ()))


def figures_of(goals: Sequence[MunicipalGoal], on: date) -> dict[int, Figures]:
    """Of each goal. Two statements."""
    codes = codes_of((one.programme_id for one in goals), on)
    wanted = {one.pk: codes_of_goal(one, codes, on) for one in goals}
    known = _values({one.indicator_id for one in goals}, {code for one in wanted.values() for code in one})
    people: People = {}
    return {
        one.pk: _figures(one.indicator_id, one.indicator.unit, wanted[one.pk], known, people) for one in goals
    }


def figures_in(indicator_id: int, unit: str, codes: Sequence[str]) -> Figures:
    """Of an indicator in municipalities, before there is a goal. One statement."""
    return _figures(indicator_id, unit, tuple(codes), _values({indicator_id}, set(codes)), {})


def programme_codes(programme: MunicipalProgramme, on: date) -> tuple[str, ...]:
    return codes_of([programme.pk], on).get(programme.pk, ())


Known = dict[tuple[int, str], list[tuple[int, Decimal, str]]]
People = dict[int, dict[str, int]]
"""Population by year and municipality, as far as it has been asked."""


def _values(indicators: set[int], codes: set[str]) -> Known:
    places = [f"municipality-{code}" for code in codes]
    rows = IndicatorValue.objects.filter(indicator__in=indicators, place__in=places).order_by("year")
    found: Known = defaultdict(list)
    for indicator, place, year, value, source in rows.values_list(
        "indicator_id", "place", "year", "value", "source"
    ):
        found[indicator, place.removeprefix("municipality-")].append((year, value, source))
    return found


def _figures(indicator: int, unit: str, codes: tuple[str, ...], known: Known, people: People) -> Figures:
    parts = {
        code: tuple((year, value) for year, value, _source in known[indicator, code])
        for code in codes
        if known.get((indicator, code))
    }
    sources = [source for code in parts for _year, _value, source in known[indicator, code][-1:]]
    source = next((one for one in sources if one), "")
    if len(codes) == 1:
        return Figures(codes, parts.get(codes[0], ()), source=source)
    whole = _weighted(codes, parts, people) if unit == SHARE else ()
    return Figures(codes, whole, parts, source, counted=bool(whole))


def _weighted(
    codes: Sequence[str], parts: Mapping[str, Sequence[tuple[int, Decimal]]], people: People
) -> tuple[tuple[int, Decimal], ...]:
    """Years in which every municipality has its figure."""
    by_code = {code: dict(rows) for code, rows in parts.items()}
    if not codes or len(by_code) < len(codes):
        return ()
    years = sorted(set.intersection(*(set(rows) for rows in by_code.values())))
    found = []
    for year in years:
        if year not in people:
            people[year] = reference.populations(date(year + 1, 1, 1))[1]
        known = people[year]
        if all(code in known for code in codes):
            value = weighted((known[code], by_code[code][year]) for code in codes)
            if value is not None:
                found.append((year, value))
    return tuple(found)
