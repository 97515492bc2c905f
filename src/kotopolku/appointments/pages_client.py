"""A client's appointments: the tab with its history, the panel of the client page, booking a time for the client."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import actions, queries
from kotopolku.appointments.forms import NewBookingForm
from kotopolku.appointments.models import AskedSex, InterpretingWay
from kotopolku.appointments.pages import booked
from kotopolku.clients import queries as client_queries
from kotopolku.clients.pages import head, open_case, show_form
from kotopolku.clients.queries import ClientDetail


def next_appointment(viewer: Viewer, detail: ClientDetail) -> dict[str, Any] | None:
    """The panel of the client page. One statement."""
    return {
        "next": queries.next_of(detail.relationship.pk),
        "relationship": detail.relationship,
        "protected": detail.protected,
        "can_book": viewer.may(Capability.CLIENT_EDIT) and detail.relationship.ended_on is None,
    }


@needs(Capability.CLIENT_VIEW)
@require_GET
def of_client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    frame = head(request, case)
    return render(
        request,
        "appointments/of_client.html",
        frame
        | {
            "title": _("Appointments"),
            "rows": queries.of_client(request.viewer, relationship_id, protected=frame["protected"]),
            "warnings": queries.warnings(relationship_id),
            "can_edit": request.viewer.may(Capability.CLIENT_EDIT) and case.relationship.ended_on is None,
        },
    )


@needs(Capability.CLIENT_EDIT)
def new(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Books a time for the client; the interpreter is proposed from what is known of the client."""
    case = open_case(request, relationship_id)
    person = case.relationship.person
    wish = person.interpreter_wish
    initial = {
        "workers": [request.viewer.user_id],
        "topic": request.GET.get("topic", ""),
        "interpreter": person.interpreter_needed,
        "language": person.service_language,
        "sex": AskedSex.ANY,
        "interpreting": InterpretingWay.PRESENT,
    }
    form = NewBookingForm(
        request.POST or None,
        workers=client_queries.workers(request.viewer),
        group=False,
        initial=initial,
    )
    if wish:
        form.fields["sex"].help_text = _("The client's wish: %(wish)s") % {"wish": wish}
    if request.method == "POST":
        made = booked(
            form,
            lambda confirmed: actions.book_appointment(
                form.details(),
                [relationship_id],
                actor=request.viewer,
                interpreter=form.order(),
                confirmed=confirmed,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            messages.success(request, _("The appointment was booked."))
            return redirect("appointments:appointment", made.pk)
    return show_form(
        request,
        case,
        form,
        title=_("Book a time"),
        button=_("Book"),
        template="appointments/book_client.html",
        rooms=queries.rooms(request.viewer),
    )
