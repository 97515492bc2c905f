"""The summary of a hearing on paper (tagged PDF, set by Typst) and its answers as a table.

Not for: who may have them (``access_hearings.py``).
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kotopolku import clock
from kotopolku.clients.exports import harmless
from kotopolku.cooperation.models import StatementAnswer
from kotopolku.cooperation.queries.hearings import Block, Summary
from kotopolku.markup import plain


def content(found: Summary, day: date, language: str) -> dict[str, Any]:
    """The summary as the layout of papers takes it, in the language in use."""
    hearing = found.hearing
    facts = [
        [_("Statements by"), _day(hearing.answer_by)],
        [_("Gave a statement"), ", ".join(found.heard) or "–"],
    ]
    if hearing.opened_at:
        facts.insert(0, [_("Opened"), _day(hearing.opened_at.astimezone(clock.HELSINKI).date())])
    if found.silent:
        facts.append([_("Asked, gave no statement"), ", ".join(found.silent)])
    blocks: list[dict[str, Any]] = [{"kind": "facts", "rows": facts}]
    if hearing.summary:
        blocks.append({"kind": "heading", "text": _("Summary")})
        blocks += _paragraphs(hearing.summary)
    for number, block in enumerate(found.blocks, start=1):
        title = f"{number}. {block.question.text}" if block.question else _("In general")
        blocks.append({"kind": "heading", "text": title})
        if block.is_view:
            blocks.append({"kind": "note", "text": in_words(block)})
        for one in block.answers:
            blocks.append({"kind": "subheading", "text": one.statement.name})
            blocks += [{"kind": "text", "text": text} for text in _said(one)]
        if not block.answers:
            blocks.append({"kind": "note", "text": _("Nobody answered this.")})
    return {
        "lang": language,
        "title": hearing.title,
        "author": hearing.organisation.name,
        "organisation": hearing.organisation.name,
        "case": str(hearing.pk),
        "day": _day(day),
        "lead": "" if hearing.published_at else _("This has not been published."),
        "footer": _("Summary of the hearing: %(title)s") % {"title": hearing.title},
        "blocks": blocks,
    }


def _paragraphs(words: str) -> list[dict[str, Any]]:
    """A text with marks as blocks of the layout: paragraphs and lists, without bold and links."""
    found: list[dict[str, Any]] = []
    for part in words.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if lines and all(line.startswith(("- ", "* ")) for line in lines):
            found.append({"kind": "list", "items": [plain(line[2:]) for line in lines]})
        elif lines:
            found.append({"kind": "text", "text": plain(part)})
    return found


def in_words(block: Block) -> str:
    """The counts of views in one line."""
    found = block.counts
    parts = [
        ngettext("%(number)d agrees", "%(number)d agree", found.agree) % {"number": found.agree},
        ngettext("%(number)d agrees in part", "%(number)d agree in part", found.partly)
        % {"number": found.partly},
        ngettext("%(number)d disagrees", "%(number)d disagree", found.disagree) % {"number": found.disagree},
        ngettext("%(number)d has no view", "%(number)d have no view", found.none) % {"number": found.none},
    ]
    return ", ".join(parts)


def _said(one: StatementAnswer) -> list[str]:
    view = str(one.get_view_display()) if one.view else ""
    lines = [f"{view}. {one.text}" if view and one.text else view or one.text]
    if one.taken:
        taken = _("Taken into account: %(how)s.") % {"how": one.get_taken_display()}
        lines.append(f"{taken} {one.response}".strip())
    return lines


def as_csv(blocks: Sequence[Block]) -> bytes:
    """One row an answer; semicolons and a byte order mark, days as ISO."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Who"),
            _("Given on"),
            _("Late"),
            _("Question"),
            pgettext("opinion", "View"),
            _("Answer"),
            _("Taken into account"),
            _("How and why"),
        ]
    )
    for block in blocks:
        for one in block.answers:
            given = one.statement.given_at
            row = [
                one.statement.name,
                given.astimezone(clock.HELSINKI).date().isoformat() if given else "",
                _("yes") if one.statement.late else _("no"),
                block.question.text if block.question else _("In general"),
                str(one.get_view_display()) if one.view else "",
                one.text,
                str(one.get_taken_display()) if one.taken else "",
                one.response,
            ]
            writer.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
