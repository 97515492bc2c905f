"""What search knows of each kind of public thing: one reader for a kind, from ids to texts by language.

A kind that a part adds gets a line in ``READERS``. Not for: writing the index (``actions/search.py``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from kotopolku import clock
from kotopolku.actors import sources as actors_sources
from kotopolku.actors.models import Contact
from kotopolku.information import blocks, indexing
from kotopolku.information.models import (
    EntryState,
    Event,
    News,
    NewsText,
    Page,
    PageKind,
    PageText,
    Service,
    Space,
    SpaceKind,
)
from kotopolku.markup import plain
from kotopolku.reference import queries as reference

EVERYWHERE = "*"
REGION = "r"


@dataclass(frozen=True)
class Content:
    """One public thing in one language. ``spaces``: where it is found, there and below. ``path``: after the space's part."""

    kind: str
    target: int
    language: str
    spaces: Sequence[int]
    path: str
    title: str
    summary: str
    text: str
    until: date | None = None
    machine: bool = False


@dataclass(frozen=True)
class Reader:
    """``read``: public contents of these ids. ``ids``: every id that may have some."""

    read: Callable[[Sequence[int]], Iterable[Content]]
    ids: Callable[[], Iterable[int]]


def pages(ids: Sequence[int]) -> Iterable[Content]:
    """Published texts of pages that stand in the tree. A page that adds to another, or replaces it, has that one's address."""
    rows = (
        PageText.objects.filter(page__in=ids, page__removed_on=None, published__isnull=False)
        .exclude(page__kind=PageKind.HIDDEN)
        .select_related("published", "page__of__of")
    )
    found = list(rows)
    gone = _under_removed({row.page_id for row in found})
    for row in found:
        said = row.published
        if said is None or row.page_id in gone:
            continue
        root = row.page
        while root.of is not None:
            root = root.of
        yield Content(
            kind=indexing.PAGE,
            target=row.page_id,
            language=row.language,
            spaces=[row.page.space_id],
            path=f"{root.key}/",
            title=said.title,
            summary=said.summary,
            text=" ".join(plain(words) for words in blocks.texts_in(said.blocks)),
            machine=said.machine,
        )


def _under_removed(ids: set[int]) -> set[int]:
    """Those of these pages that hang from one that was taken out of the tree."""
    above: dict[int, int | None] = {}
    removed: set[int] = set()
    wanted = set(ids)
    while wanted:
        rows = Page.objects.filter(pk__in=wanted).values_list("pk", "parent_id", "of_id", "removed_on")
        for pk, parent, of, removed_on in rows:
            above[pk] = of or parent
            if removed_on is not None:
                removed.add(pk)
        wanted = {one for pk in wanted if (one := above.get(pk)) is not None} - above.keys()
    gone = set()
    for pk in ids:
        at: int | None = pk
        seen: set[int] = set()
        while at is not None and at not in seen:
            seen.add(at)
            if at in removed:
                gone.add(pk)
            at = above.get(at)
    return gone


def _spaces(keys: Iterable[str]) -> dict[str, int]:
    """Ids of spaces by key of place: "*", "r01", "092"."""
    wanted = set(keys)
    found: dict[str, int] = {}
    for pk, kind, code in Space.objects.values_list("pk", "kind", "area_code"):
        key = (
            EVERYWHERE if kind == SpaceKind.NATIONAL else REGION + code if kind == SpaceKind.REGION else code
        )
        if key in wanted:
            found[key] = pk
    return found


def _texts(*fields: Mapping[str, str]) -> list[str]:
    """Languages in which any of the fields says something."""
    return sorted({language for field in fields for language, words in field.items() if words})


def services(ids: Sequence[int]) -> Iterable[Content]:
    rows = list(Service.objects.filter(pk__in=ids, state=EntryState.PUBLISHED).exclude(places=[]))
    spaces = _spaces(place for row in rows for place in row.places)
    for row in rows:
        for language in _texts(row.names):
            further = (row.descriptions, row.how_to, row.requirements, row.provider_names)
            yield Content(
                kind=indexing.SERVICE,
                target=row.pk,
                language=language,
                spaces=[spaces[place] for place in row.places if place in spaces],
                path=f"services/{row.pk}/",
                title=row.names[language],
                summary=row.summaries.get(language, ""),
                text=" ".join(plain(field[language]) for field in further if field.get(language)),
            )


