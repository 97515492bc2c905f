"""Pages of publicity: from when each paper is read, deciding on business secrets, what bidders read of each other's bids.

Not for: decisions themselves (``pages_awards.py``), the public pages (``pages_public.py``).
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.procurement import access, told_papers
from kotopolku.procurement.actions import awards
from kotopolku.procurement.actions import disclosure as actions
from kotopolku.procurement.files import attachment
from kotopolku.procurement.forms_evaluation import ClaimForm
from kotopolku.procurement.models import LANGUAGES
from kotopolku.procurement.pages import run, show_form
from kotopolku.procurement.queries import disclosure as queries
from kotopolku.procurement.queries import told as told_queries
from kotopolku.procurement.wording_awards import paper_name


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def publicity(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Papers with the days from which they are read, and what bidders have marked as business secrets."""
    page = queries.publicity_page(request.viewer, tender_id)
    papers = [(line, paper_name(line.kind)) for line in page.papers]
    return render(
        request, "procurement/publicity.html", {"page": page, "tender": page.tender, "papers": papers}
    )


@needs(Capability.PROCUREMENT_DECIDE)
def decide(request: ViewerRequest, claim_id: int) -> HttpResponse:
    """Whether something is a business secret."""
    viewer = request.viewer
    claim = queries.claim(viewer, claim_id)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    back = reverse("procurement:publicity", args=[claim.tender_id])
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.decide_claim(
                claim_id, form.cleaned_data["accepted"] == "yes", form.cleaned_data["words"], actor=viewer
            ),
        )
        if done is not None:
            messages.success(request, _("It was decided, and the bidder has been told."))
            return redirect(back)
    [line] = queries.claim_lines(claim.tender, type(claim).objects.filter(pk=claim_id), viewer)
    return show_form(
        request,
        form,
        title=_("Decide on a business secret"),
        lead=_("%(bidder)s, %(where)s, %(name)s. The bidder's reason: %(reason)s")
        % {"bidder": claim.bidder.name, "where": line.where, "name": line.name, "reason": claim.reason},
        button=_("Decide"),
        back=back,
    )


@needs(Capability.PROCUREMENT_PREPARE)
@require_GET
def copy(request: ViewerRequest, tender_id: int, bidder_id: int, language: str) -> HttpResponse:
    """A bid for whoever asks for it, from the day of the contract."""
    _known(language)
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    with translation.override(language):
        try:
            bids = actions.take_public_copy(tender_id, bidder_id, actor=viewer)
        except Refusals as refusals:
            for one in refusals.refusals:
                messages.error(request, refusal_text(one))
            return redirect("procurement:publicity", tender_id)
        pdf = told_papers.bid_copy(tender, bids, viewer.day)
    return attachment(f"{tender.number}-{bidder_id}-{language}.pdf", "pdf", pdf)


# --- Bidders ---------------------------------------------------------------------------------------------------------


@needs(Capability.BID_SUBMIT)
@cache_control(no_store=True)
@require_GET
def told_bids(request: ViewerRequest, decision_id: int) -> HttpResponse:
    """The other bids on a lot, to a bidder that was told of the decision."""
    bids = actions.read_told_bids(decision_id, actor=request.viewer)
    page = told_queries.told_page(request.viewer, decision_id)
    chosen = {one.bidder_id for one in page.winners}
    shown = [
        (bid, bid.bidder_id in chosen) for bid in sorted(bids, key=lambda one: one.bidder_id not in chosen)
    ]
    return render(request, "procurement/told_bids.html", {"decision": page.decision, "bids": shown})


@needs(Capability.BID_SUBMIT)
@require_GET
def told_file(request: ViewerRequest, decision_id: int, file_id: int) -> HttpResponse:
    """A file of another bid."""
    try:
        found, data = actions.take_told_file(decision_id, file_id, actor=request.viewer)
    except Refusals as refusals:
        for one in refusals.refusals:
            messages.error(request, refusal_text(one))
        return redirect("procurement:told-bids", decision_id)
    return attachment(found.name, found.kind, data)


@needs(Capability.BID_SUBMIT)
@require_GET
def told_paper(request: ViewerRequest, decision_id: int, language: str) -> HttpResponse:
    """The decision as PDF, as the bidder is told of it."""
    _known(language)
    viewer = request.viewer
    with translation.override(language):
        page = told_queries.told_page(viewer, decision_id)
        pdf = told_papers.decision(page, viewer.day)
    awards.record_paper("decision", decision_id, language, actor=viewer)
    return attachment(f"{page.decision.tender.number}-{page.decision.lot.code}-{language}.pdf", "pdf", pdf)


@needs(Capability.BID_SUBMIT)
@require_GET
def own_secrets(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """The bidder's own marks of business secrets, and what the buyer decided on each."""
    tender = access.tender_for_bidder(request.viewer, tender_id)
    lines = queries.own_claims(request.viewer, tender)
    return render(request, "procurement/own_secrets.html", {"tender": tender, "lines": lines})


def _known(language: str) -> None:
    if language not in LANGUAGES:
        raise Http404
