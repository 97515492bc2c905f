"""Compensation walked through: for whom, the year, the claim, decision, payments and recovery; who sees which of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.law.compensation import Basis
from kotopolku.placement import access
from kotopolku.placement.actions import money as actions
from kotopolku.placement.commands import placement
from kotopolku.placement.models import (
    Arrival,
    Case,
    CaseFile,
    Claim,
    ClaimLine,
    Compensated,
    Proposal,
)
from kotopolku.placement.money_rules import MoneyContent, PersonFacts
from kotopolku.placement.queries import money as queries
from kotopolku.placement.tests import places_world as world
from kotopolku.placement.tests.places_world import ON

pytestmark = pytest.mark.django_db
FACTS = PersonFacts(Basis.PROTECTION, date(2025, 3, 10), date(2025, 3, 10))
YEAR_2025 = Decimal("7968.55")
"""1,669.71 + 6,298.84 of one adult who came on 10 March 2025."""


@pytest.fixture
def region() -> Worker:
    return Worker(world.UUSIMAA, ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def vantaa(region: Worker) -> Worker:
    """A team leader of a municipality with an agreement since the beginning of 2025."""
    leader = Worker(world.VANTAA, ON, Role.TEAM_LEADER)
    world.signed(region.viewer, leader.viewer, starts_on=date(2025, 1, 1))
    return leader


@contextmanager
def at_work(worker: Worker, on: date = ON) -> Iterator[Viewer]:
    with make.working(worker.viewer, on) as viewer:
        yield viewer


def adult(worker: Worker, facts: PersonFacts = FACTS, born: date = date(1990, 5, 5)) -> Relationship:
    """A client of the municipality for whom it is compensated."""
    with at_work(worker) as viewer:
        relationship = make.client(
            viewer, person=make.person(birth_date=born), duplicate_reason="Toinen henkilö."
        )
        actions.record_person(relationship.case_number, facts, actor=viewer)
    return relationship


def claimed(worker: Worker, year: int = 2025) -> Claim:
    with at_work(worker) as viewer:
        return actions.make_claim(year, actor=viewer)


def of_region(worker: Worker, claim: Claim, verb: str, euros: str, **more: str) -> Claim:
    content = MoneyContent(ON, Decimal(euros), more.get("reference", "R/1"), more.get("reason", ""))
    with at_work(worker) as viewer:
        return getattr(actions, f"record_{verb}")(claim.pk, content, actor=viewer)


def test_the_year_from_a_person_to_the_last_cent_on_the_pages(region: Worker, vantaa: Worker) -> None:
    with at_work(vantaa) as viewer:
        relationship = make.client(viewer, person=make.person(birth_date=date(1990, 5, 5)))
    new = "/placement/money/people/new/"
    typed = {
        "token": vantaa.hidden(new)["token"],
        "client_number": relationship.case_number,
        "basis": "protection",
        "first_municipality_on": "10.3.2025",
        "lives_from": "10.3.2025",
    }
    wrong = vantaa.post(new, **(typed | {"client_number": "2026-99999"}))
    assert wrong.status_code == 422
    assert "no client with this number" in words(wrong)
    assert vantaa.post(new, **typed).status_code == 302
    assert vantaa.post(new, **typed).status_code == 302
    year = words(vantaa.get("/placement/money/", year="2025"))
    assert "€7,968.55" in year
    assert relationship.case_number in year
    assert "Friday 31 December 2027" in year
    page = words(vantaa.get(f"/placement/money/people/{relationship.pk}/", year="2025"))
    assert "€2,052 × 297 / 365 = €1,669.71." in page
    assert "872/2024 § 1.1" in page
    assert "rests on a reading of the law" in page
    answer = vantaa.post("/placement/money/claims/new/", year="2025")
    assert answer.status_code == 302
    address = answer["Location"]
    assert "€7,968.55" in words(region.get("/placement/money/", year="2025"))
    assert "€1,669.71" in words(region.get(address))
    for verb, euros, more in (
        ("decide", "7 968,55", {"reference": "KEHA/1"}),
        ("pay", "7000,00", {"reference": "M/1"}),
        ("pay", "968,55", {"reference": "M/2"}),
        ("recover", "68,55", {"reference": "T/1", "reason": "Muutti aiemmin."}),
    ):
        token = region.hidden(f"{address}{verb}/")["token"]
        sent = region.post(f"{address}{verb}/", token=token, on="23.11.2026", euros=euros, **more)
        assert sent.status_code == 302, words(sent)
    text = words(vantaa.get(address))
    assert "Decision KEHA/1 of 23 November 2026: €7,968.55." in text
    assert "Recovery T/1" in text
    with at_work(vantaa) as viewer:
        money = queries.reconciled(access.claim(viewer, Claim.objects.get().pk))
    assert (money.paid, money.open, money.recovered) == (YEAR_2025, Decimal("0.00"), Decimal("68.55"))


def test_a_claim_freezes_its_lines(region: Worker, vantaa: Worker) -> None:
    relationship = adult(vantaa)
    claim = claimed(vantaa)
    assert claim.euros == YEAR_2025
    with at_work(vantaa) as viewer:
        actions.change_person(
            relationship.pk,
            replace(FACTS, citizen_from=date(2025, 4, 1)),
            actor=viewer,
            expected_version=1,
        )
        assert sum(line.euros for line in ClaimLine.objects.filter(claim=claim)) == YEAR_2025
        assert queries.year(viewer, access.own_municipality(viewer), 2025).own_euros < YEAR_2025


def test_the_same_year_is_claimed_once_and_later_only_what_was_missing(vantaa: Worker) -> None:
    adult(vantaa)
    claimed(vantaa)
    with pytest.raises(Refusals) as refused:
        claimed(vantaa)
    assert refused.value.codes == ("nothing",)
    adult(vantaa)
    second = claimed(vantaa)
    assert (second.number, second.euros) == (2, YEAR_2025)


def test_a_claim_taken_back_can_be_made_again(vantaa: Worker) -> None:
    adult(vantaa)
    first = claimed(vantaa)
    with at_work(vantaa) as viewer:
        actions.withdraw_claim(first.pk, actor=viewer)
    assert claimed(vantaa).euros == YEAR_2025


def test_a_year_is_claimed_after_it_has_ended_and_by_its_last_day(vantaa: Worker) -> None:
    adult(vantaa)
    with pytest.raises(Refusals) as refused:
        claimed(vantaa, 2026)
    assert refused.value.codes == ("year-goes-on",)
    with at_work(vantaa, date(2028, 1, 3)) as viewer, pytest.raises(Refusals) as refused:
        actions.make_claim(2025, actor=viewer)
    assert refused.value.codes == ("too-late",)


def test_a_decision_is_at_most_the_claim_and_less_needs_a_reason(region: Worker, vantaa: Worker) -> None:
    adult(vantaa)
    claim = claimed(vantaa)
    for euros, code in (("7968.56", "outside"), ("7000", "required")):
        with pytest.raises(Refusals) as refused:
            of_region(region, claim, "decision", euros)
        assert refused.value.codes == (code,)
    of_region(region, claim, "decision", "7000", reason="Yksi rivi hylättiin.")
    with pytest.raises(Refusals) as refused:
        of_region(region, claim, "decision", "7000", reason="Uudelleen.")
    assert refused.value.codes == ("not-waiting",)
    with at_work(vantaa) as viewer, pytest.raises(Refusals):
        actions.withdraw_claim(claim.pk, actor=viewer)


def test_never_more_is_paid_than_granted_nor_paid_back_than_paid(region: Worker, vantaa: Worker) -> None:
    adult(vantaa)
    claim = claimed(vantaa)
    with pytest.raises(Refusals) as refused:
        of_region(region, claim, "payment", "1")
    assert refused.value.codes == ("not-decided",)
    of_region(region, claim, "decision", "7968.55")
    with pytest.raises(Refusals):
        of_region(region, claim, "recovery", "1", reason="Mitään ei ole maksettu.")
    of_region(region, claim, "payment", "7968.55", reference="M/1")
    for verb, euros in (("payment", "0.01"), ("recovery", "7968.56")):
        with pytest.raises(Refusals) as refused:
            of_region(region, claim, verb, euros, reference="X/1", reason="Liikaa.")
        assert refused.value.codes == ("outside",)


def test_recovery_is_refused_after_the_fifth_calendar_year(region: Worker, vantaa: Worker) -> None:
    adult(vantaa)
    claim = claimed(vantaa)
    of_region(region, claim, "decision", "7968.55")
    of_region(region, claim, "payment", "7968.55")
    late = MoneyContent(date(2031, 1, 2), Decimal(1), "T/9", "Myöhässä.")
    with at_work(region, date(2031, 1, 2)) as viewer, pytest.raises(Refusals) as refused:
        actions.record_recovery(claim.pk, late, actor=viewer)
    assert refused.value.codes == ("too-late",)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(FACTS, lives_from=date(2025, 3, 9)), "lives_from"),
        (replace(FACTS, lives_until=date(2025, 3, 9)), "lives_until"),
        (replace(FACTS, citizen_from=date(2027, 1, 1)), "citizen_from"),
        (replace(FACTS, first_municipality_on=date(1989, 1, 1)), "first_municipality_on"),
        (replace(FACTS, first_municipality_on=date(2010, 1, 1)), "first_municipality_on"),
        (replace(FACTS, parent_number="2020-00001"), "parent_number"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field(
    vantaa: Worker, facts: PersonFacts, field: str
) -> None:
    with pytest.raises(Refusals) as refused:
        adult(vantaa, facts)
    assert field in {one.field for one in refused.value.refusals}
    with at_work(vantaa):
        assert not Compensated.objects.exists()


def test_two_who_change_the_same_facts_do_not_overwrite_each_other(vantaa: Worker) -> None:
    relationship = adult(vantaa)
    moved = replace(FACTS, lives_until=date(2026, 1, 31))
    with at_work(vantaa) as viewer:
        actions.change_person(relationship.pk, moved, actor=viewer, expected_version=1)
        with pytest.raises(EditClash):
            actions.change_person(relationship.pk, FACTS, actor=viewer, expected_version=1)


def arrival(region: Worker, vantaa: Worker, relationships: list[Relationship]) -> Arrival:
    """A quota family that has arrived in the municipality."""
    municipality, authority = vantaa.viewer.organisation_id, region.viewer.organisation_id
    with rowsecurity.as_system():
        case = Case.objects.create(
            number="K-25-001", authority_id=authority, group="quota", received_on=date(2025, 1, 2), persons=2
        )
        CaseFile.objects.create(case=case, authority_id=authority, source="form", reference="1")
        proposal = Proposal.objects.create(
            case=case,
            number=case.number,
            authority_id=authority,
            municipality_id=municipality,
            reason="Koti vapaana.",
            year=2025,
            quarter=1,
            proposed_on=date(2025, 1, 3),
            answer_by=date(2025, 1, 17),
            state="accepted",
        )
        return Arrival.objects.create(
            proposal=proposal,
            case=case,
            authority_id=authority,
            municipality_id=municipality,
            planned_on=date(2025, 3, 10),
            arrived_on=date(2025, 3, 10),
            relationships={str(number): one.pk for number, one in enumerate(relationships, start=1)},
        )


def test_those_who_arrive_through_a_case_are_in_the_forecast_at_once(region: Worker, vantaa: Worker) -> None:
    with at_work(vantaa) as viewer:
        parent = make.client(viewer, person=make.person(birth_date=date(1990, 5, 5)))
        child = make.client(viewer, person=make.person(birth_date=date(2022, 1, 1)))
    with make.working(region.viewer):
        arrival(region, vantaa, [parent, child])
    with at_work(vantaa) as viewer:
        found = queries.year(viewer, access.own_municipality(viewer), 2025)
        lines = [line for one in found.people for line in one.lines]
        assert len(lines) == 6
        assert found.own_euros == YEAR_2025 + Decimal("2230.35")
        assert {line.placed.basis for line in (one.resident for one in found.people) if line.placed} == {
            Basis.QUOTA
        }
        row = actions.change_person(
            child.pk,
            PersonFacts(Basis.QUOTA, date(2025, 3, 10), date(2025, 3, 10), lives_until=date(2025, 3, 31)),
            actor=viewer,
        )
        assert row.client_number == child.case_number
        after = queries.year(viewer, access.own_municipality(viewer), 2025)
        assert after.own_euros == YEAR_2025 + Decimal("165.21")


def test_one_without_a_birth_date_is_named_and_stops_nothing(region: Worker, vantaa: Worker) -> None:
    with at_work(vantaa) as viewer:
        unknown = make.client(viewer, person=make.person(birth_date=None))
    adult(vantaa)
    with make.working(region.viewer):
        arrival(region, vantaa, [unknown])
    page = words(vantaa.get("/placement/money/", year="2025"))
    assert "€7,968.55" in page
    assert "The birth date is missing." in page


def test_days_without_an_agreement_are_not_claimed() -> None:
    kajaani = Worker(world.KAJAANI, ON, Role.TEAM_LEADER)
    adult(kajaani)
    with at_work(kajaani) as viewer:
        found = queries.year(viewer, access.own_municipality(viewer), 2025)
        assert found.own_euros == Decimal("0.00")
        assert found.people[0].not_paid
    with pytest.raises(Refusals) as refused:
        claimed(kajaani)
    assert refused.value.codes == ("nothing",)


def test_another_municipality_sees_nothing_and_the_region_no_persons(region: Worker, vantaa: Worker) -> None:
    relationship = adult(vantaa)
    claim = claimed(vantaa)
    kajaani = Worker(world.KAJAANI, ON, Role.TEAM_LEADER)
    with at_work(kajaani) as viewer:
        assert not Compensated.objects.exists()
        assert not Claim.objects.exists()
        assert not ClaimLine.objects.exists()
        with pytest.raises(NotVisible):
            access.claim(viewer, claim.pk)
    assert kajaani.get(f"/placement/money/people/{relationship.pk}/").status_code == 404
    assert kajaani.get(f"/placement/money/claims/{claim.pk}/").status_code == 404
    with at_work(region):
        assert not Compensated.objects.exists()
        assert Claim.objects.count() == 1
    assert region.get(f"/placement/money/people/{relationship.pk}/").status_code == 404
    other = Worker("evk-09", ON, Role.REGIONAL_OFFICER)
    assert other.get(f"/placement/money/claims/{claim.pk}/").status_code == 404


def test_a_caseworker_looks_but_does_not_claim_and_others_see_no_money(vantaa: Worker) -> None:
    adult(vantaa)
    caseworker = Worker(world.VANTAA, ON, Role.CASEWORKER)
    assert caseworker.get("/placement/money/", year="2025").status_code == 200
    assert caseworker.post("/placement/money/claims/new/", year="2025").status_code == 403
    assert caseworker.get("/placement/money/people/new/").status_code == 403
    reader = Worker(world.VANTAA, ON, Role.READER)
    assert reader.get("/placement/money/").status_code == 403
    assert Worker("tem", ON, Role.MINISTRY_OFFICER).get("/placement/money/").status_code == 404


def test_files_hold_client_numbers_and_sums_but_no_names(vantaa: Worker) -> None:
    relationship = adult(vantaa)
    file = vantaa.get("/placement/money/year.csv", year="2025")
    text = file.content.decode("utf-8-sig")
    assert relationship.case_number in text
    assert "1669,71" in text
    with at_work(vantaa):
        person = Relationship.objects.select_related("person").get(pk=relationship.pk).person
    assert person.family_name not in text
    assert vantaa.get("/placement/money/year.xlsx", year="2025").content[:2] == b"PK"
    claim = claimed(vantaa)
    assert vantaa.get(f"/placement/money/claims/{claim.pk}/lines.csv").status_code == 200
    assert vantaa.get(f"/placement/money/claims/{claim.pk}/lines.pdf").status_code == 404


def test_looks_and_files_are_in_the_journal(vantaa: Worker) -> None:
    relationship = adult(vantaa)
    vantaa.get(f"/placement/money/people/{relationship.pk}/", year="2025")
    vantaa.get("/placement/money/year.csv", year="2025")
    with rowsecurity.as_system():
        names = set(Entry.objects.values_list("action", flat=True))
    assert {"placement.compensated.viewed", "placement.compensated.exported"} <= names


def test_the_year_takes_the_same_number_of_statements_for_few_and_many(vantaa: Worker) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert vantaa.get("/placement/money/", year="2025").status_code == 200
        return len(captured)

    adult(vantaa)
    statements()
    few = statements()
    for _number in range(4):
        adult(vantaa)
    assert statements() == few


def test_the_command_prints_the_year_as_json(vantaa: Worker) -> None:
    relationship = adult(vantaa)
    with clock.at(ON):
        found = CliRunner().invoke(
            placement, ["compensation", "--municipality", "092", "--year", "2025", "--json"]
        )
    assert found.exit_code == 0, found.output
    data = json.loads(found.stdout)
    assert (data["municipality_euros"], data["county_euros"]) == ("7968.55", "952.03")
    assert (data["claim_by"], data["recovery_by"]) == ("2027-12-31", "2030-12-31")
    assert {line["client"] for line in data["lines"]} == {relationship.case_number}
    assert data["lines"][0]["reasons"][-1]["text"] == "€2,052 × 297 / 365 = €1,669.71."
    plain = CliRunner().invoke(placement, ["compensation", "--municipality", "092", "--year", "2025"])
    assert "To the municipality 7968.55 €" in plain.stdout


def test_the_command_refuses_an_unknown_municipality_and_a_wrong_day(vantaa: Worker) -> None:
    unknown = CliRunner().invoke(placement, ["compensation", "--municipality", "999", "--year", "2025"])
    assert unknown.exit_code == 2
    assert "There is no municipality 999" in unknown.output
    wrong = CliRunner().invoke(
        placement, ["compensation", "--municipality", "092", "--year", "2025", "--claimed-on", "31.12.2025"]
    )
    assert wrong.exit_code == 2
