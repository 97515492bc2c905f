"""Stands up many clients with plans, and students of a course that is over, for tests of needs and results."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Goal, Measure, Person, Plan, Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.progress.models import FollowUp
from kotopolku.training.models import Course, Enrolment, TestResult

ON = date(2026, 11, 23)


def planned(
    worker: Viewer, number: int, *, made_on: date, kind: str = "language", **measure: Any
) -> list[Plan]:
    """So many clients of Vantaa with a plan of one measure."""
    with rowsecurity.as_system():
        before = Relationship.objects.order_by("-id").values_list("pk", flat=True).first() or 0
        make.many(worker, number)
        made = []
        for relationship in Relationship.objects.filter(pk__gt=before):
            plan = Plan.objects.create(
                relationship=relationship, status="in-force", drafted_on=made_on, made_on=made_on
            )
            goal = Goal.objects.create(plan=plan, title="Kieli")
            Measure.objects.create(plan=plan, goal=goal, kind=kind, title="Koulutus", **measure)
            made.append(plan)
    return made


def studied(
    of: Course,
    plans: list[Plan],
    *,
    reached: int,
    dropped: int = 0,
    education: str = "",
    at_work: int = 0,
) -> None:
    """Students of a course that is over: the first ``reached`` at the target, the last ``dropped`` left early."""
    with rowsecurity.as_system():
        for number, plan in enumerate(plans):
            left = number >= len(plans) - dropped
            person = plan.relationship.person
            Person.objects.filter(pk=person.pk).update(education=education)
            row = Enrolment.objects.create(
                course=of,
                relationship=plan.relationship,
                person=person,
                organiser_id=of.organiser_id,
                provider_id=of.provider_id,
                case_number=plan.relationship.case_number,
                entry_level="A1.1",
                entry_rank=1,
                state="interrupted" if left else "ended",
                queued_on=of.starts_on - timedelta(days=30),
                started_on=of.starts_on,
                ended_on=of.ends_on - timedelta(days=60 if left else 0),
                end_reason="health" if left else "completed",
            )
            level = "B1.1" if number < reached else "A2.2"
            if not left:
                TestResult.objects.create(
                    enrolment=row,
                    relationship=plan.relationship,
                    person=person,
                    provider_id=of.provider_id,
                    kind="final",
                    language="fi",
                    speaking=level,
                    reading="B1.2",
                    tested_on=of.ends_on,
                    recorded_on=of.ends_on,
                )
            if number < at_work:
                FollowUp.objects.create(
                    relationship=plan.relationship,
                    person=person,
                    rule="O-L3",
                    months=3,
                    due_on=of.ends_on + timedelta(days=90),
                    answered_on=of.ends_on + timedelta(days=92),
                    situation="employed",
                    source="client",
                )


def statements() -> Any:
    """Counts statements of a block."""
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)
