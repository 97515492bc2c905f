"""`kotopolku actors …` at the command line."""

import json

import pytest
from click.testing import CliRunner

from kotopolku.access.capabilities import Role
from kotopolku.actors import signin
from kotopolku.actors.commands import actors
from kotopolku.actors.models import Invitation, User
from kotopolku.actors.tests.people import member, operator

pytestmark = pytest.mark.django_db


def run(*arguments: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(actors, arguments)


def test_who_answers_as_json() -> None:
    done = run("who", "assessment-jobseeker", "--municipality", "092", "--on", "2021-04-26", "--json")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert data["organisation"]["code"] == "te-01"
    assert data["act"] == "1386/2010"


def test_who_answers_for_people() -> None:
    done = run("who", "placement", "--municipality", "92", "--on", "1.1.2026")
    assert done.exit_code == 0
    assert "evk-01" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("who", "fishing", "--municipality", "092"), "no duty fishing"),
        (("who", "placement", "--municipality", "999", "--on", "2021-01-01"), "999"),
        (("who", "placement", "--municipality", "092", "--on", "2019-01-01"), "1 January 2020"),
        (("who", "placement", "--municipality", "478", "--on", "2021-01-01"), "Åland"),
        (("who", "placement", "--municipality", "092", "--on", "31.2.2021"), "not a day"),
        (("list", "--kind", "castle"), "no kind castle"),
        (("create-admin", "--organisation", "x", "--username", "a", "--full-name", "A", "--email", "a@example.fi",
          "--password", "a long password"), "no organisation x"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_exit_2(arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_list_is_that_of_the_day() -> None:
    done = run("list", "--kind", "evk", "--on", "2026-01-01", "--json")
    assert len(json.loads(done.stdout)) == 10
    assert "ely-01" in run("list", "--kind", "ely", "--on", "2025-01-01").stdout


def test_the_first_administrator_invites_the_others() -> None:
    typed = (
        "--organisation",
        "kunta-092",
        "--username",
        "first",
        "--full-name",
        "Ensi Mäinen",
        "--email",
        "e@example.fi",
    )
    assert run("create-admin", *typed, "--password", "short").exit_code == 2
    done = run("create-admin", *typed, "--password", "a long enough password")
    assert done.exit_code == 0, done.stderr
    seat = signin.entry_of_user(User.objects.get(username="first")).viewer.seat
    assert seat is not None
    assert seat.role == Role.ADMINISTRATOR
    invite = (
        "--organisation",
        "kunta-092",
        "--email",
        "t@example.fi",
        "--full-name",
        "Toi Nen",
        "--by",
        "first",
    )
    done = run("invite", *invite, "--role", "caseworker", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["path"] == f"/invitation/{Invitation.objects.get().token}/"
    assert run("invite", *invite, "--role", "ministry-officer").exit_code == 2


def test_a_token_is_printed_once() -> None:
    member("worker", "kunta-092", Role.CASEWORKER)
    done = run(
        "token", "--organisation", "kunta-092", "--name", "register", "--role", "reader", "--user", "worker",
        "--until", "2026-12-31", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    text = json.loads(done.stdout)["token"]
    operator()
    assert signin.viewer_of_token(text).seat is not None


def test_loading_tells_how_much() -> None:
    assert json.loads(run("load", "--json").stdout)["organisations"] > 400
