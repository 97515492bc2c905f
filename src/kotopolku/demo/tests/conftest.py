"""Invented worlds in databases of their own: loaded by the command as people load them, then only read."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kotopolku import database

TODAY = date(2026, 11, 23)
PERSONS = 2_000
ROOT = Path(__file__).resolve().parents[4]
Run = subprocess.CompletedProcess[str]


class OneWorld:
    """A database of its own with the reference data; ``run`` runs Python, ``load`` the command, on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        settings = {"DJANGO_SETTINGS_MODULE": "kotopolku.settings", "PYTHONPATH": str(ROOT / "src")}
        self.environment = {
            **os.environ, **settings, "KOTOPOLKU_DATABASE_NAME": name, "KOTOPOLKU_TODAY": TODAY.isoformat(),
        }  # fmt: skip

    def run(self, *command: str) -> Run:
        return subprocess.run(
            [sys.executable, *command], env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    def load(self, persons: int = PERSONS, seed: int = 1) -> Run:
        command = ["-m", "kotopolku.portal.cli", "demo", "load", "--json"]
        return self.run(*command, "--persons", str(persons), "--seed", str(seed))

    def load_quiet(self, persons: int, killed_at: str = "") -> Run:
        """Loads without the scenes, in a process that ends itself outright, as a power cut does, when it reaches a moment."""
        return self.run(
            "-c",
            "import django, os, signal; django.setup()\n"
            "from kotopolku.demo import actions\n"
            "actions.scenes.play_all = lambda day: None\n"
            f"end = lambda what, done, total: what == {killed_at!r} and os.kill(os.getpid(), signal.SIGKILL)\n"
            f"actions.load_demo(persons={persons}, seed=1, progress=end)",
        )

    def load_scenes(self, persons: int, fails: str = "") -> Run:
        """Loads with two scenes that only say their names, of which the one named fails."""
        return self.run(
            "-c",
            "import django; django.setup()\n"
            "from types import SimpleNamespace as Named\n"
            "from kotopolku.demo import actions, scenes\n"
            "def play(name):\n"
            f"    assert name != {fails!r}, 'fails'\n"
            "    print(name)\n"
            "scenes.pkgutil = Named(iter_modules=lambda path: [Named(name='first'), Named(name='second')])\n"
            "scenes.import_module = lambda name: Named(play=lambda actor_of, day: play(name.split('.')[-1]))\n"
            f"actions.load_demo(persons={persons}, seed=1)",
        )


@pytest.fixture(scope="module")
def new_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[str], OneWorld]]:
    """Makes copies of the tests' database, each with a name of its own."""
    from django.db import connections

    made: list[str] = []
    template = connections["default"].settings_dict["NAME"]

    def new(name: str) -> OneWorld:
        with django_db_blocker.unblock():
            for connection in connections.all():
                connection.close()
        made.append(f"{template}_{name}")
        database.drop_database(made[-1])
        database.create_database(made[-1], template=template)
        return OneWorld(made[-1])

    yield new
    for name in made:
        database.drop_database(name)


@pytest.fixture(scope="module")
def world(new_world: Callable[[str], OneWorld], django_db_blocker: Any) -> Iterator[OneWorld]:
    """A loaded world without scenes; Django's connections lead to it for the whole module."""
    made = new_world("invented")
    loaded = made.load_quiet(PERSONS)
    assert loaded.returncode == 0, loaded.stderr
    with _led_to(made.name, django_db_blocker):
        yield made


@contextmanager
def _led_to(name: str, blocker: Any) -> Iterator[None]:
    """Django's connections lead to the database of that name."""
    from django.db import connections

    def lead(names: dict[str, str]) -> None:
        with blocker.unblock():
            for connection in connections.all():
                connection.close()
        for alias, one in names.items():
            connections[alias].settings_dict["NAME"] = one

    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    lead(dict.fromkeys(before, name))
    yield
    lead(before)


@pytest.fixture(scope="module")
def played_world(django_db_setup: None, world_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The world of the running servers, with all scenes; Django's connections lead to it for the whole module."""
    with _led_to(world_database, django_db_blocker):
        yield
