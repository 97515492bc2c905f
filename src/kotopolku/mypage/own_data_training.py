"""What is stored about the client's training, for ``own_data.py``: courses, wishes, study plans, attendance, tests.

Not for: feedback, which is kept without the student; only that it was given is told.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.mypage import access, wording, wording_courses
from kotopolku.training.models import (
    Certificate,
    Enrolment,
    EnrolmentState,
    FeedbackGiven,
    SessionMark,
    StudyPlan,
    TestResult,
)
from kotopolku.training.queries.studies import OwnStudies, own_studies

Rows = tuple[tuple[str, str], ...]
_ENROLMENT = (
    "state",
    "wished_on",
    "wish_words",
    "wish_answer",
    "queued_on",
    "queue_reason",
    "entry_level",
    "offered_on",
    "offer_reason",
    "answer_by",
    "answered_on",
    "answer_reason",
    "started_on",
    "ended_on",
    "end_reason",
    "end_note",
)
_TEST = ("kind", "language", "listening", "speaking", "reading", "writing", "tested_on")


def _enrolments(viewer: Viewer) -> "QuerySet[Enrolment]":
    rows = Enrolment.objects.filter(person_id=access.own_person_id(viewer))
    return rows.select_related("course__provider", "course__organiser").order_by("-id")


def course_rows(viewer: Viewer) -> Rows:
    """Every course that the client has wished for, waited for, been offered or studied. One statement."""
    return tuple((row.course.name, "\n".join(_steps(row))) for row in _enrolments(viewer))


def _steps(row: Enrolment) -> Iterator[str]:
    yield row.course.provider.name
    if row.wished_on:
        yield _("You wished for this: %(day)s") % {"day": wording.day(row.wished_on)}
    if row.wish_words:
        yield row.wish_words
    if row.wish_answer:
        yield f"{_('Your worker has answered:')} {row.wish_answer}"
    if row.queue_reason:
        yield _("In the queue since: %(day)s") % {"day": wording.day(row.queued_on)}
    if row.offered_on:
        yield _("A place was offered: %(day)s") % {"day": wording.day(row.offered_on)}
    if row.answered_on and row.offered_on:
        yield _("Answered: %(day)s") % {"day": wording.day(row.answered_on)}
    if row.started_on:
        yield wording.span(row.started_on, row.ended_on)
    if row.state in (EnrolmentState.ENDED, EnrolmentState.INTERRUPTED, EnrolmentState.EXPIRED):
        yield wording_courses.state(row)


def study_rows(viewer: Viewer) -> Rows:
    """Hours, study plan, tests and certificate of each course that has begun. Four statements for each."""
    return tuple(pair for one in own_studies(viewer) for pair in _study_lines(one))


def _study_lines(one: OwnStudies) -> Iterator[tuple[str, str]]:
    name = one.enrolment.course.name
    if one.hours.held:
        hours = {"attended": one.hours.attended_hours, "leave": one.hours.leave_hours}
        words = _(
            "%(attended)s hours there, %(leave)s hours away with leave, %(away)s hours away without leave"
        )
        yield name, words % (hours | {"away": one.hours.away_hours})
    if one.plan:
        yield _("My study plan"), "\n".join(filter(None, (one.plan.plan.goals, one.plan.plan.guidance)))
    for on, kind, words in one.test_lines:
        yield f"{kind.capitalize()}, {wording.day(on)}", words
    if one.certificate:
        yield _("Certificate"), wording.day(one.certificate.issued_on)
    if not one.asks_feedback:
        yield (
            _("Feedback"),
            _("You have told what you think of this course. Your answer is kept without your name."),
        )


def as_data(viewer: Viewer) -> list[dict[str, Any]]:
    """The same and each session as plain values. Six statements, however many courses."""
    rows = list(_enrolments(viewer))
    marks = SessionMark.objects.filter(enrolment__in=rows).select_related("session").order_by("session__date")
    plans = StudyPlan.objects.filter(enrolment__in=rows).order_by("number")
    tests = TestResult.objects.filter(enrolment__in=rows).order_by("id")
    papers = Certificate.objects.filter(enrolment__in=rows).order_by("number")
    given: dict[int, date] = dict(
        FeedbackGiven.objects.filter(enrolment__in=rows).values_list("enrolment_id", "given_on")
    )
    return [
        {
            "course": row.course.name,
            "provider": row.course.provider.name,
            "organiser": row.course.organiser.name,
        }
        | {name: getattr(row, name) for name in _ENROLMENT}
        | {
            "attendance": [
                {
                    "date": one.session.date,
                    "starts": one.session.starts,
                    "ends": one.session.ends,
                    "state": one.state,
                    "late_minutes": one.late_minutes,
                }
                for one in marks
                if one.enrolment_id == row.pk
            ],
            "study_plans": [
                {
                    "number": one.number,
                    "made_on": one.made_on,
                    "goals": one.goals,
                    "guidance": one.guidance,
                    "parts": one.parts,
                }
                for one in plans
                if one.enrolment_id == row.pk
            ],
            "tests": [
                {name: getattr(one, name) for name in _TEST} for one in tests if one.enrolment_id == row.pk
            ],
            "certificates": [
                {"number": one.number, "issued_on": one.issued_on, "content": one.content}
                for one in papers
                if one.enrolment_id == row.pk
            ],
            "feedback_given_on": given.get(row.pk),
        }
        for row in rows
    ]
