"""Words of evaluation and award: names of grounds and extracts, why a bid is out, the reasons a decision begins with.

Not for: what is decided (``actions.awards``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kotopolku.clients.wording import language
from kotopolku.procurement import tender_rules

EXTRACT_NAMES = {
    "criminal": gettext_lazy("Criminal record of those who lead (seen, no copy kept)"),
    "tax": gettext_lazy("Tax debt certificate"),
    "pension": gettext_lazy("Pension insurance certificate"),
    "trade-register": gettext_lazy("Extract from the trade register"),
}
OUT_NAMES = {
    "not-suitable": gettext_lazy("bidder excluded"),
    "not-conforming": gettext_lazy("does not conform"),
    "price-rejected": gettext_lazy("price too low, rejected"),
    "under-least": gettext_lazy("under the least points"),
}


PAPER_NAMES = {
    "notice": gettext_lazy("Notices"),
    "documents": gettext_lazy("Documents of the tender"),
    "answers": gettext_lazy("Questions and answers"),
    "decision": gettext_lazy("Decision"),
    "opening-record": gettext_lazy("Opening record"),
    "bid": gettext_lazy("Bids, without business secrets"),
    "comparison": gettext_lazy("Comparison of the bids"),
    "contract": gettext_lazy("Contract"),
    "report": gettext_lazy("Report on the procurement"),
    "extract": gettext_lazy("Extracts of the winner"),
}


def paper_name(kind: str) -> str:
    return str(PAPER_NAMES[kind])


def extract_name(key: str) -> str:
    return str(EXTRACT_NAMES[key])


def ground_name(code: str) -> str:
    """An exclusion ground in the language of the page."""
    found = next((one for one in tender_rules.grounds() if one.code == code), None)
    return str(found.texts[language()]) if found is not None else code


def out_names(codes: Sequence[str]) -> list[str]:
    return [str(OUT_NAMES[code]) for code in codes]


def proposed_reasons(
    outcome: Mapping[str, Any] | None,
    names: Mapping[str, str],
    prices: Mapping[str, str],
    out: Sequence[tuple[str, Sequence[str], Sequence[str]]],
    winners: Sequence[str],
    lang: str,
) -> str:
    """Reasons of an award as a draft in one language, from the comparison: the officer makes them the decision's own.

    ``out``: bidder's name, codes, written reasons. ``winners``: organisation codes.
    """
    with translation.override(lang):
        lines = []
        for one in (outcome or {}).get("ranking", []):
            values = {
                "rank": one["rank"],
                "bidder": names.get(one["bidder"], one["bidder"]),
                "points": one["points"].replace(".", "," if lang != "en" else "."),
                "price_points": one["price_points"].replace(".", "," if lang != "en" else "."),
                "quality_points": one["quality_points"].replace(".", "," if lang != "en" else "."),
                "price": prices.get(one["bidder"], "–"),
            }
            lines.append(
                _(
                    "%(rank)s. %(bidder)s: %(points)s points (quality %(quality_points)s, price %(price_points)s),"
                    " price %(price)s euros."
                )
                % values
            )
        for bidder, codes, reasons in out:
            why = " ".join([", ".join(out_names(codes)) + ".", *reasons])
            lines.append(_("%(bidder)s was not compared: %(why)s") % {"bidder": bidder, "why": why})
        chosen = ", ".join(names.get(code, code) for code in winners)
        if chosen:
            lines.insert(
                0,
                _(
                    "%(bidder)s is chosen: its bid is economically the most advantageous by the criteria announced."
                )
                % {"bidder": chosen},
            )
        return "\n".join(lines)
