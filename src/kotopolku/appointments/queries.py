"""What pages, the API and other rooms read about appointments, each in a bounded number of statements.

Not for writing (``actions``). ``of_person`` is for the client's own page; everything else is for workers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Prefetch, QuerySet, Sum

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.appointments import access, rules
from kotopolku.appointments.models import (
    OPEN_FEES,
    OPEN_ORDERS,
    AbsenceWarning,
    Appointment,
    AppointmentWorker,
    CalendarFeed,
    FeeState,
    InterpreterOrder,
    NoShowFee,
    Participant,
    State,
    Topic,
    Way,
)
from kotopolku.appointments.rules import Absence, Booking, FeeAnswer, Slot
from kotopolku.clients import rules as client_rules
from kotopolku.clients.models import Person
from kotopolku.journal.models import Entry
from kotopolku.reference import queries as reference

MOST_SHOWN = 200
TWO_WEEKS = timedelta(days=21)
"""What the strip of ten working days can span, with holidays between."""


def midnight(day: date) -> datetime:
    return rules.moment(day, time())


@dataclass(frozen=True)
class Attending:
    """One client at an appointment, as a worker may see it."""

    participant: Participant
    name: str
    case_number: str
    protected: bool

    @property
    def relationship_id(self) -> int:
        return self.participant.relationship_id


@dataclass(frozen=True)
class Meeting:
    """An appointment with everything a calendar shows. ``place`` is empty when a non-disclosure order hides it."""

    appointment: Appointment
    slot: Slot
    workers: tuple[str, ...]
    worker_ids: tuple[int, ...]
    attending: tuple[Attending, ...]
    orders: tuple[InterpreterOrder, ...]
    place: str
    moved_on: bool
    """Nobody on the list is the authority's client any more."""

    @property
    def number(self) -> int:
        """How many are coming."""
        return sum(one.participant.state != State.CANCELLED for one in self.attending)

    @property
    def asks_other_time(self) -> bool:
        return any(
            one.participant.answer == "other-time" and one.participant.state == State.PLANNED
            for one in self.attending
        )

    @property
    def is_over(self) -> bool:
        return self.appointment.ends_at <= clock.now()

    @property
    def lacks_result(self) -> bool:
        return (
            self.appointment.starts_at <= clock.now()
            and not self.appointment.is_cancelled
            and any(one.participant.state == State.PLANNED for one in self.attending)
        )


def meetings(rows: "QuerySet[Appointment]", day: date) -> list[Meeting]:
    """The appointments with workers, participants and orders: four statements for any number."""
    parts = rows.prefetch_related(
        Prefetch("workers", AppointmentWorker.objects.select_related("worker").order_by("id")),
        Prefetch(
            "participants",
            Participant.objects.select_related("person", "relationship").order_by(
                "person__family_name", "person__given_names", "id"
            ),
        ),
        Prefetch("orders", InterpreterOrder.objects.order_by("id")),
    )
    return [_meeting(row, day) for row in parts]


def _meeting(row: Appointment, day: date) -> Meeting:
    attending = tuple(_attending(one, day) for one in row.participants.all())
    workers = list(row.workers.all())
    hidden = row.way == "elsewhere" and any(one.protected for one in attending)
    return Meeting(
        appointment=row,
        slot=Slot(row.starts_at, row.ends_at),
        workers=tuple(one.worker.get_full_name() for one in workers),
        worker_ids=tuple(one.worker_id for one in workers),
        attending=attending,
        orders=tuple(row.orders.all()),
        place="" if hidden else " · ".join(part for part in (row.room, row.place) if part),
        moved_on=not attending and not row.is_group,
    )


def _attending(one: Participant, day: date) -> Attending:
    protected = _is_protected(one.person, day)
    return Attending(one, one.person.name, one.relationship.case_number, protected)


def _is_protected(person: Person, day: date) -> bool:
    return client_rules.non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day)


# --- Calendars --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayPlan:
    """One day of a calendar."""

    day: date
    off: Mapping[str, str]
    """Why it is no working day, by language; empty on one."""
    meetings: tuple[Meeting, ...]


