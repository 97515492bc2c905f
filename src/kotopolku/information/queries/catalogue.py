"""What the service catalogue suggests to an organisation, and the latest runs, for its editors.

Not for: settling (``actions/catalogue.py``).
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from kotopolku.access.viewer import Viewer
from kotopolku.information import access_catalogue as access
from kotopolku.information.catalogue import wording
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueOrganisation,
    CatalogueRun,
    CatalogueSuggestion,
    SuggestionState,
)

PAGE = 50
RUNS = 5


@dataclass(frozen=True)
class Line:
    """An item with something to decide, or to look at."""

    item: CatalogueItem
    name: str
    open: int
    since: date | None


@dataclass(frozen=True)
class Overview:
    lines: list[Line]
    count: int
    page: int
    pages: int
    links: list[CatalogueOrganisation]
    runs: list[CatalogueRun]
    items: int


@dataclass(frozen=True)
class Difference:
    """One suggestion in words."""

    suggestion: CatalogueSuggestion
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class ItemDetail:
    item: CatalogueItem
    name: str
    open: list[Difference]
    settled: list[Difference]
    unmapped: list[str]


def overview(viewer: Viewer, page: int = 1) -> Overview:
    """Items of the own organisation that wait for somebody, the oldest first. Five statements."""
    rows = access.own_items(viewer)
    waiting = Q(suggestions__state=SuggestionState.OPEN)
    counted = rows.annotate(
        open=Count("suggestions", filter=waiting), since=Max("suggestions__made_at", filter=waiting)
    )
    asked = counted.filter(Q(open__gt=0) | ~Q(stale_languages=[])).order_by("since", "id")
    count = asked.count()
    pages = max(1, -(-count // PAGE))
    page = min(max(page, 1), pages)
    lines = [
        Line(one, name_of(one), one.open, one.since.date() if one.since else None)
        for one in asked[(page - 1) * PAGE : page * PAGE]
    ]
    return Overview(
        lines=lines,
        count=count,
        page=page,
        pages=pages,
        links=list(access.own_links(viewer)),
        runs=list(CatalogueRun.objects.order_by("-id")[:RUNS]),
        items=rows.count(),
    )


def detail(viewer: Viewer, item_id: int) -> ItemDetail:
    """One item with what is open and what has been decided. Two statements. Raises ``NotVisible``."""
    item = access.own_item(viewer, item_id)
    rows = [
        Difference(
            one,
            str(wording.FIELDS.get(one.field, one.field)),
            wording.value(one.field, one.ours),
            wording.value(one.field, one.theirs),
        )
        for one in item.suggestions.exclude(state=SuggestionState.PASSED).select_related("by").order_by("id")
    ]
    return ItemDetail(
        item=item,
        name=name_of(item),
        open=[one for one in rows if one.suggestion.state == SuggestionState.OPEN],
        settled=[one for one in rows if one.suggestion.state != SuggestionState.OPEN][::-1][:PAGE],
        unmapped=[
            str(wording.WARNINGS[code]) for code in item.raw.get("unmapped") or () if code in wording.WARNINGS
        ],
    )


def name_of(item: CatalogueItem) -> str:
    """Our name of it, else the catalogue's."""
    target = item.service or item.venue
    names = target.names if target is not None else (item.raw.get("fields") or {}).get("names", {})
    return next((names[code] for code in ("fi", "sv", "en") if names.get(code)), "") or str(item.guid or "")
