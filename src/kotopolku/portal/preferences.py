"""What a person chose for the pages: language and light or dark. Kept in cookies, and for a user in the session.

Not for: rights or the day (``middleware.py``).
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
SCHEMES = ("auto", "light", "dark")
SCHEME_COOKIE = "kotopolku_scheme"
_YEAR_SECONDS = 365 * 24 * 60 * 60


def language_of(request: HttpRequest) -> str:
    """Chosen on this browser, else the user's own, else what the browser asks for, else Finnish."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in LANGUAGES:
        return str(chosen)
    own = _from_session(request, "language")
    if own in LANGUAGES:
        return own
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if code[:2] in LANGUAGES:
            return str(code[:2])
    return str(settings.LANGUAGE_CODE)


def scheme_of(request: HttpRequest) -> str:
    """auto, light or dark."""
    chosen = request.COOKIES.get(SCHEME_COOKIE) or _from_session(request, "colour_scheme")
    return chosen if chosen in SCHEMES else "auto"


def _from_session(request: HttpRequest, key: str) -> str:
    """From a session that somebody has asked for already. Fault pages come here too, when the database may be gone."""
    session = getattr(request, "session", None)
    if session is None or not session.accessed:
        return ""
    try:
        return str(session.get(key, ""))
    except (DatabaseError, InterfaceError):
        return ""


def remember(response: HttpResponseBase, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie,
        value,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def follow_sign_in() -> None:
    """From now on a person who signs in finds the pages as they left them."""
    user_logged_in.connect(_copy_to_session, dispatch_uid="portal.preferences")


def _copy_to_session(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    request.session["language"] = user.language
    request.session["colour_scheme"] = user.colour_scheme
