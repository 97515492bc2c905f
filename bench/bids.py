"""Measures the last minute before a deadline: many bidders submit sealed bids at once, and a few come a second late.

``python bench/bids.py --bidders 200`` makes a tender with a real key, bidders with filled drafts in a database of its
own (kept), and starts the product's own web server with two workers. Every bidder submits at an even pace over the last
seconds, those at the very end in a heap; then late ones come. Checks that none is lost, every receipt came within the
bound, none was taken after the second, and that two openers' phrases open them all. Only 127.0.0.1 is asked.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from load import Client, cpu_seconds, wait_until_ready

NAME = "kotopolku_bench_bids"
BOUND_SECONDS = 2.0
PHRASES = ("harmaa varis istuu aidalla", "kaksi venettä rannassa")


@dataclass
class Result:
    """Times in milliseconds. ``lost``: told as taken and not in the database, or the other way round; ``refused``: told as
    late although sent in time, as when the machine has no time for the server; ``cpu``: of the web processes a submission.
    """

    bidders: int
    seconds: float
    taken: int
    lost: int
    refused: int
    late_sent: int
    late_taken: int
    p50: float
    p95: float
    worst: float
    cpu: float
    sealing_ms: float
    opening_seconds: float


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


def bidders(number: int, deadline: datetime) -> tuple[int, list[dict[str, str]], list[Any]]:
    """A published tender, and for each bidder the cookies of a signed-in browser that holds a filled draft."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.access.capabilities import Role
    from kotopolku.actors.models import User
    from kotopolku.clients.tests import factories as make
    from kotopolku.procurement import bid_key, sealing
    from kotopolku.procurement.actions import bids, opening
    from kotopolku.procurement.tests import bids_world as world

    today = date.today()  # noqa: DTZ011
    # The database is kept from one run to the next: people are numbered on from those who are there.
    make._numbers = count(User.objects.count() + 1)
    with transaction.atomic():
        openers = [make.worker(world.BUYER, today, role=Role.PROCUREMENT_OFFICER) for _ in PHRASES]
        tender = world.tender(deadline)
        with make.working(openers[0]) as actor:
            opening.name_openers(tender.pk, [one.user_id or 0 for one in openers], actor=actor)
        for one, phrase in zip(openers, PHRASES, strict=True):
            with make.working(one) as actor:
                opening.set_phrase(tender.pk, phrase, actor=actor)
        world.publish(tender)
    browsers = []
    run = uuid.uuid4().hex[:8]
    for place in range(number):
        with transaction.atomic():
            world.provider(f"koul-{run}-{place}")
            viewer = make.worker(f"koul-{run}-{place}", today, role=Role.PROVIDER)
            with make.working(viewer) as actor:
                # 200 phrases at full cost would take longer than the bench itself; submitting needs none.
                with sealing.at_cost(4):
                    bid, key = bids.start_bid(tender.pk, world.BID_PHRASE, actor=actor)
                for code, answers in _pages(place):
                    bid = bids.save_section(
                        tender.pk, key, code, answers, actor=actor, expected_version=bid.draft_version
                    )
            rowsecurity.apply(viewer)
            user = User.objects.get(pk=viewer.user_id)
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            held: Any = _Cookies()
            bid_key.give(held, tender.pk, key)
            browsers.append(
                {settings.SESSION_COOKIE_NAME: session.session_key or "", bid_key.NAME: held.value}
            )
    return tender.pk, browsers, openers


class _Cookies:
    """Takes the cookie that a page would set."""

    value = ""

    def set_cookie(self, _name: str, value: str, **_more: object) -> None:
        self.value = value


def _pages(place: int) -> list[tuple[str, dict[str, str]]]:
    from kotopolku.procurement.tests import bids_world as world

    words = "Ryhmässä on enintään neljätoista oppijaa. " * 150
    return [
        ("bidder", world.ABOUT),
        ("suitability", {"req-experience": "yes"}),
        ("lot-L1", {"price": f"{200_000 + place}", "answer-teaching": words}),
        ("lot-L2", {"price": f"{180_000 + place}", "answer-teaching": words}),
    ]


def submit(client: Client, tender_id: int, token: str) -> tuple[bool, float]:
    """Sends one submission as a browser does; answers whether a receipt came, and the seconds until it was shown."""
    page = f"/procurement/bids/{tender_id}/submit/"
    begun = time.perf_counter()
    status, _text, location = client.ask("POST", page, {"token": token, "read": "on"})
    if status == 302 and "/receipts/" in location:
        shown, _text, _location = client.ask("GET", location)
        return shown == 200, time.perf_counter() - begun
    return False, time.perf_counter() - begun


def signed_in(port: int, browsers: list[dict[str, str]]) -> list[Client]:
    """A browser for each bidder, with its cookies and the one that forms need."""
    clients = []
    for cookies in browsers:
        client = Client(port)
        client.ask("GET", "/accounts/login/")
        client.cookies |= cookies
        clients.append(client)
    return clients


