"""Interpreter orders: ordering, what became of one, the list of a day to print or send to the agency."""

import csv
import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.appointments import access, actions, queries, wording
from kotopolku.appointments.forms import DaysForm, OrderForm, OrderStateForm
from kotopolku.appointments.models import InterpretingWay
from kotopolku.appointments.pages import attempt, show
from kotopolku.appointments.queries import OrderRow
from kotopolku.clients.exports import harmless
from kotopolku.reference import queries as reference


@needs(Capability.CLIENT_EDIT)
def order(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    """Orders an interpreter for a booked time; the language of the first client who needs one is proposed."""
    meeting = queries.meeting(request.viewer, appointment_id)
    ordered = {one.language for one in meeting.orders}
    wanted = [
        one.participant.person.service_language
        for one in meeting.attending
        if one.participant.person.interpreter_needed
        and one.participant.person.service_language not in ordered
    ]
    initial = {"language": wanted[0] if wanted else "", "way": InterpretingWay.PRESENT}
    form = OrderForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.order_interpreter(
                appointment_id, form.content(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if done is not None:
            messages.success(
                request, _("The order was written down. Send it to the agency from the list of orders.")
            )
            return redirect("appointments:appointment", appointment_id)
    return show(
        request,
        form,
        title=_("Order an interpreter"),
        button=_("Order an interpreter"),
        back=reverse("appointments:appointment", args=[appointment_id]),
        lead=_("Written down here; the agency is told by the list of orders, or as you have agreed with it."),
    )


@needs(Capability.CLIENT_EDIT)
def change_order(request: ViewerRequest, order_id: int) -> HttpResponse:
    """What became of an order: confirmed, cancelled, interpreted; what it cost."""
    found = access.order(request.viewer, order_id)
    form = OrderStateForm(request.POST or None, order=found)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.change_order(
                order_id,
                form.cleaned_data["state"],
                actor=request.viewer,
                provider=form.cleaned_data["provider"],
                reference_number=form.cleaned_data["reference_number"],
                cost_eur=form.cleaned_data["cost_eur"],
            ),
        )
        if done is not None:
            messages.success(request, _("The order is now: %(state)s.") % {"state": done.get_state_display()})
            return redirect("appointments:appointment", found.appointment_id)
    spoken = reference.language(found.language)
    return show(
        request,
        form,
        title=_("Interpreter order"),
        button=_("Save"),
        back=reverse("appointments:appointment", args=[found.appointment_id]),
        lead=_(
            "%(language)s, %(way)s. Cancelled in time is at least %(hours)d hours before (our own target)."
        )
        % {
            "language": (spoken.name() if spoken else found.language).capitalize(),
            "way": found.get_way_display(),
            "hours": law.interpreter_hours(request.viewer.day),
        },
    )


@needs(Capability.CLIENT_VIEW)
@require_GET
def orders(request: ViewerRequest) -> HttpResponse:
    """The orders of a day or of some days: a list to print. It names no client."""
    form = DaysForm(request.GET or None)
    first, last = form.days(law.next_working_day(request.viewer.day))
    return render(
        request,
        "appointments/orders.html",
        {
            "form": form if form.is_bound else DaysForm(initial={"on": first, "until": last}),
            "rows": queries.orders_on(request.viewer, first, last),
            "first": first,
            "last": last,
            "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@needs(Capability.CLIENT_VIEW)
@require_GET
def orders_csv(request: ViewerRequest) -> HttpResponse:
    """The open orders of the days as a file for the agency: semicolons and a byte order mark, nothing about the client."""
    first, last = DaysForm(request.GET or None).days(law.next_working_day(request.viewer.day))
    rows = queries.orders_on(request.viewer, first, last, open_only=True)
    actions.record_orders_export(first, len(rows), actor=request.viewer)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            pgettext("interpreter", "Order"),
            _("Day"),
            _("Begins"),
            _("Ends"),
            _("Language"),
            _("Interpreter asked for"),
            _("How"),
            _("Place"),
            _("Worker"),
            _("Agency"),
            _("State"),
        ]
    )
    for row in rows:
        writer.writerow([harmless(cell) for cell in _cells(row)])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="interpreters-{first.isoformat()}.csv"'
    return response


def _cells(row: OrderRow) -> list[str]:
    starts = row.appointment.starts_at.astimezone(clock.HELSINKI)
    return [
        str(row.order.pk),
        starts.date().isoformat(),
        wording.hour(row.appointment.starts_at),
        wording.hour(row.appointment.ends_at),
        row.language,
        row.order.get_sex_display() if row.order.sex else "",
        row.order.get_way_display(),
        row.place if row.order.way == InterpretingWay.PRESENT else "",
        row.worker,
        row.order.provider,
        row.order.get_state_display(),
    ]
