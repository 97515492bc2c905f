"""Reads the room's data: the languages of the public pages at the start, and the spaces as the reference data have them."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from django.utils.text import slugify

from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

DATA = Path(__file__).parent / "data"
NATIONAL = "suomi"
"""Address of the whole country's space."""
KEEPER = "tem"
"""Code of the organisation that keeps the country's pages, and those of a region without an authority of its own."""


@dataclass(frozen=True)
class SpaceRow:
    """One space as the reference data make it. ``names``: fi, sv, en."""

    slug: str
    kind: str
    area_code: str
    parent: str
    organisation: str
    names: tuple[str, str, str]
    source_language: str = "fi"


@cache
def languages() -> list[dict[str, Any]]:
    """The languages at the start, with their names in fi, sv and en."""
    rows = tomllib.loads((DATA / "languages.toml").read_text(encoding="utf-8"))["languages"]
    for order, row in enumerate(rows, start=1):
        row["order"] = order * 10
        row["names"] = names_of(row["code"])
    return rows


def names_of(code: str) -> dict[str, str]:
    """What a language is called in fi, sv and en; its code where nobody knows."""
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return dict.fromkeys(("fi", "sv", "en"), code)
    return {speaker: locale.get_language_name(speaker) or code for speaker in ("fi", "sv", "en")}


def spaces(day: date) -> list[SpaceRow]:
    """The country, its regions and its municipalities on ``day``, those above first."""
    rows = [SpaceRow(NATIONAL, "national", "", "", KEEPER, ("Suomi", "Finland", "Finland"))]
    state: dict[str, Counter[str]] = {}
    municipalities = reference.municipalities_on(day)
    for one in municipalities:
        areas = reference.areas_of(one.code, day)
        state.setdefault(areas.region, Counter()).update([areas.evk] if areas.evk else [])
    taken = {NATIONAL}
    regions: dict[str, str] = {}
    for area in reference.areas_on(AreaKind.REGION, day):
        keepers = state.get(area.code, Counter()).most_common(1)
        regions[area.code] = slug = _slug(area.name("fi"), taken)
        keeper = f"evk-{keepers[0][0]}" if keepers else KEEPER
        names = (area.name_fi, area.name_sv, area.name_en)
        rows.append(SpaceRow(slug, "region", area.code, NATIONAL, keeper, names, "fi" if keepers else "sv"))
    for one in municipalities:
        areas = reference.areas_of(one.code, day)
        rows.append(
            SpaceRow(
                _slug(one.name("fi"), taken),
                "municipality",
                one.code,
                regions[areas.region],
                f"kunta-{one.code}",
                (one.name_fi, one.name_sv, one.name_en or one.name_fi),
                "sv" if areas.language_status == "sv" else "fi",
            )
        )
    return rows


def _slug(name: str, taken: set[str]) -> str:
    """A name as a part of an address; a second one of the same name gets a number."""
    base = slug = slugify(name)
    number = 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug
