"""What is asked of an order and of its invoices: its courses, how much of it they take, what attendance shows.

Not for: the contract as a whole (``contracts.py``), writing (``actions``). Sums only: no student stands here.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.law.day_count import is_working_day
from kotopolku.procurement import contract_access, contract_rules
from kotopolku.procurement.contract_rules import InvoiceContent, Lengths
from kotopolku.procurement.models import (
    CallOff,
    CallOffState,
    Contract,
    Invoice,
    InvoiceState,
    OrderCourse,
)
from kotopolku.training.models import Course, CourseSession, CourseState
from kotopolku.training.queries.teaching import attended_hours
from kotopolku.training.rules import minutes_between

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)


# --- What courses take, and what attendance shows ----------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What attendance shows of an order in a period. ``units`` None: nobody has entered any."""

    units: Decimal | None = None
    planned: Decimal = ZERO
    """Student hours that were held."""
    attended: Decimal = ZERO


def found(viewer: Viewer, order: CallOff, unit: str, first: date, last: date) -> Found:
    """Attendance of the order's courses in the contract's unit, summed. Some six statements for each course."""
    ids = list(order.courses.values_list("course_id", flat=True))
    hours = attended_hours(viewer, ids, first, last) if ids else {}
    entered = {key: one for key, one in hours.items() if one.students}
    if not entered:
        return Found()
    sums = [
        contract_rules.units_of(unit, one.attended, hours_each(key, unit, first, last), one.students)
        for key, one in entered.items()
    ]
    known = [one for one in sums if one is not None]
    return Found(
        sum(known, ZERO) if len(known) == len(sums) else None,
        sum((one.planned for one in hours.values()), ZERO),
        sum((one.attended for one in entered.values()), ZERO),
    )


def hours_each(course_id: int, unit: str, first: date, last: date) -> Decimal:
    """Mean length of the course's training day in the period, or of its week, in hours; 0 without meetings."""
    rows = CourseSession.objects.filter(course_id=course_id, cancelled=False, date__range=(first, last))
    minutes, met = 0, set()
    for on, starts, ends in rows.values_list("date", "starts", "ends"):
        met.add(on.isocalendar()[:2] if unit == contract_rules.WEEK else on)
        minutes += minutes_between(starts, ends)
    return Decimal(minutes) / 60 / len(met) if met else ZERO


def lengths(courses: Sequence[Course]) -> Mapping[int, Lengths]:
    """How long a student studies in each course: by its meetings, or by its working days while it has none. One statement."""
    days: dict[int, set[date]] = defaultdict(set)
    minutes: Counter[int] = Counter()
    rows = CourseSession.objects.filter(course__in=courses, cancelled=False)
    for key, on, starts, ends in rows.values_list("course_id", "date", "starts", "ends"):
        days[key].add(on)
        minutes[key] += minutes_between(starts, ends)
    return {
        one.pk: lengths_of(
            days[one.pk] or working_days(one.starts_on, one.ends_on), one.hours or minutes[one.pk] // 60
        )
        for one in courses
    }


def lengths_of(days: set[date], hours: int) -> Lengths:
    return Lengths(hours, len(days), len({on.isocalendar()[:2] for on in days}))


def working_days(first: date, last: date) -> set[date]:
    days = (last - first).days + 1
    return {day for number in range(max(days, 0)) if is_working_day(day := first + ONE_DAY * number)}


# --- One order ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseLine:
    """A course of an order. ``units``: what it takes of the order with every seat in use."""

    course: Course
    units: int

    @property
    def withdrawn(self) -> bool:
        return self.course.state == CourseState.WITHDRAWN


@dataclass(frozen=True)
class Order:
    """One order with its courses and invoices, for its buyer or its supplier."""

    contract: Contract
    row: CallOff
    courses: Sequence[CourseLine]
    invoices: Sequence[Invoice]
    taught: Found
    """By attendance so far."""
    may_prepare: bool
    may_decide: bool

    @property
    def number(self) -> str:
        return f"{self.contract.number}/{self.row.number}"

    @property
    def ordered(self) -> bool:
        return self.row.state == CallOffState.ORDERED

    @property
    def planned(self) -> int:
        return sum(one.units for one in self.courses)

    @property
    def left(self) -> int:
        """Units that no course takes yet; negative when the courses take more than was ordered."""
        return self.row.volume - self.planned

    @property
    def over(self) -> int:
        return max(-self.left, 0)

    @property
    def invoiced(self) -> Decimal:
        return sum((one.units for one in self.invoices if one.state != InvoiceState.RETURNED), ZERO)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.planned // self.row.volume) if self.row.volume else 0


