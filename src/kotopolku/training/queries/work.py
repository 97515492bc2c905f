"""What waits for somebody at courses: for My work. Not for: the deadlines of a client's path (``clients``)."""

from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.placement.queries.my_work import Todo
from kotopolku.training import access
from kotopolku.training.models import CourseState, Enrolment, EnrolmentState
from kotopolku.training.queries.courses import stopped

ANSWER_WISH_DAYS = 7
"""In so many days a wish is answered. Our own target."""


MOST_LISTED = 50


def todo(viewer: Viewer, limit: int = MOST_LISTED) -> list[Todo]:
    """Wishes and offers of own clients that wait for an answer, and studies that a decision stopped; for who selects, free
    seats with a queue. Five statements at most.
    """
    found = []
    if viewer.may(Capability.CLIENT_VIEW):
        found = _wished(viewer) + _unanswered(viewer) + _stopped(viewer)
    if viewer.may(Capability.TRAINING_MANAGE):
        found += _to_select(viewer)
    return sorted(found, key=lambda one: one.due or date.max)[:limit]


def _own_clients(viewer: Viewer, state: EnrolmentState) -> "QuerySet[Enrolment]":
    """Enrolments in the state of the clients whom the viewer, or somebody the viewer stands in for, handles."""
    rows = access.enrolments(viewer).filter(
        state=state,
        relationship__responsibilities__worker_id__in=viewer.workers,
        relationship__responsibilities__authority_id=viewer.organisation_id,
        relationship__responsibilities__days__contains=viewer.day,
    )
    return rows.select_related("course")


def _wished(viewer: Viewer) -> list[Todo]:
    rows = _own_clients(viewer, EnrolmentState.WISHED).order_by("wished_on", "id")[:MOST_LISTED]
    return [
        Todo(
            _("A client wishes for a course: %(course)s") % {"course": row.course.name},
            _("Put into the queue, or answer why not"),
            min((row.wished_on or viewer.day) + timedelta(days=ANSWER_WISH_DAYS), row.course.starts_on),
            reverse("training:client", args=[row.relationship_id]),
        )
        for row in rows
    ]


def _unanswered(viewer: Viewer) -> list[Todo]:
    rows = _own_clients(viewer, EnrolmentState.OFFERED).order_by("answer_by", "id")[:MOST_LISTED]
    return [
        Todo(
            _("Course place offered: %(course)s") % {"course": row.course.name},
            _("The client has not answered"),
            row.answer_by,
            reverse("training:client", args=[row.relationship_id]),
        )
        for row in rows
    ]


def _stopped(viewer: Viewer) -> list[Todo]:
    return [
        Todo(
            _("Interrupt the studies: %(course)s") % {"course": one.enrolment.course.name},
            _("So it was decided of the absence"),
            one.process.decided_on,
            reverse("training:client-interrupt", args=[one.enrolment.relationship_id, one.enrolment.pk]),
        )
        for one in stopped(_own_clients(viewer, EnrolmentState.STARTED))
    ]


def _to_select(viewer: Viewer) -> list[Todo]:
    rows = list(
        access.courses(viewer)
        .filter(
            organiser_id=viewer.organisation_id,
            state=CourseState.PUBLISHED,
            ends_on__gte=viewer.day,
            taken__lt=F("seats"),
            enrolments__state=EnrolmentState.QUEUED,
        )
        .distinct()
        .order_by("starts_on", "id")[:MOST_LISTED]
    )
    return [
        Todo(
            _("Choose for the free seats of %(course)s") % {"course": one.name},
            _("Free seats, and clients in the queue"),
            one.starts_on,
            reverse("training:queue", args=[one.pk]),
        )
        for one in rows
    ]
