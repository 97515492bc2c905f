"""Marks of hearings and statements in words. Not for: rules."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import clock
from kotopolku.cooperation.models import Hearing, HearingState, Statement, StatementAnswer, Taken, View
from kotopolku.cooperation.queries.hearings import Line
from kotopolku.cooperation.wording import Mark

STATES = {
    HearingState.DRAFT: "plan",
    HearingState.OPEN: "now",
    HearingState.CLOSED: "lock",
    HearingState.PUBLISHED: "ok",
    HearingState.CANCELLED: "late",
}
VIEWS = {View.AGREE: "ok", View.PARTLY: "soon", View.DISAGREE: "late", View.NONE: "plan"}
TAKEN = {Taken.YES: "ok", Taken.PARTLY: "soon", Taken.NO: "late"}


def hearing_mark(hearing: Hearing) -> Mark:
    """Its state; one that is open after its day waits to be closed."""
    state = HearingState(hearing.state)
    if state == HearingState.OPEN and hearing.answer_by < clock.today():
        return Mark("late", _("the day has passed"))
    return Mark(STATES[state], str(state.label))


def own_mark(hearing: Hearing, waits: bool, gave: bool) -> Mark:
    """What the own organisation and its bodies have done with a hearing in which they were asked."""
    if waits:
        is_open = hearing.state == HearingState.OPEN
        return Mark("now", _("a statement is asked of us")) if is_open else hearing_mark(hearing)
    return Mark("ok", pgettext("statement", "given")) if gave else Mark("plan", _("no statement is given"))


def line_mark(line: Line) -> Mark:
    """What one of those asked has done."""
    if line.statement is not None:
        return given_mark(line.statement)
    if line.invitee.declined_at is not None:
        return Mark("plan", _("no statement is given"))
    if line.invitee.opened_at is not None:
        return Mark("soon", _("read, not answered"))
    return Mark("plan", _("not read"))


def given_mark(statement: Statement) -> Mark:
    return Mark("soon", _("given late")) if statement.late else Mark("ok", pgettext("statement", "given"))


def view_mark(answer: StatementAnswer) -> Mark | None:
    """What the organisation thinks, where it was asked to choose."""
    return Mark(VIEWS[View(answer.view)], str(View(answer.view).label)) if answer.view else None


def taken_mark(answer: StatementAnswer) -> Mark | None:
    return Mark(TAKEN[Taken(answer.taken)], str(Taken(answer.taken).label)) if answer.taken else None
