"""Loads the start content: the country's pages for newcomers, written for this product, in all their languages.

What people have changed since is theirs and stays: a text is brought up to date only while its newest version is the
loader's own and readers see it. Made in bulk, in the form that ``texts.py`` gives every text.
Not for: reading and checking the files (``start.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.information import blocks, indexing, page_rules, sources
from kotopolku.information.actions.spaces import touch
from kotopolku.information.models import (
    ContentLanguage,
    Link,
    LinkUse,
    Page,
    PageKind,
    PageText,
    Space,
    TextState,
    TextVersion,
)
from kotopolku.information.start import SOURCE, Start, StartPage, StartText, start
from kotopolku.journal.actions import record

MARK = "Kotopolku "
"""How the note of a version begins that the loader made; the key of the page in the files and the day follow."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: pages made, texts that are new or have a new version."""

    pages: int
    texts: int


@dataclass
class _State:
    """What the database has of the loader's own work."""

    pages: dict[str, Page] = field(default_factory=dict)
    """By key in the files, whatever the page is called or wherever it stands now."""
    texts: dict[tuple[int, str], PageText] = field(default_factory=dict)
    made: dict[tuple[int, str], TextVersion] = field(default_factory=dict)
    """The loader's newest version of a page in a language."""


@transaction.atomic
def load_start_content(*, actor: Viewer, content: Start | None = None) -> Loaded:
    """Makes the pages that are missing and brings unchanged texts to what the files say. Safe to repeat.

    ``content``: other files than the product's own. The number of statements does not grow with the number of pages.
    Nothing is written, the journal included, when the files say nothing new.
    """
    rowsecurity.apply(actor)
    wanted = content or start()
    space = Space.objects.select_for_update().get(slug=sources.NATIONAL)
    known = set(ContentLanguage.objects.values_list("code", flat=True))
    state = _state(space)
    made_pages = _make_pages(space, wanted, state)
    written = [
        *_write(wanted, state, {SOURCE} & known),
        *_write(wanted, state, known - {SOURCE}),
    ]
    if not made_pages and not written:
        return Loaded(0, 0)
    _follow(written)
    if made_pages:
        space.tree_version += 1
        space.save(update_fields=["tree_version"])
    touch([space.pk])
    indexing.pages_changed(sorted({text.page_id for text in written}))
    details = {"pages": made_pages, "texts": len(written), "written": wanted.written}
    record("information.start.loaded", actor=actor, object=("information.space", space.pk), details=details)
    return Loaded(made_pages, len(written))


def _state(space: Space) -> _State:
    """Pages are known by the notes of the loader's versions: people may have moved, renamed or removed them."""
    state = _State()
    rows = TextVersion.objects.filter(
        text__page__space=space, made_by=None, organisation=None, note__startswith=MARK
    )
    for version in rows.select_related("text__page").order_by("text_id", "number"):
        page = version.text.page
        state.pages[version.note.split()[1]] = page
        state.made[(page.pk, version.text.language)] = version
    texts = PageText.objects.filter(page__in=state.pages.values()).select_related("latest")
    state.texts = {(text.page_id, text.language): text for text in texts}
    return state


def _make_pages(space: Space, wanted: Start, state: _State) -> int:
    """Adds the pages that are missing, after those that are there. An address that somebody uses already is theirs."""
    keys = [page.key for page in wanted.pages]
    taken = set(
        Page.objects.filter(key__in=keys, kind=PageKind.OWN, removed_on=None).values_list("key", flat=True)
    ) | set(Page.objects.filter(space=space, key__in=keys).values_list("key", flat=True))
    last = (
        Page.objects.filter(space=space, parent=None)
        .order_by("-order")
        .values_list("order", flat=True)
        .first()
    )
    new = [one for one in wanted.pages if one.key not in state.pages and one.key not in taken]
    pages = [
        Page(
            space=space,
            key=one.key,
            icon=one.icon,
            review_by=one.review_by,
            order=(last or 0) + number * page_rules.STEP,
        )
        for number, one in enumerate(new, start=1)
    ]
    Page.objects.bulk_create(pages)
    state.pages.update({page.key: page for page in pages})
    return len(pages)


def _write(wanted: Start, state: _State, languages: Iterable[str]) -> list[PageText]:
    """New versions, published at once, of the texts that may be written and say something new."""
    codes = set(languages)
    found: list[tuple[StartPage, StartText, PageText]] = []
    for page in wanted.pages:
        place = state.pages.get(page.key)
        if place is None or place.removed_on is not None:
            continue
        for said in page.texts.values():
            text = state.texts.get((place.pk, said.language))
            if said.language in codes and _may_write(text, state.made.get((place.pk, said.language)), said):
                found.append((page, said, text or PageText(page=place, language=said.language, version=0)))
    PageText.objects.bulk_create([text for _page, _said, text in found if text.pk is None])
    versions = [_version(page, said, text, wanted, state) for page, said, text in found]
    TextVersion.objects.bulk_create(versions)
    seen = datetime.combine(wanted.written, time(12), UTC)
    for (_page, said, text), version in zip(found, versions, strict=True):
        text.latest = text.published = version
        text.state, text.published_at = TextState.PUBLISHED, seen
        if not (said.minor and text.major_number):
            text.major_number = version.number
        text.version += 1
        state.made[(text.page_id, text.language)] = version
    PageText.objects.bulk_update(
        [text for _page, _said, text in found],
        ["latest", "published", "state", "published_at", "major_number", "version"],
    )
    return [text for _page, _said, text in found]


def _may_write(text: PageText | None, made: TextVersion | None, said: StartText) -> bool:
    """Whether the text is missing, or the loader's own, still shown, and different from the files."""
    if text is None:
        return True
    latest = text.latest
    if latest is None or made is None or latest.pk != made.pk:
        return False
    if text.state != TextState.PUBLISHED or text.published_id != latest.pk:
        return False
    stored = (latest.title, latest.summary, latest.blocks, latest.machine)
    return stored != (said.title, said.summary, list(said.blocks), said.machine)


def _version(page: StartPage, said: StartText, text: PageText, wanted: Start, state: _State) -> TextVersion:
    return TextVersion(
        text=text,
        number=(text.latest.number if text.latest else 0) + 1,
        title=said.title,
        summary=said.summary,
        blocks=list(said.blocks),
        minor=said.minor,
        machine=said.machine,
        made_from=None if said.language == SOURCE else state.made.get((text.page_id, SOURCE)),
        note=f"{MARK}{page.key} {wanted.written.isoformat()}",
        made_at=clock.real_now(),
    )


def _follow(texts: list[PageText]) -> None:
    """Brings the list of addresses that these texts lead to up to date, for the link checker."""
    used: Mapping[str, set[int]] = defaultdict(set)
    for text in texts:
        for address in blocks.links_in(text.latest.blocks if text.latest else ()):
            if address.startswith("https://"):
                used[address].add(text.pk)
    Link.objects.bulk_create((Link(address=address) for address in sorted(used)), ignore_conflicts=True)
    ids = dict(Link.objects.filter(address__in=used).values_list("address", "pk"))
    LinkUse.objects.filter(text__in=texts).delete()
    LinkUse.objects.bulk_create(
        LinkUse(link_id=ids[address], text_id=text_id) for address in used for text_id in used[address]
    )
