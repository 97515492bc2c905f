"""Stands up courses for tests: an organiser, a provider, a client with a plan and a level, a published course."""

from datetime import date, time
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.progress import actions as progress
from kotopolku.training import actions
from kotopolku.training.models import Course, Enrolment
from kotopolku.training.rules import CourseContent, Slot

ON = date(2026, 11, 23)
AREA, KAJAANI = "tyo-43", "kunta-205"
STARTED = date(2026, 6, 1)


def leader(code: str = AREA, on: date = ON) -> Viewer:
    """A team leader of an authority that buys training: plans, selects, and handles clients."""
    return make.worker(code, on, role=Role.TEAM_LEADER)


def buyer(code: str = AREA, on: date = ON) -> Viewer:
    """A procurement officer: plans and selects, opens no client."""
    return make.worker(code, on, role=Role.PROCUREMENT_OFFICER)


def school(actor: Viewer, name: str = "Esimerkkiopisto") -> tuple[Organisation, Viewer]:
    """A provider and its teacher."""
    with make.working(actor) as at_work:
        organisation = actors.add_provider(actor=at_work, name_fi=name, first=date(2020, 1, 1))
    return organisation, make.worker(organisation.code, actor.day, role=Role.PROVIDER)


def content(provider: Organisation, **changes: Any) -> CourseContent:
    values: dict[str, Any] = {
        "provider_id": provider.pk,
        "name": "Kotoutumiskoulutus, peruspolku",
        "kind": "integration",
        "curriculum": "integration-2022",
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 5, 28),
        "seats": 2,
        "track": "basic",
        "target_level": "B1.1",
        "entry_from": "A1.1",
        "entry_to": "A2.1",
        "municipality": "092",
        "address": "Esimerkkikatu 1",
        "slots": (Slot(1, time(9), time(14)), Slot(3, time(9), time(14))),
    }
    return CourseContent(**(values | changes))


def course(actor: Viewer, provider: Organisation, *, published: bool = True, **changes: Any) -> Course:
    """A course of the actor's organisation."""
    with make.working(actor) as at_work:
        made = actions.plan_course(content(provider, **changes), actor=at_work)
        return actions.publish_course(made.pk, actor=at_work) if published else made


def client(worker: Viewer, *, level: str = "A1.3", plan: bool = True) -> Relationship:
    """A client whom the worker answers for, with a plan made and a level found."""
    with make.working(worker, STARTED) as earlier:
        relationship = make.client(earlier, worker_id=earlier.user_id)
        if plan:
            make.assessed(relationship, earlier, started=STARTED, done=STARTED)
            make.planned(relationship, earlier, made=STARTED, signed=STARTED)
    with make.working(worker) as at_work:
        if level:
            progress.record_levels(
                relationship.pk,
                {"speaking": level, "reading": "B1.1"},
                language="fi",
                basis="test",
                source="",
                assessed_on=STARTED,
                actor=at_work,
            )
    return relationship


def queued(worker: Viewer, relationship: Relationship, of: Course, **more: Any) -> Enrolment:
    with make.working(worker) as at_work:
        return actions.queue_client(relationship.pk, of.pk, "Sopiva taso.", actor=at_work, **more)


def offered(organiser: Viewer, row: Enrolment, reason: str = "Sopii ryhmään.") -> Enrolment:
    with make.working(organiser) as at_work:
        return actions.offer_place(row.pk, actor=at_work, reason=reason)


def accepted(worker: Viewer, row: Enrolment) -> Enrolment:
    with make.working(worker) as at_work:
        return actions.answer_offer(row.pk, True, actor=at_work)


def studying(organiser: Viewer, worker: Viewer, of: Course, on: date) -> Enrolment:
    """A client of the worker who has begun in the course; the course must have begun by ``on``."""
    row = accepted(worker, offered(organiser, queued(worker, client(worker), of)))
    with make.working(organiser, on) as at_work:
        return actions.start_student(row.pk, on, actor=at_work)
