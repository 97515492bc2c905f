"""How good are the plans, and at what cost? Our engine beside simpler methods on the same invented, Finland-like problems.

One process for each method and instance; every plan is scored again by ``certificate`` and never by the method itself.

    python bench/placement.py                       small: 300 families, 30 CPU s a method
    python bench/placement.py --families 500 1500 5000 50000 --seeds 1 2 --time-limit 120
    python bench/placement.py --alone               families of one person: min-cost flow and slots too
    python bench/placement.py --week                weekly batches: seconds until proven optimal

The weekly rule over a year, beside PM and PMB, is ``placement_weekly.py``.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from kotopolku.placement.engine.answer import Budget
from kotopolku.placement.engine.certificate import bound, plan_value
from kotopolku.placement.engine.problem import NOWHERE, Problem
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.work import Clock, Work

LARGEST = [
    690,
    325,
    262,
    258,
    217,
    209,
    150,
    128,
    122,
    85,
    80,
    78,
    74,
    69,
    68,
    67,
    66,
    56,
    53,
    52,
    51,
    50,
    49,
    48,
]
"""Thousands of inhabitants of the largest municipalities, about; the others are drawn."""
REGIONS = 19
SIZES = [0.47, 0.14, 0.12, 0.11, 0.07, 0.04, 0.025, 0.015, 0.006, 0.004]
"""Share of families of 1, 2, ... 10 persons."""
TRADES, LANGUAGES = 8, 12


def invented(
    families: int, seed: int, *, room: float, towns: int = 308, alone: bool = False, bands: bool = True
) -> Problem:
    """``room``: places for each person who waits; ``alone``: families of one person and one resource."""
    country, people = np.random.default_rng(20_000 + seed), np.random.default_rng(seed)
    inhabitants = np.sort(np.clip(country.lognormal(np.log(5_600), 0.8, towns), 400, 20_000))[::-1]
    inhabitants[: min(towns, len(LARGEST))] = np.array(LARGEST[:towns]) * 1_000
    big = np.log(inhabitants / inhabitants.min()) / np.log(inhabitants.max() / inhabitants.min())
    region = np.concatenate([np.arange(REGIONS), country.integers(0, REGIONS, towns)])[:towns]
    centre = np.stack(
        [country.uniform(30, 480, REGIONS), np.clip(country.gamma(2.0, 170, REGIONS), 20, 960)], 1
    )
    spot = centre[region] + country.normal(0, 40, (towns, 2))
    km = np.hypot(*(spot[:, None] - spot[None]).transpose(2, 0, 1))
    # Families
    size = (
        np.ones(families, np.int64)
        if alone
        else people.choice(np.arange(1, 11), families, p=np.array(SIZES) / sum(SIZES))
    )
    adults = np.minimum(size, np.where(people.random(families) < 0.25, 1, 2))
    small = people.binomial(size - adults, 0.4)
    pupils = people.binomial(size - adults - small, 0.8)
    support = people.random(families) < 0.05
    ill = people.random(families) < 0.07
    trade = people.integers(0, TRADES, families)
    tongue = people.choice(LANGUAGES, families, p=country.dirichlet(np.ones(LANGUAGES)))
    root = np.sqrt(size)[:, None]
    # Places
    takes = country.random(towns) < np.where(inhabitants > 15_000, 0.97, 0.8)
    wish = inhabitants**0.92 * country.lognormal(0, 0.45, towns) * takes
    persons = wish / wish.sum() * size.sum() * room
    capacity = np.zeros((towns, 1 if alone else 4), np.int64)
    capacity[:, 0] = np.where(
        takes, np.maximum(np.floor(persons + country.random(towns)), np.where(persons > 1.5, 4, 0)), 0
    )
    use = np.stack([size] if alone else [size, pupils, small, support.astype(np.int64)], 1)
    for d in range(1, use.shape[1]):
        share = 1.4 * use[:, d].sum() / size.sum()
        capacity[:, d] = np.floor(persons * share * country.lognormal(0, 0.25, towns) + 0.7)
    # Points
    jobs = country.normal(0, 0.5, (towns, TRADES)) + 0.3 * big[:, None]
    kin = country.gamma(0.4, 1.0, (towns, LANGUAGES)) * big[:, None] ** 2
    kin /= 1 + kin
    points = (
        1_000
        * adults[:, None]
        / (1 + np.exp(1.0 - jobs[:, trade].T - people.normal(0, 0.2, (families, towns))))
    )
    points += root * (120 * kin[:, tongue].T + 100 * np.clip(country.normal(0.3 + 0.6 * big, 0.15), 0, 1))
    points += 60 * root * np.clip(country.normal(0.75 - 0.35 * big, 0.15), 0, 1)
    liked = (
        people.gumbel(size=(families, towns)) + 1.1 * np.log(inhabitants) + np.log(0.05 + kin[:, tongue].T)
    )
    order = np.argsort(-liked, axis=1, kind="stable")[:, :5]
    speaks = np.flatnonzero(people.random(families) < 0.7)
    for rank, worth in enumerate((300, 240, 180, 120, 60)):
        points[speaks, order[speaks, rank]] += worth * root[speaks, 0]
    relative = people.choice(towns, families, p=inhabitants / inhabitants.sum())
    points += np.where(people.random(families)[:, None] < 0.15, 400 * root * np.exp(-km[relative] / 25), 0)
    hospital = km[:, np.argsort(-inhabitants)[:20]].min(axis=1)
    points += np.where(ill[:, None], 200 * np.exp(-hospital / 40), 0)
    scores = np.rint(points).astype(np.int64)
    # Hard rules
    dwelling = np.where(
        inhabitants > 20_000, 10, np.where(inhabitants > 6_000, 8, country.integers(4, 8, towns))
    )
    interpreter = country.random((towns, LANGUAGES)) < 0.45 + 0.55 * big[:, None]
    never = size[:, None] > dwelling
    never |= ill[:, None] & (hospital > 120)
    never |= (people.random(families) < 0.6)[:, None] & ~interpreter[:, tongue].T
    never |= (use[:, None, :] > capacity[None]).any(axis=2)
    scores[never] = -1
    share = np.bincount(region, capacity[:, 0], REGIONS) / max(1, capacity[:, 0].sum())
    low, high = np.floor(share * size.sum() * 0.9), np.ceil(share * size.sum() * 1.1)
    return Problem.of(
        scores,
        use,
        capacity,
        region=region,
        bonus=3_000,
        region_penalty=150 if bands else 0,
        region_lo=low if room < 1.5 else np.zeros(REGIONS),
        region_hi=high,
    )


def _greedy(problem: Problem, order: np.ndarray) -> np.ndarray:
    room, plan = problem.capacity.copy(), np.full(problem.families, NOWHERE)
    for i in order:
        fits = problem.allowed[i] & (problem.use[i] <= room).all(axis=1)
        if fits.any():
            plan[i] = int(np.where(fits, problem.scores[i], -1).argmax())
            room[plan[i]] -= problem.use[i]
    return plan


def greedy(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """In the order of arrival, each to the best municipality with room."""
    return {"assignment": _greedy(problem, np.arange(problem.families))}


def greedy_big(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """The same, big families first."""
    return {"assignment": _greedy(problem, np.argsort(-problem.use[:, 0], kind="stable"))}


def _clock(limit: float) -> Clock:
    """``limit`` CPU seconds, by the wall up to twenty times that: other work on the machine must not make a method look worse."""
    begun = time.process_time()
    return Clock(time.perf_counter, 20 * limit, lambda: time.process_time() - begun > limit)


def rounding(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """Relaxation over all pairs (column generation), then the fractional families by price order."""
    from kotopolku.placement.engine.prices import search_prices
    from kotopolku.placement.engine.relaxation import relax
    from kotopolku.placement.engine.rounding import insert

    work = Work(problem)
    relaxed = relax(work, search_prices(work, 250, seed), _clock(limit))
    plan = np.full(work.n, NOWHERE)
    if relaxed is not None:
        whole = relaxed.x > 0.999
        plan[relaxed.family[whole]] = relaxed.town[whole]
        prices = relaxed.prices.whole(work.penalty)
        plan = insert(work, plan, prices)
    return {"assignment": plan}


def whole_model(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """HiGHS on every pair at once, no start and no prices."""
    from kotopolku.placement.engine.highs import PairModel

    work = Work(problem)
    model = PairModel(work, np.arange(work.n), work.room, work.low, work.high, work.room > 0, integer=True)
    family, town = np.nonzero(problem.allowed)
    model.add(family, town)
    done = model.run(_clock(limit), mip_rel_gap=0.0, mip_abs_gap=0.9, random_seed=seed)
    plan = np.full(work.n, NOWHERE)
    answer: dict[str, Any] = {}
    if done:
        chosen = model.values() > 0.5
        plan[family[chosen]] = town[chosen]
        answer["upper_bound"] = int(np.floor(model.solver.getInfo().mip_dual_bound + 1e-6))
    return {"assignment": plan, **answer}


def slots(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """Assignment of families to single places: exact for families of one without bands; needs a full matrix."""
    from scipy.optimize import linear_sum_assignment

    town = np.repeat(np.arange(problem.municipalities), np.minimum(problem.capacity[:, 0], problem.families))
    gain = np.where(problem.allowed, problem.scores + problem.bonus, 0)[:, town]
    row, column = linear_sum_assignment(gain, maximize=True)
    plan = np.full(problem.families, NOWHERE)
    good = gain[row, column] > 0
    plan[row[good]] = town[column[good]]
    return {"assignment": plan}


def ours(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """The product's engine."""
    begun = time.process_time()
    answer = solve(
        problem,
        budget=Budget(time_limit=20 * limit),
        seed=seed,
        stop=lambda: time.process_time() - begun > limit,
    )
    return {
        "assignment": answer.assignment,
        "upper_bound": answer.upper_bound,
        "bound_kind": answer.bound_kind,
        "certificate_bound": bound(problem, answer.prices, answer.region_prices, answer.family_prices),
        "optimal": answer.optimal,
    }


