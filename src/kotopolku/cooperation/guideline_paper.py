"""A version of a work-permit guideline as a file: CSV for tables, tagged PDF by ``letters.booklet``.

Not for: the page (``templates/cooperation/guideline.html``), who may read it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from kotopolku.clients.exports import harmless
from kotopolku.clients.wording import language
from kotopolku.cooperation import wording_guidelines as wording
from kotopolku.cooperation import wording_positions as positions
from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineState, GuidelineTable
from kotopolku.cooperation.queries.guideline_texts import first_and_last, line_of, occupation_name
from kotopolku.letters import booklet

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
    title = _("Work-permit guideline %(number)s") % {"number": of.number}
    return booklet.as_pdf(
        {
            "title": title,
            "contents": "",
            "lang": language(),
            "rtl": False,
            "keeper": of.organisation.name,
            "day": wording.day(of.signed_on) if of.signed_on else "",
            "footer": f"{of.organisation.name} · {title}",
            "pages": [
                _page(title, [booklet.paragraph(one) for one in _facts(of)], level=1),
                *_said(_("What holds for the whole guideline"), of.note),
                *_occupations(rows),
                *_said(_("The labour market"), of.market),
                *_position(of),
                *(_figures(one) for one in tables),
            ],
        }
    )


def _page(
    title: str, parts: list[booklet.Part], *, notes: Iterable[str] = (), lang: str = "", level: int = 2
) -> dict[str, Any]:
    """A part of the paper under a heading; ``lang``: of what stands in it, when that is not the page's."""
    return {
        "title": title,
        "level": level,
        "lang": lang or language(),
        "rtl": False,
        "notes": list(notes),
        "parts": parts,
    }


def _facts(of: Guideline) -> list[str]:
    first, last = first_and_last(of)
    found = []
    if of.state == GuidelineState.DRAFT:
        found.append(_("This is a draft. It has not been adopted."))
    elif of.state == GuidelineState.WITHDRAWN:
        found.append(_("Withdrawn: %(why)s") % {"why": of.reason})
    elif of.reason:
        found.append(f"{_('Withdrawn in a part of its regions:')} {of.reason}")
    found.append(f"{_('In which regions')}: {wording.regions(of.regions)}")
    found.append(f"{_('In force')}: {wording.day(first)} – {wording.day(last)}")
    if of.signed_on:
        found.append(f"{_('Signed')}: {wording.day(of.signed_on)}, {of.signer}")
    return found


def _said(title: str, texts: dict[str, str]) -> list[dict[str, Any]]:
    words = wording.said(texts)
    return [_page(title, booklet.parts_of(words), lang=wording.said_in(texts))] if words else []


def _occupations(rows: Iterable[GuidelineOccupation]) -> Iterator[dict[str, Any]]:
    lines = [wording.shown_line(line_of(row)) for row in rows]
    for title, lifted in (
        (_("Occupations for which the availability of labour is not tested"), True),
        (_("Exceptions, for which it is tested"), False),
    ):
        chosen = [line for line in lines if line["lifted"] is lifted]
        if chosen:
            header = [_("Code"), _("Occupation"), _("Conditions")]
            cells = [(one["code"], one["name"], ". ".join(one["conditions"]) or "–") for one in chosen]
            yield _page(title, [_table(header, cells)])


def _position(of: Guideline) -> list[dict[str, Any]]:
    """The body's position as it was adopted, or the text of an older version; nothing for who may not see it."""
    title, kept = _("Position of the regional body"), of.body_position
    if kept is not None:
        notes = (kept.title, positions.adopted(kept))
        return [_page(title, booklet.parts_of(kept.text), notes=notes, lang=kept.language)]
    return [_page(title, booklet.parts_of(of.position))] if of.position else []


def _figures(table: GuidelineTable) -> dict[str, Any]:
    told = _("Source: %(source)s, %(time)s") % {"source": table.source, "time": table.figures_of}
    return _page(table.title_text, [_table(table.columns, table.rows)], notes=[told])


def _table(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> booklet.Part:
    cells = [[{"text": str(cell)}] for row in rows for cell in row]
    return {
        "kind": "table",
        "columns": len(header),
        "header": [[{"text": str(one)}] for one in header],
        "cells": cells,
    }
