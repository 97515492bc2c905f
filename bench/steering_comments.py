"""Measures three hundred people who comment one draft of a municipal programme at once, while two write in it.

``python bench/steering_comments.py --people 300`` makes a programme and people of six partner organisations in a database
of its own (kept) and starts the product's own web server with two workers of four threads. Everybody sends one comment
over HTTP at the same moment, every third sends the same form twice, and two editors save the commented section again and
again. Checks that no comment and no saved text is lost and none is there twice. Baseline in the same run: as many comments
sent one after another. Only 127.0.0.1 is asked.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from load import Client, cpu_seconds, wait_until_ready

NAME = "kotopolku_bench_steering_comments"
PARTNERS, PARAGRAPHS, EDITORS = 6, 30, 2


@dataclass
class Result:
    """Times in milliseconds. ``sent``: forms, every third twice; ``lost``: told as taken and not in the database;
    ``doubled``: there more than once; ``cpu``: of the web processes a form, with what the editors took."""

    way: str
    people: int
    sent: int
    taken: int
    lost: int
    doubled: int
    per_second: float
    p50: float
    p95: float
    worst: float
    cpu: float


def prepare() -> dict[str, str]:
    """A database of its own with tables and authorities; kept, so that a second run starts at once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    os.environ["KOTOPOLKU_DATABASE_NAME"] = NAME
    os.environ["KOTOPOLKU_DEMO"] = "1"
    from kotopolku import database

    database.ensure_app_role()
    if NAME not in database.database_names():
        database.create_database(NAME)
    import django

    django.setup()
    from kotopolku.portal.preparation import prepare_database, prepare_files

    prepare_database()
    prepare_files()
    return dict(os.environ)


def draft(people: int) -> tuple[Any, list[dict[str, str]], list[dict[str, str]]]:
    """The section that is commented, and the cookies of signed-in browsers: of people, and of editors."""
    from django.db import transaction

    from kotopolku.access.capabilities import Role
    from kotopolku.actors.models import User
    from kotopolku.clients.tests import factories as make
    from kotopolku.steering.tests import municipal_world as world

    today = date.today()  # noqa: DTZ011
    # The database is kept from one run to the next: people are numbered on from those who are there.
    make._numbers = count(User.objects.count() + 1)
    with transaction.atomic():
        lead = world.lead(on=today)
        first, last = date(today.year + 1, 1, 1), date(today.year + 4, 12, 31)
        made = world.programme(lead, first_day=first, last_day=last)
        text = "\n\n".join(
            f"Mitattu kappale {number}, joka kertoo ohjauksesta." for number in range(PARAGRAPHS)
        )
        section = world.written(lead, world.section(lead, made), text)
        codes = [f"mitattu-{number}" for number in range(PARTNERS)]
        partners = [world.association(code) for code in codes]
        from kotopolku.steering.actions import municipal_partners

        with make.working(lead) as at_work:
            for one in partners:
                municipal_partners.give(made.pk, one.pk, "comment", actor=at_work)
        viewers = [
            make.worker(codes[number % PARTNERS], today, role=Role.COMMUNITY) for number in range(people)
        ]
        editors = [world.lead(on=today) for _number in range(EDITORS)]
        return section, [_cookies(one) for one in viewers], [_cookies(one) for one in editors]


def _cookies(viewer: Any) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from kotopolku.actors.models import User

    user = User.objects.get(pk=viewer.user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key or ""}


def signed_in(port: int, browsers: list[dict[str, str]]) -> list[Client]:
    """A browser for each person, with its session and the cookie that forms need."""
    clients = []
    for cookies in browsers:
        client = Client(port)
        client.ask("GET", "/accounts/login/")
        client.connection.close()
        client.cookies |= cookies
        clients.append(client)
    return clients


def send(client: Client, section: Any, words: str, paragraph: int, twice: bool) -> tuple[bool, float]:
    """One comment as a browser sends it; whether it was taken, and milliseconds until the first answer."""
    form = {
        "token": str(uuid.uuid4()),
        "number": str(section.number),
        "paragraph": str(paragraph),
        "lang": "fi",
        "text": words,
    }
    page = f"/steering/municipal/sections/{section.pk}/comment/"
    begun = time.perf_counter()
    status, _text, _location = client.ask("POST", page, form)
    spent = (time.perf_counter() - begun) * 1000
    if twice:
        client.ask("POST", page, form)
    client.connection.close()
    return status == 302, spent


