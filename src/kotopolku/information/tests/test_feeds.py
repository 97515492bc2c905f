"""What machines read: the API for apps, site maps, RSS, guides. Only what is published, and unchanged answers are 304."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import pages, texts
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.models import ContentLanguage
from kotopolku.information.tests import pages_world as world

pytestmark = pytest.mark.django_db

SPACE = "/api/info/fi/vantaa"


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with clock.at(world.ON):
        yield


def test_languages_and_spaces_are_listed(client: Client) -> None:
    answer = client.get("/api/info/languages")
    assert answer.headers["Access-Control-Allow-Origin"] == "*", "for apps in a browser"
    codes = [one["code"] for one in answer.json()]
    assert codes[:3] == ["fi", "sv", "en"]
    assert {"ar", "fa"} <= set(codes)
    found = {one["slug"]: one for one in client.get("/api/info/spaces").json()}
    assert found["vantaa"]["parent"] == "uusimaa"
    assert found["vantaa"]["name"]["sv"] == "Vanda"
    assert {one["kind"] for one in client.get("/api/info/spaces?kind=region").json()} == {"region"}


def test_a_retired_language_is_not_offered(client: Client) -> None:
    ContentLanguage.objects.filter(code="so").update(retired_on=world.ON)
    assert "so" not in [one["code"] for one in client.get("/api/info/languages").json()]
    assert client.get("/api/info/so/vantaa/pages").status_code == 404


def test_pages_come_in_the_order_of_reading_and_drafts_do_not_come(client: Client) -> None:
    editor = world.editor()
    above = world.shown(editor, "ylempi", title="Ylempi")
    world.shown(editor, "alempi", title="Alempi", parent=above.pk)
    world.page(editor, "luonnos")
    found = [
        one
        for one in client.get(f"{SPACE}/pages").json()["pages"]
        if one["key"] in ("ylempi", "alempi", "luonnos")
    ]
    assert [(one["key"], one["parent"], one["title"]) for one in found] == [
        ("ylempi", None, "Ylempi"),
        ("alempi", "ylempi", "Alempi"),
    ]


def test_a_list_is_paged_by_number(client: Client) -> None:
    editor = world.editor()
    for number in range(3):
        world.shown(editor, f"sivu-{number}")
    whole = client.get(f"{SPACE}/pages").json()["pages"]
    first = client.get(f"{SPACE}/pages?limit=2").json()
    second = client.get(f"{SPACE}/pages?limit=2&page={first['next']}").json()
    assert first["pages"] + second["pages"] == whole[:4]
    assert client.get(f"{SPACE}/pages?limit=0").status_code == 422


def test_a_page_has_its_texts_and_safe_html(client: Client) -> None:
    editor = world.editor()
    page = world.page(editor)
    world.saved(editor, page, text="**Tärkeää** [Kela](https://www.kela.fi) <script>alert(1)</script>")
    world.published(editor, page)
    found = client.get(f"{SPACE}/pages/asuminen").json()
    [text] = found["texts"]
    assert text["blocks"][0]["html"].startswith("<p><strong>Tärkeää</strong>")
    assert "script" not in text["blocks"][0]["html"]
    assert client.get(f"{SPACE}/pages/ei-ole").status_code == 404
    assert client.get("/api/info/fi/ei-ole/pages").status_code == 404


def test_an_unchanged_answer_is_304_in_one_statement_and_a_changed_one_is_not(client: Client) -> None:
    editor = world.editor()
    page = world.shown(editor)
    first = client.get(f"{SPACE}/pages")
    assert (
        first.headers["Cache-Control"].startswith("max-age=") or "max-age" in first.headers["Cache-Control"]
    )
    with CaptureQueriesContext(connection) as asked:
        again = client.get(f"{SPACE}/pages", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert (
        len([one for one in asked if "set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"]]) <= 2
    )
    world.saved(editor, page, title="Uusi")
    assert client.get(f"{SPACE}/pages", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    world.published(editor, page)
    changed = client.get(f"{SPACE}/pages", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Uusi" in changed.content.decode()


@pytest.mark.parametrize("what", ["services", "events", "contacts", "news"])
def test_every_list_of_a_space_answers_also_when_it_is_empty(client: Client, what: str) -> None:
    answer = client.get(f"/api/info/ar/lieksa/{what}")
    assert answer.status_code == 200
    assert answer.headers["ETag"]


def test_a_list_of_pages_takes_as_many_statements_for_two_pages_as_for_sixty(client: Client) -> None:
    editor = world.editor()
    numbers = []
    for more in (2, 58):
        with make.working(editor) as at_work:
            for number in range(more):
                made = pages.add_page(
                    world.VANTAA, PagePlace(key=f"s-{more}-{number}"), world.content(), actor=at_work
                )
                texts.publish(made.pk, "fi", actor=at_work)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{SPACE}/pages").status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
    assert numbers[1] <= 6


def test_site_maps_name_every_space_and_what_is_published(client: Client) -> None:
    world.shown(world.editor())
    world.page(world.editor(), "luonnos")
    index = ElementTree.fromstring(client.get("/info/sitemap.xml").content)  # noqa: S314 - our own answer
    assert len(index) == ContentLanguage.objects.filter(retired_on=None).count()
    found = client.get("/info/fi/sitemap.xml").content.decode()
    assert "/info/fi/lieksa/" in found
    assert "/info/fi/vantaa/asuminen/" in found
    assert "luonnos" not in found
    assert "/info/ar/vantaa/asuminen/" not in client.get("/info/ar/sitemap.xml").content.decode()


def test_news_come_as_rss(client: Client) -> None:
    answer = client.get("/info/fi/vantaa/news.rss")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/rss+xml")


def test_a_page_and_a_whole_space_come_on_paper(client: Client) -> None:
    world.shown(world.editor())
    world.page(world.editor(), "luonnos")
    for path in ("asuminen/page.pdf", "guide.pdf"):
        answer = client.get(f"/info/ar/vantaa/{path}")
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
    assert client.get("/info/fi/vantaa/luonnos/page.pdf").status_code == 404
