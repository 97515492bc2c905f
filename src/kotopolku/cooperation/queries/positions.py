"""What pages ask about positions: lists, one position with its versions, comments and receivers, the public list.

Not for: what waits for somebody (``positions_work.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import OrganisationKind
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation.models import (
    Body,
    Position,
    PositionComment,
    PositionReceiver,
    PositionState,
    PositionVersion,
)
from kotopolku.worddiff import Piece, pieces

PAGE_SIZE = 25
AUTHORITIES = (OrganisationKind.MINISTRY, OrganisationKind.ELY, OrganisationKind.EVK)
"""Authorities, besides one's own organisation, on whose list a phenomenon can be put without a body."""


@dataclass(frozen=True)
class Wanted:
    q: str = ""
    topic: str = ""


def _narrowed(rows: "QuerySet[Position]", wanted: Wanted) -> "QuerySet[Position]":
    for word in wanted.q.replace("\0", "").split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    if wanted.topic:
        rows = rows.filter(topics__contains=[wanted.topic])
    return rows.select_related("organisation", "body")


def adopted(viewer: Viewer, wanted: Wanted) -> "QuerySet[Position]":
    """Adopted positions that the viewer may read, the newest first."""
    rows = access.positions(viewer).filter(state=PositionState.ADOPTED)
    return _narrowed(rows, wanted).order_by("-adopted_on", "-pk")


def to_comment(viewer: Viewer, wanted: Wanted) -> "QuerySet[Position]":
    """Drafts on which comments are taken today, the nearest day first."""
    rows = access.positions(viewer).filter(state=PositionState.COMMENTS, comments_until__gte=viewer.day)
    return _narrowed(rows, wanted).order_by("comments_until", "pk")


def to_us(viewer: Viewer, wanted: Wanted) -> "QuerySet[Position]":
    """Positions that were sent to the own organisation or to one that it follows, the newest first."""
    mine = PositionReceiver.objects.filter(access.to(viewer)).values("position_id")
    rows = access.positions(viewer).filter(pk__in=mine, state=PositionState.ADOPTED)
    return _narrowed(rows, wanted).order_by("-adopted_on", "-pk")


def ours(viewer: Viewer, wanted: Wanted) -> "QuerySet[Position]":
    """What the own organisation prepares: what waits first, then what is settled."""
    return _narrowed(access.own_positions(viewer), wanted).order_by("-made_at", "-pk")


def published(viewer: Viewer, wanted: Wanted) -> "QuerySet[Position]":
    """Adopted positions for everybody."""
    return _narrowed(access.published(viewer), wanted).order_by("-adopted_on", "-pk")


@dataclass(frozen=True)
class Sent:
    """To whom a public position was sent and whether they answered; what they answered is theirs and the sender's."""

    name: str
    answered: bool


def sent_to(viewer: Viewer, of: Position) -> list[Sent]:
    """For everybody, of a position that everybody reads. One statement."""
    published_one = access.published_position(viewer, of.pk)
    with rowsecurity.as_system():
        rows = list(
            PositionReceiver.objects.filter(position=published_one)
            .select_related("organisation")
            .defer("answer")
            .order_by("sent_at", "pk")
        )
    return [
        Sent(one.organisation.name if one.organisation else one.name, one.answered_on is not None)
        for one in rows
    ]


def comments(of: Position) -> list[PositionComment]:
    """Of a position that was found through access, in the order of coming."""
    return list(
        of.comments.select_related("organisation", "made_by", "responded_by").order_by("made_at", "pk")
    )


@dataclass(frozen=True)
class Step:
    """A version, and what it changed of the one before; no pieces in the first."""

    version: PositionVersion
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]


def versions(of: Position) -> list[Step]:
    """Of a position that was found through access, the newest first. One statement."""
    rows: Sequence[PositionVersion] = list(of.versions.select_related("made_by").order_by("number"))
    steps = [Step(one, (), ()) for one in rows[:1]]
    for before, after in pairwise(rows):
        title = pieces(before.title, after.title) if before.title != after.title else ()
        steps.append(Step(after, title, pieces(before.text, after.text)))
    return steps[::-1]


def bodies_today(viewer: Viewer) -> list[Body]:
    """Bodies that can be asked to take a position today, by name."""
    rows = access_bodies.bodies(viewer).filter(Q(ended_on=None) | Q(ended_on__gte=viewer.day))
    return sorted(rows, key=lambda one: one.name)


def authorities_today(viewer: Viewer) -> list[tuple[int, str]]:
    """Authorities, besides the own organisation, that can be asked to take a position today."""
    return [
        (one.pk, one.name)
        for kind in AUTHORITIES
        for one in actors.organisations_on(viewer.day, kind.value)
        if one.pk != viewer.organisation_id
    ]
