"""The only way from a viewer to votes, speeches, tasks and minutes of meetings, and from an id to one of them.

Who reads and who leads a meeting is said in ``access_meetings``; here what stands under an item follows it. Published
minutes are everybody's. Not for: what may be done when (``actions``).
"""

from django.db.models import Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation.models import (
    AgendaItem,
    Dissent,
    ItemAccess,
    Meeting,
    MeetingCall,
    MeetingTask,
    Minutes,
    MinutesState,
    PublishedMinutes,
    Recusal,
    Speech,
    Vote,
)


def locked_item(item: AgendaItem) -> AgendaItem:
    """The item of a meeting in which access has let the viewer act, locked: the meeting first, then the item, then a vote.

    So acts in a meeting come one after another, and none slips in while its minutes are frozen.
    """
    of = meetings.locked(item.meeting)
    with rowsecurity.as_system():
        found = AgendaItem.objects.select_for_update().get(pk=item.pk)
    found.meeting = of
    return found


def call_here(viewer: Viewer, of: Meeting, call_id: int | None) -> MeetingCall:
    """In whose name the viewer acts: one's own, or for who leads the meeting that of anybody called. Raises ``NotVisible``."""
    mine = meetings.call_of(viewer, of)
    if call_id is None or (mine is not None and mine.pk == call_id):
        if mine is None:
            raise NotVisible
        return mine
    if not meetings.leads(viewer, of):
        raise NotVisible
    return one_of(MeetingCall.objects.filter(meeting=of, ended_at=None).select_related("seat"), call_id)


def speech(viewer: Viewer, speech_id: int) -> Speech:
    """Raises ``NotVisible``."""
    require(viewer, Capability.SIGNED_IN)
    found = one_of(Speech.objects.select_related("call"), speech_id)
    found.item = meetings.item(viewer, found.item_id)
    return found


def led_speech(viewer: Viewer, speech_id: int) -> Speech:
    """A speech in a meeting that the viewer leads. Raises ``NotVisible``."""
    found = speech(viewer, speech_id)
    meetings.led_item(viewer, found.item_id)
    return found


def vote(viewer: Viewer, vote_id: int) -> Vote:
    """Raises ``NotVisible``."""
    require(viewer, Capability.SIGNED_IN)
    found = one_of(Vote.objects.all(), vote_id)
    found.item = meetings.item(viewer, found.item_id)
    return found


def led_vote(viewer: Viewer, vote_id: int) -> Vote:
    """A vote in a meeting that the viewer leads. Raises ``NotVisible``."""
    found = vote(viewer, vote_id)
    found.item = meetings.led_item(viewer, found.item_id)
    return found


def locked_vote(found: Vote) -> Vote:
    """The same row with its item, both locked: who votes and who closes come one after another."""
    item = locked_item(found.item)
    with rowsecurity.as_system():
        vote = Vote.objects.select_for_update().get(pk=found.pk)
    vote.item = item
    return vote


def recusal(viewer: Viewer, recusal_id: int) -> Recusal:
    """One's own, or one in a meeting that the viewer leads. Raises ``NotVisible``."""
    require(viewer, Capability.SIGNED_IN)
    found = one_of(Recusal.objects.select_related("call"), recusal_id)
    found.item = meetings.item(viewer, found.item_id)
    if found.call.user_id != viewer.user_id and not meetings.leads(viewer, found.item.meeting):
        raise NotVisible
    return found


def dissent(viewer: Viewer, dissent_id: int) -> Dissent:
    """One's own, or one that was entered for somebody who does not sign in here. Raises ``NotVisible``."""
    require(viewer, Capability.SIGNED_IN)
    found = one_of(Dissent.objects.select_related("call"), dissent_id)
    found.item = meetings.item(viewer, found.item_id)
    own = found.call.user_id is not None and found.call.user_id == viewer.user_id
    if own or (found.call.user_id is None and meetings.leads(viewer, found.item.meeting)):
        return found
    raise NotVisible


# Tasks ------------------------------------------------------------------------------------------------------------------


def own_tasks(viewer: Viewer) -> "QuerySet[MeetingTask]":
    """Tasks whose owner the viewer is, whether one still reads the meeting or not."""
    require(viewer, Capability.SIGNED_IN)
    return MeetingTask.objects.filter(owner_id=viewer.user_id or 0)


def led_task(viewer: Viewer, task_id: int) -> MeetingTask:
    """A task of a meeting that the viewer leads. Raises ``NotVisible``."""
    require(viewer, Capability.SIGNED_IN)
    found = one_of(MeetingTask.objects.all(), task_id)
    found.item = meetings.led_item(viewer, found.item_id)
    return found


def task(viewer: Viewer, task_id: int) -> MeetingTask:
    """One's own task, or one of a meeting that the viewer leads; its item with it. Raises ``NotVisible``."""
    mine = own_tasks(viewer).filter(pk=task_id).first()
    if mine is None:
        return led_task(viewer, task_id)
    with rowsecurity.as_system():
        # Who was given a task knows of which item it is, also when called to the meeting no more.
        return MeetingTask.objects.select_related("item__meeting__body").get(pk=mine.pk)


def locked_task(found: MeetingTask) -> MeetingTask:
    with rowsecurity.as_system():
        rows = MeetingTask.objects.select_for_update(of=("self",))
        return rows.select_related("item__meeting__body").get(pk=found.pk)


# Minutes ----------------------------------------------------------------------------------------------------------------


def minutes_of(viewer: Viewer, of: Meeting) -> Minutes | None:
    """The minutes of a meeting that the viewer may read: drafts only for who leads it."""
    found = Minutes.objects.filter(meeting=of).first()
    if found is None or (found.state == MinutesState.DRAFT and not meetings.leads(viewer, of)):
        return None
    return found


def locked_minutes(of: Meeting) -> Minutes | None:
    """The minutes of a meeting in which access has let the viewer act, locked; None when there are none yet."""
    with rowsecurity.as_system():
        return Minutes.objects.select_for_update().filter(meeting=of).first()


def readable_ids(viewer: Viewer, of: Meeting) -> set[int]:
    """Items of the meeting that the viewer reads."""
    return set(meetings.items(viewer, of).values_list("pk", flat=True))


def published(viewer: Viewer) -> "QuerySet[PublishedMinutes]":
    """Published minutes: everybody's, signed in or not."""
    return PublishedMinutes.objects.all()


def published_one(viewer: Viewer, published_id: int) -> PublishedMinutes:
    """Raises ``NotVisible``."""
    return one_of(published(viewer), published_id)


def decided_items(viewer: Viewer) -> "QuerySet[AgendaItem]":
    """Items with a decision in meetings that the viewer may read: those one keeps and those to which one was called."""
    if not viewer.may(Capability.SIGNED_IN):
        return AgendaItem.objects.none()
    rows = AgendaItem.objects.filter(meeting__in=meetings.meetings(viewer)).exclude(decision="")
    guest = MeetingCall.objects.filter(user_id=viewer.user_id or 0, ended_at=None).exclude(part="guest")
    seen = ~Q(access=ItemAccess.SECRET) | Q(meeting__in=guest.values("meeting"))
    if viewer.may(Capability.BODY_KEEP):
        seen |= Q() if viewer.system else Q(meeting__organisation_id=viewer.organisation_id or 0)
    return rows.filter(seen).select_related("meeting", "meeting__body")
