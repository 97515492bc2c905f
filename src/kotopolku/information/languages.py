"""The languages of the public pages: rows of a table, in which one the page's own words stand, and what a browser wishes.

Not for: the words themselves (catalogues under ``locale/``), texts of pages (``queries/reading.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from kotopolku.information import sources

PUBLIC = "/info/"
FALLBACK = "en"
"""Own words of the pages in a language that has texts but no catalogue."""
LAST_RESORTS = ("fi", "en", "sv")
"""Offered after a language's own nearest ones."""
_CATALOGUES = frozenset(code for code, _name in settings.CLIENT_LANGUAGES)
_ALIASES = {"zh": "zh-hans", "prs": "fa"}
"""What browsers say for a language that we keep under another code."""


@dataclass(frozen=True)
class Language:
    """One language as pages need it. ``nearest``: codes offered where a text is missing, the nearest first."""

    code: str
    name: str
    direction: str = "ltr"
    nearest: tuple[str, ...] = ()
    retired: bool = False

    @property
    def ui(self) -> str:
        """In which language the page's own words stand."""
        return ui_code(self.code)

    @property
    def offered(self) -> tuple[str, ...]:
        """Languages in which a text is looked for, this one first."""
        return tuple(dict.fromkeys((self.code, *self.nearest, *LAST_RESORTS)))


def language(row: Mapping[str, Any]) -> Language:
    """A row of the table, or of the data at the start."""
    return Language(
        code=row["code"],
        name=row["name"],
        direction=row.get("direction") or "ltr",
        nearest=tuple(row.get("nearest") or ()),
        retired=bool(row.get("retired_on")),
    )


@cache
def at_the_start() -> tuple[Language, ...]:
    """The languages of the data: for pages that must not ask the database."""
    return tuple(language(row) for row in sources.languages())


def ui_code(code: str) -> str:
    """The catalogue for a language: its own, or English."""
    return code if code in _CATALOGUES else FALLBACK


def code_in(path: str) -> str:
    """The language that an address names; empty where it names none."""
    if not path.startswith(PUBLIC):
        return ""
    return path.removeprefix(PUBLIC).partition("/")[0]


def is_public_path(path: str) -> bool:
    """Whether the address is one of the public pages."""
    return path.startswith(PUBLIC)


def wished(header: str, known: Sequence[Language]) -> str:
    """The first language of the browser's wish that we have; Finnish where there is none."""
    codes = {one.code for one in known if not one.retired}
    for asked, _weight in parse_accept_lang_header(header.lower()):
        base = asked.split("-")[0]
        for code in (asked, _ALIASES.get(asked, ""), base, _ALIASES.get(base, "")):
            if code in codes:
                return code
    return "fi"


def language_of(request: HttpRequest) -> str:
    """The catalogue for a public address, without asking the database: as the address says, else as the browser wishes."""
    code = code_in(request.path)
    if code in _CATALOGUES:
        return code
    if code in {one.code for one in at_the_start()}:
        return FALLBACK
    return ui_code(wished(request.headers.get("Accept-Language", ""), at_the_start()))
