"""Pages of a meeting's minutes: read, sent to be checked, signed or sent back, taken back, published, as PDF.

Not for: writing them item by item (``pages_minutes_write.py``), the archive (``pages_minutes_archive.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation import minutes_text as text
from kotopolku.cooperation import wording_minutes as wording
from kotopolku.cooperation.actions import minutes as acts
from kotopolku.cooperation.forms_minutes import CheckersForm, RemarksForm, TakeBackForm
from kotopolku.cooperation.models import MeetingState, MinutesState
from kotopolku.cooperation.queries import minutes as queries
from kotopolku.cooperation.queries.minutes_checks import may_check
from kotopolku.cooperation.queries.minutes_facts import open_tasks
from kotopolku.letters import booklet
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import act, run, saving, show_form
from kotopolku.procurement.files import attachment
from kotopolku.writing import as_day


def address_of(meeting_id: int) -> str:
    return reverse("cooperation:minutes-of", args=[meeting_id])


@needs(Capability.SIGNED_IN)
@require_GET
def minutes(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """The minutes as far as the viewer may read them, who checks them, and what to do next."""
    viewer = request.viewer
    of = meetings.meeting(viewer, meeting_id)
    found = queries.minutes_page(viewer, of)
    sections: list[text.Section] = []
    if found.content is not None:
        with translation.override(of.language):
            sections = text.sections(found.content)
    state = found.state
    context = {
        "page": found,
        "meeting": of,
        "mark": wording.minutes_mark(state),
        "sections": sections,
        "checks": [(one, wording.check_mark(one)) for one in found.checks],
        "draft": state == MinutesState.DRAFT,
        "closed": of.state == MeetingState.CLOSED,
        "may_sign": found.own_check is not None
        and state == MinutesState.CHECKING
        and found.own_check.signed_at is None,
        "may_note": found.leads and state == MinutesState.CHECKING,
        "may_publish": found.leads and state == MinutesState.SIGNED,
        "may_take_back": found.leads and state != MinutesState.DRAFT,
        "remarks": [one for one in found.checks if one.remarks] if state == MinutesState.DRAFT else [],
        "open_tasks": open_tasks(of),
    }
    return render(request, "cooperation/minutes.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def paper(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """The same as PDF/UA, in the language of the minutes; a draft says that it is one."""
    viewer = request.viewer
    of = meetings.meeting(viewer, meeting_id)
    found = queries.minutes_page(viewer, of)
    if found.content is None:
        raise NotVisible
    with translation.override(of.language):
        notes = [wording.state_sentence(found.state)]
        if found.minutes is not None and found.minutes.digest:
            notes.append(
                _("Digest of what was signed (SHA-256): %(digest)s") % {"digest": found.minutes.digest}
            )
    data = booklet.as_pdf(text.as_guide(found.content, notes))
    answer = attachment(f"minutes-{of.year}-{of.number}.pdf", "pdf", data)
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Capability.SIGNED_IN)
def check(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Freezing the minutes and choosing who check them."""
    viewer = request.viewer
    of = meetings.led_meeting(viewer, meeting_id)
    page = queries.minutes_page(viewer, of)
    number = rules.checkers_on(as_day(of.opened_at or of.starts_at) or viewer.day)
    calls = may_check(of)
    form = CheckersForm(
        calls,
        request.POST if request.method == "POST" else None,
        initial={"version": page.version, "checkers": [str(one.call_id) for one in page.checks]},
    )
    return saving(
        request,
        form,
        lambda: acts.send_to_check(
            meeting_id, form.chosen, actor=viewer, expected_version=form.expected_version
        ),
        done=_("The minutes were sent to be checked. Those chosen are told."),
        title=_("Send the minutes to be checked"),
        lead=_("The minutes are frozen as they are now. Choose %(number)s who were present.")
        % {"number": number},
        button=_("Send to be checked"),
        back=address_of(meeting_id),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def sign(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """A checker signs; who leads the meeting notes a signature on paper."""
    viewer = request.viewer
    meetings.meeting(viewer, meeting_id)
    call_id = request.POST.get("call", "")
    return act(
        request,
        lambda: acts.sign(
            meeting_id,
            request.POST.get("digest", ""),
            actor=viewer,
            call_id=int(call_id) if call_id.isdecimal() and len(call_id) < 19 else None,
        ),
        _("The minutes were signed."),
        address_of(meeting_id),
    )


@needs(Capability.SIGNED_IN)
def send_back(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """A checker says what should be changed."""
    viewer = request.viewer
    of = meetings.meeting(viewer, meeting_id)
    if queries.minutes_page(viewer, of).own_check is None:
        raise NotVisible
    form = RemarksForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.send_back(meeting_id, form.cleaned_data["remarks"], actor=viewer),
        done=_("The minutes were sent back with your remarks."),
        title=_("Send the minutes back"),
        lead=_("The secretary sees your remarks. A signature that the other checker has given is void."),
        button=_("Send back"),
        back=address_of(meeting_id),
    )


@needs(Capability.SIGNED_IN)
def take_back(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Taking minutes back to be changed; of published ones the reason is shown with the correction."""
    viewer = request.viewer
    of = meetings.led_meeting(viewer, meeting_id)
    page = queries.minutes_page(viewer, of)
    form = TakeBackForm(request.POST if request.method == "POST" else None, initial={"version": page.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.take_back(
                meeting_id,
                form.cleaned_data["reason"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The minutes are a draft again. Signatures given are void."))
            return redirect(address_of(meeting_id))
    corrects = page.state == MinutesState.PUBLISHED
    return show_form(
        request,
        form,
        title=_("Correct the published minutes") if corrects else _("Take the minutes back"),
        lead=_(
            "What is published stays until you publish anew. The reason is shown with the correction."
            " The minutes are checked and signed again."
        )
        if corrects
        else _("Signatures given become void, and those who signed are told."),
        button=_("Take the minutes back"),
        back=address_of(meeting_id),
        danger=True,
    )


@needs(Capability.SIGNED_IN)
def publish(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Publishing, on a page that shows what everybody will read."""
    viewer = request.viewer
    of = meetings.led_meeting(viewer, meeting_id)
    found = queries.minutes_page(viewer, of)
    form = VersionForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method == "POST":
        done = run(
            form, lambda: acts.publish(meeting_id, actor=viewer, expected_version=form.expected_version)
        )
        if done is not None:
            messages.success(request, _("The minutes were published. Those called are told."))
            return redirect("cooperation:minutes-published", done.pk)
    content, left_out = rules.public_form(found.content or {"items": []})
    with translation.override(of.language):
        sections = text.sections(content) if found.content else []
    return show_form(
        request,
        form,
        template="cooperation/minutes_publish.html",
        title=_("Publish the minutes"),
        lead=of.body.name,
        button=_("Publish"),
        back=address_of(meeting_id),
        sections=sections,
        left_out=left_out,
        language=of.language,
    )
