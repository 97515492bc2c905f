"""What a person chose for the pages: language and light or dark. Kept in cookies, and for a user in the session.

Not for: rights or the day (``middleware.py``).
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation.trans_real import parse_accept_lang_header

from kotopolku.mypage import languages

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
SCHEMES = ("auto", "light", "dark")
SCHEME_COOKIE = "kotopolku_scheme"
_YEAR_SECONDS = 365 * 24 * 60 * 60
_FOR_READERS = re.compile(
    r"/steering/(public|indicators)/|/commons/(guidelines|minutes|positions/published|hearings/published)/"
    r"|/commons/hearings/\d+/summary/$"
)
"""What anybody may read of steering and cooperation: these pages speak all languages of clients to who is not signed in."""


def language_of(request: HttpRequest) -> str:
    """Chosen on this browser, else the user's own, else what the browser asks for, else Finnish."""
    own = _from_session(request, "language")
    offered = LANGUAGES if own or not _FOR_READERS.match(request.path) else languages.CODES
    wishes = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    asked = [languages.own_code(code) or languages.own_code(code.split("-")[0]) for code, _weight in wishes]
    for code in (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), own, *asked):
        if code in offered:
            return code
    return str(settings.LANGUAGE_CODE)


def further_languages(request: HttpRequest) -> tuple[languages.Language, ...]:
    """Languages beside the official ones in which a reader who is not signed in may have this page."""
    if _from_session(request, "language") or not _FOR_READERS.match(request.path):
        return ()
    return tuple(one for one in languages.all_languages() if one.code not in LANGUAGES)


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
