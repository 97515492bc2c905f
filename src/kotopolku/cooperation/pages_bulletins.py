"""Pages of the shared space for readers: the front, the boxes of bulletins, one bulletin, its files.

Not for: writing and sending (``pages_sending.py``).
"""

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
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.cooperation import access, wording
from kotopolku.cooperation.actions import bulletins as acts
from kotopolku.cooperation.actions import files as file_acts
from kotopolku.cooperation.actions import told
from kotopolku.cooperation.forms import AnswerForm
from kotopolku.cooperation.forms_bulletins import BulletinFilter, WeekForm
from kotopolku.cooperation.models import BulletinState
from kotopolku.cooperation.queries import addressing, week
from kotopolku.cooperation.queries import bulletins as queries
from kotopolku.cooperation.queries import front as front_queries
from kotopolku.cooperation.rules import EVERYTHING
from kotopolku.cooperation.showing import as_file, paged
from kotopolku.cooperation.sources import topic_title
from kotopolku.placement.pages import act, saving


@needs(Capability.SIGNED_IN)
@require_GET
def front(request: ViewerRequest) -> HttpResponse:
    """What is new for the reader, and the ways on."""
    viewer = request.viewer
    found = front_queries.front(viewer)
    weekly = request.GET.get("week") == "1"
    chosen = week.chosen_by(viewer) if weekly else EVERYTHING
    context = {
        "found": found,
        "coming": [(one, wording.seminar_mark(one, one.mine)) for one in found.coming],  # type: ignore[attr-defined]
        "materials": [(one, topic_title(one.topic)) for one in found.materials],
        "answers": [(one, topic_title(one.topic)) for one in found.answers],
        "open_questions": [(one, wording.question_mark(one)) for one in found.open_questions],
        "sends": viewer.may(Capability.BULLETIN_SEND),
        "is_centre": access.is_centre(viewer),
        "week": week.lines(viewer, chosen) if weekly else None,
        "chosen": bool(chosen),
    }
    return render(request, "cooperation/front.html", context)


@needs(Capability.SIGNED_IN)
def week_choice(request: ViewerRequest) -> HttpResponse:
    """Which topics and regions the reader's weekly summary holds."""
    viewer = request.viewer
    initial = WeekForm.initial_of(week.chosen_by(viewer))
    form = WeekForm(request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: told.choose_week(form.cleaned_data["topics"], form.cleaned_data["regions"], actor=viewer),
        done=_("Your choices were saved. They hold from the next weekly summary on."),
        title=_("What my weekly summary holds"),
        lead=_(
            "Everything else stays on the pages of the shared space. Guidance letters, bulletins that want an answer or"
            " an acknowledgement, and hearings in which you are asked always come. Whether the summary comes at all,"
            " you choose among your notices."
        ),
        button=_("Save"),
        back=reverse("cooperation:bulletins"),
    )


BOXES = ("", "unread", "answer", "guidance", "sent", "drafts")


@needs(Capability.SIGNED_IN)
@require_GET
def bulletins(request: ViewerRequest) -> HttpResponse:
    """Bulletins for the reader: all, not read, to answer; for senders what was sent and drafts."""
    viewer = request.viewer
    sends = viewer.may(Capability.BULLETIN_SEND)
    box = request.GET.get("box", "")
    if box not in BOXES or (box in ("sent", "drafts") and not sends):
        box = ""
    form = BulletinFilter(request.GET)
    form.is_valid()
    if box == "sent":
        rows = queries.sent(viewer)
    elif box == "drafts":
        rows = queries.drafts(viewer)
    else:
        rows = queries.inbox(viewer)
        rows = {
            "": rows,
            "unread": queries.unread(rows),
            "answer": queries.to_answer(rows),
            "guidance": rows.filter(guidance=True),
        }[box]
    rows = queries.narrowed(rows, form.wanted())
    shown = [
        ("", _("All")),
        ("unread", _("Not read")),
        ("answer", _("To answer")),
        ("guidance", _("Guidance letters")),
        *([("sent", _("Sent by us")), ("drafts", _("Our drafts"))] if sends else []),
    ]
    context = {
        "box": box,
        "boxes": shown,
        "filters": form,
        "narrowed": form.wanted() != queries.WantedBulletin(),
        "sends": sends,
        "guides": viewer.may(Capability.STEERING_REGIONAL),
    }
    return render(request, "cooperation/bulletins.html", context | paged(request, rows, queries.PAGE_SIZE))


