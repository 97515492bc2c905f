"""Acts on an appointment as a whole: booking, changing, cancelling, taking a cancellation back.

Not for: who comes and how it went (``participants.py``), interpreters alone (``interpreters.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.appointments import access, client_users, queries, rules, wording
from kotopolku.appointments.actions import interpreters
from kotopolku.appointments.actions.interpreters import OrderContent
from kotopolku.appointments.models import (
    OPEN_ORDERS,
    Appointment,
    AppointmentWorker,
    InterpreterOrder,
    OrderState,
    Participant,
    State,
    Way,
)
from kotopolku.appointments.rules import Slot
from kotopolku.clients import access as clients
from kotopolku.clients import queries as client_queries
from kotopolku.clients import rules as client_rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Person
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

KIND = "appointments.appointment"
OWN_BOOKED, OWN_CHANGED = "appointments.own-booked", "appointments.own-changed"
_BOOKING_LOCK = 0x6B6F_7401


@dataclass(frozen=True)
class Details:
    """What the booking form holds. ``capacity`` makes it a group. ``topic`` and ``way`` as in the models."""

    topic: str
    slot: Slot
    workers: tuple[int, ...]
    way: str = Way.OFFICE
    room: str = ""
    place: str = ""
    info: str = ""
    capacity: int | None = None


@transaction.atomic
def book_appointment(
    details: Details,
    relationship_ids: Sequence[int],
    *,
    actor: Viewer,
    interpreter: OrderContent | None = None,
    confirmed: bool = False,
    token: UUID | None = None,
) -> Appointment:
    """Books a time for one client, or for a group that may still be empty; with an interpreter if asked.

    Doubles (worker, client, room) and days off are refused at field ``confirm`` until ``confirmed``.
    """
    require(actor, Capability.CLIENT_EDIT)
    organisation_id = _organisation(actor)
    if (done := cases.done_before(token, KIND)) is not None:
        return access.appointment(actor, done)
    found = [cases.let_in(actor, Capability.CLIENT_EDIT, number) for number in sorted(set(relationship_ids))]
    refuse([refusal for case in found for refusal in cases.ended(case.relationship)])
    persons = {case.relationship.person_id for case in found}
    refuse(
        _check(details, actor)
        + wording.worded(rules.check_future(details.slot, clock.now()))
        + _check_number(details, len(found))
        + _check_place(details, [case.relationship.person for case in found])
    )
    _queue(organisation_id)
    if not confirmed:
        refuse(_warnings(details, persons, actor, None))
    appointment = Appointment.objects.create(
        organisation_id=organisation_id,
        made_by_id=actor.user_id,
        **_values(details),
    )
    _set_workers(appointment, details.workers)
    Participant.objects.bulk_create(
        Participant(
            appointment=appointment,
            organisation_id=organisation_id,
            person_id=case.relationship.person_id,
            relationship=case.relationship,
            starts_at=details.slot.starts,
        )
        for case in found
    )
    if interpreter is not None:
        interpreters.add_order(appointment, interpreter)
    record(
        "appointments.appointment.booked",
        actor=actor,
        subjects=sorted(persons),
        object=(KIND, appointment.pk),
        details={
            "topic": details.topic,
            "on": details.slot.day.isoformat(),
            "interpreter": bool(interpreter),
        },
        token=token,
    )
    _tell_workers(appointment, details.workers, "appointments.booked", actor)
    tell_clients(appointment, persons, OWN_BOOKED, actor)
    return appointment


@transaction.atomic
def change_appointment(
    appointment_id: int,
    details: Details,
    *,
    actor: Viewer,
    expected_version: int,
    confirmed: bool = False,
    token: UUID | None = None,
) -> Appointment:
    """Moves the appointment or changes its place, room, workers or words. A new time asks for new answers.

    A confirmed interpreter is to be asked again when the time changes. ``EditClash`` when somebody saved in between.
    """
    require(actor, Capability.CLIENT_EDIT)
    appointment = access.appointment(actor, appointment_id, lock=True)
    if cases.done_before(token, KIND) is not None:
        return appointment
    if appointment.version != expected_version:
        raise _clash(appointment, actor)
    seen = list(Participant.objects.filter(appointment=appointment).select_related("person"))
    moved = (appointment.starts_at, appointment.ends_at) != (details.slot.starts, details.slot.ends)
    outcome = any(one.state in (State.HELD, State.NO_SHOW) for one in seen)
    refuse(
        _check_open(appointment, outcome and moved)
        + _check(details, actor)
        + wording.worded(rules.check_future(details.slot, clock.now()) if moved else [])
        + _check_number(details, len(seen))
        + _check_place(details, [one.person for one in seen])
    )
    persons = {one.person_id for one in seen if one.state == State.PLANNED}
    _queue(appointment.organisation_id)
    if not confirmed:
        refuse(_warnings(details, persons, actor, appointment.pk))
    before = set(
        AppointmentWorker.objects.filter(appointment=appointment).values_list("worker_id", flat=True)
    )
    for name, value in _values(details).items():
        setattr(appointment, name, value)
    appointment.version += 1
    appointment.save()
    if moved or before != set(details.workers):
        _set_workers(appointment, details.workers)
    if moved:
        _move(appointment, actor)
    record(
        "appointments.appointment.moved",
        actor=actor,
        subjects=[one.person_id for one in seen],
        object=(KIND, appointment.pk),
        details={"moved": moved, "on": details.slot.day.isoformat()},
        token=token,
    )
    if moved:
        _tell_workers(appointment, details.workers, "appointments.changed", actor)
        tell_clients(appointment, persons, OWN_CHANGED, actor)
    else:
        _tell_workers(appointment, set(details.workers) - before, "appointments.booked", actor)
    return appointment


@transaction.atomic
def cancel_appointment(
    appointment_id: int,
    reason: str,
    *,
    actor: Viewer,
    cancel_orders: bool = True,
    token: UUID | None = None,
) -> Appointment:
    """Cancels for everybody. Open interpreter orders are cancelled with it, in time or late by our own target."""
    require(actor, Capability.CLIENT_EDIT)
    appointment = access.appointment(actor, appointment_id, lock=True)
    if cases.done_before(token, KIND) is not None:
        return appointment
    with clients.seeing_all(actor):
        seen = list(Participant.objects.filter(appointment=appointment))
    refuse(_check_open(appointment, any(one.state in (State.HELD, State.NO_SHOW) for one in seen)))
    persons = {one.person_id for one in seen if one.state == State.PLANNED}
    appointment.cancelled_at = appointment.changed_at = clock.now()
    appointment.cancel_reason = reason.strip()
    appointment.version += 1
    appointment.save()
    with clients.seeing_all(actor):
        Participant.objects.filter(appointment=appointment, state=State.PLANNED).update(state=State.CANCELLED)
    ended = interpreters.cancel_open_orders(appointment) if cancel_orders else 0
    record(
        "appointments.appointment.cancelled",
        actor=actor,
        subjects=sorted(persons),
        object=(KIND, appointment.pk),
        reason=reason,
        details={"interpreter_orders": ended},
        token=token,
    )
    workers = AppointmentWorker.objects.filter(appointment=appointment).values_list("worker_id", flat=True)
    _tell_workers(appointment, workers, "appointments.changed", actor)
    tell_clients(appointment, persons, OWN_CHANGED, actor)
    return appointment


@transaction.atomic
def restore_appointment(appointment_id: int, *, actor: Viewer) -> Appointment:
    """Takes a cancellation back while the time is ahead and free. Interpreter orders stay cancelled: order anew."""
    require(actor, Capability.CLIENT_EDIT)
    appointment = access.appointment(actor, appointment_id, lock=True)
    if not appointment.is_cancelled:
        return appointment
    slot = Slot(appointment.starts_at, appointment.ends_at)
    refuse(
        [Refusal("", one.code, wording.REFUSALS[one.code]) for one in rules.check_future(slot, clock.now())]
    )
    workers = list(
        AppointmentWorker.objects.filter(appointment=appointment).values_list("worker_id", flat=True)
    )
    with clients.seeing_all(actor):
        persons = set(Participant.objects.filter(appointment=appointment).values_list("person_id", flat=True))
    _queue(appointment.organisation_id)
    wanted = rules.Booking(appointment.pk, slot, frozenset(workers), frozenset(persons), appointment.room)
    if rules.clashes(wanted, queries.bookings_over(appointment.organisation_id, slot)):
        refuse([Refusal("", "taken", _("The time has been taken by another appointment. Book a new time."))])
    appointment.cancelled_at, appointment.cancel_reason = None, ""
    appointment.changed_at = clock.now()
    appointment.version += 1
    appointment.save()
    with clients.seeing_all(actor):
        Participant.objects.filter(appointment=appointment, state=State.CANCELLED).update(state=State.PLANNED)
    record(
        "appointments.appointment.restored",
        actor=actor,
        subjects=sorted(persons),
        object=(KIND, appointment.pk),
    )
    _tell_workers(appointment, workers, "appointments.booked", actor)
    tell_clients(appointment, persons, OWN_BOOKED, actor)
    return appointment


def tell_clients(appointment: Appointment, person_ids: set[int], kind: str, actor: Viewer) -> None:
    """A notice to the participants who have a page of their own, or to who acts for them. Not an act by itself."""
    day = rules.Slot(appointment.starts_at, appointment.ends_at).day
    for users in client_users.of_persons(person_ids).values():
        for user in users:
            notify(
                kind, [user.user_id], actor=actor, address=user.address, about=(KIND, appointment.pk), on=day
            )


# --- Parts ------------------------------------------------------------------------------------------------------------


def _organisation(actor: Viewer) -> int:
    if actor.organisation_id is None:
        raise NotVisible
    return actor.organisation_id


def _values(details: Details) -> dict[str, object]:
    return {
        "topic": details.topic,
        "starts_at": details.slot.starts,
        "ends_at": details.slot.ends,
        "way": details.way,
        "room": " ".join(details.room.split()),
        "place": details.place.strip(),
        "info": details.info.strip(),
        "capacity": details.capacity,
        "changed_at": clock.now(),
    }


def _check(details: Details, actor: Viewer) -> list[Refusal]:
    found = wording.worded(rules.check_slot(details.slot))
    known = {user_id for user_id, _name in client_queries.workers(actor)}
    if not details.workers:
        found.append(Refusal("workers", "no-worker", _("Choose at least one worker.")))
    elif not set(details.workers) <= known:
        found.append(Refusal("workers", "not-colleague", _("Choose workers of your own organisation.")))
    return found


def _check_number(details: Details, number: int) -> list[Refusal]:
    if details.capacity is None and number != 1:
        return [Refusal("capacity", "one-client", _("Say how many fit in, or book for one client."))]
    if details.capacity is not None and details.capacity < max(1, number):
        message = _("There are %(number)s participants already.")
        return [Refusal("capacity", "capacity", message, {"number": max(1, number)})]
    return []


def _check_place(details: Details, persons: Sequence[Person]) -> list[Refusal]:
    """Outside the office no place is written for whom a non-disclosure order protects: it could be the home."""
    protected = any(
        client_rules.non_disclosure_in_force(
            person.non_disclosure, person.non_disclosure_until, details.slot.day
        )
        for person in persons
    )
    if protected and details.way == Way.ELSEWHERE and details.place.strip():
        message = _(
            "A non-disclosure order is in force: leave the place empty and agree on it with the client in person."
        )
        return [Refusal("place", "non-disclosure", message)]
    return []


def _check_open(appointment: Appointment, outcome: bool) -> list[Refusal]:
    if appointment.cancelled_at is not None:
        message = _("The appointment was cancelled already on %(day)s.")
        day = appointment.cancelled_at.astimezone(clock.HELSINKI).date()
        return [Refusal("", "already-cancelled", message, {"day": day})]
    if outcome:
        return [Refusal("", "outcome", _("How the appointment went has been recorded already."))]
    return []


def _queue(organisation_id: int) -> None:
    """Bookings of one organisation queue from here to the end of the transaction: no double goes unseen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_BOOKING_LOCK, organisation_id])


