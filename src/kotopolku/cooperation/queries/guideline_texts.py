"""What a work-permit guideline's rows mean: lines of the rules, names of regions, what its rows may name.

Reads the reference data, which are kept in the process. Not for: lists of versions, the answer (``guidelines.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kotopolku import clock
from kotopolku.cooperation.models import Guideline, GuidelineOccupation
from kotopolku.cooperation.rules_guidelines import Known, Line
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind, Municipality
from kotopolku.reference.places import ALAND

RULE = "W1"
"""The rule of the guideline's rhythm and longest validity (301/2004 § 72b)."""


def line_of(row: GuidelineOccupation) -> Line:
    """A stored occupation as the rules see it."""
    return Line(
        row.code, row.lifted, row.full_time, row.income_eur, dict(row.condition), tuple(row.municipalities)
    )


def known_of(of: Guideline) -> Known:
    """What a row of the guideline may name: every occupation, the municipalities of its regions on its first day."""
    places: dict[str, str] = {}
    for region in of.regions:
        for one in reference.municipalities_in(AreaKind.REGION, region, of.valid.lower):
            places |= {word.lower(): one.code for word in (one.code, one.name_fi, one.name_sv)}
    return Known(frozenset(reference.occupations()), places)


def region_names(lang: str | None = None) -> dict[str, str]:
    """Names of the regions that can have a guideline, by code, in alphabetical order. Åland has none."""
    areas = reference.areas_on(AreaKind.REGION, clock.today(), lang)
    return {one.code: one.name(lang) for one in areas if one.code != ALAND}


def named_regions(codes: Iterable[str], lang: str | None = None) -> str:
    """Regions in words, in alphabetical order."""
    chosen = set(codes)
    return ", ".join(name for code, name in region_names(lang).items() if code in chosen)


def named_municipalities(codes: Iterable[str], lang: str | None = None) -> str:
    """Municipalities in words; a code that is not known stays a code."""
    rows = [(code, reference.municipality_by_code(code)) for code in codes]
    return ", ".join(sorted(one.name(lang) if one else code for code, one in rows))


@dataclass(frozen=True)
class Merged:
    """A municipality that a line names and that has become a part of another; ``into``: where the place belongs on the day."""

    code: str
    into: Municipality
    on: date


def merged_of(line: Line | None, day: date) -> tuple[Merged, ...]:
    """Municipalities of a line that were merged by the day, in the order of their codes. No statement once kept."""
    found = []
    for code in line.municipalities if line else ():
        merger = reference.merger(code, day)
        if merger is not None:
            into = reference.municipality(reference.successor(code, day), day)
            found.append(Merged(code, into, merger.merged_on))
    return tuple(found)


def occupation_name(code: str, lang: str | None = None) -> str:
    """The name of a group; empty for one that is not known."""
    found = reference.occupation(code)
    return found.name(lang) if found else ""


def first_and_last(of: Guideline) -> tuple[date, date]:
    """Days in force, both included."""
    return of.valid.lower, of.last_day or of.valid.lower
