"""Pages of guidance for both sides: the list, one request, asking, notes, closing; letters; the bank of answers.

Not for: the region's work at a request (``pages_guidance_work.py``).
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation.actions import questions
from kotopolku.cooperation.queries import guidance_letters
from kotopolku.cooperation.showing import paged
from kotopolku.placement.pages import pager, run, saving, show_form
from kotopolku.steering import access_guidance as access
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.actions import guidance as acts
from kotopolku.steering.forms_councils import ReasonForm
from kotopolku.steering.forms_guidance import (
    AskAgainForm,
    AskGuidanceForm,
    GuidanceFilter,
    NoteForm,
    SuggestForm,
)
from kotopolku.steering.models import Guidance, GuidanceKind, GuidanceState
from kotopolku.steering.queries import guidance as queries

LETTERS_SHOWN = 5


def address_of(guidance_id: int) -> str:
    return reverse("steering:guidance-one", args=[guidance_id])


@needs(Capability.SIGNED_IN)
@require_GET
def requests(request: ViewerRequest) -> HttpResponse:
    """The own organisation's requests, or those that came to the region; the newest guidance letters."""
    viewer = request.viewer
    form = GuidanceFilter(queries.askers(viewer), queries.responsibles(viewer), request.GET)
    rows = queries.requests(viewer, form.wanted())
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    guides = access.guides(viewer)
    context = {
        "filters": form,
        "rows": queries.rows_of(page.object_list, viewer),
        "number": page.paginator.count,
        "page": pager(page),
        "guides": guides,
        "asks": access.asks(viewer),
        "left": len(access.left_behind(viewer)) if guides or access.asks(viewer) else 0,
        "letters": list(guidance_letters.sent(viewer)[:LETTERS_SHOWN]) if guides else [],
        "received": [] if guides else list(guidance_letters.received(viewer)[:LETTERS_SHOWN]),
    }
    return render(request, "steering/guidance_list.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def one(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """One request: what was sent, section by section, with comments, checklist, notes and what became of it."""
    viewer = request.viewer
    found = access.request(viewer, guidance_id)
    region, asker = access.is_region(viewer, found), access.is_asker(viewer, found)
    answered = found.state in (GuidanceState.ANSWERED, GuidanceState.FOLLOWED)
    closed = found.state == GuidanceState.CLOSED
    detail = queries.detail(viewer, found)
    context = {
        "guidance": found,
        "detail": detail,
        "region": region,
        "asker": asker,
        "open": found.state in rules.OPEN,
        "closed": closed,
        "works": region and found.state in rules.OPEN,
        "can_take": region and found.state in rules.OPEN and found.responsible_id != viewer.user_id,
        "follows": asker and answered,
        "settles": region and answered,
        "can_follow": region and found.state == GuidanceState.ANSWERED and not detail.waiting,
        "can_ask_again": asker and _may_ask_again(request, found),
        "can_note": (region or asker) and not closed,
        "can_suggest": region and found.kind == GuidanceKind.QUESTION and found.answered_by_id is not None,
    }
    return render(request, "steering/guidance.html", context)


def _may_ask_again(request: ViewerRequest, found: Guidance) -> bool:
    """Answered or closed, or waiting at an authority that does not guide the asker any more."""
    if found.state not in rules.OPEN:
        return True
    return found.region_id not in access.regions_for(found.asker, request.viewer)


@needs(Capability.PROGRAMME_KEEP)
def ask(request: ViewerRequest) -> HttpResponse:
    """Asking the regional authority of the day."""
    viewer = request.viewer
    access.require_asker(viewer)
    regions, programmes = queries.regions_to_ask(viewer), queries.programmes_to_send(viewer)
    asked = request.GET.get("programme", "")
    initial: dict[str, Any] = {"answer_by": rules.proposed_day(viewer.day), "programme": asked}
    if len(regions) == 1:
        initial["region"] = regions[0][0]
    if not programmes:
        initial["kind"] = GuidanceKind.QUESTION.value
    elif asked:
        initial["kind"] = queries.kind_for(viewer, asked)
    form = AskGuidanceForm(
        regions, programmes, request.POST if request.method == "POST" else None, initial=initial
    )
    return saving(
        request,
        form,
        lambda: acts.ask(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The request was sent to the region."),
        onward=lambda made: address_of(made.pk),
        title=_("Ask the region for guidance"),
        lead=_("Your organisation and the region read it, and nobody else."),
        button=pgettext("guidance", "Send the request"),
        back=reverse("steering:guidance"),
    )


@needs(Capability.PROGRAMME_KEEP)
def again(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """Asking anew in the same request, with the draft as it is now."""
    viewer = request.viewer
    found = access.own_request(viewer, guidance_id)
    form = AskAgainForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "answer_by": rules.proposed_day(viewer.day)},
    )
    return saving(
        request,
        form,
        lambda: acts.ask_again(
            guidance_id,
            form.cleaned_data["text"],
            form.cleaned_data["answer_by"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The request was sent again."),
        title=_("Ask again"),
        lead=_(
            "The draft goes along as it is now. The earlier answer stays as a note, and so do the comments."
        ),
        button=pgettext("guidance", "Send the request"),
        back=address_of(guidance_id),
    )


@needs(Capability.SIGNED_IN)
def note(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """Notes of a meeting, by either side."""
    viewer = request.viewer
    access.either_side(viewer, guidance_id)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"on": viewer.day})
    return saving(
        request,
        form,
        lambda: acts.add_note(guidance_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The notes were added."),
        title=_("Notes of a meeting"),
        lead=_("Both sides read them at once. They cannot be changed afterwards; add new ones instead."),
        button=_("Add"),
        back=address_of(guidance_id),
    )


@needs(Capability.SIGNED_IN)
def close(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """Ending a request with a reason, by either side."""
    viewer = request.viewer
    found = access.either_side(viewer, guidance_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return saving(
        request,
        form,
        lambda: acts.close(
            guidance_id,
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The request was closed."),
        title=_("Close the request"),
        lead=_("The region does not read the draft any more. What was written stays, and you can ask again."),
        button=_("Close the request"),
        back=address_of(guidance_id),
    )


@needs(Capability.STEERING_REGIONAL)
def suggest(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """A question and its answer to the centre of expertise, which keeps the bank of answers."""
    viewer = request.viewer
    found = access.to_answer(viewer, guidance_id)
    initial = {"language": found.language, "title": found.subject, "text": _proposed(found)}
    form = SuggestForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        typed = form.cleaned_data if form.is_valid() else {}
        made = run(
            form,
            lambda: questions.ask(
                typed["topic"],
                typed["title"],
                typed["text"],
                typed["language"],
                actor=viewer,
                token=typed["token"],
            ),
        )
        if made is not None:
            messages.success(request, _("The question was sent to the centre of expertise."))
            return redirect("cooperation:question", made.pk)
    return show_form(
        request,
        form,
        title=_("Suggest to the bank of answers"),
        lead=_(
            "The centre of expertise publishes the answer without the asker. Write it so that nobody can tell who asked."
        ),
        button=_("Send the question"),
        back=address_of(guidance_id),
    )


def _proposed(found: Guidance) -> str:
    """The question with the answer that was sent, to be written anew."""
    parts = [found.text]
    if found.answered_by_id is not None and found.answer:
        parts.append(found.answer)
    return "\n\n".join(one.strip() for one in parts if one.strip())


@needs(Capability.SIGNED_IN)
@require_GET
def letters(request: ViewerRequest) -> HttpResponse:
    """Guidance letters: those sent with how many have read them, those received with whether one has acknowledged."""
    viewer = request.viewer
    guides = access.guides(viewer)
    rows = guidance_letters.sent(viewer) if guides else guidance_letters.received(viewer)
    context = paged(request, rows, queries.PAGE_SIZE) | {
        "guides": guides,
        "drafts": list(guidance_letters.drafts(viewer)[: queries.PAGE_SIZE]) if guides else [],
    }
    return render(request, "steering/guidance_letters.html", context)
