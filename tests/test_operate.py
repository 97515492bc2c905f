"""Dump and restore, and the database's status, through the command line on a copy of the tests' template."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from kotopolku import database

ROOT = Path(__file__).resolve().parents[1]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(another_database: str) -> dict[str, str]:
    return {**os.environ, "KOTOPOLKU_DATABASE_NAME": another_database, "PYTHONPATH": str(ROOT / "src")}


@pytest.fixture
def kotopolku(environment: dict[str, str]) -> Run:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kotopolku.portal.cli", *arguments],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run


def count(environment: dict[str, str], table: str = "reference_municipality") -> int:
    with psycopg.connect(**database.owner_connection(environment)) as server:
        row = server.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


def test_what_was_dumped_is_restored_whole(
    kotopolku: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "whole.dump"
    before = count(environment)
    assert before > 300
    dumped = kotopolku("database", "dump", file)
    assert dumped.returncode == 0, dumped.stderr
    assert file.stat().st_mode & 0o077 == 0
    with psycopg.connect(**database.owner_connection(environment)) as server:
        server.execute("DROP TABLE reference_municipality CASCADE")
    restored = kotopolku("database", "restore", "--yes", file)
    assert restored.returncode == 0, restored.stderr
    assert count(environment) == before
    with psycopg.connect(**database.app_connection(environment)) as server:
        assert server.execute("SELECT has_table_privilege('journal_entry', 'UPDATE')").fetchone() == (False,)
        assert server.execute("SELECT has_table_privilege('journal_entry', 'INSERT')").fetchone() == (True,)


def test_a_file_that_is_no_dump_leaves_the_database_as_it_was(
    kotopolku: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam")
    before = count(environment)
    answer = kotopolku("database", "restore", "--yes", file)
    assert answer.returncode == 2
    assert "The restore failed" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert count(environment) == before


def test_a_folder_that_does_not_exist_is_a_clear_error(kotopolku: Run, tmp_path: Path) -> None:
    answer = kotopolku("database", "dump", tmp_path / "nowhere" / "file")
    assert answer.returncode == 2
    assert "cannot be written" in answer.stderr


def test_status_says_which_database_and_whether_it_answers(
    kotopolku: Run, environment: dict[str, str]
) -> None:
    answer = json.loads(kotopolku("database", "status", "--json").stdout)
    assert answer["answers"] is True
    assert answer["dbname"] == environment["KOTOPOLKU_DATABASE_NAME"]
