"""The buyer's pages of sealed bids: who opens, their phrases, the opening by two, its record, the opened bids.

Not for: checking and scoring what was opened (``pages_evaluation.py``).
"""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.procurement import access, bid_access, bid_papers
from kotopolku.procurement.actions import bids
from kotopolku.procurement.actions import opening as actions
from kotopolku.procurement.files import attachment
from kotopolku.procurement.forms_bids import NewPhraseForm, OpenersForm, PhraseForm
from kotopolku.procurement.models import OpeningSession, TenderState
from kotopolku.procurement.pages import run, saving, show_form
from kotopolku.procurement.queries import bids as queries
from kotopolku.procurement.queries.tenders import unanswered


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def openers(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Who opens the bids, and who has chosen a phrase."""
    tender = access.tender(request.viewer, tender_id)
    named = list(bid_access.openers(request.viewer, tender_id))
    before = tender.state in actions.BEFORE_KEY
    context = {
        "tender": tender,
        "openers": named,
        "ready": actions.openers_ready(tender),
        "mine": next((one for one in named if one.user_id == request.viewer.user_id), None),
        "may_name": before and request.viewer.may(Capability.PROCUREMENT_PREPARE),
        "before": before,
    }
    return render(request, "procurement/openers.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
def name_openers(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Names two to four openers, before publication."""
    tender = access.tender(request.viewer, tender_id)
    now = [str(one.user_id) for one in bid_access.openers(request.viewer, tender_id)]
    form = OpenersForm(
        actions.candidates(tender),
        request.POST if request.method == "POST" else None,
        initial={"users": now},
    )
    back = reverse("procurement:bids-openers", args=[tender_id])
    return saving(
        request,
        form,
        lambda: actions.name_openers(
            tender_id, form.ids(), actor=request.viewer, token=form.cleaned_data["token"]
        ),
        done=_("The openers were named and have been told."),
        title=_("Name the openers"),
        lead=_(
            "Each chooses a phrase. If openers are named anew, everybody chooses a phrase again. "
            "Three or four are safer than two: if one is away or forgets, two are left."
        ),
        button=_("Name"),
        back=back,
    )


@needs(Capability.PROCUREMENT_DECIDE)
@sensitive_post_parameters("phrase", "again")
def choose_phrase(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """An opener's own phrase for this tender."""
    access.tender(request.viewer, tender_id)
    form = NewPhraseForm(request.POST if request.method == "POST" else None)
    back = reverse("procurement:bids-openers", args=[tender_id])
    return saving(
        request,
        form,
        lambda: actions.set_phrase(tender_id, form.cleaned_data["phrase"], actor=request.viewer),
        done=_("Your phrase was taken. It is stored nowhere: remember it."),
        template="procurement/bid_phrase.html",
        title=_("Choose your phrase for opening"),
        lead=_(
            "You need it after the deadline, together with another opener. Tell it to nobody, not "
            "even to the other opener."
        ),
        button=_("Take the phrase"),
        back=back,
        note=_(
            "The phrase is stored nowhere and nobody can find it out. If fewer than two openers "
            "remember theirs, the bids can never be opened and the tender must be made again."
        ),
    )


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def opening(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """The bids as a seal, an opening that waits for the second phrase, or the record of the opening."""
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    named = list(bid_access.openers(viewer, tender_id))
    now = clock.now()
    living = Q(completed_at__isnull=False) | Q(expires_at__gt=now)
    session = bid_access.openings(viewer, tender_id).filter(living).first()
    waiting = session if session is not None and session.completed_at is None else None
    closed = tender.state == TenderState.PUBLISHED and not tender.takes_bids(now.replace(microsecond=0))
    context: dict[str, Any] = {
        "tender": tender,
        "openers": named,
        "closed": closed,
        "unanswered": unanswered(tender_id) if closed else 0,
        "waiting": waiting,
        "done": session if session is not None and session.completed_at is not None else None,
        "may_open": closed and _next_opener(viewer.user_id, named, waiting),
        "may_read": viewer.may(Capability.PROCUREMENT_PREPARE),
    }
    if tender.state == TenderState.PUBLISHED:
        context |= {
            "sealed": actions.openers_ready(tender),
            "whole": actions.seal_is_whole(tender),
            "now": now,
        }
    if context["done"] is not None:
        context["lines"] = session.record["bids"] if session else []
    return render(request, "procurement/opening.html", context)


def _next_opener(user_id: int | None, named: list, waiting: OpeningSession | None) -> bool:
    """Whether it is this person's turn to give a phrase."""
    return any(one.user_id == user_id for one in named) and (waiting is None or waiting.first_id != user_id)


@needs(Capability.PROCUREMENT_DECIDE)
@sensitive_post_parameters("phrase")
def give_phrase(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """An opener's phrase at the opening: the first, or the second that opens."""
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    waiting = bid_access.openings(viewer, tender_id).filter(completed_at=None, expires_at__gt=clock.now())
    first = waiting.exclude(handed={}).first()
    form = PhraseForm(request.POST if request.method == "POST" else None)
    back = reverse("procurement:opening", args=[tender_id])
    if request.method == "POST":
        act = actions.begin_opening if first is None else actions.complete_opening
        session = run(form, lambda: act(tender_id, form.cleaned_data["phrase"], actor=viewer))
        if session is not None:
            messages.success(
                request,
                _("The bids were opened.")
                if session.completed_at
                else _("Your phrase was taken. Another opener must give theirs within half an hour."),
            )
            return redirect(back)
        if form.has_error("phrase", "wrong-phrase"):
            bids.record_wrong_phrase(bids.TENDER, tender.pk, actor=viewer)
    return show_form(
        request,
        form,
        template="procurement/bid_phrase.html",
        title=_("Give the first phrase") if first is None else _("Give the second phrase and open the bids"),
        lead=_(
            "Your half of the key waits for half an hour, locked for the other openers' phrases. "
            "Nothing opens yet."
        )
        if first is None
        else _("%(name)s has given the first phrase. With yours the bids are opened, for good.")
        % {"name": first.first.get_full_name()},
        button=_("Give the phrase") if first is None else _("Open the bids"),
        back=back,
    )


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def record(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """The opening record as PDF."""
    tender = access.tender(request.viewer, tender_id)
    session = actions.record_paper(tender_id, actor=request.viewer)
    name = f"{_('opening-record')}-{tender.number}.pdf"
    return attachment(name, "pdf", bid_papers.record(tender, session))


@needs(Capability.PROCUREMENT_PREPARE)
@cache_control(no_store=True)
@require_GET
def opened_bids(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """What the bidders offer, bid by bid; the look is journalled."""
    tender = access.tender(request.viewer, tender_id)
    rows = actions.record_opened_look(tender_id, actor=request.viewer)
    bidders = queries.opened(request.viewer, tender, rows)
    return render(request, "procurement/opened_bids.html", {"tender": tender, "bidders": bidders})


@needs(Capability.PROCUREMENT_PREPARE)
@require_GET
def opened_file(request: ViewerRequest, file_id: int) -> HttpResponse:
    """A file of an opened bid."""
    try:
        found, data = actions.open_file(file_id, actor=request.viewer)
    except Refusals as refusals:
        for one in refusals.refusals:
            messages.error(request, refusal_text(one))
        return redirect("procurement:tenders")
    return attachment(found.name, found.kind, data)
