"""The only way from a viewer to meetings, calls, items and papers, and from an id to one of them. Row security stands under it.

A meeting is its keeper's; others read it because they were called to it, never because they sit in the body. The remote
link and secret items stop here. Not for: what may be done with them (capabilities, ``access.gate``), published minutes.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation.meeting_rules import JUST_BEFORE, Caller, presiding
from kotopolku.cooperation.models import (
    AgendaItem,
    CallAs,
    ItemAccess,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingPaper,
    MeetingSeries,
    MeetingState,
    PublishedMinutes,
    Recess,
)

HIDDEN = ("reason", "email")
"""Of a call, what only the keeper and the one who was called see: why somebody does not come, a guest's address."""
WITH = ("body", "organisation", "term")
UNDECIDED = (ItemState.PROPOSED, ItemState.REFUSED)
"""Items that are on no agenda: the keeper's, and of who proposed them."""


def _live(viewer: Viewer, meeting: OuterRef | int) -> "QuerySet[MeetingCall]":
    """The viewer's own calls to a meeting that have not ended."""
    return MeetingCall.objects.filter(meeting=meeting, user_id=viewer.user_id or 0, ended_at=None)


# Meetings -------------------------------------------------------------------------------------------------------------


def own_meetings(viewer: Viewer) -> "QuerySet[Meeting]":
    """Meetings of the bodies that the viewer's organisation keeps, drafts too. Raises ``MissingCapability``."""
    require(viewer, Capability.BODY_KEEP)
    rows = Meeting.objects.select_related(*WITH)
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_meeting(viewer: Viewer, meeting_id: int, *, lock: bool = False) -> Meeting:
    """A meeting that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_meetings(viewer), meeting_id, lock)


def keeps(viewer: Viewer, meeting: Meeting) -> bool:
    """Whether the viewer works for the keeper and prepares meetings: the secretary's desk."""
    if not viewer.may(Capability.BODY_KEEP):
        return False
    return bool(viewer.system) or meeting.organisation_id == viewer.organisation_id


def called_meetings(viewer: Viewer) -> "QuerySet[Meeting]":
    """Meetings to which the viewer was called and still is."""
    require(viewer, Capability.SIGNED_IN)
    rows = Meeting.objects.select_related(*WITH).exclude(state=MeetingState.DRAFT)
    return rows.filter(Exists(_live(viewer, OuterRef("pk"))))


def meetings(viewer: Viewer) -> "QuerySet[Meeting]":
    """Every meeting that the viewer may read: those one keeps and those to which one was called."""
    require(viewer, Capability.SIGNED_IN)
    seen = Q(Exists(_live(viewer, OuterRef("pk")))) & ~Q(state=MeetingState.DRAFT)
    if viewer.may(Capability.BODY_KEEP):
        seen |= Q() if viewer.system else Q(organisation_id=viewer.organisation_id or 0)
    rows = Meeting.objects.select_related(*WITH)
    return rows if viewer.system else rows.filter(seen)


def meeting(viewer: Viewer, meeting_id: int) -> Meeting:
    """Raises ``NotVisible``."""
    return one_of(meetings(viewer), meeting_id)


def locked(found: Meeting) -> Meeting:
    """The same row, locked to be written, of a meeting that access has let the viewer act on: a chair does not keep it."""
    with rowsecurity.as_system():
        return Meeting.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=found.pk)


def own_series(viewer: Viewer) -> "QuerySet[MeetingSeries]":
    require(viewer, Capability.BODY_KEEP)
    rows = MeetingSeries.objects.select_related("body", "body__organisation")
    return rows if viewer.system else rows.filter(body__organisation_id=viewer.organisation_id or 0)


def one_series(viewer: Viewer, series_id: int, *, lock: bool = False) -> MeetingSeries:
    """Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_series(viewer), series_id, lock)


# Calls ----------------------------------------------------------------------------------------------------------------


def call_of(viewer: Viewer, of: Meeting) -> MeetingCall | None:
    """The viewer's own call to a meeting, the one with a seat first; None for who was not called."""
    if viewer.user_id is None or of.state == MeetingState.DRAFT:
        return None
    rows = _live(viewer, of.pk).select_related("seat", "instead_of").order_by("pk")
    order = list(CallAs.values)
    return min(rows, key=lambda one: order.index(one.part), default=None)


def own_call(viewer: Viewer, meeting_id: int, *, lock: bool = False) -> MeetingCall:
    """The viewer's own call. Raises ``NotVisible`` for who was not called, the keeper too."""
    require(viewer, Capability.SIGNED_IN)
    of = one_of(called_meetings(viewer), meeting_id)
    found = call_of(viewer, of)
    if found is None:
        raise NotVisible
    rows = MeetingCall.objects.select_related("seat", "holder", "meeting")
    return one_of(rows, found.pk, lock)


