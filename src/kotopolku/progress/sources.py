"""The steps of language proficiency as data. Reads a file, not the database."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

LEVELS_FILE = Path(__file__).parent / "data" / "levels.toml"


@dataclass(frozen=True)
class Level:
    """A step of the scale; ``rank`` orders them."""

    code: str
    rank: int
    texts: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(self.code)

    @property
    def words(self) -> str:
        """ "A2.1, first stage of basic skills", in the page's language."""
        text = self.texts.get((get_language() or "fi")[:2]) or self.texts["fi"]
        return f"{self.code}, {text}"


@cache
def levels() -> Mapping[str, Level]:
    """Every step by its code, in the order of the scale."""
    with LEVELS_FILE.open("rb") as file:
        rows = tomllib.load(file)["level"]
    return {row["code"]: Level(**row) for row in sorted(rows, key=lambda row: row["rank"])}


@cache
def goal() -> Level:
    """Functional basic proficiency, what integration training aims at (1386/2010 §20; 681/2023 §26)."""
    with LEVELS_FILE.open("rb") as file:
        return levels()[tomllib.load(file)["goal"]]
