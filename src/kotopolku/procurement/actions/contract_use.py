"""Acts under a signed contract: call-offs to courses, results of quality goals, modifications.

Not for: the contract itself (``contracts.py``), invoices (``invoices.py``), and what happens in a course (``training``).
"""

from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.clients.wording import language
from kotopolku.journal.actions import record
from kotopolku.procurement import contract_access, contract_rules, notice_service, rules
from kotopolku.procurement.actions.contracts import (
    CONTRACT,
    opened,
    refuse_without,
    save,
    tell_buyer,
    tell_supplier,
)
from kotopolku.procurement.contract_rules import (
    CallOffContent,
    GoalContent,
    Measured,
    ModificationContent,
)
from kotopolku.procurement.models import (
    Adjustment,
    AdjustmentState,
    CallOff,
    CallOffState,
    Contract,
    ContractState,
    InvoiceState,
    Modification,
    Notice,
    Occasion,
    OrderCourse,
    QualityGoal,
)
from kotopolku.procurement.queries import contracts as queries
from kotopolku.procurement.queries import orders
from kotopolku.training import actions as training
from kotopolku.training.models import Course
from kotopolku.training.queries import results
from kotopolku.training.rules import CourseContent

CALL_OFF, ADJUSTMENT = "procurement.call-off", "procurement.adjustment"
HUNDRED = Decimal(100)
DECIDED = _("This has been decided already.")
CANCELLED = _("The order has been cancelled.")
UNKNOWN_COURSE = _("Choose a course of this supplier that no order buys yet.")


@transaction.atomic
def call_off(
    contract_id: int, content: CallOffContent, *, actor: Viewer, token: UUID | None = None
) -> CallOff:
    """Orders training under the contract, at the price of the day and within its volume. Raises ``Refusals``.

    The contract is locked: two orders at once cannot both take what is left.
    """
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, CALL_OFF)) is not None:
        return contract_access.call_offs(actor).get(pk=before)
    contract = opened(contract_id, actor, None, ContractState.IN_FORCE)
    last = queries.last_day(contract)
    refuse(contract_rules.check_call_off(content, queries.use_of(contract), contract.starts_on, last))
    course = None
    if content.course_id is not None:
        course = orders.bindable(actor, contract).filter(pk=content.course_id).first()
        if course is None:
            raise Refusals([Refusal("course", "unknown", UNKNOWN_COURSE)])
    made = CallOff.objects.create(
        contract=contract,
        number=contract.call_offs.count() + 1,
        volume=content.volume,
        price_eur=queries.price_on(contract, content.starts_on),
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        ordered_on=clock.today(),
        ordered_by_id=actor.user_id,
    )
    if course is not None:
        _tie(made, contract, course.pk, actor)
    save(contract)
    record("procurement.call-off.ordered", actor=actor, object=(CALL_OFF, made.pk), token=token)
    address = reverse("procurement:order-ours", args=[contract.pk, made.pk])
    tell_supplier(contract, "procurement.course-ordered", actor, on=content.starts_on, address=address)
    return made


@transaction.atomic
def cancel_call_off(call_off_id: int, reason: str, *, actor: Viewer) -> CallOff:
    """Takes an order back, with the reason, before it has been invoiced."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    found = contract_access.call_offs(actor).filter(pk=call_off_id).first()
    if found is None:
        raise NotVisible
    contract = opened(found.contract_id, actor, None, ContractState.IN_FORCE)
    refuse_without(reason)
    if found.state != CallOffState.ORDERED or found.invoices.exclude(state=InvoiceState.RETURNED).exists():
        raise Refusals([Refusal("", "state", _("The order has been invoiced or cancelled already."))])
    found.state, found.cancel_reason = CallOffState.CANCELLED, reason.strip()
    found.save(update_fields=["state", "cancel_reason"])
    for one in list(found.courses.all()):
        _untie(one, actor)
    save(contract)
    record("procurement.call-off.cancelled", actor=actor, object=(CALL_OFF, found.pk))
    tell_supplier(contract, "procurement.order-cancelled", actor)
    return found


# --- Courses of an order ------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_course(
    call_off_id: int, content: CourseContent, *, actor: Viewer, token: UUID | None = None
) -> Course:
    """Plans a course that the order buys, by the rules of training, within the order's days. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    ordered, contract = _ordered(actor, call_off_id)
    found = []
    if content.provider_id != contract.supplier_id:
        found.append(Refusal("provider", "not-the-supplier", _("The contract's supplier teaches.")))
    days = {"first": ordered.starts_on, "last": ordered.ends_on}
    found += [
        Refusal(name, "outside", _("The order runs from %(first)s to %(last)s."), days)
        for name in ("starts_on", "ends_on")
        if not ordered.starts_on <= getattr(content, name) <= ordered.ends_on
    ]
    refuse(found)
    course = training.plan_course(content, actor=actor, token=token)
    if not ordered.courses.filter(course=course).exists():
        _tie(ordered, contract, course.pk, actor)
    return course


