"""What readers see: inherited pages, the nearest language, news; and that an ETag changes exactly when that changes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.information import counting
from kotopolku.information.actions.news import NewsContent, add_news, remove_news
from kotopolku.information.actions.pages import remove_page
from kotopolku.information.actions.spaces import touch
from kotopolku.information.models import ContentLanguage, Page, Space
from kotopolku.information.queries import reading
from kotopolku.information.revisions import NotOffered, Reader, reader_of
from kotopolku.information.tests.public_world import DAY, page, system, translated, variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    monkeypatch.setattr(
        counting, "EVERY_SECONDS", 3600
    )  # no readings are written amid the statements counted
    rowsecurity.apply(system())


def as_nobody() -> None:
    rowsecurity.apply(Viewer(None, "", DAY, None))


def reader(language: str = "fi", space: str = "vantaa") -> Reader:
    return reader_of(language, space)


def tag(path: str) -> str:
    as_nobody()
    response = Client().get(path)
    assert response.status_code == 200, path
    rowsecurity.apply(system())
    return response.headers["ETag"]


def test_a_municipality_s_page_shows_the_national_text_with_both_additions() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    variant("uusimaa", "addition", alku, "Uudellamaalla")
    variant("vantaa", "addition", alku, "Vantaalla")
    as_nobody()
    shown = reading.page(reader(), "alku")
    assert shown is not None
    assert shown.node.text is not None
    assert [one.title for one in shown.node.texts] == ["Ensiaskeleet", "Uudellamaalla", "Vantaalla"]
    assert [row.level for row in shown.node.additions] == [1, 2]


def test_another_region_does_not_see_the_addition() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    variant("uusimaa", "addition", alku, "Uudellamaalla")
    as_nobody()
    shown = reading.page(reader(space="lappi"), "alku")
    assert shown is not None
    assert [one.title for one in shown.node.texts] == ["Ensiaskeleet"]


def test_a_hidden_page_is_not_found_below_but_is_above() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    variant("uusimaa", "hidden", alku)
    as_nobody()
    assert reading.page(reader(space="vantaa"), "alku") is None
    assert reading.page(reader(space="lappi"), "alku") is not None


def test_a_draft_is_not_read_by_anybody() -> None:
    page("suomi", "alku", "Ensiaskeleet", language="sv")
    as_nobody()
    assert reading.page(reader(), "alku") is None


def test_a_page_that_is_missing_in_a_language_comes_in_the_nearest_one() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    translated(alku, "ru", "Первые шаги")
    as_nobody()
    ukrainian = reading.page(reader("uk"), "alku")
    arabic = reading.page(reader("ar"), "alku")
    assert ukrainian
    assert ukrainian.node.text
    assert ukrainian.node.text.language == "ru"
    assert arabic
    assert arabic.node.text
    assert arabic.node.text.language == "fi"


def test_a_retired_language_offers_no_page_and_keeps_its_texts() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    translated(alku, "so", "Tallaabooyinka")
    ContentLanguage.objects.filter(code="so").update(retired_on=DAY)
    with pytest.raises(NotOffered):
        reader("so")
    ContentLanguage.objects.filter(code="so").update(retired_on=None)
    as_nobody()
    shown = reading.page(reader("so"), "alku")
    assert shown
    assert shown.node.text
    assert shown.node.text.title == "Tallaabooyinka"


def test_a_language_added_as_data_reads_what_there_is_and_speaks_english_around_it() -> None:
    ContentLanguage.objects.create(
        code="ckb", name="کوردی", direction="rtl", nearest=["ar", "en"], names={"fi": "sorani"}
    )
    alku = page("suomi", "alku", "Ensiaskeleet")
    translated(alku, "ckb", "هەنگاو")
    as_nobody()
    text = Client().get("/info/ckb/vantaa/alku/").content.decode()
    assert '<html lang="en" dir="ltr"' in text
    assert '<article class="content" lang="ckb" dir="rtl">' in text
    assert "Skip to content" in text


@pytest.mark.parametrize("space", ["suomi", "uusimaa", "vantaa"])
def test_the_etag_changes_when_a_text_on_the_way_is_published(space: str) -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    before = tag("/info/fi/vantaa/alku/")
    assert tag("/info/fi/vantaa/alku/") == before
    if space == "suomi":
        translated(alku, "fi", "Uusi otsikko")
    else:
        variant(space, "addition", alku)
    assert tag("/info/fi/vantaa/alku/") != before


def test_the_etag_stays_when_something_else_changes() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    before = tag("/info/fi/vantaa/alku/"), tag("/info/fi/vantaa/")
    variant("lappi", "addition", alku)
    page("espoo", "oma", "Espoon oma")
    touch(Space.objects.filter(slug="suomi").values_list("pk", flat=True), ["tr"])
    assert (tag("/info/fi/vantaa/alku/"), tag("/info/fi/vantaa/")) == before


def test_a_page_read_in_the_nearest_language_changes_with_that_language() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    before = tag("/info/ar/vantaa/alku/")
    translated(alku, "fi", "Uusi otsikko")
    assert tag("/info/ar/vantaa/alku/") != before


def test_a_new_translation_changes_the_page_that_lists_it() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    before = tag("/info/fi/vantaa/alku/")
    translated(alku, "tr", "İlk adımlar")
    assert tag("/info/fi/vantaa/alku/") != before


def test_the_etag_changes_with_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tag("/info/fi/vantaa/")
    monkeypatch.setenv("KOTOPOLKU_TODAY", (DAY + timedelta(days=1)).isoformat())
    assert tag("/info/fi/vantaa/") != before


def test_taking_a_page_out_changes_the_etag_of_every_place_below() -> None:
    alku = page("suomi", "alku", "Ensiaskeleet")
    before = tag("/info/fi/vantaa/")
    remove_page(alku.pk, actor=system())
    assert tag("/info/fi/vantaa/") != before


def test_an_unchanged_page_is_answered_with_one_statement() -> None:
    page("suomi", "alku", "Ensiaskeleet")
    known = tag("/info/fi/vantaa/alku/")
    as_nobody()
    for header in (known, f"W/{known}", f'"other", {known}', "*"):
        with CaptureQueriesContext(connection) as seen:
            response = Client().get("/info/fi/vantaa/alku/", headers={"If-None-Match": header})
        assert response.status_code == 304
        assert response.content == b""
        assert response.headers["ETag"] == known
        assert len(seen) == 1


def statements(path: str) -> int:
    as_nobody()
    Client().get(path)
    with CaptureQueriesContext(connection) as seen:
        response = Client().get(path)
    assert response.status_code == 200
    rowsecurity.apply(system())
    return len(seen)


def test_pages_cost_the_same_few_statements_with_2_and_with_60_pages() -> None:
    paths = [
        "/info/fi/vantaa/",
        "/info/fi/vantaa/sivu-0/",
        "/info/ar/vantaa/",
        "/info/fi/vantaa/news/",
        "/info/fi/",
    ]
    root = page("suomi", "sivu-0", "Sivu")
    variant("vantaa", "addition", root)
    before = {path: statements(path) for path in paths}
    for number in range(1, 60):
        made = Page.objects.create(space_id=root.space_id, key=f"sivu-{number}", order=number, parent=root)
        translated(made, "fi", f"Sivu {number}")
    touch([root.space_id])
    assert {path: statements(path) for path in paths} == before
    assert before["/info/fi/vantaa/sivu-0/"] <= 6
    assert before["/info/fi/vantaa/news/"] <= 6
    assert before["/info/fi/"] <= 6


def news(space: str, title: str, first: date = DAY, **more: object) -> int:
    content = NewsContent("fi", title, "Teksti.", first, **more)  # type: ignore[arg-type]
    return add_news(space, content, actor=system()).pk


def test_news_of_the_country_and_the_region_are_seen_in_the_municipality_on_their_days() -> None:
    news("suomi", "Maan")
    news("uusimaa", "Alueen", DAY - timedelta(days=3))
    news("lappi", "Lapin")
    news("vantaa", "Tuleva", DAY + timedelta(days=1))
    news("vantaa", "Mennyt", DAY - timedelta(days=9), shown_until=DAY - timedelta(days=1))
    news("vantaa", "Luonnos", published=False)
    gone = news("vantaa", "Poistettu")
    remove_news(gone, actor=system())
    as_nobody()
    assert [one.title for one in reading.news(reader())] == ["Maan", "Alueen"]


def test_a_draft_of_news_is_hidden_by_the_database_itself() -> None:
    news("vantaa", "Luonnos", published=False)
    news("vantaa", "Julkinen")
    as_nobody()
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM information_newstext")
        assert cursor.fetchall() == [("Julkinen",)]


def test_news_change_the_etag() -> None:
    before = tag("/info/fi/vantaa/")
    made = news("uusimaa", "Alueen")
    after = tag("/info/fi/vantaa/")
    assert after != before
    remove_news(made, actor=system())
    assert tag("/info/fi/vantaa/") not in (before, after)
