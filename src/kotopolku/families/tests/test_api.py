"""Families over HTTP: the same rows, rights and refusals as the pages."""

import json
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.clients import actions as clients
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.conftest import no_second_factor
from kotopolku.clients.tests.walking import Worker
from kotopolku.families import actions
from kotopolku.families.models import Relation, Representative
from kotopolku.families.tests import family as given
from kotopolku.families.tests.family import SINCE, TODAY

__all__ = ["no_second_factor"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
TASK = {"name": "Eila Edustaja", "ground": "unaccompanied", "first": "2026-02-02"}


def post(worker: Worker, address: str, body: dict[str, Any], key: str = "a key of its own") -> Any:
    with clock.at(worker.day):
        return worker.client.post(
            address, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
        )


def test_the_api_shows_the_family_of_an_own_client_and_nobody_elses() -> None:
    worker = Worker("kunta-092", TODAY)
    with make.working(worker.viewer) as at_work:
        mother = given.mother(at_work)
        son = given.joined(mother, at_work)
        given.parent_of(mother, son.person_id, at_work)
    found = worker.get(f"/api/clients/{mother.pk}/family").json()
    assert [(one["name"], one["client_id"]) for one in found["members"]] == [
        ("Hodan Malliperhe", mother.pk),
        ("Aatos Malliperhe", None),
    ]
    assert found["members"][1]["custody"] == ["Hodan Malliperhe"]
    assert found["relations"][0]["kind"] == "parent"
    assert Worker("kunta-205", TODAY).get(f"/api/clients/{mother.pk}/family").status_code == 404


def test_the_api_records_a_relation_and_a_representative_once() -> None:
    worker = Worker("kunta-092", TODAY)
    with make.working(worker.viewer) as at_work:
        mother, minor = given.mother(at_work), given.alone(at_work)
        clients.add_household_member(
            mother.pk, actor=at_work, role="other", from_day=SINCE, member_relationship_id=minor.pk
        )
    address = f"/api/clients/{mother.pk}/family/relations"
    body = {
        "person_id": minor.person_id,
        "kind": "relative",
        "other_id": mother.person_id,
        "from_day": "2026-02-02",
    }
    first = post(worker, address, body)
    assert first.status_code == 201, first.content
    assert post(worker, address, body).json() == first.json()
    assert Relation.objects.count() == 1
    again = post(worker, address, body, "another key")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "recorded")
    address = f"/api/clients/{minor.pk}/family/representatives"
    assert post(worker, address, TASK, "second key").status_code == 201
    assert post(worker, address, TASK, "second key").status_code == 201
    assert Representative.objects.count() == 1
    wrong = post(worker, address, TASK | {"first": "2028-03-14"}, "third key")
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "of-age")


def test_the_api_never_says_where_one_under_a_non_disclosure_order_lives() -> None:
    worker = Worker("kunta-092", TODAY)
    with make.working(worker.viewer) as at_work:
        minor = given.alone(at_work, non_disclosure=True)
        unit = actions.add_unit("Koivukoti", "family-group-home", actor=at_work)
        actions.begin_housing(minor.pk, unit.pk, SINCE, actor=at_work)
    answer = worker.get(f"/api/clients/{minor.pk}/family")
    assert "Koivukoti" not in answer.content.decode()
    assert answer.json()["housings"][0]["unit"] is None
