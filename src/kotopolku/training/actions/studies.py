"""Acts on one student's studies: the own study plan in versions, tests by skill, the certificate; feedback by the student.

Not for: attendance (``teaching.py``), the place and its end (``places.py``).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import access as clients
from kotopolku.clients import rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import EditClash, Refusal
from kotopolku.journal.actions import record
from kotopolku.progress import actions as progress
from kotopolku.progress.actions.results import check_levels
from kotopolku.training import access_teaching, studies
from kotopolku.training.feedback import QUESTIONS
from kotopolku.training.models import (
    Certificate,
    Enrolment,
    EnrolmentState,
    Feedback,
    FeedbackGiven,
    StudyPlan,
    TestKind,
    TestResult,
)
from kotopolku.training.queries import studies as queries
from kotopolku.training.queries.levels import lowest

ENROLMENT = "training.enrolment"
TEST = "training.test"
CERTIFICATE = "training.certificate"
MOST_WORDS = 2000
FINISHED = (EnrolmentState.ENDED.value, EnrolmentState.INTERRUPTED.value)


@transaction.atomic
def save_study_plan(
    enrolment_id: int, content: studies.StudyPlanContent, *, actor: Viewer, expected_version: int
) -> StudyPlan:
    """A new version of the student's own study plan; ``expected_version`` 0 for the first. Raises ``EditClash``."""
    enrolment = access_teaching.student(actor, enrolment_id)
    latest = queries.newest_plan(enrolment)
    if (latest.number if latest else 0) != expected_version and latest is not None:
        raise _clash(latest)
    rules.refuse(studies.check_study_plan(content, enrolment.course.curriculum))
    plan = StudyPlan(
        **_of(enrolment),
        number=latest.number + 1 if latest else 1,
        goals=content.goals.strip(),
        guidance=content.guidance.strip(),
        parts=[part.to_json() for part in content.parts],
        made_on=clock.today(),
        made_by_id=actor.user_id,
    )
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        # Two saved the same next version at once: the table takes one of them.
        raise _clash(queries.newest_plan(enrolment) or plan) from None
    record(
        "training.study-plan.saved",
        actor=actor,
        subjects=[enrolment.person_id],
        object=(ENROLMENT, enrolment.pk),
        details={"number": plan.number},
    )
    return plan


def _of(enrolment: Enrolment) -> dict[str, int]:
    """The columns that every row about a student has."""
    return {
        "enrolment_id": enrolment.pk,
        "relationship_id": enrolment.relationship_id,
        "person_id": enrolment.person_id,
        "provider_id": enrolment.provider_id,
    }


def _clash(latest: StudyPlan) -> EditClash:
    who = User.objects.filter(pk=latest.made_by_id or 0).values_list("full_name", flat=True).first() or ""
    theirs = {"goals": latest.goals, "guidance": latest.guidance, "parts": latest.parts}
    return EditClash(theirs=theirs, version=latest.number, who=who, when=latest.made_on)


