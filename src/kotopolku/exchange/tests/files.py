"""Files of invented clients for this room's tests."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from kotopolku.clients.tests.factories import identity_code

HEADERS = (
    "Sukunimi",
    "Etunimet",
    "Henkilötunnus",
    "Äidinkieli",
    "Kansalaisuus",
    "Kunta",
    "Asiakkuus alkoi",
    "Puhelin",
)
FIRST = "AEIOU"


def name(number: int) -> str:
    """A name that no other number has, with sounds of its own."""
    letters = "".join("bdfglmnrst"[int(digit)] + FIRST[int(digit) % 5].lower() for digit in str(number))
    return f"{letters.capitalize()}nen"


def client(number: int, **changes: str) -> dict[str, str]:
    """One row by header; each number is another person with a temporary identity code."""
    born = date(1950, 1, 1) + timedelta(days=number // 90)
    return {
        "Sukunimi": name(number),
        "Etunimet": "Äijä Örjan",
        "Henkilötunnus": identity_code(born, number % 90),
        "Äidinkieli": "arabia",
        "Kansalaisuus": "Syyria",
        "Kunta": "Vantaa",
        "Asiakkuus alkoi": "2.11.2026",
        "Puhelin": "+358 40 0000000",
    } | changes


def clients(number: int) -> list[dict[str, str]]:
    return [client(one) for one in range(number)]


def as_csv(rows: Iterable[Mapping[str, str]], *, encoding: str = "utf-8", delimiter: str = ";") -> bytes:
    listed = list(rows)
    headers = list(dict.fromkeys(header for row in listed for header in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Mapping[str, Any]], formulas: Mapping[tuple[int, int], str] = {}) -> bytes:
    listed = list(rows)
    headers = list(dict.fromkeys(header for row in listed for header in row))
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headers)
    for number, row in enumerate(listed, start=1):
        for column, header in enumerate(headers):
            if (number, column) in formulas:
                sheet.write_formula(number, column, formulas[number, column])
            else:
                sheet.write(number, column, row.get(header, ""))
    book.close()
    return file.getvalue()
