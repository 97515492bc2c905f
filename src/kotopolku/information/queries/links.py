"""What the pages of links and the night's check need: addresses in own texts, where they are used, which are due.

Not for: asking them (``link_checking.py``), changing texts (``actions/links.py``).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.information import access, blocks
from kotopolku.information.models import Link, LinkState, LinkUse, PageText

FINE_EVERY = timedelta(days=7)
"""An address that works is asked once a week; one with trouble every day. Our own rule."""
TROUBLE = (LinkState.GONE, LinkState.MOVED, LinkState.SLOW)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Use:
    """A text that leads to an address. ``own``: the viewer's organisation keeps it; ``newest``: its newest version does."""

    text: PageText
    own: bool
    newest: bool
    published: bool

    @property
    def title(self) -> str:
        return self.text.latest.title if self.text.latest else self.text.page.key


def links(viewer: Viewer, *, state: str = "", asked: str = "") -> "QuerySet[Link]":
    """Addresses in texts of own pages, trouble first. ``state`` "trouble", one of ``LinkState``, "ignored" or all."""
    uses = LinkUse.objects.filter(
        text__page__space__in=access.own_spaces(viewer), text__page__removed_on=None
    )
    rows = Link.objects.filter(pk__in=uses.values("link"))
    if state == "ignored":
        rows = rows.filter(ignored=True)
    elif state == "trouble":
        rows = rows.filter(state__in=TROUBLE, ignored=False)
    elif state in LinkState.values:
        rows = rows.filter(state=state, ignored=False)
    if asked.strip():
        rows = rows.filter(address__icontains=asked.strip())
    return rows.annotate(used=Count("uses", distinct=True)).order_by("-failures", "address")


def counts(viewer: Viewer) -> dict[str, int]:
    """How many addresses of own texts are in which state; those that a person trusts apart."""
    found: dict[str, int] = dict.fromkeys((*LinkState.values, "ignored"), 0)
    rows = links(viewer).order_by().values("state", "ignored").annotate(number=Count("pk", distinct=True))
    for row in rows:
        found["ignored" if row["ignored"] else row["state"]] += row["number"]
    return found


def link(viewer: Viewer, link_id: int, *, lock: bool = False) -> Link:
    """An address that an own text leads to. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.CONTENT_EDIT)
    own = LinkUse.objects.filter(text__page__space__in=access.own_spaces(viewer)).values("link")
    rows = Link.objects.filter(pk=link_id, pk__in=own)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def uses(viewer: Viewer, of: Link) -> list[Use]:
    """Every text that leads to the address, own ones first. Two statements whatever their number."""
    own = set(access.own_spaces(viewer).values_list("pk", flat=True))
    rows = (
        PageText.objects.filter(links__link=of, page__removed_on=None)
        .select_related("page__space", "latest__made_from", "published")
        .order_by("page__space__name_fi", "page_id", "language")
    )
    found = [
        Use(
            text,
            text.page.space_id in own,
            text.latest is not None and leads(text.latest.blocks, of.address),
            text.published is not None and leads(text.published.blocks, of.address),
        )
        for text in rows
    ]
    return sorted(found, key=lambda one: not one.own)


def leads(content: list[dict[str, Any]], address: str) -> bool:
    """Whether blocks lead to an address."""
    return address in blocks.links_in(content)


def mark_of(found: list[Use]) -> str:
    """A mark that changes when any of the own texts does."""
    rows = sorted((one.text.pk, one.text.version) for one in found if one.own)
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def due(day: date, *, everything: bool = False, only: int | None = None) -> list[tuple[int, str]]:
    """Addresses to ask on a day, with their ids: used by a page, not asked today, servers taken in turns.

    ``only``: this link, also when a person trusts it or it was asked today.
    """
    rows = Link.objects.filter(uses__text__page__removed_on=None).distinct()
    rows = rows.filter(ignored=False) if only is None else rows.filter(pk=only)
    if not everything and only is None:
        later = Q(checked_at__isnull=True) | ~Q(checked_at__date=day)
        weekly = ~Q(state=LinkState.FINE) | Q(checked_at__date__lte=day - FINE_EVERY)
        rows = rows.filter(later).filter(Q(checked_at__isnull=True) | weekly)
    by_server: dict[str, list[tuple[int, str]]] = {}
    for one in rows.order_by("pk").values_list("pk", "address"):
        by_server.setdefault(urlsplit(one[1]).netloc, []).append(one)
    return [one for turn in zip_longest(*by_server.values()) for one in turn if one is not None]
