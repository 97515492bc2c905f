"""Pages of who is called to a meeting: the call with its preview, the answers, guests; one's own answer.

Not for: presence on the day (``pages_meeting_day.py``).
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import wording_meetings as wording
from kotopolku.cooperation.actions import meeting_calls as acts
from kotopolku.cooperation.forms_meetings import CallAnswerForm, GuestForm
from kotopolku.cooperation.meeting_calendar import name_of
from kotopolku.cooperation.models import CallAnswer, MeetingCall, MeetingState
from kotopolku.cooperation.pages_meetings import address_of
from kotopolku.cooperation.queries import meetings as queries
from kotopolku.placement.pages import act, run, show_form


def _people(meeting_id: int) -> str:
    return reverse("cooperation:meeting-calls", args=[meeting_id])


@needs(Capability.BODY_KEEP)
def send(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """The call, on a page that says whom it reaches: after it the time is moved, not changed."""
    viewer = request.viewer
    found = access.own_meeting(viewer, meeting_id)
    if request.method == "POST":
        return act(
            request,
            lambda: acts.send(meeting_id, actor=viewer),
            _("The call was sent. Answers come to this page."),
            address_of(meeting_id),
        )
    context = {
        "meeting": found,
        "name": name_of(found),
        "preview": queries.preview(viewer, found),
        "entries": [one for one in queries.agenda(viewer, found) if one.number],
        "draft": found.state == MeetingState.DRAFT,
    }
    return render(request, "cooperation/meeting_call.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def calls(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Those called with their answers; for who runs the meeting with buttons."""
    viewer = request.viewer
    found = access.meeting(viewer, meeting_id)
    standing = queries.standing(viewer, found)
    keeps = access.keeps(viewer, found)
    context = {
        "meeting": found,
        "name": name_of(found),
        "standing": standing,
        "people": [(one, wording.answer_mark(one.call)) for one in standing.people],
        "keeps": keeps,
        "leads": access.leads(viewer, found),
        "called": found.state == MeetingState.CALLED,
        "under_way": found.state in (MeetingState.CALLED, MeetingState.OPEN),
        "behind": not acts.following(viewer, found).is_empty
        if keeps and found.state == MeetingState.CALLED
        else False,
    }
    return render(request, "cooperation/meeting_calls.html", context)


@needs(Capability.BODY_KEEP)
@require_POST
def follow(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Brings the calls into step with the seats of the day."""
    return act(
        request,
        lambda: acts.follow(meeting_id, actor=request.viewer),
        _("The calls follow the seats of the day now. Those concerned are told."),
        _people(meeting_id),
    )


@needs(Capability.BODY_KEEP)
def guest(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Calling an expert or a guest."""
    found = access.own_meeting(request.viewer, meeting_id)
    form = GuestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.invite(
                meeting_id, form.content(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if made is not None:
            words = _("The person was put on the list. Write to the person yourself.")
            if made.user_id is not None:
                words = _("The person was called.")
            elif made.email and found.state == MeetingState.CALLED:
                words = _("The person was called. The call goes by e-mail in a moment.")
            messages.success(request, words)
            return redirect(_people(meeting_id))
    return show_form(
        request,
        form,
        title=_("Call an expert or a guest"),
        lead=name_of(found),
        button=_("Call"),
        back=_people(meeting_id),
    )


@needs(Capability.BODY_KEEP)
@require_POST
def end(request: ViewerRequest, call_id: int) -> HttpResponse:
    """Takes back the call of a guest."""
    found = access.call(request.viewer, call_id)
    return act(
        request,
        lambda: acts.end_call(call_id, actor=request.viewer),
        _("The call was taken back."),
        _people(found.meeting_id),
    )


@needs(Capability.SIGNED_IN)
def answer(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """The viewer's own answer to the call."""
    viewer = request.viewer
    mine = access.own_call(viewer, meeting_id)
    return _answer(
        request,
        mine,
        lambda said, reason: acts.answer(meeting_id, said, reason, actor=viewer),
        _("Answer the call"),
        address_of(meeting_id),
    )


@needs(Capability.SIGNED_IN)
def answer_for(request: ViewerRequest, call_id: int) -> HttpResponse:
    """What somebody has answered by telephone or e-mail, entered by who runs the meeting."""
    viewer = request.viewer
    found = access.led_call(viewer, call_id)
    return _answer(
        request,
        found,
        lambda said, reason: acts.answer_for(call_id, said, reason, actor=viewer),
        _("What %(name)s has answered") % {"name": found.name},
        _people(found.meeting_id),
    )


def _answer(
    request: ViewerRequest,
    call: MeetingCall,
    save: Callable[[str, str], MeetingCall],
    title: str,
    back: str,
) -> HttpResponse:
    viewer = request.viewer
    meeting = access.meeting(viewer, call.meeting_id)
    initial = {"answer": "" if call.answer == CallAnswer.NONE else call.answer}
    own = call.user_id == viewer.user_id
    if own or access.keeps(viewer, meeting):
        initial["reason"] = call.reason
    form = CallAnswerForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        remote=bool(meeting.link),
        own=own,
    )
    if request.method == "POST":
        done = run(form, lambda: save(form.cleaned_data["answer"], form.cleaned_data["reason"]))
        if done is not None:
            words = _("The answer was saved.")
            if done.answer == CallAnswer.NO and done.part == "member":
                words = _("The answer was saved. The personal deputy is called, if there is one.")
            messages.success(request, words)
            return redirect(back)
    return show_form(
        request,
        form,
        template="cooperation/meeting_answer.html",
        title=title,
        lead=name_of(meeting),
        button=_("Save the answer"),
        back=back,
        meeting=meeting,
    )
