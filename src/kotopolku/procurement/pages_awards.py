"""Pages of awards: decisions by lot, drafting and making one, the bidders' side, challenges, report of §124.

Not for: comparing bids (``pages_evaluation.py``), contracts (``pages_contracts.py``).
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import refusal_text
from kotopolku.law.wording import euro_text
from kotopolku.procurement import access, award_report
from kotopolku.procurement.actions import awards as actions
from kotopolku.procurement.actions import challenges
from kotopolku.procurement.forms_evaluation import (
    ChallengeForm,
    DecisionForm,
    DirectDecisionForm,
    FileForm,
    MakeForm,
    ReasonForm,
    ResolveForm,
    WordsForm,
)
from kotopolku.procurement.models import AwardReport, AwardState, Challenge, ChallengeKind, Lot
from kotopolku.procurement.pages import press, run, saving, show_form, status_of
from kotopolku.procurement.queries import awards as queries
from kotopolku.procurement.queries import told as told_queries
from kotopolku.procurement.queries.evaluation import last_ranking, winner_codes
from kotopolku.procurement.queries.opened import lot_bids
from kotopolku.procurement.queries.tenders import takes_bids
from kotopolku.procurement.wording_awards import out_names, proposed_reasons


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def awards(request: ViewerRequest, tender_id: int) -> HttpResponse:
    page = queries.awards_page(request.viewer, tender_id)
    lines = [(line, [refusal_text(one) for one in line.barred]) for line in page.lines]
    direct = not takes_bids(page.tender)
    context = {"page": page, "tender": page.tender, "lines": lines, "direct": direct}
    return render(request, "procurement/awards.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
def draft(request: ViewerRequest, lot_id: int) -> HttpResponse:
    return _draft(request, lot_id, discontinue=False)


@needs(Capability.PROCUREMENT_PREPARE)
def discontinue(request: ViewerRequest, lot_id: int) -> HttpResponse:
    return _draft(request, lot_id, discontinue=True)


def _draft(request: ViewerRequest, lot_id: int, *, discontinue: bool) -> HttpResponse:
    viewer = request.viewer
    lot = access.lot(viewer, lot_id)
    data = request.POST if request.method == "POST" else None
    direct = not discontinue and not takes_bids(lot.tender)
    form = (
        DirectDecisionForm(queries.suppliers_of(lot.tender), data)
        if direct
        else DecisionForm(data, initial={} if discontinue else _proposed(lot))
    )
    if request.method == "POST":
        made = run(
            form,
            lambda: actions.draft_award(
                lot_id,
                form.content(discontinue=discontinue),
                actor=viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            messages.success(request, _("The draft was made. Send it to the second person when it is ready."))
            return redirect("procurement:decision", made.pk)
    title = _("Discontinue %(lot)s") if discontinue else _("Award decision on %(lot)s")
    lead = _("The reasons begin with the comparison. Make them the decision's own.")
    if discontinue:
        lead = _("A procurement can be discontinued only for a real and justified reason (1397/2016 § 125).")
    elif direct:
        lead = _("No bids were asked for. Write on what ground, and why this supplier and this price.")
    return show_form(
        request,
        form,
        title=title % {"lot": f"{lot.code} {lot.name}"},
        lead=lead,
        button=_("Make the draft"),
        back=reverse("procurement:awards", args=[lot.tender_id]),
    )


def _proposed(lot: Lot) -> dict[str, str]:
    """The reasons in both languages as the comparison gives them."""
    ranking = last_ranking(lot)
    bids = lot_bids(lot)
    outcome = ranking.outcome["lots"][0] if ranking else None
    names = {bid.bidder.code: bid.bidder.name for bid in bids}
    out = [(bid.bidder.name, bid.out, bid.reasons) for bid in bids if bid.out]
    winners = winner_codes(ranking, lot.tender.suppliers) if ranking else []
    found = {}
    for lang in ("fi", "sv"):
        prices = {
            bid.bidder.code: euro_text(bid.price, lang).replace("€", "").strip()
            for bid in bids
            if bid.price is not None
        }
        found[f"reasons_{lang}"] = proposed_reasons(outcome, names, prices, out, winners, lang)
    return found


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def decision(request: ViewerRequest, decision_id: int) -> HttpResponse:
    page = queries.decision_page(request.viewer, decision_id)
    context = {
        "page": page,
        "decision": page.decision,
        "tender": page.decision.tender,
        "contract_words": award_report.contract_words(page),
        "barred": [refusal_text(one) for one in page.refusals],
        "waits_for_me": page.decision.state == AwardState.REVIEW
        and page.may_decide
        and not page.own_draft
        and not page.conflict,
    }
    return render(request, "procurement/decision.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
def edit(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    row = queries.decision(viewer, decision_id)
    initial = {"reasons_fi": row.reasons_fi, "reasons_sv": row.reasons_sv, "version": row.version}
    form = DecisionForm(request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: actions.change_award(
            decision_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The draft was saved."),
        title=_("Reasons of the decision"),
        button=_("Save"),
        back=reverse("procurement:decision", args=[decision_id]),
    )


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def send(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    version = request.POST.get("version", "")
    return press(
        request,
        lambda: actions.send_award_for_review(
            decision_id, actor=viewer, expected_version=int(version) if version.isdecimal() else -1
        ),
        _("The decision waits for the second person."),
        reverse("procurement:decision", args=[decision_id]),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def send_back(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    row = queries.decision(viewer, decision_id)
    form = WordsForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    return saving(
        request,
        form,
        lambda: actions.send_award_back(
            decision_id,
            form.cleaned_data["words"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The draft was sent back."),
        title=_("Send the draft back"),
        button=_("Send back"),
        back=reverse("procurement:decision", args=[decision_id]),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def give_up(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    row = queries.decision(viewer, decision_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.give_up_award(decision_id, form.cleaned_data["reason"], actor=viewer),
        done=_("The draft was given up."),
        onward=lambda _done: reverse("procurement:awards", args=[row.tender_id]),
        title=_("Give up the draft"),
        button=_("Give up"),
        back=reverse("procurement:decision", args=[decision_id]),
        danger=True,
    )


@needs(Capability.PROCUREMENT_DECIDE)
def make(request: ViewerRequest, decision_id: int) -> HttpResponse:
    """The page of its own for the act that cannot be undone: the decision goes to all bidders."""
    viewer = request.viewer
    page = queries.decision_page(viewer, decision_id)
    bidders = actions.bidders_of(page.decision.lot)
    form = MakeForm(
        bidders,
        request.POST if request.method == "POST" else None,
        initial={"version": page.decision.version},
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.make_decision(
                decision_id,
                form.cleaned_data["number"],
                form.sending(),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The decision was made. The bidders have been told."))
            return redirect("procurement:decision", decision_id)
    context = {
        "page": page,
        "decision": page.decision,
        "tender": page.decision.tender,
        "form": form,
        "bidders": bidders,
        "back": reverse("procurement:decision", args=[decision_id]),
    }
    return render(request, "procurement/decision_make.html", context, status=status_of(form))


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def posted(request: ViewerRequest, decision_id: int, notice_id: int) -> HttpResponse:
    viewer = request.viewer
    return press(
        request,
        lambda: actions.post_letter(notice_id, actor=viewer),
        _("The posting was recorded. The letter counts as received on the seventh day."),
        reverse("procurement:decision", args=[decision_id]),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def challenge(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    row = queries.decision(viewer, decision_id)
    form = ChallengeForm(
        actions.bidders_of(row.lot),
        request.POST if request.method == "POST" else None,
        initial={"arrived_on": viewer.day},
    )
    return saving(
        request,
        form,
        lambda: challenges.record_challenge(
            decision_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("It was recorded. The contract waits until it has been resolved."),
        title=_("Record a correction request or an appeal"),
        lead=_("An appeal bars the contract from the moment it is pending (1397/2016 § 150)."),
        button=_("Record"),
        back=reverse("procurement:decision", args=[decision_id]),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def resolve(request: ViewerRequest, decision_id: int, challenge_id: int) -> HttpResponse:
    viewer = request.viewer
    row = queries.decision(viewer, decision_id)
    found = Challenge.objects.filter(pk=challenge_id, decision=row).first()
    if found is None:
        raise NotVisible
    form = ResolveForm(
        found.kind == ChallengeKind.APPEAL,
        request.POST if request.method == "POST" else None,
        initial={"resolved_on": viewer.day},
    )
    return saving(
        request,
        form,
        lambda: challenges.resolve_challenge(
            challenge_id,
            form.cleaned_data["state"],
            form.cleaned_data["words"],
            form.cleaned_data["resolved_on"],
            actor=viewer,
        ),
        done=_("How it ended was recorded. The bidders have been told."),
        title=str(ChallengeKind(found.kind).label),
        lead=_("If it is upheld, the decision is set aside and the lot is decided anew."),
        button=_("Record"),
        back=reverse("procurement:decision", args=[decision_id]),
    )


# --- The bidders' side ----------------------------------------------------------------------------------------------------


@needs(Capability.BID_SUBMIT)
@require_GET
def told(request: ViewerRequest) -> HttpResponse:
    rows = queries.told_decisions(request.viewer)
    return render(request, "procurement/decisions_told.html", {"rows": rows})


@needs(Capability.BID_SUBMIT)
@require_GET
def told_one(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    actions.open_decision(decision_id, actor=viewer)
    page = told_queries.told_page(viewer, decision_id)
    context = {
        "page": page,
        "decision": page.decision,
        "appeal_words": award_report.appeal_words(),
        "out_names": out_names(page.out),
    }
    return render(request, "procurement/decision_told.html", context)


@needs(Capability.BID_SUBMIT)
def file_one(request: ViewerRequest, decision_id: int) -> HttpResponse:
    viewer = request.viewer
    queries.told_decision(viewer, decision_id)
    form = FileForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: challenges.file_challenge(
            decision_id,
            form.cleaned_data["kind"],
            form.cleaned_data["words"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("It was sent to the buyer."),
        title=_("Seek a change to the decision"),
        lead=_(
            "An appeal itself is made to the Market Court. Here you tell the buyer of it (1397/2016 § 148)."
        ),
        button=_("Send to the buyer"),
        back=reverse("procurement:decision-told", args=[decision_id]),
    )


# --- Papers ---------------------------------------------------------------------------------------------------------------


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def decision_paper(request: ViewerRequest, decision_id: int, language: str) -> HttpResponse:
    """The decision as PDF for the buyer, drafts too."""
    viewer = request.viewer
    _known(language)
    with translation.override(language):
        page = queries.decision_page(viewer, decision_id)
        pdf = award_report.decision_pdf(page, viewer.day)
    actions.record_paper("decision", decision_id, language, actor=viewer)
    return _pdf(pdf, f"decision-{page.decision.tender.number}-{page.lot.code}-{language}")


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def report(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    return press(
        request,
        lambda: actions.make_report(tender_id, actor=viewer),
        _("The report was made."),
        reverse("procurement:awards", args=[tender_id]),
    )


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def report_paper(request: ViewerRequest, tender_id: int, number: int, language: str) -> HttpResponse:
    viewer = request.viewer
    _known(language)
    tender = access.tender(viewer, tender_id)
    found = AwardReport.objects.filter(tender=tender, number=number).first()
    if found is None:
        raise NotVisible
    with translation.override(language):
        pdf = award_report.report_pdf(found, viewer.day)
    actions.record_paper("report", found.pk, language, actor=viewer)
    return _pdf(pdf, f"report-{tender.number}-{number}-{language}")


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def award_notice(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    return press(
        request,
        lambda: actions.queue_award_notice(tender_id, actor=viewer),
        _("The award notice waits to be sent to the notice service."),
        reverse("procurement:awards", args=[tender_id]),
    )


def _known(language: str) -> None:
    if language not in award_report.LANGUAGES:
        raise Http404


def _pdf(pdf: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"},
    )
