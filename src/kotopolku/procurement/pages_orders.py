"""Pages of one order and its invoices, for the buyer and for the supplier: its courses, what they take, what was taught.

Not for: the contract itself (``pages_contracts.py``), other things under it (``pages_contract_use.py``).
"""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, require
from kotopolku.clients.pages import Words
from kotopolku.clients.wording import language
from kotopolku.law.wording import euro_text
from kotopolku.procurement import contract_access, contract_rules
from kotopolku.procurement.actions import contract_use, invoices
from kotopolku.procurement.forms_contracts import (
    AdjustmentAnswerForm,
    InvoiceDecisionForm,
    OrderCourseForm,
    SupplierInvoiceForm,
)
from kotopolku.procurement.models import Invoice, InvoiceState, said
from kotopolku.procurement.pages import press, run, saving, status_of
from kotopolku.procurement.queries import orders as queries
from kotopolku.procurement.queries.orders import Order
from kotopolku.training import curricula
from kotopolku.training.forms_courses import CourseForm
from kotopolku.training.models import Track


def order_address(contract_id: int, call_off_id: int) -> str:
    return reverse("procurement:order", args=[contract_id, call_off_id])


# --- The buyer's order -------------------------------------------------------------------------------------------------


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def order(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    """One order: its courses, how much of it they take, what has been taught and invoiced."""
    found = queries.order(request.viewer, contract_id, call_off_id)
    form = None
    if found.may_prepare and found.ordered:
        bindable = list(queries.bindable(request.viewer, found.contract)[:200])
        form = OrderCourseForm(bindable) if bindable else None
    context = {"order": found, "form": form, "matching": _matching(found)}
    return render(request, "procurement/order.html", context)


def _matching(found: Order) -> set[int]:
    return {one.pk for one in found.invoices if queries.matches(one)}


@needs(Capability.PROCUREMENT_PREPARE)
def plan_course(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    """A new course that the order buys: the form of training, filled in from the contract, its lot and the order."""
    viewer = request.viewer
    found = queries.order(viewer, contract_id, call_off_id)
    form = CourseForm(
        [found.contract.supplier],
        found.row.starts_on,
        request.POST if request.method == "POST" else None,
        initial=first_words(found),
    )
    back = order_address(contract_id, call_off_id)
    return saving(
        request,
        form,
        lambda: contract_use.plan_course(
            call_off_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The course was planned as a draft of this order. Publish it when it is ready."),
        template="training/course_form.html",
        title=_("Plan a course for the order %(number)s") % {"number": found.number},
        lead=_("%(supplier)s teaches. %(left)s of %(volume)s %(unit)s are free for courses.")
        % {
            "supplier": found.contract.supplier.name,
            "left": max(found.left, 0),
            "volume": found.row.volume,
            "unit": found.contract.get_unit_display(),
        },
        button=_("Save the draft of the course"),
        back=back,
    )


@needs(Capability.PROCUREMENT_PREPARE)
def add_course(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    """Ties a course that has been planned already to the order."""
    viewer = request.viewer
    found = queries.order(viewer, contract_id, call_off_id)
    form = OrderCourseForm(
        queries.bindable(viewer, found.contract)[:200], request.POST if request.method == "POST" else None
    )
    back = order_address(contract_id, call_off_id)
    return saving(
        request,
        form,
        lambda: contract_use.add_course(call_off_id, int(form.cleaned_data["course"]), actor=viewer),
        done=_("The course belongs to this order now."),
        title=_("Add a course to the order %(number)s") % {"number": found.number},
        lead=_("Courses of this supplier that no order buys yet."),
        button=_("Add the course"),
        back=back,
    )


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def remove_course(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    """Takes the course in the form out of the order."""
    chosen = request.POST.get("course", "")
    return press(
        request,
        lambda: contract_use.remove_course(
            call_off_id, int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0, actor=request.viewer
        ),
        _("The course was taken out of the order. The course itself stays."),
        order_address(contract_id, call_off_id),
    )


def first_words(one: Order) -> dict[str, Any]:
    """What the form of a new course begins with: as the order's latest course, else as contract, lot and tender say."""
    lot = one.contract.lot
    tender = one.contract.tender
    title = ", ".join(
        said(words, lot.language) for words in (tender.title, lot.title) if said(words, lot.language)
    )
    initial: dict[str, Any] = {
        "name": (title if not one.courses else f"{title} ({len(one.courses) + 1})")[:200],
        "provider": one.contract.supplier_id,
        "starts_on": one.row.starts_on,
        "ends_on": one.row.ends_on,
        "fee_free": True,
    }
    if one.courses:
        initial = CourseForm.initial_of(one.courses[-1].course) | {"name": initial["name"], "version": None}
    else:
        known = curricula.curricula()
        chosen = lot.track if lot.track in known else tender.curriculum
        initial |= {
            "curriculum": chosen,
            "track": lot.track if lot.track in Track.values else "",
            "scope": known[chosen].max_scope if chosen in known else None,
            "entry_from": lot.entry_level,
            "target_level": lot.target_level,
            "language": lot.language,
            "municipality": lot.municipality,
            "attending": "place" if lot.municipality else "remote",
        }
    long = queries.lengths_of(
        queries.working_days(initial["starts_on"], initial["ends_on"]), initial.get("hours") or 0
    )
    if lot.days_each:
        long = replace(long, days=min(lot.days_each, long.days))
    enough = contract_rules.seats_for(one.contract.unit, max(one.left, 0), long)
    if initial.get("weekday_1"):
        initial["hours"] = None
    seats = [number for number in (enough, initial.get("seats")) if number]
    return initial | {"seats": min(seats) if seats else None}


# --- Invoices ----------------------------------------------------------------------------------------------------------


@needs(Capability.PROCUREMENT_VIEW)
def invoice(request: ViewerRequest, contract_id: int, invoice_id: int) -> HttpResponse:
    """An invoice beside attendance with all its turns; who decides on contracts approves it or disputes it here."""
    viewer = request.viewer
    row = queries.invoice(viewer, contract_id, invoice_id)
    form = InvoiceDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(viewer, Capability.PROCUREMENT_DECIDE)
        done = run(
            form,
            lambda: invoices.decide_invoice(
                invoice_id,
                form.cleaned_data["approved"] == "yes",
                form.cleaned_data["reason"],
                actor=viewer,
            ),
        )
        if done is not None:
            messages.success(request, _("The invoice was decided. The supplier has been told."))
            return redirect(order_address(contract_id, row.call_off_id))
    own = row.contract.buyer_id == viewer.organisation_id
    waits = row.state == InvoiceState.RECEIVED and own
    return _show_invoice(
        request,
        row,
        form if waits and viewer.may(Capability.PROCUREMENT_DECIDE) else None,
        _("Decide"),
        may_match=waits and viewer.may(Capability.PROCUREMENT_PREPARE),
        supplier=False,
    )


def _show_invoice(
    request: ViewerRequest, row: Invoice, form: Any, button: Words, **more: object
) -> HttpResponse:
    found = queries.order(request.viewer, row.contract_id, row.call_off_id)
    context = {
        "invoice": row,
        "order": found,
        "matches": queries.matches(row),
        "form": form,
        "button": button,
    }
    status = status_of(form) if form is not None else 200
    return render(request, "procurement/invoice.html", context | more, status=status)


# --- The supplier's side -----------------------------------------------------------------------------------------------


@needs(Capability.BID_SUBMIT)
@require_GET
def order_ours(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    """The same to its supplier, who invoices it here."""
    found = queries.order(request.viewer, contract_id, call_off_id)
    context = {"order": found, "supplier": True, "matching": _matching(found)}
    return render(request, "procurement/order.html", context)


@needs(Capability.BID_SUBMIT)
def send_invoice(request: ViewerRequest, contract_id: int, call_off_id: int) -> HttpResponse:
    """The supplier's invoice of an order: filled in as attendance shows, changed where it does not hold."""
    viewer = request.viewer
    found = queries.order(viewer, contract_id, call_off_id)
    expected = queries.next_invoice(viewer, found)
    form = SupplierInvoiceForm(
        request.POST if request.method == "POST" else None, initial=_typed(expected) if expected else {}
    )
    return saving(
        request,
        form,
        lambda: invoices.send_invoice(
            call_off_id,
            form.content(),
            form.cleaned_data["words"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The invoice was sent and compared with attendance. The buyer has been told."),
        onward=lambda sent: reverse("procurement:invoice-ours", args=[contract_id, sent.pk]),
        title=_("Invoice of the order %(number)s") % {"number": found.number},
        lead=_("Filled in as the attendance that your teachers have entered shows. Change what differs."),
        button=_("Send the invoice"),
        back=reverse("procurement:order-ours", args=[contract_id, call_off_id]),
    )


@needs(Capability.BID_SUBMIT)
def invoice_ours(request: ViewerRequest, contract_id: int, invoice_id: int) -> HttpResponse:
    """An own invoice: how it matched, what the buyer says, and the answer to a dispute."""
    viewer = request.viewer
    row = queries.invoice(viewer, contract_id, invoice_id)
    disputed = row.state == InvoiceState.RETURNED
    form = SupplierInvoiceForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(row, name) for name in ("reference", "first", "last", "units", "amount_eur")},
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: invoices.answer_invoice(
                invoice_id, form.content(), form.cleaned_data["words"], actor=viewer
            ),
        )
        if done is not None:
            messages.success(request, _("Your answer was sent. The buyer has been told."))
            return redirect("procurement:invoice-ours", contract_id, invoice_id)
    return _show_invoice(request, row, form if disputed or form.is_bound else None, _("Send"), supplier=True)


def _typed(content: contract_rules.InvoiceContent) -> dict[str, Any]:
    return {
        "first": content.first,
        "last": content.last,
        "units": content.units or None,
        "amount_eur": content.amount_eur or None,
    }


@needs(Capability.BID_SUBMIT)
def answer_adjustment(request: ViewerRequest, contract_id: int, adjustment_id: int) -> HttpResponse:
    """What the supplier thinks of a proposed sanction or bonus."""
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    one = contract_access.adjustment(viewer, contract_id, adjustment_id)
    form = AdjustmentAnswerForm(
        request.POST if request.method == "POST" else None, initial={"words": one.heard}
    )
    back = reverse("procurement:contract-ours", args=[contract_id])
    return saving(
        request,
        form,
        lambda: contract_use.answer_adjustment(adjustment_id, form.cleaned_data["words"], actor=viewer),
        done=_("Your answer was sent. The buyer reads it before it decides."),
        title=_("Answer: %(goal)s") % {"goal": one.goal.get_measure_display()},
        lead=_("The buyer proposes %(sum)s under the contract %(number)s.")
        % {"sum": euro_text(one.amount_eur, language()), "number": row.number},
        button=_("Send the answer"),
        back=back,
    )
