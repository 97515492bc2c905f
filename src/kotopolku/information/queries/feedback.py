"""What editors see of feedback and of how often pages are read. Not for: writing; readers' pages."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum

from kotopolku.access.viewer import Viewer
from kotopolku.information import access as spaces_access
from kotopolku.information import access_feedback as access
from kotopolku.information import digits
from kotopolku.information import feedback_rules as rules
from kotopolku.information.models import (
    ContentLanguage,
    Feedback,
    FeedbackAddress,
    FeedbackState,
    PageText,
    Space,
)

COUNTED_DAYS = (7, 28, 365)


@dataclass(frozen=True)
class Ticket:
    """One ticket to work on. The address itself is not shown: the answer goes there by itself."""

    row: Feedback
    has_address: bool
    waits_for_mail: bool
    page_title: str
    language: ContentLanguage | None

    @property
    def words(self) -> str:
        return self._shown(self.row.words)

    @property
    def answer(self) -> str:
        return self._shown(self.row.answer)

    def _shown(self, text: str) -> str:
        is_rtl = self.language is not None and self.language.direction == "rtl"
        return digits.in_order(text) if is_rtl else text


@dataclass(frozen=True)
class CountLine:
    """How often one page was read. ``shown``: the number, or None where it is so small that it is not told exactly."""

    title: str
    key: str
    count: int
    by_language: list[tuple[str, int | None]]
    useful: int
    not_useful: int

    @property
    def shown(self) -> int | None:
        return small(self.count)


def small(count: int) -> int | None:
    return count if count >= rules.SMALL else None


def tickets(viewer: Viewer, state: str) -> "QuerySet[Feedback]":
    """Tickets of own spaces in a state: those that wait the oldest first, the others the newest first. One statement."""
    rows = access.feedback(viewer).filter(state=state).select_related("space", "page")
    titles = PageText.objects.filter(
        page=OuterRef("page_id"), language=OuterRef("page__space__source_language")
    )
    rows = rows.annotate(
        wants_answer=Exists(FeedbackAddress.objects.filter(feedback=OuterRef("pk"))),
        page_title=Subquery(titles.values("published__title")[:1]),
    )
    order = "made_at" if state == FeedbackState.OPEN else "-made_at"
    return rows.order_by(order, "pk")


def own_spaces(viewer: Viewer) -> list[Space]:
    """Spaces that the own organisation keeps."""
    return list(spaces_access.own_spaces(viewer).order_by("kind", "sort_fi", "pk"))


def ticket(viewer: Viewer, number: str) -> Ticket:
    """Raises ``MissingCapability``, ``NotVisible``."""
    row = access.ticket(viewer, number)
    address = FeedbackAddress.objects.filter(feedback=row).first()
    texts = PageText.objects.filter(page=row.page_id, published__isnull=False).select_related("published")
    by_language = {text.language: text for text in texts}
    text = by_language.get(row.language) or next(iter(by_language.values()), None)
    return Ticket(
        row=row,
        has_address=address is not None,
        waits_for_mail=address is not None and address.answer != "",
        page_title=text.published.title if text and text.published else "",
        language=ContentLanguage.objects.filter(code=row.language).first(),
    )


def all_spaces() -> list[Space]:
    """Every space, for choosing one by name. One statement."""
    return list(Space.objects.order_by("sort_fi", "pk"))


def slug_of(name: str) -> str:
    """The address part of a space by its name in any language, or by the part itself; what was typed if there is none."""
    typed = name.strip().casefold()
    for one in all_spaces():
        names = {one.slug, one.name_fi, one.name_sv, one.name_en, label_of(one), *one.names.values()}
        if typed in {said.casefold() for said in names}:
            return one.slug
    return name.strip()[:60]


def label_of(space: Space) -> str:
    """The name with its kind, so that Kainuu the region and a municipality of the same name are told apart."""
    return f"{space.name()} ({space.get_kind_display()})"


def counts(viewer: Viewer, space: Space, days: int, day: date) -> list[CountLine]:
    """How often the pages were read in a space in the last ``days`` days, the most read first. Three statements."""
    since = day - timedelta(days=days - 1)
    rows = (
        access.counts(viewer, space)
        .filter(day__gte=since, day__lte=day)
        .values("page_id", "language", key=F("page__key"))
        .annotate(total=Sum("count"))
    )
    found: dict[int | None, dict[str, int]] = {}
    keys: dict[int | None, str] = {}
    for row in rows:
        found.setdefault(row["page_id"], {})[row["language"]] = row["total"]
        keys[row["page_id"]] = row["key"] or ""
    titles = _titles([pk for pk in found if pk is not None], space.source_language)
    said = _said(viewer, space, since)
    lines = [
        CountLine(
            title=titles.get(pk, "") if pk is not None else "",
            key=keys[pk],
            count=sum(by.values()),
            by_language=[
                (code, small(number))
                for code, number in sorted(by.items(), key=lambda one: (-one[1], one[0]))
            ],
            useful=said.get((pk, True), 0),
            not_useful=said.get((pk, False), 0),
        )
        for pk, by in found.items()
    ]
    return sorted(lines, key=lambda line: (-line.count, line.key))


def _titles(ids: list[int], language: str) -> dict[int, str]:
    rows = PageText.objects.filter(page__in=ids, published__isnull=False).values_list(
        "page_id", "language", "published__title"
    )
    titles: dict[int, str] = {}
    for pk, code, title in rows:
        if code == language or pk not in titles:
            titles[pk] = title
    return titles


def _said(viewer: Viewer, space: Space, since: date) -> dict[tuple[int | None, bool], int]:
    """How many said that a page helped, and that it did not."""
    rows = access.feedback(viewer).filter(first_space=space, made_at__date__gte=since).exclude(useful=None)
    counted = rows.values_list("page_id", "useful").annotate(number=Count("pk"))
    return {(page_id, useful): number for page_id, useful, number in counted}