def _warnings(details: Details, persons: set[int], actor: Viewer, own_id: int | None) -> list[Refusal]:
    """What is allowed only when confirmed, as refusals at ``confirm``."""
    found = []
    slot = details.slot
    if not law.is_working_day(slot.day):
        names = {lang: law.day_off_name(slot.day, lang) or "" for lang in law.LANGUAGES}
        message = _("%(day)s is not a working day (%(name)s).")
        found.append(Refusal("confirm", "day-off", message, {"day": slot.day, "name": names}))
    wanted = rules.Booking(
        own_id or 0, slot, frozenset(details.workers), frozenset(persons), " ".join(details.room.split())
    )
    others = {one.id: one for one in queries.bookings_over(_organisation(actor), slot)}
    called = dict(User.objects.filter(pk__in=details.workers).values_list("pk", "full_name"))
    for clash in rules.clashes(wanted, others.values()):
        other = others[clash.with_id].slot
        params = {"hours": wording.hours(other.starts, other.ends), "name": called.get(clash.who or 0, "")}
        message = {
            "worker": _("%(name)s has another appointment at %(hours)s."),
            "person": _("The client has another appointment at %(hours)s."),
            "room": _("The room is booked for another appointment at %(hours)s."),
        }[clash.kind]
        found.append(Refusal("confirm", f"double-{clash.kind}", message, params))
    return found