def min_cost_flow(problem: Problem, limit: float, seed: int) -> dict[str, Any]:
    """Families of one without bands: a flow, whose linear programme HiGHS' simplex solves in whole numbers by itself."""
    from kotopolku.placement.engine.highs import PairModel

    work = Work(problem)
    model = PairModel(work, np.arange(work.n), work.room, work.low, work.high, work.room > 0)
    family, town = np.nonzero(problem.allowed)
    model.add(family, town)
    plan = np.full(work.n, NOWHERE)
    answer: dict[str, Any] = {}
    if model.run(_clock(limit), solver="simplex"):
        chosen = model.values() > 0.5
        plan[family[chosen]] = town[chosen]
        answer["upper_bound"] = round(float(model.solver.getInfo().objective_function_value))
    return {"assignment": plan, **answer}


METHODS: dict[str, Callable[[Problem, float, int], dict[str, Any]]] = {
    "ours": ours,
    "greedy": greedy,
    "greedy-big": greedy_big,
    "rounding": rounding,
    "highs": whole_model,
    "flow": min_cost_flow,
    "slots": slots,
}


def one(method: str, directory: Path, limit: float, seed: int) -> None:
    """In a process of its own: solve, score again, print one row."""
    problem = Problem.read(directory)
    before, begun = time.process_time(), time.perf_counter()
    found = METHODS[method](problem, limit, seed)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - before
    value = plan_value(problem, np.asarray(found.pop("assignment")))
    print(
        json.dumps(
            {
                "method": method,
                "objective": value.objective,
                "score": value.score,
                "unplaced_persons": int(problem.persons.sum()) - value.persons_placed,
                "cpu_s": round(cpu, 2),
                "seconds": round(seconds, 2),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "load": round(os.getloadavg()[0], 1),
                **found,
            }
        )
    )


