"""Measures the comparison of bids: a national round of 200 tenders, 1,000 lots and 5,000 bids, exact fractions.

Beside it, in the same run, the plain alternative: the same formulas with floats, points rounded before they are compared;
told is how many winners and ties it gets otherwise. Needs no database. Usage: bench/procurement.py [--tenders N] [--seed S]
"""

import argparse
import json
import random
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from kotopolku.procurement.evaluation import Bid, Contest, Criterion, LotBids, evaluate
from kotopolku.procurement.evaluation_input import read_input
from kotopolku.procurement.sensitivity import sensitivity

LOTS_EACH, BIDS_EACH, MOST_SECONDS = 5, 5, 5.0


def made_up(count: int, seed: int) -> list[Contest]:
    """Tenders with close bids: prices to the cent about a level, scores in steps of five as evaluators give them."""
    dice = random.Random(seed)
    found = []
    for _number in range(count):
        price_weight = dice.choice((20, 30, 40, 50))
        parts = dice.choice(((100,), (60, 40), (50, 30, 20)))
        rest = 100 - price_weight
        criteria = tuple(
            Criterion(f"c{n}", Decimal(part) * rest / 100, Decimal(100)) for n, part in enumerate(parts)
        )
        lots = []
        for lot in range(LOTS_EACH):
            level = dice.randrange(80_000, 900_000, 1_000)
            bids = tuple(
                Bid(
                    f"B{n}",
                    Decimal(level) * dice.randrange(90, 111) / 100,
                    {one.id: Decimal(dice.randrange(60, 101, 5)) for one in criteria},
                )
                for n in range(BIDS_EACH)
            )
            lots.append(LotBids(f"L{lot}", bids))
        found.append(Contest(Decimal(price_weight), "lowest/price", criteria, None, tuple(lots)))
    return found


def naive(contest: Contest) -> list[str | None]:
    """Floats, rounded to two places before comparing: what a spreadsheet does. None = a tie."""
    winners: list[str | None] = []
    for lot in contest.lots:
        lowest = min(float(bid.price_eur or 0) for bid in lot.bids)
        points = {}
        for bid in lot.bids:
            total = float(contest.price_weight) * lowest / float(bid.price_eur or 1)
            for one in contest.criteria:
                total += float(one.weight) * float(bid.scores[one.id]) / float(one.max)
            points[bid.bidder] = round(total, 2)
        most = max(points.values())
        first = [name for name, one in points.items() if one == most]
        winners.append(first[0] if len(first) == 1 else None)
    return winners


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenders", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    contests = made_up(given.tenders, given.seed)
    texts = [json.dumps(one.to_json()) for one in contests]
    lots = sum(len(one.lots) for one in contests)
    print(f"{given.tenders} tenders, {lots} lots, {lots * BIDS_EACH} bids, seed {given.seed}")
    begun, cpu = time.perf_counter(), time.process_time()
    outcomes = [evaluate(read_input(json.loads(text))) for text in texts]
    seconds, worked = time.perf_counter() - begun, time.process_time() - cpu
    print(f"exact, from JSON to ranking: {seconds:.2f} s ({worked:.2f} s of one processor)")
    begun = time.perf_counter()
    others = [naive(one) for one in contests]
    print(f"floats, rounded first: {time.perf_counter() - begun:.2f} s")
    winners = [lot.winner for one in outcomes for lot in one.lots]
    plain = [winner for one in others for winner in one]
    ties = sum(winner is None for winner in winners)
    false_ties = sum(a is not None and b is None for a, b in zip(winners, plain, strict=True))
    wrong = sum(a is not None and b is not None and a != b for a, b in zip(winners, plain, strict=True))
    missed = sum(a is None and b is not None for a, b in zip(winners, plain, strict=True))
    print(
        f"exact ties {ties}; floats: {false_ties} ties that are none, {missed} ties missed, {wrong} other winners"
    )
    begun = time.perf_counter()
    turned = sum(not sensitivity(one, lot.id).robust for one in contests for lot in one.lots)
    print(
        f"sensitivity of every lot: {time.perf_counter() - begun:.2f} s; in {turned} of {lots} lots ten points turn it"
    )
    if worked > MOST_SECONDS:
        print(f"over the bound of {MOST_SECONDS} s of one processor", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
