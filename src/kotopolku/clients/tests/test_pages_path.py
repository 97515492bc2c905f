"""The path through the pages: register, assess, plan, make, sign, refer, review, in whole requests on a real database."""

from datetime import date
from typing import Any

import pytest

from kotopolku.clients.models import Clock, FormDraft, Relationship
from kotopolku.clients.tests.walking import Worker, registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SPRING = date(2021, 4, 26)


def registered(worker: Worker, **changes: Any) -> int:
    answer = worker.send("/clients/new/", registration(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return int(answer["Location"].strip("/").split("/")[-1])


def test_registering_leads_to_the_client_page_with_its_legal_clock() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    page = worker.get(f"/clients/{number}/")
    assert page.status_code == 200
    text = page.content.decode()
    print(text)
    assert "Hodan Esimerkki" in text
    assert "28 June 2021" in text.replace("\u00a0", " ")
