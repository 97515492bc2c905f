"""Pages of the organiser about one course: its queue, offers, students; start, another group, interruption, end.

Not for: the client's worker's side (``pages_client.py``), teaching (``pages_teaching.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement.pages import run, saving, show_form
from kotopolku.training import access, actions
from kotopolku.training.actions.looking import record_queue_look
from kotopolku.training.actions.places import answer_day
from kotopolku.training.forms_courses import DayForm, InterruptForm, MoveForm, OfferForm, ReasonForm
from kotopolku.training.models import CourseState, EndReason, Enrolment, EnrolmentState
from kotopolku.training.queries import courses as queries


@needs(Capability.TRAINING_MANAGE)
@require_GET
def queue(request: ViewerRequest, course_id: int) -> HttpResponse:
    """Who waits, who has been offered a place, who studies. A look at persons' data, so it is journalled."""
    viewer = request.viewer
    course = access.own_course(viewer, course_id)
    found = queries.queue(viewer, course)
    record_queue_look(course, [row.enrolment for row in found.rows], actor=viewer)
    accepted = [row for row in found.seated if row.enrolment.state == EnrolmentState.ACCEPTED]
    studying = [row for row in found.seated if row.enrolment.state == EnrolmentState.STARTED]
    published = course.state == CourseState.PUBLISHED
    context = {
        "course": course,
        "queue": found,
        "accepted": len(accepted),
        "studying": len(studying),
        "can_offer": published and course.free > 0 and course.ends_on >= viewer.day,
        "can_start": published and bool(accepted) and course.starts_on <= viewer.day <= course.ends_on,
        "can_end": bool(studying) and course.starts_on <= viewer.day,
    }
    return render(request, "training/queue.html", context)


def _own(request: ViewerRequest, enrolment_id: int) -> Enrolment:
    """An enrolment in a course of the own organisation. Raises ``NotVisible``."""
    found = access.enrolment(request.viewer, enrolment_id)
    if not access.organises(request.viewer, found.course):
        raise NotVisible
    return found


