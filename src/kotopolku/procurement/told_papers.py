"""Papers for bidders and for who asks: the decision as one bidder is told of it, a bid without its business secrets.

Tagged PDF in the page's language. Not for: the buyer's own paper of a decision (``award_report``).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.clients.documents import as_pdf
from kotopolku.clients.wording import language
from kotopolku.law.wording import euro_text
from kotopolku.procurement.award_report import appeal_words
from kotopolku.procurement.models import Tender
from kotopolku.procurement.queries.disclosure import ShownBid, ShownPart
from kotopolku.procurement.queries.told import Side, ToldPage, ToldRow
from kotopolku.procurement.tender_rules import plain
from kotopolku.procurement.wording_awards import out_names

Block = dict[str, Any]


def decision(page: ToldPage, day: date) -> bytes:
    """The decision with the bidder's own points, the winner's, reasons, and how to seek a change."""
    row = page.decision
    facts = [
        [_("Buyer"), row.buyer.name],
        [_("Procurement"), f"{row.tender.number} {row.tender.name}"],
        [_("Lot"), f"{row.lot.code} {row.lot.name}"],
        [_("Bidder"), page.notice.recipient.name],
        [_("Decided on"), _day(row.decided_on)],
        [_("Received"), _day(page.notice.received_on)],
        *([_("Chosen"), f"{one.bidder.name}, {_euros(one.price_eur)}"] for one in page.winners),
    ]
    if page.rank is not None:
        words = _("%(rank)s of %(number)s bids compared") % {"rank": page.rank, "number": page.compared}
        facts.append([_("Place of your bid"), words])
    blocks: list[Block] = [{"kind": "facts", "rows": facts}]
    if page.out:
        blocks += [
            _heading(_("Why your bid was not compared")),
            {"kind": "list", "items": [", ".join(out_names(page.out)), *page.out_reasons]},
        ]
    if page.rows:
        blocks += [_heading(_("Your bid beside the chosen one")), _table(page)]
        for one in page.rows:
            blocks += _words(one, chosen=page.chosen)
    reasons = row.reasons_sv if language() == "sv" else row.reasons_fi
    blocks += [_heading(_("Reasons")), _text(reasons or row.reasons_fi)]
    if row.earliest_contract_on:
        words = _("The contract can be made on %(day)s at the earliest.")
        blocks += [
            _heading(_("When the contract can be made")),
            _text(words % {"day": _day(row.earliest_contract_on)}),
        ]
    last = [
        [_("Correction request by"), _day(page.correction_until)],
        [_("Appeal by"), _day(page.appeal_until)],
    ]
    blocks += [
        _heading(_("How to seek a change")),
        {"kind": "facts", "rows": last},
        {"kind": "list", "items": appeal_words()},
    ]
    title = _("Award decision") if page.is_award else _("Decision to discontinue the procurement")
    lead = "" if page.is_open else _("This decision has been set aside.")
    return as_pdf(_paper(title, row.buyer.name, row.tender.number, day, blocks, lead))


def bid_copy(tender: Tender, bids: Sequence[ShownBid], day: date) -> bytes:
    """A bid as anybody may have it: without business secrets, contact people and self-declaration."""
    blocks: list[Block] = []
    for bid in bids:
        blocks.append(_heading(f"{bid.lot.code} {bid.lot.name}"))
        blocks.append({"kind": "facts", "rows": [[_("Price"), _euros(bid.price_eur)]]})
        for part in bid.parts:
            blocks += _part(part)
    title = _("Bid of %(bidder)s, public parts") % {"bidder": bids[0].bidder}
    lead = _("Business secrets, contact people and the self-declaration have been left out (621/1999 § 24).")
    return as_pdf(_paper(title, tender.buyer.name, tender.number, day, blocks, lead))


def answer_words(kind: str, answer: str, secret: bool) -> str:
    """An answer of a bid as somebody else reads it."""
    if secret:
        return _("business secret")
    if kind in ("yes-no", "confirm"):
        return {"yes": _("Yes"), "no": _("No")}.get(answer, "–")
    return f"{answer} €" if kind == "money" and answer else answer or "–"


def _part(part: ShownPart) -> list[Block]:
    rows = [[label, answer_words(kind, answer, secret)] for label, kind, answer, secret in part.rows]
    items = [one.name for one in part.files]
    if part.hidden_files:
        items.append(_("Files kept as business secrets: %(number)s") % {"number": part.hidden_files})
    found: list[Block] = [{"kind": "facts", "rows": rows}] if rows else []
    return [*found, {"kind": "list", "items": items}] if items else found


def _table(page: ToldPage) -> Block:
    rows = [
        [one.name or _("Price"), f"{plain(one.weight)} %", _score(one.own, one), _score(one.winner, one)]
        for one in page.rows
    ]
    rows.append([_("Total"), "100 %", page.own_total, page.winner_total])
    return {
        "kind": "table",
        "widths": [5, 2, 3, 3],
        "headers": [_("Criterion"), _("Weight"), _("Your points"), _("Points of the chosen")],
        "rows": rows,
    }


def _score(side: Side, row: ToldRow) -> str:
    if side.score is None or row.most is None:
        return side.points
    return f"{side.points} ({plain(side.score)}/{plain(row.most)})"


def _words(row: ToldRow, *, chosen: bool) -> list[Block]:
    items = []
    if row.own.words:
        items.append(_("Your bid: %(words)s") % {"words": row.own.words})
    if row.winner.words and not chosen:
        items.append(_("The chosen bid: %(words)s") % {"words": row.winner.words})
    return [_heading(row.name), {"kind": "list", "items": items}] if items else []


def _paper(
    title: str, organisation: str, number: str, day: date, blocks: list[Block], lead: str = ""
) -> dict[str, Any]:
    return {
        "lang": language(),
        "title": title,
        "author": organisation,
        "organisation": organisation,
        "case": number,
        "day": _day(day),
        "lead": lead,
        "footer": f"{title}, {number}",
        "blocks": blocks,
    }


def _euros(amount: Any) -> str:
    return euro_text(amount, language()) if amount is not None else "–"


def _day(day: date | None) -> str:
    return law.day_text(day, language()) if day else "–"


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}
