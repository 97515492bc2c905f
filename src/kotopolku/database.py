"""Which PostgreSQL Kotopolku talks to, as whom, and with which rights.

Without `DATABASE_URL` it is the embedded one of `kotopolku.cluster`; with it, a server of one's own. Not for models.
Two roles: the owner (migrations, dumps) and the app, under which every page, job and command reads and writes; the
app neither owns tables nor may pass by row security.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kotopolku.cluster import APP, OLDEST_POSTGRES, OWNER, SUPERUSER, Cluster, lease

APP_PASSWORD_FILE = "app-database-password"  # noqa: S105

# What the app may do to the journal: it never changes or removes an entry, and removes payloads when their time is up.
JOURNAL_RIGHTS = {
    "journal_entry": ("SELECT", "INSERT"),
    "journal_payload": ("SELECT", "INSERT", "DELETE"),
    "journal_batch": ("SELECT", "INSERT"),
}


class DatabaseError(Exception):
    """The database cannot be used as it is; the message is for people and says what to do."""


def data_folder(env: Mapping[str, str] | None = None) -> Path:
    """The folder of everything that Kotopolku keeps on disk: `KOTOPOLKU_DATA`, else `.data` where it is started."""
    return Path((os.environ if env is None else env).get("KOTOPOLKU_DATA") or ".data").absolute()


def is_embedded(env: Mapping[str, str] | None = None) -> bool:
    return not (os.environ if env is None else env).get("DATABASE_URL")


def cluster(env: Mapping[str, str] | None = None) -> Cluster:
    """The embedded cluster of the data folder. `KOTOPOLKU_TEST_CLUSTER=1` names the tests' own, quick one."""
    env = os.environ if env is None else env
    if env.get("KOTOPOLKU_TEST_CLUSTER"):
        return Cluster(data_folder(env), name="test-postgres", durable=False)
    return Cluster(data_folder(env))


def ensure_running(env: Mapping[str, str] | None = None) -> bool:
    """Starts the embedded PostgreSQL unless it runs. True if this call started it."""
    return cluster(env).ensure_running() if is_embedded(env) else False


@contextmanager
def held(env: Mapping[str, str] | None = None) -> Iterator[None]:
    """For the block, the embedded PostgreSQL runs; and stops with the last holder that started it."""
    if not is_embedded(env):
        yield
        return
    with lease(cluster(env)):
        yield


# Connections ----------------------------------------------------------------------------------------------


