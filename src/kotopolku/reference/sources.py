"""The room's own data files as rows of text. Reads `data/`; knows nothing of the database."""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from kotopolku.reference.places import Centre

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>`; codes are text with leading zeros. Raises `FileNotFoundError`."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Writes a file of the same form as those in `data/`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(lines)


@cache
def fingerprint() -> str:
    """Changes whenever a data file changes: to know whether the tables must be loaded again."""
    digest = sha256()
    for path in sorted(DATA.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def centres_of(year: int) -> list[Centre]:
    """Municipal centres of the division of 1 January of a year; empty if there is no such year."""
    regions = {r["code"]: r["region"] for r in rows("municipality_years.csv") if r["year"] == str(year)}
    return [
        Centre(r["code"], regions[r["code"]], float(r["lat"]), float(r["lon"]))
        for r in rows("municipalities.csv")
        if r["code"] in regions
    ]


def neighbour_pairs() -> list[tuple[str, str]]:
    """Pairs of municipalities with a common border, on land or at sea, in the division of 2026."""
    return [(r["code"], r["neighbour"]) for r in rows("neighbours.csv")]
