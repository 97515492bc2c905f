"""What a teaching provider's lists show, what a course's attendance sums to, and what its students have said.

Not for: one student (``studies.py``), results after the course (``results.py``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.training import access, access_teaching
from kotopolku.training.models import (
    STUDENT,
    Course,
    CourseSession,
    CourseState,
    Enrolment,
    EnrolmentState,
    Feedback,
    SessionMark,
    SessionRegister,
)
from kotopolku.training.teaching_rules import Lesson, Presence

UNMARKED_DAYS = 30
"""So far back are sessions looked for that nobody has marked."""
SHOWN = 50


# --- A provider --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Student:
    """A student as a list of the provider has one: name and times, nothing else (681/2023 §94, item 1)."""

    enrolment_id: int
    family_name: str
    given_names: str
    state: str
    started_on: date | None
    ended_on: date | None

    @property
    def name(self) -> str:
        return f"{self.family_name}, {self.given_names}".strip(", ")

    @property
    def state_words(self) -> str:
        return str(EnrolmentState(self.state).label)

    def studies_on(self, day: date) -> bool:
        """Whether the studies were going on that day."""
        begun = self.started_on is not None and self.started_on <= day
        return (
            begun
            and self.state != EnrolmentState.ACCEPTED
            and (self.ended_on is None or day <= self.ended_on)
        )


def students_of(course_id: int) -> list[Student]:
    """What the database lets the viewer's organisation know of a course's students; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enrolment_id, family_name, given_names, state, started_on, ended_on FROM training_students(%s)",
            [course_id],
        )
        return [Student(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class SessionLine:
    """One session in a list, with how many have been marked."""

    session: CourseSession
    students: int
    marked: int

    @property
    def is_marked(self) -> bool:
        return self.marked > 0 and self.marked >= self.students


@dataclass(frozen=True)
class CourseLine:
    course: Course
    students: int


@dataclass(frozen=True)
class Teaching:
    """A provider's first page: today, what has not been marked, the courses."""

    today: Sequence[SessionLine]
    unmarked: Sequence[SessionLine]
    running: Sequence[CourseLine]
    coming: Sequence[CourseLine]
    ended: Sequence[CourseLine]


def teaching(viewer: Viewer) -> Teaching:
    """Raises ``MissingCapability``. Six statements."""
    day = viewer.day
    courses = list(
        access.taught_courses(viewer)
        .filter(
            state=CourseState.PUBLISHED, ends_on__gte=day - timedelta(days=access_teaching.KNOWN_AFTER_DAYS)
        )
        .order_by("starts_on", "name", "id")
    )
    students = Counter(
        Enrolment.objects.filter(
            course__in=courses, state__in=[EnrolmentState.ACCEPTED, EnrolmentState.STARTED]
        ).values_list("course_id", flat=True)
    )
    lines = [CourseLine(one, students[one.pk]) for one in courses]
    sessions = CourseSession.objects.filter(course__in=courses, cancelled=False).select_related("course")
    recent = sessions.filter(date__lt=day, date__gte=day - timedelta(days=UNMARKED_DAYS), register=None)
    return Teaching(
        today=session_lines(sessions.filter(date=day).order_by("starts", "id")),
        unmarked=[
            line for line in session_lines(recent.order_by("-date", "starts", "id")[:SHOWN]) if line.students
        ],
        running=[line for line in lines if line.course.starts_on <= day <= line.course.ends_on],
        coming=[line for line in lines if line.course.starts_on > day],
        ended=[line for line in lines if line.course.ends_on < day],
    )


def session_lines(rows: "Iterable[CourseSession]") -> list[SessionLine]:
    """Sessions with the number of students of the day and of marks. Three statements."""
    sessions = list(rows)
    marked = dict(
        SessionMark.objects.filter(session__in=sessions)
        .order_by()
        .values_list("session_id")
        .annotate(number=Count("id"))
    )
    studies: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    found = Enrolment.objects.filter(
        course__in={one.course_id for one in sessions},
        state__in=[state for state in STUDENT if state != EnrolmentState.ACCEPTED],
    ).exclude(started_on=None)
    for course_id, began, ended in found.values_list("course_id", "started_on", "ended_on"):
        studies[course_id].append((began or date.max, ended))
    return [
        SessionLine(
            one,
            sum(
                began <= one.date and (ended is None or one.date <= ended)
                for began, ended in studies[one.course_id]
            ),
            marked.get(one.pk, 0),
        )
        for one in sessions
    ]


@dataclass(frozen=True)
class SheetRow:
    """One student of a session's list, with what is marked."""

    student: Student
    mark: SessionMark | None

    @property
    def version(self) -> int:
        return self.mark.version if self.mark else 0


@dataclass(frozen=True)
class Sheet:
    """A session's list."""

    session: CourseSession
    rows: Sequence[SheetRow]
    register: SessionRegister | None
    before: CourseSession | None
    after: CourseSession | None


def sheet(viewer: Viewer, session_id: int, students: Sequence[Student] | None = None) -> Sheet:
    """The students of the day with their marks. ``students``: when they have been read already."""
    session = access_teaching.taught_session(viewer, session_id)
    known = students_of(session.course_id) if students is None else students
    marks = {
        row.enrolment_id: row
        for row in SessionMark.objects.filter(session=session).select_related("marked_by")
    }
    others = CourseSession.objects.filter(course_id=session.course_id, cancelled=False)
    earlier = Q(date__lt=session.date) | Q(date=session.date, starts__lt=session.starts)
    later = Q(date__gt=session.date) | Q(date=session.date, starts__gt=session.starts)
    return Sheet(
        session,
        [SheetRow(one, marks.get(one.enrolment_id)) for one in known if one.studies_on(session.date)],
        SessionRegister.objects.filter(session=session).select_related("marked_by").first(),
        others.filter(earlier).order_by("-date", "-starts").first(),
        others.filter(later, date__lte=viewer.day).order_by("date", "starts").first(),
    )


def marks_of(viewer: Viewer, session_id: int) -> list[SessionMark]:
    """The session's marks as they stand now."""
    session = access_teaching.taught_session(viewer, session_id)
    return list(SessionMark.objects.filter(session=session).order_by("enrolment_id"))


def sessions_around(course: Course, day: date) -> list[SessionLine]:
    """The course's sessions from a fortnight before the day to a week after it, in order."""
    rows = CourseSession.objects.filter(
        course=course, date__gte=day - timedelta(days=14), date__lte=day + timedelta(days=7)
    )
    return session_lines(rows.order_by("date", "starts"))


def shares(course: Course) -> dict[int, int]:
    """Percent of the marked time that each student was there, by enrolment. Two statements."""
    minutes = {
        one.pk: Lesson(one.date, one.starts, one.ends).minutes
        for one in CourseSession.objects.filter(course=course, cancelled=False)
    }
    held: Counter[int] = Counter()
    there: Counter[int] = Counter()
    marks = SessionMark.objects.filter(session__course=course, session__cancelled=False)
    for session_id, enrolment_id, state, late in marks.values_list(
        "session_id", "enrolment_id", "state", "late_minutes"
    ):
        length = minutes.get(session_id, 0)
        held[enrolment_id] += length
        if state == Presence.PRESENT:
            there[enrolment_id] += max(0, length - late)
    return {key: int(there[key] * 100 / total) for key, total in held.items() if total}


# --- What was taught, in sums that name nobody -------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseHours:
    """A course's student hours within a period: of the marked sessions, by how the students were there."""

    planned: Decimal = Decimal(0)
    """Hours of all sessions held for all who studied that day, marked or not."""
    attended: Decimal = Decimal(0)
    leave: Decimal = Decimal(0)
    away: Decimal = Decimal(0)
    students: int = 0
    """How many were marked at least once."""


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def attended_hours(
    viewer: Viewer, course_ids: Sequence[int], first: date, last: date
) -> Mapping[int, CourseHours]:
    """Student hours of courses for whoever bought them or teaches them: what an invoice is matched to. Names nobody.

    Courses of others are left out. Raises ``MissingCapability``.
    """
    buys = viewer.may(Capability.PROCUREMENT_VIEW) or viewer.may(Capability.TRAINING_MANAGE)
    if not (buys or viewer.may(Capability.ATTENDANCE_REPORT)):
        raise MissingCapability(Capability.PROCUREMENT_VIEW)
    own = Course.objects.filter(pk__in=course_ids)
    if not viewer.system:
        side = "organiser_id" if buys else "provider_id"
        own = own.filter(**{side: viewer.organisation_id})
    courses = list(own.values_list("pk", flat=True))
    with clients.seeing_all(viewer):
        return {course_id: _hours_of(course_id, first, last) for course_id in courses}


def _hours_of(course_id: int, first: date, last: date) -> CourseHours:
    lines = session_lines(
        CourseSession.objects.filter(
            course_id=course_id, cancelled=False, date__gte=first, date__lte=last
        ).order_by("id")
    )
    minutes = {
        one.session.pk: Lesson(one.session.date, one.session.starts, one.session.ends).minutes
        for one in lines
    }
    sums: Counter[str] = Counter()
    students = set()
    marks = SessionMark.objects.filter(session__in=list(minutes))
    for session_id, enrolment_id, state, late in marks.values_list(
        "session_id", "enrolment_id", "state", "late_minutes"
    ):
        sums[state] += max(0, minutes[session_id] - late)
        students.add(enrolment_id)
    planned = sum(minutes[one.session.pk] * one.students for one in lines)
    return CourseHours(
        planned=_hours(planned),
        attended=_hours(sums[Presence.PRESENT]),
        leave=_hours(sums[Presence.LEAVE]),
        away=_hours(sums[Presence.AWAY]),
        students=len(students),
    )


# --- Feedback ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeedbackView:
    """What the students of a course have said: None and nothing while too few have, so that nobody can be guessed."""

    number: int | None
    """How many answered; None under the smallest number that is shown."""
    averages: Sequence[Decimal]
    """By question."""
    spread: Sequence[Sequence[int]]
    """By question, how many chose 1, 2, 3, 4 and 5."""
    words: Sequence[str]
    """In the order of the alphabet, not of giving."""
    smallest: int


def feedback_of(viewer: Viewer, course_id: int) -> FeedbackView:
    """For who teaches the course and for who arranges it. Raises ``NotVisible``."""
    course = access.course(viewer, course_id)
    teaches = viewer.may(Capability.ATTENDANCE_REPORT) and course.provider_id == viewer.organisation_id
    if not (teaches or access.organises(viewer, course)):
        raise NotVisible
    smallest = settings.SMALLEST_SHOWN_COUNT
    with clients.seeing_all(viewer):
        rows: list[Feedback] = list(Feedback.objects.filter(course=course))
    if len(rows) < smallest:
        return FeedbackView(None, (), (), (), smallest)
    columns = list(zip(*(row.answers for row in rows), strict=True))
    return FeedbackView(
        len(rows),
        [(Decimal(sum(column)) / len(column)).quantize(Decimal("0.1")) for column in columns],
        [[column.count(value) for value in range(1, 6)] for column in columns],
        sorted(row.words for row in rows if row.words),
        smallest,
    )


def sessions_of_day(viewer: Viewer, day: date) -> "QuerySet[CourseSession]":
    """The provider's sessions of one day, for the API's pages."""
    own = access.taught_courses(viewer).filter(state=CourseState.PUBLISHED)
    return CourseSession.objects.filter(course__in=own, date=day, cancelled=False).select_related("course")
