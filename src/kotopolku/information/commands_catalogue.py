"""Commands of the national service catalogue: bring in, write out. Added to the group in ``commands.py``.

Both can be stopped and run again. Not for: what is stored and suggested (``actions``).
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Organisation
    from kotopolku.information.catalogue.fetching import Source
    from kotopolku.information.catalogue.structures import Structure
    from kotopolku.information.models import CatalogueRun


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@contextmanager
def _register() -> Iterator[None]:
    from kotopolku import database

    with database.held():
        yield


@contextmanager
def _told(words: str) -> Iterator[Bar]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        bar.add_task(words, total=None)
        yield bar


def _structure(version: str) -> "Structure":
    from kotopolku.information.catalogue import structures, v11, v12

    if version == v12.V12.version:
        known = "\n".join(f"  {line}" for line in v12.DIFFERENCES)
        _refuse(f"The adapter for structure v12 has not been made yet. What is known of it:\n{known}")
    return structures.structure(version or v11.V11.version)


def _organisation(code: str) -> "Organisation":
    from kotopolku.actors import queries

    found = queries.organisation(code)
    if found is None:
        _refuse(f"There is no organisation {code}. The codes stand in the directory, for example kunta-092.")
    return found


@click.command("import-ptv")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Ask the open interface for changes since this day. A changed connection has no day, so services come whole.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Ask the open interface for everything, as once a week."
)
@click.option(
    "--organisation",
    "code",
    default="",
    help="Whose the items of the FILE are, when the catalogue's id is not linked yet.",
)
@click.option("--structure", default="v11", show_default=True, type=click.Choice(["v11", "v12"]))
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def import_ptv(
    file: Path | None, since: datetime | None, everything: bool, code: str, structure: str, as_json: bool
) -> None:
    """Bring in the national service catalogue from a FILE, or from its open interface.

    A new item becomes a draft; where a linked one has changed, each field becomes a suggestion. Nothing of ours is changed.
    A FILE is a saved answer of the interface: services together with the places and other ways that they are connected to.
    Stop it with Ctrl+C: what has been stored stays, and the next run goes on. Run it twice and nothing is stored twice.
    The interface's address stands in KOTOPOLKU_PTV.
    """
    if sum((file is not None, since is not None, everything)) != 1:
        _refuse("Give a FILE, or --since DATE, or --all.")
    if code and file is None:
        _refuse(
            "--organisation belongs to a FILE. The interface is asked for the organisations that are linked."
        )
    with _register():
        _bring_in(file, since.date() if since else None, code, structure, as_json)


def _bring_in(file: Path | None, since: date | None, code: str, structure: str, as_json: bool) -> None:
    from kotopolku import clock
    from kotopolku.access.viewer import Viewer
    from kotopolku.information.actions import catalogue

    shape = _structure(structure)
    owner = _organisation(code) if code else None
    actor = Viewer.for_system("information.catalogue", clock.today())
    source = _source(file, since, actor)
    with _told(source.name.replace("[", r"\[")) as bar:

        def said(counts: Mapping[str, int]) -> None:
            bar.update(
                bar.task_ids[0], description=", ".join(f"{name} {number}" for name, number in counts.items())
            )

        run = catalogue.import_catalogue(
            source,
            shape,
            actor=actor,
            organisation=owner,
            since=since,
            said=said,
        )
    _tell(run, as_json)


def _source(file: Path | None, since: date | None, actor: "Viewer") -> "Source":
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.information.catalogue import fetching
    from kotopolku.information.models import CatalogueOrganisation
    from kotopolku.information.queries.catalogue import known_channels

    if file is not None:
        return fetching.FileSource(file)
    address = fetching.configured_address()
    if not address:
        _refuse("The open interface is not in use: set its address in KOTOPOLKU_PTV, or give a file.")
    guids = [
        str(guid) for guid in CatalogueOrganisation.objects.order_by("guid").values_list("guid", flat=True)
    ]
    if not guids:
        _refuse(
            "No organisation is linked to the service catalogue. Link one on its page, or import a file first."
        )
    with transaction.atomic():
        rowsecurity.apply(actor)
        known = known_channels()
    return fetching.ApiSource(address, guids, since, known)


COUNTS = {
    "new": "new, as drafts",
    "changed": "with suggestions",
    "same": "unchanged",
    "archived": "archived there",
    "others": "of organisations that are not linked, left out",
    "unreadable": "not in the form of the structure, left out",
}


def _tell(run: "CatalogueRun", as_json: bool) -> None:
    from kotopolku.information.catalogue import wording
    from kotopolku.information.models import RunState
    from kotopolku.information.queries.catalogue import totals

    counts = totals(run)
    words = wording.problem(run.problem, run.problem_params) if run.problem else ""
    if as_json:
        shown = {"state": run.state, "problem": run.problem, "words": words, "counts": counts}
        click.echo(json.dumps(shown | {"unreadable": run.unreadable}, ensure_ascii=False, indent=2))
    else:
        for name, meaning in COUNTS.items():
            if counts[name]:
                click.echo(f"{counts[name]:>7}  {meaning}")
        if not any(counts.values()):
            click.echo("Nothing new.")
        for row in run.unreadable:
            click.echo(f"  {row['guid']}: {row['field']}", err=True)
    if run.state == RunState.BROKEN:
        _refuse(words)
    if run.state == RunState.STOPPED:
        click.echo("Stopped. What has been stored stays; run it again to go on.", err=True)
        sys.exit(130)


@click.command("export-ptv")
@click.option(
    "--organisation", "code", required=True, help="Whose published services, for example kunta-092."
)
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else printed."
)
@click.option("--structure", default="v11", show_default=True, type=click.Choice(["v11", "v12"]))
def export_ptv(code: str, target: Path | None, structure: str) -> None:
    """Write out an organisation's published services for the catalogue's interface. Nothing is sent anywhere.

    Each item has the method, its id in the catalogue if it has one, our own mark (sourceId) and the body. Only mailboxes of
    roles go out, never of persons.
    """
    with _register():
        _write_out(code, target, structure)


def _write_out(code: str, target: Path | None, structure: str) -> None:
    from kotopolku import clock
    from kotopolku.access.viewer import Viewer
    from kotopolku.information.actions import catalogue_out
    from kotopolku.information.catalogue import wording

    owner = _organisation(code)
    actor = Viewer.for_system("information.catalogue", clock.today())
    try:
        written = catalogue_out.write_out(owner, _structure(structure), actor=actor)
    except catalogue_out.NotLinked:
        _refuse("The organisation is not linked to the service catalogue. Link it on the catalogue's page.")
    text = json.dumps(
        [
            {
                "kind": one.kind,
                "method": one.method,
                "id": one.guid or None,
                "sourceId": one.source_id,
                "body": one.body,
            }
            for one in written
        ],
        ensure_ascii=False,
        indent=2,
    )
    for one in written:
        for warned in one.warned:
            place = " ".join(part for part in (one.source_id, warned.field, warned.language) if part)
            click.echo(f"{place}: {wording.WARNINGS[warned.code]}", err=True)
    if target is None:
        click.echo(text)
        return
    try:
        target.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        _refuse(f"The file {target} cannot be written: {error.strerror}.")
    click.echo(f"{len(written)} items written to {target}. Nothing has been sent.", err=True)
