"""The agreement on paper: tagged PDF (PDF/UA-1) by the same layout as the papers of clients. Not for: what it holds."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.clients.documents import LANGUAGES, as_pdf
from kotopolku.placement.models import Agreement
from kotopolku.placement.queries.agreements import AgreementDetail

__all__ = ["LANGUAGES", "agreement_content", "agreement_pdf"]


def agreement_pdf(detail: AgreementDetail, day: date) -> bytes:
    """The agreement in the language in use. About 40 ms."""
    return as_pdf(agreement_content(detail, day))


def agreement_content(detail: AgreementDetail, day: date) -> dict[str, Any]:
    """Parties, days, groups, preparedness, hearing, decision, reviews and signatures, as blocks of the layout."""
    row = detail.agreement
    facts = [
        [_("Municipality"), row.municipality.name],
        [_("Regional authority"), row.authority.name],
        [_("Basis"), law.cited(f"{row.act} § {_section(row)}", _language())],
        [_("In force"), _days(row)],
        [_("Groups of persons"), ", ".join(row.group_names)],
    ]
    if row.review_by:
        facts.append([_("To be reviewed by"), _day(row.review_by)])
    blocks: list[dict[str, Any]] = [
        {"kind": "facts", "rows": facts},
        {"kind": "heading", "text": _("How the municipality keeps itself ready")},
        {"kind": "text", "text": row.preparedness},
    ]
    if row.county_answered_on and row.county:
        blocks += [
            {"kind": "heading", "text": _("The wellbeing services county was heard")},
            {
                "kind": "facts",
                "rows": [
                    [_("County"), row.county.name],
                    [_("Day of the county's statement"), _day(row.county_answered_on)],
                ],
            },
            {"kind": "text", "text": row.county_statement},
        ]
    if row.decided_on:
        rows = [[_("Body that decided"), row.deciding_body], [_("Day of the decision"), _day(row.decided_on)]]
        if row.reference:
            rows.append([_("Number of the decision"), row.reference])
        blocks += [
            {"kind": "heading", "text": _("The municipality's decision")},
            {"kind": "facts", "rows": rows},
        ]
    if detail.reviews:
        blocks += [
            {"kind": "heading", "text": _("Reviews")},
            {
                "kind": "table",
                "widths": [2, 6],
                "headers": [_("Day of the review"), _("What was found and agreed")],
                "rows": [[_day(one.reviewed_on), " ".join(one.summary.split())] for one in detail.reviews],
            },
        ]
    blocks += _signatures(detail)
    title = _("Agreement on placement in the municipality and the promotion of integration")
    return {
        "lang": _language(),
        "title": title,
        "author": row.authority.name,
        "organisation": row.authority.name,
        "case": str(row.pk),
        "day": _day(day),
        "lead": _lead(detail),
        "footer": _("%(title)s, number %(number)s") % {"title": title, "number": row.pk},
        "blocks": blocks,
    }


def _lead(detail: AgreementDetail) -> str:
    if detail.state in ("draft", "hearing", "decided"):
        return _("This is a draft. It binds nobody yet.")
    if detail.state == "discarded":
        return _("This draft was given up and binds nobody.")
    if detail.state == "over":
        return _("This agreement is no longer in force.")
    return ""


def _signatures(detail: AgreementDetail) -> list[dict[str, Any]]:
    row = detail.agreement
    signed = [
        (row.municipality.name, row.signed_municipality_on, row.signed_municipality_by_id),
        (row.authority.name, row.signed_authority_on, row.signed_authority_by_id),
    ]
    done = [
        _("%(organisation)s: signed on screen by %(name)s, %(day)s.")
        % {"organisation": organisation, "name": detail.names.get(user or 0, ""), "day": _day(on)}
        for organisation, on, user in signed
        if on is not None
    ]
    waiting = [
        _("%(organisation)s: place, day, signature") % {"organisation": organisation}
        for organisation, on, _user in signed
        if on is None
    ]
    blocks: list[dict[str, Any]] = [{"kind": "heading", "text": _("Signatures")}]
    if done:
        blocks.append({"kind": "list", "items": done})
    if waiting and detail.state != "discarded":
        blocks.append({"kind": "signatures", "labels": waiting})
    return blocks


def _section(row: Agreement) -> str:
    return next(rule.section for rule in law.rules() if rule.id == "P2" and rule.act == row.act)


def _language() -> str:
    return (get_language() or "fi")[:2]


def _day(day: date | None) -> str:
    return law.day_text(day, _language()) if day else ""


def _days(row: Agreement) -> str:
    if row.last_day is None:
        return _("from %(day)s until further notice") % {"day": _day(row.days.lower)}
    return f"{_day(row.days.lower)} – {_day(row.last_day)}"
