"""What of the journal can begin or end the waiting at a step of a service path. Reads a file, not the database.

Not for: counting the waiting (``path_waits.py``), the journal's own names (each room's ``journal_names.py``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FILE = Path(__file__).parent / "data" / "path_facts.toml"


@dataclass(frozen=True)
class Fact:
    """One fact of a client's way. ``acts``: the names under which the journal may know it, the first its own."""

    act: str
    acts: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def name(self) -> str:
        """In the page's language; Finnish for a language that has none."""
        return self.texts.get((get_language() or "fi")[:2]) or self.texts["fi"]


@dataclass(frozen=True)
class Measuring:
    """Our own choices about what is told of waiting."""

    smallest_median: int
    smallest_tail: int
    tail: float


@cache
def _file() -> dict[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def facts() -> Mapping[str, Fact]:
    """By the act's name, in the order in which things usually happen."""
    return {
        row["act"]: Fact(
            row["act"],
            (row["act"], *row.get("also", ())),
            {language: row[language] for language in ("fi", "sv", "en")},
        )
        for row in _file()["fact"]
    }


@cache
def measuring() -> Measuring:
    return Measuring(**_file()["measuring"])


def name_of(act: str) -> str:
    """The fact in words; the bare name for one that is no longer in the file, nothing for none."""
    found = facts().get(act)
    return found.name if found else act


def acts_of(act: str) -> tuple[str, ...]:
    """All names of the fact in the journal."""
    found = facts().get(act)
    return found.acts if found else (act,)