def order(viewer: Viewer, contract_id: int, call_off_id: int) -> Order:
    """Raises ``NotVisible``. The number of statements grows with the order's courses only."""
    contract = contract_access.contract(viewer, contract_id)
    row = contract_access.call_offs(viewer).filter(pk=call_off_id, contract=contract).first()
    if row is None:
        raise NotVisible
    own = contract.buyer_id == viewer.organisation_id
    last = min(viewer.day, row.ends_on)
    return Order(
        contract=contract,
        row=row,
        courses=course_lines(contract.unit, [one.course for one in row.courses.select_related("course")]),
        invoices=list(row.invoices.order_by("-id")),
        taught=found(viewer, row, contract.unit, row.starts_on, last) if _reads_hours(viewer) else Found(),
        may_prepare=own and viewer.may(Capability.PROCUREMENT_PREPARE),
        may_decide=own and viewer.may(Capability.PROCUREMENT_DECIDE),
    )


def _reads_hours(viewer: Viewer) -> bool:
    return any(
        viewer.may(right)
        for right in (
            Capability.PROCUREMENT_VIEW,
            Capability.TRAINING_MANAGE,
            Capability.ATTENDANCE_REPORT,
        )
    )


def course_lines(unit: str, courses: Sequence[Course]) -> list[CourseLine]:
    """One statement. A withdrawn course takes nothing."""
    long = lengths(courses) if courses else {}
    return [
        CourseLine(
            one,
            0
            if one.state == CourseState.WITHDRAWN
            else contract_rules.units_planned(unit, one.seats, long[one.pk]),
        )
        for one in courses
    ]


def bindable(viewer: Viewer, contract: Contract) -> "QuerySet[Course]":
    """Courses of the contract's supplier and the viewer's authority that no order pays yet."""
    return (
        Course.objects.filter(organiser_id=viewer.organisation_id, provider_id=contract.supplier_id)
        .exclude(state=CourseState.WITHDRAWN)
        .exclude(pk__in=OrderCourse.objects.values("course_id"))
        .order_by("starts_on", "id")
    )


def course_panel(viewer: Viewer, course: Course) -> dict[str, Any] | None:
    """By which contract and order a course was bought, and what it takes of it; for its buyer and its supplier.

    Two statements; None when no order buys the course or the viewer sees none.
    """
    bought = (
        OrderCourse.objects.filter(course=course, call_off__contract__in=contract_access.contracts(viewer))
        .select_related("call_off__contract__lot", "call_off__contract__supplier")
        .first()
    )
    if bought is None:
        return None
    contract = bought.call_off.contract
    return {
        "contract": contract,
        "order": bought.call_off,
        "units": course_lines(contract.unit, [course])[0].units,
        "supplier": not viewer.may(Capability.PROCUREMENT_VIEW),
    }


# --- Invoices ----------------------------------------------------------------------------------------------------------


def matches(invoice: Invoice) -> bool:
    """Whether the invoice fits attendance within our own tolerance (O-N8)."""
    if invoice.units_found is None or invoice.difference_eur is None:
        return False
    tolerance = law.rule("O-N8", invoice.received_on).other_amounts["tolerance-percent"]
    shown = invoice.amount_eur - invoice.difference_eur
    return invoice.difference_eur * 100 <= shown * tolerance


def invoice(viewer: Viewer, contract_id: int, invoice_id: int) -> Invoice:
    """One invoice with its order and turns. Raises ``NotVisible``."""
    rows = contract_access.invoices(viewer).filter(contract_id=contract_id)
    one = rows.select_related("call_off", "contract__lot", "contract__buyer", "contract__supplier").filter(
        pk=invoice_id
    )
    row = one.prefetch_related("steps__made_by").first()
    if row is None:
        raise NotVisible
    return row


def days_to_invoice(viewer: Viewer, row: CallOff) -> dict[str, date]:
    """First and last day that the next invoice of an order covers: those gone by that none covers yet. Empty: none."""
    sent = [one.last for one in row.invoices.exclude(state=InvoiceState.RETURNED)]
    first = max(sent) + ONE_DAY if sent else row.starts_on
    last = min(row.ends_on, viewer.day)
    return {"first": first, "last": last} if first <= last else {}


def next_invoice(viewer: Viewer, one: Order) -> InvoiceContent | None:
    """What the next invoice of an order would hold by attendance; None when there is nothing to invoice yet."""
    days = days_to_invoice(viewer, one.row)
    if not days:
        return None
    units = found(viewer, one.row, one.contract.unit, **days).units or ZERO
    return InvoiceContent(
        "", days["first"], days["last"], units, contract_rules.euros(units * one.row.price_eur)
    )
