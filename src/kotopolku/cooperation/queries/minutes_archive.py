"""The archive of minutes over the years: published ones for everybody, decisions of own meetings; lists and search.

Words are sought with PostgreSQL's dictionaries of the text's language, and as parts of words. Not for: one meeting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation.models import AgendaItem, PublishedMinutes
from kotopolku.cooperation.queries.minutes_facts import moment_of
from kotopolku.markup import plain
from kotopolku.writing import as_day, language

PAGE_SIZE = 25
DICTIONARIES = {"fi": "finnish", "sv": "swedish", "en": "english"}
START, END = "\u2068", "\u2069"
"""Around what was found; never in a text that people write."""
MOST_WORDS = 200
MOST_DECISIONS = 200


@dataclass(frozen=True)
class Wanted:
    """What is sought; empty values narrow nothing."""

    q: str = ""
    body: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Found:
    """Published minutes with the place that was found in them, in pieces with whether each is marked."""

    minutes: PublishedMinutes
    excerpt: list[tuple[str, bool]]


def _matching(rows: "QuerySet[Any]", wanted: Wanted, fields: tuple[str, ...], lang: str) -> "QuerySet[Any]":
    """Rows in whose texts the words stand: by their stems in the text's language, or as they were typed."""
    words = wanted.q.replace("\0", " ").strip()[:MOST_WORDS]
    if not words:
        return rows
    stems = Q()
    for code, dictionary in DICTIONARIES.items():
        rows = rows.annotate(**{f"words_{code}": SearchVector(*fields, config=dictionary)})
        query = SearchQuery(words, config=dictionary, search_type="websearch")
        stems |= Q(**{lang: code, f"words_{code}": query})
    typed = Q()
    for name in fields:
        typed |= Q(**{f"{name}__icontains": words})
    return rows.filter(stems | typed)


def published(viewer: Viewer, wanted: Wanted) -> "QuerySet[PublishedMinutes]":
    """Published minutes, the newest meeting first."""
    rows = access.published(viewer).defer("content")
    if wanted.body is not None:
        rows = rows.filter(body_id=wanted.body)
    if wanted.year is not None:
        rows = rows.filter(held_on__year=wanted.year)
    return _matching(rows, wanted, ("title", "text"), "language").order_by("-held_on", "-pk")


def with_excerpts(rows: "Iterable[PublishedMinutes]", q: str) -> list[Found]:
    """What was found in each of a page's minutes. One statement a language."""
    listed = list(rows)
    words = q.replace("\0", " ").strip()[:MOST_WORDS]
    if not words:
        return [Found(one, []) for one in listed]
    shown: dict[int, str] = {}
    for code in {one.language for one in listed}:
        dictionary = DICTIONARIES.get(code, "simple")
        headline = SearchHeadline(
            "text",
            SearchQuery(words, config=dictionary, search_type="websearch"),
            config=dictionary,
            start_sel=START,
            stop_sel=END,
            max_words=25,
            min_words=10,
        )
        ids = [one.pk for one in listed if one.language == code]
        pairs = (
            PublishedMinutes.objects.filter(pk__in=ids).annotate(shown=headline).values_list("pk", "shown")
        )
        shown |= dict(pairs)
    return [Found(one, _pieces(shown.get(one.pk, ""))) for one in listed]


def _pieces(words: str) -> list[tuple[str, bool]]:
    """Pieces of an excerpt, those between the marks marked; nothing when nothing is."""
    if START not in words:
        return []
    found: list[tuple[str, bool]] = []
    for number, part in enumerate(words.split(START)):
        marked, _end, rest = part.partition(END)
        pieces = [(part, False)] if number == 0 else [(marked, True), (rest, False)]
        found += [(one.replace("#", "").replace("**", ""), is_marked) for one, is_marked in pieces if one]
    return found


@dataclass(frozen=True)
class Choices:
    """Bodies and years of which there are minutes."""

    bodies: list[tuple[int, str]]
    years: list[int]


def choices(viewer: Viewer) -> Choices:
    """Names as they stand in the newest published minutes: who is not signed in does not read the bodies. Two statements."""
    rows = access.published(viewer).order_by("body_id", "-held_on", "-pk").distinct("body_id")
    names = [(pk, _name(content)) for pk, content in rows.values_list("body_id", "content__body")]
    years = access.published(viewer).dates("held_on", "year", order="DESC")
    return Choices(sorted(names, key=lambda pair: pair[1]), [one.year for one in years])


def _name(names: dict[str, str] | None) -> str:
    known = names or {}
    return known.get(language()) or next((name for name in known.values() if name), "")


def of_body(viewer: Viewer, body_id: int, most: int = 5) -> list[PublishedMinutes]:
    """The newest published minutes of a body, for its page. One statement."""
    rows = access.published(viewer).filter(body_id=body_id).defer("content", "text")
    return list(rows.order_by("-held_on", "-pk")[:most])


# Decisions ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """A decision of the register; it stands in published minutes, or in a meeting that the viewer may read."""

    on: date | None
    body: str
    number: str
    section: int | None
    title: str
    decision: str
    language: str
    published: int | None
    meeting: int
    item: int


def decisions(viewer: Viewer, wanted: Wanted) -> list[Decided]:
    """Decisions, the newest first: of published minutes for everybody, and of meetings that the viewer may read.

    At most ``MOST_DECISIONS``. Four statements.
    """
    found = _published_decisions(viewer, wanted)
    known = {one.item for one in found}
    found += [one for one in _own_decisions(viewer, wanted) if one.item not in known]
    found.sort(key=lambda one: (-(one.on or date.min).toordinal(), one.body, one.section or 0))
    return found[:MOST_DECISIONS]


def _published_decisions(viewer: Viewer, wanted: Wanted) -> list[Decided]:
    rows = published(viewer, wanted).defer(None)[:MOST_DECISIONS]
    found = []
    for one in rows:
        for item in one.content.get("items", []):
            if not item.get("decision") or not _says(item, wanted.q):
                continue
            found.append(
                Decided(
                    on=one.held_on,
                    body=_name(one.content.get("body")),
                    number=one.number,
                    section=item["section"],
                    title=item["title"],
                    decision=plain(item["decision"]),
                    language=one.language,
                    published=one.pk,
                    meeting=one.meeting_id,
                    item=item["id"],
                )
            )
    return found


def _own_decisions(viewer: Viewer, wanted: Wanted) -> list[Decided]:
    rows = access.decided_items(viewer)
    if wanted.body is not None:
        rows = rows.filter(meeting__body_id=wanted.body)
    if wanted.year is not None:
        rows = rows.filter(meeting__starts_at__year=wanted.year)
    rows = _matching(rows, wanted, ("title", "decision", "discussion"), "meeting__language")
    return [_own(one) for one in rows.order_by("-meeting__starts_at", "order", "pk")[:MOST_DECISIONS]]


def _own(item: AgendaItem) -> Decided:
    return Decided(
        on=as_day(moment_of(item) if item.closed_at else item.meeting.starts_at),
        body=item.meeting.body.name,
        number=f"{item.meeting.number}/{item.meeting.year}",
        section=None,
        title=item.title,
        decision=plain(item.decision),
        language=item.meeting.language,
        published=None,
        meeting=item.meeting_id,
        item=item.pk,
    )


def _says(item: dict[str, Any], q: str) -> bool:
    """Whether an item of found minutes has to do with the words: one of their beginnings stands in it."""
    stems = [word[:5] for word in q.casefold().split() if len(word) > 2]
    text = f"{item['title']} {item['decision']} {item.get('discussion', '')}".casefold()
    return not stems or any(stem in text for stem in stems)
