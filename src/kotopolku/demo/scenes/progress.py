"""Measures followed in the demo world: courses with attendance, an absence to look into, levels, a colleague away."""

from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import actions as clients
from kotopolku.clients import queries as client_queries
from kotopolku.clients.access import latest_plan, responsibilities
from kotopolku.clients.models import Measure, PlanStatus
from kotopolku.clients.rules import MeasureProgress
from kotopolku.demo.scenes import ActorOf
from kotopolku.progress import actions
from kotopolku.progress.rules import Attendance, first_of, months_back

CLIENTS_EACH = 3
HOURS = Decimal(120)
ATTENDED = (Decimal(112), Decimal(96), Decimal(70))
LEVELS = (("A1.3", "A2.1"), ("A2.2", "A2.1"), ("A2.1", "B1.1"))
"""Speaking half a year ago and now; the second is a fall that the pages point out."""


def play(actor_of: ActorOf, day: date) -> None:
    for username in ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani"):
        viewer = actor_of(username)
        _clients(viewer, day)
        if viewer.may(Capability.TEAM_LEAD):
            _absence(viewer, day)


def _clients(viewer: Viewer, day: date) -> None:
    """The persona's first clients with a plan in force: the first measure is a course that goes on."""
    school = Organisation.objects.filter(kind="provider").order_by("id").first()
    rows = responsibilities(viewer).filter(
        worker_id=viewer.user_id, ended_on=None, plan_ended_on=None, planned_on__lte=day - timedelta(days=60)
    )
    for number, row in enumerate(rows.order_by("id")[:CLIENTS_EACH]):
        plan = latest_plan(row.relationship_id)
        measure = Measure.objects.filter(plan=plan, removed=False).order_by("position", "id").first()
        if plan is None or plan.status != PlanStatus.IN_FORCE or plan.made_on is None or measure is None:
            continue
        clients.record_measure_progress(
            row.relationship_id,
            measure.pk,
            MeasureProgress(
                state="under-way",
                starts_on=measure.starts_on or plan.made_on,
                ends_on=day + timedelta(days=60),
                hours_planned=700,
                provider_id=school.pk if school else None,
                result=measure.result,
            ),
            actor=viewer,
            expected_version=plan.version,
        )
        _months(viewer, row.relationship_id, measure.pk, number, day)
        for speaking, on in zip(
            LEVELS[number], (day - timedelta(days=180), day - timedelta(days=7)), strict=True
        ):
            actions.record_levels(
                row.relationship_id,
                {"speaking": speaking, "reading": "A2.1"},
                language="fi",
                basis="test",
                source="Esimerkkiopisto",
                assessed_on=on,
                actor=viewer,
            )


def _months(viewer: Viewer, relationship_id: int, measure_id: int, number: int, day: date) -> None:
    """Two whole months; the last client has been away too long in the latter."""
    newest, before = months_back(first_of(day), 3)[1:]
    for month, missed in ((before, False), (newest, number == CLIENTS_EACH - 1)):
        actions.record_attendance(
            relationship_id,
            Attendance(
                measure_id=measure_id,
                month=month,
                hours_planned=HOURS,
                hours_attended=ATTENDED[number],
                hours_absent=Decimal(30) if missed else Decimal(0),
                longest_absence=5 if missed else 0,
                last_attended_on=month + timedelta(days=8) if missed else None,
            ),
            actor=viewer,
        )


def _absence(viewer: Viewer, day: date) -> None:
    """A colleague is away this week, and the persona does the work."""
    others = [user_id for user_id, _name in client_queries.workers(viewer) if user_id != viewer.user_id]
    if others and viewer.user_id is not None:
        clients.write_absence(others[0], viewer.user_id, day, day + timedelta(days=4), actor=viewer)
