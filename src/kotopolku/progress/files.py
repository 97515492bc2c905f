"""A provider's file of a month: the form to fill in, and reading it row by row. Nothing is written here.

CSV (UTF-8 or Windows-1252) or XLSX. A formula is never read as a number. Not for: whether figures fit (``rules.py``).
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kotopolku.clients.exports import harmless
from kotopolku.clients.forms import DayField
from kotopolku.progress.forms import parse_month
from kotopolku.progress.queries import Participant
from kotopolku.progress.rules import Attendance

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
"""What an XLSX may become when unpacked: more is no list of participants."""
MOST_ROWS = 5_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "measure_id": ("participation", "osallistuminen", "deltagande"),
    "name": ("name", "nimi", "namn"),
    "title": ("course", "koulutus", "utbildning"),
    "month": ("month", "kuukausi", "månad"),
    "hours_planned": ("planned hours", "suunnitellut tunnit", "planerade timmar"),
    "hours_attended": ("attended hours", "läsnäolotunnit", "närvarotimmar"),
    "hours_absent": ("hours absent without leave", "luvattomat poissaolotunnit", "timmar utan tillstånd"),
    "longest_absence": (
        "days in a row without leave",
        "luvattomat päivät peräkkäin",
        "dagar i följd utan tillstånd",
    ),
    "last_attended_on": ("last day attended", "viimeinen läsnäolopäivä", "sista närvarodagen"),
}
"""Each column by its header in English, Finnish and Swedish; name and course are for the eye and not read."""
NEEDED = ("measure_id", "month", "hours_planned", "hours_attended")
LANGUAGES = ("en", "fi", "sv")


class FileRefused(Exception):
    """The whole file cannot be read; ``message`` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass
class FileRow:
    """One row as read: its number in the file, the figures when they are sound, else what is wrong by column."""

    number: int
    name: str
    row: Attendance | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    """(column's header, what is wrong and how to mend it)."""