@needs(Capability.TRAINING_MANAGE)
def offer(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """Offering a seat to one in the queue."""
    viewer = request.viewer
    found = _own(request, enrolment_id)
    form = OfferForm(
        request.POST if request.method == "POST" else None,
        initial={"answer_by": answer_day(found.course, viewer.day)},
    )
    back = reverse("training:queue", args=[found.course_id])
    return saving(
        request,
        form,
        lambda: actions.offer_place(
            enrolment_id,
            actor=viewer,
            reason=form.cleaned_data["reason"],
            answer_by=form.cleaned_data["answer_by"],
        ),
        done=_("The place was offered. The client's worker has been told."),
        title=_("Offer a place"),
        lead=f"{found.case_number}, {found.course.name}",
        button=_("Offer the place"),
        back=back,
    )


@needs(Capability.TRAINING_MANAGE)
def remove(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """Taking somebody out of the queue, or an offer back."""
    found = _own(request, enrolment_id)
    return leave(request, found, reverse("training:queue", args=[found.course_id]))


def leave(request: ViewerRequest, found: Enrolment, back: str) -> HttpResponse:
    """The page on which a client is taken out of a queue, for the organiser and for the client's worker."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.leave_queue(found.pk, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The client was taken out of the queue."),
        title=_("Take out of the queue"),
        lead=f"{found.case_number}, {found.course.name}",
        button=_("Take out"),
        back=back,
        danger=True,
    )


@needs(Capability.TRAINING_MANAGE)
def start(request: ViewerRequest, course_id: int) -> HttpResponse:
    """Everybody who has accepted begins."""
    viewer = request.viewer
    course = access.own_course(viewer, course_id)
    form = DayForm(
        request.POST if request.method == "POST" else None,
        initial={"on": max(course.starts_on, min(viewer.day, course.ends_on))},
    )
    back = reverse("training:queue", args=[course_id])
    if request.method == "POST":
        done = run(form, lambda: actions.start_course(course_id, form.cleaned_data["on"], actor=viewer))
        if done is not None:
            words = ngettext("%(number)d student began.", "%(number)d students began.", len(done))
            messages.success(request, words % {"number": len(done)})
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("The studies begin"),
        lead=_("%(course)s: everybody who has accepted a place begins, and the plans follow.")
        % {"course": course.name},
        button=_("Record the start"),
        back=back,
    )


@needs(Capability.TRAINING_MANAGE)
def end(request: ViewerRequest, course_id: int) -> HttpResponse:
    """Everybody who still studies has completed the course."""
    viewer = request.viewer
    course = access.own_course(viewer, course_id)
    form = DayForm(
        request.POST if request.method == "POST" else None, initial={"on": min(viewer.day, course.ends_on)}
    )
    back = reverse("training:queue", args=[course_id])
    if request.method == "POST":
        done = run(form, lambda: actions.end_course(course_id, form.cleaned_data["on"], actor=viewer))
        if done is not None:
            words = ngettext(
                "%(number)d student completed the course.",
                "%(number)d students completed the course.",
                len(done),
            )
            messages.success(request, words % {"number": len(done)})
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("The course ends"),
        lead=_("%(course)s: everybody who still studies has completed it.") % {"course": course.name},
        button=_("Record the end"),
        back=back,
    )


@needs(Capability.TRAINING_MANAGE)
def begin(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """One who came later begins."""
    found = _own(request, enrolment_id)
    viewer, course = request.viewer, found.course
    form = DayForm(
        request.POST if request.method == "POST" else None,
        initial={"on": max(course.starts_on, min(viewer.day, course.ends_on))},
    )
    back = reverse("training:queue", args=[found.course_id])
    return saving(
        request,
        form,
        lambda: actions.start_student(enrolment_id, form.cleaned_data["on"], actor=viewer),
        done=_("The start was recorded."),
        title=_("The studies begin"),
        lead=f"{found.case_number}, {course.name}",
        button=_("Record the start"),
        back=back,
    )


@needs(Capability.TRAINING_MANAGE)
def interrupt(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """The studies stop before the end."""
    found = _own(request, enrolment_id)
    return stop(request, found, reverse("training:queue", args=[found.course_id]))


def stop(request: ViewerRequest, found: Enrolment, back: str) -> HttpResponse:
    """The page on which studies are interrupted, for the organiser and for the client's worker."""
    # The decision's reasons stay with the client's authority: the organiser reads what is written here.
    decided = any(one.enrolment == found for one in queries.to_interrupt(found.relationship_id))
    by_decision = {"end_reason": EndReason.ABSENCE} if decided else {}
    form = InterruptForm(
        request.POST if request.method == "POST" else None, initial={"on": request.viewer.day} | by_decision
    )
    if request.method == "POST":
        typed = form.cleaned_data if form.is_valid() else {}
        done = run(
            form,
            lambda: actions.interrupt_student(
                found.pk, typed["on"], typed["end_reason"], typed["note"], actor=request.viewer
            ),
        )
        if done is not None:
            messages.success(request, _("The studies were interrupted. The seat is free."))
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("Interrupt the studies"),
        lead=f"{found.case_number}, {found.course.name}",
        button=_("Interrupt"),
        back=back,
        danger=True,
    )


@needs(Capability.TRAINING_MANAGE)
def move(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """To another group."""
    found = _own(request, enrolment_id)
    return change_group(request, found, reverse("training:queue", args=[found.course_id]))


def change_group(request: ViewerRequest, found: Enrolment, back: str) -> HttpResponse:
    """The page on which a student changes groups, for the organiser and for the client's worker."""
    form = MoveForm(
        queries.groups_to_move_to(request.viewer, found.course),
        request.POST if request.method == "POST" else None,
        initial={"on": request.viewer.day},
    )
    if request.method == "POST":
        typed = form.cleaned_data if form.is_valid() else {}
        done = run(
            form,
            lambda: actions.move_student(
                found.pk, int(typed["to"]), typed["on"], typed["reason"], actor=request.viewer
            ),
        )
        if done is not None:
            messages.success(request, _("The student goes on in the new group."))
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("Change the group"),
        lead=f"{found.case_number}, {found.course.name}",
        button=_("Change the group"),
        back=back,
    )
