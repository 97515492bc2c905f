"""The sectors of seats in bodies of cooperation, as data. Reads a file, not the database."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kotopolku.cooperation.sources import page_language

SECTORS_FILE = Path(__file__).parent / "data" / "sectors.toml"


@cache
def _sectors() -> Mapping[str, Mapping[str, str]]:
    with SECTORS_FILE.open("rb") as file:
        return {row["id"]: row["title"] for row in tomllib.load(file)["sector"]}


def sectors() -> list[tuple[str, str]]:
    """Every sector: id and title in the page's language, in the order of the list."""
    return [(sector, sector_title(sector)) for sector in _sectors()]


def sector_title(sector: str) -> str:
    """A sector's title in the page's language; the bare id for one that is not known."""
    titles = _sectors().get(sector)
    if titles is None:
        return sector
    return titles.get(page_language()) or titles["en"]


def is_sector(sector: str) -> bool:
    return sector in _sectors()
