"""Booking, changing, cancelling and answering: what is written, what is refused, what is written once only."""

import uuid
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Own
from kotopolku.appointments import actions, queries, rules
from kotopolku.appointments.actions import OrderContent
from kotopolku.appointments.models import Appointment, InterpreterOrder, Participant
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import NEXT, ON
from kotopolku.clients.rules import ContactContent, EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
SOMALI = OrderContent("so", "present", "female", "Esimerkkitulkit")


def codes(refused: pytest.ExceptionInfo[Refusals]) -> set[str]:
    return set(refused.value.codes)


def test_a_time_is_booked_with_an_interpreter_and_leaves_one_entry() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        before = Entry.objects.count()
        booked = made.booked(at_work, client, interpreter=SOMALI)
        assert Entry.objects.count() == before + 1
        [meeting] = queries.coming(at_work, "own", 7)
        assert meeting.appointment.pk == booked.pk
        assert [one.case_number for one in meeting.attending] == [client.case_number]
        assert [(one.language, one.sex, one.state) for one in meeting.orders] == [("so", "female", "ordered")]
        assert queries.on_days(at_work) == {NEXT: 1}


def test_the_same_form_twice_books_once() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client, token = make.client(at_work), uuid.uuid4()
        first = made.booked(at_work, client, token=token)
        assert made.booked(at_work, client, token=token).pk == first.pk
        assert Appointment.objects.count() == 1


def test_a_time_in_the_past_is_refused() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        with pytest.raises(Refusals) as refused:
            made.booked(at_work, client, slot=made.slot(ON - timedelta(days=1)))
        assert codes(refused) == {"past"}
        assert Appointment.objects.count() == 0


def test_worker_room_and_client_booked_twice_are_told_of_and_allowed_when_confirmed() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        made.booked(at_work, client)
        overlapping = made.slot(NEXT, time(9, 30), time(10, 30))
        with pytest.raises(Refusals) as refused:
            made.booked(at_work, client, slot=overlapping, room="kokoushuone  2")
        assert codes(refused) == {"double-worker", "double-person", "double-room"}
        made.booked(at_work, client, slot=overlapping, confirmed=True)
        made.booked(at_work, client, slot=made.slot(NEXT, time(11), time(12)))
        assert Appointment.objects.count() == 3


def test_a_sunday_and_a_holiday_are_told_of() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        for day in (date(2026, 11, 22), date(2026, 12, 24), date(2027, 1, 6)):
            with pytest.raises(Refusals) as refused:
                made.booked(at_work, client, slot=made.slot(day))
            assert codes(refused) == {"day-off"}
        made.booked(at_work, client, slot=made.slot(date(2026, 11, 22)), confirmed=True)


def test_a_worker_of_another_organisation_cannot_be_booked() -> None:
    stranger = make.worker("kunta-205", ON)
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        with pytest.raises(Refusals) as refused:
            made.booked(at_work, client, workers=(stranger.user_id,))
        assert codes(refused) == {"not-colleague"}


def test_one_client_or_a_group_with_room() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        clients = [make.client(at_work) for _number in range(3)]
        with pytest.raises(Refusals) as refused:
            actions.book_appointment(made.details(at_work), [one.pk for one in clients], actor=at_work)
        assert codes(refused) == {"one-client"}
        group = actions.book_appointment(made.details(at_work, capacity=2), [clients[0].pk], actor=at_work)
        second = actions.add_participant(group.pk, clients[1].pk, actor=at_work)
        with pytest.raises(Refusals) as refused:
            actions.add_participant(group.pk, clients[2].pk, actor=at_work)
        assert codes(refused) == {"full"}
        actions.remove_participant(second.pk, actor=at_work)
        actions.add_participant(group.pk, clients[2].pk, actor=at_work)
        assert queries.meeting(at_work, group.pk).number == 2


