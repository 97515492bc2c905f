"""Clients sign in by a real OpenID Connect provider on this machine: the good way, and every way it can fail or lie."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from kotopolku import clock
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.mypage import rules
from kotopolku.mypage.models import OwnAccount
from kotopolku.mypage.tests.visiting import DAY, Visitor, a_client, code_for, everything
from tests import oidc_provider
from tests.oidc_provider import Provider

pytestmark = [pytest.mark.django_db]

BORN = date(1990, 3, 14)
CODE = make.identity_code(BORN, 41)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with oidc_provider.running() as found:
        settings.OIDC_ISSUER = found.url
        settings.OIDC_CLIENT_ID = oidc_provider.CLIENT_ID
        settings.OIDC_CLIENT_SECRET = oidc_provider.CLIENT_SECRET
        settings.OIDC_TIMEOUT_SECONDS = 5
        settings.SECOND_FACTOR_REQUIRED = False
        found.identity_code = CODE
        yield found


def known_client(**changes: Any) -> Relationship:
    person = make.person(birth_date=BORN, identity_code=CODE, service_language="uk", **changes)
    return a_client(person=person)[1]


def there_and_back(visitor: Visitor, address: str = "/my/sign-in/identity/") -> Any:
    """Goes to the provider and comes back with what it answers."""
    to = visitor.get(address)
    assert to.status_code == 302, words(to)
    return visitor.get(back_from(to["Location"]))


def back_from(address: str) -> str:
    from urllib.error import HTTPError

    try:
        build_opener(_Stay).open(address, timeout=10)
    except HTTPError as answer:
        return answer.headers["Location"].removeprefix("http://testserver")
    raise AssertionError("the provider did not send back")


def assert_nobody_is_in(visitor: Visitor) -> None:
    assert visitor.get("/my/").status_code == 302
    everything()
    assert not OwnAccount.objects.exists()


def test_a_client_signs_in_sees_the_own_path_in_the_service_language_and_finds_the_same_account_again(
    provider: Provider,
) -> None:
    relationship = known_client()
    visitor = Visitor()
    del visitor.client.cookies["kotopolku_own_language"]
    answer = there_and_back(visitor)
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    page = visitor.get("/my/")
    assert page["Content-Language"] == "uk"
    assert 'lang="uk"' in page.content.decode()
    assert there_and_back(Visitor()).status_code == 302
    everything()
    account = OwnAccount.objects.get()
    assert account.person_id == relationship.person_id
    assert not account.user.has_usable_password()
    assert Entry.objects.filter(action="mypage.account.entered").count() == 2


def test_the_page_that_was_asked_for_opens_after_signing_in(provider: Provider) -> None:
    known_client()
    answer = there_and_back(Visitor(), "/my/sign-in/identity/?next=/my/rights/")
    assert answer["Location"] == "/my/rights/"
    for elsewhere in ("https://example.org/", "/clients/", "//example.org/my/"):
        assert there_and_back(Visitor(), f"/my/sign-in/identity/?next={elsewhere}")["Location"] == "/my/"


def test_a_person_whom_nobody_knows_gets_a_kind_page_and_no_session(provider: Provider) -> None:
    provider.identity_code = make.identity_code(date(1985, 5, 5), 42)
    visitor = Visitor()
    answer = there_and_back(visitor)
    assert answer.status_code == 403
    assert "We do not know you yet" in words(answer)
    assert_nobody_is_in(visitor)


@pytest.mark.parametrize(
    "lie",
    [
        {"signs_with_another_key": True},
        {"leaves_unsigned": True},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"aud": "another-service"}},
        {"claims": {"nonce": "another-visit"}},
        {"claims": {"nonce": None}},
        {"claims": {"exp": 1_000_000_000}},
        {"claims": {"sub": None}},
        {"names_itself": "https://elsewhere.example"},
    ],
    ids=[
        "another key",
        "no signature",
        "issuer",
        "audience",
        "nonce",
        "no nonce",
        "expired",
        "no subject",
        "description",
    ],
)
def test_a_provider_that_lies_opens_no_session(provider: Provider, lie: dict[str, Any]) -> None:
    known_client()
    visitor = Visitor()
    to = visitor.get("/my/sign-in/identity/")
    for name, value in lie.items():
        setattr(provider, name, value)
    answer = visitor.get(back_from(to["Location"]))
    assert answer.status_code == 403
    assert "We could not be sure who you are." in words(answer)
    assert_nobody_is_in(visitor)


def test_a_provider_that_gives_no_identity_code_opens_no_session(provider: Provider) -> None:
    known_client()
    provider.claims = {oidc_provider.CODE_CLAIM: None}
    visitor = Visitor()
    answer = there_and_back(visitor)
    assert answer.status_code == 403
    assert "did not tell us your identity code" in words(answer)
    assert_nobody_is_in(visitor)


def test_a_provider_that_is_down_gives_a_clear_page(settings: Any) -> None:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = "http://127.0.0.1:9", "kotopolku-test"
    visitor = Visitor()
    answer = visitor.get("/my/sign-in/identity/")
    assert answer.status_code == 503
    assert "does not answer just now" in words(answer)
    assert_nobody_is_in(visitor)


def test_a_way_back_without_having_gone_there_or_used_twice_opens_nothing(provider: Provider) -> None:
    known_client()
    visitor = Visitor()
    assert visitor.get("/my/sign-in/return/?code=x&state=y").status_code == 403
    back = back_from(visitor.get("/my/sign-in/identity/")["Location"])
    stranger = Visitor()
    assert stranger.get(back).status_code == 403, "another browser has not begun this"
    assert visitor.get(back).status_code == 302
    assert visitor.get(back).status_code == 403, "once only"
    assert visitor.get("/my/").status_code == 200, "a link that leads nowhere ends no session"


def test_whoever_turns_back_at_the_provider_is_told_so(provider: Provider) -> None:
    provider.refuses = "access_denied"
    visitor = Visitor()
    answer = there_and_back(visitor)
    assert answer["Location"] == "/my/sign-in/"
    assert "You did not sign in." in visitor.say("/my/sign-in/")


def test_signing_in_as_another_person_ends_the_session_of_the_first(provider: Provider) -> None:
    known_client()
    other = make.identity_code(date(1971, 7, 7), 43)
    second = a_client(person=make.person(birth_date=date(1971, 7, 7), identity_code=other, given_names="Bo"))[
        1
    ]
    visitor = Visitor()
    there_and_back(visitor)
    provider.identity_code = other
    there_and_back(visitor)
    data = visitor.get("/my/data/json/").json()
    assert data["person"]["identity_code"] == other
    assert second.person.given_names == "Bo"


def test_an_official_who_signs_in_as_a_client_is_no_official_any_more(provider: Provider) -> None:
    known_client()
    worker = Worker("kunta-092", DAY)
    visitor = Visitor()
    visitor.client = worker.client
    there_and_back(visitor)
    assert visitor.get("/my/").status_code == 200
    assert visitor.get("/clients/").status_code == 403


def test_a_provider_that_fails_after_somebody_has_begun_leaves_nobody_in(provider: Provider) -> None:
    known_client()
    visitor = Visitor()
    there_and_back(visitor)
    assert visitor.get("/my/").status_code == 200
    provider.signs_with_another_key = True
    assert there_and_back(visitor).status_code == 403
    assert visitor.get("/my/").status_code == 302


def test_behind_the_operator_s_proxy_each_visitor_has_tries_of_one_s_own(settings: Any) -> None:
    settings.HTTPS = True
    worker, relationship = a_client()
    code = code_for(worker, relationship)
    typed = {"birth_date": "1.1.1950", "code": "AAAA-AAAA-AAAA"}
    visitor = Visitor()
    with clock.at(DAY):
        for _time in range(rules.MOST_WRONG_CODES):
            visitor.client.post("/my/sign-in/code/", typed, headers={"x-forwarded-for": "203.0.113.7"})
        right = {"code": code, "birth_date": f"{relationship.person.birth_date:%d.%m.%Y}"}
        locked = visitor.client.post("/my/sign-in/code/", right, headers={"x-forwarded-for": "203.0.113.7"})
        other = visitor.client.post("/my/sign-in/code/", right, headers={"x-forwarded-for": "203.0.113.8"})
    assert (locked.status_code, other.status_code) == (422, 302)


def test_without_a_provider_the_way_is_not_offered(settings: Any) -> None:
    settings.OIDC_ISSUER = ""
    assert Visitor().get("/my/sign-in/identity/").status_code == 404
    assert "/my/sign-in/identity/" not in Visitor().get("/my/sign-in/").content.decode()
