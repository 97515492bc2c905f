"""What readers see, over HTTP for apps: languages, spaces, pages, services, events, contacts, news. Open to all.

Every answer of a space has the ETag of its pages: unchanged, it is 304 after one statement. Lists are paged by number.
Not for: editing.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import override
from ninja import Field, Router, Schema

from kotopolku import clock, markup
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import open_to_all
from kotopolku.information import cards, revisions
from kotopolku.information.blocks import embeds_in
from kotopolku.information.inheritance import Node, Text, Tree
from kotopolku.information.models import ContentLanguage, Space
from kotopolku.information.queries import activities, directory, reading
from kotopolku.information.queries.activities import Said
from kotopolku.information.revisions import Reader

router = Router(tags=["information"], auth=None)
Limit = Annotated[int, Field(ge=1, le=500)]
PageNumber = Annotated[int, Field(ge=1, le=10_000)]
MOST = 100


class LanguageOut(Schema):
    """A language of the public pages. `nearest`: those offered in its place where a text is missing."""

    code: str
    name: str
    direction: str
    nearest: list[str]


class SpaceOut(Schema):
    """The country, a region or a municipality. `area` is its code in the classifications; `parent` what it inherits from."""

    slug: str
    kind: str
    area: str
    parent: str | None
    name: dict[str, str]


class TextOut(Schema):
    """Words with the language they are in, which may be another than the one asked for."""

    language: str
    words: str


class PageLineOut(Schema):
    """A page in the tree. `key` is the last part of its address, `parent` the key of the page above it."""

    key: str
    parent: str | None
    depth: int
    icon: str
    language: str
    title: str
    summary: str
    machine: bool
    updated: datetime | None


class PagesOut(Schema):
    """A page of the list; `next` is the number of the next one, null on the last."""

    pages: list[PageLineOut]
    next: int | None


class BlockOut(Schema):
    """A part of a text: its kind and words. `html` is the safe HTML of its text."""

    id: str
    kind: str
    html: str = ""


class PageTextOut(Schema):
    """What one space says on a page."""

    space: str
    language: str
    title: str
    summary: str
    machine: bool
    updated: datetime | None
    blocks: list[BlockOut]


class PageOut(Schema):
    """A page with what the spaces below add to it. The first text is the page's own, or what stands in its place."""

    key: str
    parent: str | None
    review_by: date | None
    children: list[str]
    texts: list[PageTextOut]


class ServiceLineOut(Schema):
    id: int
    name: TextOut
    summary: TextOut | None
    organisation: str
    topics: list[str]
    groups: list[str]
    languages: list[str]
    where: list[str]


class ServicesOut(Schema):
    services: list[ServiceLineOut]
    number: int
    next: int | None


class EventLineOut(Schema):
    """One date of an event; `original`: the day on which it would have been, when it was moved."""

    id: int
    name: TextOut
    organisation: str
    starts: datetime
    ends: datetime
    original: date
    cancelled: bool
    moved: bool
    where: TextOut | None
    online: bool
    topics: list[str]
    languages: list[str]


class EventsOut(Schema):
    events: list[EventLineOut]
    number: int
    next: int | None


class PublicContactOut(Schema):
    """Whoever answers on the day. `stands_in_for`: whose deputy that is, with the day of return."""

    id: int
    name: str
    title: str
    organisation: str
    topics: list[str]
    telephone: str | None
    email: str
    languages: list[str]
    stands_in_for: str
    returns_on: date | None


class PublicContactsOut(Schema):
    contacts: list[PublicContactOut]
    number: int
    next: int | None


class NewsOut(Schema):
    id: int
    on: date
    language: str
    title: str
    html: str


@router.get("/info/languages", response=list[LanguageOut], summary="Languages of the public pages")
@open_to_all
def languages(request: HttpRequest) -> Any:
    """Those in use, in their order. One statement."""
    rows = ContentLanguage.objects.filter(retired_on=None)
    return _written(list(rows.values("code", "name", "direction", "nearest")))


