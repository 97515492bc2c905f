"""Attendance by session over HTTP: a provider's sessions of a day, a session's students, their marks.

The same actions, queries and rights as the pages. Of a student a provider gets what 681/2023 § 94 lets it have.
"""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.training.actions import studies as study_actions
from kotopolku.training.actions import teaching as actions
from kotopolku.training.models import MarkState
from kotopolku.training.queries import teaching as queries
from kotopolku.training.teaching_rules import Clash, Mark

router = Router(tags=["training"], auth=Caller())

MOST_STUDENTS = 200
MOST_MINUTES = 1_440


class SessionOut(Schema):
    """A session of one of the caller's courses, with how many studied that day and how many have been marked."""

    id: int
    course: int
    course_name: str
    date: date
    starts: str
    ends: str
    room: str
    cancelled: bool
    students: int
    marked: int


class SessionMarkOut(Schema):
    """One student of a session (681/2023 § 94). `state` is empty and `version` 0 until somebody has marked."""

    enrolment: int
    name: str
    state: str
    late_minutes: int
    version: int


class SessionSheetOut(Schema):
    session: SessionOut
    students: list[SessionMarkOut]


class SessionMarkIn(Schema):
    """`state`: present, leave (away with leave) or away. `version` is of the mark that was read, 0 when there was none."""

    enrolment: int
    state: str = Field(max_length=20)
    late_minutes: int = Field(0, ge=0, le=MOST_MINUTES)
    version: int = Field(0, ge=0)


class SessionMarksIn(Schema):
    marks: list[SessionMarkIn] = Field(min_length=1, max_length=MOST_STUDENTS)


class MarkVersionOut(Schema):
    enrolment: int
    state: str
    late_minutes: int
    version: int


class MarkClashOut(Schema):
    """What another teacher has marked meanwhile; the caller's own mark was not written."""

    enrolment: int
    state: str
    late_minutes: int
    version: int
    marked_by: str
    words: str


class SessionMarkedOut(Schema):
    """`marks` are the session's marks as they stand now, with the versions to send next time; `at`: when, Finnish time."""

    saved: int
    same: int
    clashes: list[MarkClashOut]
    marks: list[MarkVersionOut]
    at: str


class ToldItemOut(Schema):
    """One of the eighteen items of 681/2023 § 94."""

    item: str
    text: str


class TrainingStudentOut(Schema):
    """All that a provider may know of one of its own students."""

    enrolment: int
    course: int
    state: str
    started_on: date | None
    ended_on: date | None
    told: list[ToldItemOut]


@router.get("/training/sessions", response=list[SessionOut], summary="The provider's sessions of a day")
@api_needs(Capability.ATTENDANCE_REPORT)
def sessions(request: HttpRequest, on: date | None = None) -> Any:
    """Today's without a day. Names no student."""
    viewer = viewer_of(request)
    rows = queries.sessions_of_day(viewer, on or viewer.day).order_by("starts", "id")
    return [_session(line) for line in queries.session_lines(rows)]


@router.get("/training/sessions/{int:session_id}", response=SessionSheetOut, summary="One session's students")
@api_needs(Capability.ATTENDANCE_REPORT)
def session(request: HttpRequest, session_id: int) -> Any:
    """Each call is journalled. 404 for a session of another provider, as for one that does not exist."""
    viewer = viewer_of(request)
    sheet = queries.sheet(viewer, session_id, actions.show_students_of(session_id, actor=viewer))
    [line] = queries.session_lines([sheet.session])
    return {
        "session": _session(line),
        "students": [
            {
                "enrolment": row.student.enrolment_id,
                "name": row.student.name,
                "state": row.mark.state if row.mark else "",
                "late_minutes": row.mark.late_minutes if row.mark else 0,
                "version": row.version,
            }
            for row in sheet.rows
        ],
    }


@router.put("/training/sessions/{int:session_id}/marks", response=SessionMarkedOut, summary="Mark attendance")
@api_needs(Capability.ATTENDANCE_REPORT)
def mark(request: HttpRequest, session_id: int, data: SessionMarksIn, idempotency_key: Key) -> Any:
    """Students who are not named stay as they are. Clashing marks come back unwritten; send them with the new version."""
    viewer = viewer_of(request)
    marks = [Mark(one.enrolment, one.state, one.late_minutes, one.version) for one in data.marks]
    done = actions.mark_session(session_id, marks, actor=viewer, token=token_of(viewer, idempotency_key))
    return {
        "saved": done.saved,
        "same": done.same,
        "clashes": [_clash(one) for one in done.clashes],
        "marks": [
            {
                "enrolment": row.enrolment_id,
                "state": row.state,
                "late_minutes": row.late_minutes,
                "version": row.version,
            }
            for row in queries.marks_of(viewer, session_id)
        ],
        "at": _clock(clock.now()),
    }


@router.get(
    "/training/students/{int:enrolment_id}",
    response=TrainingStudentOut,
    summary="One of the provider's students",
)
@api_needs(Capability.ATTENDANCE_REPORT)
def student(request: HttpRequest, enrolment_id: int) -> Any:
    """What the law lets a provider know, nothing else. Each call is journalled."""
    card = study_actions.show_student(enrolment_id, actor=viewer_of(request))
    enrolment = card.enrolment
    return {
        "enrolment": enrolment.pk,
        "course": enrolment.course_id,
        "state": enrolment.state,
        "started_on": enrolment.started_on,
        "ended_on": enrolment.ended_on,
        "told": [{"item": item, "text": text} for item, text in card.told.items()],
    }


def _session(line: queries.SessionLine) -> dict[str, Any]:
    one = line.session
    return {
        "id": one.pk,
        "course": one.course_id,
        "course_name": one.course.name,
        "date": one.date,
        "starts": f"{one.starts:%H:%M}",
        "ends": f"{one.ends:%H:%M}",
        "room": one.room,
        "cancelled": one.cancelled,
        "students": line.students,
        "marked": line.marked,
    }


def _clash(one: Clash) -> dict[str, Any]:
    theirs = one.theirs
    words = _("%(name)s marked at %(when)s: %(words)s. Choose which is right.") % {
        "name": theirs.marked_by,
        "when": _clock(theirs.marked_at),
        "words": str(MarkState(theirs.state).label),
    }
    return {
        "enrolment": one.mine.enrolment_id,
        "state": theirs.state,
        "late_minutes": theirs.late_minutes,
        "version": theirs.version,
        "marked_by": theirs.marked_by,
        "words": words,
    }


def _clock(moment: datetime | None) -> str:
    """9.42, Finnish time."""
    if moment is None:
        return ""
    local = moment.astimezone(clock.HELSINKI)
    return f"{local.hour}.{local.minute:02d}"
