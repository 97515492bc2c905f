"""What a municipality tells of itself for rounds, from ``data/facts.toml``: choices, their names and shares; and schooling.

Not for: who may tell (``actions.facts``), what a share is worth (the engine's points).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kotopolku import law
from kotopolku.clients.wording import language

DATA = Path(__file__).parent / "data"
SUBJECTS = ("training", "housing")
TOLD_AGAIN = "O-PF"


@dataclass(frozen=True)
class Choice:
    """One answer to a question. ``share``: 0–1 of the weight that the engine gives for it."""

    id: str
    share: float
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.names[language()]


@dataclass(frozen=True)
class NewFacts:
    """What is told, as typed. Empty means not told; ``lacking``: needs (``needs.municipal``) that are not within reach."""

    languages: tuple[str, ...] = ()
    training: str = ""
    housing: str = ""
    lacking: tuple[str, ...] = ()
    note: str = ""

    @property
    def empty(self) -> bool:
        return not (self.languages or self.training or self.housing or self.lacking)


@cache
def choices(subject: str) -> tuple[Choice, ...]:
    """The answers to "training" or "housing", in the order of the data."""
    return tuple(Choice(**row) for row in _read("facts.toml")[subject])


def choice(subject: str, identifier: str) -> Choice | None:
    """One of them; None when it was not told."""
    return next((one for one in choices(subject) if one.id == identifier), None)


def share(subject: str, identifier: str) -> float:
    """0–1; what was not told is 0."""
    found = choice(subject, identifier)
    return found.share if found else 0.0


def tell_again_by(told_on: date) -> date:
    """The last day on which what was told is fresh: our own target (O-PF)."""
    return law.add_months(told_on, law.rule(TOLD_AGAIN, told_on).amount or 0)


def no_schooling(told: Iterable[str]) -> bool:
    """Whether nobody of those whose schooling was told has gone to school; False when nothing was told."""
    words = [text.strip(" .").casefold() for text in told if text.strip(" .")]
    return bool(words) and all(word in _without_school() for word in words)


@cache
def _without_school() -> frozenset[str]:
    return frozenset(_read("schooling.toml")["none"])


def _read(name: str) -> dict[str, Any]:
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)