def set_deadline(tender_id: int, seconds: float) -> datetime:
    """Moves the deadline to so many seconds from now."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.procurement.models import Tender

    deadline = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
    with transaction.atomic(), rowsecurity.as_system():
        Tender.objects.filter(pk=tender_id).update(bids_by=deadline)
    return deadline


def run(
    clients: list[Client], tender_id: int, late: int, seconds: float, deadline: datetime
) -> tuple[list[tuple[bool, float]], int]:
    """The last ``seconds`` before the deadline, then ``late`` submissions after its second."""
    chance = random.Random(1)
    inside = clients[late:]
    # Half come evenly, half in a heap during the last fifth: people wait for the end.
    moments = [
        chance.uniform(0, seconds) if n % 2 else chance.uniform(seconds * 0.8, seconds - BOUND_SECONDS)
        for n in range(len(inside))
    ]
    start = deadline.timestamp() - seconds - BOUND_SECONDS
    results: list[tuple[bool, float]] = []
    guard = threading.Lock()

    def one(client: Client, after: float) -> None:
        time.sleep(max(0.0, start + after - time.time()))
        found = submit(client, tender_id, str(uuid.uuid4()))
        with guard:
            results.append(found)

    threads = [threading.Thread(target=one, args=pair) for pair in zip(inside, moments, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(max(0.0, deadline.timestamp() + 1.05 - time.time()))
    taken_late = sum(submit(client, tender_id, str(uuid.uuid4()))[0] for client in clients[:late])
    return results, taken_late


def check(tender_id: int, openers: list[Any], deadline: datetime) -> tuple[int, bool, float]:
    """Bids in the database, whether any was received after the second, and how long opening them all takes."""
    from django.db import transaction

    from kotopolku.access import rowsecurity
    from kotopolku.clients.tests import factories as make
    from kotopolku.procurement.actions import opening
    from kotopolku.procurement.models import BidVersion, OpenedBid

    with transaction.atomic(), rowsecurity.as_system():
        versions = list(BidVersion.objects.filter(tender_id=tender_id, state="in-force").defer("content"))
    after = any(one.received_at > deadline for one in versions)
    begun = time.perf_counter()
    with transaction.atomic():
        with make.working(openers[0]) as actor:
            opening.begin_opening(tender_id, PHRASES[0], actor=actor)
        with make.working(openers[1]) as actor:
            opening.complete_opening(tender_id, PHRASES[1], actor=actor)
        spent = time.perf_counter() - begun
        with rowsecurity.as_system():
            opened = OpenedBid.objects.filter(tender_id=tender_id).values("bid_id").distinct().count()
    if opened != len(versions):
        raise SystemExit(f"{len(versions)} bids were in, {opened} could be opened")
    return len(versions), after, spent


def sealing_cost() -> float:
    """Milliseconds of sealing alone: the baseline in the same run."""
    from kotopolku.procurement import sealing

    public, key, data = sealing.public_of(sealing.new_key()), sealing.new_key(), b"x" * 20_000
    begun = time.perf_counter()
    for _ in range(200):
        sealing.seal_bid(data, public, key, b"bench")
    return (time.perf_counter() - begun) * 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bidders", type=int, default=200)
    parser.add_argument("--late", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--port", type=int, default=8766)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        environment = prepare()
        from kotopolku.portal.supervisor import web_command

        number = given.bidders + given.late
        begun = time.perf_counter()
        tender_id, browsers, openers = bidders(number, datetime.now(UTC) + timedelta(days=1))
        spent = time.perf_counter() - begun
        print(f"{number} bidders with drafts were made in {spent:.0f} s", file=sys.stderr)
        server = subprocess.Popen(
            web_command(host="127.0.0.1", port=given.port, workers=2, threads=4), env=environment
        )
        try:
            wait_until_ready(given.port)
            clients = signed_in(given.port, browsers)
            deadline = set_deadline(tender_id, given.seconds + 2 * BOUND_SECONDS)
            before = cpu_seconds(server.pid)
            results, late_taken = run(clients, tender_id, given.late, given.seconds, deadline)
            cpu = (cpu_seconds(server.pid) - before) * 1000 / number
        finally:
            server.terminate()
            server.wait(timeout=20)
        kept, after, opening_seconds = check(tender_id, openers, deadline)
    taken = [spent for done, spent in results if done]
    cuts = quantiles([spent * 1000 for spent in taken], n=100, method="inclusive")
    found = Result(
        bidders=given.bidders, seconds=given.seconds, taken=len(taken),
        lost=abs(kept - len(taken)), refused=given.bidders - len(taken), cpu=round(cpu, 1),
        late_sent=given.late, late_taken=late_taken, p50=round(cuts[49], 1), p95=round(cuts[94], 1),
        worst=round(max(taken) * 1000, 1), sealing_ms=round(sealing_cost(), 2), opening_seconds=round(opening_seconds, 2),
    )  # fmt: skip
    for name, value in asdict(found).items():
        print(f"{name:>16}: {value}")
    if given.json:
        given.json.write_text(json.dumps(asdict(found), indent=1))
    if found.lost or found.refused or late_taken or after or found.worst > BOUND_SECONDS * 1000:
        raise SystemExit(
            "The bound was broken: a bid lost, one taken too late, or a receipt slower than two seconds."
        )


if __name__ == "__main__":
    main()
