"""Our own choices for results and needs, and the groups in which people are counted. Reads files, not the database.

Not for: the law's numbers (``law``), curricula (``curricula.py``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from kotopolku.training.forecast_rules import Settings
from kotopolku.training.forecast_tables import LotRules
from kotopolku.training.results_rules import Limits

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Kind:
    """One group: a field of work, a schooling, or a band of levels. ``id`` empty = not known."""

    id: str
    texts: Mapping[str, str]
    words: tuple[str, ...] = ()
    track: str = ""
    from_rank: int | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def name(self) -> str:
        """In the page's language; Finnish for a language that has none."""
        return self.texts.get((get_language() or "fi")[:2]) or self.texts["fi"]


@cache
def _file(name: str) -> dict[str, Any]:
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


@cache
def _kinds(name: str) -> Mapping[str, Kind]:
    rows = _file("fields.toml")[name]
    return {row["id"]: Kind(**(row | {"words": tuple(row.get("words", ()))})) for row in rows}


def limits() -> Limits:
    return Limits(**_file("measuring.toml")["results"])


def settings(months: int | None = None) -> Settings:
    """``months``: how far ahead, the file's own number when None."""
    found = Settings(**_file("measuring.toml")["need"])
    return found if months is None else replace(found, months=months)


def lot_rules() -> LotRules:
    return LotRules(**_file("measuring.toml")["lots"])


def fields() -> Mapping[str, Kind]:
    """Fields of vocational training, by id."""
    return _kinds("field")


def schoolings() -> Mapping[str, Kind]:
    return _kinds("schooling")


def bands() -> Mapping[str, Kind]:
    """Bands of entry levels, by id, in the order of the scale."""
    return _kinds("band")


def _found(kinds: Mapping[str, Kind], text: str, otherwise: str) -> Kind:
    said = text.casefold().strip()
    if not said:
        return kinds[""]
    return next(
        (kind for kind in kinds.values() if any(word in said for word in kind.words)), kinds[otherwise]
    )


def field_of(occupation: str) -> Kind:
    """The field of an occupation in a client's own words."""
    return _found(fields(), occupation, "other")


def schooling_of(education: str) -> Kind:
    """The schooling of an education in a worker's words; not known when the words tell none."""
    return _found(schoolings(), education, "")


def band_of(rank: int | None) -> Kind:
    """The band of an entry level."""
    if rank is None:
        return bands()[""]
    reached = [band for band in bands().values() if band.from_rank is not None and band.from_rank <= rank]
    return reached[-1]
