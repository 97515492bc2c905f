"""Pages that anybody reads: choosing a place, the front page of a space, one page, news, figures.

No session and no cookies: language and place stand in the address. Not for: services, events, contacts, search, feedback.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kotopolku import clock, markup
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import open_to_all
from kotopolku.information import cards, languages, public_frame, sources, tiles, wording_public
from kotopolku.information.blocks import embeds_in
from kotopolku.information.counting import counted
from kotopolku.information.inheritance import Row, Text
from kotopolku.information.models import ContentLanguage, Space, SpaceKind
from kotopolku.information.queries import activities, directory, finding, municipal, reading
from kotopolku.information.queries import figures as figures_of
from kotopolku.information.revisions import Reader, revised

FRONT_SERVICES = 6
FRONT_EVENTS = 3
FRONT_CONTACTS = 3
LONGEST_DESCRIPTION = 160
MOST_FRONTS = 256
"""So many front pages a process keeps, some 50 kB each."""
_fronts: dict[tuple[str, str], bytes] = {}
_lock = Lock()
_LOOSE_MARK = re.compile(r"\s+([.,;:!?])")


@open_to_all
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """Without a language: to the one that the browser wishes. One statement."""
    known = [
        languages.language(row)
        for row in ContentLanguage.objects.values("code", "name", "direction", "nearest", "retired_on")
    ]
    response = redirect(
        "info:choose", language=languages.wished(request.headers.get("Accept-Language", ""), known)
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response


@open_to_all
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """From the form of region and language to the address that they make."""
    language, space = request.GET.get("language", ""), request.GET.get("region", "")
    if space not in Space.objects.values_list("slug", flat=True):
        return redirect("info:enter")
    if language not in ContentLanguage.objects.filter(retired_on=None).values_list("code", flat=True):
        language = languages.wished(request.headers.get("Accept-Language", ""), languages.at_the_start())
    return redirect("info:front", language=language, space=space)


@require_safe
@revised
def choose(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Choosing a place by name, from the list or on the map. A name that can mean one place only leads there at once."""
    spaces = finding.all_spaces()
    wanted = request.GET.get("q", "").strip()[: finding.LONGEST_NAME]
    found = finding.found(wanted, spaces)
    if finding.is_sure(wanted, found):
        return HttpResponseRedirect(f"{languages.PUBLIC}{reader.language.code}/{found[0].slug}/")
    stamp = (clock.today().year, *((one.slug, one.name()) for one in spaces))
    context = {
        "reader": reader,
        "space": reader.space,
        "wanted": wanted,
        "found": found,
        "places": _places(get_language() or "fi", reader.language.code, stamp),
        "description": _("Choose your region"),
        "og_title": _("Choose your region"),
    }
    response = render(request, "information/public/choose.html", context)
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
    return response


@dataclass(frozen=True)
class RegionGroup:
    """A region with its municipalities."""

    space: Space
    below: list[Space]


@lru_cache(maxsize=32)
def _places(_words: str, code: str, _stamp: tuple[Any, ...]) -> SafeString:
    """List and map of all places in a language: the same for everybody until a name changes, or the year."""
    spaces = finding.all_spaces()
    below: dict[int, list[Space]] = {}
    for one in sorted(spaces, key=_alphabet):
        if one.parent_id is not None:
            below.setdefault(one.parent_id, []).append(one)
    country = next(one for one in spaces if one.kind == SpaceKind.NATIONAL)
    context = {
        "choose": f"{languages.PUBLIC}{code}/",
        "country": country,
        "regions": [RegionGroup(one, below.get(one.pk, [])) for one in below.get(country.pk, [])],
        "map": tiles.place_map(spaces, clock.today()),
    }
    return SafeString(render_to_string("information/public/places.html", context))


def _alphabet(space: Space) -> tuple[str, int]:
    return (space.sort_sv if get_language() == "sv" else space.sort_fi, space.pk)


@require_safe
@revised
@counted
def front(request: HttpRequest, reader: Reader) -> HttpResponse:
    """A space's front page. Six statements with that of its state, in every language; that one alone for the next reader.

    It is kept in the process under the state of the spaces, as the ETag says it, for a few minutes: what has ended since,
    an event for example, must go.
    """
    if request.GET:
        return _front(request, reader)
    key = (reader.tag, clock.now().strftime("%H:%M")[:-1])
    with _lock:
        kept = _fronts.get(key)
    if kept is None:
        kept = _front(request, reader).content
        with _lock:
            while len(_fronts) >= MOST_FRONTS:
                _fronts.pop(next(iter(_fronts)))
            _fronts[key] = kept
    return HttpResponse(kept)


def forget_fronts() -> None:
    """Forgets the kept front pages; for a database that is put in another's place."""
    with _lock:
        _fronts.clear()


