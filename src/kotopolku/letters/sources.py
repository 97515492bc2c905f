"""The templates and their words, read once from ``data/``: what each letter asks for, and its text in each language.

Not for: filling them in (``rules.py``), setting them as PDF (``paper.py``).
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
BINDING = ("fi", "sv", "en")
"""Languages of a letter by itself; the others stand beside one of these."""
RIGHT_TO_LEFT = ("ar", "fa")


@dataclass(frozen=True)
class Template:
    """``fields``: what the worker fills in, in order; ``laws``: contents of the Act printed after the words."""

    id: str
    valid_from: date
    fields: tuple[str, ...]
    required: tuple[str, ...]
    decision: bool = False
    laws: str = ""


@dataclass(frozen=True)
class Words:
    """All templates in one language. ``checked_by`` empty: no native speaker has read it yet."""

    language: str
    checked_by: str
    checked_on: date | None
    fixed: dict[str, str]
    """The sentences that many letters share, by name."""
    titles: dict[str, str]
    paragraphs: dict[str, tuple[str, ...]]


@cache
def templates() -> dict[str, Template]:
    """Every template by its id, in the order of the file."""
    with (DATA / "templates.toml").open("rb") as file:
        listed = tomllib.load(file)
    return {
        name: Template(
            id=name,
            valid_from=row["valid_from"],
            fields=tuple(row["fields"]),
            required=tuple(row["required"]),
            decision=row.get("decision", False),
            laws=row.get("laws", ""),
        )
        for name, row in listed.items()
    }


@cache
def words(language: str) -> Words:
    """The words of one language. Raises ``FileNotFoundError`` for a language without a file."""
    with (DATA / f"{language}.toml").open("rb") as file:
        read = tomllib.load(file)
    texts = {name: row for name, row in read.items() if isinstance(row, dict)}
    return Words(
        language=language,
        checked_by=read.get("checked_by", ""),
        checked_on=read.get("checked_on"),
        fixed={name: text for name, text in read.items() if isinstance(text, str) and name != "checked_by"},
        titles={name: row["title"] for name, row in texts.items()},
        paragraphs={name: tuple(row["paragraphs"]) for name, row in texts.items()},
    )


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that have words, the binding ones first."""
    found = {path.stem for path in DATA.glob("*.toml")} - {"templates"}
    return (*BINDING, *sorted(found - set(BINDING)))
