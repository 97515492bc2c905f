"""The kept frame: everybody's own, with this request's form token and address."""

import re
from datetime import date

import pytest
from django.test import Client

from kotopolku.actors.models import User
from kotopolku.clients.tests import factories

TODAY = date(2026, 11, 23)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(autouse=True)
def no_second_factor(settings: object) -> None:
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]


def signed_in(name: str) -> Client:
    viewer = factories.worker("kunta-092", TODAY, name=name)
    web = Client()
    web.force_login(User.objects.get(pk=viewer.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return web


@pytest.mark.django_db
def test_two_workers_of_one_authority_each_see_their_own_name() -> None:
    first, second = signed_in("Aino Esimerkki"), signed_in("Eero Näyte")
    assert "Aino Esimerkki" in first.get("/about/help/").content.decode()
    shown = second.get("/about/help/").content.decode()
    assert "Eero Näyte" in shown
    assert "Aino Esimerkki" not in shown


@pytest.mark.django_db
def test_each_page_has_its_own_token_and_its_own_address() -> None:
    web = signed_in("Aino Esimerkki")
    pages = [web.get("/about/help/?a=1&b=%22").content.decode() for _again in range(2)]
    assert all("\x00" not in page for page in pages)
    assert all('value="/about/help/?a=1&amp;b=%22"' in page for page in pages)
    masked = [TOKEN.findall(page) for page in pages]
    assert masked[0]
    assert masked[0] != masked[1]


@pytest.mark.django_db
def test_a_form_of_the_frame_works_with_its_token() -> None:
    viewer = factories.worker("kunta-092", TODAY)
    web = Client(enforce_csrf_checks=True)
    web.force_login(User.objects.get(pk=viewer.user_id), backend="django.contrib.auth.backends.ModelBackend")
    web.get("/about/help/")
    token = TOKEN.findall(web.get("/about/help/").content.decode())[0]
    sent = {"language": "sv", "next": "/about/help/"}
    assert web.post("/language/", sent).status_code == 403
    assert web.post("/language/", sent | {"csrfmiddlewaretoken": token}).status_code == 302
    assert 'lang="sv"' in web.get("/about/help/").content.decode()
