"""OCDS and eForms: releases pass the standard's own schema, and nothing is in them before its day."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from kotopolku.access import rowsecurity
from kotopolku.clients.tests import factories as make
from kotopolku.procurement import eforms, ocds
from kotopolku.procurement.actions import contract_use, contracts
from kotopolku.procurement.contract_rules import ModificationContent
from kotopolku.procurement.models import Contract, Document, Question, QuestionAsker, Tender
from kotopolku.procurement.tests import awards_world
from kotopolku.procurement.tests.awards_world import officer
from kotopolku.procurement.tests.contracts_world import AFTER, EARLIEST, awarded, drafted

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data" / "ocds"


def schema() -> dict[str, Any]:
    """The release schema with what the three extensions add."""
    found: dict[str, Any] = json.loads((DATA / "release-schema-1__1__4.json").read_text())
    added = json.loads((DATA / "extensions-1__1__5.json").read_text())
    found["properties"] |= added["properties"]
    for name, definition in added["definitions"].items():
        known = found["definitions"].setdefault(name, definition)
        known["properties"] |= definition["properties"]
    return found


def strict(node: Any) -> Any:
    """The same schema without room for fields it does not name: a misspelt field is a fault."""
    if isinstance(node, dict):
        node = {key: strict(value) for key, value in node.items()}
        if "properties" in node and "$ref" not in node:
            node.setdefault("patternProperties", {})["^(title|description|name)_(sv|en)$"] = {}
            node["additionalProperties"] = False
        return node
    return [strict(one) for one in node] if isinstance(node, list) else node


def faults(release: dict[str, Any] | None) -> list[str]:
    # Made JSON first: only then the schema sees what a reader of the file sees.
    value = json.loads(json.dumps(release))
    found = []
    for one in (schema(), strict(schema())):
        validator = jsonschema_rs.validator_for(one)
        found += [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]
    return found


def release(tender_id: int, on: date) -> dict[str, Any] | None:
    with rowsecurity.as_system():
        tender = Tender.objects.select_related("buyer").get(pk=tender_id)
    return ocds.release(tender, on, base="https://kotopolku.example")


def contracted() -> Contract:
    """A tender with a question, a paper, a decision and a contract that has been modified."""
    one, two = officer(), officer()
    lot = awarded(one, two)
    with rowsecurity.as_system():
        tender = lot.tender
        asked = Question.objects.create(
            tender=tender,
            lot=lot,
            text="Voiko opetus olla etänä?",
            asked_at=tender.bids_by - timedelta(20),
            answer="Osin.",
            answered_at=tender.bids_by - timedelta(15),
            answered_on=(tender.bids_by - timedelta(15)).date(),
        )
        QuestionAsker.objects.create(
            question=asked, organisation=tender.opened_bids.first().bidder, text="Me emme voi lähiopettaa."
        )
        Document.objects.create(
            tender=tender,
            title="Palvelukuvaus",
            role="description",
            kind="pdf",
            size=1,
            sha256="0" * 64,
            added_at=tender.bids_by,
            published_on=tender.published_on,
        )
    with make.working(one, EARLIEST) as actor:
        contract = drafted(lot, actor)
        contracts.sign_contract(contract.pk, EARLIEST, actor=actor, expected_version=contract.version)
        contract.refresh_from_db()
        contract_use.modify(
            contract.pk,
            ModificationContent("not-substantial", "Toimipiste vaihtuu", "Tilat vaihtuivat"),
            actor=actor,
            expected_version=contract.version,
        )
    return contract


def test_releases_of_every_stage_pass_the_schema_of_the_standard() -> None:
    contract = contracted()
    stages = (awards_world.ON - timedelta(30), awards_world.ON, AFTER)
    found = [release(contract.tender_id, on) for on in stages]
    assert [one and one["tag"] for one in found] == [
        ["tender"],
        ["tender", "award"],
        ["tender", "award", "contract"],
    ]
    for one in found:
        assert faults(one) == []
    with rowsecurity.as_system():
        tenders = list(Tender.objects.all())
    packed = json.loads(json.dumps(ocds.package(tenders, AFTER, base="https://kotopolku.example")))
    rules = json.loads((DATA / "release-package-schema.json").read_text())
    rules["properties"]["releases"]["items"] = {"type": "object"}
    assert list(jsonschema_rs.validator_for(rules).iter_errors(packed)) == []


def test_bids_their_number_and_their_prices_come_out_with_the_contract_and_not_before() -> None:
    contract = contracted()
    before, after = (json.dumps(release(contract.tender_id, on)) for on in (EARLIEST - timedelta(1), AFTER))
    for secret in ("480000", "450000", "520000", "koul-b", "koul-c", "numberOfTenderers"):
        assert secret not in before
        assert secret in after
    assert "koul-a" in before


def test_who_asked_and_who_works_there_is_in_no_release() -> None:
    contract = contracted()
    text = json.dumps(release(contract.tender_id, AFTER), ensure_ascii=False)
    assert "Voiko opetus olla etänä?" in text
    for secret in ("Me emme voi", "author", "Tuuli Testi", "worker-"):
        assert secret not in text


def test_an_unpublished_tender_has_no_release() -> None:
    one = officer()
    tender = awards_world.opened(actor=one)
    with rowsecurity.as_system():
        tender.published_on = None
        tender.save()
    assert release(tender.pk, AFTER) is None
    assert ocds.package([tender], AFTER)["releases"] == []


def test_a_package_of_many_takes_as_many_statements_as_one_of_few(django_assert_max_num_queries: Any) -> None:
    one = officer()
    tenders = [awards_world.opened(actor=one) for _number in range(6)]
    with django_assert_max_num_queries(20):
        assert len(ocds.package(tenders, AFTER)["releases"]) == 6


@pytest.mark.parametrize(
    ("occasion", "subtype"), [("tender", 20), ("tender", 12), ("award", 33), ("modification", 38)]
)
def test_notices_of_each_subtype_carry_what_the_subtype_needs(occasion: str, subtype: int) -> None:
    from uuid import uuid4

    contract = contracted()
    with rowsecurity.as_system():
        tender = Tender.objects.select_related("buyer").get(pk=contract.tender_id)
        about = f"contract:{contract.pk}" if occasion == "modification" else ""
        payload = eforms.payload(tender, occasion, subtype, uuid4(), about)
    assert eforms.missing(payload) == []
    assert payload["OPP-070"] == str(subtype)
    payload["lots"][0].pop("BT-137")
    assert eforms.missing(payload) == ["? BT-137"]
    json.dumps(payload)