def _set_workers(appointment: Appointment, workers: Sequence[int]) -> None:
    AppointmentWorker.objects.filter(appointment=appointment).delete()
    AppointmentWorker.objects.bulk_create(
        AppointmentWorker(
            appointment=appointment,
            organisation_id=appointment.organisation_id,
            worker_id=worker,
            starts_at=appointment.starts_at,
        )
        for worker in dict.fromkeys(workers)
    )


def _move(appointment: Appointment, actor: Viewer) -> None:
    with clients.seeing_all(actor):
        Participant.objects.filter(appointment=appointment).update(
            starts_at=appointment.starts_at, answer="", wish="", answered_at=None, reminded_on=None
        )
    orders = InterpreterOrder.objects.filter(appointment=appointment, state__in=OPEN_ORDERS)
    orders.update(starts_at=appointment.starts_at, state=OrderState.ORDERED, state_at=clock.now())


def _tell_workers(appointment: Appointment, workers: Iterable[int], kind: str, actor: Viewer) -> None:
    notify(
        kind,
        workers,
        actor=actor,
        address=reverse("appointments:appointment", args=[appointment.pk]),
        organisation_id=appointment.organisation_id,
        about=(KIND, appointment.pk),
        on=rules.Slot(appointment.starts_at, appointment.ends_at).day,
    )


def _clash(appointment: Appointment, actor: Viewer) -> EditClash:
    return EditClash(
        theirs={
            name: getattr(appointment, name)
            for name in ("starts_at", "ends_at", "way", "room", "place", "info")
        },
        version=appointment.version,
        who=queries.last_changed_by(actor, appointment.pk),
        when=appointment.changed_at,
    )
