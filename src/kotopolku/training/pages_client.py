"""Pages of one client about training: courses of the client, what would suit and why, the queue, the answer.

Not for: the organiser's side (``pages_places.py``), measures and levels themselves (``progress``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.access import Case
from kotopolku.clients.pages import attempt, head, open_case
from kotopolku.clients.pages import show_form as show_client_form
from kotopolku.training import access, actions
from kotopolku.training.forms_courses import AnswerForm, QueueForm
from kotopolku.training.models import Enrolment
from kotopolku.training.pages_places import change_group, leave, stop
from kotopolku.training.queries import courses as queries


@needs(Capability.CLIENT_VIEW)
@require_GET
def client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The client's courses, and courses that suit with the reasons."""
    case = open_case(request, relationship_id)
    places = queries.places_of(relationship_id)
    ended = case.relationship.ended_on is not None
    context = {
        "title": _("Training"),
        "places": places,
        "suggestions": [] if ended else queries.suggestions(request.viewer, case),
        "ended": ended,
        "can_edit": request.viewer.may(Capability.CLIENT_EDIT) and not ended,
    }
    return render(request, "training/client.html", head(request, case) | context)


@needs(Capability.CLIENT_EDIT)
def to_queue(request: ViewerRequest, relationship_id: int, course_id: int) -> HttpResponse:
    """Puts the client into the queue of a course, with a reason."""
    viewer = request.viewer
    case = open_case(request, relationship_id)
    [line] = queries.lines(viewer, [access.course(viewer, course_id)])
    form = QueueForm(
        queries.measures_to_carry_out(relationship_id), request.POST if request.method == "POST" else None
    )
    if request.method == "POST":
        added = attempt(
            form,
            lambda: actions.queue_client(
                relationship_id,
                course_id,
                form.cleaned_data["reason"],
                actor=viewer,
                measure_id=int(form.cleaned_data["measure"]) if form.cleaned_data["measure"] else None,
                token=form.cleaned_data["token"],
            ),
        )
        if added is not None:
            messages.success(request, _("The client is in the queue."))
            return redirect("training:client", relationship_id)
    return _show(
        request,
        case,
        form,
        title=_("Put into the queue"),
        lead=line.course.name,
        button=_("Put into the queue"),
        line=line,
        reasons=queries.why(case, line),
    )


@needs(Capability.CLIENT_EDIT)
def answer(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> HttpResponse:
    """The client's answer to an offered place, as the worker heard it."""
    case, found = _own(request, relationship_id, enrolment_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.answer_offer(
                enrolment_id,
                form.cleaned_data["answer"] == "yes",
                actor=request.viewer,
                reason=form.cleaned_data["reason"],
            ),
        )
        if done is not None:
            messages.success(request, _("The answer was recorded."))
            return redirect("training:client", relationship_id)
    return _show(
        request,
        case,
        form,
        title=_("The client's answer"),
        lead=found.course.name,
        button=_("Record the answer"),
    )


@needs(Capability.CLIENT_EDIT)
def out(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> HttpResponse:
    """Takes the client out of a queue."""
    _case, found = _own(request, relationship_id, enrolment_id)
    return leave(request, found, reverse("training:client", args=[relationship_id]))


@needs(Capability.CLIENT_EDIT)
def interrupt(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> HttpResponse:
    """The client's studies stop before the end."""
    _case, found = _own(request, relationship_id, enrolment_id)
    return stop(request, found, reverse("training:client", args=[relationship_id]))


@needs(Capability.CLIENT_EDIT)
def move(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> HttpResponse:
    """The client goes on in another group."""
    _case, found = _own(request, relationship_id, enrolment_id)
    return change_group(request, found, reverse("training:client", args=[relationship_id]))


def _own(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> tuple[Case, Enrolment]:
    """The client's case and one of the client's courses. Raises ``NotVisible``."""
    case = open_case(request, relationship_id)
    found = access.enrolment(request.viewer, enrolment_id)
    if found.relationship_id != relationship_id:
        raise NotVisible
    return case, found


def _show(request: ViewerRequest, case: Case, form: Any, **words: Any) -> HttpResponse:
    return show_client_form(request, case, form, template="training/client_form.html", **words)
