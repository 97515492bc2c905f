"""The tests' database and the running server that browser and API tests talk to.

One template database is made per state of migrations and reference data; every worker tests in a copy of its own,
signed in as the app, so that row security is truly in force. Not for a room's own fixtures.
"""

from __future__ import annotations

import fcntl
import functools
import gc
import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

os.environ["KOTOPOLKU_TEST_CLUSTER"] = "1"
os.environ.pop("KOTOPOLKU_DATABASE_NAME", None)

from kotopolku import database

ROOT = Path(__file__).resolve().parent
LIVE_TODAY = date(2026, 11, 23)
"""The day on which the running server of browser and API tests lives: a Monday."""
LIVE_PERSONS = 300
TEMPLATE_PREFIX = "kotopolku_template_"
WORLD_PREFIX = "kotopolku_world_"
COPY_PREFIX = "kotopolku_test_"


LONGEST = (
    "tests/browser/test_every_page.py",
    "tests/guards/test_permissions.py",
    "src/kotopolku/demo/tests/test_world.py",
    "tests/test_scenario_5_non_disclosure.py",
    "tests/test_serve.py",
    "tests/guards/test_row_security.py",
    "tests/browser/test_scenario_two_editors.py",
    "tests/test_bad_input.py",
    "tests/browser/test_frame.py",
    "tests/browser/test_scenario_path.py",
    "tests/test_faults.py",
    "tests/test_cluster.py",
)
"""Files of tests that take longest, the longest first."""


def pytest_configure() -> None:
    from django.conf import settings as django_settings
    from django.contrib.auth import hashers
    from hypothesis import HealthCheck, settings

    # Nothing that is made while tests are found goes away again (`pytest_collection_finish`).
    gc.disable()
    # Else every browser of a test has all static files counted first; those are asked of the running server only.
    django_settings.WHITENOISE_AUTOREFRESH = True
    # Slow on purpose; the personas of a world share one password and its hash.
    hashers.pbkdf2 = functools.cache(hashers.pbkdf2)

    # No test asserts on time, the search for examples neither.
    settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("house")


# Databases ------------------------------------------------------------------------------------------------


@contextmanager
def _one_at_a_time(what: str = "databases") -> Iterator[None]:
    """Holds a lock of its own for ``what``: while the world is made, copies of the template can be made."""
    folder = database.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"test-{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lead_django_to(name: str) -> None:
    """Points Django's two aliases at the database of that name, after closing what they had open."""
    from django.db import connections

    found = database.databases({**os.environ, "KOTOPOLKU_DATABASE_NAME": name})
    for alias, settings in found.items():
        connections[alias].close()
        for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"):
            connections[alias].settings_dict[key] = settings[key]


