"""Pages of the day of a meeting: presence and quorum for who runs it, opening and closing it and its items.

Made for a telephone as well: one button an act. Not for: speeches, votes, decisions (the pages of minutes).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import wording_meetings as wording
from kotopolku.cooperation.actions import meeting_day as acts
from kotopolku.cooperation.actions import meeting_recess
from kotopolku.cooperation.forms_meetings import GoOnForm, PresenceForm, RecessForm
from kotopolku.cooperation.meeting_calendar import name_of
from kotopolku.cooperation.models import CallAs, ItemKind, ItemState, Meeting, MeetingState
from kotopolku.cooperation.pages_meetings import address_of
from kotopolku.cooperation.queries import meetings as queries
from kotopolku.placement.pages import act, run, saving, show_form


def _day(meeting_id: int) -> str:
    return reverse("cooperation:meeting-day", args=[meeting_id])


@needs(Capability.SIGNED_IN)
@require_GET
def day(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Who is there and whether the meeting can decide; the item that is being dealt with and the next one."""
    viewer = request.viewer
    found = access.led_meeting(viewer, meeting_id)
    if found.state in (MeetingState.DRAFT, MeetingState.CANCELLED):
        raise NotVisible
    standing = queries.standing(viewer, found)
    entries = [one for one in queries.agenda(viewer, found) if one.number]
    context = {
        "meeting": found,
        "name": name_of(found),
        "standing": standing,
        "people": [(one, wording.answer_mark(one.call)) for one in standing.people],
        "called": found.state == MeetingState.CALLED,
        "is_open": found.state == MeetingState.OPEN,
        "recess": access.recess_of(found),
        "closed": found.state == MeetingState.CLOSED,
        "may_mark": found.state != MeetingState.CLOSED and queries.day_of(found) <= viewer.day,
        "current": next((one for one in entries if one.item.state == ItemState.OPEN), None),
        "next": next((one for one in entries if one.item.state == ItemState.AGENDA), None),
    }
    return render(request, "cooperation/meeting_day.html", context)


