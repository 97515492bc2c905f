"""Who sees an appointment: its authority, the authority that answers for the client, the client; nobody else."""

from datetime import timedelta

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import actions, queries
from kotopolku.appointments.actions import OrderContent
from kotopolku.appointments.models import (
    AbsenceWarning,
    Appointment,
    AppointmentWorker,
    CalendarFeed,
    InterpreterOrder,
    NoShowFee,
    Participant,
)
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import NEXT, ON
from kotopolku.clients import actions as client_actions
from kotopolku.clients import queries as client_queries
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make

pytestmark = pytest.mark.django_db
TABLES = (Appointment, AppointmentWorker, Participant, InterpreterOrder, AbsenceWarning)


def seen() -> list[str]:
    return [model.__name__ for model in TABLES if model.objects.exists()]  # type: ignore[attr-defined]


def a_booked_client() -> tuple[Viewer, Relationship, Appointment]:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        client = make.client(at_work)
        booked = made.booked(at_work, client, interpreter=OrderContent("so", "present"), room="")
        actions.give_warning(client.pk, ON, "talk", actor=at_work)
        assert len(seen()) == len(TABLES)
    return worker, client, booked


def test_another_authority_sees_nothing_and_gets_the_answer_of_what_does_not_exist() -> None:
    _worker, client, booked = a_booked_client()
    with make.working(make.worker("kunta-205", ON)) as other:
        assert seen() == []
        assert queries.coming(other, "organisation", 30) == []
        assert queries.orders_on(other, NEXT) == []
        for number in (booked.pk, 10**9):
            with pytest.raises(NotVisible):
                queries.meeting(other, number)
            with pytest.raises(NotVisible):
                actions.cancel_appointment(number, "", actor=other)
        with pytest.raises(NotVisible):
            actions.give_warning(client.pk, ON, "talk", actor=other)


def test_nobody_sees_a_row_without_a_seat() -> None:
    a_booked_client()
    rowsecurity.apply(Viewer(user_id=None, name="", day=ON, seat=None))
    assert seen() == []
    assert not NoShowFee.objects.exists()
    assert not CalendarFeed.objects.exists()


def test_the_client_at_the_own_page_sees_the_own_rows_only() -> None:
    _worker, client, _booked = a_booked_client()
    _other_worker, other, _other_booked = a_booked_client()
    mine = made.client_viewer(client)
    with make.working(mine):
        assert len(seen()) == len(TABLES)
        assert {row.person_id for row in Participant.objects.all()} == {client.person_id}
        assert Appointment.objects.count() == AppointmentWorker.objects.count() == 1
        assert Participant.objects.filter(pk__gt=0).update(answer="comes") == 0
        [own] = queries.of_person(mine, client.person_id)
        assert own.interpreter == ("so",)
    assert other.person_id != client.person_id


def test_a_client_who_passes_to_another_authority_takes_the_participation_along() -> None:
    worker, client, booked = a_booked_client()
    area = make.employment_area_of(make.VANTAA, ON)
    with make.working(worker) as at_work:
        passing = client_actions.set_jobseeker(client.pk, True, ON, actor=at_work, confirm=True)
        assert passing.passed
        meeting = queries.meeting(at_work, booked.pk)
        assert (meeting.attending, meeting.moved_on) == ((), True)
        assert not AbsenceWarning.objects.exists()
        actions.cancel_appointment(booked.pk, "asiakas siirtyi", actor=at_work)
    with make.working(make.worker(area, ON)) as receiver:
        assert client_queries.client_page(receiver, client.pk)
        [line] = queries.of_client(receiver, client.pk)
        assert (line.own, line.participant.state) == (False, "cancelled")
        assert queries.coming(receiver, "organisation", 30) == []
        with pytest.raises(NotVisible):
            queries.meeting(receiver, booked.pk)
        with pytest.raises(NotVisible):
            actions.record_result(line.participant.pk, "held", actor=receiver)


def test_scopes_are_own_team_and_organisation() -> None:
    worker = make.worker("kunta-092", ON, team="Itä")
    mate = make.worker("kunta-092", ON, team="Itä")
    third = make.worker("kunta-092", ON, team="Länsi")
    for number, who in enumerate((worker, mate, third)):
        with make.working(who) as at_work:
            day = NEXT + timedelta(days=number)
            made.booked(at_work, make.client(at_work), slot=made.slot(day))
    with make.working(worker) as at_work:
        assert [len(queries.coming(at_work, scope, 30)) for scope in ("own", "team", "organisation")] == [
            1,
            2,
            3,
        ]


def test_a_week_is_read_in_the_same_number_of_statements_for_few_and_for_many(
    django_assert_max_num_queries: object,
) -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        for number in range(12):
            day = NEXT + timedelta(days=number % 2)
            made.booked(
                at_work,
                make.client(at_work),
                slot=made.slot(day),
                interpreter=OrderContent("so", "present"),
                confirmed=True,
            )
        with django_assert_max_num_queries(5):  # type: ignore[operator]
            days = queries.calendar(at_work, "organisation", ON, ON + timedelta(days=6))
        assert sum(len(day.meetings) for day in days) == 12
        with django_assert_max_num_queries(7):  # type: ignore[operator]
            assert len(queries.orders_on(at_work, ON, ON + timedelta(days=6))) == 12
        with django_assert_max_num_queries(1):  # type: ignore[operator]
            assert sum(queries.on_days(at_work).values()) == 12