def calls(viewer: Viewer, of: Meeting) -> "QuerySet[MeetingCall]":
    """Everybody called to a meeting that the viewer may read, also whose call has ended; ``HIDDEN`` to the keeper only."""
    require(viewer, Capability.SIGNED_IN)
    rows = MeetingCall.objects.filter(meeting=of).select_related("seat", "seat__organisation")
    return rows if keeps(viewer, of) else rows.defer(*HIDDEN)


def call(viewer: Viewer, call_id: int, *, lock: bool = False) -> MeetingCall:
    """A call to a meeting that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    rows = MeetingCall.objects.filter(meeting__in=own_meetings(viewer)).select_related("meeting", "seat")
    return one_of(rows, call_id, lock)


def led_call(viewer: Viewer, call_id: int) -> MeetingCall:
    """A call to a meeting that the viewer leads. Raises ``NotVisible``."""
    rows = MeetingCall.objects.filter(meeting__in=meetings(viewer)).select_related("meeting", "seat")
    found = one_of(rows, call_id)
    led_meeting(viewer, found.meeting_id)
    return found


# Who leads ------------------------------------------------------------------------------------------------------------


def callers(of: Meeting) -> list[Caller]:
    """Those called as the rules see them, of a meeting that the viewer may read. Two statements."""
    rows = MeetingCall.objects.filter(meeting=of).select_related("seat").prefetch_related("presence")
    return [caller(one) for one in rows.order_by("pk")]


def caller(one: MeetingCall) -> Caller:
    """A call as the rules see it; its presence has been fetched beforehand."""
    return Caller(
        pk=one.pk,
        seat_id=one.seat_id,
        role=one.seat.role if one.seat else "",
        part=one.part,
        answer=one.answer,
        ended=one.ended_at is not None,
        instead_of=one.instead_of_id,
        spells=tuple(
            (row.came_at, row.left_at) for row in sorted(one.presence.all(), key=lambda row: row.came_at)
        ),
    )


def presides(of: Meeting, called: Iterable[Caller]) -> int | None:
    """The call of who presides now; of a meeting that was closed, who did at its end."""
    return presiding(called, of.closed_at - JUST_BEFORE if of.closed_at else None)


def is_chair(viewer: Viewer, of: Meeting) -> bool:
    """Whether the viewer presides over the meeting: the chair, or who does in the chair's absence."""
    mine = call_of(viewer, of)
    return mine is not None and presides(of, callers(of)) == mine.pk


def is_secretary(viewer: Viewer, of: Meeting) -> bool:
    """Whether the viewer was called as the body's secretary."""
    mine = call_of(viewer, of)
    return mine is not None and mine.part == CallAs.SECRETARY


def leads(viewer: Viewer, of: Meeting) -> bool:
    """Whether the viewer runs the meeting on the day: the keeper, its secretary, who presides."""
    return keeps(viewer, of) or is_secretary(viewer, of) or is_chair(viewer, of)


def led_meeting(viewer: Viewer, meeting_id: int, *, lock: bool = False) -> Meeting:
    """A meeting that the viewer runs on the day. Raises ``NotVisible``."""
    found = meeting(viewer, meeting_id)
    if not leads(viewer, found):
        raise NotVisible
    return locked(found) if lock else found


def recess_of(of: Meeting) -> Recess | None:
    """The recess in which a meeting that the viewer may read is now; None when there is none."""
    return Recess.objects.filter(meeting=of, ended_at=None).first()


def led_recess(viewer: Viewer, recess_id: int) -> Recess:
    """A recess of a meeting that the viewer runs on the day, over or not. Raises ``NotVisible``."""
    found = one_of(Recess.objects.filter(meeting__in=meetings(viewer)), recess_id)
    found.meeting = led_meeting(viewer, found.meeting_id)
    return found


# Items ----------------------------------------------------------------------------------------------------------------


def reads_secrets(viewer: Viewer, of: Meeting) -> bool:
    """Whether the viewer reads what is secret in the meeting: the keeper and those called, but not a guest."""
    if keeps(viewer, of):
        return True
    mine = call_of(viewer, of)
    return mine is not None and mine.part != CallAs.GUEST


def items(viewer: Viewer, of: Meeting) -> "QuerySet[AgendaItem]":
    """Items of a meeting that the viewer may read, in their order.

    The keeper sees all; who was called, those on the agenda and one's own proposals; a guest not the secret ones.
    """
    require(viewer, Capability.SIGNED_IN)
    rows = AgendaItem.objects.filter(meeting=of).order_by("order", "pk")
    if keeps(viewer, of):
        return rows
    mine = call_of(viewer, of)
    if mine is None:
        return rows.none()
    own = Q(proposed_by__user_id=viewer.user_id)
    rows = rows.filter(~Q(state__in=UNDECIDED) | own)
    return rows.exclude(access=ItemAccess.SECRET) if mine.part == CallAs.GUEST else rows


def item(viewer: Viewer, item_id: int) -> AgendaItem:
    """An item that the viewer may read, with its meeting. Raises ``NotVisible``."""
    of = meeting(viewer, one_of(AgendaItem.objects.filter(meeting__in=meetings(viewer)), item_id).meeting_id)
    found = one_of(items(viewer, of), item_id)
    found.meeting = of
    return found


