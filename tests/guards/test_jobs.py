"""The worker knows every room's jobs: one that it does not find would never run, and nobody would notice."""

from pathlib import Path

from procrastinate.contrib.django import app


def test_the_worker_finds_the_jobs_of_every_room(package: Path) -> None:
    rooms = {path.parent.name for path in package.glob("*/jobs.py")}
    found = {
        task.func.__module__.split(".")[1]
        for task in app.tasks.values()
        if "kotopolku" in task.func.__module__
    }
    assert found == rooms


def test_the_journal_is_sealed_every_few_minutes() -> None:
    crons = {periodic.task.name: periodic.cron for periodic in app.periodic_registry.periodic_tasks.values()}
    assert crons.get("journal.seal") == "*/5 * * * *"