def events(ids: Sequence[int]) -> Iterable[Content]:
    """Events that are not over; until their last written date."""
    rows = list(
        Event.objects.filter(pk__in=ids, state=EntryState.PUBLISHED)
        .exclude(places=[])
        .annotate(last=Max("occurrences__ends"))
    )
    spaces = _spaces(place for row in rows for place in row.places)
    for row in rows:
        for language in _texts(row.names):
            yield Content(
                kind=indexing.EVENT,
                target=row.pk,
                language=language,
                spaces=[spaces[place] for place in row.places if place in spaces],
                path=f"events/{row.pk}/",
                title=row.names[language],
                summary="",
                text=plain(row.descriptions.get(language, "")),
                until=(row.last or row.ends).date(),
            )


def news(ids: Sequence[int]) -> Iterable[Content]:
    """Published news from their first day; until their last."""
    rows = NewsText.objects.filter(
        news__in=ids, news__published=True, news__removed_on=None, news__shown_from__lte=clock.today()
    )
    for row in rows.select_related("news"):
        yield Content(
            kind=indexing.NEWS,
            target=row.news_id,
            language=row.language,
            spaces=[row.news.space_id],
            path=f"news/#news-{row.news_id}",
            title=row.title,
            summary="",
            text=plain(row.words),
            until=row.news.shown_until,
        )


CONTACT_LANGUAGES = ("fi", "sv", "en")
"""Titles of contacts and names of organisations stand in these; the directory says the rest by the term list."""


def contacts(ids: Sequence[int]) -> Iterable[Content]:
    """Contacts of the public directory that are in office, by name, title, organisation and what they answer for."""
    today = clock.today()
    rows = list(
        Contact.objects.filter(pk__in=ids, public=True, valid__contains=today).select_related("organisation")
    )
    keys = {row.pk: _places_of(row, today) for row in rows}
    spaces = _spaces(place for places in keys.values() for place in places)
    duties = actors_sources.duties()
    for row in rows:
        of = row.organisation
        for language in CONTACT_LANGUAGES:
            title = row.title.get(language) or row.title_text
            said = [duties[topic].title(language) for topic in row.topics if topic in duties]
            yield Content(
                kind=indexing.CONTACT,
                target=row.pk,
                language=language,
                spaces=[spaces[place] for place in keys[row.pk] if place in spaces],
                path=f"contacts/?organisation={of.code}#contact-{row.pk}",
                title=row.name or title,
                summary=", ".join(
                    part for part in (title, getattr(of, f"name_{language}") or of.name_fi) if part
                ),
                text=". ".join(said),
                until=row.valid.upper - timedelta(days=1) if row.valid.upper else None,
            )


def _places_of(row: Contact, day: date) -> list[str]:
    """Keys of the places in which the contact answers; of a whole region or state area, its regions."""
    if row.municipalities:
        return list(row.municipalities)
    of = row.organisation
    if of.area_kind == "municipality":
        return [of.area_code]
    if not of.area_kind or of.area_kind == "country":
        return [EVERYWHERE]
    if of.area_kind == "region":
        return [REGION + of.area_code]
    return [one.code for one in reference.municipalities_in(of.area_kind, of.area_code, day)]


READERS: dict[str, Reader] = {
    indexing.PAGE: Reader(pages, lambda: Page.objects.values_list("pk", flat=True)),
    indexing.SERVICE: Reader(
        services, lambda: Service.objects.filter(state=EntryState.PUBLISHED).values_list("pk", flat=True)
    ),
    indexing.EVENT: Reader(
        events, lambda: Event.objects.filter(state=EntryState.PUBLISHED).values_list("pk", flat=True)
    ),
    indexing.NEWS: Reader(news, lambda: News.objects.filter(published=True).values_list("pk", flat=True)),
    indexing.CONTACT: Reader(
        contacts, lambda: Contact.objects.filter(public=True).values_list("pk", flat=True)
    ),
}
