"""What editors see: the tree of a space with states by language, one text with its versions, what waits for whom.

Not for: what readers see (``reading.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.information import access, page_rules
from kotopolku.information.models import (
    ContentLanguage,
    LinkState,
    LinkUse,
    Page,
    PageKind,
    PageText,
    ReviewComment,
    Space,
    TextState,
    TextVersion,
)
from kotopolku.placement.queries.my_work import Todo

SOON = timedelta(days=14)
"""So long before its day a review of a page is asked for. Our own rule."""


@dataclass(frozen=True)
class TextMark:
    """One text in one language, as a small mark: state of the newest version, and what readers see."""

    language: str
    state: str
    published: bool
    stale: bool
    machine: bool
    changed: bool
    """There is a newer version than the one that readers see."""


@dataclass
class TreeLine:
    """A page in the tree as readers of the space see it. ``inherited``: it comes from a space above."""

    page: Page
    title: str
    depth: int
    inherited: bool
    marks: dict[str, TextMark] = field(default_factory=dict)
    variant: Page | None = None
    """What this space says about an inherited page: its addition, replacement or that it is hidden."""


@dataclass(frozen=True)
class TextDetail:
    """A text to work on. ``source``: the text of the page in the space's own language (itself, when it is that)."""

    page: Page
    language: ContentLanguage
    text: PageText | None
    source: PageText | None
    stale: bool
    comments: list[ReviewComment]


def languages(*, with_retired: bool = False) -> list[ContentLanguage]:
    """Languages in use, in their order."""
    rows = ContentLanguage.objects.all()
    return list(rows if with_retired else rows.filter(retired_on=None))


def chain(space: Space) -> list[Space]:
    """The space and those that it inherits from, the nearest first. One statement for each."""
    found = [space]
    while found[-1].parent_id is not None:
        found.append(Space.objects.get(pk=found[-1].parent_id))
    return found


def source_text(page: Page) -> PageText | None:
    """The page's text in the language of its space."""
    rows = PageText.objects.filter(page=page, language=page.space.source_language)
    return rows.select_related("latest", "published").first()


def is_stale(text: PageText, source: PageText | None) -> bool:
    """Whether the source has changed, in a way that counts, since the text's newest version was translated from it."""
    made_from = text.latest.made_from if text.latest else None
    if source is None or made_from is None or made_from.text_id != source.pk:
        return False
    return page_rules.is_stale(made_from.number, source.major_number)


def stale_texts(spaces: Iterable[int]) -> "QuerySet[PageText]":
    """Texts of pages of these spaces whose source has changed since."""
    return PageText.objects.filter(
        page__space__in=list(spaces),
        page__removed_on=None,
        latest__made_from__text__page=F("page"),
        latest__made_from__number__lt=F("latest__made_from__text__major_number"),
    )


def tree(space: Space) -> list[TreeLine]:
    """Every page of the space and those it inherits, in the order of reading. Five statements at most.

    The space was found by ``access``; titles are in its own language.
    """
    spaces = [one.pk for one in chain(space)]
    rows = Page.objects.filter(space__in=spaces, removed_on=None).select_related("space")
    # As in ``inheritance``: what comes from above stands first.
    pages = sorted(rows, key=lambda one: (-spaces.index(one.space_id), one.order, one.pk))
    texts = (
        PageText.objects.filter(page__in=pages)
        .select_related("latest__made_from")
        .defer("latest__blocks", "latest__made_from__blocks")
    )
    by_page: dict[int, list[PageText]] = {}
    for text in texts:
        by_page.setdefault(text.page_id, []).append(text)
    variants = {one.of_id: one for one in pages if one.kind != PageKind.OWN and one.space_id == space.pk}
    own = [one for one in pages if one.kind == PageKind.OWN]
    known = {one.pk for one in own}
    children: dict[int | None, list[Page]] = {}
    for one in own:
        children.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    lines: list[TreeLine] = []

    def walk(parent: int | None, depth: int) -> None:
        for page in children.get(parent, ()):
            variant = variants.get(page.pk)
            shown = variant if variant is not None else page
            marks = marks_of(shown, by_page.get(shown.pk, []))
            title = title_of(page, by_page.get(page.pk, []), space.source_language)
            inherited = page.space_id != space.pk
            lines.append(
                TreeLine(
                    page, title, depth, inherited, {} if inherited and variant is None else marks, variant
                )
            )
            walk(page.pk, depth + 1)

    walk(None, 0)
    return lines


def title_of(page: Page, texts: Iterable[PageText], language: str) -> str:
    """The page's title in a language, else in the language of its space, else its key."""
    titles = {one.language: one.latest.title for one in texts if one.latest}
    return titles.get(language) or titles.get(page.space.source_language) or page.key


def marks_of(page: Page, texts: Iterable[PageText]) -> dict[str, TextMark]:
    """The state of a page's texts by language."""
    found = list(texts)
    source = next((one for one in found if one.language == page.space.source_language), None)
    return {
        one.language: TextMark(
            one.language,
            one.state,
            one.published_id is not None,
            is_stale(one, source),
            bool(one.latest and one.latest.machine),
            one.published_id is not None and one.published_id != one.latest_id,
        )
        for one in found
    }


def removed_pages(space: Space) -> list[tuple[Page, str]]:
    """Pages that were taken out of the tree, with their titles; the last ones first. Two statements."""
    rows = Page.objects.filter(space=space).exclude(removed_on=None).select_related("space")
    pages = list(rows.order_by("-removed_on", "-pk")[:100])
    texts: dict[int, list[PageText]] = {}
    for text in PageText.objects.filter(page__in=pages).select_related("latest"):
        texts.setdefault(text.page_id, []).append(text)
    return [(one, title_of(one, texts.get(one.pk, ()), space.source_language)) for one in pages]


