"""Teaching in the demo world: attendance of the running course, an absence told of, study plans, tests, feedback."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kotopolku import clock
from kotopolku.access.viewer import Own, Viewer
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at
from kotopolku.training.actions import studies, teaching
from kotopolku.training.models import Course, CourseSession, Enrolment
from kotopolku.training.studies import PlanPart, StudyPlanContent
from kotopolku.training.teaching_rules import Mark, Presence

MARKED_DAYS = 28
"""So many days back has everything been marked, but for the last session."""
AWAY_SESSIONS = 5
PARTS = (
    PlanPart("language", Decimal(45), Decimal(5), "Suomen kielen verkkokurssi", Decimal(22)),
    PlanPart("society", Decimal(25), Decimal(0), "", Decimal(10)),
    PlanPart("guidance", Decimal(7), Decimal(0), "", Decimal(3)),
)
GOALS = (
    "Suomen kieli tasolle B1.1 ja sen jälkeen lähihoitajan opinnot.",
    "Suomen kieli tasolle B1.1 ja työ keittiössä. Toive: työssäoppiminen ravintolassa.",
    "Työ omalla alalla eli ohjelmoijana. Suomea myös iltaisin kielikahvilassa.",
)
LEVELS = ("A1.2", "A1.3", "A2.1")
SAID = (
    ((5, 4, 5, 5, 5), "Opettaja puhuu selvästi.", "fi"),
    ((4, 3, 4, 5, 4), "Мені подобається група.", "uk"),
    ((5, 5, 5, 4, 5), "", "ar"),
    ((3, 2, 4, 4, 4), "Tempo on vähän nopea.", "fi"),
    ((4, 4, 5, 5, 5), "Waan ku faraxsanahay koorsada.", "so"),
)


def play(actor_of: ActorOf, day: date) -> None:
    teacher = actor_of("koulutus")
    course = Course.objects.filter(
        provider_id=teacher.organisation_id, starts_on__lt=day, ends_on__gt=day
    ).first()
    if course is None:
        return
    rows = Enrolment.objects.filter(course=course).exclude(started_on=None).order_by("id")
    students = list(rows)
    _studies(teacher, students, course, day)
    _attendance(teacher, students, course, day)
    _feedback(students, day)
    system = at(Viewer.for_system("demo", day))
    teaching.sum_up_course(course.pk, actor=system)


def _studies(teacher: Viewer, students: list[Enrolment], course: Course, day: date) -> None:
    """Entry tests in the first week, study plans in the second; one who has left gets a certificate of the parts done."""
    then = at(replace(teacher, day=course.starts_on + timedelta(days=3)))
    with clock.at(then.day):
        for number, student in enumerate(students):
            level = LEVELS[number % len(LEVELS)]
            found = {
                "listening": level,
                "speaking": level,
                "reading": LEVELS[number % 2],
                "writing": LEVELS[0],
            }
            studies.record_test(student.pk, "entry", found, then.day, actor=then)
    later = at(replace(teacher, day=course.starts_on + timedelta(days=10)))
    with clock.at(later.day):
        for number, student in enumerate(students):
            content = StudyPlanContent(
                GOALS[number % len(GOALS)], "Ohjauskeskustelu joka toinen viikko.", PARTS
            )
            studies.save_study_plan(student.pk, content, actor=later, expected_version=0)
    at(teacher)
    for student in students:
        if student.state in studies.FINISHED:
            studies.record_test(
                student.pk, "final", {"speaking": "A2.2"}, student.ended_on or day, actor=teacher
            )
            studies.issue_certificate(student.pk, actor=teacher)


def _attendance(teacher: Viewer, students: list[Enrolment], course: Course, day: date) -> None:
    """Everybody mostly there, one late at times; the second has been away without leave for the last sessions."""
    sessions = list(
        CourseSession.objects.filter(
            course=course, cancelled=False, date__lt=day, date__gte=day - timedelta(days=MARKED_DAYS)
        ).order_by("date", "starts")
    )[:-1]
    for place, session in enumerate(sessions):
        away = place >= len(sessions) - AWAY_SESSIONS
        marks = [
            Mark(one.pk, *_state(place, number, away))
            for number, one in enumerate(students)
            if one.ended_on is None or session.date <= one.ended_on
        ]
        then = at(replace(teacher, day=session.date))
        with clock.at(then.day):
            teaching.mark_session(session.pk, marks, actor=then)
    at(teacher)


def _state(place: int, number: int, away: bool) -> tuple[str, int]:
    if number == 1 and away:
        return Presence.AWAY, 0
    if (place + number * 3) % 11 == 0:
        return Presence.LEAVE, 0
    return Presence.PRESENT, 20 if (place * 2 + number) % 9 == 0 else 0


def _feedback(students: list[Enrolment], day: date) -> None:
    for student, (answers, words, language) in zip(students, SAID, strict=False):
        own = at(Viewer(None, "", day, None, own=Own(student.person_id, student.person_id)))
        studies.give_feedback(student.pk, answers, words, language, actor=own)
