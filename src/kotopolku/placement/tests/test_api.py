"""Municipal places over HTTP: the same rows, rights and refusals as the pages."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.journal.models import Entry
from kotopolku.placement import jobs
from kotopolku.placement.actions.rounds import start_round
from kotopolku.placement.models import Claim, ClaimLine
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON, VANTAA

pytestmark = pytest.mark.django_db
CASE = {
    "group": "quota",
    "reference": "M-9",
    "received_on": "2026-11-02",
    "wishes": [LOHJA],
    "languages": ["sw"],
    "members": [
        {"age": 34, "family_name": "Esimerkki", "given_names": "Baraka", "birth_date": "1992-03-04"},
        {"age": 9, "relation": "child", "family_name": "Esimerkki", "birth_date": "2017-01-02"},
    ],
}


@pytest.fixture
def officer() -> Worker:
    return Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def leader() -> Worker:
    return Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)


def get(worker: Worker, address: str) -> Any:
    answer = worker.get(f"/api/placement/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def send(worker: Worker, address: str, body: dict[str, Any], key: str = "a key of its own") -> Any:
    with clock.at(worker.day):
        return worker.client.post(
            f"/api/placement/{address}",
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )


def post(worker: Worker, address: str, body: dict[str, Any]) -> Any:
    answer = send(worker, address, body, f"key of {address}")
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def test_a_case_goes_over_the_api_from_the_sender_to_arrival(officer: Worker, leader: Worker) -> None:
    work.places()
    caseworker = Worker(f"kunta-{LOHJA}", ON)
    case = post(officer, "cases", CASE)
    assert send(officer, "cases", CASE, "key of cases").json() == case
    assert (case["number"], case["persons"], "Esimerkki" in json.dumps(case)) == ("K-26-001", 2, False)
    wanted = {"municipality": LOHJA, "reason": "Koti lähellä.", "year": 2026, "quarter": 4}
    proposal = post(officer, f"cases/{case['id']}/proposals", wanted)
    address = f"proposals/{proposal['id']}"
    seen = get(leader, address)
    assert (seen["municipality"], [one["age"] for one in seen["about"]["people"]]) == (LOHJA, [34, 9])
    assert "Esimerkki" not in json.dumps(seen)
    assert post(leader, f"{address}/words", {"text": "Onko hissi tarpeen?"})["by_region"] is False
    assert post(officer, f"{address}/words", {"text": "Ei ole."})["by_region"] is True
    accepted = post(leader, f"{address}/accept", {"workers": [caseworker.viewer.user_id]})
    assert accepted["state"] == "accepted"
    assert caseworker.get(f"/api/placement/cases/{case['id']}/names").status_code == 404
    assert post(officer, f"cases/{case['id']}/direct", {})["state"] == "directed"
    names = get(caseworker, f"cases/{case['id']}/names")["people"]
    assert [one["given_names"] for one in names] == ["Baraka", ""]
    assert Entry.objects.filter(action="placement.names.opened").count() == 1
    post(caseworker, f"{address}/arrival", {"planned_on": "2026-11-18"})
    arrival = post(caseworker, f"{address}/arrived", {"arrived_on": "2026-11-18"})
    with make.working(caseworker.viewer):
        assert Relationship.objects.filter(pk__in=arrival["clients"].values()).count() == 2
    assert [one["clients"] for one in get(officer, "arrivals")["arrivals"]] == [None]
    assert [one["state"] for one in get(officer, "cases?state=arrived")["cases"]] == ["arrived"]


def test_what_is_refused_is_told_and_the_second_of_two_answers_gets_409(
    officer: Worker, leader: Worker
) -> None:
    work.places()
    wrong = send(officer, "cases", CASE | {"members": [], "wishes": ["911"], "group": "gold"})
    codes = {(one["field"], one["code"]) for one in wrong.json()["errors"]}
    assert (wrong.status_code, codes) == (
        422,
        {("group", "unknown-group"), ("members", "required"), ("wishes", "unknown-municipality")},
    )
    case = post(officer, "cases", CASE)
    elsewhere = {"municipality": "205", "reason": "Koti.", "year": 2026, "quarter": 4}
    refused = send(officer, f"cases/{case['id']}/proposals", elsewhere)
    assert refused.json()["errors"][0]["code"] == "unknown-municipality"
    proposal = post(officer, f"cases/{case['id']}/proposals", elsewhere | {"municipality": LOHJA})
    address = f"proposals/{proposal['id']}"
    assert post(leader, f"{address}/decline", {"reason": "no-home"})["state"] == "declined"
    late = send(leader, f"{address}/accept", {}, "another key")
    assert late.status_code == 409
    assert "declined already" in late.json()["detail"]
    assert post(officer, f"cases/{case['id']}/withdraw", {"reason": "Löysi kodin."})["state"] == "withdrawn"
    assert send(officer, f"{address}/withdraw", {"reason": "Turha."}).status_code == 409


def test_others_get_404_or_403_and_under_an_order_places_are_null(officer: Worker, leader: Worker) -> None:
    with rowsecurity.as_system():
        case = work.family(officer.viewer, non_disclosure=True)
    other, colleague = (
        Worker("kunta-205", ON, Role.TEAM_LEADER),
        Worker(work.region_code(), ON, Role.REGIONAL_OFFICER),
    )
    assert get(officer, f"cases/{case.pk}")["wishes"] == [LOHJA]
    assert get(colleague, f"cases/{case.pk}")["wishes"] is None
    assert other.get(f"/api/placement/cases/{case.pk}").status_code == 403
    far = Worker(work.region_code("205"), ON, Role.REGIONAL_OFFICER)
    assert far.get(f"/api/placement/cases/{case.pk}").status_code == 404
    assert far.get(f"/api/placement/cases/{case.pk}/names").status_code == 404
    assert get(leader, "proposals") == {"proposals": [], "next": None}


def test_places_are_asked_answered_and_agreed_over_the_api(officer: Worker, leader: Worker) -> None:
    work.places(persons=3, year=2027)
    asked = post(officer, "requests", {"year": 2027, "answer_by": "2026-12-15"})
    offered = [{"quarter": 1, "resource": "persons-quota", "places": 8}]
    answer = post(leader, f"requests/{asked['id']}/answer", {"version": 0, "figures": offered})
    assert (answer["municipality"], answer["version"]) == (LOHJA, 1)
    again = send(leader, f"requests/{asked['id']}/answer", {"version": 0, "figures": offered}, "another key")
    assert again.status_code == 409
    answers = get(officer, f"requests/{asked['id']}")["answers"]
    assert sum(one["version"] for one in answers) == 1
    year = get(officer, f"places/{LOHJA}/2027")
    agreed = {"version": year["version"], "figures": offered, "reason": "Sovittu."}
    told = post(officer, f"places/{LOHJA}/2027/agree", agreed)
    cells = {(one["quarter"], one["resource"]): one["free"] for one in told["places"]}
    assert cells[1, "persons-quota"] == 8
    assert send(leader, f"places/{LOHJA}/2027/agree", agreed).status_code == 403
    assert len(get(leader, "places?year=2027")["places"]) == len(told["places"])
    assert [one["state"] for one in get(leader, "agreements")["agreements"]] == ["in-force"]
    assert Worker("kunta-205", ON).get(f"/api/placement/places/{LOHJA}/2027").status_code == 404


def test_a_round_is_read_and_another_choice_than_its_own_asks_why(officer: Worker, leader: Worker) -> None:
    work.places(home_6=2)
    work.places(VANTAA, home_6=2)
    case = work.family(officer.viewer)
    with make.working(officer.viewer) as at_work:
        asked = start_round(actor=at_work, seed=7)
    with clock.at(ON):
        jobs.run_round(asked.pk)
    [made] = get(officer, "rounds")["rounds"]
    assert (made["state"], made["objective"]) == ("ready", made["bound"])
    [family] = get(officer, f"rounds/{made['id']}/families")["families"]
    assert (family["municipality"], sum(family["parts"].values())) == (LOHJA, family["points"])
    assert family["reasons"]
    assert leader.get("/api/placement/rounds").status_code == 403
    other = {"municipality": VANTAA, "reason": "Koti.", "year": 2026, "quarter": 4}
    refused = send(officer, f"cases/{case.pk}/proposals", other)
    assert refused.json()["errors"][0]["field"] == "override_code"
    why = {"override_code": "work", "override_text": "Työpaikka löytyi."}
    assert post(officer, f"cases/{case.pk}/proposals", other | why)["municipality"] == VANTAA


def test_lines_of_a_claim_are_told_without_names_and_the_look_is_journalled(leader: Worker) -> None:
    lohja = Organisation.objects.get(code=f"kunta-{LOHJA}")
    with rowsecurity.as_system():
        claim = Claim.objects.create(
            claimant=lohja,
            authority=Organisation.objects.get(code=work.region_code()),
            year=2025,
            number=1,
            euros=Decimal("2300.00"),
            claim_by=date(2027, 12, 31),
            made_on=ON,
        )
        ClaimLine.objects.create(
            claim=claim,
            client_number="2025-00001",
            relationship_id=1,
            kind="calculated",
            receiver="municipality",
            first=date(2025, 1, 1),
            last=date(2025, 12, 31),
            days=365,
            base=365,
            yearly=Decimal("2300.00"),
            euros=Decimal("2300.00"),
            rule="K1",
            act="681/2023",
            section="66",
            explanation=[],
        )
    [told] = get(leader, "claims")["claims"]
    assert (told["claimant"], told["euros"], told["granted"]) == (f"kunta-{LOHJA}", "2300.00", None)
    [line] = get(leader, f"claims/{claim.pk}/lines")["lines"]
    assert (line["client_number"], line["euros"]) == ("2025-00001", "2300.00")
    assert Entry.objects.filter(action="placement.claim.viewed").count() == 1
    other = Worker("kunta-205", ON, Role.TEAM_LEADER)
    assert other.get(f"/api/placement/claims/{claim.pk}/lines").status_code == 404