@router.get("/info/spaces", response=list[SpaceOut], summary="The country, its regions and municipalities")
@open_to_all
def spaces(request: HttpRequest, kind: str = "") -> Any:
    """All of them, or those of a `kind`: national, region, municipality. One statement."""
    rows = Space.objects.order_by("pk")
    found = rows.filter(kind=kind[:12]) if kind else rows
    shown = [
        {
            "slug": slug,
            "kind": of,
            "area": area,
            "parent": parent,
            "name": {"fi": fi, "sv": sv, "en": en, **names},
        }
        for slug, of, area, parent, fi, sv, en, names in found.values_list(
            "slug", "kind", "area_code", "parent__slug", "name_fi", "name_sv", "name_en", "names"
        )
    ]
    return _written(shown)


@router.get(
    "/info/{language}/{space}/pages", response=PagesOut, summary="Pages of a space, in the order of reading"
)
@open_to_all
def pages(request: HttpRequest, language: str, space: str, page: PageNumber = 1, limit: Limit = 500) -> Any:
    """Its own and those it inherits, without their texts."""

    def make(reader: Reader) -> dict[str, Any]:
        lines = _lines(reading.tree(reader))
        first = (page - 1) * limit
        return {"pages": lines[first : first + limit], "next": _next(page, len(lines) > first + limit)}

    return _answer(request, language, space, make)


@router.get("/info/{language}/{space}/pages/{key}", response=PageOut, summary="One page with its texts")
@open_to_all
def page(request: HttpRequest, language: str, space: str, key: str) -> Any:
    def make(reader: Reader) -> dict[str, Any]:
        shown = reading.page(reader, key)
        if shown is None or shown.node.text is None:
            raise NotVisible
        node = shown.node
        embeds = [one for text in node.texts for one in embeds_in(text.blocks or [])]
        found = cards.load(embeds, reader.space, reader.language.code, reader.day)
        levels = [(node.level, node.text), *((row.level, row.text) for row in node.additions)]
        return {
            "key": node.key,
            "parent": shown.above[-1].key if shown.above else None,
            "review_by": node.review_by,
            "children": [child.key for child in node.children],
            "texts": [
                _text(text, reader.level(level).slug, found) for level, text in levels if text is not None
            ],
        }

    return _answer(request, language, space, make, key=key)


@router.get(
    "/info/{language}/{space}/services",
    response=ServicesOut,
    summary="Services that readers of a space can get",
)
@open_to_all
def services(
    request: HttpRequest,
    language: str,
    space: str,
    q: str = "",
    topic: str = "",
    group: str = "",
    served_in: str = "",
    page: PageNumber = 1,
) -> Any:
    wanted = activities.Wanted(q[:MOST], topic[:MOST], group[:MOST], served_in[:MOST], page=page)

    def make(reader: Reader) -> dict[str, Any]:
        found = activities.services(reader.space, reader.language, wanted, reader.day)
        lines = [
            _shared(one) | {"summary": _said(one.summary), "where": list(one.where)} for one in found.lines
        ]
        return {"services": lines, "number": found.number, "next": _next(page, found.more)}

    return _answer(request, language, space, make)


@router.get("/info/{language}/{space}/events", response=EventsOut, summary="Events of a space, date by date")
@open_to_all
def events(
    request: HttpRequest,
    language: str,
    space: str,
    q: str = "",
    topic: str = "",
    served_in: str = "",
    from_day: date | None = None,
    page: PageNumber = 1,
) -> Any:
    """From now, or from a day; cancelled dates too, marked so."""
    wanted = activities.Wanted(q[:MOST], topic[:MOST], "", served_in[:MOST], from_day, page)

    def make(reader: Reader) -> dict[str, Any]:
        found = activities.events(reader.space, reader.language, wanted, clock.now())
        lines = [
            _shared(one)
            | {
                "starts": one.starts,
                "ends": one.ends,
                "original": one.original,
                "cancelled": one.cancelled,
                "moved": one.moved,
                "where": _said(one.where),
                "online": one.online,
            }
            for one in found.lines
        ]
        return {"events": lines, "number": found.number, "next": _next(page, found.more)}

    return _answer(request, language, space, make, by_minute=True)