@needs(Capability.SIGNED_IN)
@require_POST
def open_meeting(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    access.led_meeting(request.viewer, meeting_id)
    return act(
        request,
        lambda: acts.open_meeting(meeting_id, actor=request.viewer),
        _("The meeting was opened."),
        _day(meeting_id),
    )


@needs(Capability.SIGNED_IN)
def close(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Closing, on a page that says what is left on the table."""
    viewer = request.viewer
    found = access.led_meeting(viewer, meeting_id)
    if request.method == "POST":
        return act(
            request,
            lambda: acts.close_meeting(meeting_id, actor=viewer),
            _("The meeting was closed. The minutes are next."),
            address_of(meeting_id),
        )
    entries = [one for one in queries.agenda(viewer, found) if one.number]
    context = {
        "meeting": found,
        "name": name_of(found),
        "left": [
            one for one in entries if one.item.state == ItemState.AGENDA and one.item.kind != ItemKind.FORMAL
        ],
        "current": next((one for one in entries if one.item.state == ItemState.OPEN), None),
        "is_open": found.state == MeetingState.OPEN,
    }
    return render(request, "cooperation/meeting_close.html", context)


# A recess ---------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
def recess(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Takes a recess, until a time if it is known."""
    viewer = request.viewer
    found = access.led_meeting(viewer, meeting_id)
    form = RecessForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: meeting_recess.begin(meeting_id, actor=viewer, until=form.moment()),
        done=_("The meeting is in recess."),
        title=_("Take a recess"),
        lead=_(
            "%(name)s. The speaking list and an open vote wait; nobody gets the floor and nothing is decided before you go on."
        )
        % {"name": name_of(found)},
        button=_("Take a recess"),
        back=_day(meeting_id),
    )


@needs(Capability.SIGNED_IN)
def go_on(request: ViewerRequest, recess_id: int) -> HttpResponse:
    """Goes on after a recess, with who is there now; says at once whether the meeting can decide."""
    viewer = request.viewer
    found = access.led_recess(viewer, recess_id)
    meeting = found.meeting
    people = [
        (one.call.pk, f"{one.call.name}, {_role(one)}", one.present)
        for one in queries.standing(viewer, meeting).people
    ]
    form = GoOnForm(people, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(
            form, lambda: meeting_recess.go_on(recess_id, sorted(form.came), sorted(form.left), actor=viewer)
        )
        if done is not None:
            messages.success(request, _("The meeting goes on."))
            _warn(request, done)
            # A chair who has left runs the meeting no more.
            return redirect(_day(meeting.pk) if access.leads(viewer, done) else address_of(meeting.pk))
    return show_form(
        request,
        form,
        title=_("Go on with the meeting"),
        lead=name_of(meeting),
        button=_("Go on"),
        back=_day(meeting.pk),
    )


def _role(one: queries.Person) -> str:
    """As what somebody was called, in words."""
    call = one.call
    if call.seat is None or call.part == CallAs.DEPUTY:
        return str(call.get_part_display())
    return str(call.seat.get_role_display())


# Presence ---------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_POST
def came(request: ViewerRequest, call_id: int) -> HttpResponse:
    """Marks somebody present, now or at a time that is given."""
    return _mark(
        request,
        call_id,
        lambda at, remote: acts.came(call_id, actor=request.viewer, remote=remote, at=at),
        _("%(name)s is present."),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def left(request: ViewerRequest, call_id: int) -> HttpResponse:
    """Marks that somebody left, now or at a time that is given."""
    return _mark(
        request,
        call_id,
        lambda at, _remote: acts.left(call_id, actor=request.viewer, at=at),
        _("%(name)s has left."),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def undo(request: ViewerRequest, call_id: int) -> HttpResponse:
    """Takes back the last mark."""
    return _mark(
        request,
        call_id,
        lambda _at, _remote: acts.undo_presence(call_id, actor=request.viewer),
        _("The last mark of %(name)s was taken back."),
    )


def _mark(
    request: ViewerRequest, call_id: int, done: Callable[[datetime | None, bool], Any], words: str
) -> HttpResponse:
    found = access.led_call(request.viewer, call_id)
    back = f"{_day(found.meeting_id)}#call-{call_id}"
    form = PresenceForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return redirect(back)
    answer = act(
        request,
        lambda: done(form.moment(), form.cleaned_data["remote"]),
        words % {"name": found.name},
        back,
    )
    meeting = access.meeting(request.viewer, found.meeting_id)
    _warn(request, meeting)
    # A chair who leaves runs the meeting no more.
    return answer if access.leads(request.viewer, meeting) else redirect(address_of(meeting.pk))


def _warn(request: ViewerRequest, meeting: Meeting) -> None:
    """Says at once that the meeting cannot decide any more."""
    standing = queries.standing(request.viewer, meeting)
    if meeting.state == MeetingState.OPEN and standing.quorum and not standing.quorum.reached:
        messages.warning(
            request,
            _(
                "The meeting has no quorum: %(present)s are there, %(needed)s are needed. Nothing can be decided."
            )
            % {"present": standing.quorum.present, "needed": standing.quorum.needed},
        )


@needs(Capability.SIGNED_IN)
@require_POST
def come_in(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Somebody called marks oneself present."""
    remote = bool(request.POST.get("remote"))
    access.own_call(request.viewer, meeting_id)
    return act(
        request,
        lambda: acts.come_in(meeting_id, actor=request.viewer, remote=remote),
        _("You are marked present."),
        address_of(meeting_id),
    )


# Items ------------------------------------------------------------------------------------------------------------------


def _back(request: ViewerRequest, item_id: int, meeting_id: int) -> str:
    """To the page from which the button was pressed."""
    places = {"day": _day(meeting_id), "item": reverse("cooperation:meeting-item", args=[item_id])}
    return places.get(request.POST.get("from", ""), f"{address_of(meeting_id)}#item-{item_id}")


@needs(Capability.SIGNED_IN)
@require_POST
def item_open(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Takes an item up."""
    found = access.led_item(request.viewer, item_id)
    return act(
        request,
        lambda: acts.open_item(item_id, actor=request.viewer),
        _("The item was taken up."),
        _back(request, item_id, found.meeting_id),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def item_close(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Ends the dealing with an item."""
    found = access.led_item(request.viewer, item_id)
    return act(
        request,
        lambda: acts.close_item(item_id, actor=request.viewer),
        _("The item was closed."),
        _back(request, item_id, found.meeting_id),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def item_table(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Leaves an item on the table: it continues in the next meeting."""
    found = access.led_item(request.viewer, item_id)
    return act(
        request,
        lambda: acts.close_item(item_id, actor=request.viewer, on_the_table=True),
        _("The item was left on the table. It continues in the next meeting."),
        _back(request, item_id, found.meeting_id),
    )
