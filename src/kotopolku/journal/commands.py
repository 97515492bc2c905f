"""`kotopolku journal …`: seal the journal now, and verify that nothing in it has been changed since it was sealed."""

import json
import os
import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

FINDINGS = {
    "changed": "entry {row} is not as it was written",
    "missing": "entry {row} was sealed and is gone",
    "inserted": "entry {row} was put in past the seal",
    "sealed-twice": "entry {row} stands in the seal twice",
    "payload-changed": "the reason or details of entry {row} are not as they were written",
    "payload-inserted": "entry {row} was given a reason or details afterwards",
    "payload-deleted": "the reason and details of entry {row} have been deleted (allowed)",
    "mentions-changed": "entry {row} is not listed with the persons it concerns",
    "batch-changed": "sealed batch {row} is not as it was sealed",
    "chain-broken": "sealed batch {row} does not follow from the one before it",
    "head-missing": "the head given is in none of the sealed batches: batches have been taken away or made anew",
}


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    django.setup()


@click.group()
def journal() -> None:
    """The journal of every act and every look."""


@journal.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def seal(as_json: bool) -> None:
    """Seal what has been recorded since the last seal. The worker does this every five minutes."""
    _set_up()
    from kotopolku.journal import actions

    batch = actions.seal()
    if as_json:
        values = {"batch": batch.pk, "entries": batch.count, "head": batch.chain.hex()} if batch else None
        click.echo(json.dumps({"sealed": values}))
    elif batch is None:
        click.echo("Nothing to seal.")
    else:
        click.echo(f"Sealed {batch.count} entries as batch {batch.pk}. Head: {batch.chain.hex()}")


@journal.command()
@click.option("--head", default="", help="A head noted earlier; it must still be in the chain of batches.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def verify(head: str, as_json: bool) -> None:
    """Recompute every hash and name each row that is not as it was sealed. Exit 1 if there is one.

    Note the head that it prints in another place: somebody who owns the database could make the whole seal anew, and
    only a head kept elsewhere shows that.
    """
    _set_up()
    from kotopolku.journal.verification import verify as verify_journal

    console = Console(stderr=True)
    columns = (TextColumn("Verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("verify", total=None)
        report = verify_journal(
            expected_head=head,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    if as_json:
        findings = [
            {"kind": finding.kind, "row": finding.row, "information": finding.is_information}
            for finding in report.findings
        ]
        counts = {"entries": report.entries, "waiting": report.waiting, "batches": report.batches}
        click.echo(
            json.dumps({"whole": report.is_whole, **counts, "head": report.head, "findings": findings})
        )
    else:
        for finding in report.findings:
            click.echo(FINDINGS[finding.kind].format(row=finding.row))
        click.echo(
            f"{report.entries} entries, {report.waiting} of them not sealed yet, {report.batches} batches."
        )
        if report.head:
            click.echo(f"Head: {report.head}")
        click.echo("The journal is whole." if report.is_whole else "The journal has been changed.")
    if not report.is_whole:
        sys.exit(1)
