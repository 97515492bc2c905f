"""Pages of meetings: the lists, one meeting, planning singly or as a series, changing, moving, cancelling; calendar and paper.

Not for: items and papers (``pages_agenda.py``), who is called (``pages_meeting_calls.py``), the day (``pages_meeting_day.py``).
"""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku import writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_bodies, meeting_paper
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import wording_meetings as wording
from kotopolku.cooperation.actions import meetings as acts
from kotopolku.cooperation.actions.meeting_calls import following
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.forms_meetings import MeetingForm, MoveMeetingForm, SeriesForm
from kotopolku.cooperation.meeting_calendar import as_ics, name_of
from kotopolku.cooperation.models import ItemState, MeetingState
from kotopolku.cooperation.queries import meetings as queries
from kotopolku.cooperation.queries.minutes import live_of
from kotopolku.cooperation.showing import paged
from kotopolku.letters import booklet
from kotopolku.placement.pages import act, run, saving, show_form

show_meeting = partial(show_form, template="cooperation/meeting_form.html")
"""A form with the day and the hours of a meeting."""


def address_of(meeting_id: int) -> str:
    return reverse("cooperation:meeting", args=[meeting_id])


@needs(Capability.SIGNED_IN)
@require_GET
def meetings(request: ViewerRequest) -> HttpResponse:
    """Meetings to come and those that are over: one's own bodies' for the keeper, those one was called to."""
    viewer = request.viewer
    keeps = viewer.may(Capability.BODY_KEEP)
    box = "past" if request.GET.get("box") == "past" else ""
    asked = request.GET.get("body", "")
    body = access_bodies.body(viewer, int(asked)) if asked.isdecimal() else None
    context = paged(request, queries.listed(viewer, box, body.pk if body else None), queries.PAGE_SIZE)
    rows = list(context["rows"])
    mine = queries.my_calls(viewer, rows)
    context |= {
        "lines": [(one, name_of(one), wording.meeting_mark(one), mine.get(one.pk)) for one in rows],
        "box": box,
        "boxes": [("", _("To come")), ("past", _("Held and cancelled"))],
        "body": body,
        "keeps": keeps,
        "bodies": queries.kept_bodies(viewer) if keeps else [],
        "proposable": [(one, name_of(one)) for one in access.proposable(viewer)],
    }
    return render(request, "cooperation/meetings.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def meeting(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """One meeting: the agenda with its papers, the viewer's own answer, and for the keeper what is next."""
    viewer = request.viewer
    found = access.meeting(viewer, meeting_id)
    keeps = access.keeps(viewer, found)
    mine = access.call_of(viewer, found)
    leads = access.leads(viewer, found)
    entries = queries.agenda(viewer, found)
    standing = queries.standing(viewer, found)
    draft = found.state == MeetingState.DRAFT
    called = found.state == MeetingState.CALLED
    held = found.state in (MeetingState.OPEN, MeetingState.CLOSED)
    lives = live_of(viewer, found, [one.item for one in entries if one.number]) if held else {}
    on_agenda = [one for one in entries if one.number is not None]
    context: dict[str, Any] = {
        "meeting": found,
        "name": name_of(found),
        "mark": wording.meeting_mark(found),
        "keeps": keeps,
        "leads": leads,
        "mine": mine,
        "my_mark": wording.answer_mark(mine) if mine else None,
        "may_answer": mine is not None and called,
        "may_come_in": mine is not None
        and found.state == MeetingState.OPEN
        and not any(one.call.pk == mine.pk and one.present for one in standing.people),
        "entries": [
            (one, wording.item_mark(one.item), wording.access_mark(one.item.access), lives.get(one.item.pk))
            for one in on_agenda
        ],
        "proposals": [(one.item, wording.item_mark(one.item)) for one in entries if one.number is None],
        "current": next((one for one in on_agenda if one.item.state == ItemState.OPEN), None),
        "planned_minutes": sum(one.item.minutes_planned or 0 for one in on_agenda),
        "standing": standing,
        "draft": draft,
        "called": called,
        "is_open": found.state == MeetingState.OPEN,
        "recess": access.recess_of(found) if found.state == MeetingState.OPEN else None,
        "held": held,
        "editable": keeps and found.state in (MeetingState.DRAFT, MeetingState.CALLED, MeetingState.OPEN),
        "on_the_day": called and queries.day_of(found) <= viewer.day,
        "call_by": queries.call_by(found) if draft else None,
        "unsent": access.unsent_papers(found).count() if keeps and not draft else 0,
        "behind": not following(viewer, found).is_empty if keeps and called else False,
        "may_propose": any(one.pk == meeting_id for one in access.proposable(viewer)),
        "with_link": mine is not None or keeps,
    }
    return render(request, "cooperation/meeting.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def calendar_file(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """The meeting as an iCalendar file; with the remote link for those called and the keeper."""
    found = access.meeting(request.viewer, meeting_id)
    response = HttpResponse(as_ics(found, with_link=True), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kotopolku-meeting.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@needs(Capability.SIGNED_IN)
@require_GET
def agenda_pdf(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """The agenda on paper, with what the reader may see of it."""
    found = access.meeting(request.viewer, meeting_id)
    guide = meeting_paper.as_guide(found, queries.agenda(request.viewer, found), with_link=True)
    return HttpResponse(
        booklet.as_pdf(guide),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="agenda-{found.year}-{found.number}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


# Planning ---------------------------------------------------------------------------------------------------------------


@needs(Capability.BODY_KEEP)
def new(request: ViewerRequest, body_id: int) -> HttpResponse:
    """A single meeting of an own body."""
    viewer = request.viewer
    body = access_bodies.own_body(viewer, body_id)
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.plan(body_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            messages.success(request, _("The meeting was planned. Write its agenda next."))
            return redirect(address_of(made.pk))
    return show_meeting(
        request,
        form,
        title=_("New meeting"),
        lead=body.name,
        button=_("Plan the meeting"),
        back=_body_address(body_id),
    )


@needs(Capability.BODY_KEEP)
def series(request: ViewerRequest, body_id: int) -> HttpResponse:
    """Meetings every so many weeks within a term."""
    viewer = request.viewer
    body = access_bodies.own_body(viewer, body_id)
    form = SeriesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.plan_series(body_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            _of, skipped = made
            messages.success(request, _("The meetings were planned."))
            if skipped:
                days = ", ".join(writing.weekday_day(one) for one in skipped)
                messages.warning(
                    request,
                    _("No meeting was made for these days, which are Sundays or public holidays: %(days)s.")
                    % {"days": days},
                )
            return redirect(f"{reverse('cooperation:meetings')}?body={body_id}")
    return show_meeting(
        request,
        form,
        title=_("Series of meetings"),
        lead=_("%(name)s: a meeting every so many weeks. Public holidays are skipped.") % {"name": body.name},
        button=_("Plan the meetings"),
        back=_body_address(body_id),
    )


@needs(Capability.BODY_KEEP)
def edit(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Changing a meeting that is being prepared; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_meeting(viewer, meeting_id)
    form = MeetingForm(
        request.POST if request.method == "POST" else None, initial=MeetingForm.initial_of(found)
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.change(
                meeting_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("The meeting was changed."))
            return redirect(address_of(meeting_id))
    return show_meeting(
        request,
        form,
        title=_("Change the meeting"),
        lead=name_of(found),
        button=_("Save"),
        back=address_of(meeting_id),
    )


@needs(Capability.BODY_KEEP)
def later(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Changing this meeting of a series and the later ones that are being prepared."""
    viewer = request.viewer
    found = access.own_meeting(viewer, meeting_id)
    form = MeetingForm(
        request.POST if request.method == "POST" else None, initial=MeetingForm.initial_of(found)
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.change_later(
                meeting_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            changed, left = done
            messages.success(request, _("Meetings changed: %(number)s.") % {"number": changed})
            if left:
                messages.warning(
                    request,
                    _("Left as they are, because people have been called to them: %(number)s.")
                    % {"number": left},
                )
            return redirect(address_of(meeting_id))
    return show_meeting(
        request,
        form,
        title=_("Change this and the later meetings"),
        lead=_(
            "%(name)s: the hours, the place and the link of all later meetings of the series; their days move as much."
        )
        % {"name": name_of(found)},
        button=_("Change them"),
        back=address_of(meeting_id),
    )


@needs(Capability.BODY_KEEP)
def move(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Another time or place after the call."""
    viewer = request.viewer
    found = access.own_meeting(viewer, meeting_id)
    form = MoveMeetingForm(
        request.POST if request.method == "POST" else None, initial=MoveMeetingForm.initial_of(found)
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.move(
                meeting_id,
                form.starts_at,
                form.ends_at,
                form.cleaned_data["place"],
                form.cleaned_data["link"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The meeting was moved. Those called are told."))
            return redirect(address_of(meeting_id))
    return show_meeting(
        request,
        form,
        title=_("Move the meeting"),
        lead=_("%(name)s: those called are told. After another time they answer anew.")
        % {"name": name_of(found)},
        button=_("Move the meeting"),
        back=address_of(meeting_id),
    )


@needs(Capability.BODY_KEEP)
def cancel(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Cancelling after the call, with a reason."""
    viewer = request.viewer
    found = access.own_meeting(viewer, meeting_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.cancel(meeting_id, form.cleaned_data["reason"], actor=viewer),
        done=_("The meeting was cancelled. Those called are told."),
        title=pgettext("body", "Cancel the meeting"),
        lead=_(
            "%(name)s: those called see the reason, and it goes from their calendars. It cannot be undone."
        )
        % {"name": name_of(found)},
        button=pgettext("body", "Cancel the meeting"),
        back=address_of(meeting_id),
        danger=True,
    )


@needs(Capability.BODY_KEEP)
@require_POST
def remove(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Removes a meeting to which nobody has been called."""
    found = access.own_meeting(request.viewer, meeting_id)
    in_the_way = found.state != MeetingState.DRAFT or found.items.filter(state=ItemState.PROPOSED).exists()
    return act(
        request,
        lambda: acts.remove(meeting_id, actor=request.viewer),
        _("The meeting was removed."),
        address_of(meeting_id) if in_the_way else f"{reverse('cooperation:meetings')}?body={found.body_id}",
    )


def _body_address(body_id: int) -> str:
    return reverse("cooperation:body", args=[body_id])
