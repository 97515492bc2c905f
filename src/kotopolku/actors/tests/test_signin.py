"""The way in: middleware, second factor, personas, refusals, tokens and the API."""

from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.actors import actions
from kotopolku.actors.tests.people import DAY, authority, browser_of, member, operator
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_anonymous_people_are_led_to_the_sign_in_page_and_back() -> None:
    answer = browser_of().get("/who-answers/?municipality=092")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fwho-answers%2F%3Fmunicipality%3D092"


def test_htmx_is_led_to_the_sign_in_page_as_a_whole_page() -> None:
    answer = browser_of().get("/who-answers/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")


def test_the_middleware_asks_four_questions_and_the_frame_one(no_second_factor: None) -> None:
    browser = browser_of(member("worker", "kunta-092", Role.CASEWORKER))
    browser.get("/who-answers/")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/who-answers/").status_code == 200
    statements = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 5, statements
    assert "notices_notice" in statements[-1]


def test_without_a_second_factor_nothing_opens_in_production() -> None:
    browser = browser_of(member("worker", "kunta-092", Role.CASEWORKER))
    answer = browser.get("/who-answers/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/").status_code == 200
    assert browser.get("/api/who-answers?duty=placement&municipality=092").status_code == 403


def test_with_a_second_factor_the_pages_open() -> None:
    user = member("worker", "kunta-092", Role.CASEWORKER)
    TOTP.activate(user, generate_totp_secret())
    assert browser_of(user).get("/who-answers/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor() -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    user = member("worker", "kunta-092", Role.CASEWORKER)
    RecoveryCodes.activate(user)
    assert browser_of(user).get("/who-answers/").status_code == 302


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor() -> None:
    user = member("worker", "kunta-092", Role.CASEWORKER)
    TOTP.activate(user, generate_totp_secret())
    browser = browser_of()
    answer = browser.post("/accounts/login/", {"login": "worker", "password": "long enough to pass"})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/accounts/2fa/authenticate/").status_code == 200
    assert browser.get("/who-answers/").headers["Location"].startswith("/accounts/login/")


def test_signing_in_is_in_the_journal(no_second_factor: None) -> None:
    member("worker", "kunta-092", Role.CASEWORKER)
    before = Entry.objects.filter(action="actors.user.sign-in").count()
    answer = browser_of().post("/accounts/login/", {"login": "worker", "password": "long enough to pass"})
    assert answer.status_code == 302
    operator()
    assert Entry.objects.filter(action="actors.user.sign-in").count() == before + 1


def test_nobody_can_sign_up() -> None:
    browser = browser_of()
    typed = {
        "username": "x",
        "email": "x@example.fi",
        "password1": "a long password",
        "password2": "a long password",
    }
    browser.post("/accounts/signup/", typed)
    assert (
        "By invitation"
        in browser.get("/accounts/signup/", headers={"Accept-Language": "en"}).content.decode()
    )
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/signup/",
        "/accounts/inactive/",
    ],
)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_of_signing_in_have_our_frame(address: str, language: str) -> None:
    page = browser_of().get(address, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert "kotopolku" in page.content.decode().lower()
    assert page.content.decode().count("<h1") == 1


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/reauthenticate/",
        "/accounts/email/",
    ],
)
def test_the_pages_of_ones_own_keys_open(address: str, no_second_factor: None) -> None:
    member("worker", "kunta-092", Role.CASEWORKER)
    browser = browser_of()
    browser.post("/accounts/login/", {"login": "worker", "password": "long enough to pass"})
    browser.post("/accounts/reauthenticate/", {"password": "long enough to pass"})
    page = browser.get(address)
    assert page.status_code == 200, page.headers
    assert page.content.decode().count("<h1") == 1
    assert "style=" not in page.content.decode()


def test_the_pages_of_recovery_codes_open(no_second_factor: None) -> None:
    user = member("worker", "kunta-092", Role.CASEWORKER)
    browser = browser_of()
    browser.post("/accounts/login/", {"login": "worker", "password": "long enough to pass"})
    browser.post("/accounts/reauthenticate/", {"password": "long enough to pass"})
    TOTP.activate(user, generate_totp_secret())
    for address in ("/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/totp/deactivate/"):
        assert browser.get(address).status_code == 200
    browser.post("/accounts/2fa/recovery-codes/generate/")
    assert browser.get("/accounts/2fa/recovery-codes/").status_code == 200


class TestPersonas:
    """One-click sign-in of the demo."""

    @pytest.fixture(autouse=True)
    def personas(self) -> None:
        member(
            "te.uusimaa",
            "te-01",
            Role.CASEWORKER,
            first=date(2013, 1, 1),
            last=date(2024, 12, 31),
            persona=True,
        )
        member("kunta.vantaa", "kunta-092", Role.CASEWORKER, persona=True)

    def test_one_press_signs_in(self, demo: None) -> None:
        browser = browser_of()
        assert "kunta.vantaa" in browser.get("/accounts/login/").content.decode()
        assert browser.post("/demo/sign-in/kunta.vantaa/").headers["Location"] == "/"
        assert browser.get("/who-answers/").status_code == 200

    def test_a_persona_of_another_time_offers_to_go_there(self, demo: None) -> None:
        browser = browser_of()
        answer = browser.post("/demo/sign-in/te.uusimaa/")
        assert answer.status_code == 409
        assert "31" in answer.content.decode()
        assert "_auth_user_id" not in browser.session
        assert browser.post("/demo/sign-in/te.uusimaa/", {"travel": "1"}).status_code == 302
        assert browser.session["demo_day"] == "2024-12-01"
        assert browser.get("/who-answers/").status_code == 200

    def test_outside_demo_mode_there_are_no_personas(self) -> None:
        browser = browser_of()
        assert browser.post("/demo/sign-in/kunta.vantaa/").status_code == 404
        assert "kunta.vantaa" not in browser.get("/accounts/login/").content.decode()

    def test_a_real_user_is_no_persona(self, demo: None) -> None:
        member("real.person", "kunta-092", Role.CASEWORKER)
        assert browser_of().post("/demo/sign-in/real.person/").status_code == 404


