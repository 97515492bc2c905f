"""What translators need: a text beside its source, the table of a space's translations, texts to send out.

Not for: writing (``actions/texts.py``), files that came back (``xliff_checking.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.text import Truncator

from kotopolku import worddiff
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.information import access, parts, xliff
from kotopolku.information.models import (
    ContentLanguage,
    Page,
    PageKind,
    PageText,
    Space,
    TextState,
    TextVersion,
)
from kotopolku.information.parts import Content, Key, Part
from kotopolku.information.queries import editing
from kotopolku.information.queries.terms import Hint, Hints

MISSING, STALE, MACHINE, REVIEW, DRAFT, PUBLISHED = "missing", "stale", "machine", "review", "draft", "fine"
STATES = (MISSING, STALE, MACHINE, REVIEW, DRAFT, PUBLISHED)


def content_of(version: TextVersion) -> Content:
    """What a version says."""
    return Content(version.title, version.summary, version.blocks)


# --- Side by side ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One text of the source beside its translation."""

    part: Part
    own: str
    change: Sequence[worddiff.Piece] = ()
    """The source's text as it was when the translation was made, and as it is now; empty when nothing changed."""
    is_new: bool = False
    """The source has got this text since."""
    hints: Sequence[Hint] = ()


@dataclass(frozen=True)
class SideBySide:
    """A translation beside its source. ``text`` None: the language has none yet."""

    page: Page
    language: ContentLanguage
    source_language: ContentLanguage
    source: TextVersion
    source_published: bool
    text: PageText | None
    made_from: TextVersion | None
    stale: bool
    rows: list[Row]
    gone: list[tuple[str, str, str]] = field(default_factory=list)
    """Parts of the translation that the source has no more: id of the block, kind, words."""
    lost: list[tuple[str, str]] = field(default_factory=list)
    """Texts that the source has lost since the translation was made: kind and words."""
    avoid: list[tuple[str, str]] = field(default_factory=list)
    """Words of the translation that are not to be used, with the ones to use."""

    @property
    def machine(self) -> bool:
        return bool(self.text and self.text.latest and self.text.latest.machine)

    @property
    def version(self) -> int:
        return self.text.version if self.text else 0


def newest_source(page: Page) -> tuple[PageText, TextVersion]:
    """The source text and the version to translate: what readers see, else the newest. Raises ``NotVisible``."""
    source = editing.source_text(page)
    version = (source.published or source.latest) if source else None
    if source is None or version is None:
        raise NotVisible
    return source, version


def side_by_side(viewer: Viewer, page_id: int, language: str, *, number: int | None = None) -> SideBySide:
    """A translation and its source, part by part. Nine statements whatever their length. Raises ``NotVisible``.

    ``number``: of the source's version that the form was opened with: what was typed is a translation of that one.
    """
    page = access.own_page(viewer, page_id)
    known = ContentLanguage.objects.in_bulk([language, page.space.source_language])
    if language not in known or language == page.space.source_language:
        raise NotVisible
    source_text, source = newest_source(page)
    if number is not None and number != source.number:
        source = source_text.versions.filter(number=number).first() or source
    text = (
        PageText.objects.filter(page=page, language=language)
        .select_related("latest__made_from", "published")
        .first()
    )
    latest = text.latest if text else None
    made_from = latest.made_from if latest else None
    now = content_of(source)
    then = content_of(made_from) if made_from else None
    own = content_of(latest) if latest else Content("", "", [])
    words = parts.carried(now, then, own)
    before = _carried_source(now, then)
    hints = Hints(source_text.language, language)
    rows = [
        _row(part, words.get(part.key, ""), before, then is not None, hints.of(part.words))
        for part in parts.parts(now)
    ]
    extra = parts.gone(now, own)
    shown = {block["id"] for block in extra}
    return SideBySide(
        page=page,
        language=known[language],
        source_language=known[page.space.source_language],
        source=source,
        source_published=source_text.published_id == source.pk,
        text=text,
        made_from=made_from,
        stale=text is not None and editing.is_stale(text, source_text),
        rows=rows,
        gone=[(one.key[0], one.kind, one.words) for one in parts.parts(own) if one.key[0] in shown],
        lost=_lost(now, then),
        avoid=hints.to_avoid(words.values()),
    )


def _carried_source(now: Content, then: Content | None) -> dict[Key, str]:
    """The source's words at the time of translating, by the keys of today."""
    return parts.carried(now, then, then) if then is not None else {}


def _lost(now: Content, then: Content | None) -> list[tuple[str, str]]:
    if then is None:
        return []
    keys = set(parts.words_of(now))
    kinds = {part.key: part.kind for part in parts.parts(then)}
    before = _carried_source(now, then)
    return [(kinds.get(key, "text"), words) for key, words in before.items() if key not in keys]


def _row(part: Part, own: str, before: dict[Key, str], is_later: bool, hints: Sequence[Hint]) -> Row:
    old = before.get(part.key, "")
    if not is_later or old == part.words:
        return Row(part, own, hints=hints)
    change = worddiff.pieces(old, part.words) if old else ()
    return Row(part, own, change, is_new=not old, hints=hints)


# --- The table of a space ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """How a page stands in a language: ``state`` is one of ``STATES``."""

    language: str
    state: str


@dataclass(frozen=True)
class TableLine:
    page: Page
    title: str
    depth: int
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """Pages × languages of a space. ``counts``: cells by language and state."""

    languages: list[ContentLanguage]
    lines: list[TableLine]
    counts: dict[str, dict[str, int]]


