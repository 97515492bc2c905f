"""An adopted programme as it is given to everybody: rows of a table, data of the interface, paper.

Not for: which programme (``access.py``), pages.
"""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kotopolku import law, markup
from kotopolku.clients.documents import as_pdf
from kotopolku.clients.exports import harmless
from kotopolku.steering import wording_programme
from kotopolku.steering.models import Line, NationalProgramme
from kotopolku.steering.pages_shown import Shown, branches
from kotopolku.steering.queries.programme import Branch
from kotopolku.steering.rules_programme import LANGUAGES

COLUMNS = (
    "number",
    "kind",
    "under",
    *(f"title_{language}" for language in LANGUAGES),
    *(f"text_{language}" for language in LANGUAGES),
    "section",
    "who",
    "first_day",
    "last_day",
    "money_eur",
    "indicators",
    "replaced_by",
)


def as_data(programme: NationalProgramme, tree: Sequence[Branch]) -> dict[str, Any]:
    """The programme as JSON has it: texts by language, days as ISO texts, money as a text of euros."""
    return {
        "id": programme.pk,
        "name": {language: getattr(programme, f"name_{language}") for language in LANGUAGES},
        "act": programme.act,
        "first_day": programme.days.lower.isoformat(),
        "last_day": programme.last_day.isoformat() if programme.last_day else None,
        "adopted_on": programme.adopted_on.isoformat() if programme.adopted_on else None,
        "decision": programme.decision,
        "invented": programme.invented,
        "lines": [_line(one.line, {other.line.pk: other.line for other in tree}) for one in tree],
    }


def _line(line: Line, lines: dict[int, Line]) -> dict[str, Any]:
    parent = lines.get(line.parent_id or 0)
    return {
        "id": line.pk,
        "kind": line.kind,
        "number": line.code,
        "under": parent.code if parent else None,
        "title": line.title,
        "text": line.text,
        "section": line.section,
        "who": [
            *([line.answers.name] if line.answers else []),
            *([line.answers_also] if line.answers_also else []),
        ],
        "first_day": line.days.lower.isoformat(),
        "last_day": line.last_day.isoformat() if line.last_day else None,
        "money_eur": None if line.money_eur is None else f"{line.money_eur:.2f}",
        "indicators": sorted(one.key for one in line.indicators.all()),
        "replaced_by": line.replaced_by.code if line.replaced_by else None,
        "version": line.number,
    }


def as_csv(programme: NationalProgramme, tree: Sequence[Branch]) -> bytes:
    """A row for each line, for spreadsheets: UTF-8 with its mark, semicolons; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in as_data(programme, tree)["lines"]:
        words = {
            f"{name}_{code}": one[name].get(code, "") for name in ("title", "text") for code in LANGUAGES
        }
        flat = one | words | {"who": "; ".join(one["who"]), "indicators": "; ".join(one["indicators"])}
        writer.writerow([harmless(str(flat[column] or "")) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def paper(
    programme: NationalProgramme,
    tree: Sequence[Branch],
    series: dict[int, list[tuple[int, Decimal]]],
    language: str,
) -> bytes:
    """The programme as a tagged PDF in ``language``."""
    with translation.override(language):
        return as_pdf(_content(programme, tree, series, language))


def _content(
    programme: NationalProgramme,
    tree: Sequence[Branch],
    series: dict[int, list[tuple[int, Decimal]]],
    language: str,
) -> dict[str, Any]:
    day = programme.adopted_on or programme.days.lower
    facts = [
        [_("Period"), wording_programme.period(programme.days.lower, programme.last_day)],
        [_("Act"), law.act_named(programme.act).names[language]],
    ]
    if programme.adopted_on:
        facts.append([_("Adopted by the Government"), law.day_text(programme.adopted_on, language)])
        facts.append([_("Number of the decision"), programme.decision])
    blocks: list[dict[str, Any]] = [{"kind": "facts", "rows": facts}]
    if programme.invented:
        blocks.append(
            {"kind": "note", "text": _("Invented for the example: not a programme of any government.")}
        )
    for one in branches(tree, language, day):
        blocks += _blocks(one, series, language)
    return {
        "lang": language,
        "title": wording_programme.named(programme, language),
        "author": programme.organisation.name,
        "organisation": programme.organisation.name,
        "case": programme.decision,
        "day": law.day_text(day, language),
        "lead": "",
        "footer": wording_programme.named(programme, language),
        "blocks": blocks,
    }


def _blocks(one: Shown, series: dict[int, list[tuple[int, Decimal]]], language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"kind": "heading" if one.depth == 0 else "subheading", "text": f"{one.line.code} {one.title}"}
    ]
    if one.title_language != language or (one.text and one.text_language != language):
        found.append({"kind": "note", "text": _("Not translated yet: shown in another language.")})
    for part in filter(str.strip, one.text.split("\n\n")):
        items = [row.strip()[2:] for row in part.splitlines() if row.strip().startswith("- ")]
        if items:
            found.append({"kind": "list", "items": [markup.plain(item) for item in items]})
        else:
            found.append({"kind": "text", "text": markup.plain(part)})
    rows = [
        [_("Section of the Act"), law.cited(one.line.section, language) if one.line.section else ""],
        [_("Who answers"), one.who],
        [_("Period"), one.period if one.depth else ""],
        [_("Money"), one.money],
        [_("Indicators"), ", ".join(_measured(each, series, language) for each in one.indicators)],
        [_("Ends before its time"), one.line.ended_reason],
    ]
    rows = [row for row in rows if row[1]]
    return [*found, {"kind": "facts", "rows": rows}] if rows else found


def _measured(indicator: Any, series: dict[int, list[tuple[int, Decimal]]], language: str) -> str:
    figures = series.get(indicator.pk, [])
    if not figures:
        return wording_programme.named(indicator, language)
    year, value = figures[-1]
    return f"{wording_programme.named(indicator, language)}: {wording_programme.figure(value)} {indicator.unit} ({year})"
