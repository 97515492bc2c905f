"""The calendar, and one appointment: looking, booking for a group, changing, cancelling, taking a cancellation back.

Not for: participants (``pages_participants.py``), a client's own appointments (``pages_client.py``).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import actions, queries, rules, wording
from kotopolku.appointments.forms import BookingForm, CancelForm, ChangeForm, change_initial
from kotopolku.appointments.models import OPEN_ORDERS, Appointment
from kotopolku.appointments.queries import DayPlan, Meeting
from kotopolku.clients import queries as client_queries
from kotopolku.clients.pages import show_refusals
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import language

T = TypeVar("T")

SCOPES: dict[str, str | Promise] = {
    "own": gettext_lazy("My calendar"),
    "team": gettext_lazy("My team"),
    "organisation": gettext_lazy("Whole organisation"),
}
VIEWS: dict[str, str | Promise] = {"week": gettext_lazy("Week"), "day": gettext_lazy("Day")}
SATURDAY = 5
"""When nothing is left at the weekend, the calendar opens on the coming week."""


@needs(Capability.CLIENT_VIEW)
@require_GET
def calendar(request: ViewerRequest) -> HttpResponse:
    """One week or one day, own, team or organisation."""
    viewer = request.viewer
    scope = request.GET.get("scope", "own")
    if scope not in SCOPES or (scope != "own" and not viewer.may(Capability.TEAM_VIEW)):
        scope = "own"
    view = request.GET.get("view", "week")
    view = view if view in VIEWS else "week"
    on = _day(request.GET.get("on", ""), viewer.day)
    step = timedelta(days=7 if view == "week" else 1)
    first, days = _days(viewer, scope, view, on)
    at_weekend = view == "week" and not request.GET.get("on") and on.weekday() >= SATURDAY
    if at_weekend and not any(day.meetings for day in days if day.day >= on):
        on = first + step
        first, days = _days(viewer, scope, view, on)
    last = first + step - timedelta(days=1)
    persons = {one.participant.person_id for day in days for row in day.meetings for one in row.attending}
    actions.record_calendar_look(sorted(persons), actor=viewer)
    return render(
        request,
        "appointments/calendar.html",
        {
            "days": [(day, day.off.get(language(), "")) for day in days],
            "number": sum(len(day.meetings) for day in days),
            "scope": scope,
            "scopes": SCOPES.items() if viewer.may(Capability.TEAM_VIEW) else (),
            "view": view,
            "views": VIEWS.items(),
            "on": on,
            "first": first,
            "last": last,
            "before": first - step,
            "after": first + step,
            "today": viewer.day,
            "can_edit": viewer.may(Capability.CLIENT_EDIT),
        },
    )


def _days(viewer: Viewer, scope: str, view: str, on: date) -> tuple[date, list[DayPlan]]:
    """The first day shown, and the days."""
    if view == "day":
        return on, queries.calendar(viewer, scope, on, on)
    first = on - timedelta(days=on.weekday())
    return first, queries.calendar(viewer, scope, first, first + timedelta(days=6))


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 2000 <= found.year <= 2100 else otherwise


@needs(Capability.CLIENT_VIEW)
@require_GET
def appointment(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    meeting = queries.meeting(request.viewer, appointment_id)
    persons = sorted({one.participant.person_id for one in meeting.attending})
    actions.record_calendar_look(persons, actor=request.viewer)
    return render(
        request,
        "appointments/appointment.html",
        {
            "meeting": meeting,
            "booked": meeting.appointment,
            "ahead": meeting.slot.starts > clock.now(),
            "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
        },
    )


@needs(Capability.CLIENT_EDIT)
def new_group(request: ViewerRequest) -> HttpResponse:
    """A group appointment, empty at first: clients are added on its page."""
    workers = client_queries.workers(request.viewer)
    initial = {
        "day": _day(request.GET.get("on", ""), request.viewer.day),
        "workers": [request.viewer.user_id],
    }
    form = BookingForm(request.POST or None, workers=workers, group=True, initial=initial)
    if request.method == "POST":
        made = booked(
            form,
            lambda confirmed: actions.book_appointment(
                form.details(),
                [],
                actor=request.viewer,
                confirmed=confirmed,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            messages.success(request, _("The group was booked. Add the clients."))
            return redirect("appointments:appointment", made.pk)
    return show(
        request,
        form,
        title=_("Group appointment"),
        button=_("Book"),
        back=reverse("appointments:calendar"),
        rooms=queries.rooms(request.viewer),
    )


@needs(Capability.CLIENT_EDIT)
def change(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    """Moves the appointment, or changes its place, room, workers or words."""
    meeting = queries.meeting(request.viewer, appointment_id)
    row = meeting.appointment
    form = ChangeForm(
        request.POST or None,
        workers=_with_present(client_queries.workers(request.viewer), meeting),
        group=row.is_group,
        initial=change_initial(row, meeting.worker_ids, hide_place=not meeting.place),
    )
    status = None
    if request.method == "POST":
        try:
            done = booked(
                form,
                lambda confirmed: actions.change_appointment(
                    appointment_id,
                    form.details(),
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                    confirmed=confirmed,
                    token=form.cleaned_data["token"],
                ),
            )
        except EditClash as clash:
            done, status = None, 409
            form.data = {
                **request.POST.dict(),
                "workers": request.POST.getlist("workers"),
                "version": clash.version,
            }
            form.add_error(None, _clash_text(clash))
        if done is not None:
            messages.success(
                request, _("The appointment was changed. Participants with a page of their own are told.")
            )
            return redirect("appointments:appointment", appointment_id)
    wishes = [one for one in meeting.attending if one.participant.wish]
    return show(
        request,
        form,
        title=_("Change the appointment"),
        button=_("Save"),
        back=reverse("appointments:appointment", args=[appointment_id]),
        rooms=queries.rooms(request.viewer),
        wishes=wishes,
        status=status,
    )


def _with_present(workers: list[tuple[int, str]], meeting: Meeting) -> list[tuple[int, str]]:
    """The colleagues of today, and those of the appointment who have left since."""
    known = {number for number, _name in workers}
    others = [pair for pair in zip(meeting.worker_ids, meeting.workers, strict=True) if pair[0] not in known]
    return [*workers, *others]


def _clash_text(clash: EditClash) -> str:
    at = clash.when.astimezone(clock.HELSINKI)
    theirs = clash.theirs
    return _(
        "%(who)s saved this appointment at %(at)s: it is now %(day)s at %(hours)s. What you typed is kept. "
        "Save again if yours should stand."
    ) % {
        "who": clash.who or _("Somebody"),
        "at": wording.hour(at),
        "day": f"{theirs['starts_at'].astimezone(clock.HELSINKI):%-d.%-m.%Y}",
        "hours": wording.hours(theirs["starts_at"], theirs["ends_at"]),
    }


@needs(Capability.CLIENT_EDIT)
def cancel(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    meeting = queries.meeting(request.viewer, appointment_id)
    open_orders = [order for order in meeting.orders if order.state in OPEN_ORDERS]
    form = CancelForm(request.POST or None)
    if not open_orders:
        del form.fields["cancel_orders"]
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.cancel_appointment(
                appointment_id,
                form.cleaned_data["reason"],
                actor=request.viewer,
                cancel_orders=form.cleaned_data.get("cancel_orders", False),
                token=form.cleaned_data["token"],
            ),
        )
        if done is not None:
            messages.success(request, _("The appointment was cancelled."))
            return redirect("appointments:appointment", appointment_id)
    hours = law.interpreter_hours(request.viewer.day)
    return show(
        request,
        form,
        title=_("Cancel the appointment"),
        button=_("Cancel the appointment"),
        back=reverse("appointments:appointment", args=[appointment_id]),
        template="appointments/cancel.html",
        danger=True,
        meeting=meeting,
        open_orders=open_orders,
        hours=hours,
        in_time=rules.cancelled_in_time(meeting.slot.starts, clock.now(), hours),
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def restore(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    try:
        row: Appointment = actions.restore_appointment(appointment_id, actor=request.viewer)
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, client_queries.refusal_text(refusal))
    else:
        messages.success(request, _("The appointment is on again."))
        if row.orders.exists():
            messages.warning(request, _("The interpreter stays cancelled. Order one anew if it is needed."))
    return redirect("appointments:appointment", appointment_id)


# --- What the room's pages share --------------------------------------------------------------------------------------


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """Runs ``act`` if the form is sound; its refusals go to their fields."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refusals as refusals:
        show_refusals(form, refusals, {})
        return None


def booked(form: BookingForm, act: Callable[[bool], T]) -> T | None:
    """As ``attempt``, for a form with times; doubles and days off ask for the box ``confirm``."""
    if not form.is_valid():
        return None
    if form.wrong_times:
        show_refusals(form, Refusals(wording.worded(form.wrong_times)), {})
        return None
    try:
        return act(form.cleaned_data["confirm"])
    except Refusals as refusals:
        show_refusals(form, refusals, {})
        if "confirm" in form.errors:
            form.ask_to_confirm()
        return None


def show(
    request: ViewerRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    back: str,
    template: str = "appointments/form.html",
    status: int | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with one form that is not a page of one client; 422 when something in it needs mending."""
    shown = {"form": form, "title": title, "button": button, "back": back}
    return render(request, template, shown | context, status=status or (422 if form.errors else 200))
