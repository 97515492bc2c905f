"""Every call of the API: tokens with fewer rights, their page, calls a minute, and a writing call sent twice."""

import json
import re
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kotopolku.access.capabilities import Role
from kotopolku.actors.models import ApiCall, ApiToken
from kotopolku.actors.tests.people import authority, browser_of, member, operator
from kotopolku.journal.models import Entry

ON = date(2026, 11, 23)
ASK = "/api/who-answers?duty=assessment-jobseeker&municipality=092"
FORM = {
    "once": "7a1b7a7e-5d3c-4d0c-9c7d-0f2f5f2b9f10",
    "name": "Ajanvaraus",
    "role": "caseworker",
    "valid_until": "31.12.2026",
}


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())


@pytest.fixture
def office(no_second_factor: None) -> Client:
    return browser_of(member("hallinto", "kunta-092", Role.ADMINISTRATOR))


def made(page: Any) -> str:
    found = re.search(r'id="token-text">([^<]+)<', page.content.decode())
    assert found, page.content.decode()
    return found.group(1)


def entries(action: str) -> int:
    operator()
    return Entry.objects.filter(action=action).count()


def calling(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def newcomer(name: str = "Mallinen") -> dict[str, Any]:
    return {
        "family_name": name,
        "birth_date": "1990-02-03",
        "municipality": "092",
        "started_on": ON.isoformat(),
    }


def post(system: Client, data: dict[str, Any], key: str) -> Any:
    return system.post(
        "/api/clients", json.dumps(data), content_type="application/json", headers={"Idempotency-Key": key}
    )


@pytest.mark.django_db
class TestTokens:
    def test_a_token_is_shown_once_and_works(self, office: Client) -> None:
        token = made(office.post("/organisation/tokens/", FORM))
        assert calling(token).get("/api/clients").status_code == 200
        page = office.get("/organisation/tokens/").content.decode()
        assert token not in page
        assert "Ajanvaraus" in page

    def test_the_same_form_sent_twice_makes_one_token(self, office: Client) -> None:
        office.post("/organisation/tokens/", FORM)
        assert office.post("/organisation/tokens/", FORM).status_code == 422
        assert ApiToken.objects.count() == 1

    def test_a_token_with_fewer_rights_is_refused_the_others(self, office: Client) -> None:
        system = calling(made(office.post("/organisation/tokens/", FORM | {"capabilities": ["signed-in"]})))
        assert system.get(ASK).status_code == 200
        answer = system.get("/api/clients")
        assert (answer.status_code, answer.json()["capability"]) == (403, "client.view")

    def test_rights_outside_the_role_and_a_past_day_are_refused(self, office: Client) -> None:
        wrong = FORM | {"role": "reader", "capabilities": ["client.view"]}
        assert office.post("/organisation/tokens/", wrong).status_code == 422
        assert office.post("/organisation/tokens/", FORM | {"valid_until": "1.1.2026"}).status_code == 422
        assert ApiToken.objects.count() == 0

    def test_an_ended_token_opens_nothing(self, office: Client) -> None:
        token = made(office.post("/organisation/tokens/", FORM))
        number = ApiToken.objects.get().pk
        assert office.get(f"/organisation/tokens/{number}/end/").status_code == 200
        office.post(f"/organisation/tokens/{number}/end/")
        assert calling(token).get(ASK).status_code == 401
        assert entries("actors.token.end") == 1

    def test_another_organisation_s_token_does_not_exist(self, office: Client) -> None:
        office.post("/organisation/tokens/", FORM)
        other = browser_of(member("toinen", "kunta-205", Role.ADMINISTRATOR))
        number = ApiToken.objects.get().pk
        assert "Ajanvaraus" not in other.get("/organisation/tokens/").content.decode()
        assert other.post(f"/organisation/tokens/{number}/end/").status_code == 404

    def test_only_who_manages_tokens_sees_them(self, no_second_factor: None) -> None:
        worker = browser_of(member("worker", "kunta-092", Role.CASEWORKER))
        assert worker.get("/organisation/tokens/").status_code == 403


@pytest.mark.django_db
class TestCalls:
    @pytest.fixture
    def system(self, office: Client) -> Client:
        return calling(made(office.post("/organisation/tokens/", FORM)))

    def test_too_many_calls_are_told_when_to_go_on(self, system: Client, settings: Any) -> None:
        settings.API_CALLS_A_MINUTE = 2
        answers = [system.get(ASK) for _call in range(4)]
        statuses = [one.status_code for one in answers]
        assert statuses[-1] in (200, 429)  # a new minute may have begun in between
        late = next((one for one in answers if one.status_code == 429), None)
        assert late is not None
        assert 1 <= int(late.headers["Retry-After"]) <= 60
        assert late.headers["Content-Type"] == "application/problem+json"

    def test_calls_of_a_session_are_not_counted(self, office: Client, settings: Any) -> None:
        settings.API_CALLS_A_MINUTE = 1
        assert {office.get(ASK).status_code for _call in range(4)} == {200}

    def test_the_last_use_is_shown(self, system: Client, office: Client) -> None:
        system.get(ASK)
        assert "2026" in office.get("/organisation/tokens/").content.decode()
        assert ApiToken.objects.get().use.calls == 1

    def test_the_same_call_gets_the_same_answer_and_does_nothing(self, system: Client) -> None:
        first, again = post(system, newcomer(), "key-00001"), post(system, newcomer(), "key-00001")
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert again.headers["Idempotency-Replayed"] == "true"
        assert entries("clients.client.registered") == 1

    def test_the_key_of_another_call_is_refused(self, system: Client) -> None:
        post(system, newcomer(), "key-00002")
        answer = post(system, newcomer("Toinen"), "key-00002")
        assert answer.status_code == 409
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_a_refused_call_can_be_mended_with_the_same_key(self, system: Client) -> None:
        assert post(system, newcomer() | {"municipality": "999"}, "key-00003").status_code == 422
        assert post(system, newcomer(), "key-00003").status_code == 201

    def test_answers_are_seen_by_their_caller_only_and_forgotten(
        self, system: Client, monkeypatch: Any
    ) -> None:
        from kotopolku.access import rowsecurity
        from kotopolku.access.viewer import Viewer
        from kotopolku.actors import calls, jobs

        post(system, newcomer(), "key-00004")
        rowsecurity.apply(Viewer(user_id=0, name="", day=ON, seat=None))
        assert ApiCall.objects.count() == 0
        assert jobs.forget_answers(0) == 0
        monkeypatch.setattr(jobs, "KEPT", -calls.KEPT)
        assert jobs.forget_answers(0) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_call_twice_at_once_registers_once(no_second_factor: None) -> None:
    from kotopolku.actors import actions

    user = member("worker", "kunta-092", Role.CASEWORKER)
    _row, token = actions.create_token(
        actor=operator(), organisation=authority("kunta-092"), name="test", role=Role.CASEWORKER,
        user=user, valid_from=ON, valid_until=ON,
    )  # fmt: skip
    answers: list[Any] = []
    start = threading.Barrier(3)

    def call() -> None:
        start.wait()
        answers.append(post(calling(token), newcomer(), "key-at-once"))
        connection.close()

    threads = [threading.Thread(target=call) for _call in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.content for one in answers}) == 1
