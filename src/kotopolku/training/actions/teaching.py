"""Acts on attendance: a teacher marks a session, a job counts the months of what has been marked.

A session's list is marked whole or in parts, and sent again changes nothing. Two teachers queue up at its register;
where they say otherwise of one student, neither is lost: the second is told what the first has marked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.progress import actions as progress
from kotopolku.progress.actions.attendance import Reported
from kotopolku.progress.rules import Attendance, first_of, last_of
from kotopolku.training import access, access_teaching
from kotopolku.training.models import (
    STUDENT,
    CourseSession,
    Enrolment,
    SessionMark,
    SessionRegister,
)
from kotopolku.training.queries.teaching import Student, students_of
from kotopolku.training.teaching_rules import (
    MOST_LATE_MINUTES,
    Clash,
    Lesson,
    Mark,
    Presence,
    Stored,
    month_sums,
    sort_marks,
)

SESSION = "training.session"
LOOK_BACK_DAYS = 62
"""So many days before a month are read with it, for a time of absence that began earlier."""


@dataclass(frozen=True)
class Marked:
    """How many marks were written, were there already, and which say otherwise than another teacher has said."""

    saved: int = 0
    same: int = 0
    clashes: Sequence[Clash] = ()


@transaction.atomic(savepoint=False)
def show_students(course_id: int, *, actor: Viewer) -> list[Student]:
    """Names of the provider's own students of a course, looked at and so journalled (681/2023 §94)."""
    course = access.taught_course(actor, course_id)
    found = students_of(course.pk)
    if found:
        persons = Enrolment.objects.filter(pk__in=[one.enrolment_id for one in found])
        record(
            "training.students.listed",
            actor=actor,
            subjects=list(persons.values_list("person_id", flat=True)),
            object=("training.course", course.pk),
        )
    return found


def show_students_of(session_id: int, *, actor: Viewer) -> list[Student]:
    """Those of the session's course."""
    return show_students(access_teaching.taught_session(actor, session_id).course_id, actor=actor)


@transaction.atomic
def mark_session(
    session_id: int, marks: Sequence[Mark], *, actor: Viewer, token: UUID | None = None
) -> Marked:
    """Marks students of one session; those not named stay as they are. Clashing marks are given back, not written.

    Fields of refusals are ``mark-<enrolment>``. Raises ``Refusals``, ``NotVisible``, ``MissingCapability``.
    """
    session = access_teaching.taught_session(actor, session_id)
    if cases.done_before(token, SESSION) is not None:
        return Marked(same=len(marks))
    rules.refuse(_check_session(session, actor.day))
    students = {row.pk: row for row in access_teaching.attending(session)}
    rules.refuse(_check_marks(marks, session, students))
    _queue_up(session, actor)
    stored = {row.enrolment_id: row for row in SessionMark.objects.filter(session=session)}
    found = sort_marks(marks, {key: _as_stored(row, actor) for key, row in stored.items()})
    _write([(mark, students[mark.enrolment_id]) for mark in found.to_write], session, stored, actor)
    record(
        "training.session.marked",
        actor=actor,
        subjects=[students[mark.enrolment_id].person_id for mark in found.to_write],
        object=(SESSION, session.pk),
        details={"written": len(found.to_write), "same": found.same, "clashes": len(found.clashes)},
        token=token,
    )
    return Marked(len(found.to_write), found.same, _named(found.clashes, stored))


def _check_session(session: CourseSession, today: date) -> list[Refusal]:
    if session.cancelled:
        return [Refusal("", "cancelled", _("This session has been cancelled. There is nothing to mark."))]
    if session.date > today:
        return [Refusal("", "session-future", _("This session has not been held yet. Mark it on its day."))]
    return []


def _check_marks(
    marks: Sequence[Mark], session: CourseSession, students: Mapping[int, Enrolment]
) -> list[Refusal]:
    longest = min(Lesson(session.date, session.starts, session.ends).minutes, MOST_LATE_MINUTES)
    found, seen = [], set()
    for mark in marks:
        where = f"mark-{mark.enrolment_id}"
        if mark.enrolment_id not in students:
            found.append(Refusal(where, "not-student", _("This person was not in the group on that day.")))
        elif mark.enrolment_id in seen:
            found.append(Refusal(where, "twice", _("The same student stands here twice.")))
        if mark.state not in list(Presence):
            found.append(Refusal(where, "unknown-state", _("Choose whether the student was there.")))
        elif mark.late_minutes and mark.state != Presence.PRESENT:
            found.append(Refusal(where, "late-away", _("Only one who was there can have come late.")))
        if not 0 <= mark.late_minutes <= longest:
            message = _("Minutes late are from 0 to %(most)s, as the session is that long.")
            found.append(Refusal(where, "late", message, {"most": longest}))
        seen.add(mark.enrolment_id)
    return found


# The row is written and locked in one statement: whoever comes second waits here until the first has ended.
_REGISTER = """
INSERT INTO training_sessionregister (session_id, course_id, provider_id, marked_at, marked_by_id, summed)
VALUES (%s, %s, %s, %s, %s, false)
ON CONFLICT (session_id) DO UPDATE
SET marked_at = excluded.marked_at, marked_by_id = excluded.marked_by_id, summed = false
"""


