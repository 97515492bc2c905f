"""Marks and times of the shared space in words. Not for: rules."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kotopolku import clock
from kotopolku.cooperation.models import (
    Material,
    MaterialState,
    Question,
    QuestionState,
    RegistrationState,
    Seminar,
    SeminarState,
)


@dataclass(frozen=True)
class Mark:
    """State for ``{% mark %}``: icon and colour by ``state``, the words beside."""

    state: str
    words: str


def seminar_mark(seminar: Seminar, mine: str | None) -> Mark:
    """Whether one has a place, waits, or can have one."""
    if seminar.state == SeminarState.CANCELLED:
        return Mark("late", pgettext("meeting", "cancelled"))
    if seminar.state == SeminarState.DRAFT:
        return Mark("plan", _("draft"))
    if mine == RegistrationState.CONFIRMED:
        return Mark("ok", _("you have a place"))
    if seminar.ends_at < clock.now():
        return Mark("plan", _("over"))
    if mine == RegistrationState.WAITING:
        return Mark("soon", _("you are on the waiting list"))
    if seminar.register_by < clock.today() or seminar.starts_at <= clock.now():
        return Mark("lock", _("registration closed"))
    if seminar.free > 0:
        words = ngettext("%(count)d free place", "%(count)d free places", seminar.free)
        return Mark("now", words % {"count": seminar.free})
    return Mark("soon", _("full, waiting list"))


QUESTION_MARKS = {
    QuestionState.ASKED: "now",
    QuestionState.UNCLEAR: "soon",
    QuestionState.ANSWERED: "ok",
    QuestionState.WITHDRAWN: "plan",
}


def question_mark(question: Question) -> Mark:
    state = QuestionState(question.state)
    words = _("the centre asks for more") if state == QuestionState.UNCLEAR else str(state.label)
    return Mark(QUESTION_MARKS[state], words)


MATERIAL_MARKS = {
    MaterialState.SUGGESTED: "soon",
    MaterialState.RETURNED: "late",
    MaterialState.PUBLISHED: "ok",
    MaterialState.WITHDRAWN: "plan",
}


def material_mark(material: Material) -> Mark:
    state = MaterialState(material.state)
    return Mark(MATERIAL_MARKS[state], str(state.label))