def _at_the_named_database(connection: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """`KOTOPOLKU_DATABASE_NAME` names another database on the same server: the tests' copies, for one."""
    name = env.get("KOTOPOLKU_DATABASE_NAME")
    return {**connection, "dbname": name} if name else dict(connection)


def owner_connection(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """libpq's parameters for the role that owns the tables."""
    env = os.environ if env is None else env
    if is_embedded(env):
        return dict(cluster(env).connection(OWNER, env.get("KOTOPOLKU_DATABASE_NAME", "kotopolku")))
    try:
        return _at_the_named_database(conninfo_to_dict(env["DATABASE_URL"]), env)
    except psycopg.ProgrammingError as wrong:
        raise DatabaseError(
            f"DATABASE_URL cannot be read ({str(wrong).strip()}). It looks like postgresql://user:password@host:5432/name"
        ) from None


def app_connection(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """libpq's parameters for the role that serves pages. Its password is there once `ensure_app_role` has run."""
    env = os.environ if env is None else env
    if is_embedded(env):
        return {**owner_connection(env), "user": APP}
    if env.get("KOTOPOLKU_APP_DATABASE_URL"):
        return _at_the_named_database(conninfo_to_dict(env["KOTOPOLKU_APP_DATABASE_URL"]), env)
    password = data_folder(env) / APP_PASSWORD_FILE
    known = password.read_text().strip() if password.exists() else ""
    return {**owner_connection(env), "user": APP, "password": known}


def maintenance_connection(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """libpq's parameters for making and removing databases, and for whole dumps: the embedded cluster's superuser,
    or the user of `DATABASE_URL`."""
    env = os.environ if env is None else env
    if is_embedded(env):
        return dict(cluster(env).connection(SUPERUSER, SUPERUSER))
    return dict(conninfo_to_dict(env["DATABASE_URL"]))


def _for_django(connection: Mapping[str, Any]) -> dict[str, Any]:
    places = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings: dict[str, Any] = {place: str(connection.get(name) or "") for name, place in places.items()}
    options = {name: value for name, value in connection.items() if name not in places}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **settings,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, "application_name": "kotopolku", **options},
    }


def databases(env: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Django's `DATABASES`: `default` signs in as the app, `owner` as the tables' owner. Starts nothing."""
    return {"default": _for_django(app_connection(env)), "owner": _for_django(owner_connection(env))}


# Roles and rights -----------------------------------------------------------------------------------------


def server_major_version(env: Mapping[str, str] | None = None) -> int:
    with psycopg.connect(**owner_connection(env)) as server:
        return server.info.server_version // 10000


def ensure_app_role(env: Mapping[str, str] | None = None) -> None:
    """Checks a server of one's own and makes the app's role there, with a password kept in the data folder.

    Raises `DatabaseError` when the server is too old, when it cannot be reached, or when the role must be made by
    the server's administrator.
    """
    env = os.environ if env is None else env
    if is_embedded(env):
        return
    try:
        with psycopg.connect(**owner_connection(env), autocommit=True) as server:
            found = server.info.server_version // 10000
            if found < OLDEST_POSTGRES:
                raise DatabaseError(
                    f"PostgreSQL {OLDEST_POSTGRES} or newer is needed; DATABASE_URL leads to {found}."
                )
            if not env.get("KOTOPOLKU_APP_DATABASE_URL"):
                _make_app_role(server, data_folder(env) / APP_PASSWORD_FILE)
    except psycopg.OperationalError as wrong:
        raise DatabaseError(f"The database of DATABASE_URL does not answer: {str(wrong).strip()}") from None
    _refuse_a_mighty_app(env)


def _make_app_role(server: psycopg.Connection[Any], password_file: Path) -> None:
    there = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone()
    if there and password_file.exists():
        return
    password = secrets.token_urlsafe(32)
    verb = sql.SQL("ALTER") if there else sql.SQL("CREATE")
    try:
        server.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(APP), sql.Literal(password))
        )
    except psycopg.errors.InsufficientPrivilege:
        raise DatabaseError(
            f"The user of DATABASE_URL may not make the role {APP}. Ask the server's administrator to run"
            f" CREATE ROLE {APP} LOGIN PASSWORD '...' and set KOTOPOLKU_APP_DATABASE_URL to an address with it."
        ) from None
    password_file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password + "\n")


def _refuse_a_mighty_app(env: Mapping[str, str]) -> None:
    """Row security is the net under the access rules; a role that it does not hold would leave no net."""
    role = app_connection(env)["user"]
    if role == owner_connection(env).get("user"):
        raise DatabaseError(
            "KOTOPOLKU_APP_DATABASE_URL must name another user than DATABASE_URL: it may not own the tables."
        )
    with psycopg.connect(**owner_connection(env)) as server:
        row = server.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
        ).fetchone()
    if row is None:
        raise DatabaseError(f"The role {role} of KOTOPOLKU_APP_DATABASE_URL does not exist on the server.")
    if row[0]:
        raise DatabaseError(
            f"The role {role} may pass by row security; take SUPERUSER and BYPASSRLS from it."
        )


def grant_app_rights(env: Mapping[str, str] | None = None) -> None:
    """Gives the app its rights to the tables as they are after a migration; the journal can only grow."""
    app = sql.Identifier(app_connection(env)["user"])
    with psycopg.connect(**owner_connection(env)) as server:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {app}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
            "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO {app}",
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {app}",
        ):
            server.execute(sql.SQL(statement).format(app=app))
        tables = server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE %s",
            [r"journal\_%"],
        ).fetchall()
        for (table,) in tables:
            rights = sql.SQL(", ").join(map(sql.SQL, JOURNAL_RIGHTS.get(table, ("SELECT", "INSERT"))))
            name = sql.Identifier(table)
            server.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(name, app))
            server.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, name, app))


# Whole databases ------------------------------------------------------------------------------------------


def create_database(name: str, *, template: str | None = None, env: Mapping[str, str] | None = None) -> None:
    """Makes a database that the owner owns: an empty one, or a copy of `template` (which nobody may be using)."""
    owner = owner_connection(env).get("user")
    parts = [sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))]
    if is_embedded(env):
        parts.append(sql.SQL("OWNER {}").format(sql.Identifier(str(owner))))
    if template is not None:
        parts.append(sql.SQL("TEMPLATE {}").format(sql.Identifier(template)))
    with psycopg.connect(**maintenance_connection(env), autocommit=True) as server:
        server.execute(sql.SQL(" ").join(parts))


def drop_database(name: str, *, env: Mapping[str, str] | None = None) -> None:
    """Removes a database if it is there, ending the connections to it."""
    with psycopg.connect(**_elsewhere(name, env), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def rename_database(old: str, new: str, *, env: Mapping[str, str] | None = None) -> None:
    with psycopg.connect(**_elsewhere(old, env), autocommit=True) as server:
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
        )


def replace_database(name: str, by: str, *, env: Mapping[str, str] | None = None) -> None:
    """Puts the database `by` in the place of `name`, ending the connections to the old one and removing it."""
    with psycopg.connect(**_elsewhere(name, env), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(by), sql.Identifier(name))
        )


def _elsewhere(name: str, env: Mapping[str, str] | None) -> dict[str, Any]:
    """A connection to a database other than `name`: the one that is connected to cannot be renamed or removed."""
    connection = maintenance_connection(env)
    if connection.get("dbname") == name:
        connection["dbname"] = "postgres"
    return connection


def database_names(env: Mapping[str, str] | None = None) -> list[str]:
    """Every database of the server, the oldest first."""
    with psycopg.connect(**maintenance_connection(env), autocommit=True) as server:
        return [row[0] for row in server.execute("SELECT datname FROM pg_database ORDER BY oid").fetchall()]


def remark(env: Mapping[str, str] | None = None) -> str:
    """The note kept on the database itself: which state of migrations and reference data it was brought to."""
    with psycopg.connect(**owner_connection(env)) as server:
        row = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return str(row[0] or "") if row else ""


def set_remark(text: str, env: Mapping[str, str] | None = None) -> None:
    connection = owner_connection(env)
    with psycopg.connect(**connection) as server:
        server.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(server.info.dbname), sql.Literal(text)
            )
        )


def url(connection: Mapping[str, Any]) -> str:
    """Connection parameters as one line that psql and pg_dump take."""
    return make_conninfo(**dict(connection))
