"""Measures the public site under load: a real server with two workers, real PostgreSQL, one large municipality.

``python bench/information.py`` fills a database of its own (kept for the next run): 30 municipalities with pages in 12
languages; in one of them 210 pages x 12 languages x 3 versions, 80 places with services, 160 contacts, 60 events of which
15 recur. Prints requests a second, p50/p95, statements a request, and the time of an unchanged answer (304). Every request
goes to 127.0.0.1. Baseline in the same run: the list of pages and of events as they are usually written, one query a row.
"""

import argparse
import http.client
import os
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import quantiles
from typing import Any

DATABASE = "kotopolku_bench_information"
SPACE = "vantaa"
LANGUAGES = 12
PAGES, VERSIONS, PLACES, CONTACTS, EVENTS, RECURRING = 210, 3, 80, 160, 60, 15
OTHER_SPACES = 29
USERS = 8
WORDS = (
    "Asunto haetaan itse. Kunta, säätiöt ja yksityiset omistajat vuokraavat asuntoja. Kysy neuvonnasta, jos et "
    "tiedä, mistä aloittaa. **Lue sopimus** ennen kuin allekirjoitat sen. [Kela](https://www.kela.fi) voi maksaa tukea.\n\n"
) * 4


def prepare() -> dict[str, str]:
    """The environment of the filled database; filled when it is not there yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    os.environ["KOTOPOLKU_DEMO"] = "1"
    os.environ["KOTOPOLKU_DATABASE_NAME"] = DATABASE
    from kotopolku import database

    database.ensure_app_role()
    if DATABASE not in database.database_names():
        database.create_database(DATABASE)
    import django

    django.setup()
    from kotopolku.portal.preparation import prepare_database, prepare_files

    prepare_database()
    prepare_files()
    begun = time.perf_counter()
    if fill():
        print(f"filled in {time.perf_counter() - begun:.0f} s")
    return dict(os.environ)


def fill() -> bool:
    """Writes the pages, places, contacts and events; False when they are there already."""
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.information.models import ContentLanguage, Page, Space

    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", clock.today()))
        space = Space.objects.get(slug=SPACE)
        if Page.objects.filter(space=space).count() >= PAGES:
            return False
        codes = list(ContentLanguage.objects.values_list("code", flat=True)[:LANGUAGES])
        write_pages(space, PAGES, codes, VERSIONS)
        others = Space.objects.filter(kind="municipality").exclude(pk=space.pk).order_by("pk")
        for other in others[:OTHER_SPACES]:
            write_pages(other, 2, codes, 1)
        write_activities(space, codes)
        write_contacts(space)
    return True


def write_pages(space: Any, number: int, codes: list[str], versions: int) -> None:
    """Pages of three levels, each with published texts in every language and earlier versions of them."""
    from kotopolku import clock
    from kotopolku.information import page_rules
    from kotopolku.information.models import Page, PageText, TextState, TextVersion

    pages = Page.objects.bulk_create(
        Page(space=space, key=f"sivu-{space.slug}-{n}", order=n * page_rules.STEP) for n in range(number)
    )
    for n, page in enumerate(pages):
        if n >= 10:
            page.parent = pages[n % 10] if n < 60 else pages[10 + n % 50]
    Page.objects.bulk_update(pages, ["parent"])
    texts = PageText.objects.bulk_create(
        (
            PageText(
                page=page, language=code, state=TextState.PUBLISHED, published_at=clock.now(), major_number=1
            )
            for page in pages
            for code in codes
        ),
        batch_size=2_000,
    )
    made = TextVersion.objects.bulk_create(
        (
            TextVersion(
                text=text,
                number=number,
                title=f"Sivu {text.page_id} ({text.language})",
                summary="Mitä teet ensin ja keneltä kysyt.",
                blocks=[
                    {"id": f"b{n}", "kind": "text", "heading": f"Osa {n}", "text": WORDS} for n in range(3)
                ],
                made_at=clock.now(),
            )
            for text in texts
            for number in range(1, versions + 1)
        ),
        batch_size=1_000,
    )
    for text, version in zip(texts, made[versions - 1 :: versions], strict=True):
        text.latest = text.published = version
    PageText.objects.bulk_update(texts, ["latest", "published"], batch_size=1_000)


def write_activities(space: Any, codes: list[str]) -> None:
    from kotopolku import clock
    from kotopolku.information.actions.entries import placed_anew
    from kotopolku.information.actions.events import write_occurrences
    from kotopolku.information.models import EntryState, Event, Service, ServicePoint, Venue

    today = clock.today()
    keeper, area = space.organisation, space.area_code
    shared: dict[str, Any] = {
        "organisation": keeper,
        "state": EntryState.PUBLISHED,
        "places": [area],
        "municipalities": [area],
        "made_on": today,
        "changed_at": clock.now(),
        "published_at": clock.now(),
    }
    venues = Venue.objects.bulk_create(
        Venue(
            organisation=keeper,
            names={code: f"Paikka {n} {code}" for code in codes},
            street=f"Esimerkkikatu {n}",
            postal_code="01300",
            city="Vantaa",
            municipality=area,
            telephone="09 839 11",
        )
        for n in range(PLACES)
    )
    services = Service.objects.bulk_create(
        Service(
            names={code: f"Neuvonta {n} {code}" for code in codes},
            summaries=dict.fromkeys(codes, "Kysy työstä, asumisesta ja luvista."),
            descriptions=dict.fromkeys(codes, WORDS),
            topics=["advice"],
            languages=["fi", "en"],
            **shared,
        )
        for n in range(PLACES)
    )
    ServicePoint.objects.bulk_create(
        ServicePoint(service=service, venue=venue) for service, venue in zip(services, venues, strict=True)
    )
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=clock.HELSINKI)
    for n in range(EVENTS):
        starts = noon + timedelta(days=1 + n % 40, hours=n % 5)
        event = Event(
            names={code: f"Kahvihetki {n} {code}" for code in codes},
            descriptions=dict.fromkeys(codes, WORDS),
            venue=venues[n],
            starts=starts,
            ends=starts + timedelta(hours=2),
            rule="FREQ=WEEKLY" if n < RECURRING else "",
            uid=f"bench-{n}@example.fi",
            **shared,
        )
        event.save()
        write_occurrences(event)
    for entry in (*services, *Event.objects.filter(organisation=keeper)):
        placed_anew(entry)


def write_contacts(space: Any) -> None:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from kotopolku.actors.models import Contact

    Contact.objects.bulk_create(
        Contact(
            organisation=space.organisation,
            name=f"Aino Malli{n}",
            title={"fi": "neuvoja", "sv": "rådgivare", "en": "adviser"},
            telephone=f"09 839 {n:05d}",
            email=f"neuvonta{n}@example.fi",
            languages=["fi", "en"],
            valid=DateRange(date(2020, 1, 1), None),
        )
        for n in range(CONTACTS)
    )


# Measuring --------------------------------------------------------------------------------------------------------


def ask(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("ETag") or ""


def measure(
    port: int, path: str, requests: int, users: int, *, unchanged: bool = False
) -> tuple[float, float, float]:
    """(requests a second, p50 ms, p95 ms) of ``requests`` shared by ``users`` connections."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(users)]
    headers: dict[str, str] = {}
    for one in connections:
        _status, tag = ask(one, path, {})
        headers = {"If-None-Match": tag} if unchanged else {}
    expected = 304 if unchanged else 200
    times: list[float] = []
    wrong: list[int] = []
    lock = threading.Lock()

    def run(connection: http.client.HTTPConnection) -> None:
        for _ in range(requests // users):
            begun = time.perf_counter()
            status, _tag = ask(connection, path, headers)
            spent = (time.perf_counter() - begun) * 1000
            with lock:
                times.append(spent)
                if status != expected:
                    wrong.append(status)

    begun = time.perf_counter()
    threads = [threading.Thread(target=run, args=(one,)) for one in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    if wrong:
        raise SystemExit(
            f"{path}: {len(wrong)} answers with status {sorted(set(wrong))}; nothing is measured"
        )
    cuts = quantiles(times, n=100, method="inclusive")
    return len(times) / spent, cuts[49], cuts[94]


def statements(path: str) -> int:
    """Statements of one request, counted in this process, without those that open and close the transaction."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    browser = Client(HTTP_HOST="127.0.0.1")
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    aside = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not one["sql"].startswith(aside) for one in captured)


def baseline() -> dict[str, tuple[float, int]]:
    """(ms, statements) of the same lists as they are usually written: the rows, then a query for each thing of each row."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.information.models import Event, Page

    def pages() -> None:
        for page in Page.objects.filter(space__slug=SPACE):
            text = page.texts.filter(language="fi").exclude(published=None).first()
            _ = text and text.published and text.published.title

    def events() -> None:
        for event in Event.objects.filter(organisation__code="kunta-092"):
            _ = event.venue and event.venue.names
            list(event.occurrences.filter(ends__gt=clock.now())[:5])

    found = {}
    for name, act in (("list of pages, one query a row", pages), ("events, one query a row", events)):
        with transaction.atomic():
            rowsecurity.apply(Viewer.for_system("bench", clock.today()))
            act()
            with CaptureQueriesContext(connection) as captured:
                act()
            begun = time.perf_counter()
            for _turn in range(5):
                act()
            found[name] = ((time.perf_counter() - begun) * 200, len(captured))
    return found


def addresses() -> list[tuple[str, str, str]]:
    """What is measured: name, address, what the issue asks for."""
    key = f"sivu-{SPACE}-100"
    return [
        ("list of spaces (328)", "/api/info/spaces", ">= 300/s"),
        ("list of regions (19)", "/api/info/spaces?kind=region", ""),
        (f"list of {PAGES} pages", f"/api/info/fi/{SPACE}/pages", ">= 60/s"),
        ("one page", f"/info/fi/{SPACE}/{key}/", ">= 150/s"),
        ("one page, JSON", f"/api/info/fi/{SPACE}/pages/{key}", ""),
        (f"events ({EVENTS}, {RECURRING} recur)", f"/info/fi/{SPACE}/events/", ">= 60/s"),
        ("events, JSON", f"/api/info/fi/{SPACE}/events", ">= 60/s"),
        (f"services ({PLACES})", f"/info/fi/{SPACE}/services/", ""),
        (f"contacts ({CONTACTS})", f"/info/fi/{SPACE}/contacts/", ""),
        ("front page", f"/info/fi/{SPACE}/", ""),
        ("search", f"/info/fi/{SPACE}/search/?q=neuvonta", ""),
    ]


def wait_until_ready(port: int) -> None:
    for _ in range(100):
        try:
            if ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/healthz", {})[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The web server did not start.")


def wake(port: int, act: Callable[[], Any]) -> None:
    """Lets every worker make its first answer before it is measured."""
    wait_until_ready(port)
    for _turn in range(8):
        act()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--port", type=int, default=8766)
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        environment = prepare()
        from kotopolku.portal.supervisor import web_command

        counted = {path: statements(path) for _name, path, _aim in addresses()}
        usual = baseline()
        server = subprocess.Popen(
            web_command(host="127.0.0.1", port=given.port, workers=2, threads=4), env=environment
        )
        try:
            for _name, path, _aim in addresses():
                wake(given.port, lambda path=path: measure(given.port, path, USERS, USERS))
            print("| what | aim | req/s, 8 users | p50 ms | p95 ms | 304: p50 ms, 1 user | SQL |")
            print("|---|---|---:|---:|---:|---:|---:|")
            for name, path, aim in addresses():
                per_second, middle, slow = measure(given.port, path, given.requests, USERS)
                kept = "–"
                if ask(http.client.HTTPConnection("127.0.0.1", given.port), path, {})[1]:
                    kept = f"{measure(given.port, path, 100, 1, unchanged=True)[1]:.2f}"
                print(
                    f"| {name} | {aim} | {per_second:.0f} | {middle:.1f} | {slow:.1f} | {kept} | {counted[path]} |",
                    flush=True,
                )
        finally:
            server.terminate()
            server.wait(timeout=20)
    told = (f"{name}: {spent:.1f} ms, {number} statements" for name, (spent, number) in usual.items())
    print("\nBaseline in the same run (in this process, data only): " + "; ".join(told))


if __name__ == "__main__":
    main()
