"""The calendar feed: the settings page of one's secret address, and the iCalendar file behind it.

The file names no client: a client number, and the address of the appointment in the product.
"""

import hashlib
from datetime import UTC, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.actors.models import User
from kotopolku.actors.signin import entry_of_user, token_hash
from kotopolku.appointments import actions, queries, wording
from kotopolku.appointments.models import CalendarFeed
from kotopolku.appointments.queries import Meeting

DAYS_BACK, DAYS_AHEAD = 30, 365
PRODUCT = "-//Kotopolku//Appointments//FI"


@needs(Capability.CLIENT_VIEW)
def feed(request: ViewerRequest) -> HttpResponse:
    """Make the address, make it anew, end it. The address is shown once."""
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        actions.end_feed(actor=request.viewer)
        messages.success(request, _("The address is ended. Calendars that used it get nothing more."))
        return redirect("appointments:feed")
    if request.method == "POST":
        # Shown in the answer itself: the secret is kept nowhere, not even in the session.
        secret = actions.make_feed(actor=request.viewer)
        address = request.build_absolute_uri(reverse("appointments:feed-file", args=[secret]))
    response = render(
        request,
        "appointments/feed.html",
        {"feed": queries.feed_of(request.viewer), "address": address},
    )
    response["Cache-Control"] = "no-store"
    return response


@open_to_all
@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The user's appointments in every seat of today. The secret is all that lets in; 404 when it is not one."""
    with rowsecurity.as_system():
        found = CalendarFeed.objects.filter(token_hash=token_hash(secret)).first()
        user = User.objects.filter(pk=found.user_id, is_active=True).first() if found else None
    if user is None:
        raise Http404
    viewer = entry_of_user(user).viewer
    seats = [seat for seat in (viewer.seat, *viewer.other_seats) if seat is not None]
    rows: list[Meeting] = []
    first = viewer.day - timedelta(days=DAYS_BACK)
    for seat in seats:
        there = type(viewer)(user_id=viewer.user_id, name=viewer.name, day=viewer.day, seat=seat)
        if there.may(Capability.CLIENT_VIEW):
            rowsecurity.apply(there)
            rows += queries.feed_meetings(there, first, viewer.day + timedelta(days=DAYS_AHEAD))
    with override(user.language):
        content = _file(rows, request)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="kotopolku.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _file(rows: list[Meeting], request: HttpRequest) -> bytes:
    """The iCalendar text (RFC 5545). The same rows give the same bytes, so that the tag tells what has changed."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Kotopolku")
    host = request.get_host().partition(":")[0]
    for row in rows:
        booked = row.appointment
        event = Event()
        event.add("uid", f"appointment-{booked.pk}@{host}")
        event.add("dtstamp", booked.changed_at.astimezone(UTC))
        event.add("dtstart", booked.starts_at.astimezone(UTC))
        event.add("dtend", booked.ends_at.astimezone(UTC))
        event.add("sequence", booked.version)
        event.add("summary", _summary(row))
        event.add("status", "CANCELLED" if booked.is_cancelled else "CONFIRMED")
        event.add("url", request.build_absolute_uri(reverse("appointments:appointment", args=[booked.pk])))
        if booked.room and not any(one.protected for one in row.attending):
            event.add("location", booked.room)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _summary(row: Meeting) -> str:
    if row.appointment.is_group:
        return ngettext("Group, %(number)d client", "Group, %(number)d clients", row.number) % {
            "number": row.number
        }
    if not row.attending:
        return _("Appointment")
    return wording.client_number(row.attending[0].case_number)
