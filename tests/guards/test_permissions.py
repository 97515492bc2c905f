"""Every role at every address: shown, refused for a missing right (403), hidden (404), or asked to sign in (302).

The table is ``permission_table.toml``; an address that is not in it fails. What is refused must change nothing.
"""

import json
import logging
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpRequest
from django.template.backends.django import Template
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import URLPattern, URLResolver, get_resolver

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import signin
from kotopolku.actors.models import Contact, Deputy, Invitation, Membership, Organisation, Team, User
from kotopolku.clients.models import Extension, Interruption, Plan, Responsibility
from kotopolku.information.pages_public import forget_fronts
from kotopolku.journal.models import Entry
from kotopolku.portal.api import api
from tests.guards.casework import objects

TABLE = tomllib.loads((Path(__file__).parent / "permission_table.toml").read_text())
TODAY = date(2026, 11, 23)
DAYS: dict[str, date] = {name: TABLE["days"].get(name, TODAY) for name in TABLE["who"]["columns"]}
ANONYMOUS = "anonymous"
NOT_OURS = ("accounts/", "api/openapi.json", "api/")
REFUSALS = ("403", "404")
SHOWN = (200, 204, 302, 405, 422)
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Tables in which a refusal may leave a trace: its entry in the journal, and the session.
TRACES = {"journal_entry", "journal_mention", "journal_payload", "unsealed_journal_entry", "django_session"}


@dataclass(frozen=True)
class World:
    """Objects to ask for: a client of the City of Vantaa, and rows of its organisation."""

    parameters: dict[str, dict[str, object]]

    def fill(self, address: str) -> str:
        """The address with its parameters filled in: by the longest beginning that names them, else by name."""
        values: dict[str, object] = {}
        for beginning, named in sorted(self.parameters.items(), key=lambda item: len(item[0])):
            if address.startswith(beginning):
                values |= named
        return "/" + PARAMETER.sub(lambda found: str(values[found.group(1)]), address)


def our_addresses() -> list[str]:
    def walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
        for pattern in resolver.url_patterns:
            address = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield address
            else:
                yield from walk(pattern, address)

    found = dict.fromkeys(walk(get_resolver()))
    return [address for address in found if not address.startswith("accounts/") and address not in NOT_OURS]


def expected() -> Iterator[tuple[str, str, str]]:
    """Who, address and expected verdict of every cell of the table."""
    for address, row in TABLE["pages"].items():
        for who, verdict in zip(DAYS, row.split(), strict=True):
            yield who, address, verdict


@pytest.fixture
def clients_of(
    settings: Any, invented_world: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Client]]:
    """A browser for each persona of a small invented world, signed in. Templates are not filled in: who may is decided
    before, and there are thousands of answers (the pages themselves are opened in the browser). No log keeps the requests."""
    monkeypatch.setattr(Template, "render", lambda *_given: "")
    logging.disable()
    settings.DEMO = True
    settings.SECOND_FACTOR_REQUIRED = False
    # Thousands of answers: the session travels with the browser instead of being looked up each time.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    made: dict[tuple[str, date], signin.Entry] = {}
    find = signin.viewer_for

    def found_once(request: HttpRequest) -> signin.Entry:
        """Who asks is found as ever, once for each persona and day: no refusal changes it."""
        key = request.session.get(SESSION_KEY, ""), clock.today()
        if key not in made:
            made[key] = find(request)
        return made[key]

    monkeypatch.setattr(signin, "viewer_for", found_once)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    browsers = {who: Client(raise_request_exception=False) for who in DAYS}
    for who, browser in browsers.items():
        if who != ANONYMOUS:
            browser.force_login(
                User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend"
            )
    yield browsers
    logging.disable(logging.NOTSET)
    # What was kept of templates that were not filled in is not to be shown by another test.
    for name in [one for one in sys.modules if one.startswith("kotopolku.")]:
        for kept in vars(sys.modules[name]).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    forget_fronts()


@pytest.fixture
def world(clients_of: dict[str, Client]) -> World:
    """Rows to ask for. Those of an organisation are Vantaa's; what the invented world lacks is put there first."""
    vantaa = Organisation.objects.get(code="kunta-092")
    user = User.objects.get(username="admin.vantaa")
    always = (TODAY - timedelta(days=900), None)
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", TODAY))
        cases = Responsibility.objects.filter(authority=vantaa, days__contains=TODAY).values(
            "relationship_id"
        )
        plan = Plan.objects.filter(relationship_id__in=cases, status="in-force").order_by("id").first()
        assert plan is not None
        dates = {"decided_on": TODAY, "ground": "other", "months": 1, "why": "Test"}
        extension = Extension.objects.create(plan=plan, cancelled=False, **dates)
        interruption = Interruption.objects.create(
            plan=plan,
            ground="other",
            first_day=TODAY - timedelta(days=20),
            last_day=TODAY - timedelta(days=10),
        )
        contacts = [
            Contact.objects.create(organisation=vantaa, name=name, valid=always) for name in ("A", "B")
        ]
        deputy = Deputy.objects.create(
            contact=contacts[0], deputy=contacts[1], days=(TODAY, TODAY + timedelta(days=9))
        )
        team = Team.objects.create(organisation=vantaa, name="North")
        invitation = Invitation.objects.create(
            organisation=vantaa,
            email="new.person@example.fi",
            full_name="New Person",
            role="reader",
            invited_by=user,
            invited_on=TODAY,
            expires_on=TODAY + timedelta(days=14),
        )
        member = Membership.objects.get(user__username="kunta.vantaa")
        casework = objects(plan, vantaa, member.user)
    case = plan.relationship_id
    return World(
        {
            **casework,
            "": casework[""]
            | {"rule_id": "A7", "code": "kunta-092", "token": invitation.token, "username": "kunta.vantaa"},
            "clients/": {"relationship_id": case, "language": "fi"},
            "clients/<int:relationship_id>/plan/extension/": {"row_id": extension.pk},
            "clients/<int:relationship_id>/plan/interruption/": {"row_id": interruption.pk},
            "api/clients": {"client_id": case},
            "directory/contacts/": {"pk": contacts[0].pk, "deputy_pk": deputy.pk},
            "organisation/members/": {"pk": member.pk},
            "organisation/invitations/": {"pk": invitation.pk},
            "organisation/teams/": {"pk": team.pk},
        }
    )


