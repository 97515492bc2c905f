"""Acts on invoices of orders: sent by the supplier or written down by the buyer, matched, disputed, answered, approved.

Every act leaves a turn, so that nothing said or invoiced is overwritten. Not for: orders and courses (``contract_use.py``).
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.procurement import contract_access, contract_rules
from kotopolku.procurement.actions.contract_use import CANCELLED
from kotopolku.procurement.actions.contracts import WRONG_STATE, refuse_without, tell_buyer, tell_supplier
from kotopolku.procurement.contract_rules import InvoiceContent
from kotopolku.procurement.models import (
    CallOff,
    CallOffState,
    Contract,
    ContractState,
    Invoice,
    InvoiceState,
    InvoiceStep,
    InvoiceTurn,
)
from kotopolku.procurement.queries import orders
from kotopolku.procurement.queries.orders import Found

INVOICE = "procurement.invoice"
SIGNED = (ContractState.IN_FORCE, ContractState.ENDED)
DECIDED = _("This invoice has been decided already.")


@transaction.atomic
def receive_invoice(
    call_off_id: int, content: InvoiceContent, *, actor: Viewer, token: UUID | None = None
) -> Invoice:
    """The buyer writes down an invoice that came elsewhere; it is matched to the attendance of the order's courses."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, INVOICE)) is not None:
        return contract_access.invoices(actor).get(pk=before)
    ordered = _order(actor, call_off_id)
    contract = Contract.objects.select_for_update().get(pk=ordered.contract_id)
    refuse(_wrong(contract, ordered, content))
    made = _make(contract, ordered, content, _found(actor, contract, ordered, content))
    _turn(made, InvoiceTurn.RECEIVED, actor)
    record("procurement.invoice.received", actor=actor, object=(INVOICE, made.pk), token=token)
    return made