def test_outside_the_office_no_place_is_written_for_a_person_whom_an_order_protects() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        contact = ContactContent(municipality=make.VANTAA, street_address="Salakatu 13")
        client = make.client(at_work, contact=contact, non_disclosure=True)
        with pytest.raises(Refusals) as refused:
            made.booked(at_work, client, way="elsewhere", place="Salakatu 13")
        assert codes(refused) == {"non-disclosure"}
        booked = made.booked(at_work, client, way="elsewhere", place="", room="")
        assert queries.meeting(at_work, booked.pk).place == ""


def test_an_order_that_comes_later_hides_a_place_written_before() -> None:
    from kotopolku.clients import actions as clients

    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        booked = made.booked(at_work, client, way="elsewhere", place="Salakatu 13", room="")
        made_order = actions.order_interpreter(booked.pk, SOMALI, actor=at_work)
        clients.set_non_disclosure(client.pk, True, None, actor=at_work)
        assert queries.meeting(at_work, booked.pk).place == ""
        [row] = queries.orders_on(at_work, NEXT)
        assert (row.order.pk, row.place) == (made_order.pk, "")
        [line] = queries.of_client(at_work, client.pk, protected=True)
        assert line.place == ""
    own = made.client_viewer(client)
    acting = replace(own, own=Own(person_id=client.person_id, self_id=None, acts_for=(client.person_id,)))
    for viewer, place in ((own, "Salakatu 13"), (acting, "")):
        with make.working(viewer):
            assert [one.place for one in queries.of_person(viewer, client.person_id)] == [place]


def test_a_moved_time_asks_for_new_answers_and_the_interpreter_is_asked_again() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        booked = made.booked(at_work, client, interpreter=SOMALI)
        order = InterpreterOrder.objects.get()
        actions.change_order(order.pk, "confirmed", actor=at_work)
    mine = made.client_viewer(client)
    with make.working(mine):
        actions.confirm(booked.pk, actor=mine)
    with make.working(at_work):
        later = made.slot(NEXT + timedelta(days=1))
        changed = actions.change_appointment(
            booked.pk, made.details(at_work, slot=later), actor=at_work, expected_version=1
        )
        assert changed.version == 2
        one = made.participant(booked)
        assert (one.answer, one.starts_at) == ("", later.starts)
        order.refresh_from_db()
        assert (order.state, order.starts_at) == ("ordered", later.starts)


def test_somebody_who_saved_in_between_is_named_and_nothing_is_lost() -> None:
    with make.working(make.worker("kunta-092", ON, name="Ensin Ehtinyt")) as at_work:
        booked = made.booked(at_work, make.client(at_work))
        changed = made.details(at_work, info="Ota passi mukaan")
        actions.change_appointment(booked.pk, changed, actor=at_work, expected_version=1)
        with pytest.raises(EditClash) as clash:
            actions.change_appointment(booked.pk, changed, actor=at_work, expected_version=1)
        assert (clash.value.version, clash.value.who) == (2, "Ensin Ehtinyt")


def test_cancelling_takes_the_interpreter_along_and_twice_is_told() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        booked = made.booked(at_work, client, interpreter=SOMALI, slot=made.slot(NEXT + timedelta(days=1)))
        token = uuid.uuid4()
        actions.cancel_appointment(booked.pk, "sairaus", actor=at_work, token=token)
        actions.cancel_appointment(booked.pk, "sairaus", actor=at_work, token=token)
        assert made.participant(booked).state == "cancelled"
        assert InterpreterOrder.objects.get().state == "cancelled-in-time"
        with pytest.raises(Refusals) as refused:
            actions.cancel_appointment(booked.pk, "", actor=at_work)
        assert codes(refused) == {"already-cancelled"}
        actions.restore_appointment(booked.pk, actor=at_work)
        assert made.participant(booked).state == "planned"
        assert InterpreterOrder.objects.get().state == "cancelled-in-time"


def test_an_interpreter_cancelled_on_the_last_day_is_late_by_our_own_target() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        booked = made.booked(at_work, make.client(at_work), interpreter=SOMALI)
        now = clock.now()
        assert rules.cancelled_in_time(booked.starts_at, now, 24)
        with make.working(at_work, NEXT) as that_day:
            with clock.at(NEXT):
                late = booked.starts_at - timedelta(hours=1)
                assert not rules.cancelled_in_time(booked.starts_at, late, 24)
            order = InterpreterOrder.objects.get()
            assert (
                actions.change_order(order.pk, "cancelled-in-time", actor=that_day).state == "cancelled-late"
            )


