"""Requests to the frame's own pages."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors.models import Organisation, User

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def on_a_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())


def user_in(role: Role, organisation: str = "kunta-092") -> User:
    system = Viewer.for_system("test", clock.today())
    rowsecurity.apply(system)
    user: User = actors.create_user(
        actor=system,
        username=f"u-{role.value}",
        full_name="Tuuli Malli",
        password="a long password 1",
        language="en",
    )
    actors.add_membership(
        actor=system,
        user=user,
        organisation=Organisation.objects.get(code=organisation),
        role=role,
        valid_from=date(2020, 1, 1),
    )
    return user


@pytest.fixture
def signed_in(client: Client, settings: Any) -> Any:
    """Signs a new user with the role in; no second factor is asked for."""
    settings.SECOND_FACTOR_REQUIRED = False

    def sign_in(role: Role, organisation: str = "kunta-092") -> Client:
        client.force_login(user_in(role, organisation), backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["kotopolku_language"] = "en"
        return client

    return sign_in


def test_the_menu_shows_only_rooms_that_the_role_may_enter(signed_in: Any) -> None:
    text = signed_in(Role.DATA_PROTECTION_OFFICER).get("/law/").content.decode()
    assert 'href="/journal/"' in text
    assert 'href="/clients/"' not in text
    assert 'href="/organisation/members/"' not in text
    assert 'action="/clients/"' not in text


def test_every_page_of_the_menu_marks_itself_as_current(signed_in: Any) -> None:
    text = signed_in(Role.READER).get("/law/").content.decode()
    assert '<a href="/law/" aria-current="page">' in text


@pytest.mark.parametrize("path", ["/about/accessibility/", "/about/data-protection/", "/about/help/"])
def test_anybody_may_read_what_the_service_says_of_itself(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "Content-Security-Policy" in response.headers


def test_health_answers_without_a_session(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_language_is_changed_by_a_form_and_stays(client: Client) -> None:
    response = client.post("/language/", {"language": "sv", "next": "/about/help/"})
    assert response.headers["Location"] == "/about/help/"
    assert client.get("/about/help/").headers["Content-Language"] == "sv"


def test_a_form_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/language/", {"language": "sv", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_the_scheme_stays(client: Client) -> None:
    client.post("/scheme/", {"scheme": "dark"})
    assert 'data-color-scheme="dark"' in client.get("/about/help/").content.decode()
    client.post("/scheme/", {"scheme": "pink"})
    assert 'data-color-scheme="dark"' in client.get("/about/help/").content.decode()


def test_a_users_language_is_kept_for_the_next_computer(signed_in: Any) -> None:
    signed_in(Role.READER).post("/language/", {"language": "sv"})
    assert User.objects.get(username="u-reader").language == "sv"


def test_the_demo_steps_to_another_day(client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.cookies["kotopolku_language"] = "en"
    client.post("/day/", {"day": "1.3.2021"})
    assert "Monday 1 March 2021" in client.get("/about/help/").content.decode()
    client.post("/day/", {"step": "week"})
    assert "Monday 8 March 2021" in client.get("/about/help/").content.decode()
    client.post("/day/", {"step": "today"})
    assert "Monday 23 November 2026" in client.get("/about/help/").content.decode()


@pytest.mark.parametrize("typed", ["30.2.2021", "soon", "1.1.1890", "1.1.2999"])
def test_an_impossible_day_changes_nothing_and_is_explained(
    client: Client, settings: Any, typed: str
) -> None:
    settings.DEMO = True
    client.cookies["kotopolku_language"] = "en"
    text = client.post("/day/", {"day": typed, "next": "/about/help/"}, follow=True).content.decode()
    assert "Monday 23 November 2026" in text
    assert 'data-tone="warn"' in text


def test_production_has_no_page_for_the_day(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert client.post("/day/", {"day": "1.3.2021"}).status_code == 404
    assert "daybar" not in client.get("/about/help/").content.decode()


def test_a_button_opened_as_a_page_says_so(client: Client) -> None:
    response = client.get("/language/")
    assert response.status_code == 405
    assert b"<h1>" in response.content


def test_a_form_without_its_token_is_kept_and_explained(settings: Any) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    response = strict.post("/language/", {"language": "sv"})
    text = response.content.decode()
    assert response.status_code == 403
    assert "open too long" in text
    assert 'name="language" value="sv"' in text


def test_the_rules_of_the_day_are_listed_with_their_sections(signed_in: Any) -> None:
    client = signed_in(Role.READER)
    assert "681/2023 § 22" in client.get("/law/").content.decode()
    old = client.get("/law/?on=1.3.2021").content.decode()
    assert "1386/2010 § 10" in old
    assert "681/2023" not in old.split("<table")[1]


def test_a_rule_is_tried_with_a_day_and_explains_itself(signed_in: Any) -> None:
    text = signed_in(Role.READER).get("/law/A1/?start=26.4.2021").content.decode()
    assert "Monday 28 June 2021" in text
    assert "Midsummer" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("start=30.2.2021", "Give a day that exists"),
        ("start=26.4.2026", "in force"),
        ("start=26.4.2021&stopped_from=2.5.2021&stopped_until=1.5.2021", "before the first"),
        ("start=26.4.2021&stopped_from=2.5.2021", "both"),
    ],
)
def test_a_wrong_day_is_told_beside_the_field(signed_in: Any, query: str, words: str) -> None:
    response = signed_in(Role.READER).get(f"/law/A1/?{query}")
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert "<title>Error:" in text


def test_a_rule_that_does_not_exist_is_not_found(signed_in: Any) -> None:
    assert signed_in(Role.READER).get("/law/Z9/").status_code == 404


def test_the_journal_is_for_the_data_protection_officer_only(signed_in: Any) -> None:
    assert signed_in(Role.CASEWORKER).get("/journal/").status_code == 403


def test_the_officer_is_told_when_there_is_no_such_client(signed_in: Any) -> None:
    client = signed_in(Role.DATA_PROTECTION_OFFICER)
    assert client.get("/journal/").status_code == 200
    response = client.post("/journal/", {"person": "2026-99999", "reason": "asked", "days": "30"})
    assert "No such client" in response.content.decode()


def test_a_search_in_the_journal_needs_a_reason(signed_in: Any) -> None:
    response = signed_in(Role.DATA_PROTECTION_OFFICER).post(
        "/journal/", {"person": "2026-00001", "days": "30"}
    )
    assert response.status_code == 422


def test_counts_are_for_those_who_steer(signed_in: Any) -> None:
    client = signed_in(Role.MINISTRY_OFFICER, "tem")
    assert client.get("/counts/").status_code == 200
    assert client.get("/journal/").status_code == 403


def test_ones_own_page_tells_the_seat(signed_in: Any) -> None:
    text = signed_in(Role.READER).get("/account/").content.decode()
    assert "reader, " in text