@transaction.atomic
def record_test(
    enrolment_id: int,
    kind: str,
    levels: Mapping[str, str],
    tested_on: date,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> TestResult:
    """Entry or final test by skill (``progress.Skill`` → code) in the course's language; ``progress`` keeps the levels.

    The lowest skill of the entry test is the level at which the studies began, whatever was known in the queue.
    """
    enrolment = access_teaching.student(actor, enrolment_id)
    if (before := cases.done_before(token, TEST)) is not None:
        return TestResult.objects.get(pk=before)
    language = enrolment.course.language
    found = check_levels(levels, language, tested_on)
    if kind not in TestKind.values:
        found.append(
            Refusal("kind", "required", _("Choose whether it was the entry test or the final test."))
        )
    rules.refuse(found)
    if enrolment.measure_id is not None:
        _report(enrolment, levels, tested_on, actor)
    if kind == TestKind.ENTRY:
        level = lowest(code for code in levels.values() if code)
        enrolment.entry_level, enrolment.entry_rank = (level.code, level.rank) if level else ("", None)
        with clients.seeing_all(actor):
            enrolment.save(update_fields=["entry_level", "entry_rank"])
    result = TestResult.objects.create(
        **_of(enrolment),
        kind=kind,
        language=language,
        **{skill: levels.get(skill, "") for skill in studies.SKILLS},
        tested_on=tested_on,
        recorded_on=clock.today(),
        recorded_by_id=actor.user_id,
    )
    record(
        "training.test.recorded",
        actor=actor,
        subjects=[enrolment.person_id],
        object=(TEST, result.pk),
        details={"kind": kind, "enrolment": enrolment.pk},
        token=token,
    )
    return result


def _report(enrolment: Enrolment, levels: Mapping[str, str], tested_on: date, actor: Viewer) -> None:
    """To the client's authority. One who is no participant of the measure any more is known to the room alone."""
    try:
        progress.report_levels(
            enrolment.measure_id or 0,
            levels,
            language=enrolment.course.language,
            assessed_on=tested_on,
            actor=actor,
        )
    except NotVisible:
        return


@transaction.atomic
def issue_certificate(enrolment_id: int, *, actor: Viewer, token: UUID | None = None) -> Certificate:
    """The certificate of studies that have ended, as they stand now; a new one takes the place of an earlier."""
    enrolment = access_teaching.student(actor, enrolment_id)
    if (before := cases.done_before(token, CERTIFICATE)) is not None:
        return Certificate.objects.get(pk=before)
    if enrolment.state not in FINISHED:
        message = _("The certificate is made when the studies have ended.")
        rules.refuse([Refusal("", "not-ended", message)])
    if queries.newest_plan(enrolment) is None:
        message = _("Write the study plan first: the certificate takes what was completed from it.")
        rules.refuse([Refusal("", "no-plan", message)])
    content = queries.certificate_content(enrolment, actor)
    certificate = Certificate.objects.create(
        **_of(enrolment),
        number=Certificate.objects.filter(enrolment=enrolment).count() + 1,
        content=content.to_json(),
        issued_on=clock.today(),
        issued_by_id=actor.user_id,
    )
    record(
        "training.certificate.issued",
        actor=actor,
        subjects=[enrolment.person_id],
        object=(CERTIFICATE, certificate.pk),
        token=token,
    )
    return certificate


@transaction.atomic(savepoint=False)
def open_certificate(enrolment_id: int, *, actor: Viewer) -> Certificate:
    """The newest certificate, for the provider or for the client's own authority; a look is journalled."""
    if actor.may(Capability.ATTENDANCE_REPORT):
        enrolment = access_teaching.student(actor, enrolment_id)
    else:
        require(actor, Capability.CLIENT_VIEW)
        enrolment = queries.of_own_client(actor, enrolment_id)
    certificate = queries.newest_certificate(enrolment)
    if certificate is None:
        raise NotVisible
    record(
        "training.certificate.opened",
        actor=actor,
        subjects=[certificate.person_id],
        object=(CERTIFICATE, certificate.pk),
    )
    return certificate


@transaction.atomic(savepoint=False)
def show_student(enrolment_id: int, *, actor: Viewer) -> "queries.StudentCard":
    """All that the provider may know of one student, looked at and so journalled (681/2023 §94)."""
    card = queries.student_card(actor, enrolment_id)
    record(
        "training.student.looked",
        actor=actor,
        subjects=[card.enrolment.person_id],
        object=(ENROLMENT, card.enrolment.pk),
    )
    return card


@transaction.atomic(savepoint=False)
def record_look(enrolment: Enrolment, *, actor: Viewer) -> None:
    """Somebody has looked at the studies of a student: the client's own authority, or who acts for the client."""
    record(
        "training.studies.looked",
        actor=actor,
        subjects=[enrolment.person_id],
        object=(ENROLMENT, enrolment.pk),
    )


@transaction.atomic
def give_feedback(
    enrolment_id: int, answers: Sequence[int], words: str, language: str, *, actor: Viewer
) -> None:
    """The student's own, once. What is said is kept without the student; only that something was said is kept with.

    The journal names the enrolment, never the answer. Raises ``NotVisible``, ``Refusals``.
    """
    require(actor, Capability.OWN_PATH)
    enrolment = queries.own_enrolment(actor, enrolment_id)
    found = []
    if len(answers) != len(QUESTIONS) or any(one not in range(1, 6) for one in answers):
        found.append(Refusal("", "required", _("Answer each of the five questions.")))
    if len(words) > MOST_WORDS:
        found.append(Refusal("words", "too-long", _("Write at most 2,000 characters.")))
    rules.refuse(found)
    with clients.seeing_all(actor):
        _row, is_first = FeedbackGiven.objects.get_or_create(
            enrolment=enrolment,
            defaults={
                "relationship_id": enrolment.relationship_id,
                "person_id": enrolment.person_id,
                "given_on": clock.today(),
            },
        )
        if not is_first:
            rules.refuse([Refusal("", "given", GIVEN)])
        Feedback.objects.bulk_create(
            [
                Feedback(
                    id=uuid4(),
                    course_id=enrolment.course_id,
                    answers=list(answers),
                    words=words.strip(),
                    language=language,
                )
            ]
        )
    record(
        "training.feedback.given",
        actor=actor,
        subjects=[enrolment.person_id],
        object=(ENROLMENT, enrolment.pk),
    )


GIVEN = _("You have already told what you think of this course. Thank you.")
