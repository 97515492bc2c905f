"""Acts on interpreter orders: ordering, what became of an order, the list of a day taken to a file."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import access, rules
from kotopolku.appointments.models import OPEN_ORDERS, Appointment, InterpreterOrder, OrderState, Participant
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference

KIND = "appointments.order"


@dataclass(frozen=True)
class OrderContent:
    """What the order form holds; codes as in the models."""

    language: str
    way: str
    sex: str = ""
    provider: str = ""


@transaction.atomic
def order_interpreter(
    appointment_id: int, content: OrderContent, *, actor: Viewer, token: UUID | None = None
) -> InterpreterOrder:
    """Orders an interpreter for an appointment that is ahead. Several languages are several orders."""
    require(actor, Capability.CLIENT_EDIT)
    appointment = access.appointment(actor, appointment_id, lock=True)
    if (done := cases.done_before(token, KIND)) is not None:
        return access.order(actor, done)
    found = []
    if appointment.is_cancelled:
        found.append(Refusal("", "cancelled", _("The appointment has been cancelled.")))
    elif appointment.ends_at <= clock.now():
        found.append(Refusal("", "past", _("The appointment is over.")))
    if reference.language(content.language) is None:
        found.append(Refusal("language", "language", _("Choose the language.")))
    refuse(found)
    order = add_order(appointment, content)
    record(
        "appointments.interpreter.ordered",
        actor=actor,
        subjects=_subjects(appointment),
        object=(KIND, order.pk),
        details={"language": content.language, "way": content.way},
        token=token,
    )
    return order


def add_order(appointment: Appointment, content: OrderContent) -> InterpreterOrder:
    """The row itself; whoever calls has the right and writes the journal."""
    now = clock.now()
    return InterpreterOrder.objects.create(
        appointment=appointment,
        organisation_id=appointment.organisation_id,
        starts_at=appointment.starts_at,
        language=content.language,
        sex=content.sex,
        way=content.way,
        provider=content.provider.strip(),
        ordered_at=now,
        state_at=now,
    )


@transaction.atomic
def change_order(
    order_id: int,
    state: str,
    *,
    actor: Viewer,
    provider: str = "",
    reference_number: str = "",
    cost_eur: Decimal | None = None,
) -> InterpreterOrder:
    """Records what became of an order. "Cancelled" of either kind is put right by the clock: in time or late."""
    require(actor, Capability.CLIENT_EDIT)
    order = access.order(actor, order_id, lock=True)
    now = clock.now()
    if state in (OrderState.CANCELLED_IN_TIME, OrderState.CANCELLED_LATE) and state != order.state:
        state = _cancelled_state(order.appointment, now)
    found = []
    if state in (OrderState.DONE, OrderState.NO_SHOW) and order.appointment.starts_at > now:
        found.append(Refusal("state", "not-yet", _("Record this when the appointment has begun.")))
    if cost_eur is not None and cost_eur < 0:
        found.append(Refusal("cost_eur", "cost", _("The cost cannot be below zero.")))
    refuse(found)
    if state != order.state:
        order.state, order.state_at = state, now
    order.provider, order.reference, order.cost_eur = provider.strip(), reference_number.strip(), cost_eur
    order.save()
    record(
        "appointments.interpreter.changed",
        actor=actor,
        subjects=_subjects(order.appointment),
        object=(KIND, order.pk),
        details={"state": state},
    )
    return order


def cancel_open_orders(appointment: Appointment) -> int:
    """Cancels what is ordered or confirmed; whoever calls has the right and writes the journal. How many there were."""
    now = clock.now()
    orders = InterpreterOrder.objects.filter(appointment=appointment, state__in=OPEN_ORDERS)
    return orders.update(state=_cancelled_state(appointment, now), state_at=now)


@transaction.atomic(savepoint=False)
def record_orders_export(day: date, number: int, *, actor: Viewer) -> None:
    """The orders of a day were taken to a file. It names no client."""
    require(actor, Capability.CLIENT_VIEW)
    record("appointments.orders.exported", actor=actor, details={"on": day.isoformat(), "orders": number})


def _cancelled_state(appointment: Appointment, now: datetime) -> str:
    hours = law.interpreter_hours(clock.today())
    in_time = rules.cancelled_in_time(appointment.starts_at, now, hours)
    return OrderState.CANCELLED_IN_TIME if in_time else OrderState.CANCELLED_LATE


def _subjects(appointment: Appointment) -> list[int]:
    return list(Participant.objects.filter(appointment=appointment).values_list("person_id", flat=True))
