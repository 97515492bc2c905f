"""Categories of notes, from ``data/categories.toml``: names and hints in the languages of the pages. Data only."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kotopolku.clients.wording import language


@dataclass(frozen=True)
class Category:
    """``sensitive``: data of a special kind (GDPR, Article 9), of which only what is necessary is written."""

    id: str
    names: dict[str, str]
    sensitive: bool = False
    hints: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.names[language()]

    @property
    def hint(self) -> str:
        return self.hints.get(language(), "")


@cache
def categories() -> tuple[Category, ...]:
    with (Path(__file__).parent / "data/categories.toml").open("rb") as file:
        return tuple(Category(**row) for row in tomllib.load(file)["categories"])


def category(identifier: str) -> Category | None:
    return next((one for one in categories() if one.id == identifier), None)