@transaction.atomic
def add_course(call_off_id: int, course_id: int | None, *, actor: Viewer) -> CallOff:
    """Ties a course of the supplier that has been planned already to the order."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    ordered, contract = _ordered(actor, call_off_id)
    if not orders.bindable(actor, contract).filter(pk=course_id or 0).exists():
        raise Refusals([Refusal("course", "unknown", UNKNOWN_COURSE)])
    _tie(ordered, contract, course_id or 0, actor)
    return ordered


@transaction.atomic
def remove_course(call_off_id: int, course_id: int, *, actor: Viewer) -> CallOff:
    """Takes a course out of an order before it has been invoiced; the course stays."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    ordered, _contract = _ordered(actor, call_off_id)
    tied = ordered.courses.filter(course_id=course_id).first()
    if tied is None:
        raise NotVisible
    if ordered.invoices.exclude(state=InvoiceState.RETURNED).exists():
        raise Refusals([Refusal("", "invoiced", _("The order has been invoiced already; its courses stay."))])
    _untie(tied, actor)
    return ordered


def _ordered(actor: Viewer, call_off_id: int) -> tuple[CallOff, Contract]:
    """An order that has not been cancelled, with its contract locked. Raises ``NotVisible``, ``Refusals``."""
    found = contract_access.call_offs(actor).filter(pk=call_off_id).first()
    if found is None:
        raise NotVisible
    contract = opened(found.contract_id, actor, None, ContractState.IN_FORCE, ContractState.ENDED)
    found.refresh_from_db()
    if found.state != CallOffState.ORDERED:
        raise Refusals([Refusal("", "cancelled", CANCELLED)])
    return found, contract


def _tie(ordered: CallOff, contract: Contract, course_id: int, actor: Viewer) -> None:
    """The course is the order's from now on, and carries the contract's number for its results."""
    try:
        with transaction.atomic():
            OrderCourse.objects.create(call_off=ordered, course_id=course_id, added_on=clock.today())
    except IntegrityError:
        raise Refusals([Refusal("course", "ordered", _("This course has been ordered already."))]) from None
    training.bind_contract(course_id, contract.number, actor=actor)
    record("procurement.order-course.added", actor=actor, object=(CALL_OFF, ordered.pk))


def _untie(tied: OrderCourse, actor: Viewer) -> None:
    training.bind_contract(tied.course_id, "", actor=actor)
    record("procurement.order-course.removed", actor=actor, object=(CALL_OFF, tied.call_off_id))
    tied.delete()


# --- Quality ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def measure_quality(contract_id: int, *, actor: Viewer) -> list[Adjustment]:
    """Measures each goal by the results of the contract's courses today and proposes what it brings; the supplier is heard.

    A proposal that has not been decided is measured anew and stays the same row.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    contract = opened(contract_id, actor, None, ContractState.IN_FORCE, ContractState.ENDED)
    found = results.contract_results(actor, contract.number)
    base = queries.approved_eur(contract)
    made = []
    for goal in contract.goals.all():
        share = found[goal.measure]
        people = found["people"] if isinstance(found["people"], int) else None
        percent = low = high = None
        if isinstance(share, results.Share) and share.of:
            percent, low, high = (_percent(one) for one in (share.value, share.low, share.high))
        measured = Measured(people, percent)
        row, _made = Adjustment.objects.update_or_create(
            contract=contract,
            goal=goal,
            state=AdjustmentState.PROPOSED,
            defaults={
                "measured_on": clock.today(),
                "people": people,
                "share_percent": percent,
                "low_percent": low,
                "high_percent": high,
                "base_eur": base,
                "amount_eur": contract_rules.adjustment_eur(goal_content(goal), measured, base),
            },
        )
        made.append(row)
    if not made:
        raise Refusals([Refusal("", "no-goals", _("The contract has no quality goals."))])
    save(contract)
    record("procurement.quality.measured", actor=actor, object=(CONTRACT, contract.pk))
    tell_supplier(contract, "procurement.quality-measured", actor)
    return made


def goal_content(goal: QualityGoal) -> GoalContent:
    return GoalContent(
        goal.measure,
        goal.goal_percent,
        goal.sanction_percent,
        goal.bonus_from_percent,
        goal.bonus_percent,
        goal.least_people,
    )


def _percent(share: float) -> Decimal:
    return (Decimal(str(share)) * HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_UP)


@transaction.atomic
def decide_adjustment(
    adjustment_id: int, carried_out: bool, heard: str, reason: str, *, actor: Viewer
) -> Adjustment:
    """Decides a proposed sanction or bonus after hearing the supplier, or drops it; both with the reason."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    found = contract_access.adjustments(actor).filter(pk=adjustment_id).first()
    if found is None:
        raise NotVisible
    contract = opened(found.contract_id, actor, None, ContractState.IN_FORCE, ContractState.ENDED)
    found.refresh_from_db()
    refusals = []
    heard = heard.strip() or found.heard
    if found.state != AdjustmentState.PROPOSED:
        refusals.append(Refusal("", "decided", DECIDED))
    if carried_out and found.amount_eur < 0 and not heard.strip():
        refusals.append(
            Refusal("heard", "required", _("Write what the supplier said. A sanction needs a hearing first."))
        )
    if not reason.strip():
        refusals.append(Refusal("reason", "required", _("Write why.")))
    refuse(refusals)
    found.state = AdjustmentState.DECIDED if carried_out else AdjustmentState.DROPPED
    found.heard, found.reason = heard.strip(), reason.strip()
    found.decided_on, found.decided_by_id = clock.today(), actor.user_id
    found.save()
    save(contract)
    record("procurement.adjustment.decided", actor=actor, object=(ADJUSTMENT, found.pk))
    tell_supplier(contract, "procurement.adjustment-decided", actor)
    return found


