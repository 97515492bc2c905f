"""The wellbeing services county as a party: its statement, its answer about a case without names, its money, reminders."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.law.compensation import Basis
from kotopolku.notices.models import Notice
from kotopolku.placement import access, actions
from kotopolku.placement.actions import costs, county, money, proposals
from kotopolku.placement.actions.agreements import county_of
from kotopolku.placement.commands import placement
from kotopolku.placement.cost_rules import CostRequest
from kotopolku.placement.models import Agreement, Case, Claim, Compensated, CountyHearing, Proposal
from kotopolku.placement.money_rules import MoneyContent, PersonFacts
from kotopolku.placement.queries import money as queries
from kotopolku.placement.queries import reconciliation
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests import places_world as world
from kotopolku.placement.tests.places_world import ON

pytestmark = pytest.mark.django_db
FIRST = date(2025, 3, 10)
COUNTY_2025 = Decimal("952.03")
"""1,097 and 73 of one adult who came on 10 March 2025."""


def county_code(municipality: str, on: date = ON) -> str:
    found = county_of(Organisation.objects.get(code=municipality), on)
    assert found is not None
    return found.code


@contextmanager
def at_work(worker: Worker, on: date | None = None) -> Iterator[Viewer]:
    with make.working(worker.viewer, on) as viewer:
        yield viewer


@pytest.fixture
def region() -> Worker:
    return Worker(world.UUSIMAA, ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def vantaa() -> Worker:
    return Worker(world.VANTAA, ON, Role.TEAM_LEADER)


@pytest.fixture
def area() -> Worker:
    """A leader in Vantaa's county."""
    return Worker(county_code(world.VANTAA), ON, Role.TEAM_LEADER)


def noticed(worker: Worker, kind: str) -> int:
    with rowsecurity.as_system():
        return Notice.objects.filter(user_id=worker.viewer.user_id, kind=kind).count()


# --- Agreements ------------------------------------------------------------------------------------------------------


def asked(region: Worker, vantaa: Worker) -> Agreement:
    agreement = world.drafted(region.viewer, vantaa.viewer)
    with at_work(vantaa) as viewer:
        return actions.ask_county(agreement.pk, actor=viewer)


def test_the_county_gives_its_own_statement_on_its_page(region: Worker, vantaa: Worker, area: Worker) -> None:
    agreement = asked(region, vantaa)
    assert noticed(area, "placement.county-asked") == 1
    assert "waits for your statement" in words(area.get("/placement/county/"))
    assert area.get("/placement/")["Location"] == "/placement/county/"
    address = f"/placement/county/agreements/{agreement.pk}/"
    assert area.post(address, statement=" ").status_code == 422
    assert area.post(address, statement="Palvelut riittävät.").status_code == 302
    assert "Palvelut riittävät." in words(vantaa.get(f"/placement/agreements/{agreement.pk}/"))
    assert noticed(region, "placement.county-stated") == noticed(vantaa, "placement.county-stated") == 1
    with at_work(vantaa) as viewer, pytest.raises(Refusals) as refused:
        actions.record_statement(agreement.pk, "Muuta.", ON, actor=viewer)
    assert refused.value.codes == ("stated",)
    world.decided(agreement, vantaa.viewer)
    with at_work(area) as viewer, pytest.raises(Refusals) as refused:
        county.state_on_agreement(agreement.pk, "Sittenkin.", actor=viewer)
    assert refused.value.codes == ("state",)


def test_another_county_and_a_municipality_do_not_state_for_it(region: Worker, vantaa: Worker) -> None:
    agreement = asked(region, vantaa)
    other = Worker(county_code(world.KAJAANI), ON, Role.TEAM_LEADER)
    address = f"/placement/county/agreements/{agreement.pk}/"
    assert other.get(address).status_code == 404
    assert vantaa.get(address).status_code == 404
    for worker in (other, vantaa):
        with at_work(worker) as viewer, pytest.raises(NotVisible):
            county.state_on_agreement(agreement.pk, "Lausunto.", actor=viewer)
    caseworker = Worker(county_code(world.VANTAA), ON, Role.CASEWORKER)
    assert caseworker.get(address).status_code == 200
    assert caseworker.post(address, statement="Lausunto.").status_code == 403


# --- Cases -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


@pytest.fixture
def lohja() -> Worker:
    return Worker(f"kunta-{work.LOHJA}", work.ON, Role.TEAM_LEADER)


@pytest.fixture
def lohja_county() -> Worker:
    return Worker(county_code(f"kunta-{work.LOHJA}"), work.ON, Role.TEAM_LEADER)


def questioned(officer: Viewer, lohja: Worker, question: str = "Järjestyykö hoito?") -> CountyHearing:
    proposal = proposed(officer)
    with at_work(lohja) as viewer:
        return county.ask_about_case(proposal.pk, question, actor=viewer)


def proposed(officer: Viewer) -> Proposal:
    case = work.family(officer, needs=("hospital-hour", "health-centre"))
    return work.proposed(officer, case, work.places())


