"""Would another weight or another score change the winner of a lot? Exact, by solving and not by searching.

Pure: no Django, no clock, no database. Not for: deciding anything; the announced weights hold (1397/2016 §93).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kotopolku.procurement.evaluation import (
    HUNDRED,
    Contest,
    LotBids,
    LotOutcome,
    evaluate,
    shares_of,
    weights_of,
)


@dataclass(frozen=True)
class WeightShift:
    """The nearest weight of the price ("") or of a criterion at which another bid is as good as the winner."""

    criterion: str
    weight: Fraction
    from_weight: Fraction
    winner_then: str

    @property
    def change(self) -> Fraction:
        return self.from_weight - self.weight


@dataclass(frozen=True)
class ScoreShift:
    """The score with which a bid that lost would be as good as the winner, all else as it is."""

    bidder: str
    criterion: str
    score: Fraction
    needed: Fraction


@dataclass(frozen=True)
class Sensitivity:
    """How firmly a lot is won. ``robust``: no weight moved within the reach makes another bid as good."""

    lot: str
    winner: str | None
    reach: Decimal
    weights: tuple[WeightShift, ...] = ()
    scores: tuple[ScoreShift, ...] = ()
    margin: Fraction | None = None

    @property
    def robust(self) -> bool:
        return self.winner is not None and not self.weights


def sensitivity(contest: Contest, lot_id: str, reach: Decimal = Decimal(10)) -> Sensitivity:
    """Moves each weight up and down by at most ``reach`` points, the others in proportion, and each score of a bid that lost.

    Exact: totals are linear in a weight, so the turning points are solved for, not searched.
    """
    lot = next(one for one in contest.lots if one.id == lot_id)
    outcome = evaluate(replace(contest, lots=(lot,))).lots[0]
    if outcome.winner is None or len(outcome.ranking) < 2:
        return Sensitivity(lot_id, outcome.winner, reach)
    shares = shares_of(contest, lot)
    weights = weights_of(contest)
    shifts = [
        found
        for name in weights
        for found in _turning_points(name, weights, shares, outcome.winner, Fraction(reach))
    ]
    return Sensitivity(
        lot_id,
        outcome.winner,
        reach,
        tuple(shifts),
        tuple(_needed_scores(contest, lot, outcome)),
        outcome.ranking[0].points - outcome.ranking[1].points,
    )


def _turning_points(
    name: str,
    weights: Mapping[str, Fraction],
    shares: Mapping[str, Mapping[str, Fraction]],
    winner: str,
    reach: Fraction,
) -> list[WeightShift]:
    """The nearest turning point below the weight and the nearest above it, where there is one within reach."""
    weight = weights[name]
    rest = HUNDRED - weight
    if rest == 0 or weight == 0:
        return []

    def ahead(bidder: str) -> tuple[Fraction, Fraction]:
        """The winner's lead over the bidder as a + b × weight."""
        mine, theirs = shares[winner], shares[bidder]
        others = sum(
            (weights[one] * (mine[one] - theirs[one]) for one in weights if one != name), Fraction(0)
        )
        per_point = others / rest
        return HUNDRED * per_point, (mine[name] - theirs[name]) - per_point

    below: list[tuple[Fraction, str]] = []
    above: list[tuple[Fraction, str]] = []
    for bidder in sorted(shares):
        constant, slope = ahead(bidder) if bidder != winner else (Fraction(0), Fraction(0))
        if slope == 0:
            continue
        turn = -constant / slope
        if not max(weight - reach, Fraction(0)) <= turn <= min(weight + reach, HUNDRED):
            continue
        if turn <= weight and slope > 0:
            below.append((turn, bidder))
        if turn >= weight and slope < 0:
            above.append((turn, bidder))
    found = []
    if below:
        turn, bidder = max(below, key=lambda one: one[0])
        found.append(WeightShift(name, weight, turn, bidder))
    if above:
        turn, bidder = min(above, key=lambda one: one[0])
        found.append(WeightShift(name, weight, turn, bidder))
    return found


def _needed_scores(contest: Contest, lot: LotBids, outcome: LotOutcome) -> Iterable[ScoreShift]:
    first = outcome.ranking[0]
    bids = {bid.bidder: bid for bid in lot.bids}
    for other in outcome.ranking[1:]:
        for one in contest.criteria:
            if one.weight == 0:
                continue
            score = Fraction(bids[other.bidder].scores[one.id])
            needed = score + (first.points - other.points) * Fraction(one.max) / Fraction(one.weight)
            if needed <= Fraction(one.max):
                yield ScoreShift(other.bidder, one.id, score, needed)
