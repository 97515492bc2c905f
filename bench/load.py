"""Measures the pages under load: a real server, real sign-in, real PostgreSQL, an invented world of a given size.

``python bench/load.py --persons 1000`` makes the world in a database of its own (kept, so that a second run starts at
once), starts the product's own web server with two workers and asks pages from it: one at a time and with 16 users.
Prints requests a second, p50/p95/p99, server CPU a request, statements a request and memory. Every request goes to
127.0.0.1 and the loops are bounded. Baseline: the same list written the way lists are usually written (one query a row).
"""

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
PERSONA = "kunta.vantaa"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Figure:
    """One line of the results. Times in milliseconds, memory in MiB."""

    page: str
    persons: int
    users: int
    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cpu: float
    statements: int | None = None
    memory: float | None = None


class Client:
    """A browser reduced to what the bench needs: one kept connection, cookies, forms."""

    def __init__(self, port: int, number: int = 0, users: int = 1) -> None:
        self.number, self.users = number, users
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "fi"}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server closes idle connections and renews its workers; a browser asks again, and so do we.
            self.connection.close()
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return response.status, text, response.getheader("Location") or ""

    def sign_in(self) -> None:
        self.ask("GET", "/accounts/login/")
        status, text, _ = self.ask("POST", f"/demo/sign-in/{PERSONA}/", {})
        if status != 302:
            raise SystemExit(f"The persona {PERSONA} could not sign in: status {status}.\n{text[:400]}")


def cpu_seconds(root: int) -> float:
    """CPU seconds used so far by the process and its children (the web workers; PostgreSQL is counted apart)."""
    return sum(_ticks(pid) for pid in family(root)) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


def family(root: int) -> list[int]:
    """The process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += parents.get(pid, [])
    return found


def memory_mib(root: int) -> float:
    """Proportional memory of the server's processes (shared pages counted once)."""
    total = 0
    for pid in family(root):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        if match := re.search(r"^Pss:\s+(\d+) kB", text, re.M):
            total += int(match.group(1))
    return total / 1024


