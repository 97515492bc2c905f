"""Pages about one participant of an appointment: joining a group, leaving it, how it went."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.appointments import access, actions, queries
from kotopolku.appointments.forms import ParticipantForm, ResultForm
from kotopolku.appointments.models import State
from kotopolku.appointments.pages import attempt, show
from kotopolku.clients import queries as client_queries
from kotopolku.clients.rules import Refusals


@needs(Capability.CLIENT_EDIT)
def add(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    """Adds a client to a group, by client number."""
    meeting = queries.meeting(request.viewer, appointment_id)
    form = ParticipantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = " ".join(form.cleaned_data["number"].split())
        found = client_queries.relationship_by_number(request.viewer, number)
        if found is None:
            form.add_error("number", _("No client of your authority has this number."))
        else:
            done = attempt(
                form,
                lambda: actions.add_participant(
                    appointment_id, found, actor=request.viewer, token=form.cleaned_data["token"]
                ),
            )
            if done is not None:
                messages.success(request, _("The client is on the list."))
                return redirect("appointments:appointment", appointment_id)
    return show(
        request,
        form,
        title=_("Add a client to the group"),
        button=_("Add"),
        back=reverse("appointments:appointment", args=[appointment_id]),
        meeting=meeting,
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def remove(request: ViewerRequest, participant_id: int) -> HttpResponse:
    participant = access.participant(request.viewer, participant_id)
    try:
        actions.remove_participant(participant_id, actor=request.viewer)
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, client_queries.refusal_text(refusal))
    else:
        messages.success(request, _("The client was taken off the list. You can add the client again."))
    return redirect("appointments:appointment", participant.appointment_id)


@needs(Capability.CLIENT_EDIT)
def result(request: ViewerRequest, participant_id: int) -> HttpResponse:
    """How it went for one client. An absence leads to its own page."""
    participant = access.participant(request.viewer, participant_id)
    if request.method == "GET":
        actions.record_calendar_look([participant.person_id], actor=request.viewer)
    initial = {
        "state": "" if participant.state == State.PLANNED else participant.state,
        "note": participant.note,
    }
    form = ResultForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.record_result(
                participant_id,
                form.cleaned_data["state"],
                actor=request.viewer,
                note=form.cleaned_data["note"],
                token=form.cleaned_data["token"],
            ),
        )
        if done is not None:
            messages.success(request, _("It was written down."))
            if done.state == State.NO_SHOW:
                return redirect("appointments:absence", participant_id)
            return redirect("appointments:appointment", participant.appointment_id)
    return show(
        request,
        form,
        title=_("How did it go?"),
        button=_("Save"),
        back=reverse("appointments:appointment", args=[participant.appointment_id]),
        lead=participant.person.name,
    )
