"""Where a public page stands and in which state: its space with those above, the languages, and the ETag made of them.

One statement tells all of it, so an unchanged page is answered before anything else is read. No cookie, no session.
Not for: raising revisions (``actions/spaces.py``: ``touch``), the content of pages (``queries/reading.py``).
"""

import hashlib
import itertools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import override

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import open_to_all
from kotopolku.actors.models import Organisation
from kotopolku.information import counting, languages, sources
from kotopolku.information.languages import Language
from kotopolku.information.models import Space

KEPT_SECONDS = 60
"""So long a browser may show what it has without asking. Our own choice."""

CONTACTS = "+contacts"
"""In place of a language at the country's space: grows with every contact, for the directory of the whole country."""

_STATE = """
WITH RECURSIVE way AS (
    SELECT s.*, 0 AS up FROM information_space s WHERE s.slug = %(slug)s
    UNION ALL
    SELECT s.*, way.up + 1 FROM information_space s JOIN way ON s.id = way.parent_id
)
SELECT way.id, way.slug, way.kind, way.area_code, way.parent_id, way.name_fi, way.name_sv, way.name_en, way.names::text,
    way.source_language, o.id, o.code, o.kind, o.name_fi, o.name_sv, o.name_en,
    (SELECT json_object_agg(r.language, r.number::text || '.' || extract(epoch FROM r.at)::text)
        FROM information_revision r WHERE r.space_id = way.id)::text,
    CASE way.up WHEN 0 THEN (SELECT json_agg(l ORDER BY l."order", l.code) FROM information_contentlanguage l)::text END,
    CASE WHEN way.up = 0 AND %(key)s <> '' THEN (
        SELECT array_agg(DISTINCT t.language ORDER BY t.language) FROM information_pagetext t
        JOIN information_page p ON p.id = t.page_id
        WHERE p.key = %(key)s AND p.removed_on IS NULL AND t.published_id IS NOT NULL
            AND p.space_id IN (SELECT id FROM way)) END
FROM way JOIN actors_organisation o ON o.id = way.organisation_id ORDER BY way.up
"""


class NotOffered(NotVisible):
    """An address in a language that there is not, or not any more. ``languages``: those that are offered instead."""

    def __init__(self, offered: tuple[Language, ...]) -> None:
        super().__init__()
        self.languages = offered


@dataclass(frozen=True)
class State:
    """A space as readers find it, the space itself first in ``way``. ``written``: languages in which the asked page stands."""

    way: tuple[Space, ...]
    languages: tuple[Language, ...]
    numbers: tuple[dict[str, str], ...]
    written: tuple[str, ...] = ()

    def tag(self, language: Language, address: str, day: date) -> str:
        """The ETag of an address in a language. Changes with what the spaces on the way say in it, or where it says
        nothing, in the languages offered in its place; with the day; with the code."""
        counted = ["", *language.offered]
        parts = [code_version(), address, day.isoformat(), language.code, *self.written]
        parts.append(self.numbers[0].get(CONTACTS, "0"))
        for space, numbers in zip(self.way, self.numbers, strict=True):
            parts.append(str(space.pk))
            parts += [numbers.get(code, "0") for code in counted]
        return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'


@dataclass(frozen=True)
class Reader:
    """Who reads: in which language, in which space, on which day."""

    language: Language
    languages: tuple[Language, ...]
    """Those that are offered."""
    way: tuple[Space, ...]
    """The space and those above it, the country last."""
    written: tuple[str, ...]
    day: date
    tag: str = ""
    """The ETag of what is read; empty where the page has none."""

    @property
    def space(self) -> Space:
        return self.way[0]

    @property
    def ids(self) -> list[int]:
        """Ids of the spaces from the country downwards."""
        return [one.pk for one in reversed(self.way)]

    def level(self, level: int) -> Space:
        """The space at a level: 0 is the country."""
        return self.way[len(self.way) - 1 - level]

    def named(self, code: str) -> Language:
        """A language by its code; one that is not offered any more is known by its code alone."""
        return next((one for one in self.languages if one.code == code), Language(code, code))


