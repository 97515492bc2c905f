"""Offers, receipts and referrals over HTTP: the same rights and refusals as on the pages, conflicts as 409, paging by cursor."""

import json
from datetime import date
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.actions import create_token
from kotopolku.actors.models import Organisation, User
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


class System:
    """A system of an organisation that calls the API with a token."""

    def __init__(self, organisation: str, role: Role = Role.CASEWORKER) -> None:
        self.worker = Worker(organisation, ON, role=role)
        self.viewer = self.worker.viewer
        with make.working(self.viewer), rowsecurity.as_system():
            _row, self.token = create_token(
                actor=make.worker(organisation, ON, role=Role.ADMINISTRATOR),
                organisation=Organisation.objects.get(code=organisation),
                name="test",
                role=role,
                user=User.objects.get(pk=self.viewer.user_id),
                valid_from=ON,
                valid_until=date(2027, 12, 31),
            )

    def get(self, address: str, **data: Any) -> Any:
        with clock.at(ON):
            return self.worker.client.get(f"/api{address}", data, headers=self._headers(""))

    def post(self, address: str, key: str = "", **data: Any) -> Any:
        with clock.at(ON):
            return self.worker.client.post(
                f"/api{address}",
                json.dumps(data),
                content_type="application/json",
                headers=self._headers(key),
            )

    def _headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def vantaa() -> System:
    return System("kunta-092")


@pytest.fixture
def kajaani() -> System:
    return System("kunta-205")


def moved(sender: System) -> Relationship:
    with make.working(sender.viewer) as at_work:
        return make.client(at_work, contact=ContactContent(municipality=make.KAJAANI))


def test_a_client_is_offered_told_of_accepted_and_receipted(vantaa: System, kajaani: System) -> None:
    client = moved(vantaa)
    answer = vantaa.post("/handover/offers", key="offer-0001", client_id=client.pk, message="Hei")
    assert answer.status_code == 201, answer.content
    offer = answer.json()
    assert (offer["to"], offer["by_law"], offer["answer_by"]) == ("kunta-205", True, "2026-11-26")
    again = vantaa.post("/handover/offers", key="offer-0001", client_id=client.pk, message="Hei")
    assert again.json()["id"] == offer["id"]
    told = kajaani.get(f"/handover/offers/{offer['id']}")
    assert told.json()["about"]["language"]
    assert client.case_number not in told.content.decode()
    [listed] = kajaani.get("/handover/offers").json()["offers"]
    assert (listed["direction"], listed["about"]) == ("received", None)
    accept = f"/handover/offers/{offer['id']}/accept"
    answer = kajaani.post(accept, key="accept-0001", worker_id=kajaani.viewer.user_id)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["case_number"], answer.json()["client_id"]) == (client.case_number, client.pk)
    second = kajaani.post(accept, key="accept-0002", worker_id=kajaani.viewer.user_id)
    assert (second.status_code, second["Content-Type"]) == (409, "application/problem+json")
    [receipt] = vantaa.get("/handover/receipts").json()["receipts"]
    assert (receipt["received"], receipt["client_id"], receipt["other"] != "") == (False, None, True)
    assert vantaa.get(f"/clients/{client.pk}").status_code == 404


def test_refusals_are_problems_and_others_offers_are_not_found(vantaa: System, kajaani: System) -> None:
    client = moved(vantaa)
    answer = vantaa.post("/handover/offers", key="offer-0002", client_id=client.pk, to="evk-01", reason="X")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "no-duty"
    answer = vantaa.post("/handover/offers", key="offer-0003", client_id=client.pk, to="nowhere")
    assert answer.json()["errors"][0]["code"] == "unknown-organisation"
    assert kajaani.post("/handover/offers", key="offer-0004", client_id=client.pk).status_code == 404
    made = vantaa.post("/handover/offers", key="offer-0005", client_id=client.pk).json()["id"]
    assert System("kunta-049").get(f"/handover/offers/{made}").status_code == 404
    assert kajaani.post(f"/handover/offers/{made}/refuse", key="r-00000001", reason="Ei.").status_code == 200
    assert vantaa.post(f"/handover/offers/{made}/withdraw", key="w-00000001").status_code == 409


def test_a_referral_and_advice_over_the_api(vantaa: System) -> None:
    county = System("hva-05", role=Role.READER)
    person = {
        "family_name": "Esimerkki",
        "service_language": "so",
        "municipality": "092",
        "need": "Neuvontaa.",
        "telephone": "040 1",
        "consent": True,
        "consent_how": "spoken",
    }
    refused = county.post("/handover/referrals", key="ref-000001", **(person | {"consent": False}))
    assert refused.json()["errors"][0]["code"] == "consent-required"
    made = county.post("/handover/referrals", key="ref-000002", **person)
    assert (made.status_code, made.json()["to"]) == (201, "kunta-092")
    assert "Esimerkki" not in county.get("/handover/referrals").content.decode()
    closed = vantaa.post(f"/handover/referrals/{made.json()['id']}/close", key="c-00000001", reason="no-need")
    assert closed.json()["state"] == "closed"
    assert (
        county.post(
            f"/handover/referrals/{made.json()['id']}/close", key="c-00000002", reason="x"
        ).status_code
        == 403
    )
    counted = county.post(
        "/handover/advice", key="adv-000001", theme="work", language="so", channel="telephone"
    )
    assert counted.status_code == 201


def test_pages_of_offers_follow_one_another_by_cursor(vantaa: System, kajaani: System) -> None:
    for number in range(3):
        client = moved(vantaa)
        vantaa.post("/handover/offers", key=f"offer-10{number:02d}", client_id=client.pk)
    first = kajaani.get("/handover/offers", limit=2).json()
    second = kajaani.get("/handover/offers", limit=2, cursor=first["next"]).json()
    ids = [one["id"] for one in (*first["offers"], *second["offers"])]
    assert len(first["offers"]) == 2
    assert ids == sorted(set(ids))
    assert len(ids) == 3
    assert kajaani.get("/handover/offers", cursor="not-ours").status_code == 422
