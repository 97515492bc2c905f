"""Appointments over HTTP: list, one, booking, moving, cancelling, how it went. The pages' actions, queries and rights.

Times are ISO 8601; without an offset they are Finnish. The place of a client under a non-disclosure order is given only
when it is the office.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AfterValidator

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.appointments import access, actions, queries
from kotopolku.appointments.models import AskedSex, InterpretingWay, State, Topic, Way
from kotopolku.appointments.queries import Meeting
from kotopolku.appointments.rules import Slot
from kotopolku.clock import HELSINKI

router = Router(tags=["appointments"], auth=Caller())

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


def _of_our_time(at: datetime) -> datetime:
    if not FIRST_DAY.year <= at.year < LAST_DAY.year:
        raise ValueError("the year must be from 2000 to 2199")
    return at


Moment = Annotated[datetime, AfterValidator(_of_our_time)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class ParticipantOut(Schema):
    """One client at an appointment. `answer` is empty, `comes` or `other-time`."""

    id: int
    client: int
    case_number: str
    name: str
    state: str
    answer: str
    wish: str


class OrderOut(Schema):
    """An interpreter order."""

    id: int
    language: str
    sex: str
    way: str
    provider: str
    state: str


class AppointmentOut(Schema):
    """An appointment of the own authority. `capacity` is null for an appointment of one client."""

    id: int
    topic: str
    starts_at: datetime
    ends_at: datetime
    way: str
    place: str
    info: str
    capacity: int | None
    cancelled: bool
    version: int
    workers: list[int]
    participants: list[ParticipantOut]
    interpreters: list[OrderOut]


class AppointmentsOut(Schema):
    """One page; `next` is the cursor of the next, null on the last."""

    appointments: list[AppointmentOut]
    next: str | None


class InterpreterIn(Schema):
    language: str = Field(max_length=10)
    way: InterpretingWay = InterpretingWay.PRESENT
    sex: AskedSex = AskedSex.ANY
    provider: str = Field("", max_length=200)


class TimeIn(Schema):
    """When, where and with whom. `confirmed` accepts a double booking or a day off."""

    topic: Topic
    starts_at: Moment
    ends_at: Moment
    way: Way = Way.OFFICE
    room: str = Field("", max_length=100)
    place: str = Field("", max_length=200)
    info: str = Field("", max_length=1000)
    workers: list[int] = Field(min_length=1, max_length=50)
    capacity: int | None = Field(None, ge=1, le=500)
    confirmed: bool = False


class AppointmentIn(TimeIn):
    """`clients` are ids of clients of the own authority: one, or up to `capacity` in a group."""

    clients: list[int] = Field(max_length=500)
    interpreter: InterpreterIn | None = None


class ChangeIn(TimeIn):
    version: int


class CancelIn(Schema):
    reason: str = Field("", max_length=300)
    cancel_interpreters: bool = True


class ResultIn(Schema):
    state: State
    note: str = Field("", max_length=2000)


@router.get("/appointments", response=AppointmentsOut, summary="Appointments of the own authority")
@api_needs(Capability.CLIENT_VIEW)
def appointments(
    request: HttpRequest,
    first: Day | None = None,
    last: Day | None = None,
    scope: str = "own",
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Any:
    """Those that begin on the days `first` to `last` (today and 30 days on), by id. `scope`: own, team, organisation."""
    viewer = viewer_of(request)
    begin = first or viewer.day
    end = last or begin + timedelta(days=30)
    scope = scope if scope in access.SCOPES else "own"
    rows = access.appointments(viewer).filter(access.in_scope(viewer, scope))
    rows = rows.filter(
        starts_at__gte=queries.midnight(begin), starts_at__lt=queries.midnight(end + timedelta(days=1))
    )
    page = page_of(rows, cursor, limit)
    found = queries.meetings(rows.filter(pk__in=[row.pk for row in page.rows]).order_by("pk"), viewer.day)
    _looked(viewer, found)
    return {"appointments": [_out(row) for row in found], "next": page.next}


@router.get("/appointments/{int:appointment_id}", response=AppointmentOut, summary="One appointment")
@api_needs(Capability.CLIENT_VIEW)
def appointment(request: HttpRequest, appointment_id: int) -> Any:
    """404 for one of another authority, as for one that does not exist."""
    viewer = viewer_of(request)
    found = queries.meeting(viewer, appointment_id)
    _looked(viewer, [found])
    return _out(found)


@router.post("/appointments", response={201: AppointmentOut}, summary="Book an appointment")
@api_needs(Capability.CLIENT_EDIT)
def book(request: HttpRequest, data: AppointmentIn, idempotency_key: Key) -> Any:
    """The header `Idempotency-Key` names this call: sent again, it returns the first appointment and writes nothing."""
    viewer = viewer_of(request)
    wanted = data.interpreter
    order = actions.OrderContent(wanted.language, wanted.way, wanted.sex, wanted.provider) if wanted else None
    made = actions.book_appointment(
        _details(data),
        data.clients,
        actor=viewer,
        interpreter=order,
        confirmed=data.confirmed,
        token=token_of(viewer, idempotency_key),
    )
    return Status(201, _out(queries.meeting(viewer, made.pk)))


@router.post(
    "/appointments/{int:appointment_id}/move",
    response=AppointmentOut,
    summary="Move or change an appointment",
)
@api_needs(Capability.CLIENT_EDIT)
def move(request: HttpRequest, appointment_id: int, data: ChangeIn, idempotency_key: Key) -> Any:
    """`version` is the one that was read; 409 when somebody has changed the appointment since."""
    viewer = viewer_of(request)
    made = actions.change_appointment(
        appointment_id,
        _details(data),
        actor=viewer,
        expected_version=data.version,
        confirmed=data.confirmed,
        token=token_of(viewer, idempotency_key),
    )
    return _out(queries.meeting(viewer, made.pk))


@router.post(
    "/appointments/{int:appointment_id}/cancel",
    response=AppointmentOut,
    summary="Cancel an appointment",
)
@api_needs(Capability.CLIENT_EDIT)
def cancel(request: HttpRequest, appointment_id: int, data: CancelIn, idempotency_key: Key) -> Any:
    """For everybody. Open interpreter orders are cancelled with it unless told otherwise."""
    viewer = viewer_of(request)
    made = actions.cancel_appointment(
        appointment_id,
        data.reason,
        actor=viewer,
        cancel_orders=data.cancel_interpreters,
        token=token_of(viewer, idempotency_key),
    )
    return _out(queries.meeting(viewer, made.pk))


@router.post(
    "/appointments/participants/{int:participant_id}/result",
    response=AppointmentOut,
    summary="How it went for one client",
)
@api_needs(Capability.CLIENT_EDIT)
def result(request: HttpRequest, participant_id: int, data: ResultIn, idempotency_key: Key) -> Any:
    """`held`, `no-show` or `cancelled`; the first two when the appointment has begun."""
    viewer = viewer_of(request)
    made = actions.record_result(
        participant_id,
        data.state,
        actor=viewer,
        note=data.note,
        token=token_of(viewer, idempotency_key),
    )
    return _out(queries.meeting(viewer, made.appointment_id))


def _aware(at: datetime) -> datetime:
    """A time without an offset is Finnish time."""
    return at if at.tzinfo else at.replace(tzinfo=HELSINKI)


def _details(data: TimeIn) -> actions.Details:
    return actions.Details(
        topic=data.topic,
        slot=Slot(_aware(data.starts_at), _aware(data.ends_at)),
        workers=tuple(data.workers),
        way=data.way,
        room=data.room,
        place=data.place,
        info=data.info,
        capacity=data.capacity,
    )


def _looked(viewer: Viewer, found: list[Meeting]) -> None:
    persons = {one.participant.person_id for row in found for one in row.attending}
    actions.record_calendar_look(sorted(persons), actor=viewer)


def _out(row: Meeting) -> dict[str, Any]:
    booked = row.appointment
    return {
        "id": booked.pk,
        "topic": booked.topic,
        "starts_at": booked.starts_at,
        "ends_at": booked.ends_at,
        "way": booked.way,
        "place": row.place,
        "info": booked.info,
        "capacity": booked.capacity,
        "cancelled": booked.is_cancelled,
        "version": booked.version,
        "workers": list(row.worker_ids),
        "participants": [
            {
                "id": one.participant.pk,
                "client": one.relationship_id,
                "case_number": one.case_number,
                "name": one.name,
                "state": one.participant.state,
                "answer": one.participant.answer,
                "wish": one.participant.wish,
            }
            for one in row.attending
        ],
        "interpreters": [
            {
                "id": order.pk,
                "language": order.language,
                "sex": order.sex,
                "way": order.way,
                "provider": order.provider,
                "state": order.state,
            }
            for order in row.orders
        ],
    }
