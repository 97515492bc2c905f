"""Measures a reform while the product is in use: 20,000 clients pass by one command, and people go on with their pages.

``python bench/handover.py`` makes an invented world once (kept as a database of its own) and runs on a fresh copy of it:
the product's web server with two workers, three people who read lists and clients and save, first alone and then while
``kotopolku actors succeed FILE`` passes the clients of several authorities to one. Prints the time of the reform, p50 and
p95 of the pages without and with it, and in the same run what the plain way would take: one client, one transaction.
Every request goes to 127.0.0.1 and the loops are bounded.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
os.environ["KOTOPOLKU_DEMO"] = "1"

import load  # noqa: E402 - the browser and the waiting of the pages' bench

SUCCESSOR = "tyo-43"
PERSONAS = ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani")
"""One whose clients go away, one to whom they come, one whom it does not concern."""
BOUND_S = 300
PLAIN = 200
"""Clients passed in the plain way, to compare with."""


@dataclass
class Use:
    """What people at their pages met: milliseconds by kind of request, and answers that were not as they should be."""

    times: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "save": []})
    faults: list[str] = field(default_factory=list)


def prepare(persons: int) -> dict[str, str]:
    """The environment of a fresh copy of the world; the world is made when it is not there."""
    from kotopolku import database

    base, name = f"kotopolku_bench_handover_{persons}", "kotopolku_bench_handover"
    database.ensure_app_role()
    if base not in database.database_names():
        making = f"{base}_making"
        database.drop_database(making)
        database.create_database(making)
        code = (
            "import django; django.setup();"
            "from kotopolku.portal.preparation import prepare_database, prepare_files;"
            "prepare_database(); prepare_files();"
            f"from kotopolku.demo.actions import load_demo; load_demo(persons={persons}, seed=1)"
        )
        environment = {**os.environ, "KOTOPOLKU_DATABASE_NAME": making, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        database.rename_database(making, base)
    database.drop_database(name)
    database.create_database(name, template=base)
    os.environ["KOTOPOLKU_DATABASE_NAME"] = name
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def choose(clients: int, folder: Path) -> tuple[Path, int]:
    """A file of successions whose predecessors have together at least so many clients, and how many they have."""
    from django.db import transaction
    from django.db.models import Count

    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.clients.models import Responsibility

    day = date.today()  # noqa: DTZ011
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", day))
        rows = (
            Responsibility.objects.filter(days__contains=day)
            .exclude(authority__code__in=(SUCCESSOR, "kunta-205"))
            .values_list("authority__code")
            .annotate(number=Count("id"))
        )
        counted = dict(rows)
    chosen = ["kunta-092"]
    for code in sorted(counted, key=lambda code: -counted[code]):
        if sum(counted[one] for one in chosen) >= clients:
            break
        if code not in chosen:
            chosen.append(code)
    file = folder / "bench-reform.csv"
    lines = [f"{code};{SUCCESSOR};{day.isoformat()}" for code in chosen]
    file.write_text("predecessor;successor;on\n" + "\n".join(lines) + "\n")
    return file, sum(counted[one] for one in chosen)


def in_use(port: int, stop: threading.Event, seconds: float | None = None) -> Use:
    """Three people at work until told to stop, or for so long."""
    use, lock = Use(), threading.Lock()
    end = time.monotonic() + (seconds or BOUND_S * 2)

    def work(username: str) -> None:
        chance = random.Random(username)
        browser = load.Client(port)
        browser.ask("GET", "/accounts/login/")
        browser.ask("POST", f"/demo/sign-in/{username}/", {})
        ids: list[str] = []
        while not stop.is_set() and time.monotonic() < end:
            if len(ids) < 3:
                kind, method, path = "read", "GET", "/clients/?" + urlencode({"worker": "all"})
            elif chance.random() < 0.3:
                kind, method, path = "save", "POST", f"/clients/{chance.choice(ids)}/confirm/"
            else:
                kind, method, path = "read", "GET", f"/clients/{chance.choice(ids)}/"
            begun = time.perf_counter()
            status, text, _to = browser.ask(method, path, {} if method == "POST" else None)
            taken = (time.perf_counter() - begun) * 1000
            with lock:
                use.times[kind].append(taken)
                # A client that has just passed is not found any more: so it should be.
                if status not in (200, 302, 404):
                    use.faults.append(f"{method} {path}: {status}")
            if path.startswith("/clients/?"):
                ids = re.findall(r'href="/clients/(\d+)/"', text)
                if not ids:
                    time.sleep(0.5)
            elif status == 404:
                ids = []
            time.sleep(chance.uniform(0.05, 0.2))

    threads = [threading.Thread(target=work, args=(name,)) for name in PERSONAS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return use


def plain(folder: Path) -> float:
    """Milliseconds a client in the plain way: one after another, each looked up, passed and journalled by itself."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Organisation
    from kotopolku.clients import actions
    from kotopolku.clients.models import Relationship, Responsibility

    day = date.today()  # noqa: DTZ011
    job = Viewer.for_system("bench", day)
    successor = Organisation.objects.get(code=SUCCESSOR)
    with transaction.atomic():
        rowsecurity.apply(job)
        rows = Responsibility.objects.filter(authority__code="kunta-092", days__contains=day)
        some = list(Relationship.objects.filter(pk__in=rows.values("relationship_id")).order_by("pk")[:PLAIN])
    begun = time.perf_counter()
    for relationship in some:
        with transaction.atomic():
            rowsecurity.apply(job)
            actions.pass_to_successor(relationship, day, successor, actor=job)
    return (time.perf_counter() - begun) * 1000 / max(len(some), 1)


