"""The thirteen languages of the client's own page: which addresses speak them, which one a page is in, who checked it.

Not for: the texts (catalogues under ``locale/``) and how days are written (``wording.py``).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

COOKIE = "kotopolku_own_language"
SESSION = "own_language"
CODES = tuple(code for code, _name in settings.CLIENT_LANGUAGES)
RIGHT_TO_LEFT = frozenset({"ar", "fa"})
OFFICIAL = ("fi", "sv", "en")
"""Checked with the code like all texts of officials; the others fall back to Finnish."""

_PLACES = ("/my/",)
_OF_OFFICIALS = ("/my/give/", "/my/corrections/")
_SERVICE = {"zh": "zh-hans", "prs": "fa"}
"""Service languages of the register whose own-page language has another code."""
_YEAR_SECONDS = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Language:
    """One language as the chooser and the page's ``html`` element need it."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True)
class Checked:
    """Who has checked a translation and when; both empty until a native speaker has."""

    by: str
    on: str


def is_client_path(path: str) -> bool:
    """Whether the address is a page for clients, in their languages."""
    return path.startswith(_PLACES) and not path.startswith(_OF_OFFICIALS)


@cache
def all_languages() -> tuple[Language, ...]:
    return tuple(
        Language(code, name, "rtl" if code in RIGHT_TO_LEFT else "ltr")
        for code, name in settings.CLIENT_LANGUAGES
    )


def current() -> Language:
    """The language of the page that is being made; Finnish when that is not a client language."""
    code = translation.get_language() or "fi"
    return next((one for one in all_languages() if one.code == code), all_languages()[0])


def own_code(service_language: str) -> str:
    """The own page's language for a service language of the register; empty when there is none."""
    code = _SERVICE.get(service_language, service_language)
    return code if code in CODES else ""


def language_of(request: HttpRequest) -> str:
    """Chosen on this browser, else the client's own, else what the browser asks for, else Finnish."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in CODES:
        return chosen
    kept = str(request.session.get(SESSION, "")) if hasattr(request, "session") else ""
    if kept in CODES:
        return kept
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        found = own_code(asked) or own_code(asked.split("-")[0])
        if found:
            return found
    return str(settings.LANGUAGE_CODE)


def service_code(code: str) -> str:
    """The register's code of a client language."""
    return next((known for known, own in _SERVICE.items() if own == code), code)


def remember(response: HttpResponseBase, code: str) -> None:
    """Keeps the chosen language on this device."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


@cache
def _checks() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "data" / "checked.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def checked(code: str) -> Checked:
    """Who has checked the texts of a language."""
    found = _checks().get(code, {})
    return Checked(found.get("checked_by", ""), found.get("on", ""))


@cache
def is_complete(code: str) -> bool:
    """Whether every text of the own page stands in the language; a text that does not is shown in Finnish."""
    if code in OFFICIAL:
        return True
    path = Path(settings.LOCALE_PATHS[0]) / translation.to_locale(code) / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return False
    with path.open("rb") as file:
        catalogue = read_po(file, locale=translation.to_locale(code))
    return all(_is_translated(message.string) for message in catalogue if message.id)


def _is_translated(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)
