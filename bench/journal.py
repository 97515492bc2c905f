"""Measures the journal: entries recorded and sealed a second, rows verified a second.

Beside it, in the same run, the plain alternative: a hash chain in which each entry takes a lock and names the one
before. Works in a database of its own, which it makes and removes. Usage: bench/journal.py [--entries N] [--seconds S]
"""

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
import uuid
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
NAME = "kotopolku_bench_journal"
os.environ["KOTOPOLKU_DATABASE_NAME"] = NAME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
CHAIN_TABLE = "CREATE TABLE bench_chain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea)"
AT_ONCE = 10_000
TOGETHER: Any = None
"""Barrier at which the writing processes meet, set in each as it starts."""


def set_up() -> None:
    import django

    django.setup()


def actor() -> Any:
    from kotopolku.access.capabilities import Role
    from kotopolku.access.viewer import Seat, Viewer

    seat = Seat(1, 7, "kunta-092", "municipality", "Vantaa", Role.CASEWORKER)
    return Viewer(1, "Worker", date(2026, 3, 2), seat)


def record_until(end: float) -> int:
    """Looks and changes as pages write them, each in a transaction of its own."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.journal.actions import record

    worker, done = actor(), 0
    while time.monotonic() < end:
        with transaction.atomic():
            rowsecurity.apply(worker)
            record(
                "bench.person.edited", actor=worker, subjects=[done], object=("plan", done), reason="Measured"
            )
        done += 1
    return done


def chain_until(end: float) -> int:
    """The alternative: the same entry, and under a lock until the commit its hash tied to the one before."""
    from django.db import connection, transaction

    from kotopolku.access import rowsecurity
    from kotopolku.journal.actions import record

    worker, done = actor(), 0
    while time.monotonic() < end:
        with transaction.atomic(), connection.cursor() as cursor:
            rowsecurity.apply(worker)
            cursor.execute("SELECT pg_advisory_xact_lock(1)")
            cursor.execute("SELECT hash FROM bench_chain ORDER BY id DESC LIMIT 1")
            last = cursor.fetchone()
            entry = record(
                "bench.person.edited", actor=worker, subjects=[done], object=("plan", done), reason="Measured"
            )
            hashed = hashlib.sha256((bytes(last[0]) if last else b"") + bytes(entry.leaf)).digest()
            cursor.execute("INSERT INTO bench_chain (hash) VALUES (%s)", [hashed])
        done += 1
    return done


def rate(work: Any, processes: int, seconds: float) -> float:
    """Entries a second of all processes together, from the moment when the last of them is ready."""
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(processes)
    with context.Pool(processes, initializer=_begin, initargs=(together,)) as pool:
        return sum(pool.map(_timed, [(work, seconds)] * processes, chunksize=1))


def _begin(together: Any) -> None:
    global TOGETHER
    set_up()
    TOGETHER = together


def _timed(order: tuple[Any, float]) -> float:
    work, seconds = order
    work(time.monotonic() + 0.2)
    TOGETHER.wait(60)
    began = time.monotonic()
    return float(work(began + seconds)) / (time.monotonic() - began)


def fill(entries: int) -> None:
    """Entries in bulk, hashed as `record` hashes them, so that there is something to seal and to verify."""
    from django.db import connection, transaction

    from kotopolku import clock
    from kotopolku.journal import seal

    statement = """
        WITH new AS (
            SELECT nextval('journal_entry_id_seq') AS id, person, salt, leaf
            FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[]) AS new (person, salt, leaf)
        ), waiting AS (INSERT INTO unsealed_journal_entry (entry_id) SELECT id FROM new
        ), mention AS (
            INSERT INTO journal_mention (person_id, entry_id, organisation_id, action, day)
            SELECT person, id, 7, 'bench.person.looked', %s FROM new
        )
        INSERT INTO journal_entry (id, at, day, actor_id, system, organisation_id, action, subjects, object_kind, salt,
                                   leaf)
        SELECT id, %s, %s, 1, '', 7, 'bench.person.looked', ARRAY[person], '', salt, leaf FROM new
    """
    worker, done = actor(), 0
    while done < entries:
        at = clock.real_now()
        people = range(done, min(done + AT_ONCE, entries))
        salts = [uuid.uuid4() for _ in people]
        leaves = [
            seal.leaf(
                seal.Content(
                    at, worker.day, 1, "", 7, "bench.person.looked", [person], "", None, None, salt, None
                )
            )
            for person, salt in zip(people, salts, strict=True)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [list(people), salts, leaves, worker.day, at, worker.day])
        done += len(people)


def timed(work: Any) -> tuple[float, Any]:
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--processes", type=int, default=4)
    chosen = parser.parse_args()

    from kotopolku import database

    database.ensure_running()
    database.ensure_app_role()
    database.drop_database(NAME)
    database.create_database(NAME)
    try:
        measure(chosen.entries, chosen.processes, chosen.seconds)
    finally:
        from django.db import connections

        connections.close_all()
        database.drop_database(NAME)


def measure(entries: int, processes: int, seconds: float) -> None:
    set_up()
    from django.core.management import call_command
    from django.db import connections

    from kotopolku import database
    from kotopolku.journal.actions import seal
    from kotopolku.journal.verification import verify

    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(CHAIN_TABLE)
    connections.close_all()
    database.grant_app_rights()

    chained = rate(chain_until, processes, seconds)
    recorded = rate(record_until, processes, seconds)
    drain_seconds, batch = timed(seal)
    _say("hash chain under a lock", chained, f"{processes} writers")
    _say("record, each its own transaction", recorded, f"{processes} writers")
    _say("seal of those", batch.count / drain_seconds, f"{batch.count:,} in {drain_seconds:.2f} s")
    fill(entries)
    seal_seconds, batch = timed(seal)
    _say("seal", batch.count / seal_seconds, f"{batch.count:,} in {seal_seconds:.1f} s")
    verify_seconds, report = timed(verify)
    _say("verify", report.entries / verify_seconds, f"{report.entries:,} in {verify_seconds:.1f} s")
    print("whole" if report.is_whole else f"NOT WHOLE: {report.findings[:5]}")


def _say(what: str, per_second: float, how: str) -> None:
    print(f"{what:34}{per_second:10,.0f} entries/s   {how}", flush=True)


if __name__ == "__main__":
    main()
