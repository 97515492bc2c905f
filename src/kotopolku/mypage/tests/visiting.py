"""Walks the own page in tests as a client does: gets a code at the office, signs in, reads, sends forms."""

from contextlib import contextmanager
from datetime import date
from typing import Any

from django.test import Client

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Person, Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.mypage import actions
from kotopolku.mypage.models import OwnAccount

DAY = date(2026, 11, 23)


class Visitor:
    """Somebody at a telephone on a day, signed in or not. ``say`` is the words of a page."""

    def __init__(self, day: date = DAY, language: str = "en") -> None:
        self.day = day
        self.client = Client()
        self.client.cookies["kotopolku_own_language"] = language

    @contextmanager
    def on(self, day: date) -> Any:
        before, self.day = self.day, day
        try:
            yield self
        finally:
            self.day = before

    def get(self, address: str, **data: Any) -> Any:
        with clock.at(self.day):
            return self.client.get(address, data)

    def post(self, address: str, **data: Any) -> Any:
        with clock.at(self.day):
            return self.client.post(address, data)

    def say(self, address: str) -> str:
        answer = self.get(address)
        assert answer.status_code == 200, (answer.status_code, words(answer))
        return words(answer)

    def enter(self, code: str, birth_date: date) -> Any:
        return self.post("/my/sign-in/code/", code=code, birth_date=f"{birth_date:%d.%m.%Y}")


def everything(on: date = DAY) -> None:
    """Lets the test itself see every row."""
    rowsecurity.apply(Viewer.for_system("test", on))


def a_client(organisation: str = "kunta-092", on: date = DAY, **changes: Any) -> tuple[Viewer, Relationship]:
    """A worker and a client of the worker's authority, registered on the day."""
    worker = make.worker(organisation, on, name="Tuuli Testi")
    with make.working(worker) as at_work:
        relationship = make.client(at_work, **changes)
    return worker, relationship


def code_for(worker: Viewer, relationship: Relationship, **options: Any) -> str:
    with make.working(worker) as at_work:
        return actions.give_code(relationship.pk, actor=at_work, **options).text


def signed_in(worker: Viewer, relationship: Relationship, *, language: str = "en") -> Visitor:
    """The client, signed in with a code from the office."""
    code = code_for(worker, relationship)
    visitor = Visitor(worker.day, language)
    answer = visitor.enter(code, relationship.person.birth_date)
    assert answer.status_code == 302, words(answer)
    everything(worker.day)
    assert OwnAccount.objects.filter(person=relationship.person).exists()
    return visitor


def planned_client(worker: Viewer, relationship: Relationship, *, signed: date | None = None) -> None:
    """Assessed and planned on the worker's day."""
    with make.working(worker) as at_work:
        make.assessed(relationship, at_work, started=worker.day, done=worker.day)
        make.planned(relationship, at_work, made=worker.day, signed=signed)


def person_of(relationship: Relationship) -> Person:
    everything()
    return Person.objects.get(pk=relationship.person_id)
