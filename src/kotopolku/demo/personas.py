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


def _read() -> tuple[Persona, ...]:
    def persona(row: dict[str, Any]) -> Persona:
        since, until = row.pop("from"), row.pop("to", None)
        return Persona(
            **row, since=date.fromisoformat(since), until=date.fromisoformat(until) if until else None
        )

    with (Path(__file__).parent / "data/personas.toml").open("rb") as file:
        return tuple(persona(row) for row in tomllib.load(file)["personas"])


PERSONAS = _read()
