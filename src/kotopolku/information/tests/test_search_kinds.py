"""Search for services, events, contacts and news; and the page of search as readers and editors walk it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Contact, Organisation
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import indexing
from kotopolku.information.actions import search as actions
from kotopolku.information.models import Event, News, NewsText, Service, Space
from kotopolku.information.tests import search_world as world
from kotopolku.information.tests.test_search import find

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 25, 12, tzinfo=clock.HELSINKI)


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with clock.at(DAY):
        yield


def entry(model: Any, **values: Any) -> Any:
    common = {
        "organisation": Organisation.objects.get(code="kunta-092"),
        "state": "published",
        "made_on": DAY,
        "changed_at": NOON,
        "places": ["092"],
    }
    with rowsecurity.as_system():
        row = model.objects.create(**(common | values))
        indexing.activity_changed(indexing.SERVICE if model is Service else indexing.EVENT, row.pk)
    return row


def paths(question: str, language: str = "fi", space: str = "vantaa") -> list[str]:
    return [hit.path for hit in find(question, language, space).hits]


def test_a_service_is_found_in_its_places_and_in_their_region() -> None:
    row = entry(
        Service, names={"fi": "Kielikahvila", "en": "Language café"}, summaries={"fi": "Puhu suomea."}
    )
    for space in ("vantaa", "uusimaa"):
        assert paths("kielikahvila", space=space) == [f"services/{row.pk}/"]
    for space in ("espoo", "suomi"):
        assert paths("kielikahvila", space=space) == []
    assert find("kielikahvila", "en").hits[0].language == "en"
    with rowsecurity.as_system():
        row.places, row.state = [], "withdrawn"
        row.save()
        indexing.activity_changed(indexing.SERVICE, row.pk)
    assert paths("kielikahvila") == []


def test_an_event_is_found_until_it_is_over() -> None:
    row = entry(
        Event, names={"fi": "Kahvihetki suomeksi"}, starts=NOON, ends=NOON + timedelta(hours=2), uid="a"
    )
    assert paths("kahvihetki") == [f"events/{row.pk}/"]
    with clock.at(NOON.date() + timedelta(days=1)):
        assert paths("kahvihetki") == []


def test_news_is_found_from_its_first_day_to_its_last() -> None:
    space = Space.objects.get(slug="uusimaa")
    tomorrow = DAY + timedelta(days=1)
    with rowsecurity.as_system():
        row = News.objects.create(
            space=space, shown_from=tomorrow, shown_until=tomorrow, published=True, made_on=DAY
        )
        NewsText.objects.create(
            news=row, language="fi", title="Kurssihaku alkaa", words="Ilmoittaudu **nyt**."
        )
        indexing.news_changed(row.pk)
    assert paths("kurssihaku") == []
    with clock.at(tomorrow):
        assert actions.index_of_day(tomorrow) == 1
        assert paths("kurssihaku") == [f"news/#news-{row.pk}"]
    with clock.at(tomorrow + timedelta(days=1)):
        assert paths("kurssihaku") == []


def test_a_contact_is_found_by_name_and_by_what_it_answers_for() -> None:
    row = Contact.objects.create(
        organisation=Organisation.objects.get(code="kunta-092"),
        name="Aino Kuvitelma",
        title={"fi": "neuvoja", "en": "adviser"},
        valid=DateRange(date(2026, 1, 1), None),
    )
    indexing.contact_changed(row.pk)
    expected = [f"contacts/?organisation=kunta-092#contact-{row.pk}"]
    assert paths("kuvitelma") == expected
    assert paths("Kuvitelman Aino neuvoja", space="uusimaa") == expected
    assert paths("kuvitelma", space="kuopio") == []
    row.public = False
    row.save()
    indexing.contact_changed(row.pk)
    assert paths("kuvitelma") == []


class TestPage:
    def test_a_reader_asks_in_another_language_and_reads_in_the_own(self) -> None:
        world.guide()
        with CaptureQueriesContext(connection) as seen:
            answer = Client().get("/info/ar/vantaa/search/?q=kotoutumissuunnitelma")
        text = answer.content.decode()
        assert 'dir="rtl"' in text
        assert "/info/ar/vantaa/integration-plan/" in text
        assert not answer.cookies
        asked = [one["sql"] for one in seen if one["sql"].lstrip().upper().startswith(("SELECT", "WITH"))]
        assert len([sql for sql in asked if "set_config" not in sql]) <= 6

    def test_a_text_in_another_language_is_labelled(self) -> None:
        world.guide()
        text = Client().get("/info/en/vantaa/search/?q=вивчення").content.decode()
        assert "Learning Finnish" in text
        page = Client().get("/info/so/vantaa/search/?q=perustoimeentulotuki").content.decode()
        assert 'lang="en" dir="ltr"' in page

    def test_nothing_found_helps_on(self) -> None:
        world.guide()
        text = words(Client().get("/info/en/vantaa/search/?q=zzzzqqqq"))
        assert "Nothing was found" in text
        assert "Ask a person" in text

    def test_what_is_typed_is_never_markup(self) -> None:
        world.guide()
        answer = Client().get("/info/en/vantaa/search/", {"q": '"><script>alert(1)</script> plan'})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
        assert "<mark>plan</mark>" in answer.content.decode()

    @pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "51", "²"])
    def test_a_strange_page_number_is_the_first_page(self, page: str) -> None:
        assert Client().get("/info/en/vantaa/search/", {"q": "plan", "page": page}).status_code == 200

    def test_an_editor_keeps_synonyms(self) -> None:
        world.guide()
        editor = Worker("kunta-092", DAY, Role.EDITOR)
        add = "/information/vantaa/synonyms/add/"
        token = editor.hidden(add)["token"]
        assert editor.post(add, words="Kela money", token=token).status_code == 422
        sent = {"words": "Kela money\nperustoimeentulotuki", "token": token}
        assert editor.post(add, **sent).status_code == 302
        assert editor.post(add, **sent).status_code == 302
        assert words(editor.get("/information/vantaa/synonyms/")).count("Kela money ·") == 1
        space = Space.objects.get(slug="vantaa")
        [group] = space.synonyms.all()
        page = f"/information/synonyms/{group.pk}/"
        shown = editor.hidden(page)
        changed = {"words": "Kela money\ntoimeentulo", "token": shown["token"], "version": shown["version"]}
        assert editor.post(page, **changed).status_code == 302
        assert editor.post(page, **changed).status_code == 409
        assert Worker("kunta-049", DAY, Role.EDITOR).get(page).status_code == 404
        assert Worker("kunta-092", DAY, Role.CASEWORKER).get(page).status_code == 403
        assert editor.post(f"{page}remove/").status_code == 302
        assert not space.synonyms.exists()