def _front(request: HttpRequest, reader: Reader) -> HttpResponse:
    space, code = reader.space, reader.language.code
    tree, newest_news = reading.front(reader)
    updated, review_by = reading.newest(tree)
    people: list[directory.ContactCard] = []

    def cards_of(organisations: Sequence[int]) -> dict[int, list[directory.ContactCard]]:
        first, of = directory.front_people(space, code, reader.day, FRONT_CONTACTS, organisations)
        people.extend(first)
        return of

    facts = municipal.facts(space, code, reader.day, cards_of)
    if facts is None:
        cards_of(())
    context = {
        "reader": reader,
        "space": space,
        "welcome": wording_public.welcome(space),
        "choices": choices(space),
        "tiles": tree.roots,
        "services": activities.front_services(space, reader.language, FRONT_SERVICES),
        "events": activities.front_events(space, reader.language, FRONT_EVENTS),
        "contacts": people,
        "news": newest_news,
        "figures": figures_of.figures(space, reader.day),
        "facts": facts,
        "updated": updated,
        "review_by": review_by,
        "description": wording_public.welcome(space),
    }
    return render(request, "information/public/front.html", context)


@dataclass(frozen=True)
class Group:
    """Places to choose from; the first group has no name."""

    words: str
    rows: list[tuple[str, str]]


def choices(space: Space) -> list[Group]:
    """The country and its regions, and the municipalities of the region where the reader is. No statement."""
    region = space.parent if space.kind == SpaceKind.MUNICIPALITY else space
    regions, below = _choices(get_language() or "fi", region.slug if region else "", clock.today().year)
    groups = [Group("", [(sources.NATIONAL, _("The whole country"))]), Group(_("Regions"), regions)]
    return [*groups, Group(region.name(), below)] if below and region else groups


@lru_cache(maxsize=400)
def _choices(_words: str, region: str, _year: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    rows = sources.spaces(clock.today())
    named = [(row, _name(row)) for row in rows]
    regions = [(row.slug, name) for row, name in named if row.kind == SpaceKind.REGION]
    below = [
        (row.slug, name) for row, name in named if row.parent == region and row.kind == SpaceKind.MUNICIPALITY
    ]
    return regions, below


def _name(row: sources.SpaceRow) -> str:
    at = {"sv": 1, "en": 2}.get(get_language() or "fi", 0)
    return row.names[at] or row.names[0]


@dataclass(frozen=True)
class Addition:
    """What a space below says under a page from above."""

    id: int
    space: Space
    keeper: str
    text: Text
    updated: Any
    language_name: str
    blocks: list[dict[str, Any]]


@require_safe
@revised
@counted
def page(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """One page with its additions and the pages below it."""
    shown = reading.page(reader, key)
    if shown is None or shown.node.text is None:
        raise NotVisible
    text, rows = shown.node.text, shown.node.additions
    found = cards.load(
        (embed for one in shown.node.texts for embed in embeds_in(one.blocks or [])),
        reader.space,
        reader.language.code,
        reader.day,
    )
    context = {
        "reader": reader,
        "space": reader.space,
        "shown": shown,
        "above": shown.above,
        "text": text,
        "text_language": wording_public.language_name(text.language),
        "blocks": cards.shown(text.blocks or [], found),
        "additions": [_addition(reader, row, found) for row in rows],
        "keeper": public_frame.organisation_name(reader.level(shown.node.level)),
        "updated": shown.node.updated,
        "review_by": shown.node.review_by,
        "description": text.summary or _first_words(text),
        "og_title": text.title,
    }
    return render(request, "information/public/page.html", context)


def _addition(reader: Reader, row: Row, found: Any) -> Addition:
    space = reader.level(row.level)
    assert row.text is not None  # noqa: S101 - merging leaves out additions without a text
    return Addition(
        id=row.id,
        space=space,
        keeper=public_frame.organisation_name(space),
        text=row.text,
        updated=row.text.updated,
        language_name=wording_public.language_name(row.text.language),
        blocks=cards.shown(row.text.blocks or [], found),
    )


def _first_words(text: Text) -> str:
    written = next((str(block["text"]) for block in text.blocks or [] if block.get("text")), "")
    words = _LOOSE_MARK.sub(r"\1", markup.plain(written))
    return words if len(words) <= LONGEST_DESCRIPTION else words[:LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + "…"


@require_safe
@revised
def news(request: HttpRequest, reader: Reader) -> HttpResponse:
    """News of the space and those above it."""
    spaces = {one.pk: one for one in reader.way}
    rows = reading.news(reader)
    context = {
        "reader": reader,
        "space": reader.space,
        "news": [
            {"item": one, "keeper": public_frame.organisation_name(spaces[one.space_id])} for one in rows
        ],
        "updated": max((one.shown_from for one in rows), default=None),
        "description": _("News"),
        "og_title": _("News"),
    }
    return render(request, "information/public/news.html", context)


@require_safe
@revised
def figures(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Figures of the space with source and date."""
    found = figures_of.figures(reader.space, reader.day)
    context = {
        "reader": reader,
        "space": reader.space,
        "figures": found,
        "spoken": [
            {"name": wording_public.language_name(one.code), "persons": one.persons} for one in found.spoken
        ],
        "spoken_area": wording_public.region_name(found.spoken_area) if found.spoken_area else "",
        "description": _("Figures"),
        "og_title": _("Figures"),
    }
    return render(request, "information/public/figures.html", context)
