"""What every page of the frame needs around it: security policy, the chosen day and language, faults told in words.

Not for: who is asking (``actors.middleware``).
"""

from collections.abc import Callable
from datetime import date
from typing import cast

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.gzip import GZipMiddleware
from django.urls import resolve
from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.actors import signin
from kotopolku.information import languages as public
from kotopolku.information.revisions import NotOffered
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

PUBLIC_POLICY = f"{POLICY}; manifest-src 'self'; worker-src 'self'"
"""The public pages can be put on a phone's home screen and read without a connection."""

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


class PublicPages:
    """The public pages (/info/) go a short way: no session, no cookie, no sign-in, nobody asked who they are.

    Nothing is written in the reader's name, so nothing needs a token against forgery. A page with an ETag reads outside a
    transaction, so that an unchanged one costs a single statement; any other runs in one, seen with nobody's rights.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        around = GZipMiddleware(CommonMiddleware(XFrameOptionsMiddleware(self.answer)))
        self.short = cast(GetResponse, around)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not public.is_public_path(request.path):
            return self.get_response(request)
        language = public.language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.short(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Content-Security-Policy", PUBLIC_POLICY)
        return response

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        request.viewer = signin.anonymous()  # type: ignore[attr-defined]
        try:
            request.resolver_match = match = resolve(request.path)
            if getattr(match.func, "revised", False):
                return match.func(request, *match.args, **match.kwargs)
            with transaction.atomic():
                rowsecurity.apply(request.viewer)  # type: ignore[attr-defined]
                return match.func(request, *match.args, **match.kwargs)
        except NotOffered as error:
            return faults.page(request, 404, offered=error.languages)
        except (NotVisible, Http404):
            return faults.page(request, 404)
        except Exception as error:
            found = faults.refused(request, error)
            if found is None:
                raise
            return found


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
    """Pages of officials speak fi, sv or en; the client's own pages (/my/), and what anybody may read, thirteen languages."""

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
