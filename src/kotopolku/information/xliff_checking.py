"""Compares a file of translations that came back with what is stored: unit by unit, before anything is written.

Not for: reading the file (``xliff.py``), writing (``actions/xliff.py``).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kotopolku import worddiff
from kotopolku.information import blocks, parts, xliff
from kotopolku.information.models import Page, PageText, Space, TextVersion
from kotopolku.information.parts import Content, Key
from kotopolku.information.queries.translating import content_of
from kotopolku.information.xliff import Came, Document

# What is told of a unit. Faults keep it out; the rest is only told.
LOST, ADDED, TWICE, OTHER_PAGE, OTHER_VERSION = "lost", "added", "twice", "other-page", "other-version"
INLINE_LOST, INLINE_ADDED, INLINE_TWICE = "inline-lost", "inline-added", "inline-twice"
INLINE_BROKEN, LINK_BROKEN, LINK_LOST, BAD_ADDRESS = (
    "inline-broken",
    "link-broken",
    "link-lost",
    "bad-address",
)
TOO_LONG, NO_TITLE, INCOMPLETE, GONE_PART = "too-long", "no-title", "incomplete", "gone-part"
LINK_OTHER, SOURCE_CHANGED, SOURCE_EDITED, UNTRANSLATED = (
    "link-other",
    "source-changed",
    "source-edited",
    "untranslated",
)
FAULTS = frozenset(
    {ADDED, TWICE, OTHER_PAGE, OTHER_VERSION, INLINE_LOST, INLINE_ADDED, INLINE_TWICE, INLINE_BROKEN, LINK_BROKEN,
     LINK_LOST, BAD_ADDRESS, TOO_LONG}
)  # fmt: skip
OTHER_LANGUAGE, OTHER_SOURCE, OTHER_SPACE = "other-language", "other-source", "other-space"


@dataclass(frozen=True)
class UnitRow:
    """One unit of the file, or one that is not in it. ``own``: what is stored now; ``new``: what would be."""

    name: str
    kind: str
    field: str
    number: int
    source: str
    own: str
    new: str | None
    told: tuple[str, ...] = ()
    change: Sequence[worddiff.Piece] = ()

    @property
    def is_faulty(self) -> bool:
        return bool(FAULTS & set(self.told))

    @property
    def is_change(self) -> bool:
        return not self.is_faulty and self.new is not None and self.new != self.own


@dataclass(frozen=True)
class PageReport:
    """One page of the file. ``content`` None: nothing of it can be taken in, or nothing would change."""

    page: Page | None
    title: str
    rows: list[UnitRow]
    content: Content | None = None
    made_from: int | None = None
    """Number of the source's version that the translation is made from; the one before where parts of it are missing."""
    version: int = 0
    """Of the stored text, 0 for none: what the actions expect."""
    faults: tuple[str, ...] = ()
    source_moved: bool = False
    """The source has a newer version than the one in the file."""
    machine: bool = False
    """Words that a machine suggested, and that the file says nothing of, would stay in it."""

    @property
    def changes(self) -> int:
        return sum(row.is_change for row in self.rows)


@dataclass(frozen=True)
class Report:
    """A whole file. ``faults``: why nothing of it can be taken in. ``digest`` changes with everything that was compared."""

    pages: list[PageReport] = field(default_factory=list)
    faults: tuple[str, ...] = ()
    source_language: str = ""
    target_language: str = ""
    digest: str = ""

    @property
    def writes(self) -> list[PageReport]:
        return [one for one in self.pages if one.content is not None]

    def number(self, code: str) -> int:
        return sum(code in row.told for page in self.pages for row in page.rows)

    @property
    def faulty(self) -> int:
        return sum(row.is_faulty for page in self.pages for row in page.rows)


def compare(document: Document, space: Space, language: str) -> Report:
    """The report on a file for one space and language. Four statements whatever its size."""
    faults = []
    if document.target_language != language:
        faults.append(OTHER_LANGUAGE)
    if document.source_language != space.source_language:
        faults.append(OTHER_SOURCE)
    if not any(one.startswith(f"{space.slug}/") for one in document.originals):
        faults.append(OTHER_SPACE)
    named = (document.source_language[:12], document.target_language[:12])
    if faults:
        return Report([], tuple(faults), *named)
    by_page: dict[int | None, list[Came]] = {}
    for unit in document.units:
        page_id = unit.id.page if unit.id and unit.original == f"{space.slug}/{unit.id.page}" else None
        by_page.setdefault(page_id, []).append(unit)
    ids = [one for one in by_page if one is not None]
    pages = Page.objects.filter(pk__in=ids, space=space, removed_on=None).in_bulk()
    texts: dict[int, dict[str, PageText]] = {}
    for text in PageText.objects.filter(
        page__in=list(pages), language__in=[space.source_language, language]
    ).select_related("latest__made_from", "published"):
        texts.setdefault(text.page_id, {})[text.language] = text
    numbers = {(unit.id.page, unit.id.version) for unit in document.units if unit.id}
    versions: dict[int, dict[int, TextVersion]] = {}
    for version in TextVersion.objects.filter(
        text__page__in=list(pages),
        text__language=space.source_language,
        number__in=sorted({number for _page, number in numbers if number < 2**31}),
    ).select_related("text"):
        versions.setdefault(version.text.page_id, {})[version.number] = version
    reports = [
        _page(
            pages.get(page_id or 0),
            units,
            texts.get(page_id or 0, {}),
            versions.get(page_id or 0, {}),
            space,
            language,
        )
        for page_id, units in by_page.items()
    ]
    stamp = [
        [
            one.page.pk if one.page else 0,
            one.version,
            one.made_from,
            [[row.name, row.own, row.new, row.told] for row in one.rows],
        ]
        for one in reports
    ]
    digest = hashlib.sha256(json.dumps(stamp).encode()).hexdigest()[:24]
    return Report(reports, (), *named, digest=digest)


