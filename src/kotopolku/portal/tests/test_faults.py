"""Faults are told in words, keep what was typed, and need no database."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory

from kotopolku.actors.rules import Refusal
from kotopolku.portal import faults

request_of = RequestFactory(headers={"Accept-Language": "en"})


def server_error(request: Any, error: Exception) -> HttpResponse:
    try:
        raise error
    except Exception:
        return faults.server_error(request)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 422, 500, 503])
def test_every_error_page_has_one_heading_and_a_way_on(status: int) -> None:
    response = faults.page(request_of.get("/x/"), status)
    text = response.content.decode()
    assert response.status_code == status
    assert text.count("<h1>") == 1
    assert "Traceback" not in text


def test_a_database_away_is_503_and_says_when_to_try_again() -> None:
    response = server_error(request_of.get("/"), OperationalError("server closed the connection"))
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "server closed" not in response.content.decode()


def test_what_was_typed_is_kept_for_another_try_but_no_password() -> None:
    request = request_of.post(
        "/clients/new/", {"family_name": "Esimerkki", "password": "secret", "token": "t1"}
    )
    text = server_error(request, OperationalError("away")).content.decode()
    assert 'name="family_name" value="Esimerkki"' in text
    assert 'name="token" value="t1"' in text
    assert "secret" not in text


def test_a_form_from_another_site_is_not_offered_again() -> None:
    request = request_of.post("/clients/new/", {"family_name": "X"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "family_name" not in server_error(request, OperationalError("away")).content.decode()


def test_what_was_typed_is_escaped() -> None:
    request = request_of.post("/clients/new/", {"family_name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in server_error(request, OperationalError("away")).content.decode()


def test_an_unknown_fault_has_a_number_that_is_also_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    response = server_error(request_of.get("/"), RuntimeError("inner words"))
    text = response.content.decode()
    number = caplog.records[0].getMessage().split("incident ")[1].split(":")[0]
    assert response.status_code == 500
    assert number in text
    assert "inner words" not in text + caplog.text


def test_an_empty_405_gets_a_page_and_keeps_what_is_allowed() -> None:
    response = faults.in_words(request_of.get("/day/"), HttpResponseNotAllowed(["POST"]))
    assert response.headers["Allow"] == "POST"
    assert b"<h1>" in response.content


def test_the_api_answers_with_problem_details() -> None:
    response = faults.in_words(request_of.get("/api/clients"), HttpResponse("<h1>", status=500))
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 500


@pytest.mark.parametrize(
    ("language", "words"), [("sv", 'lang="sv"'), ("fi", 'lang="fi"'), ("de", 'lang="fi"')]
)
def test_an_error_page_speaks_the_browsers_language(language: str, words: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": language})
    assert words in faults.page(request, 404).content.decode()


def test_an_act_refused_by_the_rules_is_422_and_says_why() -> None:
    response = faults.refused(request_of.post("/x/"), Refusal("name", "This user name is in use."))
    assert response is not None
    assert response.status_code == 422
    assert "This user name is in use." in response.content.decode()
    assert faults.refused(request_of.post("/x/"), RuntimeError()) is None
