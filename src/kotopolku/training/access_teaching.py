"""A provider's way to its sessions and students, and no further; row security stands under it.

Not for: what may be told of a student (``provider_items.py``), courses themselves (``access.py``).
"""

from datetime import timedelta

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.training.models import STUDENT, CourseSession, Enrolment, EnrolmentState

KNOWN_AFTER_DAYS = 62
"""So long after the end of the studies can the provider still write what belongs to them, as the names' function has it."""


def taught_session(viewer: Viewer, session_id: int) -> CourseSession:
    """A session of the provider's own course, with the course. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.ATTENDANCE_REPORT)
    found = (
        CourseSession.objects.select_related("course")
        .filter(pk=session_id, course__provider_id=viewer.organisation_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def attending(session: CourseSession) -> "QuerySet[Enrolment]":
    """Enrolments whose studies were going on that day."""
    on = session.date
    return Enrolment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=on),
        course_id=session.course_id,
        state__in=[state for state in STUDENT if state != EnrolmentState.ACCEPTED],
        started_on__lte=on,
    )


def student(viewer: Viewer, enrolment_id: int) -> Enrolment:
    """The provider's own student, with course. Raises ``MissingCapability``, ``NotVisible``.

    Not one who has only accepted a place in another's course, nor one whose studies ended long ago.
    """
    require(viewer, Capability.ATTENDANCE_REPORT)
    rows = Enrolment.objects.select_related("course", "provider").filter(
        Q(ended_on=None) | Q(ended_on__gte=viewer.day - timedelta(days=KNOWN_AFTER_DAYS)),
        pk=enrolment_id,
        provider_id=viewer.organisation_id,
        state__in=STUDENT,
    )
    found = rows.first()
    if found is None:
        raise NotVisible
    return found
