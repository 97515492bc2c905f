"""Marks of minutes, checks and tasks in words. Not for: rules."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku.cooperation.models import MeetingTask, MinutesCheck, MinutesState, SpeechKind, TaskState
from kotopolku.cooperation.wording import Mark
from kotopolku.writing import day

STATES = {
    MinutesState.DRAFT: "plan",
    MinutesState.CHECKING: "now",
    MinutesState.SIGNED: "soon",
    MinutesState.PUBLISHED: "ok",
}


def minutes_mark(state: str) -> Mark:
    return Mark(STATES[MinutesState(state)], str(MinutesState(state).label))


def state_sentence(state: str) -> str:
    """How far minutes on paper have come."""
    return {
        MinutesState.DRAFT: _("This is a draft. It has not been checked."),
        MinutesState.CHECKING: _("These minutes are being checked."),
        MinutesState.SIGNED: _("These minutes have been checked and signed."),
        MinutesState.PUBLISHED: _("These minutes have been checked, signed and published."),
    }[MinutesState(state)]


def check_mark(one: MinutesCheck) -> Mark:
    if one.signed_at is not None:
        return Mark("ok", _("signed on %(day)s") % {"day": day(one.signed_at)})
    if one.returned_at is not None:
        return Mark("late", _("sent back on %(day)s") % {"day": day(one.returned_at)})
    return Mark("plan", pgettext("minutes", "not signed yet"))


def task_mark(one: MeetingTask, today: date) -> Mark:
    if one.state == TaskState.OPEN:
        return (
            Mark("late", _("the day has passed"))
            if one.due < today
            else Mark("now", pgettext("task", "open"))
        )
    if one.state == TaskState.DONE:
        return Mark("ok", pgettext("task", "done"))
    return Mark("plan", pgettext("task", "given up"))


def kind_words(kind: str) -> str:
    """What somebody has asked for on the speaking list."""
    return {
        SpeechKind.SPEECH: pgettext("speaking list", "speech"),
        SpeechKind.REPLY: pgettext("speaking list", "reply"),
        SpeechKind.ORDER: pgettext("speaking list", "point of order"),
    }[SpeechKind(kind)]
