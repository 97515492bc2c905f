"""A version of a work-permit guideline as a file: CSV for tables, tagged PDF with Typst.

Not for: the page (``templates/cooperation/guideline.html``), who may read it.
"""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kotopolku.clients.exports import harmless
from kotopolku.clients.wording import language
from kotopolku.cooperation import wording_guidelines as wording
from kotopolku.cooperation import wording_positions as positions
from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineState, GuidelineTable
from kotopolku.cooperation.queries.guideline_texts import first_and_last, line_of, occupation_name
from kotopolku.letters.paper import FONTS
from kotopolku.markup import plain

LAYOUT = Path(__file__).parent / "documents" / "guideline.typ"
HEADER = (
    "code",
    "name_fi",
    "name_sv",
    "name_en",
    "lifted",
    "full_time",
    "income_eur",
    "condition_fi",
    "condition_sv",
    "municipalities",
)


def file_name(of: Guideline) -> str:
    return f"guideline-{slugify(of.number) or of.pk}-{of.pk}"


def as_csv(rows: Iterable[GuidelineOccupation]) -> bytes:
    """One occupation a row, columns by semicolons, UTF-8 with its mark so that spreadsheets read it."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEADER)
    for row in rows:
        table.writerow(
            [
                row.code,
                *(occupation_name(row.code, lang) for lang in ("fi", "sv", "en")),
                "1" if row.lifted else "0",
                "1" if row.full_time else "0",
                "" if row.income_eur is None else str(row.income_eur),
                *(harmless(row.condition.get(lang, "")) for lang in ("fi", "sv")),
                " ".join(row.municipalities),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def as_pdf(of: Guideline, rows: Iterable[GuidelineOccupation], tables: Iterable[GuidelineTable]) -> bytes:
    """The version as PDF/UA-1 in the page's language; the same content gives the same bytes."""
    return bytes(
        typst.compile(
            str(LAYOUT),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(path) for path in FONTS if path.is_dir()],
            ignore_system_fonts=True,
            sys_inputs={"guideline": json.dumps(_content(of, rows, tables), ensure_ascii=False)},
            timestamp=0,
        )
    )


def _content(
    of: Guideline, rows: Iterable[GuidelineOccupation], tables: Iterable[GuidelineTable]
) -> dict[str, Any]:
    lines = [wording.shown_line(line_of(row)) for row in rows]
    first, last = first_and_last(of)
    facts = [
        (_("Regions"), wording.regions(of.regions)),
        (_("In force"), f"{wording.day(first)} – {wording.day(last)}"),
    ]
    if of.signed_on:
        facts.append((_("Signed"), f"{wording.day(of.signed_on)}, {of.signer}"))
    parts: list[dict[str, Any]] = []
    if of.state == GuidelineState.DRAFT:
        parts.append({"kind": "text", "paragraphs": [_("This is a draft. It has not been adopted.")]})
    if of.state == GuidelineState.WITHDRAWN:
        parts.append({"kind": "text", "paragraphs": [_("Withdrawn: %(why)s") % {"why": of.reason}]})
    parts += _texts(_("What holds for the whole guideline"), wording.said(of.note))
    for title, lifted in (
        (_("Occupations for which the availability of labour is not tested"), True),
        (_("Exceptions, for which it is tested"), False),
    ):
        chosen = [line for line in lines if line["lifted"] is lifted]
        if chosen:
            header = [_("Code"), _("Occupation"), _("Conditions")]
            cells = [
                cell
                for line in chosen
                for cell in (line["code"], line["name"], ". ".join(line["conditions"]) or "–")
            ]
            parts += [
                {"kind": "heading", "text": title},
                {"kind": "table", "header": header, "cells": cells, "widths": ["auto", "1fr", "1fr"]},
            ]
    parts += _texts(_("The labour market"), wording.said(of.market))
    parts += _texts(_("Position of the regional body"), _position(of) or of.position)
    for table in tables:
        told = _("Source: %(source)s, %(time)s") % {"source": table.source, "time": table.figures_of}
        parts += [
            {"kind": "heading", "text": table.title_text},
            {
                "kind": "table",
                "header": [str(cell) for cell in table.columns],
                "cells": [str(cell) for row in table.rows for cell in row],
                "widths": ["auto"] * len(table.columns),
            },
            {"kind": "text", "paragraphs": [told]},
        ]
    title = _("Work-permit guideline %(number)s") % {"number": of.number}
    return {
        "lang": language(),
        "title": title,
        "keeper": of.organisation.name,
        "facts": facts,
        "parts": parts,
        "footer": f"{of.organisation.name} · {title}",
    }


def _position(of: Guideline) -> str:
    """The body's position as it was adopted; empty without one, or for who may not see it."""
    kept = of.body_position
    return "\n\n".join((kept.title, positions.adopted(kept), kept.text)) if kept else ""


def _texts(title: str, words: str) -> list[dict[str, Any]]:
    """A heading with its paragraphs, without the marks of Markdown; nothing for an empty text."""
    blocks = [block for block in words.replace("\r", "").split("\n\n") if block.strip()]
    paragraphs = [plain(line) for block in blocks for line in _lines(block)]
    if not paragraphs:
        return []
    return [{"kind": "heading", "text": title}, {"kind": "text", "paragraphs": paragraphs}]


def _lines(block: str) -> list[str]:
    """A block's paragraphs: items of a list and headings stand on lines of their own."""
    lines = [line for line in block.split("\n") if line.strip()]
    marked = any(line.lstrip().startswith(("- ", "* ", "#")) for line in lines)
    return lines if marked else [block]
