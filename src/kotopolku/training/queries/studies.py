"""One student's studies as the provider, the client's own authority and the client read them.

Not for: lists and sums of a course (``teaching.py``), what may be told of a person (``provider_items``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import get_language

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients.models import Person
from kotopolku.training import access_teaching, provider_items, studies
from kotopolku.training.models import (
    STUDENT,
    Certificate,
    CourseSession,
    Enrolment,
    EnrolmentState,
    FeedbackGiven,
    SessionMark,
    StudyPlan,
    TestKind,
    TestResult,
)
from kotopolku.training.teaching_rules import Lesson, Presence, hours_text_of


def localised(number: str) -> str:
    """A decimal comma but in English."""
    return number if (get_language() or "fi").startswith("en") else number.replace(".", ",")


@dataclass(frozen=True)
class Hours:
    """Whole time of a student's sessions up to a day, in minutes."""

    held: int = 0
    attended: int = 0
    leave: int = 0
    away: int = 0
    unmarked: int = 0

    @property
    def attended_hours(self) -> str:
        return localised(hours_text_of(self.attended))

    @property
    def leave_hours(self) -> str:
        return localised(hours_text_of(self.leave))

    @property
    def away_hours(self) -> str:
        return localised(hours_text_of(self.away))

    @property
    def unmarked_hours(self) -> str:
        return localised(hours_text_of(self.unmarked))

    @property
    def share(self) -> int | None:
        """Percent attended of the time that teachers have marked; what nobody has marked yet says nothing."""
        marked = self.held - self.unmarked
        return int(self.attended * 100 / marked) if marked > 0 else None


@dataclass(frozen=True)
class PlanView:
    """A study plan with the words of its parts."""

    plan: StudyPlan
    unit: str
    parts: Sequence[tuple[str, bool, studies.PlanPart]]
    """Words of the part, whether it stands within another, figures."""
    planned: Decimal
    credited: Decimal
    done: Decimal


@dataclass(frozen=True)
class StudentCard:
    """All that a provider's page of one student shows."""

    enrolment: Enrolment
    told: Mapping[str, str]
    """By item of 681/2023 §94."""
    plan: PlanView | None
    versions: Sequence[StudyPlan]
    tests: Sequence[TestResult]
    certificate: Certificate | None
    hours: Hours

    @property
    def name(self) -> str:
        return self.told.get("names", "")


def student_card(viewer: Viewer, enrolment_id: int) -> StudentCard:
    """One of the provider's own students. Raises ``NotVisible``, ``MissingCapability``."""
    enrolment = access_teaching.student(viewer, enrolment_id)
    versions = list(StudyPlan.objects.filter(enrolment=enrolment).order_by("-number"))
    return StudentCard(
        enrolment=enrolment,
        told=provider_items.told(enrolment, viewer),
        plan=plan_view(versions[0], enrolment.course.curriculum) if versions else None,
        versions=versions,
        tests=tests_of(enrolment),
        certificate=newest_certificate(enrolment),
        hours=hours_of(enrolment, viewer.day),
    )


def newest_plan(enrolment: Enrolment) -> StudyPlan | None:
    return StudyPlan.objects.filter(enrolment=enrolment).order_by("-number").first()


def newest_certificate(enrolment: Enrolment) -> Certificate | None:
    return Certificate.objects.filter(enrolment=enrolment).order_by("-number").first()


def tests_of(enrolment: Enrolment) -> list[TestResult]:
    """The newest first."""
    return list(TestResult.objects.filter(enrolment=enrolment).order_by("-tested_on", "-id"))


def plan_view(plan: StudyPlan, curriculum_id: str) -> PlanView:
    """The plan with the names of its parts in the page's language."""
    parts = tuple(studies.PlanPart.from_json(row) for row in plan.parts)
    by_id = {part.part: part for part in parts}
    known = studies.parts_of(curriculum_id)
    return PlanView(
        plan,
        studies.unit_of(curriculum_id),
        [(part.words, bool(part.within), by_id[part.id]) for part in known if part.id in by_id],
        *(studies.total(parts, curriculum_id, name) for name in ("points", "credited", "done")),
    )


