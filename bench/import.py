"""Measures bringing clients in from a file: checking and writing, persons a second, with every clock computed.

Beside it, in the same run, the plain alternative: registering the same persons one by one as a page does it, on a sample.
Works in a database of its own, which it makes and removes. Usage: bench/import.py [--persons N] [--sample N]
"""

import argparse
import os
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
NAME = "kotopolku_bench_import"
os.environ["KOTOPOLKU_DATABASE_NAME"] = NAME
os.environ["KOTOPOLKU_TODAY"] = "2026-11-23"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
BOUND_SECONDS = 300
PER_100_000 = 100_000


def rows(number: int, first: int = 0) -> Any:
    """Invented persons with a path: every second one has an assessment, every fourth a plan as well."""
    from kotopolku.exchange.tests import files

    for one in range(first, first + number):
        row = files.client(one, **{"Asiakkuus alkoi": "2.3.2026"})
        if one % 2:
            row |= {"Arvioinnin päivämäärä": "10.3.2026", "Suunnitelman tarve": "kyllä"}
        if one % 4 == 1:
            row |= {"Suunnitelman päivämäärä": "20.3.2026", "Suunnitelman tavoitteet": "Suomi B1; Työ"}
            row |= {"Sovitut toimenpiteet": "1. language: Kurssi; 2. work-tryout: Kokeilu"}
        yield row


def in_seat(actor: Any, act: Any) -> Any:
    from django.db import transaction

    from kotopolku.access import rowsecurity

    with transaction.atomic():
        rowsecurity.apply(actor)
        return act()


def by_file(actor: Any, number: int) -> tuple[float, float, int]:
    """Seconds of checking, seconds of writing, size of the file."""
    from kotopolku.access import rowsecurity
    from kotopolku.exchange import actions, commands, queries
    from kotopolku.exchange.tests import files

    content = files.as_csv(
        [row | {h: row.get(h, "") for h in next(iter(rows(1, 1)))} for row in rows(number)]
    )
    start = time.monotonic()
    run = in_seat(actor, lambda: actions.receive_file("bench.csv", content, actor=actor))
    in_seat(actor, lambda: actions.check_file(run.pk, run.columns, actor=actor))
    checked = time.monotonic() - start
    start = time.monotonic()
    in_seat(actor, lambda: actions.start_import(run.pk, actor=actor, only_good=False))
    others = commands.helpers(run.pk, "kunta-092", commands.how_many(number))
    actions.bring_all(run.pk, actor=actor, each=lambda _one: None, apply=lambda: rowsecurity.apply(actor))
    for other in others:
        other.join()
    written = time.monotonic() - start
    brought = in_seat(actor, lambda: queries.counts(run.pk))["done"]
    if brought != number:
        raise SystemExit(f"{number - brought} persons were not brought in")
    return checked, written, len(content)


def one_by_one(actor: Any, number: int) -> float:
    """Seconds of registering persons one by one, each in a transaction of its own; no assessment and no plan."""
    from kotopolku.clients import actions
    from kotopolku.exchange import queries, rules

    codes = queries.codes(date(2026, 11, 23))
    listed = list(rows(number, first=1_000_000))
    known = rules.guessed(list(listed[0]))
    start = time.monotonic()
    for row in listed:
        read = rules.read_row({known[h]: cell for h, cell in row.items() if known.get(h)}, codes)
        if read.case is None:
            raise SystemExit(str(read.faults))
        new = replace(read.case.new, duplicate_reason="measured")
        in_seat(actor, lambda new=new: actions.register_client(new, actor=actor))
    return time.monotonic() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=PER_100_000)
    parser.add_argument("--sample", type=int, default=500)
    chosen = parser.parse_args()
    from kotopolku import database

    with database.held():
        database.drop_database(NAME)
        database.create_database(NAME)
        try:
            run(chosen.persons, chosen.sample)
        finally:
            from django.db import connections

            connections.close_all()
            database.drop_database(NAME)


def run(persons: int, sample: int) -> None:
    import django

    django.setup()
    from kotopolku.exchange.commands import _actor
    from kotopolku.portal.preparation import migrate_and_load

    migrate_and_load()
    actor = _actor("kunta-092", "bench.import")
    checked, written, size = by_file(actor, persons)
    whole = checked + written
    print(
        f"{persons:,} persons in a CSV of {size / 1e6:.1f} MB, half with an assessment, a quarter with a plan"
    )
    print(f"  checked   {checked:7.1f} s   {persons / checked:8.0f} a second")
    print(f"  written   {written:7.1f} s   {persons / written:8.0f} a second")
    print(f"  together  {whole:7.1f} s   {persons / whole:8.0f} a second")
    plain = one_by_one(actor, sample)
    print(f"one by one, without a path, {sample:,} measured: {sample / plain:.0f} a second,")
    print(
        f"  {persons * plain / sample:,.0f} s for {persons:,} (extrapolated), {persons * plain / sample / whole:.1f} times"
    )
    if persons >= PER_100_000:
        print(
            f"bound of {BOUND_SECONDS} s for 100,000: {'kept' if whole * PER_100_000 / persons <= BOUND_SECONDS else 'BROKEN'}"
        )


if __name__ == "__main__":
    main()