def calendar(viewer: Viewer, scope: str, first: date, last: date) -> list[DayPlan]:
    """Every day first..last with its appointments, cancelled ones too. Weekend days only when something is there."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = (
        access.appointments(viewer)
        .filter(access.in_scope(viewer, scope))
        .filter(starts_at__gte=midnight(first), starts_at__lt=midnight(last + timedelta(days=1)))
        .order_by("starts_at", "id")[: MOST_SHOWN * 5]
    )
    by_day: dict[date, list[Meeting]] = {}
    for meeting in meetings(rows, viewer.day):
        by_day.setdefault(meeting.slot.day, []).append(meeting)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        DayPlan(day, _off(day), tuple(by_day.get(day, ())))
        for day in days
        if day.weekday() < 5 or day in by_day or first == last
    ]


def _off(day: date) -> dict[str, str]:
    return {lang: name for lang in law.LANGUAGES if (name := law.day_off_name(day, lang))}


def coming(viewer: Viewer, scope: str = "own", days: int = 7, *, limit: int = MOST_SHOWN) -> list[Meeting]:
    """What lies ahead in one scope, from now on for so many days; cancelled ones left out."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = (
        access.appointments(viewer)
        .filter(access.in_scope(viewer, scope), cancelled_at=None, ends_at__gt=clock.now())
        .filter(starts_at__lt=midnight(viewer.day + timedelta(days=days)))
        .order_by("starts_at", "id")[:limit]
    )
    return meetings(rows, viewer.day)


def on_days(viewer: Viewer, scope: str = "own") -> dict[date, int]:
    """How many appointments are on each day of the next three weeks: for the two-week strip. One statement."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = (
        access.appointments(viewer)
        .filter(access.in_scope(viewer, scope), cancelled_at=None)
        .filter(starts_at__gte=midnight(viewer.day), starts_at__lt=midnight(viewer.day + TWO_WEEKS))
        .values_list("starts_at", flat=True)
    )
    found: dict[date, int] = {}
    for starts_at in rows:
        day = starts_at.astimezone(clock.HELSINKI).date()
        found[day] = found.get(day, 0) + 1
    return found


def meeting(viewer: Viewer, appointment_id: int) -> Meeting:
    """One appointment of the viewer's organisation. Raises ``NotVisible``."""
    require(viewer, Capability.CLIENT_VIEW)
    found = meetings(access.appointments(viewer).filter(pk=appointment_id), viewer.day)
    if not found:
        raise NotVisible
    return found[0]


def bookings_over(organisation_id: int, slot: Slot) -> list[Booking]:
    """What the organisation has booked at the same time; for acts. Three statements."""
    rows = (
        Appointment.objects.filter(
            organisation_id=organisation_id,
            cancelled_at=None,
            starts_at__lt=slot.ends,
            starts_at__gt=slot.starts - rules.LONGEST,
            ends_at__gt=slot.starts,
        )
        .order_by("starts_at", "id")
        .prefetch_related("workers", "participants")
    )
    return [
        Booking(
            row.pk,
            Slot(row.starts_at, row.ends_at),
            frozenset(one.worker_id for one in row.workers.all()),
            frozenset(one.person_id for one in row.participants.all() if one.state == State.PLANNED),
            row.room,
        )
        for row in rows
    ]


def rooms(viewer: Viewer) -> list[str]:
    """Rooms that the organisation has booked lately, to choose from."""
    since = midnight(viewer.day - timedelta(days=90))
    rows = access.appointments(viewer).filter(starts_at__gte=since).exclude(room="")
    return list(rows.order_by("room").values_list("room", flat=True).distinct()[:50])


def last_changed_by(viewer: Viewer, appointment_id: int) -> str:
    """The name of who last changed the appointment, by the journal; empty when not known."""
    entry = (
        Entry.objects.filter(object_kind="appointments.appointment", object_id=appointment_id)
        .exclude(actor_id=None)
        .order_by("-id")
        .values_list("actor_id", flat=True)
        .first()
    )
    return User.objects.filter(pk=entry).values_list("full_name", flat=True).first() or "" if entry else ""


# --- One client -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClientAppointment:
    """One line of a client's history. ``own`` is false when another authority booked it."""

    participant: Participant
    appointment: Appointment
    workers: tuple[str, ...]
    own: bool
    fee: NoShowFee | None
    place: str


