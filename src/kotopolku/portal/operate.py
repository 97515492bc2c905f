"""Commands for whoever runs an installation: migrate, and the database's start, stop, dump and restore.

Not for rooms' own commands. What they do is in `preparation` and `kotopolku.database`.
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

from kotopolku import database as postgres
from kotopolku.cluster import ClusterError, find_programs


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns what people can mend into one sentence and exit code 2; anything else is a fault and keeps its trace."""
    from kotopolku.portal.supervisor import ServeError

    try:
        yield
    except (ClusterError, postgres.DatabaseError, ServeError) as wrong:
        click.echo(f"kotopolku: {wrong}", err=True)
        sys.exit(2)


def setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    django.setup()


def say(sentence: str) -> None:
    click.echo(f"  {sentence}")


# Migrate --------------------------------------------------------------------------------------------------


@click.command()
@click.option("--always", is_flag=True, help="Do every step even if nothing changed since the last time.")
def migrate(always: bool) -> None:
    """Bring the database up to date: roles, tables, rights, reference data and authorities; and the static files."""
    with plain_errors(), postgres.held():
        setup_django()
        from kotopolku.portal.preparation import prepare_database, prepare_files

        done = prepare_database(say, always=always)
        prepare_files(say)
    click.echo("  The database is up to date." if done else "  The database was up to date already.")


# Database -------------------------------------------------------------------------------------------------


@click.group("database")
def database() -> None:
    """Start, stop, look at, dump and restore the database."""


def _only_embedded() -> None:
    if not postgres.is_embedded():
        raise postgres.DatabaseError(
            "DATABASE_URL is set: that server is started and stopped by whoever keeps it."
        )


@database.command()
def start() -> None:
    """Start the embedded PostgreSQL; it then runs until it is stopped."""
    with plain_errors():
        _only_embedded()
        started = postgres.ensure_running()
    click.echo("Started." if started else "It was running already.")


@database.command()
def stop() -> None:
    """Stop the embedded PostgreSQL."""
    with plain_errors():
        _only_embedded()
        stopped = postgres.cluster().stop()
    click.echo("Stopped." if stopped else "It was not running.")


@database.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say which database is used and whether it answers."""
    import psycopg

    answer: dict[str, object] = {"embedded": postgres.is_embedded()}
    with plain_errors():
        connection = postgres.owner_connection()
        answer |= {key: connection.get(key) for key in ("host", "port", "dbname", "user")}
        if postgres.is_embedded():
            answer |= {"folder": str(postgres.cluster().files), "pid": postgres.cluster().pid()}
        try:
            with psycopg.connect(**connection, connect_timeout=5) as server:
                answer |= {
                    "answers": True,
                    "server_version": server.info.server_version,
                    "remark": postgres.remark(),
                }
        except psycopg.OperationalError as wrong:
            stopped = postgres.is_embedded() and postgres.cluster().pid() is None
            why = (
                "It is stopped; kotopolku serve or kotopolku database start starts it."
                if stopped
                else str(wrong)
            )
            answer |= {"answers": False, "why": why.strip()}
    if as_json:
        click.echo(json.dumps(answer, indent=2))
    else:
        for key, value in answer.items():
            click.echo(f"{key:<16} {value}")
    sys.exit(0 if answer["answers"] else 1)


def _tool(name: str) -> str:
    """A program of PostgreSQL of the server's own version if this machine has it, else of the newest it has."""
    if postgres.is_embedded():
        return str(postgres.cluster().programs.path(name))
    try:
        return str(find_programs(postgres.server_major_version()).path(name))
    except ClusterError:
        return str(find_programs().path(name))


def _run(command: list[str], what: str, **environment: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode != 0:
        raise postgres.DatabaseError(f"{what} failed.\n{done.stderr.strip()}")


def _whole(name: str) -> dict[str, object]:
    """Connection parameters that see every row: the embedded cluster's superuser, or the owner."""
    return {**postgres.maintenance_connection(), "dbname": name}


@database.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def dump(file: Path) -> None:
    """Write the whole database to FILE (PostgreSQL's custom format, compressed). Pages may be used meanwhile."""
    with plain_errors(), postgres.held():
        name = str(postgres.owner_connection()["dbname"])
        # An owner too is held by row security, so the dump says that it acts for the system.
        seeing = [] if postgres.is_embedded() else ["--enable-row-security"]
        half = file.with_name(f"{file.name}.part")
        _write_private(half)
        command = [_tool("pg_dump"), "--format=custom", *seeing, f"--file={half}", postgres.url(_whole(name))]
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
        raise postgres.DatabaseError(f"{file} cannot be written: {wrong.strerror}.") from None


@database.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask before the present contents are replaced.")
def restore(file: Path, yes: bool) -> None:
    """Replace the database by what was dumped to FILE. The old one stays untouched until the new one is whole."""
    with plain_errors(), postgres.held():
        name = str(postgres.owner_connection()["dbname"])
        if not yes:
            click.confirm(f"Replace everything in the database {name}?", abort=True)
        _restore_beside(file, name)
    click.echo(f"Restored from {file}. Run kotopolku migrate if this version is newer than the dump.")


def _restore_beside(file: Path, name: str) -> None:
    half = f"{name}_restoring"
    # In the embedded cluster the superuser restores, in the owner's name.
    role = [f"--role={postgres.owner_connection()['user']}"] if postgres.is_embedded() else []
    target = f"--dbname={postgres.url(_whole(half))}"
    postgres.drop_database(half)
    postgres.create_database(half)
    try:
        _run([_tool("pg_restore"), "--exit-on-error", "--no-owner", *role, target, str(file)], "The restore")
    except postgres.DatabaseError:
        postgres.drop_database(half)
        raise
    postgres.replace_database(name, half)
