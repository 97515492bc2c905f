"""The front page of a space: what it costs at 2 and at 200 rows, what is kept for the next reader, every person once."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Contact, Deputy, Organisation
from kotopolku.information import counting, guide, pages_public
from kotopolku.information.actions.spaces import touch
from kotopolku.information.models import Event, News, NewsText, Occurrence, Service, Space, Term
from kotopolku.information.revisions import reader_of
from kotopolku.information.tests.public_world import DAY, system

pytestmark = pytest.mark.django_db
MORNING = datetime.combine(DAY, datetime.min.time(), clock.HELSINKI) + timedelta(hours=9)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    monkeypatch.setattr(
        counting, "EVERY_SECONDS", 3600
    )  # no readings are written amid the statements counted
    rowsecurity.apply(system())
    pages_public.forget_fronts()


def get(path: str) -> tuple[str, int]:
    """The page as anybody reads it, and what it cost."""
    rowsecurity.apply(Viewer(None, "", DAY, None))
    with CaptureQueriesContext(connection) as seen:
        response = Client().get(path)
    rowsecurity.apply(system())
    assert response.status_code == 200
    return response.content.decode(), sum(
        not row["sql"].startswith(("SAVEPOINT", "RELEASE")) for row in seen.captured_queries
    )


def contact(name: str, **more: object) -> Contact:
    return Contact.objects.create(
        organisation=Organisation.objects.get(code="kunta-092"),
        name=name,
        title={"fi": "neuvoja"},
        telephone=more.pop("telephone", "09 000 0001"),
        public=True,
        valid=DateRange(date(2026, 1, 1), None),
        **more,
    )


def fill(number: int) -> None:
    vantaa = Space.objects.get(slug="vantaa")
    shared = {
        "organisation": Organisation.objects.get(code="kunta-092"),
        "state": "published",
        "places": ["092"],
        "made_on": DAY,
        "changed_at": MORNING,
    }
    people = [contact(f"Malli {one}", email=f"m{one}@example.invalid") for one in range(number)]
    for one in range(number):
        Deputy.objects.create(
            contact=people[one],
            deputy=people[one - 1],
            days=DateRange(DAY if one % 2 else DAY + timedelta(days=5), DAY + timedelta(days=9)),
        )
        Service.objects.create(names={"fi": f"Palvelu {one}"}, **shared)
        starts = MORNING + timedelta(days=one + 1)
        event = Event.objects.create(
            names={"fi": f"Tapahtuma {one}"}, starts=starts, ends=starts, uid=f"u{one}", **shared
        )
        Occurrence.objects.create(
            event=event, starts=starts, ends=starts + timedelta(hours=2), original=starts.date()
        )
        news = News.objects.create(space=vantaa, shown_from=DAY, published=True, made_on=DAY)
        NewsText.objects.create(news=news, language="fi", title=f"Uutinen {one}", words="Sanoja.")


@pytest.mark.parametrize("language", ["fi", "ar"])
@pytest.mark.parametrize("number", [2, 200])
def test_it_costs_six_statements_in_all_and_one_for_the_next_reader(number: int, language: str) -> None:
    address = f"/info/{language}/vantaa/"
    get(address)
    pages_public.forget_fronts()
    fill(number)
    Deputy.objects.update(days=DateRange(DAY, DAY + timedelta(days=9)))
    Contact.objects.update_or_create(name="Malli 0", defaults={"title": {"fi": "Neuvoja"}, "order": -1})
    Term.objects.create(concept="x-adviser", language="fi", words="neuvoja")
    Term.objects.create(concept="x-adviser", language="ar", words="مرشد")
    text, cost = get(address)
    for words in (
        "Tapahtuma 0",
        "Palvelu 0",
        f"Uutinen {number - 1}",
        "مرشد" if language == "ar" else "euvoja",
    ):
        assert words in text
    assert cost <= 6
    again, cost = get(address)
    assert again == text
    assert cost == 1, "the state alone"


def test_what_is_kept_goes_with_the_next_change_and_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "real_now", lambda: MORNING)
    fill(1)
    assert "Palvelu 0" in get("/info/fi/vantaa/")[0]
    Service.objects.update(names={"fi": "Toinen"})
    assert "Palvelu 0" in get("/info/fi/vantaa/")[0], "nobody has said yet that anything changed"
    Occurrence.objects.update(starts=MORNING, ends=MORNING + timedelta(minutes=30))
    touch([Space.objects.get(slug="vantaa").pk])
    text, _cost = get("/info/fi/vantaa/")
    assert "Toinen" in text
    assert "Tapahtuma 0" in text
    monkeypatch.setattr(clock, "real_now", lambda: MORNING + timedelta(hours=1))
    assert "Tapahtuma 0" not in get("/info/fi/vantaa/")[0], "what is over goes without any change"


def test_times_are_written_as_everywhere_else() -> None:
    fill(1)
    text, _cost = get("/info/fi/vantaa/")
    assert "9.00–11.00" in text


def test_one_who_stands_in_for_a_colleague_is_shown_once() -> None:
    away, here = contact("Tuuli Malli", order=1, telephone="09 000 0002"), contact("Johanna Salo", order=2)
    Deputy.objects.create(contact=away, deputy=here, days=DateRange(DAY, DAY + timedelta(days=9)))
    text, _cost = get("/info/fi/vantaa/")
    panel = text.split('id="contacts-title"')[1].split("</section>")[0]
    assert panel.count("Johanna Salo") == 1
    assert "Tuuli Malli" not in panel, "her own card stands for both"


def test_on_paper_too_a_person_is_named_once_with_the_colleagues_who_are_away() -> None:
    here = contact("Johanna Salo", order=2)
    for name in ("Tuuli Malli", "Kalle Koe"):
        Deputy.objects.create(
            contact=contact(name, telephone=""), deputy=here, days=DateRange(DAY, DAY + timedelta(days=9))
        )
    people = guide.of_space(reader_of("fi", "vantaa"))["pages"][-1]["parts"]
    words = [run["text"] for box in people for part in box["parts"] for run in part["runs"]]
    assert words.count("Johanna Salo") == 1
    assert sum("2026" in text for text in words) == 2


def test_the_page_is_kept_for_each_language_and_place() -> None:
    assert get("/info/fi/vantaa/")[0] != get("/info/ar/vantaa/")[0]
    assert get("/info/fi/vantaa/")[0] != get("/info/fi/uusimaa/")[0]