def _run_python(code: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{code}\n{done.stdout}\n{done.stderr}")


def _environment(name: str, **more: str) -> dict[str, str]:
    """The environment of a process that works on the database of that name."""
    settings = {"DJANGO_SETTINGS_MODULE": "kotopolku.settings", "KOTOPOLKU_DATABASE_NAME": name}
    return {**os.environ, **settings, "PYTHONPATH": str(ROOT / "src"), **more}


def _ensure_template() -> str:
    """The name of the template for the code as it is, made if it is not there. Call it under the lock."""
    from kotopolku.portal.preparation import database_fingerprint

    template = TEMPLATE_PREFIX + database_fingerprint()
    names = database.database_names()
    if template in names:
        return template
    building = f"{template}_building"
    database.drop_database(building)
    database.create_database(building)
    _run_python(
        "from kotopolku.portal.preparation import migrate_and_load; migrate_and_load()",
        _environment(building),
    )
    # A few older ones stay, for another branch or another process; the list is oldest first.
    for name in [name for name in names if name.startswith(TEMPLATE_PREFIX)][:-3]:
        database.drop_database(name)
    database.rename_database(building, template)
    return template


def _copy_template(name: str) -> None:
    with _one_at_a_time():
        database.create_database(name, template=_ensure_template())


def _ensure_world() -> str:
    """The name of the template with `LIVE_PERSONS` invented persons on `LIVE_TODAY`, made if code has changed.

    Call it under the lock of worlds.
    """
    state = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in (".py", ".toml", ".sql", ".po"):
            state.update(f"{path} {path.stat().st_mtime_ns}\n".encode())
    world = WORLD_PREFIX + state.hexdigest()[:16]
    names = database.database_names()
    if world in names:
        return world
    building = f"{world}_building"
    for name in (building, *[name for name in names if name.startswith(WORLD_PREFIX)][:-1]):
        database.drop_database(name)
    with _one_at_a_time():
        database.create_database(building, template=_ensure_template())
    _run_python(
        f"from kotopolku.demo.actions import load_demo; load_demo(persons={LIVE_PERSONS}, seed=1)",
        _environment(building, KOTOPOLKU_DEMO="1", KOTOPOLKU_TODAY=LIVE_TODAY.isoformat()),
    )
    database.rename_database(building, world)
    return world


def _copy_world(name: str) -> None:
    with _one_at_a_time("worlds"):
        database.drop_database(name)
        database.create_database(name, template=_ensure_world())


def _gather_files(environment: dict[str, str]) -> None:
    """Texts, styles and fonts where pages look for them; quick when nothing has changed."""
    with _one_at_a_time():
        _run_python("from kotopolku.portal.preparation import prepare_files; prepare_files()", environment)


def _drop_copies_of_dead_processes() -> None:
    for name in database.database_names():
        number = name.removeprefix(COPY_PREFIX).split("_")[0]
        if name.startswith(COPY_PREFIX) and number.isdigit() and not Path(f"/proc/{number}").exists():
            database.drop_database(name)


@pytest.fixture(scope="session")
def test_server() -> Iterator[None]:
    """A PostgreSQL for the tests, running: the tests' own cluster, or the server of DATABASE_URL."""
    with database.held():
        database.ensure_app_role()
        with _one_at_a_time():
            _drop_copies_of_dead_processes()
        yield


@pytest.fixture(scope="session")
def django_db_setup(test_server: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the template for this worker. A test whose transactions are real gives it back and gets a new one."""
    from django.db import connections
    from django.test import TransactionTestCase

    name = f"{COPY_PREFIX}{os.getpid()}"

    def renew(*_arguments: object) -> None:
        for connection in connections.all():
            connection.close()
        database.drop_database(name)
        _copy_template(name)

    with django_db_blocker.unblock():
        renew()
        _lead_django_to(name)
    _gather_files(_environment(name))
    TransactionTestCase._fixture_teardown = renew  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
        database.drop_database(name)


@pytest.fixture
def invented_world(transactional_db: None) -> None:
    """The worker's own database is a copy of the invented world, until the test has ended."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
    _copy_world(connections["default"].settings_dict["NAME"])


@pytest.fixture(scope="module")
def world_database(test_server: None) -> Iterator[str]:
    """The name of one more copy of the invented world."""
    name = f"{COPY_PREFIX}{os.getpid()}_world"
    _copy_world(name)
    yield name
    database.drop_database(name)


@pytest.fixture
def another_database(test_server: None) -> Iterator[str]:
    """The name of one more copy of the template, for tests that run commands on it in processes of their own."""
    name = f"{COPY_PREFIX}{os.getpid()}_other"
    database.drop_database(name)
    _copy_template(name)
    yield name
    database.drop_database(name)


# A running server -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LiveKotopolku:
    """A server that runs in demo mode on a small invented world of its own.

    `environment` runs a command against the same world; `database` holds Django's settings for its two aliases.
    """

    url: str
    today: date
    database: dict[str, dict[str, Any]]
    environment: dict[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, server: subprocess.Popen[str], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            break
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"The server at {url} does not answer.\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def live_kotopolku(test_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKotopolku]:
    """A real server process with 300 invented persons, in demo mode, on the day `LIVE_TODAY`."""
    from kotopolku.portal.supervisor import web_command

    name = f"{COPY_PREFIX}{os.getpid()}_live"
    port = free_port()
    environment = _environment(name, KOTOPOLKU_DEMO="1", KOTOPOLKU_TODAY=LIVE_TODAY.isoformat())
    _copy_world(name)
    _gather_files(environment)
    log = tmp_path_factory.mktemp("live") / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            web_command(host="127.0.0.1", port=port, workers=1, threads=4),
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(f"{url}/healthz", server, log)
        yield LiveKotopolku(url, LIVE_TODAY, database.databases(environment), environment)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        database.drop_database(name)


# House rules for every test -------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Law needs no database: its tests come first, while the others' databases may still be in the making. Then the
    files that take longest, so that at the end no worker waits for another."""
    places = {str(ROOT / name): place for place, name in enumerate(LONGEST)}

    def place_of(item: pytest.Item) -> int:
        path = str(item.path)
        return -1 if "/kotopolku/law/" in path else places.get(path, len(places))

    items.sort(key=place_of)


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: garbage need not be looked for in it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """No test uses the network: a connection to anywhere but this machine is refused at once."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise ConnectionRefusedError(f"A test tried to reach {address[0]}; tests use no network.")
        connect(self, address)

    socket.socket.connect = connect_here  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


if __name__ == "__main__":
    # While the code is being read by other checks, what every worker needs is made once (`house/check`): the compiled
    # tests, the databases, the static files.
    subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q"], cwd=ROOT, check=False)
    with database.held():
        database.ensure_app_role()
        with _one_at_a_time("worlds"):
            _gather_files(_environment(_ensure_world()))
