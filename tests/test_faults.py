"""What fails under a running server heals: nothing half-written, nothing lost, nothing doubled, and words for people.

The server has a PostgreSQL of its own here, so that stopping it disturbs no other test.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kotopolku import database
from kotopolku.cluster import SUPERUSER
from kotopolku.demo.bidding import BIDDERS
from kotopolku.portal.supervisor import web_command

from .test_serve import alive, answers, free_port, wait_for
from .visitor import Answer, Visitor

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)


class House:
    """A web server and its PostgreSQL in a folder of their own, with a small invented world."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        settings = {"DJANGO_SETTINGS_MODULE": "kotopolku.settings", "PYTHONPATH": str(ROOT / "src")}
        demo = {"KOTOPOLKU_DEMO": "1", "KOTOPOLKU_TODAY": TODAY.isoformat(), "KOTOPOLKU_DATA": str(folder)}
        ours = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        self.environment = {**ours, **settings, **demo}
        # A cluster as people run it: the tests' own forgets the last moment when it is killed.
        for name in ("KOTOPOLKU_DATABASE_NAME", "KOTOPOLKU_TEST_CLUSTER"):
            self.environment.pop(name, None)
        self.cluster = database.cluster(self.environment)
        self.log = folder / "server.log"
        self.web: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kotopolku.portal.cli", *arguments],
            env={**self.environment, **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def serve(self) -> None:
        with self.log.open("w") as output:
            self.web = subprocess.Popen(
                web_command(host="127.0.0.1", port=self.port, workers=1, threads=4),
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for(lambda: answers(self.port), "the server to answer")

    def worker_process(self) -> int:
        """The one process behind the web server's master."""
        assert self.web is not None
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        assert len(children) == 1, children
        return int(children[0])

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that sees every row."""
        with psycopg.connect(**self.cluster.connection(SUPERUSER)) as server:
            yield server

    def stored(self) -> dict[str, int]:
        """How many rows each table of clients, their history and the journal has."""
        with self.connected() as server:
            tables = server.execute(
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
                " AND table_name ~ '^(clients|journal)_' ORDER BY 1"
            ).fetchall()
            ask = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for (table,) in tables)
            return dict(server.execute(ask).fetchall())  # type: ignore[arg-type]

    def named(self, family_name: str) -> int:
        """How many persons have that family name."""
        with self.connected() as server:
            row = server.execute(
                "SELECT count(*) FROM clients_person WHERE family_name = %s", [family_name]
            ).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def held_in_the_middle(self, table: str = "clients_clock") -> Iterator[Callable[[], None]]:
        """While open, a save of a client waits after its first rows are written. The value waits until one does.

        ``table``: another of the product's own, for another save that writes there in its middle.
        """
        with self.connected() as server:
            server.execute(f"LOCK TABLE {table} IN SHARE MODE")

            def wait() -> None:
                with self.connected() as other:
                    other.autocommit = True
                    # By its mode, for the database's own housekeeping may wait there too.
                    ask = (
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock'"
                        " AND relation = %s::regclass"
                    )
                    wait_for(
                        lambda: other.execute(ask, [table]).fetchone() == (1,),
                        "the save to stand in the middle",
                    )

            yield wait
            # The server may have been taken away meanwhile; then the lock is gone with it.
            with suppress(psycopg.OperationalError):
                server.rollback()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's own user can reach; pytest closes its own to others whenever it starts."""
    with tempfile.TemporaryDirectory(prefix="kotopolku-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture(scope="module")
def house(world_database: str, folder: Path) -> Iterator[House]:
    made = House(folder, free_port())
    copy = folder / "copy.dump"
    here = {
        "KOTOPOLKU_DATA": str(database.data_folder()),
        "KOTOPOLKU_DATABASE_NAME": world_database,
        "KOTOPOLKU_TEST_CLUSTER": "1",
    }
    if url := os.environ.get("DATABASE_URL"):
        here["DATABASE_URL"] = url
    with database.held(made.environment):
        for done in (
            made.run("database", "dump", copy, **here),
            made.run("database", "restore", "--yes", copy),
        ):
            assert done.returncode == 0, done.stderr
        prepare = (
            "import django; django.setup(); from kotopolku.portal import preparation as p; p.prepare_files()"
        )
        subprocess.run([sys.executable, "-c", prepare], env=made.environment, cwd=ROOT, check=True)
        made.serve()
        yield made
        assert made.web is not None
        made.web.terminate()
        made.web.wait(30)
        made.cluster.ensure_running()


@pytest.fixture
def worker(house: House) -> Visitor:
    """An integration worker of Vantaa, signed in."""
    return Visitor(house.url).sign_in("kunta.vantaa")


birthdays = count(1)


def newcomer(family_name: str, **changes: str) -> dict[str, str]:
    """A filled-in register form; each with a token of its own, as each page has."""
    typed = {
        "token": str(uuid.uuid4()),
        "given_names": "Aino",
        "family_name": family_name,
        # Alike names born on one day would ask whether they are the same person.
        "birth_date": f"{next(birthdays)}.3.1990",
        "sex": "female",
        "mother_tongue": "so",
        "service_language": "so",
        "citizenship": "706",
        "municipality": "092",
        "street_address": "Esimerkkikatu 1 & 2",
        "started_on": "23.11.2026",
        "jobseeker": "no",
        "own_worker": "on",
    }
    return typed | changes


@contextmanager
def sending(worker: Visitor, form: dict[str, str]) -> Iterator[Future[Answer]]:
    """The form on its way in another thread."""
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(worker.post, "/clients/new/", form)


def saved_once(house: House, worker: Visitor, send: Callable[[], Answer], family_name: str) -> str:
    """Sends twice; answers the address of the one client that this made."""
    first, second = send(), send()
    assert (first.status, second.status) == (302, 302), first.words[:600] + second.words[:600]
    assert first.location == second.location
    assert house.named(family_name) == 1
    assert family_name in worker.get(first.location).words
    return first.location


# The same form sent again ---------------------------------------------------------------------------------


def test_a_register_form_sent_twice_makes_one_client(house: House, worker: Visitor) -> None:
    form = newcomer("Kahdesti")
    saved_once(house, worker, lambda: worker.post("/clients/new/", form), "Kahdesti")


def test_a_form_sent_twice_at_the_same_moment_makes_one_client(house: House, worker: Visitor) -> None:
    form = newcomer("Yhtaikaa")
    with ThreadPoolExecutor(3) as threads:
        sent = [threads.submit(worker.post, "/clients/new/", form) for _ in range(3)]
    found = {(one.result().status, one.result().location) for one in sent}
    assert len(found) == 1
    assert found.pop()[0] == 302
    assert house.named("Yhtaikaa") == 1


def test_a_review_and_an_assessment_sent_twice_are_started_once(house: House, worker: Visitor) -> None:
    address = worker.post("/clients/new/", newcomer("Arvioitava")).location
    page = worker.get(f"{address}assessment/")
    form = {"token": page.hidden()["token"], "started_on": "23.11.2026"}
    before = house.stored()
    assert {worker.post(f"{address}assessment/", form).status for _ in range(2)} == {302}
    assert house.stored()["clients_assessment"] == before["clients_assessment"] + 1
    with house.connected() as server:
        found = server.execute(
            "SELECT r.relationship_id FROM clients_responsibility r JOIN actors_organisation o ON o.id = r.authority_id"
            " JOIN clients_plan p ON p.relationship_id = r.relationship_id WHERE o.code = 'kunta-092'"
            " AND p.status = 'in-force' AND r.ended_on IS NULL ORDER BY 1 LIMIT 1"
        ).fetchone()
    assert found
    review = f"/clients/{found[0]}/plan/review/"
    page = worker.get(review)
    form = page.hidden() | {
        "held_on": "23.11.2026", "participation": "Kurssi kesken.", "results": "Kielitaito B1.1.", "do": "save",
    }  # fmt: skip
    before = house.stored()
    sent = [worker.post(review, form) for _ in range(2)]
    assert [one.status for one in sent] == [302, 302], sent[0].words[:800]
    assert house.stored()["clients_review"] == before["clients_review"] + 1


# The web server killed in the middle of a save ------------------------------------------------------------


def test_a_web_process_killed_in_the_middle_of_a_save_leaves_nothing_and_comes_back(
    house: House, worker: Visitor
) -> None:
    form = newcomer("Virtakatko")
    before = house.stored()
    process = house.worker_process()
    with house.held_in_the_middle() as wait_until_held, sending(worker, form) as sent:
        wait_until_held()
        os.kill(process, signal.SIGKILL)
        with pytest.raises((OSError, http.client.HTTPException)):
            sent.result(30)
    wait_for(lambda: not alive(process), "the process to be gone")
    wait_for(lambda: answers(house.port), "another process in its place")
    assert house.worker_process() != process
    with house.connected() as server:
        server.autocommit = True
        ask = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kotopolku_app' AND state <> 'idle'"
        wait_for(lambda: server.execute(ask).fetchone() == (0,), "the dead process's transaction to end")
    assert house.stored() == before
    saved_once(house, worker, lambda: worker.post("/clients/new/", form), "Virtakatko")


def test_a_web_process_killed_while_a_bid_is_submitted_leaves_no_doubt_whether_it_is_in(house: House) -> None:
    keys = Path(database.data_folder()) / "keys"
    shutil.copytree(keys, Path(house.environment["KOTOPOLKU_DATA"]) / "keys", dirs_exist_ok=True)
    with house.connected() as server:
        found = server.execute(
            "SELECT id FROM procurement_tender WHERE state = 'published' AND bids_by IS NOT NULL ORDER BY bids_by DESC LIMIT 1"
        ).fetchone()
    assert found
    page = f"/procurement/bids/{found[0]}/"
    bidder = Visitor(house.url).sign_in("koulutus2")
    taken_back = bidder.post(f"{page}withdraw/", bidder.get(f"{page}withdraw/").hidden())
    assert taken_back.status == 302, taken_back.words
    opened = bidder.post(f"{page}resume/", {"phrase": BIDDERS["koulutus2"]})
    assert opened.status == 302, opened.words
    form = bidder.get(f"{page}submit/").hidden() | {"read": "on"}
    process = house.worker_process()
    with house.held_in_the_middle("journal_entry") as wait_until_held, ThreadPoolExecutor(1) as thread:
        sent = thread.submit(bidder.post, f"{page}submit/", form)
        wait_until_held()
        os.kill(process, signal.SIGKILL)
        with pytest.raises((OSError, http.client.HTTPException)):
            sent.result(30)
    wait_for(lambda: answers(house.port), "another process in its place")
    told = bidder.get(page).words
    assert "Your bid is in" not in told
    assert "Check and submit" in told
    again = [bidder.post(f"{page}submit/", form) for _ in range(2)]
    assert [one.status for one in again] == [302, 302], again[0].words
    assert again[0].location == again[1].location, "sent twice, it is one bid with one receipt"
    assert "Your bid is in" in bidder.get(page).words


# PostgreSQL stopped and started under the running server --------------------------------------------------


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_postgresql_gone_in_the_middle_of_a_save_loses_and_doubles_nothing(
    house: House, worker: Visitor, how: str
) -> None:
    name = {"stopped": "Sammutettu", "killed": "Kaatunut"}[how]
    form = newcomer(name, interpreter_wish='Nainen, "puhelimitse"')
    before = house.stored()
    process = house.worker_process()
    with sending(worker, form) as sent, house.held_in_the_middle() as wait_until_held:
        wait_until_held()
        if how == "stopped":
            house.cluster.stop()
        else:
            house.cluster.kill()
        # Still held: let go before the save's own process has noticed the end, it would be written after all.
        answer = sent.result(60)
    asked = worker.get("/clients/")
    over_the_api = worker.get("/api/clients")
    house.cluster.ensure_running()
    assert answer.status == 503
    assert answer.headers["retry-after"]
    assert "The database does not answer just now. Nothing of this was saved" in answer.words
    assert "Traceback" not in answer.text
    kept = answer.form("/clients/new/")
    assert dict(kept).items() >= form.items()
    assert (asked.status, over_the_api.status) == (503, 503)
    assert json.loads(over_the_api.text)["status"] == 503
    assert house.stored() == before
    saved_once(house, worker, lambda: worker.post("/clients/new/", kept), name)
    assert worker.get("/clients/").status == 200
    assert house.worker_process() == process, "the same process serves on"


def test_without_the_database_every_kind_of_page_says_so_in_words(house: House, worker: Visitor) -> None:
    house.cluster.stop()
    try:
        found = {
            address: worker.get(address) for address in ("/", "/accounts/login/", "/law/", "/who-answers/")
        }
        style = re.search(r'href="(/static/[^"]+\.css)"', found["/"].text)
        assert style
        assert worker.get(style[1]).status == 200
    finally:
        house.cluster.ensure_running()
    for address, answer in found.items():
        assert answer.status == 503, address
        assert "The service is away for a moment" in answer.words
        assert "<style" not in answer.text
    assert {worker.get(address).status for address in ("/", "/law/", "/who-answers/")} == {200}


def test_a_database_too_busy_to_take_another_connection_is_told_the_same_way(
    house: House, worker: Visitor
) -> None:
    with house.connected() as server:
        server.execute("ALTER ROLE kotopolku_app CONNECTION LIMIT 0")
        server.commit()
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kotopolku_app'"
        )
        server.commit()
        try:
            answer = worker.get("/clients/")
        finally:
            server.execute("ALTER ROLE kotopolku_app CONNECTION LIMIT -1")
    assert answer.status == 503
    assert worker.get("/clients/").status == 200


# After all that -------------------------------------------------------------------------------------------


def test_after_all_that_the_journal_verifies_and_a_changed_row_is_found(
    house: House, worker: Visitor
) -> None:
    assert house.run("journal", "seal").returncode == 0
    verified = house.run("journal", "verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert house.run("database", "status").returncode == 0
    with house.connected() as server:
        row = server.execute(
            "UPDATE journal_entry SET action = action || '.' WHERE id = (SELECT min(id) FROM journal_entry) RETURNING id"
        ).fetchone()
        assert row
    found = house.run("journal", "verify", "--json")
    assert found.returncode == 1
    assert '"changed"' in found.stdout
    assert str(row[0]) in found.stdout
