"""The thirteen languages in which a client is asked about a step: which one a request wants, the invitation in each.

Not for: the texts (catalogues under ``locale/``).
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext, override
from django.utils.translation.trans_real import parse_accept_lang_header

from kotopolku.steering.models import PathStep
from kotopolku.steering.path_rules import said_in

NAMES = dict(settings.CLIENT_LANGUAGES)
_OTHER_CODES = {"zh": "zh-hans", "prs": "fa"}


@dataclass(frozen=True)
class Language:
    """As the chooser and the page's ``html`` element need it."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True)
class Invitation:
    """The sentence that asks, in one language, with the step's title as it stands there."""

    language: Language
    words: str
    title: str
    title_language: str


def language(code: str) -> Language:
    return Language(code, NAMES[code], "rtl" if code in settings.LANGUAGES_BIDI else "ltr")


def all_languages() -> list[Language]:
    return [language(code) for code in NAMES]


def wanted(request: HttpRequest) -> Language:
    """Chosen in the address, else what the browser asks for, else Finnish."""
    chosen = request.GET.get("language", "")
    if chosen in NAMES:
        return language(chosen)
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        for code in (asked, asked.split("-")[0]):
            code = _OTHER_CODES.get(code, code)
            if code in NAMES:
                return language(code)
    return language(str(settings.LANGUAGE_CODE))


def invitations(step: PathStep) -> list[Invitation]:
    """For a printed sheet, every language's own."""
    found = []
    for one in all_languages():
        with override(one.code):
            title, title_language = said_in(step.title, one.code)
            found.append(Invitation(one, gettext("Tell us how it went"), title, title_language))
    return found
