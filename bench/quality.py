"""Measures the gap checks: all checks over every client of an invented world, counted by authority.

``python bench/quality.py --persons 1000000`` makes the world as ``bench/load.py`` does (kept for the next run). Prints the
whole time, the time of each statement, and beside it, in the same run, the usual way: each check asked of each client,
one by one, on a sample, extrapolated to all clients and said so. Everything is real but the people.
"""

import argparse
import random
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import load


def measure(sample: int) -> None:
    from django.db import connection, transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.clients.models import Responsibility
    from kotopolku.quality import actions, engine
    from kotopolku.quality.checks import checks_on

    day = clock.today()
    viewer = Viewer.for_system("bench", day)
    checks = checks_on(day)
    with transaction.atomic():
        rowsecurity.apply(viewer)
        begun = time.perf_counter()
        run = actions.count_day(actor=viewer)
        whole = time.perf_counter() - begun
        print(f"{len(checks)} checks over {run.clients:,} clients under way: {whole:.1f} s", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
        for portion in engine.portions(checks):
            begun = time.perf_counter()
            found = sum(sum(numbers.values()) for numbers in engine.count(day, portion).values())
            names = portion[0].id if len(portion) == 1 else f"{portion[0].source.name}: {len(portion)} checks"
            print(f"  {names:34}{time.perf_counter() - begun:7.2f} s   {found:,} found", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on")
        ids = _some(Responsibility, day, sample)
        begun = time.perf_counter()
        for relationship_id in ids:
            for check in checks:
                engine.finds(check, relationship_id, day)
        each = (time.perf_counter() - begun) / max(len(ids), 1)
        print(
            f"one query a client and check: {each * 1000:.1f} ms a client (sample of {len(ids)}),"
            f" extrapolated to all: {each * run.clients / 60:,.0f} min"
        )
        connection.set_rollback(True)


def _some(model: Any, day: date, sample: int) -> list[int]:
    """Random clients under way."""
    rows = model.objects.filter(days__contains=day, ended_on=None)
    first, last = rows.order_by("id").first(), rows.order_by("id").last()
    chance = random.Random(1)
    found: set[int] = set()
    while len(found) < min(sample, rows.count()):
        near = rows.filter(id__gte=chance.randint(first.id, last.id)).order_by("id").first()
        found.add(near.relationship_id)
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=100)
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        load.prepare(given.persons)
        measure(given.sample)


if __name__ == "__main__":
    main()
