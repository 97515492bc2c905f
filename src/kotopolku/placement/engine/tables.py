"""Families and places from CSV files, settings from TOML: documented columns, every wrong cell reported with its row.

Not for: whether the data fit together (``contract.check``); the columns are described in docs/placement.md.
"""

import csv
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from kotopolku.placement.engine.contract import RESOURCES, Family, Flaw, Place, Relative, Settings

YES = {"1", "yes", "y", "true", "kyllä", "ja", "x"}
NO = {"", "0", "no", "n", "false", "ei", "nej"}
NEVER_SENT = {
    "nationality",
    "citizenship",
    "sex",
    "gender",
    "mother_tongue",
    "religion",
    "name",
    "identity_code",
}
"""Columns that would let the engine see what no decision may rest on."""
MOST_BYTES = 200_000_000


class TableError(ValueError):
    """The file cannot be used; ``problems`` has a sentence for each wrong row."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Table:
    """What was read, and the row of each thing, so that later faults can be told by row too."""

    path: Path
    rows: Mapping[str, list[int]]

    def told(self, flaw: Flaw) -> str:
        """The flaw with the file and the row it is of."""
        rows = self.rows.get(flaw.key, [])
        at = f" row {', '.join(str(row) for row in rows)}" if rows else ""
        return f"{self.path.name}{at}: {flaw}"


class _Cells:
    """One row: reads cells by name and collects what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells, self.problems = cells, list[str]()

    def text(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def needed(self, name: str) -> str:
        if not self.text(name):
            self.problems.append(f"{name} is missing")
        return self.text(name)

    def _as(self, name: str, read: Callable[[str], Any], what: str, otherwise: Any) -> Any:
        text = self.text(name)
        if not text:
            return otherwise
        try:
            return read(text)
        except ValueError:
            self.problems.append(f"{name} is {text!r}; it must be {what}")
            return otherwise

    def number(self, name: str, otherwise: int = 0) -> int:
        return int(self._as(name, _whole, "a whole number", otherwise))

    def share(self, name: str) -> float:
        return float(self._as(name, _decimal, "a number", 0.0))

    def day(self, name: str) -> date | None:
        day: date | None = self._as(name, _day, "a day as 2026-11-30 or 30.11.2026", None)
        return day

    def flag(self, name: str) -> bool:
        return bool(self._as(name, _flag, "yes or no", False))

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(one for one in re.split(r"[;|\s]+", self.text(name)) if one)

    def code(self, name: str) -> str:
        return _code(self.text(name))

    def codes(self, name: str) -> tuple[str, ...]:
        return tuple(_code(one) for one in self.listed(name))

    def weighed(self, name: str) -> Iterator[tuple[str, float]]:
        for one in self.listed(name):
            word, _colon, number = one.partition(":")
            try:
                yield word, _decimal(number) if number else 1.0
            except ValueError:
                self.problems.append(f"{name}: {one!r} must be like 091:0.5")


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> float:
    if not re.fullmatch(r"[+-]?\d{1,9}([.,]\d{1,9})?", text):
        raise ValueError(text)
    return float(text.replace(",", "."))


def _day(text: str) -> date:
    finnish = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    return date(int(finnish[3]), int(finnish[2]), int(finnish[1])) if finnish else date.fromisoformat(text)


def _flag(text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError(text)


def _code(text: str) -> str:
    """A municipality's code with the zeros that a spreadsheet has eaten."""
    return text.zfill(3) if text.isdigit() else text


def _family(row: _Cells) -> Family:
    return Family(
        id=row.needed("id"),
        persons=row.number("persons") if row.needed("persons") else 0,
        group=row.needed("group").lower(),
        adults=row.number("adults"),
        school=row.number("school"),
        daycare=row.number("daycare"),
        special=row.number("special"),
        accessible=row.flag("accessible"),
        needs_care=row.flag("needs_care"),
        needs=row.listed("needs"),
        languages=tuple(one.lower() for one in row.listed("languages")),
        needs_interpreter=row.flag("needs_interpreter"),
        wishes=row.codes("wishes"),
        vetoes=row.codes("vetoes"),
        relatives=tuple(Relative(_code(code), near) for code, near in row.weighed("relatives")),
        reception=row.code("reception"),
        waiting_since=row.day("waiting_since"),
        arrive_by=row.day("arrive_by"),
        vulnerable=row.flag("vulnerable"),
        no_schooling=row.flag("no_schooling"),
        trades=row.listed("trades"),
        area=row.text("area"),
        kept=row.code("kept"),
        lock=row.code("lock"),
        excluded=row.codes("excluded"),
        unsafe=row.codes("unsafe"),
        together=row.listed("together"),
    )


FAMILY_COLUMNS = tuple(field.name for field in fields(Family))
PLACE_COLUMNS = (
    "municipality",
    "first",
    "last",
    "largest_home",
    "services",
    "languages",
    "training",
    "housing",
    "work",
    *(name.replace("-", "_") for name in RESOURCES),
    *(f"used_{name.replace('-', '_')}" for name in RESOURCES),
)


def _place(row: _Cells) -> Place:
    row.needed("persons")
    agreed, used = {}, {}
    for name in RESOURCES:
        column = name.replace("-", "_")
        if row.text(column):
            agreed[name] = row.number(column)
        if row.text(f"used_{column}"):
            used[name] = row.number(f"used_{column}")
    return Place(
        municipality=_code(row.needed("municipality")),
        agreed=agreed,
        used=used,
        first=row.day("first"),
        last=row.day("last"),
        largest_home=row.number("largest_home"),
        services=row.listed("services"),
        languages=tuple(one.lower() for one in row.listed("languages")) if row.text("languages") else None,
        training=row.share("training"),
        housing=row.share("housing"),
        work=dict(row.weighed("work")),
    )


def read_families(path: Path) -> tuple[list[Family], Table]:
    """Raises `TableError` with every wrong row."""
    return _read(path, FAMILY_COLUMNS, ("id", "persons", "group"), _family, lambda family: family.id)


def read_places(path: Path) -> tuple[list[Place], Table]:
    """Raises `TableError` with every wrong row."""
    return _read(path, PLACE_COLUMNS, ("municipality", "persons"), _place, lambda place: place.municipality)


def _read(
    path: Path,
    columns: tuple[str, ...],
    needed: tuple[str, ...],
    make: Callable[[_Cells], Any],
    key: Callable[[Any], str],
) -> tuple[list[Any], Table]:
    header, lines = _lines(path)
    problems = [f"{path.name}: the column {name} is missing" for name in needed if name not in header]
    for name in header:
        if name in NEVER_SENT:
            problems.append(f"{path.name}: the column {name} must not be sent: no decision may rest on it")
        elif name not in columns:
            problems.append(f"{path.name}: the column {name!r} is unknown; known are {', '.join(columns)}")
    problems += [
        f"{path.name}: the column {name} is there twice"
        for name in sorted(set(header))
        if header.count(name) > 1
    ]
    if problems:
        raise TableError(problems)
    found: list[Any] = []
    rows: dict[str, list[int]] = {}
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            problems.append(f"{path.name} row {number}: {len(cells)} cells for {len(header)} columns")
            continue
        row = _Cells(dict(zip(header, cells, strict=False)))
        one = make(row)
        problems += [f"{path.name} row {number}: {text}" for text in row.problems]
        found.append(one)
        rows.setdefault(key(one), []).append(number)
    if problems:
        raise TableError(problems)
    return found, Table(path, rows)


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, in small letters with underscores, and the rows with their numbers as a spreadsheet shows them."""
    if path.stat().st_size > MOST_BYTES:
        raise TableError([f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB"])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError([f"{path.name} is not UTF-8 text (byte {error.start})"]) from None
    first = text.split("\n", 1)[0]
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        header = [name.strip().lower().replace("-", "_").replace(" ", "_") for name in next(reader, [])]
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise TableError([f"{path.name} row {reader.line_num}: {error}"]) from None
    if not header:
        raise TableError([f"{path.name} is empty"])
    return header, lines


def read_settings(path: Path | None, day: date) -> Settings:
    """Settings of a TOML file; ``day`` where the file has none. Raises `TableError`."""
    if path is None:
        return Settings(day)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError([f"{path.name}: {error}"]) from None
    known = {field.name: field for field in fields(Settings)}
    problems = [
        f"{path.name}: {name} is unknown; known are {', '.join(known)}" for name in data if name not in known
    ]
    kinds: dict[str, tuple[type, ...]] = {
        "day": (date,),
        "division": (str,),
        "targets": (dict,),
        "weights": (dict,),
        "care_in": (list,),
        "reach_km": (int, float),
        "fairness_pct": (int, float),
        "wishes_pct": (int, float),
        "lottery_points": (int,),
        "effort": (int, float),
    }
    for name, value in data.items():
        if name in kinds and (not isinstance(value, kinds[name]) or isinstance(value, bool)):
            problems.append(f"{path.name}: {name} is of the wrong kind ({value!r})")
    for name, value in (data.get("targets") or {}).items() if not problems else ():
        if isinstance(value, bool) or not isinstance(value, int):
            problems.append(f"{path.name}: the target of area {name} must be a whole number")
    weights: dict[str, float | tuple[float, ...]] = {}
    for name, value in (data.get("weights") or {}).items() if not problems else ():
        numbers = value if isinstance(value, list) else [value]
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
            problems.append(f"{path.name}: the weight of {name} must be a number")
        else:
            weights[name] = tuple(float(one) for one in numbers) if isinstance(value, list) else float(value)
    if problems:
        raise TableError(problems)
    if "care_in" in data:
        data["care_in"] = tuple(_code(str(code)) for code in data["care_in"])
    return Settings(**{"day": day, **data, "weights": weights})
