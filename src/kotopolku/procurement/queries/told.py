"""The reasoned decision as one bidder is told of it (1397/2016 §123): its own points beside the winner's, and why.

Of the other losing bids it tells nothing more than their number and places. Not for: the buyer's page (``awards.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.procurement import award_rules
from kotopolku.procurement.models import (
    AwardDecision,
    AwardKind,
    AwardState,
    AwardWinner,
    Challenge,
    DecisionNotice,
    Moderation,
    Score,
)
from kotopolku.procurement.queries import awards
from kotopolku.procurement.queries.opened import LotBid, compared_criteria, lot_bids
from kotopolku.procurement.queries.tenders import price_weight


@dataclass(frozen=True)
class Side:
    """A bid by one criterion: the score agreed on, its weighted points, and the words for it.

    The words agreed on, or where there are none those of each evaluator, without a name.
    """

    score: Decimal | None = None
    points: str = ""
    words: str = ""


@dataclass(frozen=True)
class ToldRow:
    """A criterion with the own bid and the winner's. ``gap``: winner's points less the own."""

    name: str
    weight: Decimal
    most: Decimal | None
    own: Side
    winner: Side
    gap: Decimal | None

    @property
    def winner_better(self) -> bool:
        return self.gap is not None and self.gap > 0

    @property
    def gap_words(self) -> str:
        return "–" if self.gap is None else shown(f"{self.gap:.2f}")

    @property
    def own_better(self) -> bool:
        return self.gap is not None and self.gap < 0


@dataclass(frozen=True)
class ToldPage:
    """All that a bidder reads of a decision on one lot."""

    decision: AwardDecision
    notice: DecisionNotice
    winners: Sequence[AwardWinner]
    chosen: bool
    rows: Sequence[ToldRow]
    """By criterion, the price last; empty when the own bid was not compared or nothing was."""
    own_price: Decimal | None
    winner_price: Decimal | None
    own_total: str
    winner_total: str
    rank: int | None
    compared: int
    """How many bids were compared."""
    out: Sequence[str]
    """Codes of why the own bid was not compared."""
    out_reasons: Sequence[str]
    correction_until: date | None
    appeal_until: date | None
    challenges: Sequence[Challenge]

    @property
    def is_award(self) -> bool:
        return self.decision.kind == AwardKind.AWARD

    @property
    def is_open(self) -> bool:
        return self.decision.state == AwardState.MADE

    @property
    def advantages(self) -> list[ToldRow]:
        """Where the winner's bid was better than the own."""
        return [row for row in self.rows if row.winner_better]

    @property
    def own_advantages(self) -> list[ToldRow]:
        return [row for row in self.rows if row.own_better]


def told_page(viewer: Viewer, decision_id: int) -> ToldPage:
    """The decision as the viewer's organisation was told of it. Raises ``NotVisible``."""
    notice = awards.told_decision(viewer, decision_id)
    own_id = viewer.organisation_id or 0
    with rowsecurity.as_system():
        decision = AwardDecision.objects.select_related(
            "tender__buyer", "lot__tender", "buyer", "ranking"
        ).get(pk=decision_id)
        winners = list(decision.winners.select_related("bidder"))
        bids = {bid.bidder.pk: bid for bid in lot_bids(decision.lot)}
        first = winners[0] if winners else None
        lines = _lines(decision)
        mine = bids.get(own_id)
        best = bids.get(first.bidder_id) if first is not None else None
        own_line = lines.get(mine.bidder.code, {}) if mine is not None else {}
        best_line = lines.get(best.bidder.code, {}) if best is not None else {}
        rows = _rows(decision, (own_id, own_line), (first.bidder_id if first else 0, best_line))
    received = notice.received_on
    return ToldPage(
        decision=decision,
        notice=notice,
        winners=winners,
        chosen=any(one.bidder_id == own_id for one in winners),
        rows=rows if own_line and best_line else [],
        own_price=mine.price if mine else None,
        winner_price=best.price if best else None,
        own_total=shown(str(own_line.get("points", ""))),
        winner_total=shown(str(best_line.get("points", ""))),
        rank=own_line.get("rank"),
        compared=len(lines),
        out=mine.out if mine else (),
        out_reasons=_reasons(mine),
        correction_until=award_rules.correction_until(received) if received else None,
        appeal_until=award_rules.appeal_until(received) if received else None,
        challenges=awards.own_challenges(viewer, decision_id),
    )


def shown(points: str) -> str:
    """Points as kept, “52.80”, the way the language writes them."""
    return points if language() == "en" else points.replace(".", ",")


def _reasons(mine: LotBid | None) -> Sequence[str]:
    return [one for one in mine.reasons if one] if mine is not None else []


def _lines(decision: AwardDecision) -> dict[str, Mapping[str, Any]]:
    """Bidder's code → its line of the comparison that the decision rests on."""
    if decision.ranking is None:
        return {}
    return {one["bidder"]: one for one in decision.ranking.outcome["lots"][0]["ranking"]}


def _rows(
    decision: AwardDecision, own: tuple[int, Mapping[str, Any]], best: tuple[int, Mapping[str, Any]]
) -> list[ToldRow]:
    agreed = {
        (one.criterion_id, one.bidder_id): one
        for one in Moderation.objects.filter(lot=decision.lot, bidder_id__in=(own[0], best[0]))
    }
    words: dict[tuple[int, int], list[str]] = {}
    given = Score.objects.filter(sheet__lot=decision.lot, bidder_id__in=(own[0], best[0])).order_by(
        "sheet_id"
    )
    for one in given.exclude(sheet__submitted_at=None).exclude(words=""):
        known = words.setdefault((one.criterion_id, one.bidder_id), [])
        known.extend([one.words] if one.words not in known else [])
    tender = decision.lot.tender
    rows = []
    for criterion in compared_criteria(tender):
        sides = []
        for bidder_id, line in (own, best):
            score = agreed.get((criterion.pk, bidder_id))
            points = str(line.get("criteria", {}).get(criterion.code, ""))
            said = (
                score.words if score and score.words else "\n".join(words.get((criterion.pk, bidder_id), ()))
            )
            sides.append(Side(score.points if score else None, shown(points), said))
        gap = _gap(own[1].get("criteria", {}), best[1].get("criteria", {}), criterion.code)
        rows.append(ToldRow(criterion.name, criterion.weight, criterion.max_points, sides[0], sides[1], gap))
    weight = price_weight(tender)
    if weight:
        sides = [Side(points=shown(str(line.get("price_points", "")))) for _id, line in (own, best)]
        gap = _gap(own[1], best[1], "price_points")
        rows.append(ToldRow("", weight, None, sides[0], sides[1], gap))
    return rows


def _gap(own: Mapping[str, Any], best: Mapping[str, Any], name: str) -> Decimal | None:
    if name not in own or name not in best:
        return None
    return Decimal(str(best[name])) - Decimal(str(own[name]))