def _queue_up(session: CourseSession, actor: Viewer) -> None:
    with connection.cursor() as cursor:
        provider_id = session.course.provider_id
        cursor.execute(_REGISTER, (session.pk, session.course_id, provider_id, clock.now(), actor.user_id))


def _write(
    rows: Sequence[tuple[Mark, Enrolment]],
    session: CourseSession,
    stored: Mapping[int, SessionMark],
    actor: Viewer,
) -> None:
    now = clock.now()
    SessionMark.objects.bulk_create(
        [
            SessionMark(
                session=session,
                enrolment=enrolment,
                relationship_id=enrolment.relationship_id,
                person_id=enrolment.person_id,
                provider_id=enrolment.provider_id,
                state=mark.state,
                late_minutes=mark.late_minutes,
                marked_by_id=actor.user_id,
                marked_at=now,
                version=stored[enrolment.pk].version + 1 if enrolment.pk in stored else 1,
            )
            for mark, enrolment in rows
        ],
        update_conflicts=True,
        unique_fields=["session", "enrolment"],
        update_fields=["state", "late_minutes", "marked_by", "marked_at", "version"],
    )


def _as_stored(row: SessionMark, actor: Viewer) -> Stored:
    return Stored(
        row.state,
        row.late_minutes,
        row.version,
        is_own=row.marked_by_id is not None and row.marked_by_id == actor.user_id,
        marked_at=row.marked_at,
    )


def _named(clashes: Sequence[Clash], stored: Mapping[int, SessionMark]) -> list[Clash]:
    """Each with the name of the colleague who was first."""
    if not clashes:
        return []
    users = {stored[one.mine.enrolment_id].marked_by_id or 0 for one in clashes}
    names = dict(User.objects.filter(pk__in=users).values_list("pk", "full_name"))
    return [
        replace(
            one,
            theirs=replace(
                one.theirs, marked_by=names.get(stored[one.mine.enrolment_id].marked_by_id or 0, "")
            ),
        )
        for one in clashes
    ]


# --- In the evening --------------------------------------------------------------------------------------------------


def courses_to_sum_up(*, actor: Viewer) -> list[int]:
    """Courses of which something has been marked since their months were counted."""
    if not actor.system:
        raise MissingCapability(Capability.ATTENDANCE_REPORT)
    waiting = SessionRegister.objects.filter(summed=False).order_by("course_id")
    return list(waiting.values_list("course_id", flat=True).distinct())


@transaction.atomic
def sum_up_course(course_id: int, *, actor: Viewer) -> Reported:
    """Counts anew the months in which something was marked, and the next, into which an absence may go on.

    ``progress`` keeps the sums, starts the hearing of a client away too long and writes the journal's entry. A student
    whose client has no plan yet has no measure, and so no month there.
    """
    if not actor.system:
        raise MissingCapability(Capability.ATTENDANCE_REPORT)
    registers = list(
        SessionRegister.objects.select_for_update(of=("self",))
        .filter(course_id=course_id, summed=False)
        .select_related("session")
    )
    months = _months({first_of(row.session.date) for row in registers}, clock.today())
    rows = _sums(course_id, months)
    done = progress.sum_up_attendance(rows, actor=actor) if rows else Reported()
    SessionRegister.objects.filter(pk__in=[row.pk for row in registers]).update(summed=True)
    return done


def _months(marked: set[date], today: date) -> list[date]:
    following = {last_of(month) + timedelta(days=1) for month in marked}
    return sorted(month for month in marked | following if month <= today)


def _sums(course_id: int, months: Sequence[date]) -> list[Attendance]:
    """Every student's months, of those whose client has a measure: with what was marked in a group one came from."""
    studies = Enrolment.objects.filter(state__in=STUDENT).exclude(started_on=None)
    here = studies.filter(course_id=course_id).exclude(measure=None).values("measure_id")
    enrolments = list(studies.filter(measure_id__in=here).order_by("id"))
    if not months or not enrolments:
        return []
    sessions = list(
        CourseSession.objects.filter(
            course_id__in={one.course_id for one in enrolments},
            cancelled=False,
            date__gte=months[0] - timedelta(days=LOOK_BACK_DAYS),
            date__lte=last_of(months[-1]),
        ).order_by("date", "starts")
    )
    marks = {
        (row.session_id, row.enrolment_id): row
        for row in SessionMark.objects.filter(enrolment__in=enrolments, session__in=sessions)
    }
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    for session in sessions:
        for one in enrolments:
            began, ended = one.started_on or date.max, one.ended_on or date.max
            if one.course_id == session.course_id and began <= session.date <= ended:
                lessons[one.measure_id or 0].append(_lesson(session, marks.get((session.pk, one.pk))))
    sums = [month_sums(key, month, found) for key, found in lessons.items() for month in months]
    return [one for one in sums if one is not None]


def _lesson(session: CourseSession, mark: SessionMark | None) -> Lesson:
    return Lesson(
        session.date,
        session.starts,
        session.ends,
        mark.state if mark else "",
        mark.late_minutes if mark else 0,
    )