def of_client(viewer: Viewer, relationship_id: int, *, protected: bool = False) -> list[ClientAppointment]:
    """The client's appointments, the latest first. The caller has been let into the case. Two statements."""
    rows = (
        Participant.objects.filter(relationship_id=relationship_id)
        .select_related("appointment", "fee")
        .prefetch_related(
            Prefetch("appointment__workers", AppointmentWorker.objects.select_related("worker"))
        )
        .order_by("-starts_at", "-id")[:MOST_SHOWN]
    )
    return [
        ClientAppointment(
            participant=row,
            appointment=row.appointment,
            workers=tuple(one.worker.get_full_name() for one in row.appointment.workers.all()),
            own=row.organisation_id == viewer.organisation_id,
            fee=getattr(row, "fee", None),
            place=""
            if protected and row.appointment.way == "elsewhere"
            else " · ".join(part for part in (row.appointment.room, row.appointment.place) if part),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class NextTime:
    """What the client page says of the client's next appointment. ``answer``: what the client has said of it."""

    starts_at: datetime
    state: str
    answer: str
    topic: Topic
    way: Way


_NEXT = """
SELECT p.starts_at, p.state, p.answer, a.topic, a.way
FROM appointments_participant p JOIN appointments_appointment a ON a.id = p.appointment_id
WHERE p.relationship_id = %s AND p.state = 'planned' AND p.starts_at >= %s
ORDER BY p.starts_at, p.id LIMIT 1
"""
"""In SQL, since the client page asks it each time."""


def next_of(relationship_id: int) -> NextTime | None:
    """The client's next appointment; for the panel of the client page. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [relationship_id, clock.now()])
        found = cursor.fetchone()
    if found is None:
        return None
    starts_at, state, answer, topic, way = found
    return NextTime(starts_at, state, answer, Topic(topic), Way(way))


def warnings(relationship_id: int) -> list[AbsenceWarning]:
    """When the client was told of the fee, the latest first. The caller has been let into the case."""
    rows = AbsenceWarning.objects.filter(relationship_id=relationship_id).select_related("given_by")
    return list(rows.order_by("-given_on", "-id"))


# --- Interpreter orders -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrderRow:
    """One line of a day's orders, as the agency gets it: nothing about the client."""

    order: InterpreterOrder
    appointment: Appointment
    language: str
    worker: str
    place: str


def orders_on(
    viewer: Viewer, first: date, last: date | None = None, *, open_only: bool = False
) -> list[OrderRow]:
    """Interpreter orders of the organisation on the days first..last, in order of time. Four statements.

    The place of a client under a non-disclosure order is left out unless it is the office.
    """
    require(viewer, Capability.CLIENT_VIEW)
    rows = InterpreterOrder.objects.filter(
        starts_at__gte=midnight(first), starts_at__lt=midnight((last or first) + timedelta(days=1))
    )
    if not viewer.system:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    if open_only:
        rows = rows.filter(state__in=OPEN_ORDERS)
    rows = rows.order_by("starts_at", "id")[: MOST_SHOWN * 5]
    orders = list(rows)
    by_id = {
        one.appointment.pk: one
        for one in meetings(
            Appointment.objects.filter(pk__in={order.appointment_id for order in orders}), viewer.day
        )
    }
    found = []
    for order in orders:
        there = by_id[order.appointment_id]
        spoken = reference.language(order.language)
        found.append(
            OrderRow(
                order=order,
                appointment=there.appointment,
                language=spoken.name() if spoken else order.language,
                worker=", ".join(there.workers),
                place=there.place,
            )
        )
    return found


# --- Absence ----------------------------------------------------------------------------------------------------------


def absence_facts(participant: Participant, cost_eur: Decimal | None = None) -> Absence:
    """The facts of one absence. The cost is that of the appointment's orders, shared by those who were expected."""
    booked_on = Slot(participant.appointment.starts_at, participant.appointment.ends_at).day
    warned_on = (
        AbsenceWarning.objects.filter(person_id=participant.person_id)
        .order_by("given_on")
        .values_list("given_on", flat=True)
        .first()
    )
    return Absence(
        booked_on=booked_on,
        stayed_away=participant.state == State.NO_SHOW,
        born=participant.person.birth_date,
        warned_on=warned_on,
        cost_eur=cost_eur if cost_eur is not None else _cost(participant),
    )


def _cost(participant: Participant) -> Decimal | None:
    orders = InterpreterOrder.objects.filter(appointment_id=participant.appointment_id)
    total: Decimal | None = orders.exclude(state="no-show").aggregate(total=Sum("cost_eur"))["total"]
    if total is None:
        return None
    expected = Participant.objects.filter(appointment_id=participant.appointment_id)
    number = expected.exclude(state=State.CANCELLED).count()
    return (total / max(1, number)).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class AbsenceMatter:
    """One absence with all that its page shows."""

    participant: Participant
    facts: Absence
    answer: FeeAnswer
    warnings: list[AbsenceWarning]
    fee: NoShowFee | None
    earlier: int
    """How many times the client had stayed away before."""


def absence(viewer: Viewer, participant_id: int) -> AbsenceMatter:
    """The absence of one participant. Raises ``NotVisible``."""
    require(viewer, Capability.CLIENT_VIEW)
    participant = access.participant(viewer, participant_id)
    fee = (
        NoShowFee.objects.filter(participant=participant).select_related("proposed_by", "decided_by").first()
    )
    facts = absence_facts(participant, fee.cost_eur if fee else None)
    before = Participant.objects.filter(person_id=participant.person_id, state=State.NO_SHOW)
    return AbsenceMatter(
        participant=participant,
        facts=facts,
        answer=rules.fee_answer(facts),
        warnings=warnings(participant.relationship_id),
        fee=fee,
        earlier=before.filter(starts_at__lt=participant.starts_at).count(),
    )


@dataclass(frozen=True)
class AbsenceRow:
    """One line of the list of absences."""

    participant: Participant
    name: str
    case_number: str
    warned: bool
    fee: NoShowFee | None


def absences(viewer: Viewer, *, open_only: bool = False) -> list[AbsenceRow]:
    """Absences of the last year in the organisation, the latest first. Two statements."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = Participant.objects.filter(
        organisation_id=viewer.organisation_id or 0,
        state=State.NO_SHOW,
        starts_at__gte=midnight(viewer.day - timedelta(days=365)),
    ).select_related("person", "relationship", "appointment", "fee")
    if open_only:
        rows = rows.filter(fee__state__in=OPEN_FEES)
    found = list(rows.order_by("-starts_at", "-id")[:MOST_SHOWN])
    warned = set(
        AbsenceWarning.objects.filter(person_id__in=[row.person_id for row in found]).values_list(
            "person_id", flat=True
        )
    )
    return [
        AbsenceRow(
            row,
            row.person.name,
            row.relationship.case_number,
            row.person_id in warned,
            getattr(row, "fee", None),
        )
        for row in found
    ]


# --- The client's own page --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnAppointment:
    """An appointment as the client sees it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    topic: str
    """Its words in the page's language; ``topic_code`` and ``way_code`` as in the models."""
    topic_code: str
    way: str
    way_code: str
    place: str
    info: str
    workers: tuple[str, ...]
    state: str
    answer: str
    wish: str
    interpreter: tuple[str, ...] = field(default=())
    """Codes of the languages for which an interpreter is ordered."""

    @property
    def can_answer(self) -> bool:
        return self.state == State.PLANNED and self.starts_at > clock.now()


def of_person(viewer: Viewer, person_id: int) -> list[OwnAppointment]:
    """The appointments of a client at the own page, the latest first. ``NotVisible`` for anybody else's path."""
    require(viewer, Capability.OWN_PATH)
    if viewer.own is None or person_id not in viewer.own.persons:
        raise NotVisible
    rows = (
        Participant.objects.filter(person_id=person_id)
        .select_related("appointment", "person")
        .prefetch_related(
            Prefetch("appointment__workers", AppointmentWorker.objects.select_related("worker")),
            Prefetch("appointment__orders", InterpreterOrder.objects.filter(state__in=OPEN_ORDERS)),
        )
        .order_by("-starts_at", "-id")[:MOST_SHOWN]
    )
    return [_own(row, viewer) for row in rows]


def _own(row: Participant, viewer: Viewer) -> OwnAppointment:
    """To who acts for a person whom an order protects, no place outside the office is shown."""
    booked: Appointment = row.appointment
    acting = viewer.own is not None and viewer.own.self_id != row.person_id
    hidden = acting and booked.way == "elsewhere" and _is_protected(row.person, viewer.day)
    return OwnAppointment(
        id=booked.pk,
        starts_at=booked.starts_at,
        ends_at=booked.ends_at,
        topic=booked.get_topic_display(),
        topic_code=booked.topic,
        way=booked.get_way_display(),
        way_code=booked.way,
        place="" if hidden else " · ".join(part for part in (booked.room, booked.place) if part),
        info=booked.info,
        workers=tuple(one.worker.get_full_name() for one in booked.workers.all()),
        state=State.CANCELLED if booked.is_cancelled else row.state,
        answer=row.answer,
        wish=row.wish,
        interpreter=tuple(dict.fromkeys(one.language for one in booked.orders.all())),
    )


def fees_of_person(viewer: Viewer, person_id: int) -> list[NoShowFee]:
    """Matters of fees of a client at the own page: those in which the client is heard, and those decided."""
    require(viewer, Capability.OWN_PATH)
    if viewer.own is None or person_id not in viewer.own.persons:
        raise NotVisible
    rows = NoShowFee.objects.filter(person_id=person_id).exclude(state=FeeState.DROPPED)
    return list(rows.select_related("participant").order_by("-asked_on", "-id"))


# --- Feeds ------------------------------------------------------------------------------------------------------------


def feed_of(viewer: Viewer) -> CalendarFeed | None:
    """The user's own feed."""
    return CalendarFeed.objects.filter(user_id=viewer.user_id).first() if viewer.user_id else None


def feed_meetings(viewer: Viewer, first: date, last: date) -> list[Meeting]:
    """The user's appointments in the viewer's seat, cancelled ones too: a calendar programme must hear of them."""
    require(viewer, Capability.CLIENT_VIEW)
    mine = AppointmentWorker.objects.filter(worker_id=viewer.user_id)
    rows = (
        access.appointments(viewer)
        .filter(pk__in=mine.values("appointment_id"))
        .filter(starts_at__gte=midnight(first), starts_at__lt=midnight(last))
        .order_by("starts_at", "id")
    )
    return meetings(rows, viewer.day)
