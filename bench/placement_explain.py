"""Measures what follows a plan: what it costs to bring groups near to each other, reasons for pairs, the cost of a lock.

The round is made from invented families and places in every municipality of Finland, and goes through all stages as in
use. Each number of points is counted again. Usage: bench/placement_explain.py [--families N ...] [--seed S]
[--time-limit S] [--effort X] [--pairs N] [--locks N]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np
from placement_weekly import DAY, LANGUAGES, invented_families, invented_places

from kotopolku.placement.engine.answer import Budget
from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.contract import Place, Settings
from kotopolku.placement.engine.country import country
from kotopolku.placement.engine.placing import Placing, place
from kotopolku.placement.engine.problem import NOWHERE
from kotopolku.placement.engine.rounds import make_round
from kotopolku.placement.engine.what_if import lock_cost

SMALL = {"persons": 4, "school": 2, "daycare": 1, "special": 1}
"""Of a municipality to which the drawing gave nothing."""


def placed(number: int, seed: int, budget: Budget) -> Placing:
    random, where = np.random.default_rng(seed), country(2026)
    families = list(invented_families(random, where, number, "a"))
    places = invented_places(random, where, sum(family.persons for family in families), 1.0)
    have = {place.municipality for place in places}
    places += [Place(code, dict(SMALL), languages=LANGUAGES[:4]) for code in where.codes if code not in have]
    one = make_round(families, places, Settings(DAY), where=where)
    return place(one, budget=budget, seed=seed)


def timed(act: Callable[[int, int], object], pairs: list[tuple[int, int]]) -> str:
    taken = []
    for unit, column in pairs:
        begun = time.process_time()
        act(unit, column)
        taken.append(1_000 * (time.process_time() - begun))
    return f"median {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms of {len(taken)} (CPU)"


def fairness(done: Placing) -> None:
    print("  curve of fairness (least share of the own best in any group; spread; price in % of the score):")
    for level in done.fair.curve:
        spread = max(level.groups.values()) - min(level.groups.values())
        print(f"    {level.floor:.3f}  spread {100 * spread:5.2f}  price {level.pct:.3f} %")
    for name, groups in (("before", done.fair.before), ("after", done.fair.after)):
        spread = 100 * (max(groups.values()) - min(groups.values()))
        print(f"    {name}: spread {spread:.2f} points, {dict(groups)}")
    print(f"    chosen plan: {done.fair.pct} % of the score")


def reasons(done: Placing, pairs: list[tuple[int, int]]) -> None:
    explainer, one = done.explainer(), done.round
    print(f"  reasons of a family: {timed(lambda unit, _column: explainer.reasons(unit), pairs)}")
    print(f"  why not another municipality: {timed(explainer.why_not, pairs)}")
    wrong = sum(
        sum(explainer.reasons(unit).parts.values()) != int(one.problem.scores[unit, done.plan[unit]])
        for unit in np.flatnonzero(done.plan != NOWHERE).tolist()
    )
    print(f"  plans' points that differ from the sum of their parts: {wrong} of {len(done.plan)}")


def locks(done: Placing, pairs: list[tuple[int, int]]) -> None:
    one, answer = done.round, done.answer
    taken, lost, moved, gains, wrong = [], [], [], 0, 0
    for unit, column in pairs:
        begun = time.process_time()
        found = lock_cost(one, done.plan, answer.prices, answer.region_prices, unit, column)
        taken.append(time.process_time() - begun)
        if not found.possible:
            continue
        lost.append(found.points_lost)
        moved.append(len(found.moved))
        gains += found.points_lost < 0
        wrong += found.points_lost != done.value.objective - plan_value(one.problem, found.plan).objective
    print(
        f"  cost of a lock: median {statistics.median(taken):.2f} s, worst {max(taken):.2f} s of {len(taken)} (CPU); "
        f"{len(lost)} possible, median {statistics.median(lost):.0f} points, {statistics.median(moved):.0f} families "
        f"move, {gains} found a better plan, {wrong} counted wrong"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, nargs="+", default=[500])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=600.0)
    parser.add_argument("--effort", type=float, default=1.0, help="Scales steps and nodes of the search.")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--locks", type=int, default=30)
    chosen = parser.parse_args()
    for number in chosen.families:
        begun = time.process_time()
        done = placed(number, chosen.seed, Budget(chosen.time_limit, chosen.effort))
        problem = done.round.problem
        print(
            f"{problem.families} units x {problem.municipalities}, seed {chosen.seed}: gap {done.answer.gap_score_pct:.3f} % "
            f"before the later stages, {time.process_time() - begun:.1f} CPU s"
        )
        fairness(done)
        random = np.random.default_rng(chosen.seed)
        allowed = np.argwhere(
            (problem.scores >= 0) & (np.arange(problem.municipalities) != done.plan[:, None])
        )
        some = [tuple(pair) for pair in random.permutation(allowed)[: chosen.pairs].tolist()]
        reasons(done, some)
        locks(done, some[: chosen.locks])


if __name__ == "__main__":
    main()