def state_of(text: PageText | None, source: PageText | None) -> str:
    """How a translation stands, in one word: what needs work first comes first."""
    if text is None or text.latest is None:
        return MISSING
    if editing.is_stale(text, source):
        return STALE
    if text.latest.machine:
        return MACHINE
    if text.state == TextState.REVIEW:
        return REVIEW
    return PUBLISHED if text.published_id == text.latest_id else DRAFT


def table(space: Space, *, language: str = "", state: str = "") -> Table:
    """The own pages of a space with their translations. Three statements whatever their number."""
    languages = [one for one in editing.languages() if one.code != space.source_language]
    shown = [one for one in languages if one.code == language] or languages
    pages = _pages(space)
    texts: dict[int, dict[str, PageText]] = {}
    rows = PageText.objects.filter(page__in=[page.pk for page, _depth in pages])
    for text in rows.select_related("latest__made_from").defer("latest__blocks", "latest__made_from__blocks"):
        texts.setdefault(text.page_id, {})[text.language] = text
    counts = {one.code: dict.fromkeys(STATES, 0) for one in languages}
    lines = []
    for page, depth in pages:
        own = texts.get(page.pk, {})
        source = own.get(space.source_language)
        if source is None:
            continue
        states = {one.code: state_of(own.get(one.code), source) for one in languages}
        for code, found in states.items():
            counts[code][found] += 1
        cells = [Cell(one.code, states[one.code]) for one in shown]
        if not state or any(cell.state == state for cell in cells):
            title = source.latest.title if source.latest else page.key
            lines.append(TableLine(page, title, depth, cells))
    return Table(shown, lines, counts)


def _pages(space: Space) -> list[tuple[Page, int]]:
    """Own pages of a space that have texts, in the order of the tree, with their depth. One statement."""
    rows = list(
        Page.objects.filter(space=space, removed_on=None)
        .exclude(kind=PageKind.HIDDEN)
        .order_by("order", "pk")
    )
    known = {one.pk for one in rows}
    children: dict[int | None, list[Page]] = {}
    for one in rows:
        children.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    found: list[tuple[Page, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for one in children.get(parent, ()):
            found.append((one, depth))
            walk(one.pk, depth + 1)

    walk(None, 0)
    return found


def pages_to_choose(space: Space) -> list[tuple[Page, str, int]]:
    """Own pages with title and depth, for a list to choose from. Two statements."""
    pages = _pages(space)
    rows = PageText.objects.filter(
        page__in=[page.pk for page, _depth in pages], language=space.source_language
    ).values_list("page_id", "latest__title")
    titles = dict(rows)
    return [(page, titles.get(page.pk) or page.key, depth) for page, depth in pages]


def subtree(space: Space, page_id: int | None) -> list[Page]:
    """A page and all below it, or all own pages of the space. Raises ``NotVisible``. One statement."""
    pages = _pages(space)
    if page_id is None:
        return [page for page, _depth in pages]
    place = next((number for number, (page, _depth) in enumerate(pages) if page.pk == page_id), None)
    if place is None:
        raise NotVisible
    depth = pages[place][1]
    found = [pages[place][0]]
    for page, deep in pages[place + 1 :]:
        if deep <= depth:
            break
        found.append(page)
    return found


# --- Out as a file -----------------------------------------------------------------------------------------------------


def page_files(
    space: Space, pages: Iterable[Page], language: str, *, only_open: bool = False
) -> list[xliff.PageFile]:
    """The pages' texts to be translated into a language, with what is there already. Two statements.

    ``only_open``: without those whose translation is valid. Texts that nobody has approved go out as "initial".
    """
    wanted = list(pages)
    rows = PageText.objects.filter(
        page__in=[one.pk for one in wanted], language__in=[space.source_language, language]
    ).select_related("latest__made_from", "published")
    texts: dict[int, dict[str, PageText]] = {}
    for text in rows:
        texts.setdefault(text.page_id, {})[text.language] = text
    hints = Hints(space.source_language, language)
    made = []
    for page in wanted:
        source_text = texts.get(page.pk, {}).get(space.source_language)
        version = (source_text.published or source_text.latest) if source_text else None
        own = texts.get(page.pk, {}).get(language)
        if version is None or (only_open and state_of(own, source_text) in (DRAFT, REVIEW, PUBLISHED)):
            continue
        latest = own.latest if own else None
        is_stale = own is not None and editing.is_stale(own, source_text)
        units = tuple(_units(page, version, latest, is_stale, own, hints))
        made.append(xliff.PageFile(f"{space.slug}/{page.pk}", page.pk, units))
    return made


def _units(
    page: Page,
    version: TextVersion,
    latest: TextVersion | None,
    is_stale: bool,
    own: PageText | None,
    hints: Hints,
) -> Iterable[xliff.Unit]:
    now = content_of(version)
    made_from = latest.made_from if latest else None
    then = content_of(made_from) if made_from else None
    words = parts.carried(now, then, content_of(latest)) if latest else {}
    before = _carried_source(now, then)
    is_seen = own is not None and latest is not None and own.published_id == latest.pk
    title = Truncator(version.title).chars(80)
    for part in parts.parts(now):
        if part.is_address:
            continue
        target = words.get(part.key, "")
        is_same = before.get(part.key, part.words) == part.words
        state = "initial"
        if target and is_same and latest is not None and not latest.machine:
            state = "final" if is_seen and not is_stale else "translated"
        place = f"{title}: {part.kind}, {part.name}" + (f" {part.number}" if part.number else "")
        terms = tuple(
            f"{one.source} = {one.target.words}" + (f" ({one.target.note})" if one.target.note else "")
            for one in hints.of(part.words)
            if one.target is not None
        )
        identifier = xliff.UnitId(page.pk, version.number, part.key[0], part.key[1])
        yield xliff.Unit(identifier, part.words, target, state, (place,), terms)
