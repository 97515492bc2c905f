"""Pages of trainings for professionals: the list, one of them, registering, the calendar file; arranging, attendance."""

from datetime import UTC

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from icalendar import Calendar, Event

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access, wording
from kotopolku.cooperation.actions import seminars as acts
from kotopolku.cooperation.forms import ReasonForm, RegisterForm, SeminarFilter, SeminarForm
from kotopolku.cooperation.models import RegistrationState, SeminarLink, SeminarState
from kotopolku.cooperation.queries import seminars as queries
from kotopolku.cooperation.showing import paged
from kotopolku.cooperation.sources import LANGUAGES, topic_title
from kotopolku.placement.pages import act, run, saving, show_form

PRODUCT = "-//Kotopolku//Trainings for professionals//FI"


def _address(seminar_id: int) -> str:
    return reverse("cooperation:seminar", args=[seminar_id])


@needs(Capability.SIGNED_IN)
@require_GET
def seminars(request: ViewerRequest) -> HttpResponse:
    """Trainings to come, or those that are over; all, those one takes part in, those that one's organisation arranges."""
    viewer = request.viewer
    sends = viewer.may(Capability.BULLETIN_SEND)
    form = SeminarFilter(request.GET)
    form.is_valid()
    box = request.GET.get("box", "")
    if box not in ("", "mine", "own") or (box == "own" and not sends):
        box = ""
    topic, past = form.cleaned_data.get("topic") or "", bool(form.cleaned_data.get("past"))
    rows = queries.seminars(viewer, topic=topic, past=past, box=box)
    context = paged(request, rows, queries.PAGE_SIZE)
    context["lines"] = [
        (one, topic_title(one.topic), wording.seminar_mark(one, one.mine)) for one in context["rows"]
    ]
    boxes = [("", _("All")), ("mine", _("Mine")), *([("own", _("Arranged by us"))] if sends else [])]
    context |= {"filters": form, "box": box, "boxes": boxes, "past": past, "sends": sends}
    return render(request, "cooperation/seminars.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def seminar(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """One training: programme, places, the reader's own registration; the webinar's address to those with a place."""
    viewer = request.viewer
    found = access.seminar(viewer, seminar_id)
    detail = queries.detail(viewer, found)
    arranges = access.arranges(viewer, found)
    context = {
        "seminar": found,
        "detail": detail,
        "topic": topic_title(found.topic),
        "language": LANGUAGES.get(found.language, found.language),
        "mark": wording.seminar_mark(found, detail.mine.state if detail.mine else None),
        "confirmed": detail.mine is not None
        and detail.mine.state == RegistrationState.CONFIRMED
        and found.state != SeminarState.CANCELLED,
        "can_leave": detail.mine is not None
        and found.starts_at > clock.now()
        and found.state == SeminarState.PUBLISHED,
        "arranges": arranges,
        "can_publish": arranges and found.state == SeminarState.DRAFT,
        "can_change": arranges and found.state != SeminarState.CANCELLED,
        "one_day": found.starts_at.astimezone(clock.HELSINKI).date()
        == found.ends_at.astimezone(clock.HELSINKI).date(),
    }
    return render(request, "cooperation/seminar.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def calendar_file(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """The training as an iCalendar file (RFC 5545); with the webinar's address for those who have a place."""
    found = access.seminar(request.viewer, seminar_id)
    detail = queries.detail(request.viewer, found)
    calendar, event = Calendar(), Event()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    event.add("uid", f"seminar-{found.pk}@{request.get_host().partition(':')[0]}")
    event.add("dtstamp", found.changed_at.astimezone(UTC))
    event.add("dtstart", found.starts_at.astimezone(UTC))
    event.add("dtend", found.ends_at.astimezone(UTC))
    event.add("sequence", found.version)
    event.add("summary", found.title)
    event.add("status", "CANCELLED" if found.state == SeminarState.CANCELLED else "CONFIRMED")
    event.add("url", request.build_absolute_uri(_address(found.pk)))
    where = ", ".join(part for part in (found.place, detail.link) if part)
    if where:
        event.add("location", where)
    event.add("description", _("Arranged by %(organisation)s") % {"organisation": found.organiser.name})
    calendar.add_component(event)
    response = HttpResponse(bytes(calendar.to_ical()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kotopolku-training.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@needs(Capability.SIGNED_IN)
def register(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """Taking a place, or a turn on the waiting list."""
    viewer = request.viewer
    found = access.seminar(viewer, seminar_id)
    form = RegisterForm(request.POST if request.method == "POST" else None, asks_needs=found.asks_needs)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.register(
                seminar_id,
                form.cleaned_data.get("needs", ""),
                actor=viewer,
            ),
        )
        if made is not None:
            waits = _(
                "The places are full. You are on the waiting list, and are told if a place becomes free."
            )
            has_place = made.state == RegistrationState.CONFIRMED
            messages.success(request, _("You have a place.") if has_place else waits)
            return redirect(_address(seminar_id))
    full = _("The places are full: you come to the waiting list.")
    return show_form(
        request,
        form,
        title=_("Register"),
        lead=found.title if found.free > 0 else f"{found.title}. {full}",
        button=_("Register") if found.free > 0 else _("Join the waiting list"),
        back=_address(seminar_id),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def unregister(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """Giving up the place or the turn."""
    return act(
        request,
        lambda: acts.unregister(seminar_id, actor=request.viewer),
        _("Your registration was cancelled. The place goes to the first who waits."),
        _address(seminar_id),
    )


# Arranging ----------------------------------------------------------------------------------------------------------


@needs(Capability.BULLETIN_SEND)
def new(request: ViewerRequest) -> HttpResponse:
    """A training of the own organisation; it begins as a draft."""
    viewer = request.viewer
    form = SeminarForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.plan(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The draft was saved. Open it for registration when it is ready."),
        onward=lambda made: _address(made.pk),
        template="cooperation/seminar_form.html",
        title=_("New training for professionals"),
        lead=_("Nobody else sees it before it is opened."),
        button=_("Save the draft"),
        back=reverse("cooperation:seminars"),
    )


@needs(Capability.BULLETIN_SEND)
def edit(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """Changing a training; two who change it at once are told, and those who take part are told of a new time or place."""
    viewer = request.viewer
    found = access.own_seminar(viewer, seminar_id)
    kept = SeminarLink.objects.filter(seminar=found).first()
    form = SeminarForm(
        request.POST if request.method == "POST" else None,
        initial=SeminarForm.initial_of(found, kept.address if kept else ""),
    )
    return saving(
        request,
        form,
        lambda: acts.change(seminar_id, form.content(), actor=viewer, expected_version=form.expected_version),
        done=_("The training was changed."),
        template="cooperation/seminar_form.html",
        title=_("Change the training"),
        lead=found.title,
        button=_("Save"),
        back=_address(seminar_id),
    )


@needs(Capability.BULLETIN_SEND)
@require_POST
def publish(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """Opens a draft for registration."""
    return act(
        request,
        lambda: acts.publish(seminar_id, actor=request.viewer),
        _("The training is open for registration."),
        _address(seminar_id),
    )


@needs(Capability.BULLETIN_SEND)
def cancel(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """Cancelling a training, with a reason that everybody who takes part reads."""
    found = access.own_seminar(request.viewer, seminar_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.cancel(seminar_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The training was cancelled. Those who take part are told."),
        title=_("Cancel the training"),
        lead=_("%(title)s: everybody who has a place or waits is told. It cannot be undone.")
        % {"title": found.title},
        button=_("Cancel the training"),
        back=_address(seminar_id),
        danger=True,
    )


@needs(Capability.BULLETIN_SEND)
def participants(request: ViewerRequest, seminar_id: int) -> HttpResponse:
    """Who comes, who waits and what they need; afterwards who came. Only the arranger's; the look is journalled."""
    viewer = request.viewer
    found = access.own_seminar(viewer, seminar_id)
    address = reverse("cooperation:seminar-participants", args=[seminar_id])
    if request.method == "POST":
        present = [int(one) for one in request.POST.getlist("present") if one.isdecimal()]
        return act(
            request,
            lambda: acts.mark_attended(seminar_id, present, actor=viewer),
            _("Attendance was saved."),
            address,
        )
    acts.note_viewed(seminar_id, actor=viewer)
    context = {
        "seminar": found,
        "people": queries.participants(found),
        "can_mark": found.starts_at <= clock.now() and found.state == SeminarState.PUBLISHED,
    }
    return render(request, "cooperation/seminar_participants.html", context)
