"""The only way from a viewer to positions on phenomena of the day, and from an id to one of them. Row security stands under it.

A phenomenon and a draft are of the organisation that keeps the body; a draft that is being commented is read by everybody
at work; an adopted position by everybody, or by its receivers and who follows them. Who noticed a phenomenon sees what
became of it.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Succession
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    ItemState,
    MeetingState,
    Position,
    PositionComment,
    PositionReceiver,
    PositionState,
)

MOST_NOTICED = 50
SHOWN = ("organisation", "body", "meeting_item__meeting")
"""Read with a position; the item and the meeting stay empty for who may not see them."""


def keeps(viewer: Viewer, of: Position) -> bool:
    """Whether the viewer's organisation prepares the position, and the viewer may."""
    if not viewer.may(Capability.BODY_KEEP):
        return False
    return bool(viewer.system) or of.organisation_id == viewer.organisation_id


def published(viewer: Viewer) -> "QuerySet[Position]":
    """Adopted positions that everybody may read, signed in or not."""
    return Position.objects.filter(state=PositionState.ADOPTED, public=True)


def published_position(viewer: Viewer, position_id: int) -> Position:
    """Raises ``NotVisible``."""
    return one_of(published(viewer).select_related(*SHOWN), position_id)


def to(viewer: Viewer) -> Q:
    """Condition on receivers: it was sent to the viewer's organisation, or to one whose tasks passed to it by the day."""
    mine = viewer.organisation_id or 0
    past = Succession.objects.filter(successor_id=mine, on__lte=viewer.day)
    return Q(organisation_id=mine) | Q(organisation_id__in=past.values("predecessor_id"))


def positions(viewer: Viewer) -> "QuerySet[Position]":
    """Positions whose text the viewer may read."""
    require(viewer, Capability.SIGNED_IN)
    rows = Position.objects.all()
    if viewer.system:
        return rows
    mine = viewer.organisation_id or 0
    to_us = PositionReceiver.objects.filter(to(viewer), position=OuterRef("pk"))
    adopted = Q(public=True) | Q(organisation_id=mine) | Q(Exists(to_us))
    seen = Q(state=PositionState.COMMENTS) | (Q(state=PositionState.ADOPTED) & adopted)
    if viewer.may(Capability.BODY_KEEP):
        seen |= Q(organisation_id=mine)
    return rows.filter(seen)


def position(viewer: Viewer, position_id: int) -> Position:
    """Raises ``NotVisible``."""
    return one_of(positions(viewer).select_related(*SHOWN), position_id)


def own_positions(viewer: Viewer) -> "QuerySet[Position]":
    """Positions that the viewer's organisation prepares, phenomena too. Raises ``MissingCapability``."""
    require(viewer, Capability.BODY_KEEP)
    rows = Position.objects.all()
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_position(viewer: Viewer, position_id: int, *, lock: bool = False) -> Position:
    """Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_positions(viewer).select_related("organisation", "body"), position_id, lock)


def own_bodies(viewer: Viewer) -> "QuerySet[Body]":
    """Bodies in whose name the viewer's organisation writes: those that it keeps and that have not ended."""
    require(viewer, Capability.BODY_KEEP)
    rows = Body.objects.filter(Q(ended_on=None) | Q(ended_on__gte=viewer.day))
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


# What somebody noticed ----------------------------------------------------------------------------------------------


def noticed(viewer: Viewer) -> list[Position]:
    """What the viewer has noticed, whoever's list it went to: the newest first, without the text of the draft."""
    require(viewer, Capability.SIGNED_IN)
    if viewer.user_id is None:
        return []
    with rowsecurity.as_system():
        rows = Position.objects.filter(made_by_id=viewer.user_id).defer("text")
        return list(rows.select_related("organisation", "body").order_by("-made_at", "-pk")[:MOST_NOTICED])


def noticed_one(viewer: Viewer, position_id: int) -> Position:
    """Raises ``NotVisible``."""
    require(viewer, Capability.SIGNED_IN)
    with rowsecurity.as_system():
        rows = Position.objects.filter(made_by_id=viewer.user_id or 0).defer("text")
        return one_of(rows.select_related("organisation", "body"), position_id)


# Comments -----------------------------------------------------------------------------------------------------------