@router.get("/info/{language}/{space}/contacts", response=PublicContactsOut, summary="Who answers today")
@open_to_all
def contacts(
    request: HttpRequest,
    language: str,
    space: str,
    topic: str = "",
    organisation: str = "",
    served_in: str = "",
    page: PageNumber = 1,
) -> Any:
    """Contacts of those who answer in the space's area; on a deputy's days the deputy."""
    wanted = directory.Wanted("", topic[:MOST], organisation[:MOST], served_in[:MOST])

    def make(reader: Reader) -> dict[str, Any]:
        found = directory.directory(reader.space, reader.language.code, reader.day, wanted, page)
        lines = [
            asdict(one)
            | {
                "title": str(one.title),
                "organisation": str(one.organisation),
                "topics": [str(words) for words in one.topics],
                "telephone": one.telephone.shown if one.telephone else None,
            }
            for one in found.cards
        ]
        names = PublicContactOut.model_fields
        return {
            "contacts": [{name: line[name] for name in names} for line in lines],
            "number": found.count,
            "next": _next(page, page < found.pages),
        }

    return _answer(request, language, space, make)


@router.get(
    "/info/{language}/{space}/news", response=list[NewsOut], summary="News of a space and those above it"
)
@open_to_all
def news(request: HttpRequest, language: str, space: str) -> Any:
    def make(reader: Reader) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "on": one.shown_from,
                "language": one.language,
                "title": one.title,
                "html": markup.html(one.words),
            }
            for one in reading.news(reader)
        ]

    return _answer(request, language, space, make)


# Answers ----------------------------------------------------------------------------------------------------------


def _answer(
    request: HttpRequest,
    language: str,
    space: str,
    make: Callable[[Reader], Any],
    *,
    key: str = "",
    by_minute: bool = False,
) -> HttpResponseBase:
    """304 when the asker has it already, else what ``make`` gives, as JSON with the ETag."""
    found, reader = revisions.entered(language[:12], space[:60], key[:80])
    minute = clock.now().strftime("%H:%M") if by_minute else ""
    tag = found.tag(reader.language, request.get_full_path() + minute, reader.day)
    if revisions.is_known(request, tag):
        return revisions.kept(HttpResponseNotModified(), tag)
    with override(reader.language.ui):
        return revisions.kept(_written(make(reader)), tag)


def _written(content: Any) -> HttpResponse:
    """JSON made as it stands: the schemas describe it, and a list of hundreds is not checked row by row."""
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False, default=_plain),
        content_type="application/json; charset=utf-8",
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _next(page: int, more: bool) -> int | None:
    return page + 1 if more else None


def _lines(tree: Tree) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []

    def walk(nodes: Sequence[Node], parent: str | None, depth: int) -> None:
        for node in nodes:
            if node.text is None:
                continue
            lines.append(
                {
                    "key": node.key,
                    "parent": parent,
                    "depth": depth,
                    "icon": node.icon,
                    "language": node.text.language,
                    "title": node.text.title,
                    "summary": node.text.summary,
                    "machine": node.text.machine,
                    "updated": node.updated,
                }
            )
            walk(node.children, node.key, depth + 1)

    walk(tree.roots, None, 0)
    return lines


def _text(text: Text, space: str, found: Any) -> dict[str, Any]:
    blocks = []
    for block in cards.shown(text.blocks or [], found):
        kept = {name: value for name, value in block.items() if name != "card"}
        blocks.append(kept | {"html": markup.html(kept.get("text", ""))})
    return {
        "space": space,
        "language": text.language,
        "title": text.title,
        "summary": text.summary,
        "machine": text.machine,
        "updated": text.updated,
        "blocks": blocks,
    }


def _said(said: Said | None) -> dict[str, str] | None:
    return None if said is None else {"language": said.language, "words": said.words}


def _shared(line: activities.Shared) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": _said(line.name),
        "organisation": line.organisation,
        "topics": [one.id for one in line.topics],
        "groups": [one.id for one in line.groups],
        "languages": line.languages,
    }
