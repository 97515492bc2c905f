"""Policy, day and language around every page."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from kotopolku import clock
from kotopolku.portal import middleware


class KeptSession(dict[str, str]):
    accessed = True


def a_request(session: dict[str, str] | None = None, path: str = "/", **named: Any) -> HttpRequest:
    request = RequestFactory().get(path, **named)
    request.session = KeptSession(session or {})  # type: ignore[assignment]
    return request


def told_day(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(clock.today().isoformat())


def told_language(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language() or "")


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    response = middleware.ContentSecurityPolicy(told_day)(a_request())
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_the_demo_lives_on_the_chosen_day(settings: Any) -> None:
    settings.DEMO = True
    response = middleware.ChosenDay(told_day)(a_request({"demo_day": "2021-03-01"}))
    assert response.content == b"2021-03-01"
    assert clock.today() != date(2021, 3, 1)


def test_in_production_the_clock_is_the_clock(settings: Any) -> None:
    settings.DEMO = False
    response = middleware.ChosenDay(told_day)(a_request({"demo_day": "2021-03-01"}))
    assert response.content.decode() == clock.base_day().isoformat()


@pytest.mark.parametrize(
    ("cookie", "session", "browser", "expected"),
    [
        ("sv", "fi", "en", "sv"),
        ("", "sv", "en", "sv"),
        ("", "", "en-GB,en;q=0.8", "en"),
        ("", "", "uk, sv;q=0.5", "sv"),
        ("", "", "", "fi"),
        ("xx", "yy", "zz", "fi"),
    ],
)
def test_a_choice_wins_over_ones_own_language_and_that_over_the_browser(
    cookie: str, session: str, browser: str, expected: str
) -> None:
    request = a_request({"language": session}, headers={"Accept-Language": browser})
    if cookie:
        request.COOKIES["kotopolku_language"] = cookie
    response = middleware.ChosenLanguage(told_language)(request)
    assert response.content.decode() == expected
    assert response.headers["Content-Language"] == expected


@pytest.mark.parametrize(
    ("path", "cookie", "session", "browser", "expected"),
    [
        ("/steering/public/", "", "", "uk, sv;q=0.5", "uk"),
        ("/commons/minutes/", "ar", "", "en", "ar"),
        ("/commons/hearings/7/summary/", "", "", "zh-CN", "zh-hans"),
        ("/commons/hearings/7/", "ar", "", "zh-CN, sv;q=0.5", "sv"),
        ("/commons/guidelines/", "ar", "sv", "", "sv"),
    ],
)
def test_what_anybody_may_read_speaks_the_reader_s_language_and_an_official_s_when_signed_in(
    path: str, cookie: str, session: str, browser: str, expected: str
) -> None:
    request = a_request({"language": session}, path=path, headers={"Accept-Language": browser})
    request.COOKIES["kotopolku_language"] = cookie
    response = middleware.ChosenLanguage(told_language)(request)
    assert response.content.decode() == expected
