"""Bids as the evaluation sees them: what each bidder offers for a lot, whether it is still in, and if not, why.

Not for: bids before the opening, which row security hides, nor points (``evaluation``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.procurement import evaluation, tender_rules
from kotopolku.procurement.models import (
    CheckResult,
    Conformity,
    Criterion,
    Lot,
    Moderation,
    OpenedBid,
    PriceReview,
    SuitabilityCheck,
    Tender,
)
from kotopolku.procurement.queries import tenders

NOT_SUITABLE, NOT_CONFORMING, PRICE_REJECTED, UNDER_LEAST = (
    "not-suitable",
    "not-conforming",
    "price-rejected",
    "under-least",
)


@dataclass(frozen=True)
class LotBid:
    """One bid on a lot. ``out``: codes of why it is not compared; empty while it is in."""

    bidder: Organisation
    price: Decimal | None
    answers: Mapping[str, Any]
    common: Mapping[str, Any]
    conforming: bool | None = None
    price_accepted: bool | None = None
    out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """The reasons written for ``out``."""
    points: Mapping[int, Decimal] = field(default_factory=dict)
    """Criterion id → the score agreed on."""

    @property
    def is_in(self) -> bool:
        return not self.out


def bids_of_tender(tender: Tender, lots: Sequence[Lot] | None = None) -> dict[int, list[LotBid]]:
    """Lot id → its opened bids in the order of the bidders' names. Six queries, however many lots there are."""
    wanted = [lot.pk for lot in lots] if lots is not None else None
    opened = OpenedBid.objects.filter(tender=tender).select_related("bidder")
    if wanted is not None:
        opened = opened.filter(lot_id__in=wanted)
    judged = {(row.lot_id, row.bidder_id): row for row in Conformity.objects.filter(lot__tender=tender)}
    prices = {(row.lot_id, row.bidder_id): row for row in PriceReview.objects.filter(lot__tender=tender)}
    failed: dict[int, list[str]] = defaultdict(list)
    for check in SuitabilityCheck.objects.filter(tender=tender, result=CheckResult.FAILED).order_by("id"):
        failed[check.bidder_id].append(check.reason)
    least = {row.pk: row.least_points for row in Criterion.objects.filter(tender=tender)}
    agreed: dict[tuple[int, int], dict[int, Decimal]] = defaultdict(dict)
    for score in Moderation.objects.filter(lot__tender=tender):
        agreed[score.lot_id, score.bidder_id][score.criterion_id] = score.points
    found: dict[int, list[LotBid]] = defaultdict(list)
    for row in sorted(opened, key=lambda one: (one.bidder.name, one.bidder_id)):
        key = (row.lot_id, row.bidder_id)
        out, reasons = [], []
        if row.bidder_id in failed:
            out.append(NOT_SUITABLE)
            reasons += failed[row.bidder_id]
        conformity = judged.get(key)
        if conformity is not None and not conformity.conforming:
            out.append(NOT_CONFORMING)
            reasons.append(conformity.reason)
        price = prices.get(key)
        if price is not None and not price.accepted:
            out.append(PRICE_REJECTED)
            reasons.append(price.reason)
        if any(least.get(one) is not None and points < least[one] for one, points in agreed[key].items()):  # type: ignore[operator]
            out.append(UNDER_LEAST)
        found[row.lot_id].append(
            LotBid(
                bidder=row.bidder,
                price=row.price_eur,
                answers=row.answers,
                common=row.common,
                conforming=conformity.conforming if conformity else None,
                price_accepted=price.accepted if price else None,
                out=tuple(out),
                reasons=tuple(reasons),
                points=dict(agreed[key]),
            )
        )
    return found


def lot_bids(lot: Lot) -> list[LotBid]:
    """The opened bids on one lot."""
    return bids_of_tender(lot.tender, [lot]).get(lot.pk, [])


def contest_of(
    base: evaluation.Contest, codes: Mapping[int, str], lots: Iterable[tuple[str, Sequence[LotBid]]]
) -> evaluation.Contest:
    """What is compared: the weights and formula of ``base`` with the bids that are still in, by organisation code.

    ``codes``: criterion id → its code, of the criteria that are compared.
    """
    return replace(
        base,
        lots=tuple(
            evaluation.LotBids(
                code,
                tuple(
                    evaluation.Bid(
                        bid.bidder.code,
                        bid.price,
                        {codes[pk]: points for pk, points in bid.points.items() if pk in codes},
                    )
                    for bid in bids
                    if bid.is_in
                ),
            )
            for code, bids in lots
        ),
    )


def compared_criteria(tender: Tender) -> list[Criterion]:
    """The criteria of quality that count; none when the price or cost alone decides."""
    return list(tender.criteria.all()) if tender_rules.compares_quality(tender.basis) else []


def lot_contest(lot: Lot, bids: Sequence[LotBid] | None = None) -> evaluation.Contest:
    """The contest of one lot as its record stands now."""
    codes = {one.pk: one.code for one in compared_criteria(lot.tender)}
    here = lot_bids(lot) if bids is None else bids
    return contest_of(tenders.contest(lot.tender), codes, [(lot.code, here)])
