"""The comparison of bids: points, ranking, ties and abnormally low prices.

Pure: no Django, no clock, no database; exact fractions, rounded half up to two places only when shown. Not for: who may
score or decide, nor excluding a bid, which people do with reasons (1397/2016 §§93, 96, 113, 115).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from kotopolku.procurement.wording import sentence

FORMULAS = ("lowest/price", "linear", "cheapest", "lowest-cost", "fixed-price")
PRICE_ONLY = ("cheapest", "lowest-cost")
FORMULA_MATH = {
    "lowest/price": "weight × lowest price ÷ price",
    "linear": "weight × (upper bound − price) ÷ (upper bound − lower bound), at least 0 and at most the weight",
    "cheapest": "100 × lowest price ÷ price",
    "lowest-cost": "100 × lowest cost ÷ cost",
    "fixed-price": "Σ weight × score ÷ max",
}
LOWEST_PRICE = "lowest_price"
HIGHEST = "highest:"
ABNORMAL_SHARE = Decimal("0.30")
"""How far under the median a price is asked about, unless the contest sets another share. Our own setting, not law."""
LEAST_FOR_MEDIAN = 3
HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a contest: where, and in ``text`` how to mend it."""

    code: str
    where: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, self.where))

    def text(self, lang: str = "en") -> str:
        return sentence("problem", self.code, lang, {"where": self.where, **self.params})


class EvaluationError(ValueError):
    """The contest cannot be compared as it is; ``problems`` says why, all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.message("en"))

    def message(self, lang: str = "en") -> str:
        return "\n".join(problem.text(lang) for problem in self.problems)


@dataclass(frozen=True)
class Criterion:
    """A quality criterion: its weight in points of the 100, and the highest score that can be given."""

    id: str
    weight: Decimal
    max: Decimal


@dataclass(frozen=True)
class Bid:
    """One bid for one lot. ``costs``: what it costs the buyer besides the price, for the formula lowest-cost."""

    bidder: str
    price_eur: Decimal | None
    scores: Mapping[str, Decimal] = field(default_factory=dict)
    costs: Mapping[str, Decimal] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.bidder, self.price_eur))

    @property
    def cost(self) -> Fraction:
        """Price and other costs together. A bid without a price (fixed price) costs nothing here."""
        return Fraction(self.price_eur or 0) + sum(
            (Fraction(one) for one in self.costs.values()), Fraction(0)
        )


@dataclass(frozen=True)
class LotBids:
    """A lot and the bids that came for it."""

    id: str
    bids: tuple[Bid, ...] = ()
    closed: bool = False


@dataclass(frozen=True)
class Contest:
    """A tender as it is compared: weights, formula, rules and bids. Made by hand or by ``read_input``; ``check`` it."""

    price_weight: Decimal
    price_formula: str
    criteria: tuple[Criterion, ...] = ()
    tie_rule: str | None = None
    lots: tuple[LotBids, ...] = ()
    abnormal_share: Decimal = ABNORMAL_SHARE
    bounds: tuple[Decimal, Decimal] | None = None
    currency: str = "EUR"

    def to_json(self) -> dict[str, Any]:
        """The contest in the form that ``read_input`` takes; numbers as text, so that nothing is lost."""
        data: dict[str, Any] = {
            "price_weight": plain(self.price_weight),
            "price_formula": self.price_formula,
            "criteria": [
                {"id": one.id, "weight": plain(one.weight), "max": plain(one.max)} for one in self.criteria
            ],
            "tie_rule": self.tie_rule,
            "abnormally_low_percent": plain(self.abnormal_share * 100),
            "currency": self.currency,
            "lots": [_lot_json(lot) for lot in self.lots],
        }
        if self.bounds is not None:
            data["price_bounds"] = {"low": plain(self.bounds[0]), "high": plain(self.bounds[1])}
        return data


@dataclass(frozen=True)
class Caution:
    """Something a person must look at; it changes no points and excludes nobody."""

    code: str
    params: Mapping[str, str]

    def __hash__(self) -> int:
        return hash((self.code, *sorted(self.params.items())))

    def text(self, lang: str = "en") -> str:
        return sentence("warning", self.code, lang, self.params)

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, **self.params, "text": self.text("en")}


@dataclass(frozen=True)
class Ranked:
    """A bid with its exact points. Bids with equal points that no rule parts share a rank."""

    bidder: str
    rank: int
    price_points: Fraction
    criterion_points: Mapping[str, Fraction]
    price: Fraction

    def __hash__(self) -> int:
        return hash((self.bidder, self.rank))

    @cached_property
    def quality_points(self) -> Fraction:
        return sum(self.criterion_points.values(), Fraction(0))

    @cached_property
    def points(self) -> Fraction:
        return self.price_points + self.quality_points

    def to_json(self) -> dict[str, Any]:
        return {
            "bidder": self.bidder,
            "rank": self.rank,
            "points": shown(self.points),
            "price_points": shown(self.price_points),
            "quality_points": shown(self.quality_points),
            "criteria": {name: shown(points) for name, points in self.criterion_points.items()},
        }


@dataclass(frozen=True)
class LotOutcome:
    """The comparison of one lot. ``winner`` None: nobody bid, or the first are equal and no rule parts them (``tie``)."""

    id: str
    winner: str | None
    tie: bool
    ranking: tuple[Ranked, ...]
    warnings: tuple[Caution, ...] = ()
    tie_broken_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "winner": self.winner,
            "tie": self.tie,
            "tie_broken_by": self.tie_broken_by,
            "ranking": [one.to_json() for one in self.ranking],
            "warnings": [one.to_json() for one in self.warnings],
        }


@dataclass(frozen=True)
class Outcome:
    """The comparison of all lots, and the digest of what was compared."""

    lots: tuple[LotOutcome, ...]
    digest: str = ""

    def lot(self, lot_id: str) -> LotOutcome:
        return next(lot for lot in self.lots if lot.id == lot_id)

    def to_json(self) -> dict[str, Any]:
        return {"lots": [lot.to_json() for lot in self.lots], "input_digest": self.digest}


def shown(value: Fraction) -> str:
    """Two decimal places, half up: the only rounding there is. Points are never negative."""
    hundredths = (value * 200 + 1).__floor__() // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def plain(value: Decimal) -> str:
    """The number without an exponent and without needless zeros: 40, 0.3, 100000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def digest(contest: Contest) -> str:
    """SHA-256 of the contest in one canonical form: bids, lots and criteria in any order give the same."""
    data = contest.to_json()
    for lot in data["lots"]:
        lot["bids"].sort(key=lambda bid: str(bid["bidder"]))
    data["lots"].sort(key=lambda lot: str(lot["id"]))
    data["criteria"].sort(key=lambda one: str(one["id"]))
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def formula_text(name: str, lang: str = "en") -> str:
    """The formula in words, as bidders read it."""
    return sentence("formula", name, lang, {})