def test_a_time_taken_meanwhile_cannot_be_restored() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        booked = made.booked(at_work, client)
        actions.cancel_appointment(booked.pk, "", actor=at_work)
        made.booked(at_work, client)
        with pytest.raises(Refusals) as refused:
            actions.restore_appointment(booked.pk, actor=at_work)
        assert codes(refused) == {"taken"}


def test_the_outcome_is_recorded_when_the_time_has_begun_and_can_be_put_right() -> None:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        booked = made.booked(at_work, make.client(at_work))
        one = made.participant(booked)
        with pytest.raises(Refusals) as refused:
            actions.record_result(one.pk, "held", actor=at_work)
        assert codes(refused) == {"not-yet"}
    with make.working(worker, NEXT + timedelta(days=1)) as later:
        actions.record_result(one.pk, "no-show", actor=later)
        assert actions.record_result(one.pk, "held", actor=later, note="Tuli myöhässä").state == "held"
        with pytest.raises(Refusals) as refused:
            actions.cancel_appointment(booked.pk, "", actor=later)
        assert codes(refused) == {"outcome"}


def test_the_client_answers_and_the_worker_sees_the_wish_and_is_told() -> None:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        client, other = make.client(at_work), make.client(at_work)
        booked = made.booked(at_work, client)
    mine = made.client_viewer(client)
    with make.working(mine):
        [seen] = queries.of_person(mine, client.person_id)
        assert (seen.id, seen.can_answer, seen.answer) == (booked.pk, True, "")
        assert seen.workers == (worker.name,)
        actions.confirm(booked.pk, actor=mine)
        actions.ask_another_time(booked.pk, "  perjantai   iltapäivä ", actor=mine)
        with pytest.raises(Refusals):
            actions.ask_another_time(booked.pk, " ", actor=mine)
        with pytest.raises(NotVisible):
            queries.of_person(mine, other.person_id)
    stranger = made.client_viewer(other)
    with make.working(stranger):
        assert queries.of_person(stranger, other.person_id) == []
        with pytest.raises(NotVisible):
            actions.confirm(booked.pk, actor=stranger)
    with make.working(worker) as at_work:
        meeting = queries.meeting(at_work, booked.pk)
        assert meeting.asks_other_time
        assert meeting.attending[0].participant.wish == "perjantai iltapäivä"
        [notice] = Notice.objects.filter(kind="appointments.time-asked")
        assert (notice.user_id, notice.on) == (worker.user_id, NEXT)


def test_a_client_cannot_answer_when_the_time_was_cancelled() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
        booked = made.booked(at_work, client)
        actions.cancel_appointment(booked.pk, "", actor=at_work)
    mine = made.client_viewer(client)
    with make.working(mine), pytest.raises(Refusals) as refused:
        actions.confirm(booked.pk, actor=mine)
    assert codes(refused) == {"cancelled"}


def test_who_has_no_right_books_nothing() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        client = make.client(at_work)
    reader = make.worker("kunta-092", ON, role=Role.READER)
    with make.working(reader), pytest.raises(MissingCapability):
        made.booked(reader, client)
    abroad = make.worker("kunta-205", ON)
    with make.working(abroad), pytest.raises(NotVisible):
        made.booked(abroad, client)


def test_the_cost_of_a_group_s_interpreter_is_shared() -> None:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        clients = [make.client(at_work) for _number in range(2)]
        group = actions.book_appointment(
            made.details(at_work, capacity=5),
            [one.pk for one in clients],
            actor=at_work,
            interpreter=SOMALI,
        )
        order = InterpreterOrder.objects.get()
        actions.change_order(order.pk, "confirmed", actor=at_work, cost_eur=Decimal("90.00"))
        one = Participant.objects.filter(appointment=group).select_related("person", "appointment").first()
        assert one is not None
        assert queries.absence_facts(one).cost_eur == Decimal("45.00")
