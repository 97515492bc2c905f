"""Messages to the national client system against a real server of our own shape: accepted, rejected, slow, away, lying."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.exchange import actions, adapters, queries
from kotopolku.exchange.adapters import HttpNational, Receipt, Unavailable
from kotopolku.exchange.models import NationalMessage
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


class Recorder(ThreadingHTTPServer):
    """A national client system that remembers what it was sent and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.stored: dict[str, str] = {}
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.mood = "well"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((self.headers["Idempotency-Key"], body))
        if self.server.mood == "refusing":
            self._answer(422, {"reason": "identity code unknown"})
        elif self.server.mood == "broken":
            self._answer(500, {})
        elif self.server.mood == "lying":
            self._answer(200, "not what was agreed")
        elif self.server.mood == "elsewhere":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
        else:
            from kotopolku.exchange.actions.national import digest_of

            self.server.stored[body["reference"]] = digest_of(body).hex()
            self._answer(201, {"receipt": f"R-{len(self.server.received)}"})

    def do_GET(self) -> None:
        rows = [{"reference": k, "digest": v} for k, v in self.server.stored.items()]
        self._answer(200, {"clients": rows, "next": ""})

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[Recorder]:
    found = Recorder()
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def system(server: Recorder) -> HttpNational:
    return HttpNational(server.address, "key")


@pytest.fixture
def leader() -> Iterator[Viewer]:
    viewer = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    with make.working(viewer):
        yield viewer


def at_once(act: Callable[[], Any]) -> Any:
    return act()


def send(system: adapters.NationalSystem, actor: Viewer) -> dict[str, int]:
    return actions.send_waiting(system, actor=actor, within=at_once)


def due_now() -> None:
    NationalMessage.objects.update(next_try_at=clock.real_now())


def test_a_client_is_sent_once_until_something_changes(
    leader: Viewer, server: Recorder, system: HttpNational
) -> None:
    relationship = make.client(leader)
    assert actions.queue_changed(actor=leader) == 1
    assert send(system, leader)["accepted"] == 1
    assert actions.queue_changed(actor=leader) == 0
    clients.add_permit(
        relationship.pk, make.rules.PermitContent("permit", "work", date(2026, 1, 1)), actor=leader
    )
    assert actions.queue_changed(actor=leader) == 1
    assert send(system, leader)["accepted"] == 1
    assert [body["reference"] for _key, body in server.received] == [relationship.case_number] * 2
    assert server.received[1][1]["groups"]["permit"]["permit_basis"] == "work"
    assert NationalMessage.objects.filter(state="accepted").count() == 2


def test_contacts_under_a_non_disclosure_order_are_not_sent(
    leader: Viewer, server: Recorder, system: HttpNational
) -> None:
    make.client(leader, non_disclosure=True)
    actions.queue_changed(actor=leader)
    send(system, leader)
    assert "contact" not in server.received[0][1]["groups"]
    assert "092" not in json.dumps(server.received[0][1]["groups"])


def test_a_rejected_message_waits_for_a_person_and_can_be_sent_again(
    leader: Viewer, server: Recorder, system: HttpNational
) -> None:
    other = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    make.client(leader)
    server.mood = "refusing"
    actions.queue_changed(actor=leader)
    assert send(system, leader)["rejected"] == 1
    stuck = queries.stuck(leader)
    assert [one.answer for one in stuck] == ["identity code unknown"]
    with make.working(other):
        assert Notice.objects.filter(kind="exchange.message-failed").count() == 1
    make.rowsecurity.apply(leader)
    server.mood = "well"
    actions.try_again(stuck[0].pk, actor=leader)
    assert send(system, leader)["accepted"] == 1