def _page(
    page: Page | None,
    units: Sequence[Came],
    texts: Mapping[str, PageText],
    versions: Mapping[int, TextVersion],
    space: Space,
    language: str,
) -> PageReport:
    if page is None:
        return PageReport(None, "", [_stranger(one, OTHER_PAGE if one.id else ADDED) for one in units])
    source_text, text = texts.get(space.source_language), texts.get(language)
    numbers = {one.id.version for one in units if one.id}
    number = max(numbers & set(versions), default=0)
    if source_text is None or not number:
        title = source_text.latest.title if source_text and source_text.latest else page.key
        return PageReport(page, title, [_stranger(one, OTHER_VERSION) for one in units])
    version = versions[number]
    source = content_of(version)
    newest = source_text.published or source_text.latest or version
    now = parts.words_of(content_of(newest))
    latest = text.latest if text else None
    made_from = latest.made_from if latest else None
    own = (
        parts.carried(source, content_of(made_from) if made_from else None, content_of(latest))
        if latest
        else {}
    )
    came: dict[Key, Came] = {}
    rows: list[UnitRow] = []
    expected = {part.key: part for part in parts.parts(source)}
    repeated = set(xliff.twice(units))
    for unit in units:
        key = (unit.id.block, unit.id.field) if unit.id else None
        if unit.id is None or key is None or (unit.id.version == number and key not in expected):
            rows.append(_stranger(unit, ADDED))
        elif unit.id.version != number:
            rows.append(_stranger(unit, OTHER_VERSION))
        elif unit.name in repeated and key in came:
            rows.append(_stranger(unit, TWICE))
        else:
            came[key] = unit
    words = dict(own)
    for key, part in expected.items():
        if part.is_address:
            words.setdefault(key, part.words)
            continue
        found = came.get(key)
        told = [LOST] if found is None else _told(found, part, now.get(key))
        if found is not None and found.name in repeated:
            told.append(TWICE)
        new = blocks.clean_words(found.target) if found is not None and found.target is not None else None
        row = UnitRow(
            str(xliff.UnitId(page.pk, number, *key)),
            part.kind,
            part.name,
            part.number,
            part.words,
            own.get(key, ""),
            new,
            tuple(told),
            worddiff.pieces(own[key], new) if new is not None and own.get(key) and own[key] != new else (),
        )
        if row.new is not None and not row.is_faulty:
            words[key] = row.new
        rows.append(row)
    content = parts.put_together(source, words, parts.gone(source, content_of(latest)) if latest else ())
    same = latest is not None and (content.title, content.summary, list(content.blocks)) == (
        latest.title, latest.summary, latest.blocks,
    )  # fmt: skip
    then = content_of(made_from) if made_from else source
    is_whole = made_from is None or _is_whole(rows, source, then)
    kept = number if is_whole or made_from is None else made_from.number
    brings = any(row.new is not None and not row.is_faulty for row in rows)
    faults: tuple[str, ...] = ()
    if brings and not content.title:
        faults = (NO_TITLE,)
    elif brings and (
        blocks.checked(content.blocks)[1]
        or parts.step_left_out(source, words)
        # Kept as made from the older source it would be read with other steps than it was written for.
        or (not is_whole and parts.carried(source, then, content) != parts.words_of(content))
    ):
        faults = (INCOMPLETE,)
    writes = brings and not faults and (not same or made_from is None or made_from.number < kept)
    return PageReport(
        page,
        version.title,
        rows,
        content if writes else None,
        kept,
        text.version if text else 0,
        faults,
        newest.number > number,
        latest is not None
        and latest.machine
        and any(row.own and (row.new is None or row.is_faulty) for row in rows),
    )


def _is_whole(rows: Sequence[UnitRow], source: Content, then: Content) -> bool:
    """Whether every text that has changed since the last translation came back: else it would pass for up to date."""
    before = parts.carried(source, then, then)
    keys = {str(xliff.UnitId(0, 0, *key)).removeprefix("0.0."): words for key, words in before.items()}
    return all(
        (row.new is not None and not row.is_faulty) or keys.get(row.name.split(".", 2)[2]) == row.source
        for row in rows
        if row.kind
    )


def _stranger(unit: Came, code: str) -> UnitRow:
    field_ = unit.id.field.rsplit(".", 1)[-1] if unit.id else ""
    return UnitRow(unit.name, "", field_, 0, unit.source, "", unit.target, (code,))


def _told(unit: Came, part: parts.Part, now: str | None) -> list[str]:
    """What is to be said of a unit that belongs to the page."""
    told = []
    if " ".join(unit.source.split()) != " ".join(part.words.split()):
        told.append(SOURCE_EDITED)
    if now is None:
        told.append(GONE_PART)
    elif now != part.words:
        told.append(SOURCE_CHANGED)
    if unit.target is None:
        return [*told, UNTRANSLATED]
    told += unit.faults
    told += [one for one in xliff.link_faults(part.words, unit.target) if one not in told]
    if any(not blocks.is_safe_address(one) for one in xliff.addresses(unit.target)):
        told.append(BAD_ADDRESS)
    most = (
        blocks.LONGEST_TEXT if part.name == "text" else 400 if part.name == "summary" else blocks.LONGEST_LINE
    )
    if len(blocks.clean_words(unit.target)) > most:
        told.append(TOO_LONG)
    return told
