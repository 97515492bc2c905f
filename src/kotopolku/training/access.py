"""The only way from a viewer to courses and enrolments, and from an id to one of them. Row security stands under it.

A published course is everybody's to see; an enrolment is the client's own authority's and the organiser's, and from the
day the place was accepted the provider's. Not for: what may be done with them (capabilities, ``access.gate``).
"""

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Responsibility
from kotopolku.training.models import STUDENT, Course, CourseState, Enrolment


def courses(viewer: Viewer) -> "QuerySet[Course]":
    """Courses that are not drafts, and drafts of the viewer's own organisation as organiser or provider."""
    if viewer.system:
        return Course.objects.all()
    own = Q(organiser_id=viewer.organisation_id) | Q(provider_id=viewer.organisation_id)
    return Course.objects.filter(own | ~Q(state=CourseState.DRAFT))


def course(viewer: Viewer, course_id: int, *, lock: bool = False) -> Course:
    """One course. Raises ``NotVisible``."""
    rows = courses(viewer).select_related("organiser", "provider")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=course_id).first()
    if found is None:
        raise NotVisible
    return found


def organises(viewer: Viewer, of: Course) -> bool:
    """Whether the viewer plans and selects for the course: it is the own organisation's, and the right is there."""
    return viewer.may(Capability.TRAINING_MANAGE) and (
        bool(viewer.system) or of.organiser_id == viewer.organisation_id
    )


def own_course(viewer: Viewer, course_id: int, *, lock: bool = False) -> Course:
    """A course of the viewer's own organisation as organiser. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.TRAINING_MANAGE)
    found = course(viewer, course_id, lock=lock)
    if not organises(viewer, found):
        raise NotVisible
    return found


def managed_course(viewer: Viewer, course_id: int) -> Course:
    """A course whose meetings the viewer may change, as organiser or provider. Raises as ``own_course`` does."""
    found = course(viewer, course_id)
    teaches = viewer.may(Capability.ATTENDANCE_REPORT) and found.provider_id == viewer.organisation_id
    return found if teaches else own_course(viewer, course_id)


def taught_courses(viewer: Viewer) -> "QuerySet[Course]":
    """Courses that the viewer's organisation teaches. Raises ``MissingCapability``."""
    require(viewer, Capability.ATTENDANCE_REPORT)
    return Course.objects.filter(provider_id=viewer.organisation_id)


def taught_course(viewer: Viewer, course_id: int) -> Course:
    """A course that the viewer's organisation teaches. Raises ``MissingCapability``, ``NotVisible``."""
    found = taught_courses(viewer).select_related("organiser", "provider").filter(pk=course_id).first()
    if found is None:
        raise NotVisible
    return found


def enrolments(viewer: Viewer) -> "QuerySet[Enrolment]":
    """Enrolments that the viewer may see: of own clients, of own courses, the client's own, the provider's students."""
    if viewer.system:
        return Enrolment.objects.all()
    if viewer.own is not None:
        return Enrolment.objects.filter(person_id=viewer.own.person_id)
    answered = Responsibility.objects.filter(
        authority_id=viewer.organisation_id, days__contains=viewer.day
    ).values("relationship_id")
    seen = Q(provider_id=viewer.organisation_id, state__in=STUDENT)
    if viewer.may(Capability.TRAINING_MANAGE):
        seen |= Q(organiser_id=viewer.organisation_id)
    if viewer.may(Capability.CLIENT_VIEW):
        seen |= Q(relationship_id__in=answered)
    return Enrolment.objects.filter(seen)


def enrolment(viewer: Viewer, enrolment_id: int) -> Enrolment:
    """One enrolment with its course. Raises ``NotVisible``."""
    found = (
        enrolments(viewer)
        .select_related("course__provider", "course__organiser")
        .filter(pk=enrolment_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def of_client(relationship_id: int) -> "QuerySet[Enrolment]":
    """A client's enrolments, the newest first. The case was opened before."""
    rows = Enrolment.objects.filter(relationship_id=relationship_id)
    return rows.select_related("course__provider", "course__organiser").order_by("-id")
