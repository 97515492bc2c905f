"""Measures the weekly rule of placing over a generated year, against the best plan with everything known beforehand.

Beside it in the same run: case by case, greedy weekly, PM and PMB (mean prices of sampled futures without and with the
week's own families, as in the literature), and our rule without notice, with four weeks' waiting list, and tentative.
Municipalities are Finland's own; families and places are invented. Usage: bench/placement_weekly.py [--families N]
[--seeds S] [--slack X] [--json]
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np

from kotopolku.placement.engine import hindsight
from kotopolku.placement.engine.answer import Budget
from kotopolku.placement.engine.contract import Family, Place, Relative, Settings
from kotopolku.placement.engine.country import Country, country
from kotopolku.placement.engine.hindsight import Moment, Year, live
from kotopolku.placement.engine.problem import Problem
from kotopolku.placement.engine.rounds import make_round
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.weekly import Batch, future_prices
from kotopolku.reference.sources import rows

DAY = date(2026, 1, 1)
SIZES = np.array([0.48, 0.13, 0.12, 0.11, 0.07, 0.04, 0.025, 0.015, 0.006, 0.004])
LANGUAGES = ("ar", "so", "prs", "ti", "sw", "ku", "uk", "ru", "fr", "en")
FUTURES = 5


def populations(where: Country) -> np.ndarray:
    by_code: dict[str, tuple[int, float]] = {}
    for row in rows("population.csv"):
        by_code[row["code"]] = max(
            by_code.get(row["code"], (0, 0.0)), (int(row["year"]), float(row["population"]))
        )
    return np.array([by_code.get(code, (0, 3_000.0))[1] for code in where.codes])


def invented_places(random: np.random.Generator, where: Country, persons: int, slack: float) -> list[Place]:
    people = populations(where)
    big = np.log(people / people.min()) / np.log(people.max() / people.min())
    takes_part = random.random(len(people)) < np.where(people > 15_000, 0.97, 0.8)
    share = people**0.92 * random.lognormal(0, 0.45, len(people)) * takes_part
    total = np.floor(share / share.sum() * persons * slack + random.random(len(people))).astype(int)
    places = []
    for j, code in enumerate(where.codes):
        if total[j] < 1:
            continue
        number = int(max(4, total[j]))
        spoken = tuple(word for word in LANGUAGES if random.random() < 0.45 + 0.55 * big[j])
        places.append(
            Place(
                code,
                {
                    "persons": number,
                    "school": int(number * 0.32 * random.lognormal(0, 0.25) + 0.7),
                    "daycare": int(number * 0.26 * random.lognormal(0, 0.25) + 0.7),
                    "special": int(number * 0.04 * random.lognormal(0, 0.35) + 0.6),
                },
                largest_home=0
                if people[j] > 20_000
                else 8
                if people[j] > 6_000
                else int(random.choice([4, 5, 6, 7])),
                languages=spoken,
                training=float(np.clip(random.normal(0.35 + 0.6 * big[j], 0.15), 0, 1)),
                housing=float(np.clip(random.normal(0.75 - 0.35 * big[j], 0.15), 0, 1)),
            )
        )
    return places


def invented_families(
    random: np.random.Generator, where: Country, number: int, mark: str
) -> Iterator[Family]:
    people = populations(where)
    pull = people / people.sum()
    for i in range(number):
        persons = int(random.choice(np.arange(1, 11), p=SIZES / SIZES.sum()))
        adults = 1 if persons == 1 or random.random() < 0.22 else min(persons, 2 + int(random.random() < 0.2))
        children = persons - adults
        small = int(random.binomial(children, 0.42))
        wishes = (
            tuple(dict.fromkeys(random.choice(where.codes, 5, p=pull).tolist()))
            if random.random() < 0.7
            else ()
        )
        yield Family(
            id=f"{mark}-{i:05d}",
            persons=persons,
            group="quota",
            adults=adults,
            school=int(random.binomial(children - small, 0.85)),
            daycare=small,
            special=int(random.random() < 0.05),
            needs_care=bool(random.random() < 0.07),
            languages=(str(random.choice(LANGUAGES)),),
            needs_interpreter=bool(random.random() < 0.6),
            wishes=wishes,
            relatives=(Relative(str(random.choice(where.codes, p=pull))),) if random.random() < 0.15 else (),
            reception=str(random.choice(where.codes, p=pull)) if random.random() < 0.6 else "",
            no_schooling=bool(random.random() < 0.2),
        )


def invented_year(number: int, seed: int, slack: float) -> Year:
    random, where = np.random.default_rng(seed), country(2026)
    now, past = (list(invented_families(random, where, number, mark)) for mark in ("a", "b"))
    places = invented_places(random, where, sum(family.persons for family in now), slack)
    one = make_round([*now, *past], places, Settings(DAY), where=where)
    both = Batch(one.problem.scores, one.problem.use)
    order = random.permutation(number)
    weeks = [np.sort(random.integers(0, 52, number)) for _ in range(2)]
    # A family that fits nowhere even in an empty country is no test of the rule.
    ours = [row for row in order if one.problem.allowed[row].any()]
    return Year(
        both.rows(np.array(ours)),
        weeks[0][: len(ours)],
        one.problem.capacity,
        both.rows(np.arange(number, 2 * number)),
        weeks[1],
        one.problem.bonus,
    )


def sampled(year: Year, moment: Moment, *, with_batch: bool) -> np.ndarray:
    """PM and PMB: the week's best after the mean of the prices of sampled futures."""
    random = np.random.default_rng(1_000 + moment.week)
    nobody = Batch(moment.now.scores[:0], moment.now.use[:0])
    certain = (moment.now if with_batch else nobody).with_(moment.known)
    before = moment.memory.get("prices", [None] * FUTURES)
    found = []
    for k in range(FUTURES):
        who = random.integers(0, len(year.pool), round(moment.coming.mid))
        coming = np.bincount(who, minlength=len(year.pool)).astype(float)
        found.append(
            future_prices(
                certain, year.pool, coming, moment.room, bonus=year.bonus, start=before[k], fit=False
            )
        )
    moment.memory["prices"] = found
    after = moment.now.scores + year.bonus * moment.now.use[:, :1] - moment.now.use @ np.mean(found, axis=0).T
    adjusted = np.where((moment.now.scores >= 0) & (after > 0), np.rint(after), -1).astype(np.int64)
    return solve(
        Problem.of(adjusted, moment.now.use, moment.room, bonus=0), budget=Budget(time_limit=20.0)
    ).assignment


