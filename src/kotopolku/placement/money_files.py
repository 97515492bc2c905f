"""A year's or a claim's lines as a file, and the names of what stands in them. Not for: who may take them (pages)."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kotopolku.clients.exports import harmless
from kotopolku.clients.wording import language
from kotopolku.law import Explanation
from kotopolku.law.statutes import cite
from kotopolku.placement.models import ClaimLine
from kotopolku.placement.queries.money import Year

KINDS: dict[str, Promise] = {
    "calculated": gettext_lazy("Calculated compensation"),
    "first-adult-year": gettext_lazy("First year as an adult"),
    "assessment": gettext_lazy("Initial assessment"),
    "preparing": gettext_lazy("Preparing for reception"),
    "special": gettext_lazy("Special costs"),
    "not-paid": gettext_lazy("Not paid"),
}
RECEIVERS: dict[str, Promise] = {
    "municipality": gettext_lazy("municipality"),
    "county": gettext_lazy("wellbeing services county, or Helsinki in its place"),
    "aland-municipality": gettext_lazy("municipality in Åland"),
    "aland-health": gettext_lazy("health and medical care authority of Åland"),
}
PROBLEMS: dict[str, Promise] = {
    "no-birth-date": gettext_lazy("The birth date is missing. Write it on the client's page."),
    "born-after-arrival": gettext_lazy("The birth date is after the first municipality of residence."),
    "stay-reversed": gettext_lazy("The last day in the municipality is before the first."),
    "stays-overlap": gettext_lazy("Two stays overlap."),
}
Cell = str | int | date | Decimal


@dataclass(frozen=True)
class FileLine:
    """One row of the file. No name and no birth date: the person is a client number."""

    client_number: str
    kind: str
    receiver: str
    first: date
    last: date
    days: int
    base: int
    yearly: Decimal
    euros: Decimal
    section: str
    reasons: str

    def cells(self) -> list[Cell]:
        return [
            self.client_number,
            str(KINDS[self.kind]),
            str(RECEIVERS[self.receiver]),
            self.first,
            self.last,
            self.days,
            self.base,
            self.yearly,
            self.euros,
            self.section,
            self.reasons,
        ]


def headers() -> list[str]:
    return [
        _("Client number"),
        _("For what"),
        _("To"),
        _("From"),
        _("To and with"),
        _("Days"),
        _("Days of the whole year"),
        _("Euros a year"),
        _("Euros"),
        _("Section"),
        _("Reasons"),
    ]


def of_year(found: Year) -> list[FileLine]:
    """Every line of a year, the county's among them, and its costs."""
    lang = language()
    lines = [
        FileLine(
            one.resident.client_number,
            line.kind.value,
            line.receiver.value,
            line.period.first,
            line.period.last,
            line.days,
            line.base,
            line.yearly,
            line.euros,
            line.section(lang),
            _spoken(line.explanation, lang),
        )
        for one in found.people
        for line in one.lines
    ]
    lines += [
        FileLine(
            line.agreement.client_number,
            line.kind.value,
            found.receiver.value,
            line.cost.first,
            line.cost.last,
            line.days,
            line.days,
            line.cost.euros,
            line.cost.euros,
            line.rule.citation(lang) if line.rule else "",
            _spoken(line.explanation, lang),
        )
        for line in found.costs
        if line.fits
    ]
    return lines


def of_claim(lines: Iterable[ClaimLine]) -> list[FileLine]:
    """The lines as they were claimed."""
    lang = language()
    return [
        FileLine(
            line.client_number,
            line.kind,
            line.receiver,
            line.first,
            line.last,
            line.days,
            line.base,
            line.yearly,
            line.euros,
            cite(line.act, line.section, lang),
            _spoken(Explanation.from_json(line.explanation), lang),
        )
        for line in lines
    ]


def _spoken(explanation: Explanation, lang: str) -> str:
    return " ".join(f"{text} [{source}]" if source else text for text, source in explanation.lines(lang))


def as_csv(lines: Sequence[FileLine]) -> bytes:
    """Semicolons and a byte order mark, as spreadsheets in Finland open it; sums with a decimal comma, days as ISO."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers())
    for line in lines:
        writer.writerow([_typed(cell) for cell in line.cells()])
    return text.getvalue().encode("utf-8-sig")


def _typed(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return str(cell).replace(".", ",")
    return harmless(cell) if isinstance(cell, str) else str(cell)


def as_xlsx(lines: Sequence[FileLine]) -> bytes:
    """Sums are written as numbers and days as days; nothing is read as a formula."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Compensation")[:31])
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "d.m.yyyy"})
    sums = book.add_format({"num_format": "#,##0.00"})
    for column, words in enumerate(headers()):
        sheet.write_string(0, column, words, bold)
    for number, line in enumerate(lines, start=1):
        for column, cell in enumerate(line.cells()):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, Decimal):
                sheet.write_number(number, column, float(cell), sums)
            elif isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(lines), 1), len(headers()) - 1)
    sheet.set_column(0, len(headers()) - 1, 16)
    book.close()
    return file.getvalue()
