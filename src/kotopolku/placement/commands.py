"""Commands of placement: plans and proofs from files, without a database.

Not for: proposals and municipalities' answers, which are pages.
"""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from kotopolku.placement.engine.answer import Answer


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@click.group("placement")
def placement() -> None:
    """Places in municipalities: plans with a proof, from files."""


class Watched:
    """Progress on the screen, and Ctrl-C that asks for the best plan so far instead of breaking off."""

    def __init__(self, progress: Progress, limit: float) -> None:
        self._progress, self._limit, self._asked = progress, limit, False
        self._task = progress.add_task("starting", total=limit)

    def show(self, stage: str, objective: int | None, bound: int | None, seconds: float) -> None:
        text = stage
        if objective is not None and bound is not None:
            text = f"{stage}: {objective} of at most {bound} points"
        self._progress.update(self._task, completed=min(seconds, self._limit), description=text)

    def stop(self) -> bool:
        return self._asked

    def ask_to_stop(self) -> None:
        self._asked = True


@contextmanager
def watched(limit: float, *, quiet: bool = False) -> Iterator[Watched]:
    """For any command that lets the engine work: gives ``show`` and ``stop`` for ``solve``."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        watch = Watched(bar, limit)
        main = threading.current_thread() is threading.main_thread()
        before = signal.getsignal(signal.SIGINT) if main else None
        if main:
            signal.signal(signal.SIGINT, lambda *_: watch.ask_to_stop())
        try:
            yield watch
        finally:
            if main:
                signal.signal(signal.SIGINT, before)


@placement.command("solve-arrays")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--time-limit", default=60.0, show_default=True, type=click.FloatRange(min=0.1), help="Seconds."
)
@click.option(
    "--effort",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 100),
    help="Scales steps and nodes.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
def solve_arrays(directory: Path, time_limit: float, effort: float, seed: int, as_json: bool) -> None:
    """Solve the problem in DIRECTORY: scores.npy, use.npy, capacity.npy, region.npy, settings.json.

    Ctrl-C ends the search and gives the best plan so far with its proof.
    """
    from kotopolku.placement.engine.answer import Budget
    from kotopolku.placement.engine.problem import Problem, ProblemError
    from kotopolku.placement.engine.solver import solve

    try:
        problem = Problem.read(directory)
    except ProblemError as error:
        _refuse(error)
    with watched(time_limit) as watch:
        answer = solve(
            problem,
            budget=Budget(time_limit=time_limit, effort=effort),
            seed=seed,
            progress=watch.show,
            stop=watch.stop,
        )
    if as_json:
        click.echo(json.dumps(answer.to_json()))
        return
    for line in _summary(answer):
        click.echo(line)


def _summary(answer: "Answer") -> list[str]:
    placed = len(answer.assignment) - answer.unplaced
    proof = (
        "proven optimal" if answer.optimal else f"at most {answer.gap_score_pct} % of the score from the best"
    )
    return [
        f"{placed} families, {answer.persons_placed} persons placed; {answer.unplaced} families without a place.",
        f"Objective {answer.objective}, bound {answer.upper_bound} ({answer.bound_kind}): {proof}.",
        f"{answer.seconds:.1f} s, {answer.cpu_seconds:.1f} CPU s, seed {answer.seed}"
        + (", stopped before the end." if answer.stopped else "."),
        f"Input {answer.digest}",
    ]


@placement.command("check")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def check_answer(directory: Path, out: Path, as_json: bool) -> None:
    """Compute value and bound of the plan in OUT (from solve-arrays --json) anew from DIRECTORY.

    Ends with 1 when the plan is not possible or a number differs from what was claimed.
    """
    from kotopolku.placement.engine.problem import Problem, ProblemError

    try:
        problem = Problem.read(directory)
        claimed = json.loads(out.read_text(encoding="utf-8"))
    except (ProblemError, ValueError) as error:
        _refuse(error)
    if not isinstance(claimed, dict):
        _refuse(f"{out} is not an answer of solve-arrays --json.")
    found, faults = _compare(problem, claimed)
    if as_json:
        click.echo(json.dumps({**found, "faults": faults, "agrees": not faults}))
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")
        for fault in faults:
            click.echo(fault, err=True)
        if not faults:
            click.echo("The numbers agree.")
    if faults:
        sys.exit(1)


def _compare(problem: Any, claimed: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What is found from raw data, and how it differs from what was claimed."""
    from kotopolku.placement.engine.certificate import WrongPlan, check

    try:
        checked = check(
            problem,
            claimed["assignment"],
            claimed["prices"],
            claimed.get("region_prices", [0] * problem.regions),
            claimed.get("family_prices"),
        )
    except KeyError as error:
        return {}, [f"The answer has no {error.args[0]}."]
    except (WrongPlan, ValueError, TypeError, OverflowError) as error:
        return {}, [str(error)]
    solvers = claimed.get("bound_kind") == "solver"
    found: dict[str, Any] = {
        "objective": checked.objective,
        "certificate_bound": checked.bound,
        "persons_placed": checked.persons_placed,
        "gap_score_pct_of_certificate": checked.gap_score_pct,
        "bound_kind": claimed.get("bound_kind", "certificate"),
    }
    faults = [
        f"{name}: claimed {claimed.get(name)}, found {found[name]}."
        for name in ("objective", "persons_placed")
        if claimed.get(name) != found[name]
    ]
    bound = claimed.get("upper_bound")
    if solvers:
        if not isinstance(bound, int) or not checked.objective <= bound <= checked.bound:
            faults.append(
                f"upper_bound: the solver's bound {bound} is not between {checked.objective} and {checked.bound}."
            )
    elif bound != checked.bound:
        faults.append(f"upper_bound: claimed {bound}, found {checked.bound}.")
    if "digest" in claimed and claimed["digest"] != problem.digest():
        faults.append("digest: the answer is to another problem.")
    return found, faults


def _add_others() -> None:
    from kotopolku.placement.commands_money import compensation
    from kotopolku.placement.commands_rounds import list_rounds, make_round
    from kotopolku.placement.commands_solve import solve_files

    placement.add_command(compensation)
    placement.add_command(make_round)
    placement.add_command(list_rounds)
    placement.add_command(solve_files)


_add_others()