def at_once(
    clients: list[Client], section: Any, words: str, threads: int
) -> tuple[list[tuple[bool, float]], float]:
    """Everybody's comment: all together, or by so many threads one after another. Also the seconds it took."""
    found: list[tuple[bool, float]] = []
    guard, start = threading.Lock(), threading.Barrier(threads + 1)

    def run(numbers: range) -> None:
        start.wait()
        for number in numbers:
            one = send(clients[number], section, f"{words} {number}", number % PARAGRAPHS, number % 3 == 0)
            with guard:
                found.append(one)

    working = [
        threading.Thread(target=run, args=(range(number, len(clients), threads),))
        for number in range(threads)
    ]
    for thread in working:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in working:
        thread.join()
    return found, time.perf_counter() - begun


@dataclass
class Writing:
    """What the editors did meanwhile."""

    saved: list[str]
    told: int = 0
    """How often one was told that somebody else had saved."""


def write(client: Client, section: Any, name: str, stop: threading.Event, done: Writing) -> None:
    """An editor who adds a paragraph again and again; told of a clash, the editor saves on top of the new version."""
    page = f"/steering/municipal/sections/{section.pk}/write/fi/"
    turn = 0
    while not stop.is_set() and turn < 40:
        turn += 1
        _status, text, _location = client.ask("GET", page)
        number = text.split('name="number" value="')[1].split('"')[0]
        words = f"Mitattu kappale 0, joka kertoo ohjauksesta.\n\nToimittaja {name}, kierros {turn}."
        time.sleep(0.2)
        status, _text, _location = client.ask("POST", page, {"number": number, "text": words, "note": ""})
        if status == 302:
            done.saved.append(words)
        elif status == 409:
            done.told += 1
        else:
            raise SystemExit(f"An editor got the status {status}.")


def kept(section: Any, words: str) -> Counter[str]:
    """Comments in the database that begin with the words, by text."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.steering.models import SectionComment

    with transaction.atomic(), rowsecurity.as_system():
        rows = SectionComment.objects.filter(section_id=section.pk, text__startswith=words)
        return Counter(rows.values_list("text", flat=True))


def lost_texts(section: Any, done: Writing) -> int:
    """Texts that an editor was told were saved and that no version holds."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.steering.models import SectionVersion

    with transaction.atomic(), rowsecurity.as_system():
        versions = {one.text.get("fi", "") for one in SectionVersion.objects.filter(section_id=section.pk)}
    return len(set(done.saved) - versions)


def figures(
    way: str, words: str, section: Any, found: list[tuple[bool, float]], seconds: float, cpu: float
) -> Result:
    stored = kept(section, words)
    taken, sent = sum(done for done, _spent in found), sum(1 + (n % 3 == 0) for n in range(len(found)))
    cuts = quantiles([spent for _done, spent in found], n=100, method="inclusive")
    return Result(
        way=way, people=len(found), sent=sent, taken=taken,
        lost=taken - len(stored), doubled=sum(number - 1 for number in stored.values()),
        per_second=round(sent / seconds, 1), p50=round(cuts[49], 1), p95=round(cuts[94], 1),
        worst=round(max(spent for _done, spent in found), 1), cpu=round(cpu * 1000 / sent, 1),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--port", type=int, default=8768)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        environment = prepare()
        from kotopolku.portal.supervisor import web_command

        section, people, editors = draft(given.people)
        server = subprocess.Popen(
            web_command(host="127.0.0.1", port=given.port, workers=2, threads=4), env=environment
        )
        try:
            wait_until_ready(given.port)
            clients, writing = signed_in(given.port, people), Writing([])
            stop, run = threading.Event(), uuid.uuid4().hex[:8]
            hands = [
                threading.Thread(target=write, args=(one, section, str(number), stop, writing))
                for number, one in enumerate(signed_in(given.port, editors))
            ]
            results = []
            for hand in hands:
                hand.start()
            for way, threads in (("at once", given.people), ("one after another", 1)):
                words, before = f"{run} {way}", cpu_seconds(server.pid)
                found, seconds = at_once(clients, section, words, threads)
                spent = cpu_seconds(server.pid) - before
                results.append(figures(way, words, section, found, seconds, spent))
                if not stop.is_set():
                    stop.set()
                    for hand in hands:
                        hand.join()
        finally:
            server.terminate()
            server.wait(timeout=20)
        lost = lost_texts(section, writing)
    print("| way | people | sent | taken | lost | doubled | per s | p50 ms | p95 ms | worst ms | CPU ms |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for one in results:
        print("| " + " | ".join(str(value) for value in asdict(one).values()) + " |")
    print(
        f"editors saved {len(writing.saved)} texts, {lost} of them lost; {writing.told} times one was told of the other"
    )
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in results], indent=1))
    if lost or any(one.lost or one.doubled or one.taken != one.people for one in results):
        raise SystemExit("A comment or a text was lost, refused or doubled.")


if __name__ == "__main__":
    main()
