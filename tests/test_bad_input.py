"""Input that cannot be right, people without the right, and files that cannot be read: told in words, nothing changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.urls import reverse

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients import urls
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import (
    Worker,
    assessed,
    assessment_form,
    drafted,
    made,
    plan_form,
    registered,
    registration,
    words,
)
from kotopolku.reference.commands import reference
from kotopolku.reference.models import MapShape

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[1]
SPRING = date(2021, 4, 26)
TODAY = date(2026, 11, 23)
DRAFTS_AND_LOOKS = {"clients_formdraft", "clients_recentclient", "clients_change"}
"""What was typed and not saved is kept on purpose, and a look is a look."""


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def stored() -> dict[str, tuple[int, str]]:
    """Rows and a hash of every table of clients, with their history."""
    rowsecurity.apply(Viewer.for_system("test", TODAY))
    found = {}
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if name.startswith("clients_")
        ]
        for table in set(tables) - DRAFTS_AND_LOOKS:
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {table} t"
            )
            found[table] = cursor.fetchone()
    return found


def refused_entries() -> int:
    rowsecurity.apply(Viewer.for_system("test", TODAY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry WHERE action = 'access.denied'")
        return int(cursor.fetchone()[0])


# Registering ----------------------------------------------------------------------------------------------

IMPOSSIBLE = {
    "a wrong check character": ({"identity_code": "140390-900A"}, "identity_code"),
    "an identity code of no day": ({"identity_code": "310290-900A"}, "identity_code"),
    "a birth date other than the code's": (
        {"identity_code": make.identity_code(date(1990, 3, 14), 1), "birth_date": "15.3.1990"}, "birth_date",
    ),
    "a birth in the future": ({"birth_date": "27.4.2021"}, "birth_date"),
    "a day that does not exist": ({"birth_date": "30.2.1990"}, "birth_date"),
    "a start in the future": ({"started_on": "27.4.2021"}, "started_on"),
    "a start before birth": ({"started_on": "13.3.1990"}, "started_on"),
    "a request in the future": ({"request_on": "27.4.2021"}, "request_on"),
    "a municipality merged on 1.1.2021": ({"municipality": "099"}, "municipality"),
    "a municipality that never was": ({"municipality": "999"}, "municipality"),
    "a permit that ends before it starts": (
        {"permit_kind": "permit", "permit_basis": "work", "permit_starts": "1.2.2021", "permit_ends": "1.1.2021"},
        "permit_ends",
    ),
    "an order that has run out": ({"non_disclosure": "on", "non_disclosure_until": "25.4.2021"}, "non_disclosure_until"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "field"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_is_named_at_its_field_and_stays_typed(typed: dict[str, str], field: str) -> None:
    worker = Worker("te-01", SPRING)
    before = stored()
    answer = worker.send("/clients/new/", registration(**typed))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'href="#id_{field}"' in text, words(answer)[:800]
    assert 'value="Esimerkki"' in text
    for name, value in typed.items():
        if value[0].isdigit() and name != "municipality":
            assert f'value="{value}"' in text, name
    assert stored() == before


# The path -------------------------------------------------------------------------------------------------


@pytest.fixture
def worker() -> Worker:
    return Worker("te-01", SPRING)


@pytest.fixture
def planned(worker: Worker) -> int:
    """A client registered, assessed and with a plan made on 26 April 2021, to 26 April 2022."""
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    return number


@pytest.mark.parametrize("day", ["25.4.2021", "27.4.2021"])
def test_an_assessment_before_the_relationship_or_in_the_future_is_refused(worker: Worker, day: str) -> None:
    address = f"/clients/{registered(worker)}/assessment/"
    token, before = worker.hidden(address)["token"], stored()
    answer = worker.post(address, token=token, started_on=day)
    assert answer.status_code == 422
    assert 'href="#id_started_on"' in answer.content.decode()
    assert f'value="{day}"' in answer.content.decode()
    assert stored() == before


def test_a_plan_before_the_assessment_is_refused(worker: Worker) -> None:
    number = registered(worker)
    address = f"/clients/{number}/plan/edit/"
    token, before = worker.hidden(address)["token"], stored()
    answer = worker.post(address, token=token)
    assert answer.status_code in (302, 422)
    assert stored() == before
    assert "assessment" in words(worker.get(f"/clients/{number}/"))


PATH: dict[str, tuple[str, dict[str, str], str]] = {
    "signed before it was made": ("plan/sign/", {"signed_on": "25.4.2021"}, "signed_on"),
    "signed in the future": ("plan/sign/", {"signed_on": "2.10.2021"}, "signed_on"),
    "referred before it was made": ("plan/referral/", {"referred_on": "25.4.2021"}, "referred_on"),
    "a review before the plan": ("plan/review/", {"held_on": "25.4.2021", "results": "x"}, "held_on"),
    "a review in the future": ("plan/review/", {"held_on": "2.10.2021", "results": "x"}, "held_on"),
    "a review that prolongs past the longest time": (
        "plan/review/", {"held_on": "1.10.2021", "results": "x", "ends_on": "27.4.2024"}, "ends_on",
    ),
    "an interruption the wrong way round": (
        "plan/interruption/", {"ground": "illness", "first_day": "2.6.2021", "last_day": "1.6.2021"}, "last_day",
    ),
    "an extension of more months than the Act has": (
        "plan/extension/", {"months": "36", "why": "Because."}, "months",
    ),
    "an end before the beginning": ("end/", {"ended_on": "25.4.2021", "reason": "moved"}, "ended_on"),
    "a permit the wrong way round": (
        "permit/", {"kind": "permit", "basis": "work", "starts": "2.6.2021", "ends": "1.6.2021"}, "ends",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "typed", "field"), PATH.values(), ids=PATH)
def test_what_cannot_follow_is_refused_at_its_field(
    worker: Worker, planned: int, page: str, typed: dict[str, str], field: str
) -> None:
    with worker.on(date(2021, 10, 1)):
        address = f"/clients/{planned}/{page}"
        form = worker.hidden(address) | typed
        if "months" in typed:
            from kotopolku import law

            form["ground"] = law.extension_grounds("1386/2010")[0].id
        before = stored()
        answer = worker.send(address, form)
        assert answer.status_code == 422, words(answer)[:500]
        text = answer.content.decode()
        assert f'href="#id_{field}"' in text, words(answer)[:900]
        for name, value in typed.items():
            if value[0].isdigit():
                assert f'value="{value}"' in text, name
        assert stored() == before


def test_an_end_past_the_legal_maximum_names_the_day_and_the_section(worker: Worker) -> None:
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    address = f"/clients/{number}/plan/make/"
    form = {"version": worker.hidden(address)["version"], "made_on": "26.4.2021", "ends_on": "27.4.2022"}
    before = stored()
    answer = worker.send(address, form)
    assert answer.status_code == 422
    assert 'href="#id_ends_on"' in answer.content.decode()
    assert 'value="27.4.2022"' in answer.content.decode()
    assert "26 April 2022" in words(answer)
    assert "1386/2010 § 12" in words(answer)
    assert stored() == before


# The same form sent again ---------------------------------------------------------------------------------


class Twice(Worker):
    """Presses every button twice: the second sending must change nothing and be answered as a person can read it."""

    def post(self, address: str, **data: Any) -> Any:
        first = super().post(address, **data)
        assert first.status_code == 302, (address, words(first)[:500])
        after = stored()
        rowsecurity.apply(self.viewer)
        second = super().post(address, **data)
        assert second.status_code in (200, 302, 409, 422), (address, second.status_code, words(second)[:500])
        assert stored() == after, address
        return first


def test_every_form_of_the_path_sent_twice_acts_once() -> None:
    worker = Twice("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    one = f"/clients/{number}/"
    with worker.on(date(2021, 10, 1)):
        for page, typed in (
            ("plan/sign/", {"signed_on": "26.4.2021"}),
            ("plan/referral/", {"referred_on": "10.5.2021"}),
            ("plan/review/", {"held_on": "1.10.2021", "results": "A1.3"}),
            ("plan/interruption/", {"ground": "illness", "first_day": "1.6.2021", "last_day": "30.6.2021"}),
            ("permit/", {"kind": "permit", "basis": "work", "starts": "1.2.2021"}),
            ("consent/", {"purpose": "wellbeing", "given_on": "1.10.2021"}),
            ("household/", {"family_name": "Esimerkki", "role": "child", "from_day": "1.10.2021"}),
            ("end/", {"ended_on": "1.10.2021", "reason": "moved"}),
        ):
            worker.send(one + page, worker.hidden(one + page) | typed)


# Without the right ----------------------------------------------------------------------------------------

TYPED: dict[str, Any] = {
    **registration(),
    **plan_form(),
    **assessment_form("1386/2010"),
    **dict.fromkeys(
        ("started_on", "completed_on", "made_on", "signed_on", "on", "held_on", "ended_on"), "26.4.2021"
    ),
    **dict.fromkeys(("starts", "first_day", "last_day"), "26.4.2021"),
    "ends_on": "26.4.2022",
    "kind": "permit",
    "basis": "work",
    "reason": "moved",
    "ground": "illness",
    "version": "1",
    "name": "Hodan Esimerkki",
    "agreed": "on",
    "why": "x",
    "months": "6",
    "worker": "",
}
"""Every field that any form of a client has, so that only the missing right is in the way."""


def addresses_of_one_client(number: int) -> list[str]:
    found = []
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters.keys()  # type: ignore[union-attr]
        if "relationship_id" in names:
            more = {"row_id": 1} if "row_id" in names else {"language": "fi"} if "language" in names else {}
            found.append(reverse(f"clients:{pattern.name}", kwargs={"relationship_id": number, **more}))
    return found


@pytest.mark.parametrize(
    ("organisation", "role", "status"),
    [
        ("kunta-205", Role.CASEWORKER, 404),
        ("te-01", Role.READER, 403),
        ("te-01", Role.DATA_PROTECTION_OFFICER, 403),
        ("ely-01", Role.REGIONAL_OFFICER, 403),
    ],
)
def test_a_denied_call_changes_nothing_and_is_in_the_journal(
    worker: Worker, planned: int, organisation: str, role: Role, status: int
) -> None:
    other = Worker(organisation, SPRING, role=role)
    before, refused = stored(), refused_entries()
    for address in addresses_of_one_client(planned):
        for answer in (other.get(address), other.send(address, TYPED)):
            assert answer.status_code in {status, 405, 403}, address
            assert "Esimerkki" not in words(answer).replace("Esimerkkikatu", "")
            if answer.status_code != 405:
                refused += 1
        assert refused_entries() == refused, address
    assert stored() == before


def test_nobody_signed_in_changes_nothing(worker: Worker, planned: int) -> None:
    before, refused = stored(), refused_entries()
    stranger = Client()
    for address in addresses_of_one_client(planned):
        for answer in (stranger.get(address), stranger.post(address, TYPED)):
            assert answer.status_code in (302, 405), address
            if answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/"), address
    assert (stored(), refused_entries()) == (before, refused)


# Over the API ---------------------------------------------------------------------------------------------

NEWCOMER: dict[str, Any] = {
    "family_name": "Esimerkki", "given_names": "Hodan", "birth_date": "1990-03-14", "municipality": "092",
    "started_on": "2026-11-23", "service_language": "so",
}  # fmt: skip
WRONG = {
    "identity code": ({"identity_code": "140390-900A"}, "identity_code"),
    "birth in the future": ({"birth_date": "2026-11-24"}, "birth_date"),
    "start in the future": ({"started_on": "2026-11-24"}, "started_on"),
    "municipality of another year": ({"municipality": "099"}, "municipality"),
    "language that is none": ({"service_language": "xx-yy"}, "service_language"),
    "empty name": ({"family_name": ""}, "family_name"),
}


def over_the_api(worker: Worker, data: dict[str, Any]) -> Any:
    with clock.at(TODAY):
        return worker.client.post(
            "/api/clients",
            json.dumps(data),
            content_type="application/json",
            headers={"Idempotency-Key": "one-key-of-a-test", "Accept-Language": "en"},
        )


@pytest.mark.parametrize(("changes", "field"), WRONG.values(), ids=WRONG)
def test_the_api_names_the_field_too_and_writes_nothing(changes: dict[str, str], field: str) -> None:
    worker = Worker("kunta-092", TODAY)
    before = stored()
    answer = over_the_api(worker, NEWCOMER | changes)
    assert answer.status_code == 422, answer.content
    problem = answer.json()
    assert problem["status"] == 422
    assert field in json.dumps(problem["errors"])
    if field == "municipality":
        assert "Kankaanpää" in answer.content.decode() or "2021" in json.dumps(problem)
    assert stored() == before


# Files that cannot be read --------------------------------------------------------------------------------


SQUARE = [[24.0, 60.0], [25.0, 60.0], [25.0, 61.0], [24.0, 61.0], [24.0, 60.0]]
SHAPE = {"type": "Feature", "id": "092", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
WHOLE = json.dumps({"type": "FeatureCollection", "features": [SHAPE]})


def command(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KOTOPOLKU_DATABASE_NAME": name, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-m", "kotopolku.portal.cli", *arguments], env=environment, cwd=ROOT,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def told(answer: subprocess.CompletedProcess[str]) -> str:
    """The error's words: exit code 1 or 2, nothing of the program's inside."""
    assert answer.returncode in (1, 2), answer.stdout + answer.stderr
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr
    return answer.stderr


UNREADABLE = {
    "cut in half": WHOLE[: len(WHOLE) // 2].encode(),
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n\x00",
    "a list": b"[]",
    "nothing": b"null",
    "shapes without codes": WHOLE.replace('"092"', "null").encode(),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_of_shapes_that_cannot_be_read_is_told_and_not_taken(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "shapes.json"
    file.write_bytes(content)
    answer = CliRunner().invoke(reference, ["import-shapes", "--layer", "municipalities", str(file)])
    assert answer.exit_code == 2, (answer.output, answer.exception)
    assert "Nothing was stored." in answer.stderr
    assert not MapShape.objects.exists()


def test_a_dump_cut_in_half_leaves_the_database_as_it_was(another_database: str, tmp_path: Path) -> None:
    file, half = tmp_path / "whole.dump", tmp_path / "half.dump"
    assert command(another_database, "database", "dump", file).returncode == 0
    content = file.read_bytes()
    for part in (content[: len(content) * 2 // 3], b""):
        half.write_bytes(part)
        assert "The restore failed" in told(command(another_database, "database", "restore", "--yes", half))
    status = command(another_database, "database", "status", "--json")
    assert json.loads(status.stdout)["answers"] is True
    assert command(another_database, "reference", "check").returncode == 0


# A character that no database takes -----------------------------------------------------------------------


WITH_NULL = """
/clients/?q=a%00b  /clients/?q=Aino&language=%00  /clients/?municipality=%00  /clients/?stage=%00  /clients/?sort=%00
/clients/export.csv?q=%00  /directory/?q=%00  /who-answers/?municipality=%00&duty=%00  /reference/municipalities/?q=%00
/law/?q=%00  /law/%00/  /counts/?area=%00  /api/organisations?q=%00  /api/organisations?kind=%00  /api/contacts?q=%00
/api/who-answers?duty=%00&municipality=%00  /api/clients?q=%00  /api/clients?language=%00
"""


@pytest.mark.parametrize("address", WITH_NULL.split())
def test_the_null_character_in_an_address_is_no_fault_of_ours(address: str) -> None:
    worker = Worker("kunta-092", TODAY, role=Role.TEAM_LEADER)
    assert worker.get(address).status_code in (200, 400, 404, 422)


def test_the_null_character_over_the_api_is_refused() -> None:
    worker = Worker("kunta-092", TODAY)
    before = stored()
    for field in ("family_name", "given_names", "identity_code", "municipality", "duplicate_reason"):
        answer = over_the_api(worker, NEWCOMER | {field: "a\0b"})
        assert answer.status_code in (400, 422), field
        assert stored() == before
