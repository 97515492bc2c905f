"""Commands of rounds over the register: makes one for a region and shows it, lists those there are. No names.

Not for: choosing and proposing, which people do on the pages.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Organisation
    from kotopolku.placement.models import Round

MOST_LISTED = 20


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@contextmanager
def _register() -> Iterator[None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    from kotopolku import database

    with database.held():
        django.setup()
        yield


@click.command("round")
@click.option("--authority", "code", required=True, help="The regional authority's code, such as evk-01.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option("--weekly", is_flag=True, help="Keep families still to come in mind, as the weekly round does.")
@click.option(
    "--audit",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for `placement check`; not for a weekly round, whose proof is of other points.",
)
def make_round(code: str, seed: int, weekly: bool, audit: Path | None) -> None:
    """Make a round over a region's waiting cases, store it, and print how good it is. Ctrl-C keeps the best so far."""
    if weekly and audit is not None:
        _refuse("--audit is for a round without --weekly.")
    with _register():
        from django.db import transaction

        from kotopolku.access import rowsecurity
        from kotopolku.placement import round_run
        from kotopolku.placement.actions import rounds
        from kotopolku.placement.commands import watched
        from kotopolku.placement.round_solving import TIME_LIMIT

        seat = round_run.in_seat(_authority(code))
        choice = rounds.RoundChoice(weekly=weekly)
        with transaction.atomic():
            rowsecurity.apply(seat)
            job = replace(seat, system="placement.round")
            found = rounds.start_round(actor=job, seed=seed, choice=choice)
        with watched(TIME_LIMIT) as watch:
            done = round_run.run(found.pk, actor=seat, show=watch.show, stop=watch.stop)
        if done is None:
            _refuse(f"Round {found.pk} of {code} is being run by somebody else. Look again in a while.")
        for line in _summary(done):
            click.echo(line)
        if audit is not None and done.proof:
            _write_audit(audit, done)
        if done.state == "failed":
            sys.exit(1)


@click.command("rounds")
@click.option("--authority", "code", help="Only this regional authority's.")
def list_rounds(code: str | None) -> None:
    """List the last rounds: region, day, state, families placed, gap, expiry."""
    with _register():
        from django.db import transaction

        from kotopolku import clock
        from kotopolku.access import rowsecurity
        from kotopolku.access.viewer import Viewer
        from kotopolku.placement import access

        viewer = Viewer.for_system("placement.rounds", clock.today())
        with transaction.atomic():
            rowsecurity.apply(viewer)
            rows = access.rounds(viewer).defer("source", "proof").order_by("-id")
            rows = rows.filter(authority__code=code) if code else rows
            lines = [_line(one, viewer) for one in rows[:MOST_LISTED]]
    for line in lines or ["There are no rounds."]:
        click.echo(line)


def _authority(code: str) -> "Organisation":
    from kotopolku import clock
    from kotopolku.actors.models import Organisation
    from kotopolku.placement import access

    today = clock.today()
    found = Organisation.objects.filter(code=code, kind__in=access.REGIONS, valid__contains=today).first()
    if found is None:
        _refuse(f"There is no regional authority {code} on {today}.")
    return found


def _write_audit(folder: Path, one: "Round") -> None:
    """The arrays and the plan, so that anybody may compute value and bound anew; no case can be told from them."""
    from kotopolku.placement.round_solving import stored

    stored(one.source, one.proof).round.problem.write(folder)
    answer = {
        **one.proof["answer"],
        "assignment": one.proof["plan"],
        "objective": one.objective,
        "persons_placed": one.figures["persons_placed"],
    }
    (folder / "answer.json").write_text(json.dumps(answer) + "\n", encoding="utf-8")


def _line(one: "Round", viewer: "Viewer") -> str:
    figures = one.figures
    placed = f"{figures['placed']} of {figures['families']} placed" if "placed" in figures else ""
    return f"{one.pk:6} {one.authority.code:10} {one.day} {one.state_on(viewer.day):9} {placed}"


def _summary(one: "Round") -> Iterator[str]:
    yield f"Round {one.pk}: {one.state}."
    for problem in one.problems:
        yield " ".join(filter(None, (problem["about"], problem["key"], problem["text"])))
    figures = one.figures
    if "placed" not in figures:
        return
    yield (
        f"{figures['placed']} of {figures['families']} families placed, "
        f"{figures['persons_placed']} of {figures['persons']} persons; "
        f"{figures['hidden']} under a non-disclosure order kept out."
    )
    if figures["optimal"]:
        yield f"Value {one.objective} points: proven that no plan is better."
    else:
        yield (
            f"Value {one.objective} points, at most {one.bound} are possible: within {figures['gap_pct']} % of the score."
        )
    for number in figures["left_out"]:
        yield f"{number} was left out: the municipality fixed for it is not possible now."
    yield f"Weights {one.weights_version}, seed {one.seed}, input {one.input_digest}. Valid until {one.expires_on}."
