"""Marks of positions and of their receivers in words. Not for: rules."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import clock
from kotopolku.cooperation.models import Meeting, Position, PositionReceiver, PositionState
from kotopolku.cooperation.wording import Mark
from kotopolku.writing import day

STATES = {
    PositionState.NOTICED: "soon",
    PositionState.DRAFT: "plan",
    PositionState.COMMENTS: "now",
    PositionState.ADOPTED: "ok",
    PositionState.DROPPED: "lock",
}


def position_mark(position: Position) -> Mark:
    """Its state; a draft whose last day for comments has passed waits to be adopted."""
    state = PositionState(position.state)
    until = position.comments_until
    if state == PositionState.COMMENTS and until is not None and until < clock.today():
        return Mark("late", _("comments are closed"))
    return Mark(STATES[state], str(state.label))


def receiver_mark(one: PositionReceiver) -> Mark:
    """Whether it has answered, and whether it is late."""
    if one.answered_on is not None:
        return Mark("ok", pgettext("position", "answered"))
    if one.answer_by is None:
        return Mark("plan", _("no answer was asked"))
    if one.answer_by < clock.today():
        return Mark("late", _("has not answered"))
    return Mark("now", _("an answer is waited for"))


def receiver_name(one: PositionReceiver) -> str:
    return one.organisation.name if one.organisation else one.name


def whose(position: Position) -> str:
    """The body whose position it is, or the organisation."""
    return position.body.name if position.body else position.organisation.name


def adopted(position: Position) -> str:
    """On which day and how, as a sentence; empty before."""
    if position.adopted_on is None:
        return ""
    on = day(position.adopted_on)
    if position.meeting_item_id is None:
        return _("Adopted on %(day)s: %(how)s") % {"day": on, "how": position.adopted_how}
    try:
        meeting = position.meeting_item.meeting if position.meeting_item else None
    except Meeting.DoesNotExist:
        meeting = None
    if meeting is None:
        # Who may not read the meeting, though perhaps its public item: its number is not told either.
        return _("Adopted on %(day)s in a meeting of the body.") % {"day": on}
    return _("Adopted in the meeting %(number)s/%(year)s on %(day)s.") % {
        "number": meeting.number,
        "year": meeting.year,
        "day": on,
    }
