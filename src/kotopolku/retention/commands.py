"""`kotopolku retention …`: report what may be kept no longer, and delete it."""

import json
import os

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    django.setup()


@click.group()
def retention() -> None:
    """How long data are kept."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only report what would go; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def run(dry_run: bool, as_json: bool) -> None:
    """Delete what may be kept no longer, rule by rule. Stopped in the middle, it can be run again."""
    _set_up()
    from kotopolku import clock
    from kotopolku.access.viewer import Viewer
    from kotopolku.retention import run as runs

    viewer = Viewer.for_system("retention.run", clock.today())
    deleted: dict[str, int] = {}
    if dry_run:
        told = runs.report(viewer)
    else:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            tasks: dict[str, object] = {}

            def tell(rule_id: str, done: int, total: int) -> None:
                task = tasks.setdefault(rule_id, bar.add_task(rule_id, total=total))
                bar.update(task, completed=done)  # type: ignore[arg-type]

            made, told = runs.delete_what_is_due(viewer, tell)
        deleted = made.deleted
    if as_json:
        rules = [{**one.to_json(), "deleted": deleted.get(one.rule.id, 0)} for one in told]
        click.echo(json.dumps({"day": viewer.day.isoformat(), "dry_run": dry_run, "rules": rules}))
        return
    for one in told:
        what = f"{one.to_go} would go" if dry_run else f"{deleted.get(one.rule.id, 0)} deleted"
        held = f", {one.held} held back" if one.held else ""
        click.echo(f"{one.rule.id:<12} {what}{held}: {one.rule.titles['en']} ({one.rule.citation('en')})")