def test_the_county_answers_about_a_case_of_which_it_sees_no_name(
    officer: Viewer, lohja: Worker, lohja_county: Worker
) -> None:
    proposal = proposed(officer)
    asking = f"/placement/proposals/{proposal.pk}/county/ask/"
    assert lohja.post(asking, question="Kysy: a.b@example.org").status_code == 422
    assert lohja.post(asking, question="Järjestyykö hoito?").status_code == 302
    assert noticed(lohja_county, "placement.county-asked-case") == 1
    assert "Family of 5" in words(lohja_county.get("/placement/county/"))
    with at_work(lohja_county) as viewer:
        hearing = access.hearings(viewer).get()
        assert not Case.objects.exists()
        assert not Proposal.objects.exists()
        assert hearing.answer_by == law.due("O-C1", work.ON).due
    address = f"/placement/county/hearings/{hearing.pk}/"
    page = words(lohja_county.get(address))
    assert "Järjestyykö hoito?" in page
    for hidden in ("Esimerkki", "Baraka", proposal.number, "hitsaajan"):
        assert hidden not in page
    assert lohja_county.post(address, statement="Hoito järjestyy.").status_code == 302
    assert "Hoito järjestyy." in words(lohja.get(f"/placement/proposals/{proposal.pk}/"))
    assert noticed(lohja, "placement.county-answered") == 1
    with at_work(lohja) as viewer:
        proposals.accept_proposal(proposal.pk, None, actor=viewer)
        with pytest.raises(Refusals) as refused:
            proposals.record_hearing(proposal.pk, work.ON, work.ON, "Muuta.", actor=viewer)
        assert refused.value.codes == ("answered",)
    with make.working(officer) as viewer:
        assert proposals.direct_case(proposal.case_id, actor=viewer).state == "directed"
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="placement.county.viewed").count() == 1


def test_a_question_unanswered_is_reminded_of_once_after_its_day(
    officer: Viewer, lohja: Worker, lohja_county: Worker
) -> None:
    hearing = questioned(officer, lohja)
    assert hearing.answer_by is not None
    for on, told in ((hearing.answer_by, 0), (hearing.answer_by + timedelta(1), 1)):
        with make.working(Viewer.for_system("placement.counties", on)) as job:
            assert county.remind_counties(actor=job)["cases"] == told
    assert noticed(lohja_county, "placement.county-waited") == 1
    with make.working(Viewer.for_system("placement.counties", date(2026, 12, 31))) as job:
        assert county.remind_counties(actor=job) == {"cases": 0, "agreements": 0}


def test_a_statement_unanswered_is_reminded_of_once(region: Worker, vantaa: Worker, area: Worker) -> None:
    asked(region, vantaa)
    day = law.due("O-C2", ON).due
    assert day is not None
    for on, told in ((day, 0), (day + timedelta(1), 1), (day + timedelta(2), 0)):
        with make.working(Viewer.for_system("placement.counties", on)) as job:
            assert county.remind_counties(actor=job)["agreements"] == told
    assert noticed(area, "placement.county-waited") == 1


def test_a_case_taken_back_needs_no_answer_any_more(
    officer: Viewer, lohja: Worker, lohja_county: Worker
) -> None:
    hearing = questioned(officer, lohja)
    with make.working(officer) as viewer:
        proposals.take_back_proposal(hearing.proposal_id, "Perhe muutti.", actor=viewer)
    with at_work(lohja_county) as viewer, pytest.raises(Refusals) as refused:
        county.answer_about_case(hearing.pk, "Hoito järjestyy.", actor=viewer)
    assert refused.value.codes == ("state",)
    assert "no answer is needed" in words(lohja_county.get(f"/placement/county/hearings/{hearing.pk}/"))


def test_the_county_is_asked_once_and_only_by_who_answers_the_proposal(
    officer: Viewer, lohja: Worker, vantaa: Worker
) -> None:
    hearing = questioned(officer, lohja)
    with at_work(lohja) as viewer, pytest.raises(Refusals) as refused:
        county.ask_about_case(hearing.proposal_id, "Uudelleen?", actor=viewer)
    assert refused.value.codes == ("asked",)
    with at_work(vantaa) as viewer, pytest.raises(NotVisible):
        county.ask_about_case(hearing.proposal_id, "Saanko tietää?", actor=viewer)
    other = Worker(county_code(world.KAJAANI), work.ON, Role.TEAM_LEADER)
    assert other.get(f"/placement/county/hearings/{hearing.pk}/").status_code == 404


# --- Money -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def paid_for(region: Worker, vantaa: Worker) -> str:
    """A client of Vantaa for whom its county is paid; the client number."""
    world.signed(region.viewer, vantaa.viewer, starts_on=date(2025, 1, 1))
    return adult(vantaa)


def adult(worker: Worker) -> str:
    with at_work(worker) as viewer:
        person = make.person(birth_date=date(1990, 5, 5))
        relationship = make.client(viewer, person=person, duplicate_reason="Toinen henkilö.")
        facts = PersonFacts(Basis.PROTECTION, FIRST, FIRST)
        money.record_person(relationship.case_number, facts, actor=viewer)
    return relationship.case_number