def own_item(viewer: Viewer, item_id: int, *, lock: bool = False) -> AgendaItem:
    """An item of a meeting that the viewer keeps; locked, its meeting first. Raises ``MissingCapability``, ``NotVisible``."""
    rows = AgendaItem.objects.filter(meeting__in=own_meetings(viewer)).select_related("meeting")
    if lock:
        own_meeting(viewer, one_of(rows, item_id).meeting_id, lock=True)
    return one_of(rows, item_id, lock)


def led_item(viewer: Viewer, item_id: int, *, lock: bool = False) -> AgendaItem:
    """An item of a meeting that the viewer runs on the day. Raises ``NotVisible``."""
    found = item(viewer, item_id)
    if not leads(viewer, found.meeting):
        raise NotVisible
    if not lock:
        return found
    with rowsecurity.as_system():
        rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting")
        return rows.get(pk=found.pk)


# Before the call: what a member may know of a meeting that is being prepared -----------------------------------------------


def proposable(viewer: Viewer) -> "list[Meeting]":
    """Coming meetings to which the viewer may propose items as a member of the body: body, day and until when, no more.

    They have not been called yet, so nobody was called to them: row security does not know the members. Inside a
    transaction.
    """
    bodies = {
        one.seat.term.body_id
        for one in access_bodies.my_holders(viewer).filter(
            days__contains=viewer.day, seat__term__days__contains=viewer.day
        )
    }
    if not bodies:
        return []
    with rowsecurity.as_system():
        rows = Meeting.objects.filter(
            body__in=bodies, state__in=(MeetingState.DRAFT, MeetingState.CALLED), items_until__gte=viewer.day
        )
        shown = rows.only(
            "body", "organisation", "title", "year", "number", "starts_at", "items_until", "state", "language"
        )
        return list(shown.select_related("body").order_by("starts_at", "pk"))


def proposable_meeting(viewer: Viewer, meeting_id: int) -> Meeting:
    """Raises ``NotVisible``."""
    for one in proposable(viewer):
        if one.pk == meeting_id:
            return one
    raise NotVisible


def my_proposals(viewer: Viewer) -> list[AgendaItem]:
    """What the viewer has proposed as a member, with what became of it, the newest first. Inside a transaction."""
    require(viewer, Capability.SIGNED_IN)
    if viewer.user_id is None:
        return []
    with rowsecurity.as_system():
        rows = AgendaItem.objects.filter(proposed_by__user_id=viewer.user_id)
        shown = rows.select_related("meeting", "meeting__body").defer("meeting__link", "meeting__readers")
        return list(shown.order_by("-pk")[:100])


# Papers ---------------------------------------------------------------------------------------------------------------


def papers(viewer: Viewer, of: Meeting) -> "QuerySet[MeetingPaper]":
    """Papers of a meeting that the viewer may read, in their order: all to the keeper, sent ones to who was called."""
    require(viewer, Capability.SIGNED_IN)
    rows = MeetingPaper.objects.filter(item__in=items(viewer, of)).select_related("item")
    rows = rows.order_by("item__order", "item_id", "order", "pk")
    if keeps(viewer, of):
        return rows
    rows = rows.filter(sent_at__isnull=False)
    return rows if reads_secrets(viewer, of) else rows.exclude(access=ItemAccess.SECRET)


def paper(viewer: Viewer, paper_id: int) -> MeetingPaper:
    """A paper that the viewer may read: as the keeper, as called, or public in a meeting whose minutes are published.

    Raises ``NotVisible``.
    """
    require(viewer, Capability.SIGNED_IN)
    found = one_of(MeetingPaper.objects.all(), paper_id)
    of = meetings(viewer).filter(items=found.item_id).first()
    if of is not None:
        seen = papers(viewer, of).filter(pk=paper_id).first()
        if seen is not None:
            return seen
    public = AgendaItem.objects.filter(pk=found.item_id, access=ItemAccess.PUBLIC)
    told = PublishedMinutes.objects.filter(meeting_id=OuterRef("meeting_id"))
    if found.access == ItemAccess.PUBLIC and found.sent_at and public.filter(Exists(told)).exists():
        return found
    raise NotVisible


def unsent_papers(of: Meeting) -> "QuerySet[MeetingPaper]":
    """Papers of a meeting that the viewer keeps that have been added and not sent."""
    rows = MeetingPaper.objects.filter(item__meeting=of, sent_at=None, withdrawn_at=None)
    return rows.exclude(item__state__in=UNDECIDED)


def own_paper(viewer: Viewer, paper_id: int, *, lock: bool = False) -> MeetingPaper:
    """A paper of a meeting that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    rows = MeetingPaper.objects.filter(item__meeting__in=own_meetings(viewer))
    return one_of(rows.select_related("item", "item__meeting"), paper_id, lock)
