"""The public pages of the demo world: what each persona has done is there, and readers see what they should."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.demo.scenes import information
from kotopolku.information.models import Event, Feedback, News, Page, PageText, ReviewComment, Service
from kotopolku.information.queries import editing

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
SEATS = {
    "viestinta.vantaa": ("kunta-092", Role.EDITOR),
    "kunta.vantaa": ("kunta-092", Role.TEAM_LEADER),
    "evk.uusimaa": ("evk-01", Role.REGIONAL_OFFICER),
    "yhdistys": ("yhd-nayteyhdistys-ry", Role.COMMUNITY),
}


@pytest.fixture(autouse=True)
def played(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    Organisation.objects.create(
        code="yhd-nayteyhdistys-ry",
        kind="association",
        name_fi="Näyteyhdistys ry",
        valid=date_range(date(2020, 1, 1), None),
    )
    actors.clear()
    people = {name: make.worker(code, DAY, role=role) for name, (code, role) in SEATS.items()}

    def actor_of(username: str) -> Viewer:
        rowsecurity.apply(people[username])
        return people[username]

    with clock.at(DAY):
        information.play(actor_of, DAY)
        rowsecurity.apply(Viewer.for_system("tests", DAY))
        yield
    actors.clear()


def test_vantaa_adds_to_the_country_s_pages_and_has_one_of_its_own() -> None:
    own = Page.objects.filter(space__slug="vantaa").order_by("key").values_list("key", "kind")
    assert list(own) == [
        ("kielikoulutus", "addition"),
        ("liikkuminen", "own"),
        ("mista-kysya", "addition"),
        ("uuden-asukkaan-illat", "own"),
        ("uudenmaan-neuvontailta", "hidden"),
    ]


def test_swedish_is_stale_and_english_has_followed() -> None:
    page = Page.objects.get(key="uuden-asukkaan-illat")
    rows = editing.stale_texts([page.space_id]).filter(page=page)
    assert [one.language for one in rows] == ["sv"]


def test_a_draft_waits_for_review_with_two_comments() -> None:
    text = PageText.objects.get(page__key="liikkuminen", language="fi")
    assert (text.state, text.published) == ("review", None)
    assert ReviewComment.objects.filter(text=text).count() == 2


def test_readers_see_services_events_and_news_of_both() -> None:
    assert {one.state for one in Service.objects.all()} == {"published"}
    assert {one.state for one in Event.objects.all()} == {"published"}
    assert (Service.objects.count(), Event.objects.count(), News.objects.count()) == (2, 2, 2)
    rowsecurity.apply(Viewer(None, "", DAY, None))
    shown = Client().get("/info/fi/vantaa/").content.decode()
    for words in (
        "Vantaan neuvontapiste",
        "Kielikahvila",
        "Uuden asukkaan ilta",
        "Uusia suomen kursseja alkaa",
    ):
        assert words in shown
    assert "Uudenmaan yhteinen neuvontailta" not in shown


def test_feedback_has_come_in_in_three_languages() -> None:
    assert {one.language for one in Feedback.objects.all()} == {"fi", "en", "ar"}
