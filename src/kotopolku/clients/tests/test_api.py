"""Clients over HTTP: the same rights and refusals as the pages, and a call sent twice registers once."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import signin
from kotopolku.actors.models import ApiToken, date_range
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())


class Caller:
    """A system of one organisation with a token of one role."""

    def __init__(self, organisation: str, role: Role = Role.CASEWORKER) -> None:
        self.viewer: Viewer = make.worker(organisation, ON, role=role)
        token = f"token-{self.viewer.user_id}"
        ApiToken.objects.create(
            organisation_id=self.viewer.organisation_id,
            name="test",
            token_hash=signin.token_hash(token),
            role=role.value,
            valid=date_range(date(2020, 1, 1), None),
            user_id=self.viewer.user_id,
        )
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        self.browser = Client(headers=self.headers)

    def get(self, address: str) -> Any:
        return self.browser.get(f"/api/{address}")

    def register(self, data: dict[str, Any], key: str) -> Any:
        return self.browser.post(
            "/api/clients",
            json.dumps(data),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )


def newcomer(**changes: Any) -> dict[str, Any]:
    person = make.person()
    return {
        "family_name": person.family_name,
        "given_names": person.given_names,
        "birth_date": "1990-02-03",
        "municipality": make.VANTAA,
        "started_on": ON.isoformat(),
    } | changes


def test_a_call_with_the_same_key_registers_once() -> None:
    vantaa = Caller("kunta-092")
    data = newcomer()
    first, again = vantaa.register(data, "import-2026-1"), vantaa.register(data, "import-2026-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    with make.working(vantaa.viewer):
        assert Relationship.objects.count() == 1
    assert {clock["rule"] for clock in first.json()["clocks"]} >= {"A7", "O-A7"}


def test_refusals_name_field_code_and_words() -> None:
    answer = Caller("kunta-092").register(newcomer(municipality="999", family_name=" "), "import-2026-2")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {(one["field"], one["code"]) for one in answer.json()["errors"]} == {
        ("family_name", "family-name-required"),
        ("municipality", "unknown-municipality"),
    }
    assert all(one["message"] for one in answer.json()["errors"])


def test_a_call_without_a_key_or_with_nonsense_is_refused() -> None:
    vantaa = Caller("kunta-092")
    answer = vantaa.browser.post("/api/clients", json.dumps(newcomer()), content_type="application/json")
    assert answer.status_code == 422
    assert vantaa.register(newcomer(birth_date="3.2."), "import-2026-3").status_code == 422


def test_list_client_and_clocks_show_the_own_authority_s_clients_only() -> None:
    vantaa, kajaani = Caller("kunta-092"), Caller("kunta-205")
    number = vantaa.register(newcomer(), "import-2026-4").json()["id"]
    assert [row["id"] for row in vantaa.get("clients").json()["clients"]] == [number]
    assert vantaa.get(f"clients/{number}").json()["municipality"] == make.VANTAA
    clocks = vantaa.get(f"clients/{number}/clocks").json()
    assert all(clock["explanation"]["fi"] for clock in clocks)
    assert kajaani.get("clients").json()["clients"] == []
    for address in (f"clients/{number}", f"clients/{number}/clocks", "clients/987654321"):
        assert kajaani.get(address).status_code == 404


def test_a_protected_person_has_no_municipality_here() -> None:
    vantaa = Caller("kunta-092", Role.TEAM_LEADER)
    registered = vantaa.register(newcomer(non_disclosure=True), "import-2026-5")
    assert (registered.json()["protected"], registered.json()["municipality"]) == (True, None)
    assert vantaa.get(f"clients?municipality={make.VANTAA}").json()["clients"] == []


def test_without_the_right_the_answer_is_403_and_without_a_token_401() -> None:
    reader = Caller("kunta-092", Role.READER)
    assert reader.get("clients").status_code == 403
    assert reader.register(newcomer(), "import-2026-6").status_code == 403
    assert Client().get("/api/clients").status_code == 401


class TestFollowing:
    """Lists by cursor, and the feed of what has changed."""

    def test_the_list_goes_on_where_it_stopped(self) -> None:
        vantaa = Caller("kunta-092")
        made = [
            vantaa.register(newcomer(duplicate_reason="Eri henkilö"), f"cursor-key-{n}").json()["id"]
            for n in range(5)
        ]
        found, cursor = [], ""
        while cursor is not None:
            page = vantaa.get(f"clients?limit=2&cursor={cursor}").json()
            found += [row["id"] for row in page["clients"]]
            cursor = page["next"]
        assert found == made

    def test_a_wrong_cursor_is_refused(self) -> None:
        assert Caller("kunta-092").get("clients?cursor=nonsense").status_code == 422
        assert Caller("kunta-092").get("clients/changes?cursor=nonsense").status_code == 422

    def test_changes_name_the_clients_to_read_again(self) -> None:
        vantaa, kajaani = Caller("kunta-092"), Caller("kunta-205")
        number = vantaa.register(newcomer(), "change-key-1").json()["id"]
        first = vantaa.get("clients/changes").json()
        assert [(one["id"], one["answers"]) for one in first["changes"]] == [(number, True)]
        assert vantaa.get(f"clients/changes?cursor={first['here']}").json()["changes"] == []
        with make.working(vantaa.viewer):
            make.actions.confirm_person(number, actor=vantaa.viewer)
        again = vantaa.get(f"clients/changes?cursor={first['here']}").json()
        assert [one["id"] for one in again["changes"]] == [number]
        assert kajaani.get("clients/changes").json()["changes"] == []

    def test_a_client_given_away_is_told_once_more_and_then_no_more(self) -> None:
        from kotopolku.access import rowsecurity
        from kotopolku.actors.models import Organisation
        from kotopolku.clients.models import Responsibility

        vantaa, kajaani = Caller("kunta-092"), Caller("kunta-205")
        number = vantaa.register(newcomer(), "change-key-2").json()["id"]
        here = vantaa.get("clients/changes").json()["here"]
        with rowsecurity.as_system():
            row = Responsibility.objects.get(relationship_id=number)
            row.days = type(row.days)(row.days.lower, ON)
            row.save()
            row.pk, row.authority = None, Organisation.objects.get(code="kunta-205")
            row.days = date_range(ON, None)
            row.save(force_insert=True)
        told = vantaa.get(f"clients/changes?cursor={here}").json()
        assert [(one["id"], one["answers"]) for one in told["changes"]] == [(number, False)]
        assert [one["id"] for one in kajaani.get("clients/changes").json()["changes"]] == [number]
        with make.working(kajaani.viewer):
            make.actions.confirm_person(number, actor=kajaani.viewer)
        assert vantaa.get(f"clients/changes?cursor={told['here']}").json()["changes"] == []
