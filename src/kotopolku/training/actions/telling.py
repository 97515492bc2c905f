"""Telling those concerned of courses and places: client, worker, organiser, provider. No person is named in a notice.

Not an act itself: the acts of the room call it.
"""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients.access import seeing_all
from kotopolku.clients.models import Responsibility
from kotopolku.desk import recipients
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.training.models import Course, Enrolment

ENROLMENT = "training.enrolment"
COURSE = "training.course"


def tell_workers(kind: str, enrolments: Iterable[Enrolment], *, actor: Viewer, on: date | None = None) -> int:
    """Tells who answers for each client today, or that worker's deputy. Four statements, and those of the notices."""
    rows = list(enrolments)
    today = clock.today()
    with seeing_all(actor):
        answers = {
            row.relationship_id: row
            for row in Responsibility.objects.filter(
                relationship_id__in=[one.relationship_id for one in rows], days__contains=today
            )
        }
        workers = actors.answering_workers(
            [row.worker_id for row in answers.values() if row.worker_id is not None], today
        )
    told = 0
    for one in rows:
        row = answers.get(one.relationship_id)
        worker = workers.get(row.worker_id) if row is not None and row.worker_id is not None else None
        if row is None or worker is None:
            continue
        told += notify(
            kind,
            [worker.user_id],
            actor=actor,
            address=reverse("training:client", args=[one.relationship_id]),
            organisation_id=row.authority_id,
            about=(ENROLMENT, one.pk),
            on=on,
        )
    return told


def tell_clients(kind: str, enrolments: Iterable[Enrolment], *, actor: Viewer, on: date | None = None) -> int:
    """Tells the clients who have a page of their own, and those who act for them. It says nothing of the place or course."""
    told = 0
    for one in enrolments:
        to = recipients.of(one.person_id, "course")
        if to.users:
            told += notify(kind, to.users, actor=actor, address=to.address, about=(ENROLMENT, one.pk), on=on)
    return told


def tell_organiser(kind: str, course: Course, *, actor: Viewer, on: date | None = None) -> int:
    """Tells those who select for the course."""
    with seeing_all(actor):
        users = holders(course.organiser_id, Capability.TRAINING_MANAGE, clock.today())
    return notify(
        kind,
        users,
        actor=actor,
        address=reverse("training:queue", args=[course.pk]),
        organisation_id=course.organiser_id,
        about=(COURSE, course.pk),
        on=on,
    )


def tell_provider(kind: str, course: Course, *, actor: Viewer, on: date | None = None) -> int:
    """Tells those who teach the course."""
    with seeing_all(actor):
        users = holders(course.provider_id, Capability.ATTENDANCE_REPORT, clock.today())
    return notify(
        kind,
        users,
        actor=actor,
        address=reverse("training:course", args=[course.pk]),
        organisation_id=course.provider_id,
        about=(COURSE, course.pk),
        on=on,
    )
