"""Registers are asked by code; what they tell stands beside ours with source and time, and is taken only by choice."""

from collections.abc import Iterator
from datetime import date

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.models import Permit, Person, Relationship
from kotopolku.clients.rules import EditClash, PermitContent, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.exchange import actions, adapters, queries
from kotopolku.exchange.adapters import PERMITS, POPULATION, RegisterAnswer
from kotopolku.exchange.models import RegisterFact
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
ADDRESS = {"street_address": "Malliraitti 5", "postal_code": "01300", "municipality": "092"}


@pytest.fixture
def worker() -> Iterator[Viewer]:
    viewer = make.worker("kunta-092", ON)
    with make.working(viewer):
        yield viewer


def by_field(viewer: Viewer, relationship: Relationship) -> dict[str, queries.Comparison]:
    rows = queries.comparisons(viewer, access.case(viewer, relationship.pk), "en")
    return {row.fact.field: row for row in rows}


def test_nothing_is_written_over_until_somebody_chooses(worker: Viewer) -> None:
    relationship = make.client(worker)
    actions.store_answer(relationship.pk, POPULATION, RegisterAnswer(ADDRESS), actor=worker)
    rows = by_field(worker, relationship)
    assert (rows["street_address"].differs, rows["municipality"].differs) == (True, False)
    assert Person.objects.get().contact.street_address == ""
    chosen = [rows["street_address"].fact.pk]
    assert actions.take_facts(relationship.pk, chosen, actor=worker, expected_version=1) == ["street_address"]
    contact = Person.objects.get().contact
    assert (contact.street_address, contact.postal_code, contact.municipality) == ("Malliraitti 5", "", "092")
    facts = {fact.field: fact.taken_at for fact in queries.sources(Person.objects.get(), ON)}
    assert facts["street_address"] is not None
    assert facts["postal_code"] is None


def test_a_new_answer_takes_the_place_of_the_old(worker: Viewer) -> None:
    relationship = make.client(worker)
    for street in ("Malliraitti 5", "Näytekuja 1"):
        actions.store_answer(
            relationship.pk, POPULATION, RegisterAnswer({"street_address": street}), actor=worker
        )
    assert [fact.value for fact in queries.sources(Person.objects.get(), ON)] == ["Näytekuja 1"]


def test_a_non_disclosure_order_of_the_register_is_in_force_at_once(worker: Viewer) -> None:
    colleague = make.worker("kunta-092", ON)
    relationship = make.client(worker, worker_id=colleague.user_id)
    actions.store_answer(relationship.pk, POPULATION, RegisterAnswer(ADDRESS), actor=worker)
    actions.store_answer(
        relationship.pk, POPULATION, RegisterAnswer(ADDRESS, non_disclosure=True), actor=worker
    )
    assert Person.objects.get().non_disclosure
    assert RegisterFact.objects.count() == 0
    assert access.case(worker, relationship.pk).responsibility.municipality == ""
    with make.working(colleague):
        assert Notice.objects.filter(kind="exchange.non-disclosure-found").count() == 1


def test_contacts_fetched_before_an_order_are_not_shown_under_it(worker: Viewer) -> None:
    from kotopolku.clients import actions as clients

    relationship = make.client(worker)
    actions.store_answer(
        relationship.pk, POPULATION, RegisterAnswer(ADDRESS | {"occupation": "Kokki"}), actor=worker
    )
    numbers = [fact.pk for fact in RegisterFact.objects.all()]
    clients.set_non_disclosure(relationship.pk, True, None, actor=worker)
    assert set(by_field(worker, relationship)) == {"occupation"}
    with pytest.raises(Refusals):
        actions.take_facts(relationship.pk, numbers, actor=worker, expected_version=1)


def test_a_permit_is_taken_whole_and_once(worker: Viewer) -> None:
    relationship = make.client(worker)
    told = {
        "permit_kind": "permit",
        "permit_basis": "work",
        "permit_starts": "2026-03-01",
        "permit_ends": "2030-02-28",
    }
    for _time in range(2):
        actions.store_answer(relationship.pk, PERMITS, RegisterAnswer(told), actor=worker)
        chosen = [fact.pk for fact in RegisterFact.objects.filter(field="permit_starts")]
        actions.take_facts(relationship.pk, chosen, actor=worker, expected_version=1)
    permit = Permit.objects.get()
    assert (permit.basis, permit.starts, permit.ends) == ("work", date(2026, 3, 1), date(2030, 2, 28))
    assert not any(row.differs for row in by_field(worker, relationship).values())


def test_values_seen_before_another_s_change_are_not_taken(worker: Viewer) -> None:
    relationship = make.client(worker)
    actions.store_answer(relationship.pk, POPULATION, RegisterAnswer(ADDRESS), actor=worker)
    chosen = [fact.pk for fact in RegisterFact.objects.all()]
    with pytest.raises(EditClash):
        actions.take_facts(relationship.pk, chosen, actor=worker, expected_version=7)


def test_nonsense_from_a_register_is_refused(worker: Viewer) -> None:
    relationship = make.client(worker)
    actions.store_answer(
        relationship.pk, POPULATION, RegisterAnswer({"municipality": "999", "password": "x"}), actor=worker
    )
    assert [fact.field for fact in RegisterFact.objects.all()] == ["municipality"]
    with pytest.raises(Refusals):
        actions.take_facts(relationship.pk, [RegisterFact.objects.get().pk], actor=worker, expected_version=1)


def test_facts_follow_the_client(worker: Viewer) -> None:
    relationship = make.client(worker, permit=PermitContent("permit", "work", date(2026, 1, 1)))
    actions.store_answer(relationship.pk, POPULATION, RegisterAnswer(ADDRESS), actor=worker)
    with make.working(make.worker("kunta-205", ON, role=Role.TEAM_LEADER)):
        assert RegisterFact.objects.count() == 0


def test_the_fakes_answer_the_same_every_time() -> None:
    from kotopolku.exchange import fakes

    code = "010190-9012"
    assert fakes.FakePopulation().ask(code) == fakes.FakePopulation().ask(code)
    answer = fakes.FakePermits().ask(code)
    assert answer is not None
    assert set(answer.values) == {"permit_kind", "permit_basis", "permit_starts", "permit_ends"}
    with pytest.raises(KeyError):
        adapters.register("tax")