@needs(Capability.SIGNED_IN)
@require_GET
def bulletin(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """One bulletin. That the reader has opened it is kept, once for an edition; the page says so."""
    viewer = request.viewer
    found = access.bulletin(viewer, bulletin_id)
    acts.open_bulletin(bulletin_id, actor=viewer)
    return render(request, "cooperation/bulletin.html", _shown(request, queries.detail(viewer, found)))


def _shown(request: ViewerRequest, detail: queries.Detail) -> dict[str, Any]:
    viewer, found = request.viewer, detail.bulletin
    own = viewer.may(Capability.BULLETIN_SEND) and found.sender_id == viewer.organisation_id
    sent = found.state == BulletinState.SENT
    return {
        "bulletin": found,
        "detail": detail,
        "own": own,
        "draft": found.state == BulletinState.DRAFT,
        "withdrawn": found.state == BulletinState.WITHDRAWN,
        "readable": own or found.state != BulletinState.WITHDRAWN,
        "reach": addressing.reach(found, viewer) if own and found.state == BulletinState.DRAFT else None,
        "to": addressing.in_words(found) if own else [],
        "roles": addressing.roles_in_words(found) if own else [],
        "topics": [topic_title(one) for one in found.topics],
        "totals": queries.totals(found, viewer) if own and found.state != BulletinState.DRAFT else None,
        "asks": sent and detail.received and found.acknowledge and not detail.acknowledged,
        "wants_answer": sent and detail.received and found.answer_by is not None,
    }


@needs(Capability.SIGNED_IN)
@require_POST
def acknowledge(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    return act(
        request,
        lambda: acts.acknowledge(bulletin_id, actor=request.viewer),
        _("You have acknowledged the bulletin."),
        reverse("cooperation:bulletin", args=[bulletin_id]),
    )


@needs(Capability.SIGNED_IN)
def answer(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """The answer of the reader's organisation, written or changed; two who write at once are told."""
    viewer = request.viewer
    found = access.received_bulletin(viewer, bulletin_id)
    given = queries.detail(viewer, found).answer
    initial = {"version": given.version if given else 0, "text": given.text if given else ""}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("cooperation:bulletin", args=[bulletin_id])
    return saving(
        request,
        form,
        lambda: acts.answer(
            bulletin_id,
            form.cleaned_data["text"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The answer was sent. You can change it until the bulletin is withdrawn."),
        title=_("Answer the bulletin"),
        lead=found.title,
        button=_("Send the answer"),
        back=back,
    )


@needs(Capability.SIGNED_IN)
@require_GET
def file(request: ViewerRequest, attachment_id: int) -> HttpResponse:
    """A file of a bulletin or a material that the reader sees."""
    try:
        found, data = file_acts.open_file(attachment_id, actor=request.viewer)
    except Refusals as refusals:
        for one in refusals.refusals:
            messages.warning(request, refusal_text(one))
        return redirect("cooperation:front")
    return as_file(found, data)


@needs(Capability.SIGNED_IN)
@require_POST
def file_remove(request: ViewerRequest, attachment_id: int) -> HttpResponse:
    """Removes a file of an own draft or material."""
    found = access.attachment(request.viewer, attachment_id)
    if found.paper_id is not None:
        # A paper of a meeting goes with its file, on the page of its item.
        raise NotVisible
    page = ("bulletin", found.bulletin_id) if found.bulletin_id else ("material", found.material_id)
    return act(
        request,
        lambda: file_acts.remove(attachment_id, actor=request.viewer),
        _("The file was removed."),
        reverse(f"cooperation:{page[0]}", args=[page[1]]),
    )