def pm(year: Year, moment: Moment) -> np.ndarray:
    return sampled(year, moment, with_batch=False)


def pmb(year: Year, moment: Moment) -> np.ndarray:
    return sampled(year, moment, with_batch=True)


METHODS: list[tuple[str, Any, dict[str, Any]]] = [
    ("case by case", hindsight.case_by_case, {}),
    ("greedy weekly", hindsight.greedy, {}),
    ("PM, 5 futures", pm, {"wait": False}),
    ("PMB, 5 futures", pmb, {"wait": False}),
    ("ours, no notice", hindsight.ours, {}),
    ("ours, tentative 4 weeks", hindsight.ours, {"tentative": 4}),
    ("ours, 4 weeks' list", hindsight.ours, {"notice": 4}),
    ("ours, 4 weeks' list, tentative 4", hindsight.ours, {"notice": 4, "tentative": 4}),
]


def measured(number: int, seed: int, slack: float, only: str) -> list[dict[str, Any]]:
    year = invented_year(number, seed, slack)
    began = time.process_time()
    best = hindsight.in_hindsight(year)
    score, persons = year.value(best.assignment)
    everybody = int(year.families.use[:, 0].sum())
    common = {
        "families": len(year.families),
        "municipalities": len(year.capacity),
        "persons": everybody,
        "seed": seed,
        "slack": slack,
    }
    result = [
        {
            **common,
            "method": "hindsight",
            "score_pct": 100.0,
            "of_bound_pct": round(100 * (1 - best.gap_points / max(1, best.score)), 3),
            "unplaced": everybody - persons,
            "cpu_s": round(time.process_time() - began, 2),
        }
    ]
    for name, rule, how in METHODS:
        if only and only not in name:
            continue
        lived = live(year, rule, **how)
        result.append(
            {
                **common,
                "method": name,
                "score_pct": round(100 * lived.score / max(1, score), 3),
                "of_bound_pct": round(
                    100 * (1 - (best.upper_bound - lived.score - year.bonus * lived.persons) / max(1, score)),
                    3,
                ),
                "unplaced": everybody - lived.persons,
                "waited": lived.waited,
                "cpu_s": lived.cpu_seconds,
                "worst_week_s": lived.worst_week,
            }
        )
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--slack", type=float, default=1.1, help="Places for each person to come.")
    parser.add_argument("--only", default="", help="Part of a method's name.")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
        for row in measured(chosen.families, seed, chosen.slack, chosen.only):
            if chosen.json:
                print(json.dumps(row), flush=True)
                continue
            print(
                f"{row['families']:5d} families x {row['municipalities']}, seed {row['seed']}: {row['method']:34s}"
                f"{row['score_pct']:8.2f} % of hindsight's score, {row['of_bound_pct']:8.2f} % counting the unplaced, "
                f"{row['unplaced']:3d} persons unplaced, {row.get('waited', 0):3d} families waited, "
                f"{row['cpu_s']:7.2f} CPU s, worst week {row.get('worst_week_s', 0):.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
