"""Commands of hand-over. ``succeed`` belongs to the group ``kotopolku actors``: it passes the clients of a reform.

Not for: which reforms there are (``data/reforms.toml``) and how a portion passes (``actions.successions``).
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from kotopolku.access.viewer import Viewer
    from kotopolku.handover.models import SuccessionRun
    from kotopolku.handover.reforms import Reform
    from kotopolku.handover.successions import Report

AT_ONCE = 200
"""Clients of one transaction: short enough that nobody who edits one of them waits long."""
TRIES = 20
PAUSE_S = 0.5


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@click.command("succeed")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reform", "reform_id", default="", help="Id of a reform that is in the product's data.")
@click.option("--dry-run", is_flag=True, help="Count and report; change nothing.")
@click.option(
    "--portion", default=AT_ONCE, show_default=True, type=click.IntRange(1, 2_000), help="Clients at once."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def succeed(file: Path | None, reform_id: str, dry_run: bool, portion: int, as_json: bool) -> None:
    """Pass the clients of an authority that ends to those that follow it.

    FILE (TOML or CSV) lists predecessor, successor, on, and if wanted municipalities, default and seats; or give --reform.
    It can be stopped and run again: clients that have passed are left alone.
    """
    if (file is None) == (not reform_id):
        _refuse("Give either a FILE or --reform ID.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    django.setup()
    from django.utils import translation

    from kotopolku import clock
    from kotopolku.access.viewer import Viewer

    with translation.override("en"):
        reform = _read(file, reform_id)
        viewer = Viewer.for_system("actors.succeed", clock.today())
        if dry_run:
            _print_report(reform, _counted(reform, viewer), as_json)
            return
        for problem in reform.problems:
            click.echo(f"row {problem.row}: {problem.text}", err=True)
        if reform.stopped or not reform.successions:
            _refuse("Nothing was done. Mend the rows above, and look at it with --dry-run first.")
        late = [day for day in reform.days if day > viewer.day]
        if late:
            _refuse(
                f"The reform takes effect on {late[-1].isoformat()}. Until then only --dry-run can be run."
            )
        _run(reform, viewer, portion, as_json)


def _read(file: Path | None, reform_id: str) -> "Reform":
    from kotopolku.handover import reforms

    try:
        return reforms.by_id(reform_id) if file is None else reforms.from_file(file)
    except LookupError:
        names = ", ".join(name for name, _title in reforms.known())
        _refuse(f"There is no reform {reform_id}. The reforms are: {names}.")
    except reforms.WrongFile as error:
        _refuse(error)


def _counted(reform: "Reform", viewer: "Viewer") -> "Report":
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.handover import successions

    with transaction.atomic():
        rowsecurity.apply(viewer)
        return successions.report(reform)


def _left(reform: "Reform", viewer: "Viewer") -> int:
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.handover import successions

    with transaction.atomic():
        rowsecurity.apply(viewer)
        return successions.left(reform)


def _run(reform: "Reform", viewer: "Viewer", most: int, as_json: bool) -> None:
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.handover import actions

    with transaction.atomic():
        rowsecurity.apply(viewer)
        run = actions.begin_run(reform, actor=viewer)
    stopped, begun = False, time.monotonic()
    try:
        _pass_all(reform, run, viewer, most, quiet=as_json)
    except KeyboardInterrupt:
        stopped = True
    left = _left(reform, viewer)
    with transaction.atomic():
        rowsecurity.apply(viewer)
        run = actions.end_run(run, reform, actor=viewer, finished=not stopped and not left)
        parts = list(run.parts.select_related("predecessor", "successor").order_by("id"))
    _print_run(run, parts, left, time.monotonic() - begun, as_json)
    if stopped or left:
        sys.exit(1)


def _pass_all(reform: "Reform", run: "SuccessionRun", viewer: "Viewer", most: int, *, quiet: bool) -> None:
    """Portion after portion; those that somebody is editing are tried again at the end."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.handover import actions

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    total = _left(reform, viewer)
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task("clients", total=total)
        for _try in range(TRIES):
            for succession in reform.successions:
                after = 0
                while True:
                    with transaction.atomic():
                        rowsecurity.apply(viewer)
                        portion = actions.move_portion(run, succession, actor=viewer, after=after, most=most)
                    if not portion.relationship_ids:
                        break
                    after = portion.last
                    progress.advance(task, len(portion.relationship_ids))
            if not _left(reform, viewer):
                return
            time.sleep(PAUSE_S)


def _print_report(reform: "Reform", report: "Report", as_json: bool) -> None:
    if as_json:
        data: dict[str, Any] = {
            "reform": reform.id,
            "title": reform.title,
            "on": [day.isoformat() for day in reform.days],
            "problems": [{"row": one.row, "text": one.text, "stops": one.stops} for one in reform.problems],
            **report.as_data(),
        }
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    console = Console()
    console.print(f"{reform.title} ({', '.join(day.isoformat() for day in reform.days)}): dry run")
    table = Table("From", "To", "Clients", "Running clocks", "Open plans", "By default", "Without worker")
    for pair in report.pairs:
        table.add_row(
            pair.predecessor,
            pair.successor,
            *(
                str(number)
                for number in (pair.clients, pair.clocks, pair.plans, pair.unplaced, pair.without_worker)
            ),
        )
    console.print(table)
    rest = Table(
        "Ends", "Clients staying", "Seats", "Teams", "Contacts", "Offers sent", "Offers received", "Referrals"
    )
    for end in report.endings:
        rest.add_row(
            end.predecessor,
            *(
                str(number)
                for number in (
                    end.clients_staying,
                    end.seats,
                    end.teams,
                    end.contacts,
                    end.offers_sent,
                    end.offers_received,
                    end.referrals_received,
                )
            ),
        )
    console.print(rest)
    for problem in reform.problems:
        console.print(f"row {problem.row}: {problem.text}", markup=False)
    console.print(f"{report.clients} clients would pass. Nothing was changed.")


def _print_run(run: "SuccessionRun", parts: list[Any], left: int, seconds: float, as_json: bool) -> None:
    moved = sum(part.clients for part in parts)
    rows = [
        {
            "predecessor": part.predecessor.code,
            "successor": part.successor.code,
            "clients": part.clients,
            "clocks": part.clocks,
            "without_worker": part.without_worker,
            "unplaced": len(part.unplaced),
        }
        for part in parts
    ]
    if as_json:
        data = {"run": run.pk, "state": run.state, "moved": moved, "left": left, "parts": rows}
        click.echo(json.dumps(data))
        return
    table = Table("From", "To", "Clients", "Clocks", "Without worker", "By default")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    console = Console()
    console.print(table)
    console.print(f"{moved} clients passed in {seconds:.1f} s.")
    if left:
        console.print(
            f"{left} clients are still with their predecessor; somebody has them open. Run the command again."
        )
