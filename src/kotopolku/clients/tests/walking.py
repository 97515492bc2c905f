"""Walks the pages in tests as a person does: signs a worker in, steps to a day, sends forms with what the page gave."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.test import Client

from kotopolku import clock, law
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import User
from kotopolku.clients.tests import factories as make

HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[^"]+)"(?: value="(?P<value>[^"]*)")?')


class Worker:
    """A worker at a screen on a day. ``viewer`` is for preparing with actions; ``get`` and ``post`` are requests."""

    def __init__(
        self, organisation: str, day: date, role: Role = Role.CASEWORKER, language: str = "en"
    ) -> None:
        self.viewer = make.worker(organisation, day, role=role)
        self.day = day
        self.client = Client()
        self.client.cookies["kotopolku_language"] = language
        user = User.objects.get(pk=self.viewer.user_id)
        user.language = language
        user.save()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    @contextmanager
    def on(self, day: date) -> Iterator["Worker"]:
        """The worker on another day."""
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
            return self.client.post(
                address, {name: value for name, value in data.items() if value is not None}
            )

    def send(self, address: str, data: dict[str, Any]) -> Any:
        return self.post(address, **data)

    def hidden(self, address: str) -> dict[str, str]:
        """The hidden values of the page's forms: token, version and the like."""
        text = self.get(address).content.decode()
        return {found["name"]: found["value"] or "" for found in HIDDEN.finditer(text)}


def registration(**changes: Any) -> dict[str, Any]:
    """A filled-in register form for Vantaa on 26 April 2021; the token is the page's own."""
    typed = {
        "token": "4b7f0c7c-6a5f-4a51-9d21-000000000001",
        "given_names": "Hodan",
        "family_name": "Esimerkki",
        "birth_date": "14.3.1990",
        "sex": "female",
        "mother_tongue": "so",
        "service_language": "so",
        "interpreter_needed": "on",
        "citizenship": "706",
        "municipality": make.VANTAA,
        "street_address": "Esimerkkikatu 1",
        "started_on": "26.4.2021",
        "jobseeker": "yes",
        "own_worker": "on",
    }
    return typed | changes


def words(answer: Any) -> str:
    """The page's text without markup, with plain spaces."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(text.replace("\u00a0", " ").split())


def registered(worker: Worker, **changes: Any) -> int:
    answer = worker.send("/clients/new/", registration(**changes))
    assert answer.status_code == 302, words(answer)
    return int(answer["Location"].strip("/").split("/")[-1])


def assessment_form(act: str, **changes: Any) -> dict[str, Any]:
    items = {f"item-{item.id}": "Kerrottu keskustelussa." for item in law.assessment_items(act)}
    rest = {"plan_needed": "yes", "conclusion": "Tarvitsee suunnitelman.", "do": "complete", "language": "so"}
    return items | rest | changes


def plan_form(**changes: Any) -> dict[str, Any]:
    """One goal with one measure, as the page without script sends it."""
    typed = {
        "makers": "Hodan Esimerkki, Tuuli Testi",
        "justification": "Kieli avaa työn.",
        "goals-TOTAL_FORMS": "1",
        "goals-INITIAL_FORMS": "0",
        "goals-0-title": "Suomen kieli tasolle B1.1",
        "goals-0-state": "planned",
        "goals-0-measures-TOTAL_FORMS": "1",
        "goals-0-measures-INITIAL_FORMS": "0",
        "goals-0-measures-0-kind": "language",
        "goals-0-measures-0-title": "Kotoutumiskoulutus",
        "goals-0-measures-0-responsible": "Esimerkkiopisto",
        "goals-0-measures-0-starts_on": "2.8.2021",
        "goals-0-measures-0-state": "planned",
        "do": "save",
    }
    return typed | changes


def assessed(worker: Worker, number: int, day: str, act: str = "1386/2010") -> None:
    address = f"/clients/{number}/assessment/"
    token = worker.hidden(address)["token"]
    assert worker.post(address, token=token, started_on=day).status_code == 302
    version = worker.hidden(address)["version"]
    done = worker.send(address, assessment_form(act, version=version, completed_on=day))
    assert done.status_code == 302, words(done)


def drafted(worker: Worker, number: int, **changes: Any) -> None:
    address = f"/clients/{number}/plan/edit/"
    assert worker.post(address, token=worker.hidden(address)["token"]).status_code == 302
    saved = worker.send(address, plan_form(version=worker.hidden(address)["version"], **changes))
    assert saved.status_code == 302, words(saved)


def made(worker: Worker, number: int, day: str, ends: str) -> None:
    address = f"/clients/{number}/plan/make/"
    version = worker.hidden(address)["version"]
    answer = worker.post(address, version=version, made_on=day, ends_on=ends)
    assert answer.status_code == 302, words(answer)