def test_the_county_sees_its_money_by_municipality_and_claims_it(
    region: Worker, area: Worker, paid_for: str
) -> None:
    year = words(area.get("/placement/money/", year="2025"))
    assert "€952.03" in year
    assert paid_for not in year
    vantaa_id = Organisation.objects.get(code=world.VANTAA).pk
    lines = words(area.get(f"/placement/money/municipalities/{vantaa_id}/", year="2025"))
    assert paid_for in lines
    answer = area.post("/placement/money/claims/new/", year="2025")
    assert answer.status_code == 302
    assert "€952.03" in words(region.get(answer["Location"]))
    with at_work(area) as viewer:
        claim = access.claims(viewer).get()
        assert {line.receiver for line in claim.lines.all()} == {"county"}
        assert not Compensated.objects.exists()
        with pytest.raises(Refusals) as refused:
            money.make_claim(2025, actor=viewer)
        assert refused.value.codes == ("nothing",)
    with at_work(region) as viewer:
        money.record_decision(claim.pk, MoneyContent(ON, claim.euros, "R/1"), actor=viewer)
        money.record_payment(claim.pk, MoneyContent(ON, claim.euros, "M/1"), actor=viewer)
    assert noticed(area, "placement.claim-decided") == 1
    with at_work(area) as viewer:
        found = reconciliation.of_payee(viewer, access.own_payee(viewer), 2025)
    assert [step.euros for step in found.steps] == [COUNTY_2025] * 4
    assert found.by_rules == COUNTY_2025
    assert "952.03" in words(area.get("/placement/money/reconciliation/", year="2025"))
    with rowsecurity.as_system():
        looks = Entry.objects.filter(action="placement.compensated.viewed")
        assert [len(entry.subjects) for entry in looks] == [1, 1]


def test_the_command_prints_the_year_of_a_county(paid_for: str) -> None:
    code = county_code(world.VANTAA).removeprefix("hva-")
    with clock.at(ON):
        found = CliRunner().invoke(placement, ["compensation", "--county", code, "--year", "2025", "--json"])
        assert found.exit_code == 0, found.output
        data = json.loads(found.stdout)
        assert (data["county"], data["municipality_euros"], data["county_euros"]) == (code, "0.00", "952.03")
        assert {line["to"] for line in data["lines"]} == {code}
        both = CliRunner().invoke(
            placement, ["compensation", "--county", code, "--municipality", "092", "--year", "2025"]
        )
    assert both.exit_code == 2


def test_the_municipality_and_its_county_are_paid_the_two_parts(
    vantaa: Worker, area: Worker, paid_for: str
) -> None:
    with at_work(vantaa) as viewer:
        municipal = queries.year(viewer, access.own_payee(viewer), 2025)
    with at_work(area) as viewer:
        countys = queries.year(viewer, access.own_payee(viewer), 2025)
    assert municipal.county_euros == countys.own_euros == COUNTY_2025
    assert countys.unclaimed_euros == COUNTY_2025


def test_another_county_is_paid_nothing_and_sees_no_claim(area: Worker, paid_for: str) -> None:
    with at_work(area) as viewer:
        claim = money.make_claim(2025, actor=viewer)
    other = Worker(county_code(world.KAJAANI), ON, Role.TEAM_LEADER)
    assert other.get(f"/placement/money/claims/{claim.pk}/").status_code == 404
    with at_work(other) as viewer:
        assert not Claim.objects.exists()
        assert queries.year(viewer, access.own_payee(viewer), 2025).people == ()
    vantaa_id = Organisation.objects.get(code=world.VANTAA).pk
    assert other.get(f"/placement/money/municipalities/{vantaa_id}/", year="2025").status_code == 404


def test_the_county_asks_for_special_costs_and_learns_nothing_of_clients(
    region: Worker, area: Worker, paid_for: str
) -> None:
    vantaa_id = Organisation.objects.get(code=world.VANTAA).pk
    data = CostRequest("Vaativa kuntoutus.", date(2026, 11, 23), date(2027, 6, 30), Decimal(4000))
    with at_work(area) as viewer:
        for number in (paid_for, "2026-99999"):
            row = costs.ask_special(
                number, data, actor=viewer, municipality_id=vantaa_id, first_municipality_on=FIRST
            )
            assert (row.person_id, row.relationship_id) == (None, None)
        with pytest.raises(Refusals) as refused:
            costs.ask_special(
                paid_for,
                replace(data, last=date(2035, 3, 10)),
                actor=viewer,
                municipality_id=vantaa_id,
                first_municipality_on=FIRST,
            )
        assert refused.value.codes == ("outside-law",)
    assert "Special costs" in words(region.get("/placement/money/costs/"))


def test_the_county_year_takes_the_same_number_of_statements_for_few_and_many(
    vantaa: Worker, area: Worker, paid_for: str
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert area.get("/placement/money/", year="2025").status_code == 200
        return len(captured)

    statements()
    few = statements()
    for _number in range(3):
        adult(vantaa)
    assert statements() == few
