"""What pages ask about notices: a user's notices in words, how many are unseen, how each kind is delivered.

Not for: making them (``actions.py``), sending e-mail (``mail.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.notices import kinds
from kotopolku.notices.models import Delivery, Notice, Wish
from kotopolku.notices.wording import day_words

_UNSEEN = (
    "SELECT count(*) FROM notices_notice WHERE user_id = %s AND seen_at IS NULL"
    " AND (organisation_id = %s OR organisation_id IS NULL)"
)
LIMIT = 200
"""Notices on the page; older ones are seen or cleaned away."""


@dataclass(frozen=True)
class NoticeRow:
    """One notice in the reader's language."""

    id: int
    text: str
    made_at: datetime
    seen: bool
    count: int


def _mine(viewer: Viewer) -> Q:
    """Notices of the user in the seat that is taken, or of no seat at all."""
    return Q(user_id=viewer.user_id) & (Q(organisation_id=viewer.organisation_id) | Q(organisation_id=None))


def notices(viewer: Viewer) -> list[NoticeRow]:
    """The viewer's notices, unseen first, then newest first."""
    rows = list(Notice.objects.filter(_mine(viewer)).order_by("-made_at", "-id")[:LIMIT])
    rows.sort(key=lambda notice: notice.seen_at is not None)
    return [
        NoticeRow(row.pk, text(row.kind, row.on), row.made_at, row.seen_at is not None, row.count)
        for row in rows
    ]


def unseen(viewer: Viewer) -> int:
    """How many notices the viewer has not seen. On every page, so written by hand: one index scan."""
    if viewer.user_id is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, [viewer.user_id, viewer.organisation_id])
        return int(cursor.fetchone()[0])


def one(viewer: Viewer, notice_id: int) -> Notice:
    """One of the viewer's notices. Raises ``NotVisible``."""
    found = Notice.objects.filter(_mine(viewer), pk=notice_id).first()
    if found is None:
        raise NotVisible
    return found


def text(kind: str, on: date | None) -> str:
    """The notice's sentence in the current language; the bare name for a kind that is no longer registered."""
    known = kinds.registered().get(kind)
    if known is None:
        return kind
    sentence = str(known.text)
    return sentence % {"on": day_words(on)} if "%(on)s" in sentence else sentence


@dataclass(frozen=True)
class WishRow:
    """``page``: name of the page on which the kind is narrowed, if it can be."""

    kind: str
    title: str | Promise
    delivery: str
    page: str = ""


def wishes(user: User) -> list[WishRow]:
    """How each kind is delivered to the user: the own wish, else the kind's default; in the order of the titles."""
    own = dict(Wish.objects.filter(user=user).values_list("kind", "delivery"))
    rows = [
        WishRow(name, kind.title, own.get(name, kind.delivery), kind.page)
        for name, kind in kinds.registered().items()
    ]
    return sorted(rows, key=lambda row: str(row.title))


def narrowed(kind: str, user_ids: Iterable[int] | None = None) -> dict[int, dict[str, list[str]]]:
    """To what of a kind users want to be told (``actions.narrow``), by user; who wants all of it is not there.

    ``user_ids``: only these; else every user whose wishes can be seen, for jobs.
    """
    rows = Wish.objects.filter(kind=kind).exclude(narrowed={})
    if user_ids is not None:
        rows = rows.filter(user_id__in=list(user_ids))
    return dict(rows.values_list("user_id", "narrowed"))


def delivery_of(kind: str, own: dict[str, str]) -> str:
    known = kinds.registered().get(kind)
    return own.get(kind, known.delivery if known else Delivery.PRODUCT)
