"""The agreed categories of needs, from ``data/needs.toml``: names in three languages and what follows from each. Data only."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kotopolku.clients.wording import language


@dataclass(frozen=True)
class Need:
    """``county``: the county is heard before the direction. ``resource``: what it takes of a municipality's places.

    ``care``: specialised care must be within reach; ``vulnerable``: their position is vulnerable (681/2023 §43).
    ``municipal``: the municipality tells when it is not within reach there.
    """

    id: str
    names: dict[str, str]
    county: bool = False
    resource: str = ""
    care: bool = False
    vulnerable: bool = False
    municipal: bool = False

    @property
    def name(self) -> str:
        return self.names[language()]


@cache
def needs() -> tuple[Need, ...]:
    with (Path(__file__).parent / "data/needs.toml").open("rb") as file:
        return tuple(Need(**row) for row in tomllib.load(file)["need"])


def need(identifier: str) -> Need | None:
    return next((one for one in needs() if one.id == identifier), None)


def chosen(identifiers: Iterable[str]) -> list[Need]:
    """The categories of those ids that are known, in the order of the data."""
    wanted = set(identifiers)
    return [one for one in needs() if one.id in wanted]


def for_county(identifiers: Iterable[str]) -> list[Need]:
    """Those for which the county must be heard."""
    return [one for one in chosen(identifiers) if one.county]


def municipal() -> list[Need]:
    """Those of which the municipality tells whether they are within reach."""
    return [one for one in needs() if one.municipal]
