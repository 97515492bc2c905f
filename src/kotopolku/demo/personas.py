"""The personas of the demo world: who they are, where they sit and on which days they can sign in. Data only."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Persona:
    """One invented person who can be signed in with one click. ``until`` None means that the seat goes on."""

    username: str
    full_name: str
    organisation: str
    role: str
    title: str
    language: str
    since: date
    until: date | None
    place: dict[str, str]
    """Where the persona works, by language."""

    def describe(self, language: str) -> str:
        """ "Tuuli Malli, Vantaa (2019–)"."""
        last = self.until.year if self.until else ""
        return f"{self.full_name}, {self.place[language]} ({self.since.year}–{last})"


@dataclass(frozen=True)
class Provider:
    """An invented organisation that arranges measures. ``kind`` is a value of ``OrganisationKind``."""

    code: str
    name: str
    kind: str
    since: date


_DATA = tomllib.loads((Path(__file__).parent / "data/personas.toml").read_text(encoding="utf-8"))


def _persona(row: dict[str, Any]) -> Persona:
    days = {"from": None, "to": None} | row
    since, until = days.pop("from"), days.pop("to")
    return Persona(
        **days, since=date.fromisoformat(since), until=date.fromisoformat(until) if until else None
    )


PERSONAS = tuple(_persona(row) for row in _DATA["personas"])
PROVIDERS = tuple(
    Provider(row["code"], row["name"], row["kind"], date.fromisoformat(row["from"]))
    for row in _DATA["providers"]
)
