"""What every page of the frame needs around it: security policy, the chosen day and language, faults told in words.

Not for: who is asking (``actors.middleware``).
"""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from kotopolku import clock
from kotopolku.mypage import languages
from kotopolku.portal import faults, preferences

GetResponse = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""Nothing inline, nothing from elsewhere. ``data:`` is for the picture of a TOTP code and icons in the styles."""

DEMO_DAY = "demo_day"
FIRST_DEMO_DAY = date(2020, 1, 1)
LAST_DEMO_DAY = date(2030, 12, 31)


class ContentSecurityPolicy:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class FriendlyFaults:
    """Nobody meets an empty answer or machine text: see ``faults``."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return faults.in_words(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return faults.refused(request, error)


class ChosenDay:
    """In demo mode the pages live on the day kept in the session; in production the clock is the clock."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with clock.at(chosen_day(request)):
            return self.get_response(request)


def chosen_day(request: HttpRequest) -> date | None:
    if not settings.DEMO or request.path.startswith(settings.STATIC_URL):
        return None
    kept = request.session.get(DEMO_DAY)
    return date.fromisoformat(kept) if kept else None


class ChosenLanguage:
    """Pages of officials speak fi, sv or en; the client's own pages (/my/) thirteen languages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.session.get("language")
        for_client = languages.is_client_path(request.path)
        language = languages.language_of(request) if for_client else preferences.language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