@transaction.atomic
def send_invoice(
    call_off_id: int,
    content: InvoiceContent,
    words: str = "",
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> Invoice:
    """The supplier sends an invoice of an order of its own, at most for what was ordered; the buyer is told.

    Row security lets a supplier read its contracts; what it may write is checked here and written past it.
    """
    require(actor, Capability.BID_SUBMIT)
    if (before := done_before(token, INVOICE)) is not None:
        return contract_access.invoices(actor).get(pk=before)
    ordered = _order(actor, call_off_id)
    found = _found(actor, ordered.contract, ordered, content)
    with seeing_all(actor):
        contract = Contract.objects.select_for_update().get(pk=ordered.contract_id)
        refuse([*_wrong(contract, ordered, content), *_over(ordered, content)])
        made = _make(contract, ordered, content, found, by_supplier=True)
        _turn(made, InvoiceTurn.SENT, actor, words)
    record("procurement.invoice.sent", actor=actor, object=(INVOICE, made.pk), token=token)
    _tell_of(made, actor)
    return made


@transaction.atomic
def answer_invoice(invoice_id: int, content: InvoiceContent, words: str, *, actor: Viewer) -> Invoice:
    """The supplier answers a disputed invoice: other figures, or the same with its reasons. It is matched anew."""
    require(actor, Capability.BID_SUBMIT)
    seen = (
        contract_access.invoices(actor).select_related("contract", "call_off").filter(pk=invoice_id).first()
    )
    if seen is None:
        raise NotVisible
    found = _found(actor, seen.contract, seen.call_off, content)
    with seeing_all(actor):
        contract = Contract.objects.select_for_update().get(pk=seen.contract_id)
        invoice = Invoice.objects.select_for_update().select_related("contract", "call_off").get(pk=seen.pk)
        ordered = invoice.call_off
        refusals = [*_wrong(contract, ordered, content, invoice.pk), *_over(ordered, content, invoice.pk)]
        if invoice.state != InvoiceState.RETURNED:
            refusals.append(
                Refusal("", "state", _("Only an invoice that the buyer has disputed is answered."))
            )
        same = content == _content(invoice)
        if same and not words.strip():
            refusals.append(
                Refusal("words", "required", _("Correct the figures or write why they are right."))
            )
        refuse(refusals)
        _fill(invoice, content)
        invoice.state, invoice.reason = InvoiceState.RECEIVED, ""
        invoice.decided_on, invoice.decided_by = None, None
        _match(invoice, ordered, found)
        _arrived(invoice)
        _save(invoice)
        _turn(invoice, InvoiceTurn.ANSWERED if same else InvoiceTurn.CORRECTED, actor, words)
    record("procurement.invoice.answered", actor=actor, object=(INVOICE, invoice.pk))
    _tell_of(invoice, actor)
    return invoice


@transaction.atomic
def match_again(invoice_id: int, *, actor: Viewer) -> Invoice:
    """Matches an invoice that waits to the attendance as it is now."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    invoice = _waiting(actor, invoice_id)
    found = _found(actor, invoice.contract, invoice.call_off, _content(invoice))
    _match(invoice, invoice.call_off, found)
    invoice.save()
    record("procurement.invoice.matched", actor=actor, object=(INVOICE, invoice.pk))
    return invoice


@transaction.atomic
def decide_invoice(invoice_id: int, approved: bool, reason: str, *, actor: Viewer) -> Invoice:
    """Approves an invoice or disputes it with the reason; the supplier is told and may answer.

    One that does not match attendance, or is over its order, is approved only with a reason.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    invoice = _waiting(actor, invoice_id)
    if not (
        approved and orders.matches(invoice) and not _over(invoice.call_off, _content(invoice), invoice.pk)
    ):
        refuse_without(reason)
    invoice.state = InvoiceState.APPROVED if approved else InvoiceState.RETURNED
    invoice.reason, invoice.decided_on, invoice.decided_by_id = reason.strip(), clock.today(), actor.user_id
    invoice.save()
    _turn(invoice, InvoiceTurn.APPROVED if approved else InvoiceTurn.RETURNED, actor, reason)
    record("procurement.invoice.decided", actor=actor, object=(INVOICE, invoice.pk))
    kind = "procurement.invoice-approved" if approved else "procurement.invoice-disputed"
    address = reverse("procurement:invoice-ours", args=[invoice.contract_id, invoice.pk])
    tell_supplier(invoice.contract, kind, actor, address=address)
    return invoice


# --- What the acts share ---------------------------------------------------------------------------------------------


def _order(actor: Viewer, call_off_id: int) -> CallOff:
    found = contract_access.call_offs(actor).select_related("contract").filter(pk=call_off_id).first()
    if found is None:
        raise NotVisible
    return found


def _waiting(actor: Viewer, invoice_id: int) -> Invoice:
    rows = contract_access.invoices(actor).select_related("contract", "call_off")
    found = rows.select_for_update(of=("self",)).filter(pk=invoice_id).first()
    if found is None:
        raise NotVisible
    if found.state != InvoiceState.RECEIVED:
        raise Refusals([Refusal("", "state", DECIDED)])
    return found


def _wrong(contract: Contract, ordered: CallOff, content: InvoiceContent, kept: int = 0) -> list[Refusal]:
    """All that keeps an invoice from being taken. ``kept``: the invoice that is corrected."""
    found = contract_rules.check_invoice(content)
    if contract.state not in SIGNED:
        found.append(Refusal("", "state", WRONG_STATE))
    if ordered.state != CallOffState.ORDERED:
        found.append(Refusal("", "cancelled", CANCELLED))
    others = ordered.invoices.exclude(state=InvoiceState.RETURNED).exclude(pk=kept)
    if others.filter(first__lte=content.last, last__gte=content.first).exists():
        found.append(Refusal("first", "overlap", _("Another invoice covers some of these days already.")))
    days = {"first": ordered.starts_on, "last": ordered.ends_on}
    if content.first < ordered.starts_on or content.last > ordered.ends_on:
        found.append(Refusal("first", "outside", _("The order runs from %(first)s to %(last)s."), days))
    if content.last > clock.today():
        found.append(Refusal("last", "future", _("Only days that have gone by are invoiced.")))
    return found


def _over(ordered: CallOff, content: InvoiceContent, kept: int = 0) -> list[Refusal]:
    """Whether the order's invoices would be for more units than were ordered."""
    others = ordered.invoices.exclude(state=InvoiceState.RETURNED).exclude(pk=kept)
    left = ordered.volume - sum(others.values_list("units", flat=True))
    if content.units <= left:
        return []
    words = _("The order has %(left)s units left to invoice. More needs another order.")
    return [Refusal("units", "over", words, {"left": left})]


def _found(actor: Viewer, contract: Contract, ordered: CallOff, content: InvoiceContent) -> Found:
    return orders.found(actor, ordered, contract.unit, content.first, content.last)


def _make(
    contract: Contract, ordered: CallOff, content: InvoiceContent, found: Found, by_supplier: bool = False
) -> Invoice:
    made = Invoice(contract=contract, call_off=ordered, by_supplier=by_supplier)
    _fill(made, content)
    _arrived(made)
    _match(made, ordered, found)
    _save(made)
    return made


def _fill(invoice: Invoice, content: InvoiceContent) -> None:
    invoice.reference, invoice.first, invoice.last = content.reference.strip(), content.first, content.last
    invoice.units, invoice.amount_eur = content.units, content.amount_eur


def _content(invoice: Invoice) -> InvoiceContent:
    return InvoiceContent(invoice.reference, invoice.first, invoice.last, invoice.units, invoice.amount_eur)


def _arrived(invoice: Invoice) -> None:
    today = clock.today()
    invoice.received_on, invoice.check_by = today, law.due("O-N8", today).due or today


def _match(invoice: Invoice, ordered: CallOff, found: Found) -> None:
    """Fills in what attendance shows; empty while nobody has entered any."""
    known = found.units is not None
    invoice.hours_planned = found.planned if known else None
    invoice.hours_attended = found.attended if known else None
    seen = contract_rules.match_invoice(
        _content(invoice), ordered.price_eur, found.units, invoice.received_on
    )
    invoice.units_found, invoice.difference_eur = seen.units_found, seen.difference_eur


def _save(invoice: Invoice) -> None:
    try:
        with transaction.atomic():
            invoice.save()
    except IntegrityError:
        words = _("There is an invoice of this number already.")
        raise Refusals([Refusal("reference", "twice", words)]) from None


def _turn(invoice: Invoice, turn: InvoiceTurn, actor: Viewer, words: str = "") -> None:
    InvoiceStep.objects.create(
        invoice=invoice,
        turn=turn,
        made_on=clock.today(),
        made_by_id=actor.user_id,
        words=words.strip(),
        units=invoice.units,
        amount_eur=invoice.amount_eur,
        units_found=invoice.units_found,
    )


def _tell_of(invoice: Invoice, actor: Viewer) -> None:
    address = reverse("procurement:contract-invoice", args=[invoice.contract_id, invoice.pk])
    tell_buyer(invoice.contract, "procurement.invoice-sent", actor, address, on=invoice.check_by)
