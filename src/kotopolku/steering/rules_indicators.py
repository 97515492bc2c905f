"""Indicators' places, years and figures: what is read from a form or a file, and how a series is drawn.

Pure: no Django. Not for: what is stored (``actions.indicators``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kotopolku import tabular
from kotopolku.tabular import Shape

COUNTRY = "country"
FIRST_YEAR = 1990
MOST = Decimal("999999999999.99")
FILE = Shape(key="values", most_bytes=2 * 1024 * 1024, most_rows=5_000)
_PLACE = re.compile(r"^(country|region-[0-9]{2}|municipality-[0-9]{3})$")
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "indicator": ("indicator", "mittari", "indikaattori", "indikator", "key", "tunnus", "kod"),
    "place": ("place", "paikka", "alue", "plats", "område", "area"),
    "year": ("year", "vuosi", "år"),
    "value": ("value", "arvo", "luku", "värde"),
    "source": ("source", "lähde", "källa"),
}
NEEDED = ("indicator", "place", "year", "value")
NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"


class NoColumns(Exception):
    """The file lacks columns that are needed. ``columns`` are their names."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__(", ".join(columns))
        self.columns = tuple(columns)


@dataclass(frozen=True)
class Raw:
    """A row of the file as it stands there; ``number`` is its row in the file."""

    number: int
    indicator: str
    place: str
    year: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class Known:
    """What a file is checked against. ``places`` by what people call them; ``stored`` by indicator, place, year."""

    indicators: Mapping[str, int]
    places: Mapping[str, str]
    stored: Mapping[tuple[int, str, int], tuple[Decimal, str]]
    last_year: int


@dataclass(frozen=True)
class Checked:
    """A row as it would be written. ``problem``: code of what is wrong, empty when nothing is."""

    raw: Raw
    state: str
    problem: str = ""
    indicator: int = 0
    place: str = ""
    year: int = 0
    value: Decimal = Decimal(0)
    before: Decimal | None = None


def rows_of(name: str, content: bytes) -> list[Raw]:
    """The rows of a file. Raises ``tabular.Unreadable``, ``NoColumns``."""
    table = tabular.read(name, content, FILE)
    places: dict[str, int] = {}
    for number, header in enumerate(table.headers):
        word = header.strip().lower()
        found = next((column for column, words in HEADERS.items() if word in words), None)
        if found is not None:
            places.setdefault(found, number)
    missing = [column for column in NEEDED if column not in places]
    if missing:
        raise NoColumns(missing)
    return [
        Raw(number, **{column: cells[at].strip() if at < len(cells) else "" for column, at in places.items()})
        for number, cells in table.rows
    ]


def figure(text: str) -> Decimal | None:
    """12,5 · 12.5 · 1 234,5 as a number with at most two decimals; None when it is none, or a formula."""
    plain = text.strip().translate(_SPACES).replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,10})?", plain):
        return None
    try:
        number = Decimal(plain.replace(",", ".")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return number if abs(number) <= MOST else None


def is_place(text: str) -> bool:
    """``country``, ``region-NN`` or ``municipality-NNN``."""
    return bool(_PLACE.match(text))


def check(rows: Sequence[Raw], known: Known) -> list[Checked]:
    """Every row in the order of the file: new, changed, the same as is stored, or wrong."""
    seen: set[tuple[int, str, int]] = set()
    found = []
    for raw in rows:
        one = _checked(raw, known)
        key = (one.indicator, one.place, one.year)
        if one.state != WRONG and key in seen:
            one = Checked(raw, WRONG, "twice")
        seen.add(key)
        found.append(one)
    return found


def _checked(raw: Raw, known: Known) -> Checked:
    indicator = known.indicators.get(raw.indicator.strip().lower())
    if indicator is None:
        return Checked(raw, WRONG, "indicator")
    place = known.places.get(raw.place.strip().lower())
    if place is None:
        return Checked(raw, WRONG, "place")
    if not re.fullmatch(r"[0-9]{4}", raw.year.strip()) or not is_year(int(raw.year), known.last_year):
        return Checked(raw, WRONG, "year")
    value = figure(raw.value)
    if value is None:
        return Checked(raw, WRONG, "value")
    if len(raw.source) > 300:
        return Checked(raw, WRONG, "source")
    year = int(raw.year)
    stored = known.stored.get((indicator, place, year))
    if stored is None:
        return Checked(raw, NEW, "", indicator, place, year, value)
    same = stored == (value, raw.source.strip())
    return Checked(raw, SAME if same else CHANGED, "", indicator, place, year, value, stored[0])


def is_year(year: int, last_year: int) -> bool:
    return FIRST_YEAR <= year <= last_year


# Whole areas from their municipalities ------------------------------------------------------------------------------


def weighted(parts: Iterable[tuple[int, Decimal]]) -> Decimal | None:
    """The share of a whole from its parts' (people, share); None without people. Rounded to two decimals."""
    people, total = 0, Decimal(0)
    for number, share in parts:
        people += number
        total += number * share
    return (total / people).quantize(Decimal("0.01")) if people else None


# Drawing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    year: int
    value: Decimal


@dataclass(frozen=True)
class Picture:
    """A series as a line of 600 × 180; ``line`` are its points as SVG writes them."""

    dots: tuple[Dot, ...]
    least: Decimal
    most: Decimal

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def first(self) -> Dot:
        return self.dots[0]

    @property
    def last(self) -> Dot:
        return self.dots[-1]


LEFT, RIGHT, TOP, BOTTOM = 80, 580, 15, 150


def picture(series: Sequence[tuple[int, Decimal]]) -> Picture | None:
    """The years in their places between ``LEFT`` and ``RIGHT``; the axis begins at zero unless figures are below it."""
    if len(series) < 2:
        return None
    ordered = sorted(series)
    first, last = ordered[0][0], ordered[-1][0]
    least = min(Decimal(0), *(value for _year, value in ordered))
    most = max(value for _year, value in ordered)
    span = (most - least) or Decimal(1)
    dots = [
        Dot(
            x=round(LEFT + (RIGHT - LEFT) * (year - first) / max(last - first, 1)),
            y=round(BOTTOM - float((value - least) / span) * (BOTTOM - TOP)),
            year=year,
            value=value,
        )
        for year, value in ordered
    ]
    return Picture(tuple(dots), least, most)
