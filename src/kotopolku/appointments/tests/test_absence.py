"""Staying away without telling, from the first warning to a decided fee: each step, and what stops it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import actions, queries
from kotopolku.appointments.actions import OrderContent
from kotopolku.appointments.models import InterpreterOrder, NoShowFee, Participant
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import NEXT, ON
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make

pytestmark = pytest.mark.django_db
AFTER = NEXT + timedelta(days=1)
LAST = AFTER + timedelta(days=14)
DECIDED = LAST + timedelta(days=4)


def leader() -> Viewer:
    return make.worker("kunta-092", ON, role=Role.TEAM_LEADER)


def missed(worker: Viewer, *, warned: bool = True, cost: str = "80.00", **person: object) -> Participant:
    """A client stayed away from an interpreted time."""
    with make.working(worker) as at_work:
        born = person.pop("birth_date", date(1990, 3, 14))
        client = make.client(at_work, person=make.person(birth_date=born))
        if warned:
            actions.give_warning(client.pk, ON, "letter", actor=at_work, language="so")
        booked = made.booked(at_work, client, interpreter=OrderContent("so", "telephone"))
    with make.working(worker, AFTER) as later:
        order = InterpreterOrder.objects.get(appointment=booked)
        actions.change_order(order.pk, "done", actor=later, cost_eur=Decimal(cost))
        return actions.record_result(made.participant(booked).pk, "no-show", actor=later)


def test_from_absence_to_a_decided_fee_step_by_step() -> None:
    worker = leader()
    one = missed(worker)
    with make.working(worker, AFTER) as later:
        found = queries.absence(later, one.pk)
        assert (found.answer.possible, found.answer.most_eur) == (True, Decimal("56.70"))
        actions.ask_to_explain(one.pk, LAST, actor=later)
        with pytest.raises(Refusals):
            actions.propose_fee(one.pk, Decimal("50.00"), "Asiakas muisti ajan hyvin.", actor=later)
        with pytest.raises(Refusals) as refused:
            actions.record_explanation(one.pk, "", actor=later)
        assert refused.value.codes == ("waiting",)
    with make.working(worker, DECIDED) as at_last:
        actions.record_explanation(one.pk, "", actor=at_last)
        with pytest.raises(Refusals) as refused:
            actions.propose_fee(one.pk, Decimal("56.71"), "lyhyt", actor=at_last)
        assert set(refused.value.codes) == {"amount-over", "required"}
        actions.propose_fee(
            one.pk, Decimal("40.00"), "Aika oli sovittu yhdessä ja muistutettu.", actor=at_last
        )
        with pytest.raises(Refusals) as refused:
            actions.decide_fee(one.pk, Decimal("41.00"), DECIDED - timedelta(days=1), actor=at_last)
        assert set(refused.value.codes) == {"other", "due-early"}
        fee = actions.decide_fee(one.pk, Decimal("40.00"), DECIDED + timedelta(days=14), actor=at_last)
        assert (fee.state, fee.decided_by_id) == ("decided", worker.user_id)
        with pytest.raises(Refusals):
            actions.decide_fee(one.pk, Decimal("40.00"), DECIDED + timedelta(days=14), actor=at_last)
        with pytest.raises(Refusals) as refused:
            actions.record_result(one.pk, "held", actor=at_last)
        assert refused.value.codes == ("fee",)
        mine = replace(made.client_viewer(Relationship.objects.get()), day=DECIDED)
    with make.working(mine):
        assert [row.amount_eur for row in queries.fees_of_person(mine, one.person_id)] == [Decimal("40.00")]


def test_without_a_warning_beforehand_there_is_no_fee_and_the_absence_leads_to_one() -> None:
    worker = leader()
    one = missed(worker, warned=False)
    with make.working(worker, AFTER) as later:
        with pytest.raises(Refusals) as refused:
            actions.ask_to_explain(one.pk, LAST, actor=later)
        assert refused.value.codes == ("warned",)
        actions.give_warning(one.relationship_id, AFTER, "talk", actor=later, participant_id=one.pk)
        with pytest.raises(Refusals):
            actions.ask_to_explain(one.pk, LAST, actor=later)
        [row] = queries.absences(later)
        assert (row.participant.pk, row.warned, row.fee) == (one.pk, True, None)


def test_nobody_under_18_is_asked_to_pay() -> None:
    worker = leader()
    one = missed(worker, birth_date=date(2009, 5, 5))
    with make.working(worker, AFTER) as later, pytest.raises(Refusals) as refused:
        actions.ask_to_explain(one.pk, LAST, actor=later)
    assert refused.value.codes == ("adult",)


def test_a_good_explanation_ends_the_matter_for_good() -> None:
    worker = leader()
    one = missed(worker)
    with make.working(worker, AFTER) as later:
        actions.ask_to_explain(one.pk, LAST, actor=later)
        actions.record_explanation(one.pk, "Lapsi sairastui yöllä.", actor=later)
        actions.drop_fee(one.pk, "Lapsen sairaus on hyvä syy.", actor=later)
        assert NoShowFee.objects.get().state == "dropped"
        with pytest.raises(Refusals) as refused:
            actions.ask_to_explain(one.pk, LAST, actor=later)
        assert refused.value.codes == ("dropped",)


def test_only_a_team_leader_decides() -> None:
    worker = make.worker("kunta-092", ON)
    one = missed(worker)
    with make.working(worker, AFTER) as later:
        actions.ask_to_explain(one.pk, LAST, actor=later)
        actions.record_explanation(one.pk, "Unohdin.", actor=later)
        actions.propose_fee(one.pk, Decimal("40.00"), "Aika oli sovittu yhdessä.", actor=later)
        with pytest.raises(MissingCapability):
            actions.decide_fee(one.pk, Decimal("40.00"), LAST, actor=later)


def test_a_warning_cannot_be_given_in_the_future_or_before_the_client_relationship() -> None:
    with make.working(leader()) as at_work:
        client = make.client(at_work)
        for day in (ON + timedelta(days=1), ON - timedelta(days=1)):
            with pytest.raises(Refusals):
                actions.give_warning(client.pk, day, "talk", actor=at_work)