def fingerprint() -> dict[str, tuple[object, ...]]:
    """Number of rows and a hash over all of them, for every table in which a refusal may leave no trace."""
    found: dict[str, tuple[object, ...]] = {}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - TRACES
    with transaction.atomic(), connection.cursor() as cursor:
        rowsecurity.apply(Viewer.for_system("test", TODAY))
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)", [sorted(tables)]
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM "{table}" t')
            found[table] = cursor.fetchone()
    return found


def entries_since(last_id: int) -> list[tuple[str, int | None]]:
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", TODAY))
        return list(Entry.objects.filter(id__gt=last_id).order_by("id").values_list("action", "actor_id"))


def last_entry() -> int:
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", TODAY))
        return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


@cache
def description() -> dict[str, Any]:
    """The API's description, made once: it is long."""
    return json.loads(json.dumps(api.get_openapi_schema(), default=str))


def api_path(address: str) -> str:
    """The address as the API's description writes it."""
    return "/" + PARAMETER.sub(r"{\1}", address)


def methods_at(address: str) -> tuple[str, ...]:
    """How an address is asked: pages by GET and POST, an operation of the API also by what it is described for."""
    if not address.startswith("api/"):
        return ("GET", "POST")
    described = {method.upper() for method in description()["paths"][api_path(address)]}
    return ("GET", "POST", *sorted(described - {"GET", "POST"}))


def body_of(address: str, method: str) -> tuple[str, Any]:
    """A body that the API's description takes, so that the right is asked for and not the form: kind and content."""
    path = api_path(address)
    described = description()
    operation = described["paths"][path].get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return "application/json", {}
    kind, media = next(iter(content.items()))
    body = TABLE["bodies"].get(address) or sample(media["schema"], described["components"]["schemas"])
    if kind == "application/json":
        return kind, body
    with_file = {
        name: SimpleUploadedFile("x.txt", b"x") if value == BINARY else value for name, value in body.items()
    }
    return MULTIPART_CONTENT, with_file


BINARY = "binary"


def sample(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    """The least value that a schema of the API's description takes."""
    if "$ref" in schema:
        return sample(known[schema["$ref"].rpartition("/")[2]], known)
    if "allOf" in schema:
        return sample(schema["allOf"][0], known)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], known)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {name: sample(properties[name], known) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [sample(schema["items"], known)] if schema.get("minItems") else []
    written = {
        "date": "2026-11-20",
        "date-time": "2026-11-20T09:00:00+02:00",
        "binary": BINARY,
        "uuid": str(UUID(int=7)),
    }
    if schema.get("type") == "string":
        return written.get(schema.get("format", ""), "x" * max(schema.get("minLength", 1), 1))
    return {"integer": 1, "number": 1, "boolean": False}[schema["type"]]


def ask(browser: Client, who: str, method: str, path: str, address: str = "") -> int:
    """The answer's status; 401 of the API counts as asking to sign in."""
    with clock.at(DAYS[who]):
        if method != "GET" and address.startswith("api/"):
            headers = {"Idempotency-Key": str(uuid4())}
            kind, body = body_of(address, method)
            send = getattr(browser, method.lower())
            answer = send(path, body, content_type=kind, headers=headers)
        else:
            answer = browser.generic(method, path)
    status = answer.status_code
    return 302 if status == 401 else status


def test_every_address_has_its_row_in_the_table() -> None:
    assert set(our_addresses()) ^ set(TABLE["pages"]) == set()


def test_every_row_has_a_verdict_for_everybody() -> None:
    assert {len(row.split()) for row in TABLE["pages"].values()} == {len(DAYS)}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_every_role_at_every_address(clients_of: dict[str, Client], world: World) -> None:
    """Refusals first, by GET and POST: after all of them the tables are as before. Then what is shown."""
    before, last = fingerprint(), last_entry()
    wrong, refused = [], 0
    for who, address, verdict in expected():
        if verdict not in REFUSALS and who != ANONYMOUS:
            continue
        if who == ANONYMOUS and verdict != "302":
            continue
        answers = [
            ask(clients_of[who], who, method, world.fill(address), address) for method in methods_at(address)
        ]
        if address not in TABLE["without_denial"]["pages"]:
            refused += sum(str(answer) in REFUSALS for answer in answers)
        if verdict not in map(str, answers) or not {str(answer) for answer in answers} <= {verdict, "405"}:
            wrong.append((who, address, verdict, answers))
    assert wrong == []
    assert fingerprint() == before
    entries = entries_since(last)
    assert {action for action, _ in entries} == {"access.denied"}
    assert len(entries) == refused

    for who, address, verdict in expected():
        if verdict == "200":
            status = ask(clients_of[who], who, "GET", world.fill(address))
            if status not in SHOWN:
                wrong.append((who, address, verdict, status))
    assert wrong == []
