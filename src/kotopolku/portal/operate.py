"""Commands for whoever runs an installation: serve, migrate, and the database's start, stop, dump and restore.

Not for rooms' own commands. What they do is in `serve`, `preparation` and `kotopolku.database`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kotopolku import database
from kotopolku.cluster import ClusterError, find_programs


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turns what people can mend into one sentence and exit code 2; anything else is a fault and keeps its trace."""
    from kotopolku.portal.serve import ServeError

    try:
        yield
    except (ClusterError, database.DatabaseError, ServeError) as wrong:
        click.echo(f"kotopolku: {wrong}", err=True)
        sys.exit(2)


def _setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    django.setup()


def _say(sentence: str) -> None:
    click.echo(f"  {sentence}")


# Serve ----------------------------------------------------------------------------------------------------


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
    from kotopolku.portal.serve import (
        Child,
        DatabaseLease,
        Supervisor,
        refuse_a_busy_port,
        web_command,
        worker_command,
    )

    os.environ["KOTOPOLKU_DEMO"] = "1" if demo else "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    with _plain_errors():
        refuse_a_busy_port(host, port)
        with DatabaseLease():
            _prepare(demo)
            children = [
                Child("web server", web_command(host=host, port=port, workers=workers, threads=threads)),
                Child("worker", worker_command()),
            ]
            shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
            url = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
            with Supervisor(children, dict(os.environ), _say) as supervisor:
                supervisor.wait_until_ready(url)
                if not supervisor.stopping:
                    _greet(url, demo)
                supervisor.watch()
                click.echo("\n  Stopping.")
    click.echo("  Stopped.")


def _prepare(demo: bool) -> None:
    _setup_django()
    from django.db import connections

    from kotopolku.portal.preparation import prepare_database, prepare_files

    prepare_database(_say)
    prepare_files(_say)
    if demo:
        _load_demo_world_if_empty()
    for connection in connections.all():
        connection.close()


def _load_demo_world_if_empty() -> None:
    from kotopolku.demo.actions import is_empty, load_demo

    if is_empty():
        _say("Inventing the demo world: 2,000 persons")
        load_demo(persons=2000, seed=1)


def _greet(url: str, demo: bool) -> None:
    click.echo(f"\n  Kotopolku is at {url}")
    if demo:
        from kotopolku.demo.personas import PERSONAS

        click.echo('\n  Demo sign-ins (password "demo", or one click on the sign-in page):')
        for persona in PERSONAS:
            click.echo(f"    {persona.username:<16} {persona.describe('en')}")
    click.echo("\n  Ctrl-C stops it.\n")
    sys.stdout.flush()


# Migrate --------------------------------------------------------------------------------------------------


@click.command()
@click.option("--always", is_flag=True, help="Do every step even if nothing changed since the last time.")
def migrate(always: bool) -> None:
    """Bring the database up to date: roles, tables, rights, reference data and authorities; and the static files."""
    with _plain_errors():
        database.ensure_running()
        _setup_django()
        from kotopolku.portal.preparation import prepare_database, prepare_files

        done = prepare_database(_say, always=always)
        prepare_files(_say)
    click.echo("  The database is up to date." if done else "  The database was up to date already.")


# Database -------------------------------------------------------------------------------------------------


@click.group("database")
def database_group() -> None:
    """Start, stop, look at, dump and restore the database."""


def _only_embedded() -> None:
    if not database.is_embedded():
        raise database.DatabaseError(
            "DATABASE_URL is set: that server is started and stopped by whoever keeps it."
        )


@database_group.command()
def start() -> None:
    """Start the embedded PostgreSQL; it then runs until it is stopped."""
    with _plain_errors():
        _only_embedded()
        started = database.ensure_running()
    click.echo("Started." if started else "It was running already.")


@database_group.command()
def stop() -> None:
    """Stop the embedded PostgreSQL."""
    with _plain_errors():
        _only_embedded()
        stopped = database.cluster().stop()
    click.echo("Stopped." if stopped else "It was not running.")


@database_group.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say which database is used and whether it answers."""
    import psycopg

    answer: dict[str, object] = {"embedded": database.is_embedded()}
    with _plain_errors():
        connection = database.owner_connection()
        answer |= {key: connection.get(key) for key in ("host", "port", "dbname", "user")}
        if database.is_embedded():
            answer |= {"folder": str(database.cluster().files), "pid": database.cluster().pid()}
        try:
            with psycopg.connect(**connection, connect_timeout=5) as server:
                answer |= {
                    "answers": True,
                    "server_version": server.info.server_version,
                    "remark": database.remark(),
                }
        except psycopg.OperationalError as wrong:
            answer |= {"answers": False, "why": str(wrong).strip()}
    if as_json:
        click.echo(json.dumps(answer, indent=2))
    else:
        for key, value in answer.items():
            click.echo(f"{key:<16} {value}")
    sys.exit(0 if answer["answers"] else 1)


def _tool(name: str) -> str:
    programs = database.cluster().programs if database.is_embedded() else find_programs()
    return str(programs.path(name))


def _run(command: list[str], what: str, **environment: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode != 0:
        raise database.DatabaseError(f"{what} failed.\n{done.stderr.strip()}")


def _whole(name: str) -> dict[str, object]:
    """Connection parameters that see every row: the embedded cluster's superuser, or the owner."""
    return {**database.maintenance_connection(), "dbname": name}


@database_group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def dump(file: Path) -> None:
    """Write the whole database to FILE (PostgreSQL's custom format, compressed). Pages may be used meanwhile."""
    with _plain_errors():
        database.ensure_running()
        name = str(database.owner_connection()["dbname"])
        # An owner too is held by row security, so the dump says that it acts for the system.
        seeing = [] if database.is_embedded() else ["--enable-row-security"]
        half = file.with_name(f"{file.name}.part")
        _write_private(half)
        command = [_tool("pg_dump"), "--format=custom", *seeing, f"--file={half}", database.url(_whole(name))]
        try:
            _run(command, "The dump", PGOPTIONS="-c kotopolku.system=on")
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)
    click.echo(
        f"Written to {file} ({file.stat().st_size / 1e6:.1f} MB). It holds personal data: keep it safe."
    )


def _write_private(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as wrong:
        raise database.DatabaseError(f"{file} cannot be written: {wrong.strerror}.") from None


@database_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask before the present contents are replaced.")
def restore(file: Path, yes: bool) -> None:
    """Replace the database by what was dumped to FILE. The old one stays untouched until the new one is whole."""
    with _plain_errors():
        database.ensure_running()
        name = str(database.owner_connection()["dbname"])
        if not yes:
            click.confirm(f"Replace everything in the database {name}?", abort=True)
        _restore_beside(file, name)
    click.echo(f"Restored from {file}. Run kotopolku migrate if this version is newer than the dump.")


def _restore_beside(file: Path, name: str) -> None:
    half = f"{name}_restoring"
    # In the embedded cluster the superuser restores, in the owner's name.
    role = [f"--role={database.owner_connection()['user']}"] if database.is_embedded() else []
    target = f"--dbname={database.url(_whole(half))}"
    database.drop_database(half)
    database.create_database(half)
    try:
        _run([_tool("pg_restore"), "--exit-on-error", "--no-owner", *role, target, str(file)], "The restore")
    except database.DatabaseError:
        database.drop_database(half)
        raise
    database.replace_database(name, half)
