"""`kotopolku quality …`: count the gap lists now, and list the checks there are."""

import json
import os
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    django.setup()


@click.group()
def quality() -> None:
    """Gap lists and data quality."""


@quality.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def run(as_json: bool) -> None:
    """Count every check for every authority and keep the counts under today. Safe to repeat."""
    _set_up()
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.quality import actions, queries

    viewer = Viewer.for_system("quality.run", clock.today())
    console = Console(stderr=True)
    began = time.monotonic()
    columns = (TextColumn("Checks"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("checks", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        with transaction.atomic():
            rowsecurity.apply(viewer)
            made = actions.count_day(actor=viewer, progress=tell)
            totals = queries.totals(viewer, made.day)
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        result = {"day": made.day.isoformat(), "clients": made.clients, "seconds": seconds, "found": totals}
        click.echo(json.dumps(result))
        return
    for check_id, number in totals.items():
        click.echo(f"{number:>9,}  {check_id}")
    click.echo(f"{len(totals)} checks over {made.clients:,} clients in {seconds} s.")


@quality.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def checks(as_json: bool) -> None:
    """List the checks with what they look for."""
    _set_up()
    from kotopolku.quality.checks import all_checks

    rows = [
        {
            "id": check.id,
            "severity": check.severity.name.lower(),
            "title": str(check.title),
            "what": str(check.what),
        }
        for check in all_checks().values()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['severity']:<8}  {row['id']:<30}  {row['title']}")
