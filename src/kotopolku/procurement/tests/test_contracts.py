"""Contracts: made only when the award allows it, ordered within their volume, modified within §136, paid by attendance."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.notices.models import Notice as Told
from kotopolku.procurement import contract_access, contract_rules
from kotopolku.procurement.actions import contract_use, contracts, invoices
from kotopolku.procurement.contract_rules import (
    CallOffContent,
    GoalContent,
    InvoiceContent,
    Measured,
    ModificationContent,
)
from kotopolku.procurement.models import Challenge, Contract, Invoice, Notice
from kotopolku.procurement.queries import contracts as queries
from kotopolku.procurement.queries import orders
from kotopolku.procurement.tests import awards_world
from kotopolku.procurement.tests.awards_world import bidder, officer
from kotopolku.procurement.tests.contracts_world import (
    AFTER,
    CONTENT,
    EARLIEST,
    ENDS,
    STARTS,
    awarded,
    drafted,
    signed,
)
from kotopolku.training.models import Course
from kotopolku.training.queries.teaching import CourseHours

pytestmark = pytest.mark.django_db
ORDER = CallOffContent(4_000, date(2027, 2, 1), date(2027, 12, 17))


def refused(error: pytest.ExceptionInfo[Refusals]) -> set[str]:
    return {one.code for one in error.value.refusals}


def test_a_contract_is_refused_before_the_standstill_ends_and_made_after_it() -> None:
    one, two = officer(), officer()
    lot = awarded(one, two)
    with make.working(one, EARLIEST - timedelta(1)) as actor:
        contract = drafted(lot, actor)
        with pytest.raises(Refusals) as error:
            contracts.sign_contract(contract.pk, actor.day, actor=actor, expected_version=contract.version)
        assert refused(error) == {"standstill"}
    with make.working(one, EARLIEST) as actor:
        done = contracts.sign_contract(contract.pk, actor.day, actor=actor, expected_version=contract.version)
    assert (done.state, done.signed_on, done.value_eur) == ("in-force", EARLIEST, Decimal("450000.00"))


def test_a_pending_appeal_bars_the_contract_by_itself() -> None:
    one, two = officer(), officer()
    lot = awarded(one, two)
    with rowsecurity.as_system():
        decision = lot.decisions.get()
        Challenge.objects.create(
            decision=decision,
            buyer=decision.buyer,
            kind="appeal",
            arrived_on=awards_world.ON,
            words="Valitus.",
            recorded_by_id=one.user_id,
        )
    with make.working(one, EARLIEST) as actor:
        contract = drafted(lot, actor)
        with pytest.raises(Refusals) as error:
            contracts.sign_contract(contract.pk, actor.day, actor=actor, expected_version=contract.version)
    assert refused(error) == {"appeal"}


def test_a_lot_gets_one_contract_with_its_winner_and_none_with_another() -> None:
    one, two = officer(), officer()
    lot = awarded(one, two)
    with make.working(one, EARLIEST) as actor:
        drafted(lot, actor)
        for code, why in ((awards_world.A, "already"), (awards_world.B, "not-a-winner")):
            with pytest.raises(Refusals) as error:
                contracts.draft_contract(lot.pk, Organisation.objects.get(code=code).pk, CONTENT, actor=actor)
            assert refused(error) == {why}


def test_who_signs_what_another_has_changed_is_told_so() -> None:
    one, two = officer(), officer()
    lot = awarded(one, two)
    with make.working(one, EARLIEST) as actor:
        contract = drafted(lot, actor)
        contracts.change_contract(
            contract.pk, replace(CONTENT, volume=9_000), actor=actor, expected_version=contract.version
        )
        with pytest.raises(EditClash):
            contracts.sign_contract(contract.pk, EARLIEST, actor=actor, expected_version=contract.version)


def test_another_buyer_and_a_bidder_who_lost_see_no_contract_and_the_supplier_only_a_signed_one() -> None:
    one, two = officer(), officer()
    lot = awarded(one, two)
    with make.working(one, EARLIEST) as actor:
        contract = drafted(lot, actor)
    supplier, loser, other = bidder(awards_world.A), bidder(awards_world.B), officer(awards_world.OTHER_BUYER)
    with make.working(supplier, AFTER) as viewer, pytest.raises(NotVisible):
        contract_access.contract(viewer, contract.pk)
    with make.working(one, EARLIEST) as actor:
        contracts.sign_contract(contract.pk, EARLIEST, actor=actor, expected_version=contract.version)
    with make.working(supplier, AFTER) as viewer:
        assert contract_access.contract(viewer, contract.pk).options.count() == 1
    for viewer in (loser, other):
        with make.working(viewer, AFTER) as there:
            with pytest.raises(NotVisible):
                contract_access.contract(there, contract.pk)
            # A contract that was made is public by itself, what hangs on it is not.
            row = Contract.objects.get(pk=contract.pk)
            assert row.options.count() == row.goals.count() == 0


def test_orders_stay_within_the_volume_and_keep_the_price_of_their_day() -> None:
    content = replace(
        CONTENT, index_name="Ansiotasoindeksi", index_base=Decimal(100), index_share=Decimal(50)
    )
    contract = signed(officer(), two := officer(), content=content)
    with make.working(two, AFTER) as actor:
        first = contract_use.call_off(contract.pk, ORDER, actor=actor)
        contracts.set_price(contract.pk, date(2027, 6, 1), Decimal(110), None, "", actor=actor)
        later = replace(ORDER, starts_on=date(2027, 8, 9), volume=6_000)
        second = contract_use.call_off(contract.pk, later, actor=actor)
        with pytest.raises(Refusals) as error:
            contract_use.call_off(contract.pk, replace(ORDER, volume=1), actor=actor)
        assert refused(error) == {"too-much"}
        contract_use.cancel_call_off(first.pk, "Ei tarvetta", actor=actor)
        assert contract_use.call_off(contract.pk, replace(ORDER, volume=1), actor=actor).number == 3
    # Half of the price follows the index: 45 × (1 + 0.5 × 0.10).
    assert (first.price_eur, second.price_eur) == (Decimal("45.00"), Decimal("47.2500"))


def test_an_option_is_taken_by_its_last_day_of_notice_and_not_after() -> None:
    contract = signed(officer(), two := officer())
    [option] = contract.options.all()
    assert option.notice_by == date(2029, 1, 1) - timedelta(90)
    with make.working(two, option.notice_by - timedelta(10)) as actor:
        job = Viewer.for_system("procurement.options", actor.day)
        with rowsecurity.as_system():
            assert contracts.remind_of_options(actor=job) == 1
            assert contracts.remind_of_options(actor=job) == 0
        assert Told.objects.filter(kind="procurement.option-near", user_id=two.user_id).count() == 1
    with make.working(two, option.notice_by + timedelta(1)) as actor:
        with pytest.raises(Refusals) as error:
            contracts.decide_option(option.pk, True, "", actor=actor)
        assert refused(error) == {"late"}
    with make.working(two, option.notice_by) as actor:
        contracts.decide_option(option.pk, True, "", actor=actor)
        found = queries.detail(actor, contract.pk)
    assert (found.last_day, found.use.bought) == (date(2029, 12, 31), 15_000)


def test_minor_modifications_together_stay_under_ten_per_cent_and_are_announced() -> None:
    contract = signed(officer(), two := officer())
    small = ModificationContent("minor", "Yksi ryhmä lisää", "Tarve kasvoi", Decimal(22_500))
    with make.working(two, AFTER) as actor:
        contract.refresh_from_db()
        contract_use.modify(contract.pk, small, actor=actor, expected_version=contract.version)
        contract.refresh_from_db()
        with pytest.raises(Refusals) as error:
            contract_use.modify(contract.pk, small, actor=actor, expected_version=contract.version)
        assert refused(error) == {"modification-limit"}
        under = replace(small, value_eur=Decimal("22499.99"))
        made = contract_use.modify(contract.pk, under, actor=actor, expected_version=contract.version)
    assert (made.number, made.percent) == (2, Decimal("10.00"))
    notices = Notice.objects.filter(about=f"contract:{contract.pk}")
    assert [(one.subtype, one.payload["BT-200"]) for one in notices] == [(38, "mod-minimum")] * 2


@given(
    st.lists(st.integers(-50_000, 50_000), max_size=6),
    st.integers(-100_000, 100_000),
    st.integers(100_000, 900_000),
)
def test_no_row_of_minor_modifications_gets_past_the_limit(
    before: list[int], change: int, value: int
) -> None:
    found = contract_rules.modified(
        Decimal(value), [Decimal(one) for one in before], "minor", Decimal(change), date(2027, 1, 1)
    )
    assert found.refused == (abs(sum(before) + change) * 10 >= value)


def course_of(contract: Contract) -> Course:
    return Course.objects.create(
        organiser_id=contract.buyer_id,
        provider_id=contract.supplier_id,
        name="Kotoutumiskoulutus, peruspolku",
        kind="integration",
        track="basic",
        starts_on=ORDER.starts_on,
        ends_on=ORDER.ends_on,
        seats=20,
        made_on=STARTS,
        state="published",
    )


def test_an_invoice_is_matched_to_attendance_and_one_that_does_not_fit_needs_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contract = signed(officer(), two := officer())
    taught(monkeypatch, Decimal(1000))
    with make.working(two, date(2027, 4, 1)) as actor:
        course = course_of(contract)
        ordered = contract_use.call_off(contract.pk, replace(ORDER, course_id=course.pk), actor=actor)
        course.refresh_from_db()
        assert course.contract_reference == contract.number
        right = InvoiceContent("2027-11", date(2027, 2, 1), date(2027, 2, 28), Decimal(200), Decimal(9_000))
        good = invoices.receive_invoice(ordered.pk, right, actor=actor)
        assert (good.units_found, good.difference_eur) == (Decimal(200), Decimal(0))
        invoices.decide_invoice(good.pk, True, "", actor=actor)
        with pytest.raises(Refusals) as error:
            invoices.receive_invoice(ordered.pk, replace(right, reference="2027-12"), actor=actor)
        assert refused(error) == {"overlap"}
        dear = InvoiceContent("2027-13", date(2027, 3, 1), date(2027, 3, 31), Decimal(210), Decimal(9_450))
        bad = invoices.receive_invoice(ordered.pk, dear, actor=actor)
        with pytest.raises(Refusals) as error:
            invoices.decide_invoice(bad.pk, True, "", actor=actor)
        assert refused(error) == {"required"}
        invoices.decide_invoice(bad.pk, False, "Läsnäoloa on 200 päivää", actor=actor)
    assert queries.approved_eur(contract) == Decimal(9_000)
    assert set(Invoice.objects.values_list("state", flat=True)) == {"approved", "returned"}


def taught(monkeypatch: pytest.MonkeyPatch, hours: Decimal) -> None:
    """Ten students have attended so many hours together, on days of five hours."""
    found = CourseHours(planned=Decimal(1200), attended=hours, students=10)
    monkeypatch.setattr(orders, "attended_hours", lambda _actor, ids, *_days: dict.fromkeys(ids, found))
    monkeypatch.setattr(orders, "hours_each", lambda *_given: Decimal(5))


def test_a_supplier_sends_an_invoice_hears_the_dispute_and_corrects_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contract = signed(officer(), two := officer())
    taught(monkeypatch, Decimal(1000))
    with make.working(two, AFTER) as actor:
        ordered = contract_use.call_off(
            contract.pk, replace(ORDER, course_id=course_of(contract).pk), actor=actor
        )
    content = InvoiceContent("L-7", date(2027, 2, 1), date(2027, 2, 28), Decimal(260), Decimal(11_700))
    supplier, loser, on = bidder(awards_world.A), bidder(awards_world.B), date(2027, 3, 1)
    with make.working(loser, on) as viewer, pytest.raises(NotVisible):
        invoices.send_invoice(ordered.pk, content, actor=viewer)
    with make.working(supplier, on) as viewer:
        for wrong, why in (
            (replace(content, units=Decimal(4_001)), "over"),
            (replace(content, last=date(2027, 3, 2)), "future"),
            (replace(content, first=date(2027, 1, 31)), "outside"),
        ):
            with pytest.raises(Refusals) as error:
                invoices.send_invoice(ordered.pk, wrong, actor=viewer)
            assert refused(error) == {why}
        token = uuid4()
        sent = invoices.send_invoice(ordered.pk, content, actor=viewer, token=token)
        assert invoices.send_invoice(ordered.pk, content, actor=viewer, token=token).pk == sent.pk
        # 1,000 hours are 200 days of five hours, at 45 € each.
        assert (sent.units_found, sent.difference_eur) == (Decimal(200), Decimal(2_700))
    with make.working(two, on) as actor:
        assert Told.objects.filter(kind="procurement.invoice-sent", user_id=two.user_id).count() == 1
        assert [one.pk for one in queries.my_work(actor).invoices] == [sent.pk]
        invoices.decide_invoice(sent.pk, False, "Läsnäoloa on 200 päivää", actor=actor)
    with make.working(supplier, on) as viewer:
        assert [one.pk for one in queries.suppliers_work(viewer).invoices] == [sent.pk]
        with pytest.raises(Refusals) as error:
            invoices.answer_invoice(sent.pk, content, " ", actor=viewer)
        assert refused(error) == {"required"}
        right = replace(content, units=Decimal(200), amount_eur=Decimal(9_000))
        invoices.answer_invoice(sent.pk, right, "", actor=viewer)
    with make.working(two, on) as actor:
        done = invoices.decide_invoice(sent.pk, True, "", actor=actor)
        turns = list(done.steps.values_list("turn", "units"))
    assert turns == [("sent", 260), ("returned", 260), ("corrected", 200), ("approved", 200)]


def test_an_order_makes_its_course_in_one_step_and_both_know_the_other() -> None:
    lot_of = signed(officer(), two := officer())
    with make.working(two, AFTER) as actor:
        ordered = contract_use.call_off(lot_of.pk, ORDER, actor=actor)
        assert [one.pk for one in queries.my_work(actor).orders] == [ordered.pk]
    plan = reverse("procurement:order-course-plan", args=[lot_of.pk, ordered.pk])
    form = page(two, AFTER, plan).context["form"]
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    assert (given["provider"], given["starts_on"]) == (lot_of.supplier_id, ORDER.starts_on)
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    typed |= {
        "curriculum": "integration-2022",
        "track": "basic",
        "municipality": "092",
        "attending": "place",
        "starts_on": "1.2.2027",
        "ends_on": "17.12.2027",
        "seats": "15",
        "scope": "",
        "token": uuid4(),
    }
    assert page(two, AFTER, plan, typed | {"starts_on": "31.1.2027"}).status_code == 422
    assert page(two, AFTER, plan, typed).status_code == 302
    with make.working(two, AFTER) as actor:
        found = orders.order(actor, lot_of.pk, ordered.pk)
        [line] = found.courses
        assert (line.course.contract_reference, line.course.provider_id) == (
            lot_of.number,
            lot_of.supplier_id,
        )
        # 15 seats on each working day of the course.
        assert line.units == found.planned == 15 * len(orders.working_days(ORDER.starts_on, ORDER.ends_on))
        assert queries.my_work(actor).orders == []
    shown = page(two, AFTER, reverse("training:course", args=[line.course.pk])).content.decode()
    assert reverse("procurement:order", args=[lot_of.pk, ordered.pk]) in shown
    ours = page(
        bidder(awards_world.A), AFTER, reverse("procurement:order-ours", args=[lot_of.pk, ordered.pk])
    )
    assert line.course.name in ours.content.decode()


def test_a_goal_that_is_missed_by_too_few_people_brings_nothing() -> None:
    goal = GoalContent("reached", Decimal(60), Decimal(2), Decimal(80), Decimal(1), 10)
    paid = Decimal(100_000)
    brought = [
        contract_rules.adjustment_eur(goal, Measured(people, Decimal(percent)), paid)
        for people, percent in ((30, 50), (30, 60), (30, 85), (9, 10))
    ]
    assert brought == [Decimal(-2000), Decimal(0), Decimal(1000), Decimal(0)]
    drops = GoalContent("dropped", Decimal(15), Decimal(3))
    assert contract_rules.adjustment_eur(drops, Measured(30, Decimal(20)), paid) == Decimal(-3000)
    assert contract_rules.adjustment_eur(goal, Measured(None, None), paid) == 0


def test_a_sanction_is_decided_only_after_the_supplier_was_heard() -> None:
    contract = signed(officer(), two := officer())
    with make.working(two, AFTER) as actor:
        [proposed] = contract_use.measure_quality(contract.pk, actor=actor)
        # Nobody has studied under the contract yet, so there is nothing to say.
        assert proposed.amount_eur == 0
        proposed.amount_eur = Decimal(-100)
        proposed.save()
        with pytest.raises(Refusals) as error:
            contract_use.decide_adjustment(proposed.pk, True, "", "Tavoite jäi", actor=actor)
        assert refused(error) == {"required"}
    with make.working(bidder(awards_world.B), AFTER) as viewer, pytest.raises(NotVisible):
        contract_use.answer_adjustment(proposed.pk, "Ei meille", actor=viewer)
    with make.working(bidder(awards_world.A), AFTER) as viewer:
        assert [one.pk for one in queries.suppliers_work(viewer).adjustments] == [proposed.pk]
        contract_use.answer_adjustment(proposed.pk, "Ryhmä oli pieni", actor=viewer)
        assert not queries.suppliers_work(viewer).adjustments
    with make.working(two, AFTER) as actor:
        done = contract_use.decide_adjustment(proposed.pk, True, "", "Tavoite jäi", actor=actor)
    assert (done.state, done.heard, done.heard_on) == ("decided", "Ryhmä oli pieni", AFTER)


def page(viewer: Any, on: date, address: str, data: dict[str, Any] | None = None) -> Any:
    from kotopolku import clock

    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    with clock.at(on):
        return client.post(address, data) if data is not None else client.get(address)


def test_officers_draft_and_sign_on_the_pages_and_the_supplier_reads() -> None:
    one, two = officer(), officer()
    lot = awarded(one, two)
    supplier = bidder(awards_world.A)
    given = {
        "starts_on": f"{STARTS.day}.{STARTS.month}.{STARTS.year}",
        "ends_on": f"{ENDS.day}.{ENDS.month}.{ENDS.year}",
        "unit": "student-day",
        "volume": "10000",
        "least_volume": "0",
        "price_eur": "48,1250",
        "index_share": "100",
        "token": uuid4(),
    }
    address = reverse("procurement:contract-new", args=[lot.pk, supplier.organisation_id])
    assert page(one, EARLIEST, reverse("procurement:contracts")).content.decode().count(address) == 1
    assert page(one, EARLIEST, address, given | {"volume": ""}).status_code == 422
    assert page(one, EARLIEST, address, given).status_code == 302
    with rowsecurity.as_system():
        contract = Contract.objects.get()
    assert contract.value_eur == Decimal("481250.00")
    sign = reverse("procurement:contract-sign", args=[contract.pk])
    early = {"signed_on": "28.11.2026", "read": "on", "version": contract.version, "token": uuid4()}
    answer = page(one, EARLIEST, sign, early)
    assert answer.status_code == 422
    assert "11.12.2026" in answer.content.decode()
    assert page(one, EARLIEST, sign, early | {"signed_on": f"{EARLIEST:%d.%m.%Y}"}).status_code == 302
    shown = page(supplier, AFTER, reverse("procurement:contract-ours", args=[contract.pk]))
    assert (shown.status_code, contract.number in shown.content.decode()) == (200, True)
    assert page(supplier, AFTER, reverse("procurement:contract", args=[contract.pk])).status_code == 403
    assert (
        page(
            bidder(awards_world.B), AFTER, reverse("procurement:contract-ours", args=[contract.pk])
        ).status_code
        == 404
    )


def test_a_list_of_contracts_takes_as_many_statements_as_one(django_assert_max_num_queries: Any) -> None:
    one, two = officer(), officer()
    signed(one, two)
    with make.working(one, AFTER) as actor, django_assert_max_num_queries(5):
        queries.contract_lines(actor)
    signed(one, two)
    with make.working(one, AFTER) as actor, django_assert_max_num_queries(5):
        assert len(queries.contract_lines(actor)) == 2
