"""Stands up what this room's tests need: a client with a plan, a provider with that client as participant."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors.models import Organisation
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Measure, Relationship
from kotopolku.clients.rules import MeasureProgress
from kotopolku.clients.tests import factories as make
from kotopolku.progress.rules import Attendance

TODAY = date(2026, 11, 23)
LAST_MONTH = date(2026, 10, 1)
STARTED = date(2026, 9, 1)


@dataclass(frozen=True)
class Course:
    """One client of Vantaa in a course of a provider. Viewers apply no row security by themselves."""

    worker: Viewer
    leader: Viewer
    provider: Viewer
    relationship: Relationship
    measure: Measure


def provider(leader: Viewer, name: str = "Esimerkkiopisto") -> tuple[Organisation, Viewer]:
    """A training provider and somebody who reports for it."""
    with make.working(leader) as at_work:
        organisation = actors.add_provider(actor=at_work, name_fi=name, first=date(2020, 1, 1))
    return organisation, make.worker(organisation.code, leader.day, role=Role.PROVIDER)


def course(**changes: Any) -> Course:
    """The measure is under way since the beginning of September."""
    worker = make.worker("kunta-092", TODAY)
    leader = make.worker("kunta-092", TODAY, role=Role.TEAM_LEADER)
    organisation, reporter = provider(leader)
    relationship, measure = participant(worker, organisation, **changes)
    return Course(worker, leader, reporter, relationship, measure)


def participant(
    worker: Viewer, organisation: Organisation, title: str = "", **changes: Any
) -> tuple[Relationship, Measure]:
    """A client of the worker with a plan whose first measure is the provider's."""
    with make.working(worker) as at_work:
        relationship = make.client(at_work, started_on=STARTED, worker_id=worker.user_id, **changes)
        make.assessed(relationship, at_work, started=STARTED, done=STARTED + timedelta(days=2))
        plan = make.planned(relationship, at_work, made=STARTED + timedelta(days=3))
        measure = Measure.objects.filter(plan=plan).order_by("id").first()
        assert measure is not None
        plan.refresh_from_db()
        measure = clients.record_measure_progress(
            relationship.pk,
            measure.pk,
            MeasureProgress(
                state="under-way", starts_on=STARTED, hours_planned=600, provider_id=organisation.pk
            ),
            actor=at_work,
            expected_version=plan.version,
        )
    return relationship, measure


def month(
    measure: Measure, attended: float = 90, absent: float = 0, days: int = 0, **changes: Any
) -> Attendance:
    """100 planned hours of the last month."""
    values: dict[str, Any] = {
        "measure_id": measure.pk,
        "month": LAST_MONTH,
        "hours_planned": Decimal(100),
        "hours_attended": Decimal(str(attended)),
        "hours_absent": Decimal(str(absent)),
        "longest_absence": days,
    }
    return Attendance(**(values | changes))
