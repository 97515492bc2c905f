"""`kotopolku clients import|export` and `kotopolku exchange national …`: parse and print; the work is in ``actions``."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from kotopolku.access.viewer import Viewer
    from kotopolku.exchange.models import ImportRun

JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
ORGANISATION = click.option(
    "--organisation", "code", required=True, help="Code of the authority, such as kunta-092."
)
REPORTED = 50
ONE_ENOUGH = 5_000
"""Rows for which starting another process is not worth it."""
MOST_PROCESSES = 4


def _set_up() -> None:
    import django

    django.setup()


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


def _actor(code: str, name: str) -> "Viewer":
    """The operator in the seat of an authority: sees every row, is named in the journal as a command."""
    from kotopolku import clock
    from kotopolku.access.capabilities import Role
    from kotopolku.access.viewer import Seat, Viewer
    from kotopolku.actors.models import Organisation

    found = Organisation.objects.filter(code=code, valid__contains=clock.today()).first()
    if found is None:
        _refuse(f"No authority has the code {code} today. `kotopolku actors list` shows them.")
    seat = Seat(0, found.pk, found.code, found.kind, found.name_fi, Role.TEAM_LEADER)
    return Viewer(user_id=None, name=name, day=clock.today(), seat=seat, system=name)


def _within(actor: "Viewer", act: Callable[[], Any]) -> Any:
    """Runs an act in a transaction with row security."""
    from django.db import transaction

    from kotopolku.access import rowsecurity

    with transaction.atomic():
        rowsecurity.apply(actor)
        return act()


@click.group()
def clients() -> None:
    """Clients in and out as files."""


@clients.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON: header → field."
)
@ORGANISATION
@click.option("--dry-run", is_flag=True, help="Check and report; write no client.")
@click.option("--only-good", is_flag=True, help="Bring in the good rows though others are to be mended.")
@click.option("--updates", is_flag=True, help="Also change clients who are known already.")
@click.option("--reason", default="", help="Why the authority takes clients for whom the law names another.")
@click.option(
    "--processes", type=int, default=0, help="How many work at once; 0 = as many as the file needs."
)
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write what is wrong as CSV here."
)
@JSON
def import_(
    file: Path,
    mapping: Path | None,
    code: str,
    dry_run: bool,
    only_good: bool,
    updates: bool,
    reason: str,
    processes: int,
    errors: Path | None,
    as_json: bool,
) -> None:
    """Bring clients in from FILE (CSV, XLSX or JSON of the groups of the decree 874/2024). Run again, it goes on."""
    _set_up()
    from django.utils import translation

    with translation.override("en"):
        _import(file, mapping, code, dry_run, only_good, updates, reason, processes, errors, as_json)


def _import(
    file: Path,
    mapping: Path | None,
    code: str,
    dry_run: bool,
    only_good: bool,
    updates: bool,
    reason: str,
    processes: int,
    errors: Path | None,
    as_json: bool,
) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from kotopolku import tabular
    from kotopolku.clients.rules import Refusals
    from kotopolku.exchange import actions, queries, reports, wording
    from kotopolku.exchange.models import RunState

    actor = _actor(code, "clients.import")
    columns = json.loads(mapping.read_text()) if mapping else None
    content = file.read_bytes()
    try:
        run = _within(actor, lambda: actions.receive_file(file.name, content, actor=actor, columns=columns))
    except tabular.Unreadable as error:
        _refuse(wording.unreadable_text(error))
    with Progress(console=Console(stderr=True), disable=as_json) as shown:
        if run.state in (RunState.MAPPING, RunState.CHECKED):
            task = shown.add_task("Checking", total=None)
            try:
                run = _within(
                    actor,
                    lambda: actions.check_file(
                        run.pk,
                        columns or run.columns,
                        actor=actor,
                        reason=reason,
                        tell=lambda done, whole: shown.update(task, completed=done, total=whole),
                    ),
                )
            except Refusals as refused:
                names = ", ".join(sorted({one.field for one in refused.refusals}))
                known = json.dumps(run.columns, ensure_ascii=False)
                _refuse(f"The columns do not fit ({names}). Give --mapping FILE, such as {known}")
        found = _within(actor, lambda: queries.counts(run.pk))
        if errors is not None:
            errors.write_bytes(_within(actor, lambda: reports.errors_csv(run.pk)))
        if not dry_run:
            _bring(run, code, actor, only_good, updates, found, processes, shown)
    found = _within(actor, lambda: queries.counts(run.pk))
    bad = _within(actor, lambda: queries.rows(run.pk, "bad", limit=REPORTED))
    if as_json:
        rows = [{"row": row.number, "faults": row.faults} for row in bad]
        click.echo(
            json.dumps(
                {"run": run.pk, "encoding": run.encoding, "rows": found, "bad": rows}, ensure_ascii=False
            )
        )
    else:
        for row in bad:
            for fault in row.faults:
                click.echo(
                    f"row {row.number}  {fault['column'] or '-'}  {fault['value']!r}  {fault['what']} {fault['mend']}"
                )
        click.echo(", ".join(f"{number} {state}" for state, number in found.items() if number))
    if found["bad"] and not only_good:
        sys.exit(1)


def _bring(
    run: "ImportRun",
    code: str,
    actor: "Viewer",
    only_good: bool,
    updates: bool,
    found: dict[str, int],
    processes: int,
    shown: Any,
) -> None:
    from kotopolku.access import rowsecurity
    from kotopolku.clients.rules import Refusals
    from kotopolku.exchange import actions, queries

    try:
        _within(
            actor,
            lambda: actions.start_import(run.pk, actor=actor, only_good=only_good, with_updates=updates),
        )
    except Refusals:
        return
    whole = found["new"] + (found["changed"] if updates else 0)
    task = shown.add_task("Bringing in", total=whole)
    others = helpers(run.pk, code, processes or how_many(whole))
    actions.bring_all(
        run.pk,
        actor=actor,
        each=lambda _one: shown.update(
            task, completed=_within(actor, lambda: queries.counts(run.pk))["done"] - found["done"]
        ),
        apply=lambda: rowsecurity.apply(actor),
    )
    for other in others:
        other.join()
    shown.update(task, completed=whole)


def how_many(rows: int) -> int:
    """Processes that a file of so many rows is worth."""
    return 1 if rows < ONE_ENOUGH else min(MOST_PROCESSES, os.cpu_count() or 1)


def helpers(run_id: int, code: str, processes: int) -> list[Any]:
    """Starts the further processes; this one is the first."""
    start = multiprocessing.get_context("spawn").Process
    others = [start(target=_help, args=(run_id, code)) for _one in range(processes - 1)]
    for other in others:
        other.start()
    return others


def _help(run_id: int, code: str) -> None:
    """What a further process does: portion after portion beside the others."""
    _set_up()
    from kotopolku.access import rowsecurity
    from kotopolku.exchange import actions

    actor = _actor(code, "clients.import")
    actions.bring_all(run_id, actor=actor, each=lambda _one: None, apply=lambda: rowsecurity.apply(actor))


@clients.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@ORGANISATION
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi")
def export(file: Path, code: str, language: str) -> None:
    """Take the authority's clients out to FILE (.csv, .xlsx or .json), as they could be brought in elsewhere."""
    _set_up()
    from django.utils import translation

    from kotopolku.exchange import actions, exports

    kind = file.suffix.lstrip(".").lower()
    if kind not in exports.CONTENT_TYPES:
        _refuse("Name the file .csv, .xlsx or .json.")
    actor = _actor(code, "clients.export")

    def take() -> list[exports.Exported]:
        rows = list(exports.clients(actor))
        actions.record_export([row.person_id for row in rows], kind, actor=actor)
        return rows

    rows = _within(actor, take)
    with translation.override(language):
        file.write_bytes(exports.as_file(kind, rows))
    click.echo(f"{len(rows)} clients")


