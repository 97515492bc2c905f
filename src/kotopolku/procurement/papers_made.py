"""The invitation to tender on paper: tagged PDF made from what is published. Not for: what it holds (``models``)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kotopolku import clock, law
from kotopolku.clients.documents import as_pdf
from kotopolku.law.wording import euro_text
from kotopolku.procurement import evaluation, tender_rules
from kotopolku.procurement.models import said
from kotopolku.procurement.queries.tenders import Parts, price_weight


def invitation(parts: Parts, lang: str, day: date) -> bytes:
    """The invitation in ``lang`` (fi, sv, en)."""
    with translation.override(lang):
        return as_pdf(content(parts, lang, day))


def content(parts: Parts, lang: str, day: date) -> dict[str, Any]:
    """Facts, lots, requirements, grounds, criteria with the formula, terms and timetable, as blocks of the layout."""
    tender = parts.tender
    title = _("Invitation to tender")
    name = said(tender.title, lang)
    blocks: list[dict[str, Any]] = [
        {"kind": "facts", "rows": _facts(parts, lang)},
        {"kind": "text", "text": said(tender.subject, lang)},
        {"kind": "heading", "text": _("Lots")},
        _lots(parts, lang),
    ]
    for heading, rows in (
        (_("Suitability of the bidder"), parts.suitability),
        (_("Requirements on the service"), parts.service),
    ):
        if rows:
            items = [_sentence(said(one.text, lang), said(one.evidence, lang)) for one in rows]
            blocks += [{"kind": "heading", "text": heading}, {"kind": "list", "items": items}]
    known = {ground.code: ground.texts for ground in tender_rules.grounds()}
    blocks += [
        {"kind": "heading", "text": _("Exclusion grounds (1397/2016 §§ 80–81)")},
        {"kind": "list", "items": [known[one.code][lang] for one in parts.grounds if one.code in known]},
        {"kind": "heading", "text": _("What counts")},
        _criteria(parts, lang),
        {
            "kind": "text",
            "text": evaluation.formula_text(
                tender_rules.formula_of(tender.basis, tender.price_formula), lang
            ),
        },
    ]
    for term in parts.terms:
        blocks += [
            {"kind": "heading", "text": said(term.title, lang)},
            {"kind": "text", "text": said(term.text, lang)},
        ]
    return {
        "lang": lang,
        "title": f"{title}: {name}",
        "author": tender.buyer.name,
        "organisation": tender.buyer.name,
        "case": tender.number,
        "day": law.day_text(day, lang),
        "lead": "" if tender.is_published else _("This is a draft. It has not been published."),
        "footer": f"{title} {tender.number}",
        "blocks": blocks,
    }


def _facts(parts: Parts, lang: str) -> list[list[str]]:
    tender = parts.tender
    rows = [
        [_("Buyer"), tender.buyer.name],
        [_("Procedure"), parts.procedure.name(lang)],
        [_("CPV code"), tender.cpv],
        [_("Estimated value with options"), euro_text(tender.value_eur, lang)],
        [_("Contract"), _between(tender.starts_on, tender.ends_on, lang)],
        [_("Options"), said(tender.option_terms, lang)],
        [_("Questions by"), moment_text(tender.questions_by, lang)],
        [_("Bids by"), moment_text(tender.bids_by, lang)],
        [
            _("Bids are valid until"),
            law.day_text(tender.bids_valid_until, lang) if tender.bids_valid_until else "",
        ],
        [_("Why the tender is not divided into lots"), tender.lots_reason],
    ]
    return [row for row in rows if row[1]]


def moment_text(moment: datetime | None, lang: str) -> str:
    """27.11.2026 12.00, with the offset from universal time: in the night of the clock change nothing else is sure."""
    if moment is None:
        return ""
    local = moment.astimezone(clock.HELSINKI)
    return f"{law.day_text(local.date(), lang)} {local:%H.%M} (UTC{local.isoformat()[-6:]})"


def _lots(parts: Parts, lang: str) -> dict[str, Any]:
    rows = [
        [
            lot.code,
            said(lot.title, lang),
            str(lot.get_track_display()),
            str(lot.places or ""),
            euro_text(lot.value_eur, lang) if lot.value_eur is not None else "",
        ]
        for lot in parts.lots
    ]
    headers = [_("Lot"), _("Name"), _("Track"), _("Places"), _("Estimated value")]
    return {"kind": "table", "widths": [1, 4, 3, 1, 2], "headers": headers, "rows": rows}


def _criteria(parts: Parts, lang: str) -> dict[str, Any]:
    rows = []
    if tender_rules.compares_quality(parts.tender.basis):
        rows = [
            [said(one.title, lang), said(one.scoring, lang), _percent(one.weight)] for one in parts.criteria
        ]
    weight = price_weight(parts.tender)
    if weight:
        rows.append([_("Price"), "", _percent(weight)])
    headers = [_("Criterion"), _("How it is scored"), _("Weight")]
    return {"kind": "table", "widths": [3, 5, 1], "headers": headers, "rows": rows}


def _percent(weight: Decimal) -> str:
    return f"{tender_rules.plain(weight)} %"


def _sentence(text: str, evidence: str) -> str:
    return f"{text} {evidence}".strip()


def _between(first: date | None, last: date | None, lang: str) -> str:
    if first is None or last is None:
        return ""
    return f"{law.day_text(first, lang)} – {law.day_text(last, lang)}"
