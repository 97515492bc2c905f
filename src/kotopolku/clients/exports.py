"""The client list as a file. What a cell holds is text or a day, never something a spreadsheet would run."""

import csv
import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.clients.pages_due import STAGES
from kotopolku.clients.queries import ExportRow
from kotopolku.reference import queries as reference

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters at which spreadsheets begin a formula (OWASP, CSV injection)."""

Cell = str | date


def file_name(kind: str) -> str:
    return f"kotopolku-{clock.today().isoformat()}.{kind}"


def headers() -> list[str]:
    return [
        _("Client number"),
        _("Family name"),
        _("Given names"),
        _("Date of birth"),
        _("Service language"),
        _("Municipality"),
        _("Stage"),
        _("Own worker"),
        _("Client since"),
        _("Next deadline"),
        _("Last day"),
    ]


def cells(row: ExportRow) -> list[Cell]:
    """One row. A municipality hidden by a non-disclosure order is said to be hidden, never left blank."""
    language = reference.language(row.service_language)
    place = reference.municipality_by_code(row.municipality)
    return [
        row.case_number,
        row.family_name,
        row.given_names,
        row.birth_date or "",
        language.name() if language else row.service_language,
        _("hidden") if row.protected else (place.name() if place else row.municipality),
        str(STAGES[row.stage]),
        row.worker_name,
        row.started_on,
        row.next_rule,
        row.next_due or "",
    ]


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(RUNS) else text


def as_csv(rows: Sequence[ExportRow]) -> bytes:
    """Semicolons and a byte order mark, as spreadsheets in Finland open it; days as ISO."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers())
    for row in rows:
        writer.writerow(
            [cell.isoformat() if isinstance(cell, date) else harmless(cell) for cell in cells(row)]
        )
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[ExportRow]) -> bytes:
    """Texts are written as texts and days as days, so that nothing is read as a formula."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Clients")[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "d.m.yyyy"})
    for column, words in enumerate(headers()):
        sheet.write_string(0, column, words, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(cells(row)):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            else:
                sheet.write_string(number, column, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(headers()) - 1)
    sheet.set_column(0, len(headers()) - 1, 18)
    book.close()
    return file.getvalue()
