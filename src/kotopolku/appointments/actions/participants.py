"""Acts on one participant: joining a group, leaving it, the client's own answer, how it went.

``confirm`` and ``ask_another_time`` are the client's own, from the own page.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import access, rules
from kotopolku.appointments.actions.booking import KIND as APPOINTMENT
from kotopolku.appointments.actions.booking import OWN_BOOKED, OWN_CHANGED, tell_clients
from kotopolku.appointments.models import (
    OPEN_FEES,
    Answer,
    Appointment,
    AppointmentWorker,
    NoShowFee,
    Participant,
    State,
)
from kotopolku.clients import access as clients
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

KIND = "appointments.participant"
LONGEST_WISH = 300
"""Characters, as the column has room for."""


@transaction.atomic
def add_participant(
    appointment_id: int, relationship_id: int, *, actor: Viewer, token: UUID | None = None
) -> Participant:
    """Adds a client to a group that is ahead and has room. Whoever had left comes back."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    appointment = access.appointment(actor, appointment_id, lock=True)
    if (done := cases.done_before(token, KIND)) is not None:
        return access.participant(actor, done)
    with clients.seeing_all(actor):
        there = list(Participant.objects.filter(appointment=appointment).exclude(state=State.CANCELLED))
    found = cases.ended(case.relationship) + _check_ahead(appointment)
    if not appointment.is_group:
        found.append(Refusal("number", "not-group", _("This appointment is of one client.")))
    elif len(there) >= (appointment.capacity or 0):
        found.append(Refusal("number", "full", _("The group is full.")))
    person_id = case.relationship.person_id
    if any(one.person_id == person_id for one in there):
        found.append(Refusal("number", "there", _("The client is on the list already.")))
    refuse(found)
    participant, _made = Participant.objects.update_or_create(
        appointment=appointment,
        person_id=person_id,
        defaults={
            "organisation_id": appointment.organisation_id,
            "relationship": case.relationship,
            "starts_at": appointment.starts_at,
            "state": State.PLANNED,
            "answer": "",
            "wish": "",
        },
    )
    record(
        "appointments.participant.added",
        actor=actor,
        subjects=[person_id],
        object=(KIND, participant.pk),
        token=token,
    )
    tell_clients(appointment, {person_id}, OWN_BOOKED, actor)
    return participant


@transaction.atomic
def remove_participant(participant_id: int, *, actor: Viewer) -> Participant:
    """Takes a client off a group's list before the appointment; the row stays as cancelled and can be added again."""
    require(actor, Capability.CLIENT_EDIT)
    participant = access.participant(actor, participant_id, lock=True)
    appointment = participant.appointment
    refuse(_check_ahead(appointment))
    if participant.state == State.CANCELLED:
        return participant
    participant.state = State.CANCELLED
    participant.save(update_fields=["state"])
    record(
        "appointments.participant.removed",
        actor=actor,
        subjects=[participant.person_id],
        object=(KIND, participant.pk),
    )
    tell_clients(appointment, {participant.person_id}, OWN_CHANGED, actor)
    return participant


@transaction.atomic
def record_result(
    participant_id: int, state: str, *, actor: Viewer, note: str = "", token: UUID | None = None
) -> Participant:
    """How it went for one client: held, stayed away, or the client cancelled beforehand. Can be put right later.

    An absence with a fee matter that is open or decided stays as it is until that is left out.
    """
    require(actor, Capability.CLIENT_EDIT)
    participant = access.participant(actor, participant_id, lock=True)
    if cases.done_before(token, KIND) is not None:
        return participant
    appointment = participant.appointment
    found = []
    if appointment.is_cancelled:
        found.append(Refusal("state", "cancelled", _("The appointment has been cancelled.")))
    elif state in (State.HELD, State.NO_SHOW) and appointment.starts_at > clock.now():
        found.append(Refusal("state", "not-yet", _("Record this when the appointment has begun.")))
    fee = NoShowFee.objects.filter(participant=participant, state__in=(*OPEN_FEES, "decided")).exists()
    if fee and state != State.NO_SHOW:
        message = _("A fee for this absence is being dealt with. Leave the fee out first.")
        found.append(Refusal("state", "fee", message))
    refuse(found)
    participant.state, participant.note = state, note.strip()
    participant.save(update_fields=["state", "note"])
    record(
        "appointments.participant.recorded",
        actor=actor,
        subjects=[participant.person_id],
        object=(KIND, participant.pk),
        details={"state": state},
        token=token,
    )
    return participant


@transaction.atomic
def confirm(appointment_id: int, *, actor: Viewer) -> Participant:
    """The client, or who acts for the client, says that the time suits. Once more changes nothing."""
    participant = _answering(appointment_id, actor)
    if participant.answer == Answer.COMES:
        return participant
    _answer(participant, Answer.COMES, "", actor)
    record(
        "appointments.participant.confirmed",
        actor=actor,
        subjects=[participant.person_id],
        object=(KIND, participant.pk),
    )
    return participant


@transaction.atomic
def ask_another_time(appointment_id: int, wish: str, *, actor: Viewer) -> Participant:
    """The client asks for another time and says when it would suit. The booked time stands until a worker moves it."""
    participant = _answering(appointment_id, actor)
    wish = " ".join(wish.split())
    if not wish:
        refuse([Refusal("wish", "required", _("Say in a few words when another time would suit."))])
    if len(wish) > LONGEST_WISH:
        refuse([Refusal("wish", "long", _("Say it in fewer words."))])
    _answer(participant, Answer.OTHER_TIME, wish, actor)
    record(
        "appointments.participant.asked",
        actor=actor,
        subjects=[participant.person_id],
        object=(KIND, participant.pk),
    )
    appointment = participant.appointment
    with clients.seeing_all(actor):
        workers = list(
            AppointmentWorker.objects.filter(appointment=appointment).values_list("worker_id", flat=True)
        )
    notify(
        "appointments.time-asked",
        workers,
        actor=actor,
        address=reverse("appointments:appointment", args=[appointment.pk]),
        organisation_id=appointment.organisation_id,
        about=(APPOINTMENT, appointment.pk),
        on=rules.Slot(appointment.starts_at, appointment.ends_at).day,
    )
    return participant


@transaction.atomic(savepoint=False)
def record_calendar_look(person_ids: Sequence[int], *, actor: Viewer) -> None:
    """Clients were seen in a calendar or in an appointment. Nothing for nobody."""
    require(actor, Capability.CLIENT_VIEW)
    if person_ids:
        record("appointments.calendar.listed", actor=actor, subjects=list(person_ids))


def _answering(appointment_id: int, actor: Viewer) -> Participant:
    participant = access.own_participation(actor, appointment_id)
    if participant.state != State.PLANNED or participant.appointment.is_cancelled:
        refuse([Refusal("", "cancelled", _("The appointment has been cancelled."))])
    if participant.appointment.starts_at <= clock.now():
        refuse([Refusal("", "past", _("The appointment has begun or is over."))])
    return participant


def _answer(participant: Participant, answer: str, wish: str, actor: Viewer) -> None:
    participant.answer, participant.wish, participant.answered_at = answer, wish, clock.now()
    with clients.seeing_all(actor):
        participant.save(update_fields=["answer", "wish", "answered_at"])


def _check_ahead(appointment: Appointment) -> list[Refusal]:
    if appointment.is_cancelled:
        return [Refusal("", "cancelled", _("The appointment has been cancelled."))]
    if appointment.starts_at <= clock.now():
        return [Refusal("", "past", _("The appointment has begun or is over."))]
    return []
