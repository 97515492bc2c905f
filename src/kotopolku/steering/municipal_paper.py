"""A municipal programme on paper: data for the layout of ``letters.booklet`` (PDF/UA), in one language.

Not for: which programme (``access_municipal.py``).
"""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kotopolku import writing
from kotopolku.letters import booklet
from kotopolku.steering.queries.programme_kept import Figure, Goal, Section, Text
from kotopolku.steering.queries.programme_public import FollowedUp, Page


def paper(found: Page, language: str) -> bytes:
    """The programme as PDF/UA-1. The page must have been made in the same language."""
    with translation.override(language):
        return booklet.as_pdf(guide(found, language))


def guide(found: Page, language: str) -> dict[str, Any]:
    name = found.shown.name
    notes = [
        found.programme.organisation.name,
        _("Period: %(first)s–%(last)s")
        % {"first": writing.day(found.shown.first_day), "last": writing.day(found.shown.last_day)},
        _("Updated on %(day)s") % {"day": writing.day(found.updated_on)},
        *_decisions(found),
    ]
    if found.programme.invented:
        notes.append(_("This programme is invented: it belongs to the demonstration."))
    if found.missing:
        notes.append(_("Some texts are not in this language; they are shown in another."))
    pages = [_page(1, name, notes, [])]
    pages += [_section(one) for one in found.shown.sections if one.text.words or one.figures]
    if found.goals:
        head = Text(_("Goals and follow-up"), language)
        pages.append(_page(2, head, [], []))
        pages += [_goal(goal, followed) for goal, followed in found.goals]
    return {
        "title": name.words,
        "keeper": found.programme.organisation.name,
        "lang": language,
        "rtl": False,
        "day": writing.day(found.updated_on),
        "footer": name.words,
        "contents": _("Contents"),
        "pages": pages,
    }


def _page(level: int, title: Text, notes: list[str], parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "level": level,
        "title": title.words,
        "lang": title.language,
        "rtl": False,
        "notes": notes,
        "parts": parts,
    }


def _decisions(found: Page) -> list[str]:
    return [
        _("%(municipality)s: %(state)s, %(day)s %(section)s")
        % {
            "municipality": one.name,
            "state": one.state,
            "day": writing.day(one.decided_on),
            "section": one.section_number,
        }
        for one in found.shown.municipalities
        if one.decided_on
    ]


def _section(one: Section) -> dict[str, Any]:
    parts = booklet.parts_of(one.text.words)
    if one.figures:
        parts.append(_figures(one.figures))
    title = Text(one.title.words, one.text.language if one.text.words else one.title.language)
    return _page(2, title, _other(one.text), parts)


def _figures(rows: list[Figure]) -> dict[str, Any]:
    header = [_("Figure"), _("Place"), _("Year"), _("Value"), _("Source")]
    cells = [
        _run(words)
        for one in rows
        for words in (one.name.words, one.place, str(one.year), one.value, one.source)
    ]
    return {"kind": "table", "columns": 5, "header": [_run(one) for one in header], "cells": cells}


def _run(words: str) -> list[dict[str, Any]]:
    return [{"text": words or "–"}]


def _goal(goal: Goal, followed: list[FollowedUp]) -> dict[str, Any]:
    parts = booklet.parts_of(goal.text.words)
    words = _("%(indicator)s: %(start)s (%(start_year)s), target %(target)s %(unit)s (%(target_year)s).") % {
        "indicator": goal.indicator.words,
        "start": goal.start,
        "start_year": goal.start_year,
        "target": goal.target,
        "unit": goal.unit,
        "target_year": goal.target_year,
    }
    parts.append(booklet.paragraph(words))
    parts.append(booklet.paragraph(_("Who answers: %(name)s.") % {"name": goal.owner}))
    if followed:
        header = [_("Year"), _("Value"), _("State"), _("What was done")]
        cells = [_run(words) for one in followed for words in (str(one.year), one.value, one.track, one.text)]
        parts.append({"kind": "table", "columns": 4, "header": [_run(one) for one in header], "cells": cells})
    title = Text(f"{goal.code} {goal.title.words}", goal.title.language)
    return _page(3, title, _other(goal.title), parts)


def _other(text: Text) -> list[str]:
    if not text.other:
        return []
    return [_("Not translated yet: shown %(language)s.") % {"language": text.language_words}]
