"""The gathered API: its description, the law's operations, errors as problem details."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_description_is_openapi_3_1(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/law/rules" in described["paths"]


def test_a_deadline_is_counted_with_its_reasons(client: Client) -> None:
    found = client.get("/api/law/rules/A1/due?start=2021-04-26").json()
    assert (found["nominal"], found["due"], found["shifted"]) == ("2021-06-26", "2021-06-28", True)
    assert set(found["explanation"][0]["texts"]) == {"fi", "sv", "en"}


@pytest.mark.parametrize("query", ["start=2026-04-26", "start=never", ""])
def test_a_wrong_question_is_answered_with_a_problem(client: Client, query: str) -> None:
    response = client.get(f"/api/law/rules/A1/due?{query}")
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_an_unknown_address_is_a_problem_too(client: Client) -> None:
    response = client.get("/api/nothing")
    assert response.status_code == 404
    assert response.json()["status"] == 404
