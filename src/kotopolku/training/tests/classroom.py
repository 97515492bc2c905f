"""Stands up a course that goes on: a teacher, a colleague, students who have begun, sessions on every working day."""

from dataclasses import dataclass
from datetime import date, time

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import Responsibility
from kotopolku.clients.tests import factories as make
from kotopolku.training.models import Course, CourseSession, Enrolment
from kotopolku.training.rules import Slot
from kotopolku.training.teaching_rules import Mark
from kotopolku.training.tests import courses_world as world

BEFORE = date(2026, 10, 26)
BEGAN = date(2026, 11, 2)
"""A Monday."""
DAY = date(2026, 11, 9)
"""The Monday after."""
SLOTS = tuple(Slot(weekday, time(9), time(14)) for weekday in range(1, 6))


@dataclass(frozen=True)
class Class:
    """Viewers apply no row security by themselves."""

    leader: Viewer
    teacher: Viewer
    colleague: Viewer
    course: Course
    students: list[Enrolment]
    sessions: list[CourseSession]
    """In order of days; the first is on ``BEGAN``."""

    def session(self, on: date) -> CourseSession:
        return next(one for one in self.sessions if one.date == on)


def a_class(students: int = 2, school_name: str = "Esimerkkiopisto") -> Class:
    leader = world.leader(on=BEFORE)
    school, teacher = world.school(leader, school_name)
    course = world.course(
        leader,
        school,
        starts_on=BEGAN,
        ends_on=date(2027, 5, 28),
        seats=20,
        slots=SLOTS,
    )
    rows = [world.studying(leader, leader, course, BEGAN) for _number in range(students)]
    colleague = make.worker(school.code, BEFORE, role=Role.PROVIDER, name="Kaisa Kollega")
    with rowsecurity.as_system():
        of_students = Responsibility.objects.filter(relationship__in=[row.relationship_id for row in rows])
        of_students.update(worker_id=leader.user_id)
        sessions = list(CourseSession.objects.filter(course=course).order_by("date"))
    return Class(leader, teacher, colleague, course, rows, sessions)


def other_school(leader: Viewer) -> tuple[Organisation, Viewer]:
    return world.school(leader, "Toinen opisto")


def mark(enrolment: Enrolment, state: str = "present", late: int = 0, version: int = 0) -> Mark:
    return Mark(enrolment.pk, state, late, version)