@transaction.atomic
def answer_adjustment(adjustment_id: int, words: str, *, actor: Viewer) -> Adjustment:
    """The supplier's say on a proposed sanction or bonus, on its own page; it may be changed until the decision."""
    require(actor, Capability.BID_SUBMIT)
    found = contract_access.adjustments(actor).filter(pk=adjustment_id).first()
    if found is None:
        raise NotVisible
    with seeing_all(actor):
        found = Adjustment.objects.select_for_update().select_related("contract").get(pk=found.pk)
        refusals = []
        if found.state != AdjustmentState.PROPOSED:
            refusals.append(Refusal("", "decided", DECIDED))
        if not words.strip():
            refusals.append(Refusal("words", "required", _("Write what you think of it.")))
        refuse(refusals)
        found.heard, found.heard_on = words.strip(), clock.today()
        found.save(update_fields=["heard", "heard_on"])
    record("procurement.adjustment.answered", actor=actor, object=(ADJUSTMENT, found.pk))
    tell_buyer(
        found.contract,
        "procurement.adjustment-answered",
        actor,
        reverse("procurement:contract-adjustment", args=[found.contract_id, found.pk]),
    )
    return found


# --- Modifications ---------------------------------------------------------------------------------------------------


@transaction.atomic
def modify(
    contract_id: int,
    content: ModificationContent,
    *,
    actor: Viewer,
    expected_version: int,
    token: UUID | None = None,
) -> Modification:
    """Modifies a contract within §136 and queues the notice of it where the procedure has one. Raises ``Refusals``.

    The limits are counted from the value at signing and all minor modifications so far, under the contract's lock.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    if (before := done_before(token, "procurement.modification")) is not None:
        return Modification.objects.get(pk=before, contract_id=contract_id)
    contract = opened(contract_id, actor, expected_version, ContractState.IN_FORCE)
    today = clock.today()
    found = []
    for name in ("what", "reason"):
        if not getattr(content, name).strip():
            found.append(Refusal(name, "required", _("Write it: the reasons of a modification are public.")))
    counted = queries.modified(contract, content.ground, content.value_eur, today)
    found += [
        Refusal("value_eur", one.code, "%(text)s", {"text": one.text(language())})
        for one in counted.findings
        if one.severity == "law"
    ]
    if content.ends_on is not None and content.ends_on < today:
        found.append(Refusal("ends_on", "past", _("The new last day has gone by already.")))
    refuse(found)
    made = Modification.objects.create(
        contract=contract,
        number=contract.modifications.count() + 1,
        ground=content.ground,
        what=content.what.strip(),
        reason=content.reason.strip(),
        value_eur=content.value_eur,
        volume=content.volume,
        ends_on=content.ends_on,
        percent=counted.percent,
        made_on=today,
        made_by_id=actor.user_id,
    )
    save(contract)
    record(
        "procurement.contract.modified",
        actor=actor,
        object=("procurement.modification", made.pk),
        token=token,
    )
    _queue_modification_notice(contract)
    tell_supplier(contract, "procurement.contract-modified", actor)
    return made


def _queue_modification_notice(contract: Contract) -> None:
    """The notice of a modified contract (eForms 38); part of the modification, no act of its own."""
    subtype = rules.procedure(contract.tender.procedure).notices.get(Occasion.MODIFICATION)
    if subtype is None:
        return
    about, key = f"contract:{contract.pk}", uuid4()
    Notice.objects.create(
        tender=contract.tender,
        occasion=Occasion.MODIFICATION,
        about=about,
        subtype=subtype,
        key=key,
        payload=notice_service.queue_payload(contract.tender, Occasion.MODIFICATION, about, key),
        queued_at=clock.now(),
    )