@pytest.mark.parametrize("mood", ["broken", "lying", "elsewhere"])
def test_a_system_in_trouble_is_tried_again_later_and_given_up_in_the_end(
    leader: Viewer, server: Recorder, system: HttpNational, mood: str
) -> None:
    make.client(leader)
    server.mood = mood
    actions.queue_changed(actor=leader)
    waits = []
    for _try in range(8):
        due_now()
        before = clock.real_now()
        send(system, leader)
        waits.append(NationalMessage.objects.get().next_try_at - before)
    assert NationalMessage.objects.get().state == "failed"
    assert waits[1] > waits[0]
    assert max(waits[:7]) <= timedelta(hours=6, minutes=1)
    assert len({key for key, _body in server.received}) == 1
    assert send(system, leader) == {"accepted": 0, "rejected": 0, "later": 0, "failed": 0}


def test_nobody_at_the_other_end_loses_nothing(leader: Viewer) -> None:
    make.client(leader)
    make.client(leader)
    actions.queue_changed(actor=leader)
    assert send(HttpNational("http://127.0.0.1:9", "key"), leader)["later"] == 1
    assert NationalMessage.objects.filter(state="waiting").count() == 2


def test_a_message_whose_sender_died_is_sent_again_with_the_same_key(
    leader: Viewer, server: Recorder, system: HttpNational
) -> None:
    make.client(leader)
    actions.queue_changed(actor=leader)
    taken = actions.claim(actor=leader)
    assert taken is not None
    assert actions.claim(actor=leader) is None
    NationalMessage.objects.update(sent_at=clock.real_now() - timedelta(minutes=11))
    assert send(system, leader)["accepted"] == 1
    assert server.received[0][0] == str(taken[2])


def test_an_answer_that_comes_twice_changes_nothing(leader: Viewer) -> None:
    make.client(leader)
    actions.queue_changed(actor=leader)
    taken = actions.claim(actor=leader)
    assert taken is not None
    assert actions.settle(taken[0], Receipt(True, "R-1"), "", actor=leader) == "accepted"
    assert actions.settle(taken[0], Receipt(False, "no"), "", actor=leader) == "accepted"


def test_the_comparison_tells_what_differs(leader: Viewer, server: Recorder, system: HttpNational) -> None:
    first, second, third = (make.client(leader) for _one in range(3))
    actions.queue_changed(actor=leader)
    send(system, leader)
    server.stored[second.case_number] = "0" * 64
    del server.stored[third.case_number]
    server.stored["2020-99999"] = "1" * 64
    report = actions.reconcile(system, actor=leader)
    assert (report.same, report.different, report.only_ours) == (1, [second.pk], [third.pk])
    assert report.only_theirs == ["2020-99999"]
    assert first.pk not in report.different


def test_only_the_own_authority_s_messages_are_seen(leader: Viewer) -> None:
    make.client(leader)
    actions.queue_changed(actor=leader)
    number = NationalMessage.objects.get().pk
    other = make.worker("kunta-205", ON, role=Role.TEAM_LEADER)
    with make.working(other):
        assert NationalMessage.objects.count() == 0
        with pytest.raises(NotVisible):
            actions.try_again(number, actor=other)
    with pytest.raises(MissingCapability):
        actions.queue_changed(actor=make.worker("kunta-092", ON))


def test_from_which_day_it_is_compulsory() -> None:
    assert queries.compulsory_from() == date(2027, 1, 1)


def test_without_an_address_there_is_no_system(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = False
    monkeypatch.delenv("KOTOPOLKU_NATIONAL_ADDRESS", raising=False)
    with pytest.raises(Unavailable):
        adapters.national()
    with pytest.raises(Unavailable):
        HttpNational("http://example.fi", "key").inventory("kunta-092")


def test_a_client_handed_over_in_between_is_not_sent(
    leader: Viewer, system: HttpNational, server: Recorder
) -> None:
    make.client(leader)
    actions.queue_changed(actor=leader)
    kajaani = make.worker("kunta-205", ON, role=Role.TEAM_LEADER)
    with make.rowsecurity.as_system():
        from kotopolku.clients.models import Responsibility

        Responsibility.objects.update(authority_id=kajaani.organisation_id)
    assert Relationship.objects.count() == 0
    send(system, leader)
    assert server.received == []
