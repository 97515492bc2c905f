"""Two workers book the same room at the very same moment: one books, the other is told."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from kotopolku.access.viewer import Viewer
from kotopolku.appointments import actions
from kotopolku.appointments.models import Appointment
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import ON
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make


@pytest.mark.django_db(transaction=True)
def test_of_two_who_book_one_room_at_once_one_is_told() -> None:
    workers = [make.worker("kunta-092", ON) for _number in range(2)]
    clients = []
    for worker in workers:
        with transaction.atomic(), make.working(worker) as at_work:
            clients.append(make.client(at_work).pk)
    answers: list[Any] = [None, None]
    start = threading.Barrier(2)

    def book(number: int, worker: Viewer) -> None:
        try:
            with transaction.atomic(), make.working(worker) as at_work:
                start.wait(10)
                answers[number] = actions.book_appointment(
                    made.details(at_work), [clients[number]], actor=at_work
                )
        except Refusals as refused:
            answers[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=pair) for pair in enumerate(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    [told] = [answer for answer in answers if isinstance(answer, Refusals)]
    assert told.codes == ("double-room",)
    with transaction.atomic(), make.working(workers[0]):
        assert Appointment.objects.count() == 1
