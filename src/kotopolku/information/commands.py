"""Commands of the public information. Each opens the database by itself and can be stopped and run again.

Not for: what is done (``actions``, ``link_run.py``).
"""

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kotopolku.information import commands_catalogue


@click.group("information")
def information() -> None:
    """The public pages: their links, the national service catalogue."""
    import django

    django.setup()


information.add_command(commands_catalogue.import_ptv)
information.add_command(commands_catalogue.export_ptv)


# Links ----------------------------------------------------------------------------------------------------------------


@information.command("check-links")
@click.option("--all", "everything", is_flag=True, help="Ask all of them, also those that were asked today.")
@click.option("--pause", default=1.0, show_default=True, help="Seconds between two questions to one server.")
@click.option("--timeout", default=15.0, show_default=True, help="Seconds to wait for an answer.")
@click.option(
    "--inner",
    is_flag=True,
    help="Ask addresses of inner networks too. Only where every editor may reach them.",
)
def check_links(everything: bool, pause: float, timeout: float, inner: bool) -> None:
    """Ask the web addresses of the public pages whether they still work.

    Stop it with Ctrl+C: what has been found is kept, and the next run goes on with the rest.
    """
    from kotopolku import clock
    from kotopolku.access.viewer import Viewer
    from kotopolku.information import link_run
    from kotopolku.information.link_checking import Checker

    viewer = Viewer.for_system("information.links", clock.today())
    checker = Checker(timeout=timeout, pause=pause, private=inner)
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def told(done: int, whole: int, address: str) -> None:
            shown = address if len(address) <= 60 else address[:57] + "..."
            bar.update(task, completed=done, total=whole, description=shown.replace("[", r"\["))

        try:
            found = link_run.check_links(viewer, checker, everything=everything, told=told)
        except KeyboardInterrupt:
            click.echo("Stopped. What has been found is kept; run it again to go on.", err=True)
            sys.exit(130)
    whole = sum(found.values())
    if not whole:
        click.echo("Nothing to ask today. --all asks every address again.")
        return
    words = {"fine": "work", "moved": "have moved", "away": "did not answer", "missing": "missing"}
    parts = ", ".join(f"{words[outcome]} {found[outcome]}" for outcome in words if outcome in found)
    click.echo(f"Addresses asked: {whole} ({parts}).")


# Search ---------------------------------------------------------------------------------------------------------------


@information.command("index")
def index() -> None:
    """Make the index of search anew, from everything that is published. Readers can search meanwhile.

    Needed after a change of the server's dictionaries, and never otherwise: publishing keeps the index.
    """
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.information.actions import search

    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("information.index", clock.today()))
        counted = search.index_all()
    click.echo(", ".join(f"{number} {kind}" for kind, number in counted.items()))
