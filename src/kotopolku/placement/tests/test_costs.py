"""Costs agreed on beforehand walked through: asked, answered, spent, claimed with the year, cut, reconciled; who sees what."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.law.compensation import Basis
from kotopolku.placement import access, cost_rules
from kotopolku.placement.actions import cases, money, proposals
from kotopolku.placement.actions import costs as actions
from kotopolku.placement.commands import placement
from kotopolku.placement.compensation import Kind
from kotopolku.placement.cost_rules import Agreed, CostAnswer, CostContent, CostRequest
from kotopolku.placement.models import ClaimLine, Cost, CostAgreement, Proposal
from kotopolku.placement.money_rules import MoneyContent, PersonFacts
from kotopolku.placement.queries import money as money_queries
from kotopolku.placement.queries import reconciliation
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests import places_world as world
from kotopolku.placement.tests.places_world import ON

pytestmark = pytest.mark.django_db
FIRST_MUNICIPALITY = date(2025, 3, 10)
LATER = date(2027, 1, 11)
CARE = CostRequest("Pitkäaikainen sairaanhoito.", date(2026, 11, 23), date(2027, 12, 31), Decimal(9000))
YES = CostAnswer(True, "UUD/7", "Laskut liitteineen.", CARE.first, CARE.last, Decimal(6000))
BILL = CostContent("Kotisairaanhoito.", date(2026, 12, 1), date(2026, 12, 31), Decimal(2500), "T-1")


@pytest.fixture
def region() -> Worker:
    return Worker(world.UUSIMAA, ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def vantaa(region: Worker) -> Worker:
    leader = Worker(world.VANTAA, ON, Role.TEAM_LEADER)
    world.signed(region.viewer, leader.viewer, starts_on=date(2025, 1, 1))
    return leader


@contextmanager
def at_work(worker: Worker, on: date | None = None) -> Iterator[Viewer]:
    with make.working(worker.viewer, on) as viewer:
        yield viewer


def adult(worker: Worker) -> Relationship:
    with at_work(worker) as viewer:
        relationship = make.client(
            viewer, person=make.person(birth_date=date(1990, 5, 5)), duplicate_reason="Toinen henkilö."
        )
        facts = PersonFacts(Basis.PROTECTION, FIRST_MUNICIPALITY, FIRST_MUNICIPALITY)
        money.record_person(relationship.case_number, facts, actor=viewer)
    return relationship


def asked(worker: Worker, data: CostRequest = CARE) -> CostAgreement:
    number = adult(worker).case_number
    with at_work(worker) as viewer:
        return actions.ask_special(number, data, actor=viewer)


def agreed(worker: Worker, region: Worker, answer: CostAnswer = YES) -> CostAgreement:
    row = asked(worker)
    with at_work(region) as viewer:
        return actions.answer_costs(row.pk, answer, actor=viewer)


def spent(worker: Worker, row: CostAgreement, data: CostContent = BILL, on: date = LATER) -> Cost:
    with at_work(worker, on) as viewer:
        return actions.record_cost(row.pk, data, actor=viewer)


def codes(worker: Worker, act: str, *given: object, on: date | None = None) -> tuple[str, ...]:
    with at_work(worker, on) as viewer, pytest.raises(Refusals) as refused:
        getattr(actions, act)(*given, actor=viewer)
    return tuple(refused.value.codes)


def test_special_costs_from_asking_to_the_account_on_the_pages(region: Worker, vantaa: Worker) -> None:
    relationship = adult(vantaa)
    new = "/placement/money/costs/new/special/"
    typed = {
        "token": vantaa.hidden(new)["token"],
        "client_number": relationship.case_number,
        "purpose": "Pitkäaikainen sairaanhoito.",
        "first": "23.11.2026",
        "last": "31.12.2027",
        "euros": "9000",
    }
    refused = vantaa.post(new, **(typed | {"purpose": "Soita 040 123 4567."}))
    assert refused.status_code == 422
    assert "the text holds" in words(refused)
    made = vantaa.post(new, **typed)
    assert made.status_code == 302, words(made)
    assert vantaa.post(new, **typed)["Location"] == made["Location"]
    address = made["Location"]
    listed = words(region.get("/placement/money/costs/"))
    assert relationship.case_number in listed
    answer = {
        "token": region.hidden(f"{address}answer/")["token"],
        "answer": "yes",
        "reference": "UUD/7",
        "first": "23.11.2026",
        "last": "31.12.2027",
        "ceiling": "6000",
        "conditions": "",
    }
    assert region.post(f"{address}answer/", **answer).status_code == 302
    with vantaa.on(LATER), region.on(LATER):
        bill = {
            "token": vantaa.hidden(f"{address}new/")["token"],
            "what": "Kotisairaanhoito.",
            "first": "1.12.2026",
            "last": "31.12.2026",
            "euros": "2500",
            "voucher": "T-1",
        }
        over = vantaa.post(f"{address}new/", **(bill | {"euros": "6000,01"}))
        assert "at most what is left of the agreement: €6,000." in words(over)
        assert vantaa.post(f"{address}new/", **bill).status_code == 302
        assert "681/2023 § 65.5" in words(vantaa.get(address))
        year = words(vantaa.get("/placement/money/", year="2026"))
        assert "Costs recorded €2,500" in year
        claim = vantaa.post("/placement/money/claims/new/", year="2026")["Location"]
        with at_work(vantaa):
            line = ClaimLine.objects.get(kind="special")
        cut = region.post(f"{claim}lines/{line.pk}/", granted="2000", reason="Yksi käynti ei kuulu.")
        assert cut.status_code == 302
        assert "Granted €2,000. Yksi käynti ei kuulu." in words(vantaa.get(claim))
        told = words(vantaa.get("/placement/money/reconciliation/", year="2026"))
        assert "Less was granted of the line €500" in told
        of_region = words(region.get("/placement/money/reconciliation/", year="2026", payee=world.VANTAA))
        assert "Yksi käynti ei kuulu." in of_region


def test_special_costs_are_agreed_on_before_they_arise(region: Worker, vantaa: Worker) -> None:
    row = asked(vantaa, replace(CARE, first=date(2026, 11, 1)))
    early = replace(YES, first=date(2026, 11, 1))
    assert codes(region, "answer_costs", row.pk, early) == ("beforehand",)


def test_special_costs_end_ten_years_after_the_first_municipality(vantaa: Worker) -> None:
    number = adult(vantaa).case_number
    late = replace(CARE, last=date(2035, 3, 10))
    assert codes(vantaa, "ask_special", number, late) == ("outside-law",)


def test_somebody_who_is_not_compensated_for_has_no_special_costs(vantaa: Worker) -> None:
    assert codes(vantaa, "ask_special", "2026-99999", CARE) == ("unknown",)


def test_never_more_is_spent_than_agreed_nor_on_other_days(region: Worker, vantaa: Worker) -> None:
    row = agreed(vantaa, region)
    spent(vantaa, row)
    for changes, code in (
        ({"voucher": "T-2", "euros": Decimal("3500.01")}, "outside"),
        ({"voucher": "T-1"}, "known"),
        ({"voucher": "T-2", "first": date(2026, 11, 22)}, "not-agreed"),
        ({"voucher": "T-2", "last": date(2027, 1, 5)}, "two-years"),
        ({"voucher": "T-2", "first": date(2027, 1, 1), "last": date(2027, 1, 31)}, "future"),
    ):
        assert codes(vantaa, "record_cost", row.pk, replace(BILL, **changes), on=LATER) == (code,)  # type: ignore[arg-type]
    spent(vantaa, row, replace(BILL, voucher="T-2", euros=Decimal(3500)))


@pytest.mark.django_db(transaction=True)
def test_six_who_spend_at_once_never_spend_more_than_agreed() -> None:
    with transaction.atomic():
        region, leader = world.officer(), world.leader()
        world.signed(region, leader, starts_on=date(2025, 1, 1))
        with make.working(leader) as viewer:
            client = make.client(viewer, person=make.person(birth_date=date(1990, 5, 5)))
            facts = PersonFacts(Basis.PROTECTION, FIRST_MUNICIPALITY, FIRST_MUNICIPALITY)
            money.record_person(client.case_number, facts, actor=viewer)
            row = actions.ask_special(client.case_number, CARE, actor=viewer)
        with make.working(region) as viewer:
            actions.answer_costs(row.pk, YES, actor=viewer)
    start, answers = threading.Barrier(6), [""] * 6

    def spend(number: int) -> None:
        start.wait(60)
        try:
            with transaction.atomic(), make.working(leader, LATER) as viewer:
                actions.record_cost(row.pk, replace(BILL, voucher=f"T-{number}"), actor=viewer)
            answers[number] = "spent"
        except Refusals as refused:
            answers[number] = refused.codes[0]
        finally:
            connection.close()

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == ["outside"] * 4 + ["spent"] * 2


def test_what_was_not_agreed_cannot_be_spent_and_an_answer_stands(region: Worker, vantaa: Worker) -> None:
    row = asked(vantaa)
    assert codes(vantaa, "record_cost", row.pk, BILL, on=LATER) == ("state",)
    with at_work(region) as viewer:
        actions.answer_costs(row.pk, CostAnswer(False, "UUD/8", "Ei lain mukainen."), actor=viewer)
    assert codes(region, "answer_costs", row.pk, YES) == ("state",)
    assert codes(vantaa, "withdraw_costs", row.pk) == ("state",)
    assert codes(vantaa, "record_cost", row.pk, BILL, on=LATER) == ("state",)


def test_a_cost_in_a_claim_is_kept_and_claimed_once(region: Worker, vantaa: Worker) -> None:
    cost = spent(vantaa, agreed(vantaa, region))
    with at_work(vantaa, LATER) as viewer:
        claim = money.make_claim(2026, actor=viewer)
        line = claim.lines.get(cost=cost)
        assert (line.kind, line.euros, line.section) == ("special", Decimal(2500), "65.5")
        with pytest.raises(Refusals) as refused:
            money.make_claim(2026, actor=viewer)
        assert refused.value.codes == ("nothing",)
    assert codes(vantaa, "remove_cost", cost.pk, on=LATER) == ("claimed",)


def test_a_mistaken_cost_can_be_taken_away_before_it_is_claimed(region: Worker, vantaa: Worker) -> None:
    row = agreed(vantaa, region)
    cost = spent(vantaa, row)
    with at_work(vantaa, LATER) as viewer:
        actions.remove_cost(cost.pk, actor=viewer)
    spent(vantaa, row, replace(BILL, euros=Decimal(6000)))


# --- Preparing -------------------------------------------------------------------------------------------------------

ROOMS = CostRequest("Asunnon vuokra ennen muuttoa.", date(2026, 11, 20), date(2026, 12, 6), Decimal(1500))
MOVES_IN = date(2026, 12, 7)


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


@pytest.fixture
def lohja() -> Worker:
    return Worker(f"kunta-{work.LOHJA}", work.ON, Role.TEAM_LEADER)


def accepted(officer: Viewer, lohja: Worker, **changes: object) -> Proposal:
    case = work.family(officer, needs=("hospital-hour",), **changes)
    proposal = work.proposed(officer, case, work.places())
    with at_work(lohja) as viewer:
        return proposals.accept_proposal(proposal.pk, MOVES_IN, actor=viewer)


def test_preparing_is_agreed_on_for_the_months_of_the_law(officer: Viewer, lohja: Worker) -> None:
    proposal = accepted(officer, lohja)
    eight = replace(ROOMS, first=date(2026, 4, 6))
    assert codes(lohja, "ask_preparing", proposal.pk, MOVES_IN, eight) == ("outside-law",)
    with at_work(lohja) as viewer:
        row = actions.ask_preparing(
            proposal.pk, MOVES_IN, replace(ROOMS, first=date(2026, 7, 1)), actor=viewer
        )
    yes = CostAnswer(True, "UUD/9", "", date(2026, 7, 1), date(2026, 12, 6), Decimal(1500))
    with make.working(officer) as viewer:
        with pytest.raises(Refusals) as refused:
            actions.answer_costs(row.pk, yes, actor=viewer)
        assert refused.value.codes == ("outside-law",)
        assert actions.answer_costs(row.pk, replace(yes, justified=True), actor=viewer).justified
    assert codes(lohja, "ask_preparing", proposal.pk, MOVES_IN, ROOMS) == ("unknown",)


def test_preparing_in_a_claim_names_no_case(officer: Viewer, lohja: Worker) -> None:
    proposal = accepted(officer, lohja)
    with at_work(lohja) as viewer:
        row = actions.ask_preparing(proposal.pk, MOVES_IN, ROOMS, actor=viewer)
    yes = CostAnswer(True, "UUD/9", "", ROOMS.first, ROOMS.last, Decimal(1500))
    with make.working(officer) as viewer:
        actions.answer_costs(row.pk, yes, actor=viewer)
    rent = CostContent("Vuokra.", ROOMS.first, ROOMS.last, Decimal(1200), "V-1")
    spent(lohja, row, rent)
    with at_work(lohja, LATER) as viewer:
        claim = money.make_claim(2026, actor=viewer)
        line = claim.lines.get()
        assert (line.kind, line.client_number, line.relationship_id) == ("preparing", "", None)
        assert proposal.number not in json.dumps(line.explanation)


def test_costs_of_a_case_under_an_order_show_to_its_officer_only(officer: Viewer, lohja: Worker) -> None:
    proposal = accepted(officer, lohja)
    with at_work(lohja) as viewer:
        row = actions.ask_preparing(proposal.pk, MOVES_IN, ROOMS, actor=viewer)
    another = work.officer()
    with make.working(another) as viewer:
        assert access.cost_agreement(viewer, row.pk)
    with make.working(officer) as viewer:
        cases.take_case(proposal.case_id, "Minun.", actor=viewer)
        cases.set_order(proposal.case_id, True, actor=viewer)
        assert access.cost_agreement(viewer, row.pk)
    with make.working(another) as viewer:
        assert not CostAgreement.objects.exists()
        with pytest.raises(NotVisible):
            access.cost_agreement(viewer, row.pk)


# --- Who sees what, the command, sums --------------------------------------------------------------------------------


def test_others_see_no_costs_and_a_look_is_in_the_journal(region: Worker, vantaa: Worker) -> None:
    row = agreed(vantaa, region)
    spent(vantaa, row)
    kajaani = Worker(world.KAJAANI, ON, Role.TEAM_LEADER)
    with at_work(kajaani):
        assert not CostAgreement.objects.exists()
        assert not Cost.objects.exists()
    assert kajaani.get(f"/placement/money/costs/{row.pk}/").status_code == 404
    assert (
        Worker("evk-09", ON, Role.REGIONAL_OFFICER).get(f"/placement/money/costs/{row.pk}/").status_code
        == 404
    )
    caseworker = Worker(world.VANTAA, ON, Role.CASEWORKER)
    assert caseworker.get(f"/placement/money/costs/{row.pk}/").status_code == 200
    assert caseworker.get("/placement/money/costs/new/special/").status_code == 403
    with rowsecurity.as_system():
        looks = Entry.objects.filter(action="placement.costs.viewed")
        assert [entry.subjects for entry in looks] == [[row.person_id]]


def test_the_forecast_spreads_what_is_left_over_the_days_to_come(region: Worker, vantaa: Worker) -> None:
    row = agreed(vantaa, region, replace(YES, last=date(2027, 1, 31), ceiling=Decimal(7000)))
    assert row.first == ON
    with clock.at(ON):
        found = CliRunner().invoke(
            placement, ["compensation", "--municipality", "092", "--year", "2026", "--json"]
        )
    data = json.loads(found.stdout)
    assert data["costs"] == []
    (ahead,) = data["ahead"]
    assert ahead["euros"] == "3900.00"
    assert (
        "€7,000 is left. Of the time to come 39 days / 70 days is in the year: €3,900."
        in ahead["reasons"][-1]["text"]
    )


def test_the_year_takes_the_same_number_of_statements_for_few_and_many_costs(
    region: Worker, vantaa: Worker
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured, vantaa.on(LATER):
            assert vantaa.get("/placement/money/", year="2026").status_code == 200
        return len(captured)

    row = agreed(vantaa, region)
    spent(vantaa, row)
    statements()
    few = statements()
    spent(vantaa, row, replace(BILL, voucher="T-2"))
    spent(vantaa, agreed(vantaa, region))
    assert statements() == few


def test_each_sum_is_the_one_before_less_the_differences_told(region: Worker, vantaa: Worker) -> None:
    row = agreed(vantaa, region)
    spent(vantaa, row)
    with at_work(vantaa, LATER) as viewer:
        claim = money.make_claim(2026, actor=viewer)
    spent(vantaa, row, replace(BILL, voucher="T-2", euros=Decimal(100)))
    with at_work(region, LATER) as viewer:
        line = claim.lines.get(kind="special")
        money.cut_line(claim.pk, line.pk, Decimal(2000), "Yksi käynti ei kuulu.", actor=viewer)
        with pytest.raises(Refusals):
            money.record_decision(claim.pk, MoneyContent(LATER, claim.euros, "R/1"), actor=viewer)
        granted = claim.euros - 500 - 50
        content = MoneyContent(LATER, granted, "R/1", "Pyöristys.")
        money.record_decision(claim.pk, content, actor=viewer)
        money.record_payment(claim.pk, MoneyContent(LATER, granted - 30, "M/1"), actor=viewer)
        money.record_recovery(claim.pk, MoneyContent(LATER, Decimal(10), "T/1", "Liikaa."), actor=viewer)
        of_region = reconciliation.of_claims(viewer, Organisation.objects.get(code=world.VANTAA), 2026)
        (sums,) = reconciliation.by_payee(viewer, 2026)
        assert (sums.claimed, sums.granted, sums.open, sums.recovered) == (claim.euros, granted, 30, 10)
    with at_work(vantaa, LATER) as viewer:
        found = reconciliation.of_payee(viewer, access.own_payee(viewer), 2026)
    for one in (found, of_region):
        assert one.sound
    told = {each.why.value: each.euros for step in found.steps for each in step.differences}
    assert told == {"not-claimed": 100, "cut": 500, "decision": 50, "unpaid": 30, "recovered": 10}
    assert found.by_rules == claim.euros + 100


def test_a_claimed_line_whose_facts_have_changed_is_told(vantaa: Worker) -> None:
    relationship = adult(vantaa)
    with at_work(vantaa) as viewer:
        money.make_claim(2025, actor=viewer)
        facts = PersonFacts(
            Basis.PROTECTION, FIRST_MUNICIPALITY, FIRST_MUNICIPALITY, citizen_from=date(2025, 12, 1)
        )
        money.change_person(relationship.pk, facts, actor=viewer, expected_version=1)
        found = reconciliation.of_payee(viewer, access.own_payee(viewer), 2025)
    assert found.sound
    assert {one.why.value for step in found.steps for one in step.differences} == {"facts-changed", "waits"}
    with at_work(vantaa) as viewer:
        year = money_queries.year(viewer, access.own_payee(viewer), 2025)
    assert found.by_rules == year.own_euros


@given(
    ceiling=st.integers(1, 10_000_00),
    spent=st.integers(0, 10_000_00),
    days=st.integers(0, 900),
    today=st.integers(-100, 1_000),
)
def test_forecasts_of_the_years_come_to_what_is_left(ceiling: int, spent: int, days: int, today: int) -> None:
    first = date(2026, 1, 1)
    last, day = date.fromordinal(first.toordinal() + days), date.fromordinal(first.toordinal() + today)
    what = Agreed(
        1, Kind.SPECIAL, first, first, last, Decimal(ceiling) / 100, date(2025, 3, 10), False, False
    )
    coming = [cost_rules.ahead(what, Decimal(spent) / 100, year, day) for year in (2025, 2026, 2027, 2028)]
    sums = sum((one.euros for one in coming if one), Decimal("0.00"))
    left = Decimal(ceiling - spent) / 100
    expected = left if left > 0 and last >= day else Decimal("0.00")
    assert abs(sums - expected) <= Decimal("0.02")
