"""Pages of the agenda: one item, writing and ordering items, what members propose; papers added, sent, withdrawn.

Not for: what happens with an item in the meeting (``pages_meeting_day.py``, and the pages of minutes).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import wording_meetings as wording
from kotopolku.cooperation.actions import agenda as acts
from kotopolku.cooperation.actions import meeting_papers as papers_acts
from kotopolku.cooperation.forms import FileForm, ReasonForm
from kotopolku.cooperation.forms_meetings import ItemForm, PaperForm, ProposeForm, ReadersForm
from kotopolku.cooperation.meeting_calendar import name_of
from kotopolku.cooperation.models import ItemState, MeetingPaper, MeetingState
from kotopolku.cooperation.pages_meetings import address_of
from kotopolku.cooperation.queries import meeting_subjects as subjects
from kotopolku.cooperation.queries import meetings as queries
from kotopolku.cooperation.queries.minutes import live
from kotopolku.cooperation.showing import upload_of
from kotopolku.placement.pages import act, run, saving, show_form


def _item(item_id: int) -> str:
    return reverse("cooperation:meeting-item", args=[item_id])


@needs(Capability.SIGNED_IN)
@require_GET
def item(request: ViewerRequest, item_id: int) -> HttpResponse:
    """One item: presentation, proposal, papers, and what is going on with it in the meeting."""
    viewer = request.viewer
    found = access.item(viewer, item_id)
    meeting = found.meeting
    keeps = access.keeps(viewer, meeting)
    held = meeting.state in (MeetingState.OPEN, MeetingState.CLOSED)
    entry = queries.entry(viewer, found)
    before, papers_before = queries.earlier(viewer, found)
    now = live(viewer, found) if held and entry.number else None
    dealt = found.state in (ItemState.DONE, ItemState.TABLED)
    context = {
        "meeting": meeting,
        "name": name_of(meeting),
        "entry": entry,
        "item": found,
        "mark": wording.item_mark(found),
        "access_mark": wording.access_mark(found.access),
        "keeps": keeps,
        "leads": access.leads(viewer, meeting),
        "live": now,
        "may_restrict": keeps and dealt and now is not None and not now.frozen,
        "is_open": meeting.state == MeetingState.OPEN,
        "editable": keeps
        and meeting.state in acts.EDITABLE
        and found.state in (ItemState.AGENDA, ItemState.OPEN),
        "may_paper": keeps and meeting.state in acts.EDITABLE and found.state != ItemState.REFUSED,
        "proposed": keeps and found.state == ItemState.PROPOSED,
        "draft": meeting.state == MeetingState.DRAFT,
        "papers": [(one, wording.paper_mark(one.paper)) for one in entry.papers],
        "before": before,
        "papers_before": [(one, wording.paper_mark(one.paper)) for one in papers_before],
    }
    return render(request, "cooperation/meeting_item.html", context)


@needs(Capability.BODY_KEEP)
def new(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """A new item on the agenda."""
    viewer = request.viewer
    found = access.own_meeting(viewer, meeting_id)
    form = ItemForm(subjects.choices(viewer), request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.add(meeting_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The item was put on the agenda."),
        onward=lambda made: _item(made.pk),
        title=_("New item"),
        lead=name_of(found),
        button=_("Put on the agenda"),
        back=address_of(meeting_id),
    )


@needs(Capability.BODY_KEEP)
def edit(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Changing an item that has not been dealt with; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_item(viewer, item_id)
    initial = ItemForm.initial_of(found)
    known = subjects.subjects_of(viewer, [found]).get(found.pk)
    initial["subject_words"] = known.words if known else ""
    form = ItemForm(
        subjects.choices(viewer), request.POST if request.method == "POST" else None, initial=initial
    )
    return saving(
        request,
        form,
        lambda: acts.change(item_id, form.content(), actor=viewer, expected_version=form.expected_version),
        done=_("The item was changed."),
        title=_("Change the item"),
        lead=found.title,
        button=_("Save"),
        back=_item(item_id),
    )


@needs(Capability.BODY_KEEP)
def readers(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Who reads an item that has been dealt with, before its minutes go to be checked."""
    viewer = request.viewer
    found = access.own_item(viewer, item_id)
    initial = {"version": found.version, "access": found.access, "access_reason": found.access_reason}
    form = ReadersForm(request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: acts.restrict(
            item_id,
            form.cleaned_data["access"],
            form.cleaned_data["access_reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The item was changed."),
        title=_("Who reads the item"),
        lead=found.title,
        button=_("Save"),
        back=_item(item_id),
    )


@needs(Capability.BODY_KEEP)
@require_POST
def remove(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Takes an item away before the call."""
    found = access.own_item(request.viewer, item_id)
    return act(
        request,
        lambda: acts.remove(item_id, actor=request.viewer),
        _("The item was taken away."),
        address_of(found.meeting_id),
    )


@needs(Capability.BODY_KEEP)
@require_POST
def shift(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Moves an item by one place."""
    found = access.own_item(request.viewer, item_id)
    down = request.POST.get("do") == "down"
    return act(
        request,
        lambda: acts.shift(item_id, down=down, actor=request.viewer),
        _("The order of the agenda was changed."),
        f"{address_of(found.meeting_id)}#item-{item_id}",
    )


# Proposed by members ------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_GET
def proposals(request: ViewerRequest) -> HttpResponse:
    """What the viewer has proposed and what became of it; meetings for which items can be proposed."""
    viewer = request.viewer
    context = {
        "rows": [(one, name_of(one.meeting), wording.item_mark(one)) for one in access.my_proposals(viewer)],
        "proposable": [(one, name_of(one)) for one in access.proposable(viewer)],
    }
    return render(request, "cooperation/meeting_proposals.html", context)


@needs(Capability.SIGNED_IN)
def propose(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """A member proposes an item."""
    viewer = request.viewer
    found = access.proposable_meeting(viewer, meeting_id)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    back = reverse("cooperation:meeting-proposals")
    return saving(
        request,
        form,
        lambda: acts.propose(
            meeting_id,
            form.cleaned_data["title"],
            form.cleaned_data["text"],
            form.cleaned_data["proposal"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The item was proposed. You are told what becomes of it."),
        title=_("Propose an item"),
        lead=name_of(found),
        button=_("Propose"),
        back=back,
    )


@needs(Capability.SIGNED_IN)
@require_POST
def take_back(request: ViewerRequest, item_id: int) -> HttpResponse:
    """A member takes back an own proposal."""
    return act(
        request,
        lambda: acts.take_back(item_id, actor=request.viewer),
        _("The proposal was taken back."),
        reverse("cooperation:meeting-proposals"),
    )


@needs(Capability.BODY_KEEP)
@require_POST
def take(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Puts a proposed item on the agenda."""
    found = access.own_item(request.viewer, item_id)
    return act(
        request,
        lambda: acts.take(item_id, actor=request.viewer),
        _("The item was put on the agenda. The member is told."),
        address_of(found.meeting_id),
    )


@needs(Capability.BODY_KEEP)
def turn_down(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Refuses a proposed item with a reason."""
    found = access.own_item(request.viewer, item_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.turn_down(item_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The item was refused. The member is told why."),
        onward=lambda _done: address_of(found.meeting_id),
        title=_("Do not take the item on the agenda"),
        lead=_("%(title)s: the member who proposed it sees the reason.") % {"title": found.title},
        button=_("Refuse the item"),
        back=_item(item_id),
    )


# Papers -------------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_GET
def papers(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Every paper of a meeting that the viewer may read, by item; for the keeper also those that have not been sent."""
    viewer = request.viewer
    found = access.meeting(viewer, meeting_id)
    keeps = access.keeps(viewer, found)
    context = {
        "meeting": found,
        "name": name_of(found),
        "entries": [
            (one, [(paper, wording.paper_mark(paper.paper)) for paper in one.papers])
            for one in queries.agenda(viewer, found)
            if one.papers
        ],
        "keeps": keeps,
        "may_send": keeps and found.state in (MeetingState.CALLED, MeetingState.OPEN),
        "unsent": access.unsent_papers(found).count() if keeps else 0,
    }
    return render(request, "cooperation/meeting_papers.html", context)


@needs(Capability.BODY_KEEP)
def paper_new(request: ViewerRequest, item_id: int) -> HttpResponse:
    """A paper of an item."""
    found = access.own_item(request.viewer, item_id)
    posted = request.method == "POST"
    given: tuple[Any, ...] = (request.POST, request.FILES) if posted else ()
    form = PaperForm(*given, item_access=found.access)
    if posted:
        made = run(
            form,
            lambda: papers_acts.add(
                item_id,
                form.cleaned_data["title"],
                form.cleaned_data["access"],
                upload_of(form),
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            return _added(request, made)
    return _paper_form(request, form, _("New paper"), found.title, _item(item_id))


@needs(Capability.BODY_KEEP)
def paper_replace(request: ViewerRequest, paper_id: int) -> HttpResponse:
    """A newer paper in place of a withdrawn one, or of one that has not been sent."""
    found = access.own_paper(request.viewer, paper_id)
    posted = request.method == "POST"
    given: tuple[Any, ...] = (request.POST, request.FILES) if posted else ()
    form = FileForm(*given) if posted else FileForm(initial={"title": found.title})
    if posted:
        made = run(
            form,
            lambda: papers_acts.replace(
                paper_id,
                form.cleaned_data["title"],
                upload_of(form),
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            return _added(request, made)
    return _paper_form(request, form, _("A newer paper in its place"), found.title, _item(found.item_id))


def _added(request: ViewerRequest, made: MeetingPaper) -> HttpResponse:
    waits = _("The paper was added. It can be opened when the virus check has been made.")
    file = made.files.first()
    messages.success(request, _("The paper was added.") if file and file.can_be_opened else waits)
    if made.item.meeting.state != MeetingState.DRAFT:
        messages.info(request, _("Those called do not have it yet. Send it on the list of papers."))
    return redirect(_item(made.item_id))


def _paper_form(request: ViewerRequest, form: FileForm, title: str, lead: str, back: str) -> HttpResponse:
    return show_form(
        request,
        form,
        template="cooperation/file_form.html",
        title=title,
        lead=lead,
        button=_("Attach"),
        back=back,
    )


@needs(Capability.BODY_KEEP)
@require_POST
def papers_send(request: ViewerRequest, meeting_id: int) -> HttpResponse:
    """Sends the papers that have been added since the call."""
    return act(
        request,
        lambda: papers_acts.send(meeting_id, actor=request.viewer),
        _("The papers were sent. Those called are told."),
        reverse("cooperation:meeting-papers", args=[meeting_id]),
    )


@needs(Capability.BODY_KEEP)
def paper_withdraw(request: ViewerRequest, paper_id: int) -> HttpResponse:
    """Taking back a paper that was sent, with a reason."""
    found = access.own_paper(request.viewer, paper_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: papers_acts.withdraw(paper_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The paper was withdrawn. Those who had it are told."),
        title=_("Withdraw the paper"),
        lead=_("%(title)s: its name and the reason stay, the content goes for good. Those called are told.")
        % {"title": found.title},
        button=pgettext("paper", "Withdraw"),
        back=_item(found.item_id),
        danger=True,
    )


@needs(Capability.BODY_KEEP)
@require_POST
def paper_remove(request: ViewerRequest, paper_id: int) -> HttpResponse:
    """Removes a paper that nobody has got."""
    found = access.own_paper(request.viewer, paper_id)
    return act(
        request,
        lambda: papers_acts.remove(paper_id, actor=request.viewer),
        _("The paper was removed."),
        _item(found.item_id),
    )
