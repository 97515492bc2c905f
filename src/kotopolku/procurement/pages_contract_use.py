"""Pages of what happens under a contract: orders, modifications, invoices, sanctions and bonuses.

Not for: the contract itself (``pages_contracts.py``).
"""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import Words
from kotopolku.procurement import contract_access
from kotopolku.procurement.actions import contract_use as actions
from kotopolku.procurement.actions import invoices
from kotopolku.procurement.forms_contracts import (
    AdjustmentForm,
    CallOffForm,
    ContractReasonForm,
    InvoiceForm,
    ModificationForm,
)
from kotopolku.procurement.pages import press, run, show_form
from kotopolku.procurement.pages_contracts import back_to
from kotopolku.procurement.queries import contracts as queries
from kotopolku.procurement.queries import orders
from kotopolku.training.wording import day


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
    form = CallOffForm(orders.bindable(viewer, row), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: actions.call_off(
                contract_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
            ),
        )
        if made is not None:
            messages.success(
                request, _("The order was made and the supplier has been told. Plan its course next.")
            )
            return redirect("procurement:order", contract_id, made.pk)
    use = queries.use_of(row)
    words = {
        "left": use.left,
        "bought": use.bought,
        "unit": row.get_unit_display(),
        "first": day(row.starts_on),
        "last": day(queries.last_day(row)),
    }
    return show_form(
        request,
        form,
        title=_("Order training under %(number)s") % {"number": row.number},
        lead=_("%(left)s of %(bought)s %(unit)s are left. In force %(first)s – %(last)s.") % words,
        button=_("Order"),
        back=back_to(contract_id),
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
        initial=orders.days_to_invoice(viewer, ordered),
    )
    return _ask(
        request,
        contract_id,
        form,
        lambda: invoices.receive_invoice(
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
        lambda: invoices.match_again(invoice_id, actor=request.viewer),
        _("The invoice was compared with attendance as it is now."),
        reverse("procurement:contract-invoice", args=[contract_id, invoice_id]),
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
    one = contract_access.adjustment(viewer, contract_id, adjustment_id)
    form = AdjustmentForm(request.POST if request.method == "POST" else None, initial={"heard": one.heard})
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