def formula_math(name: str) -> str:
    """The formula in one line."""
    return FORMULA_MATH[name]


# --- Comparing -------------------------------------------------------------------------------------------------------


def evaluate(contest: Contest) -> Outcome:
    """Compares the bids of each lot. Raises ``EvaluationError`` with everything that is wrong, and compares nothing then."""
    problems = check(contest)
    if problems:
        raise EvaluationError(problems)
    return Outcome(tuple(_compared(contest, lot) for lot in contest.lots), digest(contest))


def _compared(contest: Contest, lot: LotBids) -> LotOutcome:
    if not lot.bids:
        return LotOutcome(lot.id, None, False, (), (Caution("no-bids", {"lot": lot.id}),))
    shares = shares_of(contest, lot)
    weights = weights_of(contest)
    scored = [_scored(contest, bid, weights, shares[bid.bidder]) for bid in lot.bids]
    keyed = sorted(((*_order(contest, bid, one), one.bidder), one) for bid, one in scored)
    ranking: list[Ranked] = []
    last: tuple[Any, ...] | None = None
    for number, (key, one) in enumerate(keyed, 1):
        rank = ranking[-1].rank if last == key[:2] else number
        last = key[:2]
        ranking.append(Ranked(one.bidder, rank, one.price_points, one.criterion_points, one.price))
    first = [one for one in ranking if one.rank == 1]
    equal = [one.bidder for one in ranking if one.points == ranking[0].points]
    tie = len(first) > 1
    broken = contest.tie_rule if len(equal) > 1 and not tie else None
    warnings = [
        *_price_warnings(contest, lot),
        *_tie_warnings(tie, [one.bidder for one in first], equal, broken),
    ]
    if len(lot.bids) == 1:
        warnings.append(Caution("one-bid", {"lot": lot.id}))
    return LotOutcome(
        lot.id, None if tie else ranking[0].bidder, tie, tuple(ranking), tuple(warnings), broken
    )