def run(method: str, directory: Path, limit: float, seed: int) -> dict[str, Any]:
    arguments = [
        sys.executable,
        __file__,
        "--one",
        method,
        str(directory),
        "--time-limit",
        str(limit),
        "--seeds",
        str(seed),
    ]
    try:
        done = subprocess.run(
            arguments, capture_output=True, text=True, timeout=limit * 21 + 300, check=False
        )
    except subprocess.TimeoutExpired:
        return {"method": method, "failed": "did not end"}
    if done.returncode:
        return {"method": method, "failed": done.stderr.strip().splitlines()[-1][:120]}
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def _gap(row: dict[str, Any], most: int) -> float:
    """Per cent of the score without the bonus for persons placed."""
    return float(100 * (most - row["objective"]) / max(1, row["score"]))


def compare(families: int, seed: int, room: float, limit: float, methods: list[str], alone: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        problem = invented(families, seed, room=room, alone=alone, bands=not alone)
        problem.write(Path(folder))
        print(
            f"\n{families} families, {int(problem.persons.sum())} persons, room {room}, seed {seed}, {problem.digest()[:12]}"
        )
        rows = [run(method, Path(folder), limit, seed) for method in methods]
    known = [row["upper_bound"] for row in rows if "upper_bound" in row]
    print(
        f"{'method':12}{'gap %':>10}{'own proof':>11}{'unplaced':>10}{'CPU s':>9}{'s':>9}{'MB':>7}{'load':>6}"
    )
    for row in rows:
        if "failed" in row:
            print(f"{row['method']:12} — {row['failed']}")
            continue
        gap = _gap(row, min(known)) if known else float("nan")
        own = f"{_gap(row, row['certificate_bound']):.4f}" if "certificate_bound" in row else "—"
        proof = "optimal" if row.get("optimal") else row.get("bound_kind", "")
        print(
            f"{row['method']:12}{gap:10.4f}{own:>11}{row['unplaced_persons']:10}{row['cpu_s']:9.1f}{row['seconds']:9.1f}"
            f"{row['peak_mb']:7}{row['load']:6.1f} {proof}"
        )
        print(json.dumps({"families": families, "seed": seed, "room": room, **row}), file=sys.stderr)


def weeks(seeds: int, methods: list[str]) -> None:
    """Batches of a week: CPU seconds of each until proven optimal; ``room`` 1.1 is for comparison, there no places are left."""
    for families, towns, room in ((30, 26, 8.0), (50, 308, 12.0), (100, 308, 6.0), (100, 308, 1.1)):
        for method in methods:
            rows = []
            for seed in range(1, seeds + 1):
                with tempfile.TemporaryDirectory() as folder:
                    invented(families, seed, room=room, towns=towns).write(Path(folder))
                    rows.append(run(method, Path(folder), 60, seed))
            rows = [row for row in rows if "failed" not in row]
            proven = sum(row.get("upper_bound") == row["objective"] for row in rows)
            taken = [row["cpu_s"] for row in rows]
            print(
                f"{families} families x {towns}, room {room}, {method}: {proven} of {seeds} proven optimal, "
                f"median {statistics.median(taken):.2f} CPU s, worst {max(taken):.2f}, {max(row['peak_mb'] for row in rows)} MB",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--families", type=int, nargs="+", default=[300])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--room", type=float, nargs="+", default=[1.1])
    parser.add_argument("--time-limit", type=float, default=30.0, help="CPU seconds a method.")
    parser.add_argument(
        "--methods", nargs="+", choices=METHODS, default=["ours", "greedy", "greedy-big", "rounding", "highs"]
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="Families of one person: adds min-cost flow and assignment to single places.",
    )
    parser.add_argument("--week", action="store_true")
    parser.add_argument("--write", type=Path, help="Only write the first instance into this folder.")
    parser.add_argument("--one", nargs=2, metavar=("METHOD", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one[0], Path(options.one[1]), options.time_limit, options.seeds[0])
        return
    if options.write:
        invented(options.families[0], options.seeds[0], room=options.room[0], alone=options.alone).write(
            options.write
        )
        return
    if options.week:
        weeks(max(options.seeds[0], 5), ["ours", "highs"])
        return
    methods = [*options.methods, "flow", "slots"] if options.alone else options.methods
    for families in options.families:
        for room in options.room:
            for seed in options.seeds:
                compare(families, seed, room, options.time_limit, methods, options.alone)


if __name__ == "__main__":
    main()
