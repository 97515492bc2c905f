"""Courses and places in them over HTTP. Same acts, queries and rights as the pages.

A client is named by the id of the relationship. Not for: attendance (``api_teaching.py``), needs (``api_needs.py``).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.training import access, actions
from kotopolku.training.models import Course, CourseState, Enrolment

router = Router(tags=["training"], auth=Caller())
Limit = Annotated[int, Field(ge=1, le=500)]


class CourseOut(Schema):
    """A course. Levels are codes of the Finnish scale, empty without a bound; `free` are seats that nobody has."""

    id: int
    name: str
    kind: str
    curriculum: str
    track: str
    state: str
    organiser: str
    provider: str
    attending: str
    municipality: str
    address: str
    starts_on: date
    ends_on: date
    entry_from: str
    entry_to: str
    target_level: str
    field: str
    language: str
    support_languages: list[str]
    child_care: bool
    fee_free: bool
    hours: int
    scope: Decimal | None
    seats: int
    free: int
    version: int


class CoursesOut(Schema):
    """A page of courses. `next` is the cursor of the next page, null on the last."""

    courses: list[CourseOut]
    next: str | None


class EnrolmentOut(Schema):
    """A client's way through one course, from the queue to the end."""

    id: int
    course: int
    relationship: int
    case_number: str
    state: str
    entry_level: str
    queued_on: date
    offered_on: date | None
    answer_by: date | None
    answered_on: date | None
    started_on: date | None
    ended_on: date | None
    end_reason: str


class EnrolmentsOut(Schema):
    """A page of enrolments."""

    enrolments: list[EnrolmentOut]
    next: str | None


class QueueIn(Schema):
    """Puts an own client into the queue of a course; `measure`: a measure of the plan that the course carries out."""

    relationship: int
    reason: str = Field(max_length=1000)
    measure: int | None = None


class SeatOfferIn(Schema):
    """Offers a seat. `answer_by` null: by our own target. `reason` is needed for another than the first in the queue."""

    answer_by: date | None = None
    reason: str = Field("", max_length=1000)


class PlaceAnswerIn(Schema):
    """The client's answer to an offered place."""

    accepts: bool
    reason: str = Field("", max_length=1000)


@router.get("/training/courses", response=CoursesOut, summary="Courses")
@api_needs(Capability.TRAINING_VIEW)
def courses(
    request: HttpRequest,
    kind: str = "",
    municipality: str = "",
    open_only: bool = True,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Any:
    """Published courses that have not ended; `open_only=false`: all that the caller may see."""
    viewer = viewer_of(request)
    rows = access.courses(viewer).select_related("organiser", "provider")
    if open_only:
        rows = rows.filter(state=CourseState.PUBLISHED, ends_on__gte=viewer.day)
    if kind:
        rows = rows.filter(kind=kind[:12])
    if municipality:
        rows = rows.filter(municipality=municipality[:3])
    page = page_of(rows, cursor, limit)
    return {"courses": [_course(row) for row in page.rows], "next": page.next}


@router.get("/training/courses/{int:course_id}", response=CourseOut, summary="One course")
@api_needs(Capability.TRAINING_VIEW)
def course(request: HttpRequest, course_id: int) -> Any:
    return _course(access.course(viewer_of(request), course_id))


@router.get(
    "/training/enrolments", response=EnrolmentsOut, summary="Enrolments of own clients and own courses"
)
@api_needs(Capability.TRAINING_VIEW)
def enrolments(
    request: HttpRequest, course: int | None = None, cursor: str | None = None, limit: Limit = 50
) -> Any:
    rows = access.enrolments(viewer_of(request))
    if course is not None:
        rows = rows.filter(course_id=course)
    page = page_of(rows, cursor, limit)
    return {"enrolments": [_enrolment(row) for row in page.rows], "next": page.next}


@router.post(
    "/training/courses/{int:course_id}/queue", response={201: EnrolmentOut}, summary="Put into the queue"
)
@api_needs(Capability.CLIENT_EDIT)
def queue(request: HttpRequest, course_id: int, data: QueueIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    made = actions.queue_client(
        data.relationship,
        course_id,
        data.reason,
        actor=viewer,
        measure_id=data.measure,
        token=token_of(viewer, idempotency_key),
    )
    return Status(201, _enrolment(made))


@router.post("/training/enrolments/{int:enrolment_id}/offer", response=EnrolmentOut, summary="Offer a seat")
@api_needs(Capability.TRAINING_MANAGE)
def offer(request: HttpRequest, enrolment_id: int, data: SeatOfferIn) -> Any:
    """The organiser's act. 422 when every seat is taken or another came earlier and no reason is given."""
    return _enrolment(
        actions.offer_place(
            enrolment_id, actor=viewer_of(request), reason=data.reason, answer_by=data.answer_by
        )
    )


@router.post(
    "/training/enrolments/{int:enrolment_id}/answer", response=EnrolmentOut, summary="Answer an offer"
)
@api_needs(Capability.CLIENT_EDIT)
def answer(request: HttpRequest, enrolment_id: int, data: PlaceAnswerIn) -> Any:
    """What the client answered, as the own worker heard it."""
    return _enrolment(
        actions.answer_offer(enrolment_id, data.accepts, actor=viewer_of(request), reason=data.reason)
    )


def _course(row: Course) -> dict[str, Any]:
    codes = {"organiser": row.organiser.code, "provider": row.provider.code}
    return {name: getattr(row, name) for name in CourseOut.model_fields if name not in codes} | codes


def _enrolment(row: Enrolment) -> dict[str, Any]:
    same = [name for name in EnrolmentOut.model_fields if name not in ("course", "relationship")]
    return {name: getattr(row, name) for name in same} | {
        "course": row.course_id,
        "relationship": row.relationship_id,
    }