def weights_of(contest: Contest) -> dict[str, Fraction]:
    """Weight of the price under "" and of each criterion under its id."""
    return {"": Fraction(contest.price_weight)} | {one.id: Fraction(one.weight) for one in contest.criteria}


def shares_of(contest: Contest, lot: LotBids) -> dict[str, dict[str, Fraction]]:
    """What part of each weight each bid of the lot earns, between 0 and 1; the price under ""."""
    found = {}
    lowest = min(_price(contest, bid) for bid in lot.bids)
    most = {one.id: Fraction(one.max) for one in contest.criteria}
    for bid in lot.bids:
        found[bid.bidder] = {"": _price_share(contest, lowest, _price(contest, bid))} | {
            name: Fraction(bid.scores[name]) / most[name] for name in most
        }
    return found


def _price_share(contest: Contest, lowest: Fraction, price: Fraction) -> Fraction:
    if contest.price_formula == "fixed-price":
        return Fraction(0)
    if contest.price_formula == "linear" and contest.bounds is not None:
        low, high = Fraction(contest.bounds[0]), Fraction(contest.bounds[1])
        return min(max((high - price) / (high - low), Fraction(0)), Fraction(1))
    return Fraction(1) if price == lowest else lowest / price


def _price(contest: Contest, bid: Bid) -> Fraction:
    return bid.cost if contest.price_formula == "lowest-cost" else Fraction(bid.price_eur or 0)


def _scored(
    contest: Contest, bid: Bid, weights: Mapping[str, Fraction], shares: Mapping[str, Fraction]
) -> tuple[Bid, Ranked]:
    criteria = {one.id: weights[one.id] * shares[one.id] for one in contest.criteria}
    return bid, Ranked(bid.bidder, 0, weights[""] * shares[""], criteria, _price(contest, bid))


def _order(contest: Contest, bid: Bid, one: Ranked) -> tuple[Fraction, Fraction]:
    """Most points first; equal ones by the tie rule, if there is one."""
    if contest.tie_rule == LOWEST_PRICE:
        return -one.points, one.price
    if contest.tie_rule:
        return -one.points, -Fraction(bid.scores[contest.tie_rule.removeprefix(HIGHEST)])
    return -one.points, Fraction(0)


def _price_warnings(contest: Contest, lot: LotBids) -> list[Caution]:
    """Prices of 0, and those far under the median of three or more bids (1397/2016 §96 asks for an explanation)."""
    if contest.price_formula == "fixed-price":
        return []
    prices = {bid.bidder: _price(contest, bid) for bid in lot.bids}
    found = [Caution("zero-price", {"bidder": name}) for name, price in prices.items() if price == 0]
    if len(prices) < LEAST_FOR_MEDIAN:
        return found
    middle = median(prices.values())
    limit = middle * (1 - Fraction(contest.abnormal_share))
    for name, price in prices.items():
        if price < limit:
            under = (1 - price / middle) * 100
            params = {"bidder": name, "price": shown(price), "median": shown(middle), "under": shown(under)}
            found.append(Caution("abnormally-low", params))
    return found