def text_detail(viewer: Viewer, page_id: int, language: str) -> TextDetail:
    """A text to write or translate; ``text`` None when the language has none yet. Raises ``NotVisible``."""
    from kotopolku.access.errors import NotVisible

    page = access.own_page(viewer, page_id)
    known = ContentLanguage.objects.filter(code=language).first()
    if known is None:
        raise NotVisible
    rows = PageText.objects.filter(page=page).select_related(
        "latest__made_from", "latest__made_by", "published", "reviewer", "author"
    )
    texts = {one.language: one for one in rows.filter(language__in=[language, page.space.source_language])}
    text, source = texts.get(language), texts.get(page.space.source_language)
    comments = list(text.comments.select_related("by").order_by("at")) if text else []
    stale = text is not None and is_stale(text, source)
    return TextDetail(page, known, text, source, stale, comments)


def versions_of(detail: TextDetail) -> "QuerySet[TextVersion]":
    """Every version of a text, the newest first."""
    rows = TextVersion.objects.filter(text=detail.text).select_related("made_by", "made_from")
    return rows.defer("made_from__blocks").order_by("-number")


@dataclass(frozen=True)
class Condition:
    """How a space stands, in numbers."""

    space: Space
    pages: int
    drafts: int
    in_review: int
    stale: int
    machine: int
    overdue: int
    """Pages past their review day."""
    broken: int
    """Texts with an address that is gone."""


def condition(viewer: Viewer, spaces: Iterable[Space]) -> list[Condition]:
    """The condition of spaces that ``access`` gave, in their order. Five statements whatever their number."""
    given = list(spaces)
    ids = [one.pk for one in given]

    def counted(rows: "QuerySet[PageText]") -> dict[int, int]:
        return dict(rows.order_by().values_list("page__space").annotate(Count("pk", distinct=True)))

    texts = PageText.objects.filter(page__space__in=ids, page__removed_on=None)
    nothing: dict[str, Any] = {}
    pages: dict[int, dict[str, Any]] = {
        row["space"]: dict(row)
        for row in Page.objects.filter(space__in=ids, removed_on=None)
        .order_by()
        .values("space")
        .annotate(pages=Count("pk"), overdue=Count("pk", filter=Q(review_by__lt=viewer.day)))
    }
    states: dict[int, dict[str, Any]] = {
        row["page__space"]: dict(row)
        for row in texts.order_by()
        .values("page__space")
        .annotate(
            drafts=Count("pk", filter=Q(state=TextState.DRAFT)),
            in_review=Count("pk", filter=Q(state=TextState.REVIEW)),
            machine=Count("pk", filter=Q(latest__machine=True)),
        )
    }
    stale = counted(stale_texts(ids))
    gone = counted(texts.filter(links__link__state=LinkState.GONE, links__link__ignored=False))
    return [
        Condition(
            one,
            pages.get(one.pk, nothing).get("pages", 0),
            states.get(one.pk, nothing).get("drafts", 0),
            states.get(one.pk, nothing).get("in_review", 0),
            stale.get(one.pk, 0),
            states.get(one.pk, nothing).get("machine", 0),
            pages.get(one.pk, nothing).get("overdue", 0),
            gone.get(one.pk, 0),
        )
        for one in given
    ]


def in_review_for(viewer: Viewer) -> "QuerySet[PageText]":
    """Texts of own spaces that wait for the viewer's review, or for anybody's who may publish."""
    if not viewer.may(Capability.CONTENT_PUBLISH):
        return PageText.objects.none()
    rows = PageText.objects.filter(
        state=TextState.REVIEW, page__space__in=access.own_spaces(viewer), page__removed_on=None
    )
    mine = Q(reviewer__in=viewer.workers) | Q(reviewer=None)
    return rows.filter(mine).exclude(author=viewer.user_id).select_related("page", "latest").order_by("pk")


def overdue_pages(viewer: Viewer, until: date) -> "QuerySet[Page]":
    """Own pages whose review day is ``until`` or before."""
    rows = Page.objects.filter(
        space__in=access.own_spaces(viewer), review_by__lte=until, removed_on=None
    ).exclude(kind=PageKind.HIDDEN)
    return rows.select_related("space").order_by("review_by", "pk")


def broken_links(viewer: Viewer) -> "QuerySet[LinkUse]":
    """Addresses in own texts that are gone."""
    rows = LinkUse.objects.filter(
        text__page__space__in=access.own_spaces(viewer),
        text__page__removed_on=None,
        link__state=LinkState.GONE,
        link__ignored=False,
    )
    return rows.select_related("link", "text__page", "text__latest").order_by("pk")


def todo(viewer: Viewer, limit: int = 20) -> list[Todo]:
    """For My work: reviews asked for, and pages whose review day is near. Four statements at most."""
    if not viewer.may(Capability.CONTENT_EDIT):
        return []
    found = [
        Todo(
            _("A public page waits for review: %(title)s")
            % {"title": one.latest.title if one.latest else ""},
            _("Review the page"),
            None,
            reverse("information:text-review", args=[one.page_id, one.language]),
        )
        for one in in_review_for(viewer)[:limit]
    ]
    found += [
        Todo(
            _("A public page should be looked at again: %(page)s") % {"page": one.key},
            _("Check that it is still right"),
            one.review_by,
            reverse("information:text", args=[one.pk, one.space.source_language]),
        )
        for one in overdue_pages(viewer, viewer.day + SOON)[:limit]
    ]
    return found[:limit]
