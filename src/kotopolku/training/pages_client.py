"""Pages of one client about training: wishes and courses of the client, what would suit and why, the queue, the answer.

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
from kotopolku.letters import actions as letter_actions
from kotopolku.letters import pages as letters
from kotopolku.letters import sources
from kotopolku.letters.forms import WriteForm
from kotopolku.training import access, actions
from kotopolku.training.forms_courses import AnswerForm, QueueForm, WishAnswerForm
from kotopolku.training.models import Enrolment, EnrolmentState
from kotopolku.training.pages_places import change_group, leave, stop
from kotopolku.training.queries import courses as queries
from kotopolku.training.wording import place_name

OFFER_LETTER = "course-offer"


@needs(Capability.CLIENT_VIEW)
@require_GET
def client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The client's courses, and courses that suit with the reasons."""
    case = open_case(request, relationship_id)
    places = queries.places_of(relationship_id)
    ended = case.relationship.ended_on is not None
    context = {
        "title": _("Training"),
        "places": [one for one in places if one.enrolment.state != EnrolmentState.WISHED],
        "to_interrupt": [] if ended else queries.to_interrupt(relationship_id),
        "wishes": [] if ended else queries.wishes_of(request.viewer, case),
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
    wished = queries.wish_for(relationship_id, course_id)
    form = QueueForm(
        queries.measures_to_carry_out(relationship_id),
        request.POST if request.method == "POST" else None,
        initial={"reason": _("The client's own wish.") if wished else ""},
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
def wish(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> HttpResponse:
    """The answer to a wish that is not met, in words that the client reads."""
    case, found = _own(request, relationship_id, enrolment_id)
    form = WishAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.answer_wish(enrolment_id, form.cleaned_data["answer"], actor=request.viewer),
        )
        if done is not None:
            messages.success(request, _("The client has your answer at the own page."))
            return redirect("training:client", relationship_id)
    return _show(
        request,
        case,
        form,
        title=_("Why not this course"),
        lead=found.course.name,
        button=_("Answer"),
        wish_words=found.wish_words,
    )


@needs(Capability.CLIENT_EDIT)
def offer_letter(request: ViewerRequest, relationship_id: int, enrolment_id: int) -> HttpResponse:
    """A letter of the offered place with what is known filled in; it is sent where letters are sent."""
    case, found = _own(request, relationship_id, enrolment_id)
    if found.state != EnrolmentState.OFFERED:
        messages.warning(request, _("No place is offered any more."))
        return redirect("training:client", relationship_id)
    template = sources.templates()[OFFER_LETTER]
    known = letters.known_languages(case) | {
        "course": found.course.name,
        "starts": found.course.starts_on,
        "answer_by": found.answer_by,
        "place": ", ".join(part for part in (place_name(found.course), found.course.address) if part),
        "text": found.course.timetable,
    }
    form = WriteForm(template, request.POST or None, initial=known)
    if request.method == "POST":
        letter = attempt(
            form,
            lambda: letter_actions.write_letter(
                relationship_id,
                OFFER_LETTER,
                form.values(template),
                actor=request.viewer,
                language=form.cleaned_data["language"],
                beside=form.cleaned_data["beside"],
                token=form.cleaned_data["token"],
            ),
        )
        if letter is not None:
            messages.success(request, _("The letter is ready. Look at it, then send it."))
            return redirect("letters:letter", relationship_id, letter.pk)
    return _show(
        request,
        case,
        form,
        title=_("Letter of the offered place"),
        lead=found.course.name,
        button=_("Write the letter"),
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
