"""Curricula as data: what a course may follow on a day, its parts and their scopes. Reads a file, not the database."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

CURRICULA_FILE = Path(__file__).parent / "data" / "curricula.toml"


def _words(texts: Mapping[str, str]) -> str:
    return texts.get((get_language() or "fi")[:2]) or texts["fi"]


@dataclass(frozen=True)
class Part:
    """A part of a curriculum with its guiding range in the curriculum's unit; ``within`` another part, or ""."""

    id: str
    texts: Mapping[str, str]
    within: str = ""
    least: Decimal | None = None
    most: Decimal | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def words(self) -> str:
        """Its name in the page's language; Finnish for a language that has none."""
        return _words(self.texts)


@dataclass(frozen=True)
class Curriculum:
    """What a training follows. ``max_scope`` and ``target`` empty where nothing has been laid down."""

    id: str
    kind: str
    unit: str
    """op (study points), ov (study weeks) or h (hours)."""
    hours_per_unit: int
    texts: Mapping[str, str]
    starts_from: date
    starts_to: date | None
    source: str
    section: str
    certainty: str
    max_scope: Decimal | None = None
    target: str = ""
    tracks: tuple[str, ...] = ()
    own_language: bool = False
    """Given in a language that the client knows, not in Finnish or Swedish."""
    parts: tuple[Part, ...] = ()

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def words(self) -> str:
        return _words(self.texts)

    def covers(self, day: date) -> bool:
        """Whether a course that starts on the day may follow it."""
        return self.starts_from <= day and (self.starts_to is None or day <= self.starts_to)


@cache
def curricula() -> Mapping[str, Curriculum]:
    """Every curriculum by its id, in the order of the file."""
    with CURRICULA_FILE.open("rb") as file:
        rows = tomllib.load(file)["curriculum"]
    return {row["id"]: _read(row) for row in rows}


def _read(row: dict[str, Any]) -> Curriculum:
    parts = tuple(_part(part) for part in row.pop("part", ()))
    row["starts_to"] = row.get("starts_to")
    row["max_scope"] = _decimal(row.get("max_scope"))
    row["tracks"] = tuple(row.get("tracks", ()))
    return Curriculum(parts=parts, **row)


def _part(row: dict[str, Any]) -> Part:
    return Part(**(row | {"least": _decimal(row.get("least")), "most": _decimal(row.get("most"))}))


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def curriculum(curriculum_id: str) -> Curriculum | None:
    return curricula().get(curriculum_id)


def in_use(day: date, kind: str = "") -> list[Curriculum]:
    """Those that a course starting on the day may follow, of one kind or of all."""
    return [one for one in curricula().values() if one.covers(day) and kind in ("", one.kind)]
