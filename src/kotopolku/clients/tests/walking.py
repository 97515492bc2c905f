"""Walks the pages in tests as a person does: signs a worker in, steps to a day, sends forms with what the page gave."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.test import Client

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import User
from kotopolku.clients.tests import factories as make

HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[^"]+)"(?: value="(?P<value>[^"]*)")?')


class Worker:
    """A worker at a screen on a day. ``viewer`` is for preparing with actions; ``get`` and ``post`` are requests."""

    def __init__(self, organisation: str, day: date, role: Role = Role.CASEWORKER, language: str = "en") -> None:
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
            return self.client.post(address, {name: value for name, value in data.items() if value is not None})

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