def state(slug: str, key: str = "") -> State | None:
    """One statement. None when there is no such space."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, {"slug": slug, "key": key})
        rows = cursor.fetchall()
    if not rows:
        return None
    spaces = [_space(row) for row in rows]
    for below, above in itertools.pairwise(spaces):
        below.parent = above
    return State(
        way=tuple(spaces),
        languages=tuple(languages.language(row) for row in json.loads(rows[0][17] or "[]")),
        numbers=tuple(json.loads(row[16] or "{}") for row in rows),
        written=tuple(rows[0][18] or ()),
    )


def _space(row: tuple[Any, ...]) -> Space:
    space = Space(
        id=row[0],
        slug=row[1],
        kind=row[2],
        area_code=row[3],
        parent_id=row[4],
        name_fi=row[5],
        name_sv=row[6],
        name_en=row[7],
        names=json.loads(row[8] or "{}"),
        source_language=row[9],
        organisation_id=row[10],
    )
    space.organisation = Organisation(
        id=row[10], code=row[11], kind=row[12], name_fi=row[13], name_sv=row[14], name_en=row[15]
    )
    return space


@cache
def code_version() -> str:
    """Changes when the code or the static files do: their newest time of writing."""
    package = Path(settings.PACKAGE)
    newest = 0
    for folder, _folders, names in os.walk(package):
        for name in names:
            if name.endswith((".py", ".html", ".css", ".js", ".svg", ".toml", ".po")):
                newest = max(newest, (Path(folder) / name).stat().st_mtime_ns)
    return format(newest, "x")


View = Callable[..., HttpResponse]


def revised(view: View) -> View:
    """Marks a public page of a space: ``view(request, reader, **rest)``. Answers 304 after one statement, or sets the ETag.

    The address gives ``language`` and, below the chooser, ``space``; a ``key`` is the page's own. Raises ``NotOffered`` for
    a language that is not there, ``NotVisible`` for a space that is not.
    """

    @open_to_all
    @wraps(view)
    def answered(request: HttpRequest, language: str, space: str = sources.NATIONAL, **rest: Any) -> Any:
        found, reader = entered(language, space, rest.get("key", ""))
        minute = clock.now().strftime("%H:%M") if getattr(view, "by_minute", False) else ""
        tag = found.tag(reader.language, request.get_full_path() + minute, reader.day)
        if is_known(request, tag):
            _count(view, request, reader, rest)
            return kept(HttpResponseNotModified(), tag)
        with override(reader.language.ui):
            response = view(request, replace(reader, tag=tag), **rest)
        if response.status_code != 200:
            return response
        _count(view, request, reader, rest)
        return kept(response, tag)

    answered.revised = True  # type: ignore[attr-defined]
    return answered


def _count(view: View, request: HttpRequest, reader: Reader, rest: dict[str, Any]) -> None:
    """One reading of a page that is counted, also when it was unchanged."""
    if getattr(view, "counted", False) and request.method == "GET":
        counting.count(reader.space.pk, rest.get("key", counting.FRONT), reader.language.code, reader.day)


def reader_of(language: str, space: str = "") -> Reader:
    """The reader of a page that has no ETag (forms, search). One statement. Raises ``NotOffered``, ``NotVisible``."""
    return entered(language, space or sources.NATIONAL, "")[1]


def entered(language: str, space: str, key: str) -> tuple[State, Reader]:
    """The state of a space and its reader. One statement. Raises ``NotOffered``, ``NotVisible``."""
    found = state(space, key)
    if found is None:
        raise NotVisible
    offered = tuple(one for one in found.languages if not one.retired)
    own = next((one for one in offered if one.code == language), None)
    if own is None:
        raise NotOffered(offered)
    return found, Reader(own, offered, found.way, found.written, clock.today())


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the asker has the answer of this tag already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or tag in (one.removeprefix("W/") for one in known)


def kept(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    """Lets the asker keep the answer, and ask with its tag whether it still holds."""
    response.headers["ETag"] = tag
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS, must_revalidate=True)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
