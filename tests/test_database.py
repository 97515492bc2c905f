"""Which database is used, as whom, and what the app may do there."""

from pathlib import Path

import psycopg
import pytest

from kotopolku import database
from kotopolku.cluster import APP, OWNER


def test_without_an_address_the_embedded_database_of_the_data_folder_is_used(tmp_path: Path) -> None:
    settings = database.databases({"KOTOPOLKU_DATA": str(tmp_path)})
    assert {alias: one["USER"] for alias, one in settings.items()} == {"default": APP, "owner": OWNER}
    assert settings["default"]["NAME"] == settings["owner"]["NAME"] == "kotopolku"
    assert settings["default"]["HOST"].startswith("/")
    assert not list(tmp_path.iterdir())


def test_an_address_leads_to_a_server_of_ones_own(tmp_path: Path) -> None:
    settings = database.databases(
        {
            "KOTOPOLKU_DATA": str(tmp_path),
            "DATABASE_URL": "postgresql://keeper:word@db.example.fi:5433/koto?sslmode=verify-full",
            "KOTOPOLKU_APP_DATABASE_URL": "postgresql://pages:other@db.example.fi:5433/koto?sslmode=verify-full",
        }
    )
    owner, app = settings["owner"], settings["default"]
    assert (owner["HOST"], owner["PORT"], owner["NAME"], owner["USER"]) == (
        "db.example.fi",
        "5433",
        "koto",
        "keeper",
    )
    assert (app["USER"], app["PASSWORD"]) == ("pages", "other")
    assert app["OPTIONS"]["sslmode"] == "verify-full"


def test_the_apps_password_comes_from_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / database.APP_PASSWORD_FILE).write_text("kept\n")
    address = {"DATABASE_URL": "postgresql://keeper@localhost/koto", "KOTOPOLKU_DATA": str(tmp_path)}
    settings = database.databases(address)
    assert (settings["default"]["USER"], settings["default"]["PASSWORD"]) == (APP, "kept")


def test_an_address_that_cannot_be_read_is_explained() -> None:
    with pytest.raises(database.DatabaseError, match=r"DATABASE_URL cannot be read.*postgresql://user"):
        database.databases({"DATABASE_URL": "here://or there"})


def test_a_server_that_does_not_answer_is_explained(tmp_path: Path) -> None:
    address = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "KOTOPOLKU_DATA": str(tmp_path)}
    with pytest.raises(database.DatabaseError, match="does not answer"):
        database.ensure_app_role(address)


def test_the_app_may_not_be_the_owner(test_server: None, tmp_path: Path) -> None:
    owner = database.url(database.owner_connection())
    address = {"DATABASE_URL": owner, "KOTOPOLKU_APP_DATABASE_URL": owner, "KOTOPOLKU_DATA": str(tmp_path)}
    with pytest.raises(database.DatabaseError, match="another user"):
        database.ensure_app_role(address)


@pytest.fixture
def app_connection(django_db_setup: None) -> psycopg.Connection[tuple[object, ...]]:
    """The app's connection to this worker's copy, apart from Django's."""
    from django.db import connections

    settings = connections["default"].settings_dict
    return psycopg.connect(
        **{key.lower(): settings[key] for key in ("USER", "PASSWORD", "HOST", "PORT") if settings[key]},
        dbname=settings["NAME"],
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET id = id",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "UPDATE journal_payload SET entry_id = entry_id",
        "UPDATE journal_batch SET id = id",
        "DELETE FROM journal_batch",
        "DELETE FROM django_migrations",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE journal_entry DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_app_cannot_rewrite_the_journal_or_change_tables(
    app_connection: psycopg.Connection[tuple[object, ...]], statement: str
) -> None:
    with app_connection as server, pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.execute(statement)  # type: ignore[arg-type]


def test_the_app_can_write_where_it_should(app_connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with app_connection as server:
        row = server.execute(
            "SELECT has_table_privilege('journal_entry', 'INSERT'), has_table_privilege('journal_payload', 'DELETE'),"
            " has_table_privilege('clients_plan', 'UPDATE')"
        ).fetchone()
    assert row == (True, True, True)


@pytest.mark.django_db
def test_tests_are_signed_in_as_the_app() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, name = cursor.fetchone()
    assert user == database.app_connection()["user"]
    assert name.startswith("kotopolku_test_")