def median(values: Iterable[Fraction]) -> Fraction:
    """The middle value, or the mean of the two middle ones."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _tie_warnings(tie: bool, first: list[str], equal: list[str], broken: str | None) -> list[Caution]:
    if tie:
        return [Caution("tie", {"bidders": ", ".join(first)})]
    if broken:
        return [Caution("tie-broken", {"bidders": ", ".join(sorted(equal)), "rule": broken})]
    return []


# --- What is wrong in a contest --------------------------------------------------------------------------------------


def check(contest: Contest) -> list[Problem]:
    """Everything that keeps the contest from being compared, in the order of the contest."""
    return [*_check_rules(contest), *(found for lot in contest.lots for found in _check_lot(contest, lot))]


def _check_rules(contest: Contest) -> Iterable[Problem]:
    known = [one.id for one in contest.criteria]
    if not 0 <= contest.price_weight <= 100:
        yield Problem("weight-range", "price_weight", {"given": plain(contest.price_weight)})
    for one in contest.criteria:
        if not 0 <= one.weight <= 100:
            yield Problem("weight-range", f"criteria {one.id}", {"given": plain(one.weight)})
        if one.max <= 0:
            yield Problem("max-range", f"criteria {one.id}")
    yield from (Problem("duplicate", "criteria", {"given": name}) for name in _twice(known))
    total = contest.price_weight + sum((one.weight for one in contest.criteria), Decimal(0))
    if total != 100:
        yield Problem("weights-sum", "criteria", {"sum": plain(total)})
    if contest.price_formula not in FORMULAS:
        params = {"given": contest.price_formula, "known": ", ".join(FORMULAS)}
        yield Problem("unknown-formula", "price_formula", params)
    if contest.price_formula in PRICE_ONLY and (contest.price_weight != 100 or contest.criteria):
        yield Problem("price-only", "price_formula", {"formula": contest.price_formula})
    if contest.price_formula == "fixed-price" and (contest.price_weight != 0 or not contest.criteria):
        yield Problem("quality-only", "price_formula")
    if contest.price_formula == "linear":
        bounds = contest.bounds
        if bounds is None or not 0 <= bounds[0] < bounds[1]:
            yield Problem("bounds", "price_bounds")
    rule = contest.tie_rule
    if (
        rule is not None
        and rule != LOWEST_PRICE
        and not (rule.startswith(HIGHEST) and rule.removeprefix(HIGHEST) in known)
    ):
        yield Problem("unknown-tie-rule", "tie_rule", {"given": rule})
    if not 0 < contest.abnormal_share < 1:
        yield Problem("share-range", "abnormally_low_percent")
    yield from (
        Problem("duplicate", "lots", {"given": name}) for name in _twice(lot.id for lot in contest.lots)
    )


def _check_lot(contest: Contest, lot: LotBids) -> Iterable[Problem]:
    maxima = {one.id: one.max for one in contest.criteria}
    for name in _twice(bid.bidder for bid in lot.bids):
        yield Problem("duplicate", f"lots {lot.id} bids", {"given": name})
    for bid in lot.bids:
        where = f"lots {lot.id} bids {bid.bidder}"
        if lot.closed:
            yield Problem("closed-lot", where, {"lot": lot.id})
        if bid.price_eur is None:
            if contest.price_formula != "fixed-price":
                yield Problem("no-price", where)
        elif bid.price_eur < 0:
            yield Problem("negative-price", where, {"given": plain(bid.price_eur)})
        for name, cost in bid.costs.items():
            if cost < 0:
                yield Problem("negative-cost", f"{where} costs_eur {name}", {"given": plain(cost)})
        for one in contest.criteria:
            if one.id not in bid.scores:
                yield Problem("missing-score", where, {"bidder": bid.bidder, "criterion": one.id})
        for name, score in bid.scores.items():
            if name not in maxima:
                yield Problem("unknown-criterion", f"{where} scores", {"given": name})
            elif not 0 <= score <= maxima[name]:
                params = {"given": plain(score), "max": plain(maxima[name])}
                yield Problem("score-range", f"{where} scores {name}", params)


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    found: list[str] = []
    for name in names:
        if name in seen and name not in found:
            found.append(name)
        seen.add(name)
    return found


def _lot_json(lot: LotBids) -> dict[str, Any]:
    bids = []
    for bid in lot.bids:
        row: dict[str, Any] = {
            "bidder": bid.bidder,
            "price_eur": None if bid.price_eur is None else plain(bid.price_eur),
            "scores": {name: plain(score) for name, score in bid.scores.items()},
        }
        if bid.costs:
            row["costs_eur"] = {name: plain(cost) for name, cost in bid.costs.items()}
        bids.append(row)
    return {"id": lot.id, "bids": bids, **({"closed": True} if lot.closed else {})}


def worked_example(contest: Contest) -> tuple[Contest, Outcome]:
    """The contest's own weights and formula on three invented bids A, B and C, for those who think of bidding."""
    low, high = contest.bounds or (Decimal(80_000), Decimal(130_000))
    step = (high - low) / 4
    prices = (low + step, low + 2 * step, low + 3 * step)
    parts = (Decimal("0.60"), Decimal("0.80"), Decimal("0.95"))
    bids = tuple(
        Bid(name, price.quantize(Decimal(1)), {one.id: one.max * part for one in contest.criteria})
        for name, price, part in zip("ABC", prices, parts, strict=True)
    )
    example = Contest(
        contest.price_weight,
        contest.price_formula,
        contest.criteria,
        contest.tie_rule,
        (LotBids("example", bids),),
        contest.abnormal_share,
        contest.bounds,
    )
    return example, evaluate(example)