def template(participants: Iterable[Participant], month: date, language: str) -> bytes:
    """The form of a month with the participants in it: semicolons and a byte order mark, as spreadsheets here open it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    writer.writerow([headers[place] for headers in COLUMNS.values()])
    for one in participants:
        line = [str(one.measure_id), harmless(one.name), harmless(one.title), f"{month.month}/{month.year}"]
        writer.writerow(line + [""] * 5)
    return text.getvalue().encode("utf-8-sig")


def read(content: bytes, name: str) -> list[FileRow]:
    """Every row with figures, sound or not. Rows in which no hours are written are passed over. Raises ``FileRefused``."""
    if len(content) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 2 MB. Send the participants in several files."))
    if not content.strip():
        raise FileRefused(_("The file is empty."))
    lines = _xlsx(content) if content[:2] == b"PK" else _csv(content, name)
    header = next(lines, [])
    places = _places(header)
    rows = []
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise FileRefused(_("The file has more than 5,000 rows. Send the participants in several files."))
        values = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
        if any(str(values.get(column, "")).strip() for column in COLUMNS if column.startswith("hours")):
            rows.append(_row(number, values, header, places))
    if not rows:
        raise FileRefused(_("There are no hours in the file."))
    return rows


def _csv(content: bytes, name: str) -> Iterator[list[Any]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:1000]:
        raise FileRefused(_("The file is neither CSV in UTF-8 nor XLSX. Save it again as CSV UTF-8."))
    if not name.lower().endswith((".csv", ".txt")):
        raise FileRefused(_("Choose a CSV or XLSX file."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise FileRefused(_("The file breaks off or has a wrong quotation mark.")) from error


def _xlsx(content: bytes) -> Iterator[list[Any]]:
    import openpyxl

    broken = _("The file is not a sound XLSX file. Save it again, or as CSV.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise FileRefused(broken)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        for cells in sheet.iter_rows(values_only=True):
            yield ["" if cell is None else cell for cell in cells]
    except FileRefused:
        raise
    except Exception as error:
        # The reader of such files fails in many ways on a broken one; whatever it says, the file is not sound.
        raise FileRefused(broken) from error


def _places(header: Sequence[Any]) -> dict[str, int]:
    """Where each known column stands."""
    known = {name: column for column, names in COLUMNS.items() for name in names}
    found = {
        known[text]: place
        for place, cell in enumerate(header)
        if (text := " ".join(str(cell).split()).casefold()) in known
    }
    missing = [COLUMNS[column][0] for column in NEEDED if column not in found]
    if missing:
        text = _(
            "The first row must name the columns. Missing: %(columns)s. Use the form that can be downloaded here."
        )
        raise FileRefused(text % {"columns": ", ".join(missing)})
    return found


NOT_NUMBER = gettext_noop("“%(value)s” is not a number of at least 0.")
NOT_MONTH = gettext_noop("“%(value)s” is not a month. Write it as 10/2026.")
NOT_DAY = gettext_noop("“%(value)s” is not a day. Write it as 29.4.2024.")
FORMULA = gettext_noop("Formulas are not read. Write the number itself.")
SHORTENED = 30


def _row(number: int, values: Mapping[str, Any], header: Sequence[Any], places: Mapping[str, int]) -> FileRow:
    read_row = FileRow(number, str(values.get("name", ""))[:100])
    figures: dict[str, Any] = {}

    def take(column: str, how: Any, message: str, otherwise: Any) -> None:
        value = values.get(column, "")
        if isinstance(value, str) and not value.strip():
            figures[column] = otherwise
            if otherwise is None and column in NEEDED:
                read_row.problems.append((_head(column), _("Something must stand here.")))
            return
        if str(value).lstrip().startswith("="):
            read_row.problems.append((_head(column), _(FORMULA)))
            return
        try:
            figures[column] = how(value)
        except (ValueError, InvalidOperation, ValidationError):
            shown = str(value)[:SHORTENED]
            read_row.problems.append((_head(column), _(message) % {"value": shown}))

    def _head(column: str) -> str:
        return str(header[places[column]]) if column in places else COLUMNS[column][0]

    take("measure_id", _whole, NOT_NUMBER, None)
    take("month", _month, NOT_MONTH, None)
    for column in ("hours_planned", "hours_attended"):
        take(column, _hours, NOT_NUMBER, None)
    take("hours_absent", _hours, NOT_NUMBER, Decimal(0))
    take("longest_absence", _whole, NOT_NUMBER, 0)
    take("last_attended_on", _day, NOT_DAY, None)
    if not read_row.problems:
        read_row.row = Attendance(**figures)
    return read_row


def _whole(value: Any) -> int:
    number = Decimal(str(value).strip())
    if not number.is_finite() or number < 0 or number != int(number) or number > 10**15:
        raise ValueError(value)
    return int(number)


def _hours(value: Any) -> Decimal:
    number = Decimal(str(value).strip().replace(",", "."))
    if not number.is_finite() or not 0 <= number < 10_000:
        raise ValueError(value)
    return number.quantize(Decimal("0.1"))


def _month(value: Any) -> date:
    if isinstance(value, datetime | date):
        return date(value.year, value.month, 1)
    return parse_month(str(value))


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    found = DayField().clean(str(value))
    if found is None:
        raise ValueError(value)
    return found


def to_json(rows: Iterable[Attendance]) -> list[dict[str, Any]]:
    """Rows as they wait, signed, for the person's word."""
    return [
        {
            name: value.isoformat()
            if isinstance(value, date)
            else str(value)
            if isinstance(value, Decimal)
            else value
            for name, value in vars(row).items()
        }
        for row in rows
    ]


def from_json(stored: Iterable[Mapping[str, Any]]) -> list[Attendance]:
    """The opposite of ``to_json``."""
    return [
        Attendance(
            measure_id=one["measure_id"],
            month=date.fromisoformat(one["month"]),
            hours_planned=Decimal(one["hours_planned"]),
            hours_attended=Decimal(one["hours_attended"]),
            hours_absent=Decimal(one["hours_absent"]),
            longest_absence=one["longest_absence"],
            last_attended_on=date.fromisoformat(one["last_attended_on"]) if one["last_attended_on"] else None,
        )
        for one in stored
    ]