def percentile(times: list[float], share: int) -> float:
    return round(quantiles(times, n=100)[share - 1], 1) if len(times) > 1 else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=60_000, help="size of the world")
    parser.add_argument("--clients", type=int, default=20_000, help="how many pass, at least")
    parser.add_argument("--seconds", type=float, default=20, help="how long people work before the reform")
    parser.add_argument("--port", type=int, default=8791)
    given = parser.parse_args()
    from kotopolku import database

    with database.held(), tempfile.TemporaryDirectory() as folder:
        environment = prepare(given.persons)
        import django

        django.setup()
        from kotopolku.portal.supervisor import web_command

        one_by_one = plain(Path(folder))
        file, clients = choose(given.clients, Path(folder))
        server = subprocess.Popen(
            web_command(host="127.0.0.1", port=given.port, workers=2, threads=4), env=environment
        )
        try:
            load.wait_until_ready(given.port)
            before = in_use(given.port, threading.Event(), given.seconds)
            stop, during = threading.Event(), []
            people = threading.Thread(target=lambda: during.append(in_use(given.port, stop)))
            people.start()
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "kotopolku.portal.cli", "actors", "succeed", str(file), "--json"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=BOUND_S * 2,
            )
            seconds = time.perf_counter() - begun
            stop.set()
            people.join()
        finally:
            server.terminate()
            server.wait(timeout=20)
        from django.db import connections

        connections.close_all()
    print_results(clients, seconds, done, before, during[0], one_by_one)


def print_results(
    clients: int,
    seconds: float,
    done: "subprocess.CompletedProcess[str]",
    before: Use,
    during: Use,
    one_by_one: float,
) -> None:
    print(done.stderr[-600:], file=sys.stderr)
    report = json.loads(done.stdout)
    print(
        f"{report['moved']:,} of {clients:,} clients passed, {report['left']} left, in {seconds:.1f} s (bound {BOUND_S} s)"
    )
    print(
        f"The plain way takes {one_by_one:.1f} ms a client: {one_by_one * clients / 1000:.0f} s for as many."
    )
    print("\n| pages | requests | p50 ms | p95 ms |\n|---|---:|---:|---:|")
    for words, use in (("before the reform", before), ("during the reform", during)):
        for kind, times in use.times.items():
            print(f"| {kind}, {words} | {len(times)} | {percentile(times, 50)} | {percentile(times, 95)} |")
    print(f"\nAnswers that were not as they should be: {before.faults + during.faults or 'none'}")
    if seconds > BOUND_S or report["left"]:
        raise SystemExit("The bound was not kept.")


if __name__ == "__main__":
    main()