def test_a_user_without_a_seat_on_the_day_is_refused(no_second_factor: None) -> None:
    user = member("old.worker", "te-01", Role.CASEWORKER, last=date(2024, 12, 31))
    assert browser_of(user).get("/who-answers/").status_code == 403


def test_who_answers_page_tells_the_answer_or_the_reason(no_second_factor: None) -> None:
    browser = browser_of(member("worker", "kunta-092", Role.CASEWORKER))
    ask = {"municipality": "092", "duty": "placement", "on": "26.4.2021"}
    page = browser.get("/who-answers/", ask, headers={"Accept-Language": "en"}).content.decode()
    assert "Uusimaa ELY Centre" in page
    assert "§ 41" in page
    page = browser.get("/who-answers/", ask | {"municipality": "478"}, headers={"Accept-Language": "en"})
    assert "Åland" in page.content.decode()
    every = browser.get("/who-answers/", {"municipality": "092", "duty": ""}).content.decode()
    assert every.count("<tr") == 14
    assert browser.get("/who-answers/", ask | {"on": "31.2.2021"}).status_code == 422
    assert browser.get("/who-answers/", {"municipality": "999"}).status_code == 422
    old = browser.get("/who-answers/", ask | {"on": "1.1.2019"}, headers={"Accept-Language": "en"})
    assert "1 January 2020" in old.content.decode()


def test_an_unknown_organisation_does_not_exist(no_second_factor: None) -> None:
    browser = browser_of(member("worker", "kunta-092", Role.CASEWORKER))
    assert browser.get("/organisations/ely-99/").status_code == 404


class TestApi:
    """The same answers over HTTP, by session or by token."""

    ASK = "/api/who-answers?duty=assessment-jobseeker&municipality=092&on=2021-04-26"

    @pytest.fixture
    def token(self) -> str:
        user = member("worker", "kunta-092", Role.CASEWORKER)
        _row, text = actions.create_token(
            actor=operator(),
            organisation=authority("kunta-092"),
            name="register",
            role=Role.READER,
            user=user,
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 12, 31),
        )
        return text

    def test_a_token_opens_the_api_and_nothing_else(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answer = Client().get(self.ASK, headers=headers)
        assert answer.status_code == 200
        data = answer.json()
        assert data["organisation"]["code"] == "te-01"
        assert data["section"] == "§ 10.1"
        assert set(data["explanation"]) == {"fi", "sv", "en"}
        assert Client().get("/directory/", headers=headers).status_code == 302

    def test_a_wrong_or_missing_token_is_401(self, token: str) -> None:
        assert Client().get(self.ASK).status_code == 401
        assert Client().get(self.ASK, headers={"Authorization": "Bearer no"}).status_code == 401

    def test_an_ended_token_is_401(self, token: str) -> None:
        from kotopolku.actors.models import ApiToken

        actions.end_token(actor=operator(), token=ApiToken.objects.get(), last_day=date(2026, 11, 22))
        assert Client().get(self.ASK, headers={"Authorization": f"Bearer {token}"}).status_code == 401

    def test_the_token_is_not_stored(self, token: str) -> None:
        from kotopolku.actors.models import ApiToken

        assert token.encode() not in bytes(ApiToken.objects.get().token_hash)

    def test_what_has_no_answer_says_why(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        for ask in (
            "duty=fishing&municipality=092",
            "duty=placement&municipality=999",
            "duty=placement&municipality=478",
        ):
            answer = Client().get(f"/api/who-answers?{ask}", headers=headers)
            assert answer.status_code == 422
            assert answer.headers["Content-Type"].startswith("application/problem+json")
            assert answer.json()["detail"]

    def test_organisations_and_contacts_are_those_of_the_day(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        assert len(Client().get("/api/organisations?kind=ely&on=2025-06-01", headers=headers).json()) == 15
        assert Client().get("/api/organisations?kind=ely", headers=headers).json() == []
        assert Client().get("/api/contacts", headers=headers).json() == []

    def test_a_session_reads_the_api_too(self, no_second_factor: None) -> None:
        assert browser_of(member("worker", "kunta-092", Role.CASEWORKER)).get(self.ASK).status_code == 200

    def test_the_api_operations_declare_their_capability(self) -> None:
        from kotopolku.actors.api import router

        for path in router.path_operations.values():
            for operation in path.operations:
                assert getattr(operation.view_func, "capability", None) is not None


def test_the_day_of_the_tests_is_fixed() -> None:
    assert date(2026, 11, 23) == DAY
