"""What the service catalogue suggests to an organisation beside what ours says now, and the latest runs, for its editors.

Not for: settling (``actions/catalogue.py``).
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import get_language

from kotopolku.access.viewer import Viewer
from kotopolku.information import access_catalogue as access
from kotopolku.information.catalogue import wording
from kotopolku.information.catalogue.structures import (
    BY_LANGUAGE,
    LANGUAGES,
    POINTS,
    SERVICE,
    VENUE,
    WHOLE,
    WITHDRAW,
)
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueRun,
    CatalogueSuggestion,
    EntryState,
    Service,
    ServicePoint,
    SuggestionState,
    Venue,
)

SETTLED = 50
"""So many of the fields that have been decided are shown."""


@dataclass(frozen=True)
class Difference:
    """One open suggestion in words, and the mark of ours as it is shown."""

    suggestion: CatalogueSuggestion
    field: str
    language: str
    ours: str
    theirs: str
    mark: str


@dataclass(frozen=True)
class ItemDetail:
    item: CatalogueItem
    name: str
    open: list[Difference]
    settled: list[tuple[CatalogueSuggestion, str, str]]
    """Suggestions with their field and language in words, the newest first."""
    stale_languages: list[str]
    unmapped: list[str]


def waiting(viewer: Viewer) -> "QuerySet[CatalogueItem]":
    """Items of the own organisation that wait for somebody, the oldest first: how many fields are ``open``, ``since`` when."""
    open_ones = Q(suggestions__state=SuggestionState.OPEN)
    counted = access.own_items(viewer).annotate(
        open=Count("suggestions", filter=open_ones), since=Min("suggestions__made_at", filter=open_ones)
    )
    return counted.filter(Q(open__gt=0) | ~Q(stale_languages=[])).order_by("since", "id")


def detail(viewer: Viewer, item_id: int) -> ItemDetail:
    """One item with what is open and what has been decided. At most five statements. Raises ``NotVisible``."""
    item = access.own_item(viewer, item_id)
    rows = list(
        item.suggestions.exclude(state=SuggestionState.PASSED).select_related("by").order_by("-at", "id")
    )
    open_ones = [one for one in rows if one.state == SuggestionState.OPEN]
    ours = ours_of(item)
    values = {one.pk: value_of(ours, one.field, one.language) for one in open_ones}
    places = _places(
        value for one in open_ones if one.field == POINTS for value in (values[one.pk], one.theirs)
    )
    return ItemDetail(
        item=item,
        name=name_of(item),
        open=[
            Difference(
                one,
                wording.field(one.field),
                wording.language(one.language),
                wording.value(one.field, values[one.pk], places),
                wording.value(one.field, one.theirs, places),
                mark_of(values[one.pk]),
            )
            for one in open_ones
        ],
        settled=[
            (one, wording.field(one.field), wording.language(one.language))
            for one in rows
            if one.state != SuggestionState.OPEN
        ][:SETTLED],
        stale_languages=[wording.language(code) for code in item.stale_languages],
        unmapped=[
            str(wording.WARNINGS[code]) for code in item.raw.get("unmapped") or () if code in wording.WARNINGS
        ],
    )


def name_of(item: CatalogueItem) -> str:
    """Our name of it, else the catalogue's; in the page's language, else in the nearest."""
    target = item.service or item.venue
    names = target.names if target is not None else (item.raw.get("fields") or {}).get("names", {})
    return next((names[code] for code in (get_language(), *LANGUAGES) if names.get(code)), "") or str(
        item.guid or ""
    )


def _places(values: Iterable[Any]) -> dict[int, str]:
    """Names of the venues of some lists of points."""
    wanted = {point["venue"] for value in values for point in value or ()}
    venues = Venue.objects.filter(pk__in=wanted) if wanted else ()
    return {venue.pk: next((words for words in venue.names.values() if words), "") for venue in venues}


# --- Ours -------------------------------------------------------------------------------------------------------------


def ours_of(item: CatalogueItem) -> dict[str, Any]:
    """What we say now in the fields that the catalogue has too; nothing where ours is gone."""
    target = item.service or item.venue
    if target is None or (isinstance(target, Venue) and target.removed_on is not None):
        return {}
    found = {name: getattr(target, name) for name in (*BY_LANGUAGE[item.kind], *WHOLE[item.kind])}
    found[WITHDRAW] = str(target.state if isinstance(target, Service) else EntryState.PUBLISHED)
    if isinstance(target, Service):
        rows = ServicePoint.objects.filter(service=target, venue_id__in=catalogue_venues())
        found[POINTS] = [
            {"venue": row.venue_id, "hours": row.hours, "notes": row.notes, "telephone": row.telephone}
            for row in rows.order_by("order", "id")
        ]
    return found


def catalogue_venues() -> "QuerySet[CatalogueItem, int | None]":
    """Ids of the venues that the catalogue has too."""
    rows = CatalogueItem.objects.filter(kind=VENUE, venue__isnull=False)
    return rows.values_list("venue_id", flat=True)


def known_channels() -> set[str]:
    """Ids of the places that we have from the catalogue, and of the further ways of our services."""
    venues = CatalogueItem.objects.filter(kind=VENUE, guid__isnull=False).values_list("guid", flat=True)
    ways = CatalogueItem.objects.filter(kind=SERVICE).values_list("raw__ways", flat=True)
    return {str(guid) for guid in venues} | {guid for one in ways for guid, way in (one or {}).items() if way}


def value_of(fields: dict[str, Any], name: str, language: str) -> Any:
    value = fields.get(name)
    return (value or {}).get(language, "") if language else value


def mark_of(value: Any) -> str:
    """A mark that is another for another value: what was seen is what is decided about."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


# --- Runs -------------------------------------------------------------------------------------------------------------


def totals(run: CatalogueRun) -> Counter[str]:
    """What came of a run, for all organisations together."""
    return sum(map(Counter, run.counts.values()), Counter())
