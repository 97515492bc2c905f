"""Marks of meetings, items, calls and papers in words. Not for: rules."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import clock
from kotopolku.cooperation.models import (
    AgendaItem,
    CallAnswer,
    ItemAccess,
    ItemState,
    Meeting,
    MeetingCall,
    MeetingPaper,
    MeetingState,
)
from kotopolku.cooperation.wording import Mark

STATES = {
    MeetingState.DRAFT: "plan",
    MeetingState.CALLED: "now",
    MeetingState.OPEN: "now",
    MeetingState.CLOSED: "ok",
    MeetingState.CANCELLED: "late",
}
ITEMS = {
    ItemState.PROPOSED: "soon",
    ItemState.REFUSED: "plan",
    ItemState.AGENDA: "plan",
    ItemState.OPEN: "now",
    ItemState.DONE: "ok",
    ItemState.TABLED: "soon",
}
ANSWERS = {
    CallAnswer.NONE: "plan",
    CallAnswer.YES: "ok",
    CallAnswer.REMOTE: "ok",
    CallAnswer.NO: "late",
}


def meeting_mark(meeting: Meeting) -> Mark:
    """Its state; one that was never opened though its day has passed waits."""
    state = MeetingState(meeting.state)
    if state == MeetingState.CALLED and meeting.ends_at < clock.now():
        return Mark("late", _("the day has passed"))
    if state == MeetingState.CANCELLED:
        return Mark(STATES[state], pgettext("meeting", "cancelled"))
    return Mark(STATES[state], str(state.label))


def item_mark(item: AgendaItem) -> Mark | None:
    """What has become of an item; nothing while it only stands on the agenda."""
    state = ItemState(item.state)
    return None if state == ItemState.AGENDA else Mark(ITEMS[state], str(state.label))


def access_mark(access: str) -> Mark | None:
    """Who reads an item or a paper, when that is not everybody."""
    if access == ItemAccess.SECRET:
        return Mark("lock", _("secret"))
    if access == ItemAccess.CALLED:
        return Mark("plan", _("for those called"))
    return None


def answer_mark(call: MeetingCall) -> Mark:
    answer = CallAnswer(call.answer)
    return Mark(ANSWERS[answer], str(answer.label))


def paper_mark(paper: MeetingPaper) -> Mark | None:
    if paper.withdrawn_at is not None:
        return Mark("late", pgettext("paper", "withdrawn"))
    if paper.sent_at is None:
        return Mark("plan", _("not sent yet"))
    return None