def hours_of(enrolment: Enrolment, day: date) -> Hours:
    """Sessions of the student's own time in the group, up to the day. Two statements."""
    if enrolment.started_on is None:
        return Hours()
    last = min(enrolment.ended_on or day, day)
    sessions = CourseSession.objects.filter(
        course_id=enrolment.course_id, cancelled=False, date__gte=enrolment.started_on, date__lte=last
    )
    marks = {row.session_id: row for row in SessionMark.objects.filter(enrolment=enrolment)}
    sums = dict.fromkeys(("held", "attended", "leave", "away", "unmarked"), 0)
    names = {Presence.PRESENT: "attended", Presence.LEAVE: "leave", Presence.AWAY: "away"}
    for session in sessions:
        minutes = Lesson(session.date, session.starts, session.ends).minutes
        mark = marks.get(session.pk)
        sums["held"] += minutes
        name = names[Presence(mark.state)] if mark else "unmarked"
        sums[name] += minutes - (min(mark.late_minutes, minutes) if mark else 0)
    return Hours(**sums)


def of_own_client(viewer: Viewer, enrolment_id: int) -> Enrolment:
    """An enrolment of a client whose authority the viewer's is. Raises ``NotVisible``."""
    require(viewer, Capability.CLIENT_VIEW)
    found = Enrolment.objects.select_related("course").filter(pk=enrolment_id).first()
    if found is None:
        raise NotVisible
    clients.case(viewer, found.relationship_id)
    return found


def certificate_content(enrolment: Enrolment, viewer: Viewer) -> studies.CertificateContent:
    """What a certificate made today would say. Of the person it takes name and date of birth, no more."""
    plan = newest_plan(enrolment)
    test = TestResult.objects.filter(enrolment=enrolment, kind=TestKind.FINAL).order_by("-id").first()
    hours = hours_of(enrolment, viewer.day)
    with clients.seeing_all(viewer):
        person = Person.objects.only("given_names", "family_name", "birth_date").get(pk=enrolment.person_id)
    course, provider = enrolment.course, enrolment.provider
    return studies.CertificateContent(
        name=person.name,
        born=person.birth_date.isoformat() if person.birth_date else "",
        provider_fi=provider.name_fi,
        provider_sv=provider.name_sv or provider.name_fi,
        course=course.name,
        curriculum=course.curriculum,
        track=course.track,
        starts_on=(enrolment.started_on or course.starts_on).isoformat(),
        ends_on=(enrolment.ended_on or course.ends_on).isoformat(),
        completed=enrolment.state == EnrolmentState.ENDED,
        hours_planned=hours_text_of(hours.held),
        hours_attended=hours_text_of(hours.attended),
        parts=plan.parts if plan else [],
        language=course.language,
        levels={skill: getattr(test, skill) for skill in studies.SKILLS if getattr(test, skill)}
        if test
        else {},
        tested_on=test.tested_on.isoformat() if test else "",
        issued_on=viewer.day.isoformat(),
    )


# --- The client's own ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnStudies:
    """One course as its student sees it."""

    enrolment: Enrolment
    plan: PlanView | None
    tests: Sequence[TestResult]
    certificate: Certificate | None
    hours: Hours
    asks_feedback: bool

    @property
    def test_lines(self) -> list[tuple[date, str, str]]:
        """Day, kind and levels of each test, in the page's language."""
        return [
            (test.tested_on, str(TestKind(test.kind).label), provider_items.levels_text(test))
            for test in self.tests
        ]


def own_enrolment(viewer: Viewer, enrolment_id: int) -> Enrolment:
    """The client's own studies that have begun. Raises ``NotVisible``, ``MissingCapability``."""
    require(viewer, Capability.OWN_PATH)
    found = _own(viewer).filter(pk=enrolment_id).first()
    if found is None:
        raise NotVisible
    return found


def _own(viewer: Viewer) -> "QuerySet[Enrolment]":
    person_id = viewer.own.person_id if viewer.own else 0
    rows = Enrolment.objects.filter(person_id=person_id, state__in=STUDENT).exclude(started_on=None)
    return rows.select_related("course__provider")


def own_studies(viewer: Viewer) -> list[OwnStudies]:
    """Every course that the person whose path is open studies or has studied, the newest first."""
    require(viewer, Capability.OWN_PATH)
    found = list(_own(viewer).order_by("-started_on", "-id"))
    given = set(FeedbackGiven.objects.filter(enrolment__in=found).values_list("pk", flat=True))
    return [
        OwnStudies(
            enrolment=one,
            plan=plan_view(plan, one.course.curriculum) if (plan := newest_plan(one)) else None,
            tests=tests_of(one),
            certificate=newest_certificate(one),
            hours=hours_of(one, viewer.day),
            asks_feedback=one.pk not in given,
        )
        for one in found
    ]


def own_certificate(viewer: Viewer, enrolment_id: int) -> Certificate:
    """The newest certificate of the client's own studies. Raises ``NotVisible``."""
    found = newest_certificate(own_enrolment(viewer, enrolment_id))
    if found is None:
        raise NotVisible
    return found
