"""The embedded PostgreSQL's life: made, started, stopped, killed and healed. Each test has a cluster of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kotopolku import database
from kotopolku.cluster import APP, OWNER, SUPERUSER, Cluster, ClusterError, find_programs, lease


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """A folder that the cluster's own user can reach too; pytest closes its temporary folders to others."""
    with tempfile.TemporaryDirectory(prefix="kotopolku-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


@pytest.fixture
def cluster(data_folder: Path) -> Iterator[Cluster]:
    made = Cluster(data_folder, durable=False)
    yield made
    made.stop()


def ask(cluster: Cluster, question: str, role: str = APP) -> object:
    with psycopg.connect(**cluster.connection(role)) as server:
        row = server.execute(question).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def test_a_cluster_is_made_started_and_stopped(cluster: Cluster) -> None:
    assert cluster.ensure_running() is True
    assert ask(cluster, "SELECT current_user") == APP
    assert cluster.ensure_running() is False
    assert cluster.stop() is True
    assert cluster.pid() is None
    assert cluster.stop() is False


def test_neither_role_is_a_superuser_or_passes_by_row_security(cluster: Cluster) -> None:
    cluster.ensure_running()
    mighty = "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE rolname LIKE 'kotopolku%'"
    assert ask(cluster, mighty) is False


def test_only_the_owner_makes_tables(cluster: Cluster) -> None:
    cluster.ensure_running()
    with psycopg.connect(**cluster.connection(OWNER)) as server:
        server.execute("CREATE EXTENSION pg_trgm")
        server.execute("CREATE TABLE thing (id int)")
    with (
        psycopg.connect(**cluster.connection(APP)) as server,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        server.execute("CREATE TABLE another (id int)")


def test_finnish_and_swedish_letters_have_their_capitals(cluster: Cluster) -> None:
    cluster.ensure_running()
    assert ask(cluster, "SELECT lower('ÅÄÖ') || upper('åäö')") == "åäöÅÄÖ"


def test_what_was_written_is_there_after_a_crash(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    try:
        cluster.ensure_running()
        with psycopg.connect(**cluster.connection(OWNER)) as server:
            server.execute("CREATE TABLE thing AS SELECT 42 AS answer")
        cluster.kill()
        assert cluster.ensure_running() is True
        assert ask(cluster, "SELECT answer FROM thing", OWNER) == 42
    finally:
        cluster.stop()


def test_a_number_left_behind_that_now_belongs_to_another_program_is_not_taken_for_the_server(
    cluster: Cluster,
) -> None:
    cluster.ensure_running()
    note = (cluster.files / "postmaster.pid").read_text()
    cluster.stop()
    other_program = note.splitlines()
    other_program[0] = str(os.getpid())
    (cluster.files / "postmaster.pid").write_text("\n".join(other_program) + "\n")
    assert cluster.pid() is None
    assert cluster.ensure_running() is True
    assert ask(cluster, "SELECT 1") == 1


def test_a_making_that_was_cut_short_is_begun_again(cluster: Cluster) -> None:
    cluster.files.mkdir(parents=True)
    (cluster.files / "half").write_text("")
    assert cluster.ensure_running() is True


def test_several_processes_that_need_it_at_once_start_one_server(cluster: Cluster) -> None:
    code = (
        "import sys; from pathlib import Path; from kotopolku.cluster import Cluster;"
        "print(Cluster(Path(sys.argv[1]), durable=False).ensure_running())"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(cluster.data_folder)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(4)
    ]
    answers = [starter.communicate(timeout=120)[0].strip() for starter in starters]
    assert sorted(answers) == ["False", "False", "False", "True"]


def test_a_long_folder_name_leaves_room_for_the_socket(data_folder: Path) -> None:
    deep = Cluster(data_folder / ("long" * 25), durable=False)
    try:
        deep.ensure_running()
        assert ask(deep, "SELECT 1") == 1
    finally:
        deep.stop()
        deep.socket_folder.rmdir()


def test_a_start_that_fails_shows_the_servers_own_reason(cluster: Cluster) -> None:
    cluster.ensure_running()
    cluster.stop()
    with (cluster.files / "postgresql.conf").open("a") as settings:
        settings.write("work_mem = 'a great deal'\n")
    with pytest.raises(ClusterError, match="work_mem"):
        cluster.ensure_running()


def test_an_unknown_version_is_a_clear_error() -> None:
    with pytest.raises(ClusterError, match=r"PostgreSQL 9 was not found.*DATABASE_URL"):
        find_programs(9)


def test_a_running_django_connection_heals_after_the_server_was_restarted(
    cluster: Cluster, django_db_blocker: Any
) -> None:
    from django.db import close_old_connections, connections
    from django.db.utils import OperationalError

    cluster.ensure_running()
    environment = {"KOTOPOLKU_DATA": str(cluster.data_folder)}
    connections.databases["healing"] = {
        **connections.databases["default"],
        **database.databases(environment)["default"],
    }
    connection = connections["healing"]
    try:
        # The guard that keeps plain tests from the database does not concern a database of the test's own.
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            cluster.stop()
            with pytest.raises(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            cluster.ensure_running()
            close_old_connections()
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_user")
                assert cursor.fetchone() == (APP,)
    finally:
        connection.close()
        del connections["healing"]
        del connections.databases["healing"]


def test_the_superuser_signs_in_only_through_the_socket(cluster: Cluster) -> None:
    cluster.ensure_running()
    assert ask(cluster, "SHOW listen_addresses", SUPERUSER) == ""


def test_the_last_holder_stops_what_a_holder_started(cluster: Cluster) -> None:
    other = Cluster(cluster.data_folder, durable=False)
    with lease(cluster):
        with lease(other):
            pass
        assert cluster.is_ready()
    assert cluster.pid() is None


def test_a_holder_leaves_a_server_alone_that_ran_before(cluster: Cluster) -> None:
    cluster.ensure_running()
    with lease(cluster):
        pass
    assert cluster.is_ready()


def test_the_next_holder_inherits_the_server_of_one_that_was_killed(cluster: Cluster) -> None:
    code = (
        "import os, sys; from pathlib import Path; from kotopolku.cluster import Cluster, lease\n"
        "with lease(Cluster(Path(sys.argv[1]), durable=False)): os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    subprocess.run([sys.executable, "-c", code, str(cluster.data_folder)], env=environment, check=False)
    assert cluster.is_ready()
    with lease(cluster):
        pass
    assert cluster.pid() is None