def locked(readable: Position) -> Position:
    """The same row, locked: who comments does not write the position, but it is not adopted meanwhile."""
    with rowsecurity.as_system():
        return Position.objects.select_for_update().get(pk=readable.pk)


def comment(of: Position, comment_id: int, *, lock: bool = False) -> PositionComment:
    """A comment on a position that was found already. Raises ``NotVisible``."""
    return one_of(of.comments.select_related("organisation", "made_by"), comment_id, lock)


# Meetings in which it was adopted -----------------------------------------------------------------------------------


def items(viewer: Viewer, of: Position) -> "QuerySet[AgendaItem]":
    """Items that the position's body has dealt with in meetings that were held. Only for who keeps it."""
    require(viewer, Capability.BODY_KEEP)
    rows = AgendaItem.objects.filter(
        meeting__body_id=of.body_id or 0, meeting__state=MeetingState.CLOSED, state=ItemState.DONE
    )
    return rows.select_related("meeting").order_by("-meeting__starts_at", "order")


# Receivers ----------------------------------------------------------------------------------------------------------


def receivers(viewer: Viewer, of: Position) -> "QuerySet[PositionReceiver]":
    """To whom it was sent, with their answers: all of them for who keeps it, one's own and predecessors' for a receiver."""
    rows = PositionReceiver.objects.filter(position=of).select_related("organisation", "answered_by")
    if not keeps(viewer, of):
        rows = rows.filter(to(viewer))
    return rows.order_by("sent_at", "pk")


def received(viewer: Viewer, rows: Iterable[PositionReceiver]) -> set[int]:
    """Ids of those of the receivers for which the viewer's own people answer. One statement."""
    return set(
        PositionReceiver.objects.filter(to(viewer), pk__in=[one.pk for one in rows]).values_list(
            "pk", flat=True
        )
    )


def answering(viewer: Viewer, position_id: int, receiver_id: int, *, lock: bool = False) -> PositionReceiver:
    """A receiver for whom the viewer may enter the answer: one's own organisation or a predecessor, or any of the own position's.

    Raises ``MissingCapability`` for who may answer for nobody, ``NotVisible``.
    """
    mine = viewer.organisation_id or 0
    seen = Q(pk__in=[])
    if viewer.may(Capability.STATEMENT_GIVE):
        seen |= to(viewer)
    if viewer.may(Capability.BODY_KEEP):
        seen |= Q(sender_id=mine)
    if not viewer.may(Capability.STATEMENT_GIVE) and not viewer.may(Capability.BODY_KEEP):
        raise MissingCapability(Capability.STATEMENT_GIVE)
    rows = PositionReceiver.objects.filter(seen, position_id=position_id)
    found = one_of(rows.select_related("organisation", "position"), receiver_id, lock)
    if found.position.state != PositionState.ADOPTED:
        raise NotVisible
    return found


def answered_themselves(rows: Sequence[PositionReceiver]) -> set[int]:
    """Ids of those of the receivers whose own people, or a successor's, entered the answer: it is not the sender's to change.

    Two statements.
    """
    people = {one.answered_by_id for one in rows if one.answered_by_id is not None}
    own = set(Membership.objects.filter(user_id__in=people).values_list("user_id", "organisation_id"))
    passed = Succession.objects.filter(predecessor_id__in={one.organisation_id for one in rows})
    heirs = set(passed.values_list("successor_id", "predecessor_id"))
    own |= {(user, before) for user, after in own for heir, before in heirs if heir == after}
    return {one.pk for one in rows if (one.answered_by_id, one.organisation_id) in own}


def waiting(viewer: Viewer) -> "QuerySet[PositionReceiver]":
    """Positions sent to the viewer's organisation, or to one that it follows, that wait for its answer."""
    require(viewer, Capability.STATEMENT_GIVE)
    rows = PositionReceiver.objects.filter(to(viewer), answered_on=None, answer_by__isnull=False)
    rows = rows.select_related("organisation", "position", "position__organisation", "position__body")
    return rows.order_by("answer_by", "pk")


def usable(viewer: Viewer) -> "QuerySet[Position]":
    """Adopted positions of the viewer's organisation and of the bodies that it keeps: their text can be a statement."""
    require(viewer, Capability.STATEMENT_GIVE)
    rows = Position.objects.filter(state=PositionState.ADOPTED, organisation_id=viewer.organisation_id or 0)
    return rows.select_related("body", "organisation").order_by("-adopted_on", "-pk")
