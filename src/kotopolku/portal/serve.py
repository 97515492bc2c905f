"""The command `kotopolku serve`: prepares what is needed, starts everything, tells the address, stops it all.

Not for keeping processes alive (`supervisor`) nor for the steps of preparing (`preparation`).
"""

from __future__ import annotations

import os
import signal
import sys

import click

from kotopolku import database
from kotopolku.portal.operate import plain_errors, say, setup_django
from kotopolku.portal.preparation import prepare_database, prepare_files
from kotopolku.portal.supervisor import Child, Supervisor, refuse_a_busy_port, web_command, worker_command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option(
    "--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each of them."
)
@click.option(
    "--demo/--no-demo", default=False, help="Invented people, one-click sign-in, a day that can be set."
)
def serve(host: str, port: int, workers: int, threads: int, demo: bool) -> None:
    """Run Kotopolku: the database if it is the embedded one, the web server and the worker. Ctrl-C stops it all."""
    os.environ["KOTOPOLKU_DEMO"] = "1" if demo else "0"
    os.environ.setdefault("KOTOPOLKU_ADDRESS", f"http://localhost:{port}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    # Told to stop while still preparing: leave in order too, so that the database does not stay behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with plain_errors():
        refuse_a_busy_port(host, port)
        with database.held():
            _prepare(demo)
            children = [
                Child("web server", web_command(host=host, port=port, workers=workers, threads=threads)),
                Child("worker", worker_command()),
            ]
            shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
            url = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
            with Supervisor(children, dict(os.environ), say) as supervisor:
                supervisor.wait_until_ready(f"{url}healthz")
                if not supervisor.stopping:
                    _greet(url, demo)
                supervisor.watch()
                click.echo("\n  Stopping.")
    click.echo("  Stopped.")


def _prepare(demo: bool) -> None:
    setup_django()
    from django.db import connections

    prepare_database(say)
    prepare_files(say)
    if demo:
        _load_demo_world_if_empty()
    for connection in connections.all():
        connection.close()


def _load_demo_world_if_empty() -> None:
    from kotopolku.demo.actions import is_empty, load_demo

    if is_empty():
        say("Inventing the demo world: 2,000 persons")
        load_demo(persons=2000, seed=1)


def _greet(url: str, demo: bool) -> None:
    click.echo(f"\n  Kotopolku is at {url}")
    if demo:
        from django.conf import settings

        from kotopolku.demo.personas import PERSONAS

        click.echo('\n  Demo sign-ins (password "demo", or one click on the sign-in page):')
        for persona in PERSONAS:
            click.echo(f"    {persona.username:<16} {persona.describe('en')}")
        if "filebased" in settings.EMAIL_BACKEND:
            click.echo(f"\n  E-mails are not sent: they go into {settings.EMAIL_FILE_PATH}")
    click.echo("\n  Ctrl-C stops it.\n")
    sys.stdout.flush()