@click.group()
def exchange() -> None:
    """Exchange with the national client system."""


@exchange.group()
def national() -> None:
    """The national client system (681/2023 § 74)."""


@national.command()
@ORGANISATION
@JSON
def send(code: str, as_json: bool) -> None:
    """Put changed clients in line and send what waits."""
    _set_up()
    from kotopolku.exchange import actions, adapters

    actor = _actor(code, "exchange.national")
    queued = _within(actor, lambda: actions.queue_changed(actor=actor))
    sent = actions.send_waiting(adapters.national(), actor=actor, within=lambda act: _within(actor, act))
    _print({"queued": queued, **sent}, as_json)


@national.command()
@ORGANISATION
@JSON
def reconcile(code: str, as_json: bool) -> None:
    """Compare what we have with what they have."""
    _set_up()
    from kotopolku.exchange import actions, adapters

    actor = _actor(code, "exchange.national")
    try:
        found = _within(actor, lambda: actions.reconcile(adapters.national(), actor=actor))
    except adapters.Unavailable as error:
        _refuse(error)
    _print(
        {
            "same": found.same,
            "different": len(found.different),
            "only_ours": len(found.only_ours),
            "only_theirs": len(found.only_theirs),
        },
        as_json,
    )


def _print(found: dict[str, Any], as_json: bool) -> None:
    click.echo(
        json.dumps(found) if as_json else "  ".join(f"{name} {value}" for name, value in found.items())
    )