def measure(
    page: str,
    persons: int,
    port: int,
    server: int,
    users: int,
    requests: int,
    act: Callable[[Client, random.Random], int],
) -> Figure:
    """Runs ``act`` ``requests`` times, shared by ``users`` threads with a sign-in each."""
    clients = [Client(port, number, users) for number in range(users)]
    for client in clients:
        client.sign_in()
        act(client, random.Random(0))
    times: list[float] = []
    faults: list[int] = []
    lock = threading.Lock()

    def run(number: int) -> None:
        chance = random.Random(f"{page}/{users}/{number}")
        for _ in range(requests // users):
            begun = time.perf_counter()
            status = act(clients[number], chance)
            spent = (time.perf_counter() - begun) * 1000
            with lock:
                times.append(spent)
                if status not in (200, 302):
                    faults.append(status)

    before, begun = cpu_seconds(server), time.perf_counter()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    if faults:
        raise SystemExit(
            f"{page}: {len(faults)} answers with status {sorted(set(faults))}; nothing is measured"
        )
    cuts = quantiles(times, n=100, method="inclusive")
    return Figure(
        page, persons, users, len(times), round(len(times) / spent, 1), round(cuts[49], 1), round(cuts[94], 1),
        round(cuts[98], 1), round((cpu_seconds(server) - before) * 1000 / len(times), 1),
    )  # fmt: skip


def pages(client_ids: list[int], names: list[str]) -> dict[str, Callable[[Client, random.Random], int]]:
    """The five things measured, each as one act of a signed-in user; answers the status."""

    def get(client: Client, path: str) -> int:
        return client.ask("GET", path)[0]

    def client_list(client: Client, chance: random.Random) -> int:
        query = {
            "worker": "all",
            "language": chance.choice(("ru", "so", "ar", "uk")),
            "page": chance.choice("12"),
        }
        return get(client, "/clients/?" + urlencode(query))

    def search(client: Client, chance: random.Random) -> int:
        return get(client, "/clients/?" + urlencode({"worker": "all", "q": chance.choice(names)}))

    def client_page(client: Client, chance: random.Random) -> int:
        return get(client, f"/clients/{chance.choice(client_ids)}/")

    def my_work(client: Client, chance: random.Random) -> int:
        return get(client, "/")

    def save_plan(client: Client, chance: random.Random) -> int:
        """Saves a plan as it is, with a changed text: the form's own fields, as a browser would send them."""
        # Every user has plans of their own: two users on one plan would be told so, which is another thing to measure.
        path = f"/clients/{chance.choice(client_ids[client.number :: client.users])}/plan/edit/"
        status, text, _ = client.ask("GET", path)
        if status != 200:
            return status
        form = form_fields(text, "planform")
        form["makers"] = f"Malli {chance.random():.6f}"
        return client.ask("POST", path, form)[0]

    return {
        "client list, filtered": client_list,
        "search": search,
        "client page": client_page,
        "my work": my_work,
        "saving a plan (form + save)": save_plan,
    }


def form_fields(html: str, form_class: str) -> dict[str, str]:
    """What a browser would send for the form as it stands."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.inside = False
            self.template = 0
            self.fields: dict[str, str] = {}
            self.area = ""
            self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name = given.get("name") or ""
            if tag == "form":
                self.inside = form_class in (given.get("class") or "").split()
            if tag == "template":
                self.template += 1
            if not self.inside or self.template:
                return
            if tag == "input" and name and given.get("type") not in ("submit", "button"):
                if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                    return
                self.fields[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")
            elif tag == "textarea":
                self.area = name
                self.fields[name] = ""
            elif tag == "select":
                self.select = name
            elif tag == "option" and self.select and "selected" in given:
                self.fields[self.select] = given.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "form":
                self.inside = False
            elif tag == "template":
                self.template -= 1
            elif tag == "textarea":
                self.area = ""
            elif tag == "select":
                self.select = ""

        def handle_data(self, data: str) -> None:
            if self.inside and self.area:
                self.fields[self.area] += data.removeprefix("\n") if not self.fields[self.area] else data

    reader = Reader()
    reader.feed(html)
    return reader.fields


def statements_and_baseline(persons: int) -> tuple[dict[str, int], dict[str, float]]:
    """Statements of each page, counted in-process, and the CPU of the list against the usual way of writing lists."""
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test import Client as TestClient
    from django.test.utils import CaptureQueriesContext

    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Membership
    from kotopolku.clients.models import Clock, Responsibility

    browser = TestClient(HTTP_HOST="127.0.0.1")
    browser.post(f"/demo/sign-in/{PERSONA}/")
    paths = {
        "client list, filtered": "/clients/?worker=all&language=ru",
        "search": "/clients/?worker=all&q=ahmad",
        "my work": "/",
    }
    seat = Membership.objects.select_related("organisation").get(user__username=PERSONA)
    day = date.today()  # noqa: DTZ011
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", day))
        some = Responsibility.objects.filter(authority=seat.organisation_id, days__contains=day).values_list(
            "relationship_id", flat=True
        )[:1]
        paths["client page"] = f"/clients/{some[0]}/"
    counted = {}
    for page, path in paths.items():
        browser.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(path)
        counted[page] = sum(
            not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for q in captured
        )

    def usual_list() -> None:
        """A list as it is often written: filter, then ask for each row's person and next deadline."""
        with transaction.atomic():
            rowsecurity.apply(Viewer.for_system("bench", day))
            for row in Responsibility.objects.filter(
                authority=seat.organisation_id, days__contains=day, person__mother_tongue="ru"
            ).order_by("sort_key")[:50]:
                _ = row.person.name, row.relationship.case_number
                Clock.objects.filter(relationship=row.relationship_id, closed_on=None).order_by("due").first()

    times = {}
    for name, act in (
        ("usual list, data only", usual_list),
        ("our list, whole page", lambda: browser.get(paths["client list, filtered"])),
    ):
        act()
        begun = time.perf_counter()
        for _ in range(20):
            act()
        times[name] = round((time.perf_counter() - begun) * 50, 1)
    return counted, times


def prepare(persons: int) -> dict[str, str]:
    """The environment of a database with so many persons; made when it is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    os.environ["KOTOPOLKU_DEMO"] = "1"
    os.environ["KOTOPOLKU_DATABASE_NAME"] = f"kotopolku_bench_{persons}"
    from kotopolku import database

    database.ensure_app_role()
    if os.environ["KOTOPOLKU_DATABASE_NAME"] not in database.database_names():
        database.create_database(os.environ["KOTOPOLKU_DATABASE_NAME"])
    import django

    django.setup()
    from kotopolku.demo.actions import is_empty, load_demo
    from kotopolku.portal.preparation import prepare_database, prepare_files

    prepare_database()
    prepare_files()
    if is_empty():
        begun = time.perf_counter()
        load_demo(persons=persons, seed=1)
        print(f"{persons:,} persons written in {time.perf_counter() - begun:.0f} s")
    return dict(os.environ)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000)
    parser.add_argument("--requests", type=int, default=160)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        environment = prepare(given.persons)
        counted, baseline = statements_and_baseline(given.persons)
        from kotopolku.portal.supervisor import web_command

        server = subprocess.Popen(
            web_command(host="127.0.0.1", port=given.port, workers=2, threads=4), env=environment
        )
        try:
            figures = _measure_all(given.persons, given.port, server.pid, given.requests, counted)
        finally:
            server.terminate()
            server.wait(timeout=20)
    print_table(figures, baseline)
    if given.json:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))


def _measure_all(
    persons: int, port: int, server: int, requests: int, counted: dict[str, int]
) -> list[Figure]:
    wait_until_ready(port)
    client_ids, names = someones(port)
    figures = []
    for page, act in pages(client_ids, names).items():
        for users in (1, 16):
            figure = measure(page, persons, port, server, users, requests, act)
            figure.statements, figure.memory = counted.get(page), round(memory_mib(server), 0)
            figures.append(figure)
            print(f"  {page}, {users} user(s): p95 {figure.p95} ms", file=sys.stderr)
    return figures


def wait_until_ready(port: int) -> None:
    for _ in range(100):
        try:
            if Client(port).ask("GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The web server did not start.")


def someones(port: int) -> tuple[list[int], list[str]]:
    """Ids and family names of clients whom the persona's list shows."""
    client = Client(port)
    client.sign_in()
    ids: list[int] = []
    names: list[str] = []
    for page in ("1", "2", "3"):
        text = client.ask(
            "GET", "/clients/?" + urlencode({"worker": "all", "stage": "under-way", "page": page})
        )[1]
        ids += [int(found) for found in re.findall(r'href="/clients/(\d+)/"', text)]
        names += re.findall(r'href="/clients/\d+/"[^>]*>\s*([^<,]+),', text)
    if not ids:
        raise SystemExit("The persona's list of clients is empty: nothing can be measured.")
    return ids, [name.strip() for name in names] or ["ahmad", "olena", "maria"]


def print_table(figures: list[Figure], baseline: dict[str, float]) -> None:
    print("| page | clients | users | requests | req/s | p50 ms | p95 ms | p99 ms | CPU ms | SQL | MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for f in figures:
        print(
            f"| {f.page} | {f.persons:,} | {f.users} | {f.requests} | {f.per_second} | {f.p50} | {f.p95} | {f.p99} |"
            f" {f.cpu} | {f.statements or '–'} | {f.memory:.0f} |"
        )
    print(
        "\nBaseline in the same run (in-process, ms a call): "
        + ", ".join(f"{k} {v}" for k, v in baseline.items())
    )


if __name__ == "__main__":
    main()
