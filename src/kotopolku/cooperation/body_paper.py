"""The paper on which a body stands appointed for a term, as a tagged PDF: basis, days, decision, composition.

Set by ``letters.booklet``. Without addresses and declared ties. Not for: who may have it (``access_bodies.py``).
"""

from typing import Any

from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.cooperation.models import BodySeat, BodyTerm, SeatHolder
from kotopolku.cooperation.queries.body_seats import Composition, term_days
from kotopolku.cooperation.rules_bodies import basis
from kotopolku.letters import booklet
from kotopolku.writing import day, language


def as_pdf(term: BodyTerm, seen: Composition, purpose: str) -> bytes:
    """In the page's language; the same content gives the same bytes."""
    body = term.body
    first, last = term_days(term)
    stands_on = basis(body.kind, first)
    facts = [
        _("Term of office: %(first)s – %(last)s") % {"first": day(first), "last": day(last)},
        _("Decided on %(day)s") % {"day": day(term.appointed_on)},
        _("Number of the decision: %(number)s") % {"number": term.decision} if term.decision else "",
        _("Kind of body: %(kind)s") % {"kind": body.get_kind_display()},
        _("Basis: %(section)s") % {"section": law.cited(f"{stands_on.act} {stands_on.mark}", language())}
        if stands_on.act
        else "",
    ]
    sectors = [part for sector in seen.sectors for part in _sector(sector.title, sector.lines)]
    text = [booklet.paragraph(one) for one in (*facts, purpose) if one]
    lines = _("Composition on %(day)s") % {"day": day(seen.on)}
    guide = {
        "title": _("Appointment of the body: %(name)s") % {"name": body.name},
        "contents": "",
        "lang": language(),
        "rtl": False,
        "keeper": body.organisation.name,
        "day": day(term.appointed_on),
        "footer": f"{body.organisation.name} · {body.name}",
        "pages": [
            _page(_("Appointment of the body: %(name)s") % {"name": body.name}, 1, text),
            _page(lines, 2, sectors or [booklet.paragraph(_("The term has no seats yet."))]),
        ],
    }
    return booklet.as_pdf(guide)


def _page(title: str, level: int, parts: list[booklet.Part]) -> dict[str, Any]:
    return {"title": title, "level": level, "lang": language(), "rtl": False, "notes": [], "parts": parts}


def _sector(title: str, lines: list[Any]) -> list[booklet.Part]:
    header = (_("Seat"), _("Represents"), _("Member"), _("Personal deputy"))
    cells = [
        _cell(text)
        for line in lines
        for text in (
            str(line.seat.get_role_display()),
            _represents(line.seat),
            _person(line.member),
            _person(line.deputy),
        )
    ]
    return [
        {"kind": "heading", "runs": [{"text": title}]},
        {"kind": "table", "columns": len(header), "header": [_cell(one) for one in header], "cells": cells},
    ]


def _cell(text: str) -> list[dict[str, Any]]:
    return [{"text": text or "–"}]


def _represents(seat: BodySeat) -> str:
    return seat.organisation.name if seat.organisation else seat.represents


def _person(one: SeatHolder | None) -> str:
    return ", ".join(part for part in (one.name, one.title) if part) if one else ""
