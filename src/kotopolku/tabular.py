"""Reads a file of rows, whatever it is: CSV in any usual encoding, XLSX, JSON. Pure: no Django, no database.

Nothing in it is believed: sizes are bounded before anything is unpacked, and formulas are left as texts for the rooms to
refuse. Not for: what the columns mean.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


MOST_BYTES = 100 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_RATIO = 300
"""Unpacked to packed size of an XLSX; spreadsheets stay under 100, bombs are over 1,000."""
MOST_COLUMNS = 300
MOST_ROWS = 500_000
LONGEST_CELL = 32_767
"""The longest text that a spreadsheet's cell can hold."""
DELIMITERS = ";,\t|"
NORDIC = set("äöåÄÖÅéÉüÜæøÆØßáíóúñçèàêâîôûëïÿšžŠŽ€–—’‘“”…·°§½´«»© ")
"""What non-ASCII letters of a Western text are likely to be."""

WORDS: dict[str, str] = {
    "empty": _("The file is empty."),
    "columns": _("The file has more than %(columns)s columns. Take away those that are not needed."),
    "kind": _("This is not a CSV, XLSX or JSON file. Save the table as one of these and choose it again."),
    "encoding": _(
        "The letters of the file cannot be read: it is neither UTF-8 nor Windows-1252 (Latin 1). "
        "Save it as “CSV UTF-8” and choose it again."
    ),
    "one-column": _(
        "The first row has only one column. Separate the columns with semicolons, commas or tabs."
    ),
    "row": _("Row %(number)s cannot be read. Look for a quotation mark that is not closed."),
    "broken": _("The XLSX file is broken. Open it in a spreadsheet, save it again and choose it again."),
    "json": _("The JSON file is not well formed."),
    "no-rows": _("The file has a header but no rows under it."),
    "header-twice": _("Two columns have the same header, “%(header)s”. Give each a name of its own."),
}
"""Why a file cannot be read, and what to do. A room adds its own of too-big, too-many, bomb and json-shape."""


class Unreadable(Exception):
    """The file cannot be read at all. ``code`` names the reason (``WORDS``), ``params`` its details."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Table:
    """A file as read: its headers and its rows, each with its number in the file (the header is row 1)."""

    kind: str
    """csv, xlsx or json."""
    encoding: str
    """utf-8, utf-8-sig, utf-16 or windows-1252; empty for a format that has none."""
    headers: tuple[str, ...]
    rows: Sequence[tuple[int, list[str]]]


@dataclass(frozen=True)
class Shape:
    """How large a file may be, and how it is written as JSON: a list, perhaps under ``key``, of objects.

    ``unfold``: the rows of one object of the list; None for objects that are the rows.
    """

    key: str
    most_bytes: int = MOST_BYTES
    most_rows: int = MOST_ROWS
    unfold: Callable[[dict[str, Any]], list[dict[str, Any]]] | None = None


def read(name: str, content: bytes, shape: Shape) -> Table:
    """The table in the file. Raises ``Unreadable``. The format is told from the content, not from the name."""
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > shape.most_bytes:
        raise Unreadable("too-big", megabytes=shape.most_bytes // 1024 // 1024)
    if content.startswith(b"PK\x03\x04"):
        return _xlsx(content, shape)
    if content.startswith(
        (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b")
    ):
        raise Unreadable("kind")
    text, encoding = decoded(content)
    if name.lower().endswith(".json") or text.lstrip().startswith(("[", "{")):
        return _json(text, encoding, shape)
    return _csv(text, encoding, shape)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding. Raises ``Unreadable`` when it is none of those known; never a text with wrong letters."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return _text(content.decode(encoding)), encoding
            except UnicodeDecodeError:
                raise Unreadable("encoding") from None
    try:
        return _text(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = _text(content.decode("windows-1252"))
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    strange = [letter for letter in text if ord(letter) > 127]
    if sum(letter in NORDIC for letter in strange) < 0.8 * len(strange):
        raise Unreadable("encoding")
    return text, "windows-1252"


def _text(text: str) -> str:
    if any(letter < " " and letter not in "\t\r\n" for letter in text[:100_000]) or "\0" in text:
        raise Unreadable("kind")
    return text


def _csv(text: str, encoding: str, shape: Shape) -> Table:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    if first.count(delimiter) == 0:
        raise Unreadable("one-column")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            _not_too_many(len(rows) - 1, shape)
    except csv.Error:
        raise Unreadable("row", number=reader.line_num) from None
    return _table("csv", encoding, rows)


def _xlsx(content: bytes, shape: Shape) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            listed = packed.infolist()
            unpacked = sum(one.file_size for one in listed)
            names = {one.filename for one in listed}
    except zipfile.BadZipFile:
        raise Unreadable("broken") from None
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(content) or len(listed) > 2_000:
        raise Unreadable("bomb")
    if "xl/workbook.xml" not in names:
        raise Unreadable("kind")
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        rows = []
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = [_cell(cell) for cell in cells]
            if any(text.strip() for text in texts):
                rows.append((number, texts))
            _not_too_many(len(rows) - 1, shape)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises many kinds for a broken file
        raise Unreadable("broken") from error
    return _table("xlsx", "", rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _json(text: str, encoding: str, shape: Shape) -> Table:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("json") from None
    if isinstance(found, dict):
        found = found.get(shape.key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable("json-shape")
    if shape.unfold is not None:
        found = [row for one in found for row in shape.unfold(one)]
    _not_too_many(len(found), shape)
    headers = list(dict.fromkeys(name for one in found for name in one))
    rows = [(number, [_flat(one.get(name)) for name in headers]) for number, one in enumerate(found, start=2)]
    return _table("json", encoding, [(1, headers), *rows])


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_flat(part) for part in value)
    return json.dumps(value) if isinstance(value, dict) else _cell(value)


def _not_too_many(rows: int, shape: Shape) -> None:
    if rows > shape.most_rows:
        raise Unreadable("too-many", rows=shape.most_rows)


def _table(kind: str, encoding: str, rows: list[tuple[int, list[str]]]) -> Table:
    if len(rows) < 2:
        raise Unreadable("no-rows")
    headers = [header.strip() for header in rows[0][1]]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        raise Unreadable("columns", columns=MOST_COLUMNS)
    twice = next((header for header in headers if header and headers.count(header) > 1), None)
    if twice is not None:
        raise Unreadable("header-twice", header=twice)
    return Table(kind, encoding, tuple(headers), rows[1:])
