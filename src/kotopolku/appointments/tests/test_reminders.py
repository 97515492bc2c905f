"""The daily reminders: workers and clients with a page of their own, each once, days off bridged."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.appointments import actions, client_users, jobs
from kotopolku.appointments.client_users import ClientUser
from kotopolku.appointments.models import AppointmentWorker, Participant
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import ON
from kotopolku.clients.tests import factories as make
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def finder(monkeypatch: Any) -> dict[int, list[ClientUser]]:
    users: dict[int, list[ClientUser]] = {}

    def find(person_ids: Iterable[int]) -> dict[int, list[ClientUser]]:
        return {number: users[number] for number in person_ids if number in users}

    monkeypatch.setattr(client_users, "_finders", [find])
    return users


def run(day: date) -> int:
    with clock.at(day):
        return jobs.remind(timestamp=0)


def kinds(user_id: int | None) -> list[str]:
    rowsecurity.apply(Viewer.for_system("test", ON))
    return sorted(Notice.objects.filter(user_id=user_id).values_list("kind", flat=True))


def test_a_monday_is_reminded_of_on_friday_and_only_once(finder: dict[int, list[ClientUser]]) -> None:
    worker = make.worker("kunta-092", ON)
    client_user = User.objects.create(username="asiakas-1")
    with make.working(worker) as at_work:
        client = make.client(at_work)
        made.booked(at_work, client, slot=made.slot(MONDAY))
        finder[client.person_id] = [ClientUser(client_user.pk, "/my/appointments/")]
    assert run(FRIDAY - timedelta(days=2)) == 0
    assert run(FRIDAY - timedelta(days=1)) == 1
    assert run(FRIDAY) == 1
    assert run(FRIDAY) == 0
    assert kinds(client_user.pk) == ["appointments.own-coming"]
    assert kinds(worker.user_id) == ["appointments.coming"]


def test_a_moved_time_is_reminded_of_anew_and_a_cancelled_one_not_at_all(
    finder: dict[int, list[ClientUser]],
) -> None:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        booked = made.booked(at_work, make.client(at_work), slot=made.slot(FRIDAY))
    assert run(FRIDAY - timedelta(days=1)) == 1
    with make.working(worker, FRIDAY - timedelta(days=1)) as at_work:
        moved = made.details(at_work, slot=made.slot(MONDAY))
        actions.change_appointment(booked.pk, moved, actor=at_work, expected_version=1)
        assert AppointmentWorker.objects.get().reminded_on is None
    assert run(FRIDAY) == 1
    with make.working(worker, FRIDAY) as at_work:
        other = made.booked(at_work, make.client(at_work), slot=made.slot(date(2026, 11, 24)))
        actions.cancel_appointment(other.pk, "", actor=at_work)
    assert run(MONDAY) == 0


def test_a_client_with_an_own_page_is_told_of_a_new_a_moved_and_a_cancelled_time(
    finder: dict[int, list[ClientUser]],
) -> None:
    worker = make.worker("kunta-092", ON)
    user = User.objects.create(username="asiakas-2")
    with make.working(worker) as at_work:
        client = make.client(at_work)
        finder[client.person_id] = [ClientUser(user.pk, "/my/appointments/")]
        booked = made.booked(at_work, client)
    assert kinds(user.pk) == ["appointments.own-booked"]
    with make.working(worker) as at_work:
        actions.cancel_appointment(booked.pk, "", actor=at_work)
        assert not Participant.objects.exclude(state="cancelled").exists()
    assert kinds(user.pk) == ["appointments.own-booked", "appointments.own-changed"]
