"""Acts under a signed contract: call-offs to courses, results of quality goals, modifications, invoices.

Not for: the contract itself (``contracts.py``), and what happens in a course (``training``).
"""

from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.clients.wording import language
from kotopolku.journal.actions import record
from kotopolku.procurement import contract_access, contract_rules, notice_service, rules
from kotopolku.procurement.actions.contracts import CONTRACT, opened, refuse_without, save, tell_supplier
from kotopolku.procurement.contract_rules import (
    CallOffContent,
    GoalContent,
    InvoiceContent,
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
    Invoice,
    InvoiceState,
    Modification,
    Notice,
    Occasion,
    QualityGoal,
)
from kotopolku.procurement.queries import contracts as queries
from kotopolku.training import actions as training
from kotopolku.training.queries import results
from kotopolku.training.queries.teaching import attended_hours

CALL_OFF, INVOICE, ADJUSTMENT = "procurement.call-off", "procurement.invoice", "procurement.adjustment"
HUNDRED = Decimal(100)


@transaction.atomic
def call_off(
    contract_id: int, content: CallOffContent, *, actor: Viewer, token: UUID | None = None
) -> CallOff:
    """Orders a course under the contract, at the price of the day and within its volume. Raises ``Refusals``.

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
        course = queries.bindable(actor, contract).filter(pk=content.course_id).first()
        if course is None:
            raise Refusals([Refusal("course", "unknown", _("Choose a course of this supplier."))])
    try:
        with transaction.atomic():
            made = CallOff.objects.create(
                contract=contract,
                number=contract.call_offs.count() + 1,
                course=course,
                volume=content.volume,
                price_eur=queries.price_on(contract, content.starts_on),
                starts_on=content.starts_on,
                ends_on=content.ends_on,
                ordered_on=clock.today(),
                ordered_by_id=actor.user_id,
            )
    except IntegrityError:
        raise Refusals([Refusal("course", "ordered", _("This course has been ordered already."))]) from None
    if course is not None:
        training.bind_contract(course.pk, contract.number, actor=actor)
    save(contract)
    record("procurement.call-off.ordered", actor=actor, object=(CALL_OFF, made.pk), token=token)
    tell_supplier(contract, "procurement.course-ordered", actor, on=content.starts_on)
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
    if found.course_id is not None:
        training.bind_contract(found.course_id, "", actor=actor)
    save(contract)
    record("procurement.call-off.cancelled", actor=actor, object=(CALL_OFF, found.pk))
    tell_supplier(contract, "procurement.order-cancelled", actor)
    return found


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
    if found.state != AdjustmentState.PROPOSED:
        refusals.append(Refusal("", "decided", _("This has been decided already.")))
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


# --- Invoices --------------------------------------------------------------------------------------------------------


@transaction.atomic
def receive_invoice(
    call_off_id: int, content: InvoiceContent, *, actor: Viewer, token: UUID | None = None
) -> Invoice:
    """Writes an invoice down and matches it to the attendance of its course in the invoiced period."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, INVOICE)) is not None:
        return contract_access.invoices(actor).get(pk=before)
    ordered = contract_access.call_offs(actor).filter(pk=call_off_id).first()
    if ordered is None:
        raise NotVisible
    contract = opened(ordered.contract_id, actor, None, ContractState.IN_FORCE, ContractState.ENDED)
    found = contract_rules.check_invoice(content)
    if ordered.state != CallOffState.ORDERED:
        found.append(Refusal("", "cancelled", _("The order has been cancelled.")))
    overlap = ordered.invoices.exclude(state=InvoiceState.RETURNED).filter(
        first__lte=content.last, last__gte=content.first
    )
    if overlap.exists():
        found.append(Refusal("first", "overlap", _("Another invoice covers some of these days already.")))
    refuse(found)
    today = clock.today()
    try:
        with transaction.atomic():
            made = Invoice.objects.create(
                contract=contract,
                call_off=ordered,
                reference=content.reference.strip(),
                first=content.first,
                last=content.last,
                units=content.units,
                amount_eur=content.amount_eur,
                received_on=today,
                check_by=law.due("O-N8", today).due or today,
            )
    except IntegrityError:
        raise Refusals(
            [Refusal("reference", "twice", _("This invoice has been written down already."))]
        ) from None
    _match(made, contract, ordered, actor)
    save(contract)
    record("procurement.invoice.received", actor=actor, object=(INVOICE, made.pk), token=token)
    return made


def _match(invoice: Invoice, contract: Contract, ordered: CallOff, actor: Viewer) -> None:
    """Fills in what attendance shows; stays empty while nobody has entered any."""
    if ordered.course_id is None:
        return
    hours = attended_hours(actor, [ordered.course_id], invoice.first, invoice.last).get(ordered.course_id)
    if hours is None or not hours.students:
        return
    units = contract_rules.units_of(
        contract.unit,
        hours.attended,
        queries.hours_a_day(ordered.course_id, invoice.first, invoice.last),
        hours.students,
    )
    content = InvoiceContent(
        invoice.reference, invoice.first, invoice.last, invoice.units, invoice.amount_eur
    )
    found = contract_rules.match_invoice(content, ordered.price_eur, units, invoice.received_on)
    invoice.hours_planned, invoice.hours_attended = hours.planned, hours.attended
    invoice.units_found, invoice.difference_eur = found.units_found, found.difference_eur
    invoice.save()


@transaction.atomic
def match_again(invoice_id: int, *, actor: Viewer) -> Invoice:
    """Matches an invoice that waits to the attendance as it is now."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    invoice = _waiting_invoice(actor, invoice_id)
    _match(invoice, invoice.contract, invoice.call_off, actor)
    record("procurement.invoice.matched", actor=actor, object=(INVOICE, invoice.pk))
    return invoice


@transaction.atomic
def decide_invoice(invoice_id: int, approved: bool, reason: str, *, actor: Viewer) -> Invoice:
    """Approves an invoice or sends it back. One that does not match attendance is approved only with a reason."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    invoice = _waiting_invoice(actor, invoice_id)
    if not (approved and queries.matches(invoice)):
        refuse_without(reason)
    invoice.state = InvoiceState.APPROVED if approved else InvoiceState.RETURNED
    invoice.reason, invoice.decided_on, invoice.decided_by_id = reason.strip(), clock.today(), actor.user_id
    invoice.save()
    record("procurement.invoice.decided", actor=actor, object=(INVOICE, invoice.pk))
    return invoice


def _waiting_invoice(actor: Viewer, invoice_id: int) -> Invoice:
    rows = contract_access.invoices(actor).select_related("contract", "call_off")
    found = rows.select_for_update(of=("self",)).filter(pk=invoice_id).first()
    if found is None:
        raise NotVisible
    if found.state != InvoiceState.RECEIVED:
        raise Refusals([Refusal("", "state", _("This invoice has been decided already."))])
    return found
