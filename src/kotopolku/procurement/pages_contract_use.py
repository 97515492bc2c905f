"""Pages of what happens under a contract: orders, modifications, invoices, sanctions and bonuses.

Not for: the contract itself (``pages_contracts.py``).
"""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import Words
from kotopolku.procurement import contract_access
from kotopolku.procurement.actions import contract_use as actions
from kotopolku.procurement.forms_contracts import (
    AdjustmentForm,
    CallOffForm,
    ContractReasonForm,
    InvoiceDecisionForm,
    InvoiceForm,
    ModificationForm,
)
from kotopolku.procurement.pages import press, run, show_form
from kotopolku.procurement.pages_contracts import back_to
from kotopolku.procurement.queries import contracts as queries


def _ask(
    request: ViewerRequest,
    contract_id: int,
    form: forms.Form,
    act: Callable[[], object],
    *,
    title: Words,
    done: Words,
    button: Words,
    lead: Words = "",
    danger: bool = False,
) -> HttpResponse:
    """A form whose act leads back to the contract."""
    if request.method == "POST" and run(form, act) is not None:
        messages.success(request, str(done))
        return redirect(back_to(contract_id))
    return show_form(
        request, form, title=title, lead=lead, button=button, back=back_to(contract_id), danger=danger
    )


@needs(Capability.PROCUREMENT_PREPARE)
def order(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = CallOffForm(queries.bindable(viewer, row), request.POST if request.method == "POST" else None)
    use = queries.use_of(row)
    return _ask(
        request,
        contract_id,
        form,
        lambda: actions.call_off(contract_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        title=_("Order a course under %(number)s") % {"number": row.number},
        lead=_("%(left)s units of %(bought)s are left.") % {"left": use.left, "bought": use.bought},
        done=_("The course was ordered. The supplier has been told."),
        button=_("Order"),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def cancel_order(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = ContractReasonForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        contract_id,
        form,
        lambda: actions.cancel_call_off(call_off_id, form.cleaned_data["reason"], actor=viewer),
        title=_("Cancel an order under %(number)s") % {"number": row.number},
        done=_("The order was cancelled. The supplier has been told."),
        button=_("Cancel the order"),
        danger=True,
    )


@needs(Capability.PROCUREMENT_DECIDE)
def modify(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = ModificationForm(
        request.POST if request.method == "POST" else None, initial={"version": row.version}
    )
    now = queries.modified(row, "", queries.ZERO, viewer.day)
    return _ask(
        request,
        contract_id,
        form,
        lambda: actions.modify(
            contract_id,
            form.content(),
            actor=viewer,
            expected_version=form.expected_version,
            token=form.cleaned_data["token"],
        ),
        title=_("Modify the contract %(number)s") % {"number": row.number},
        lead=_(
            "Minor modifications so far: %(percent)s %% of the value at signing. They stay under %(limit)s %% together."
        )
        % {"percent": now.percent, "limit": now.limit_percent},
        done=_("The contract was modified. The supplier has been told and the notice is in line."),
        button=_("Modify the contract"),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def new_invoice(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    ordered = contract_access.call_offs(viewer).filter(pk=call_off_id, contract=row).first()
    if ordered is None:
        raise NotVisible
    form = InvoiceForm(
        request.POST if request.method == "POST" else None,
        initial={"first": ordered.starts_on, "last": min(ordered.ends_on, viewer.day)},
    )
    return _ask(
        request,
        contract_id,
        form,
        lambda: actions.receive_invoice(
            call_off_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        title=_("Invoice of the order %(number)s") % {"number": f"{row.number}/{ordered.number}"},
        lead=_("It is compared with the attendance that the teachers have entered for those days."),
        done=_("The invoice was written down and compared with attendance."),
        button=_("Write down the invoice"),
    )


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def match_invoice(request: ViewerRequest, contract_id: int, invoice_id: int) -> HttpResponse:
    return press(
        request,
        lambda: actions.match_again(invoice_id, actor=request.viewer),
        _("The invoice was compared with attendance as it is now."),
        back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def decide_invoice(request: ViewerRequest, contract_id: int, invoice_id: int) -> HttpResponse:
    viewer = request.viewer
    found = contract_access.invoices(viewer).filter(pk=invoice_id, contract_id=contract_id).first()
    if found is None:
        raise NotVisible
    form = InvoiceDecisionForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        contract_id,
        form,
        lambda: actions.decide_invoice(
            invoice_id, form.cleaned_data["approved"] == "yes", form.cleaned_data["reason"], actor=viewer
        ),
        title=_("Decide the invoice %(number)s") % {"number": found.reference},
        lead=_("It matches attendance.") if queries.matches(found) else _("It does not match attendance."),
        done=_("The invoice was decided."),
        button=_("Decide"),
    )


@needs(Capability.PROCUREMENT_DECIDE)
@require_POST
def measure(request: ViewerRequest, contract_id: int) -> HttpResponse:
    return press(
        request,
        lambda: actions.measure_quality(contract_id, actor=request.viewer),
        _("The goals were measured. The supplier can be heard before you decide."),
        back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def decide_adjustment(request: ViewerRequest, contract_id: int, adjustment_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = AdjustmentForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        contract_id,
        form,
        lambda: actions.decide_adjustment(
            adjustment_id,
            form.cleaned_data["carried_out"] == "yes",
            form.cleaned_data["heard"],
            form.cleaned_data["reason"],
            actor=viewer,
        ),
        title=_("Sanction or bonus under %(number)s") % {"number": row.number},
        lead=_("The result says something only with its interval. Hear the supplier first."),
        done=_("It was decided. The supplier has been told."),
        button=_("Decide"),
    )
