"""Pages of evaluating opened bids: overview, evaluators, checks, scores apart, moderation, comparison of a lot.

Not for: the decision (``pages_awards.py``).
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.procurement import access
from kotopolku.procurement.actions import checks
from kotopolku.procurement.actions import evaluation as actions
from kotopolku.procurement.forms_evaluation import (
    YES,
    AnswerForm,
    ClarificationForm,
    ConformityForm,
    DrawForm,
    EvaluatorsForm,
    InterestForm,
    PriceForm,
    ReasonForm,
    ScoresForm,
    SuitabilityForm,
    first_answer_day,
)
from kotopolku.procurement.models import Clarification, Evaluator
from kotopolku.procurement.pages import press, run, saving, status_of
from kotopolku.procurement.queries import evaluation as queries
from kotopolku.procurement.queries.opened import compared_criteria, lot_bids


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def overview(request: ViewerRequest, tender_id: int) -> HttpResponse:
    page = queries.evaluation_page(request.viewer, tender_id)
    return render(request, "procurement/evaluation.html", {"page": page, "tender": page.tender})


@needs(Capability.PROCUREMENT_PREPARE)
def evaluators(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    named = list(Evaluator.objects.filter(tender=tender, left_on=None).values_list("user_id", flat=True))
    form = EvaluatorsForm(
        queries.candidates(viewer),
        request.POST if request.method == "POST" else None,
        initial={"users": [str(one) for one in named]},
    )
    return saving(
        request,
        form,
        lambda: actions.name_evaluators(tender_id, form.chosen(), actor=viewer),
        done=_("The evaluators were named and told."),
        title=_("Evaluators of %(number)s") % {"number": tender.number},
        button=_("Name the evaluators"),
        back=reverse("procurement:evaluation", args=[tender_id]),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def release(request: ViewerRequest, tender_id: int, evaluator_id: int) -> HttpResponse:
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    found = Evaluator.objects.filter(pk=evaluator_id, tender=tender).select_related("user").first()
    if found is None:
        raise NotVisible
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.release_evaluator(evaluator_id, form.cleaned_data["reason"], actor=viewer),
        done=_("The evaluator has left. The other scores stay as they are."),
        title=_("Let %(name)s leave the evaluation") % {"name": found.user.full_name},
        lead=_("What this evaluator has scored is deleted. This cannot be undone."),
        button=_("Let leave"),
        back=reverse("procurement:evaluation", args=[tender_id]),
        danger=True,
    )


@needs(Capability.PROCUREMENT_PREPARE)
def interest(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    page = queries.evaluation_page(viewer, tender_id)
    if page.mine is None:
        raise NotVisible
    initial = {"words": page.mine.words}
    if page.mine.declared_on is not None:
        initial["conflict"] = "yes" if page.mine.conflict else "no"
    form = InterestForm(request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: actions.declare_interest(
            tender_id,
            form.cleaned_data["conflict"] == YES,
            form.cleaned_data["words"],
            actor=viewer,
        ),
        done=_("Your declaration was recorded."),
        title=_("Declaration of interests"),
        lead=_("The bidders: %(names)s.") % {"names": ", ".join(one.bidder.name for one in page.bidders)},
        button=_("Declare"),
        back=reverse("procurement:evaluation", args=[tender_id]),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def bidder(request: ViewerRequest, tender_id: int, bidder_id: int) -> HttpResponse:
    """What one bidder declared, and the checks of its suitability."""
    viewer = request.viewer
    page = queries.bidder_page(viewer, tender_id, bidder_id)
    if page is None:
        raise NotVisible
    form = SuitabilityForm(page.lines, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(form, lambda: checks.check_suitability(tender_id, bidder_id, form.checks(), actor=viewer))
        if done is not None:
            messages.success(request, _("The checks were recorded."))
            return redirect("procurement:evaluation", tender_id)
    context = {"page": page, "form": form, "tender": page.tender}
    return render(request, "procurement/evaluation_bidder.html", context, status=status_of(form))


@needs(Capability.PROCUREMENT_PREPARE)
def extracts(request: ViewerRequest, tender_id: int, bidder_id: int) -> HttpResponse:
    """The winner's extracts, seen before the contract (§88)."""
    viewer = request.viewer
    page = queries.bidder_page(viewer, tender_id, bidder_id)
    if page is None:
        raise NotVisible
    form = SuitabilityForm(page.extracts, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(form, lambda: checks.check_suitability(tender_id, bidder_id, form.checks(), actor=viewer))
        if done is not None:
            messages.success(request, _("What was seen was recorded. No copy is kept."))
            return redirect("procurement:awards", tender_id)
    context = {"page": page, "form": form, "tender": page.tender}
    return render(request, "procurement/evaluation_extracts.html", context, status=status_of(form))


@needs(Capability.PROCUREMENT_PREPARE)
def ask(request: ViewerRequest, tender_id: int, bidder_id: int) -> HttpResponse:
    viewer = request.viewer
    page = queries.bidder_page(viewer, tender_id, bidder_id)
    if page is None:
        raise NotVisible
    form = ClarificationForm(
        page.lots,
        request.POST if request.method == "POST" else None,
        initial={
            "answer_by": first_answer_day(viewer.day),
            "kind": request.GET.get("kind", ""),
            "lot": request.GET.get("lot", ""),
        },
    )
    return saving(
        request,
        form,
        lambda: checks.ask_clarification(
            tender_id,
            bidder_id,
            form.cleaned_data["kind"],
            form.cleaned_data["question"],
            form.cleaned_data["answer_by"],
            lot_id=int(form.cleaned_data["lot"]) if form.cleaned_data["lot"] else None,
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The question was sent. The bidder has been told."),
        title=_("Ask %(bidder)s to clarify") % {"bidder": page.bidder.name},
        button=_("Send the question"),
        back=reverse("procurement:evaluation-bidder", args=[tender_id, bidder_id]),
    )


@needs(Capability.BID_SUBMIT)
@require_GET
def asked(request: ViewerRequest) -> HttpResponse:
    """What buyers ask of the viewer's organisation as a bidder."""
    rows = queries.clarifications_to_answer(request.viewer)
    return render(request, "procurement/clarifications.html", {"rows": rows})


@needs(Capability.BID_SUBMIT)
def answer(request: ViewerRequest, clarification_id: int) -> HttpResponse:
    viewer = request.viewer
    row = (
        Clarification.objects.select_related("tender", "lot")
        .filter(pk=clarification_id, bidder_id=viewer.organisation_id or 0)
        .first()
    )
    if row is None:
        raise NotVisible
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": row.answer})
    if request.method == "POST":
        done = run(
            form,
            lambda: checks.answer_clarification(clarification_id, form.cleaned_data["answer"], actor=viewer),
        )
        if done is not None:
            messages.success(request, _("Your answer was sent."))
            return redirect("procurement:clarifications")
    context = {"row": row, "form": form}
    return render(request, "procurement/clarification.html", context, status=status_of(form))


@needs(Capability.PROCUREMENT_PREPARE)
def conformity(request: ViewerRequest, lot_id: int) -> HttpResponse:
    viewer = request.viewer
    lot = access.lot(viewer, lot_id)
    bids = lot_bids(lot)
    form = ConformityForm(bids, request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: checks.judge_conformity(lot_id, form.judged(), actor=viewer),
        done=_("The judgements were recorded."),
        title=_("Do the bids on %(lot)s conform?") % {"lot": f"{lot.code} {lot.name}"},
        lead=_(
            "A bid that does not answer the request for tenders is excluded (1397/2016 § 113). Give the reason."
        ),
        button=_("Save"),
        back=reverse("procurement:evaluation", args=[lot.tender_id]),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def scores(request: ViewerRequest, lot_id: int) -> HttpResponse:
    """The evaluator's own sheet of a lot: saved as often as one likes, handed in once."""
    viewer = request.viewer
    lot = access.lot(viewer, lot_id)
    mine = Evaluator.objects.filter(tender=lot.tender, user_id=viewer.user_id or 0, left_on=None).first()
    if mine is None:
        raise NotVisible
    if mine.declared_on is None:
        return redirect("procurement:interest", lot.tender_id)
    if mine.conflict:
        messages.error(request, _("You have declared a conflict of interest, so you do not score."))
        return redirect("procurement:evaluation", lot.tender_id)
    bids = [bid for bid in lot_bids(lot) if bid.is_in]
    sheet, known = queries.own_scores(viewer, lot)
    form = ScoresForm(
        compared_criteria(lot.tender),
        bids,
        known,
        request.POST if request.method == "POST" else None,
        initial={"version": sheet.version if sheet else 0},
    )
    if request.method == "POST":
        act = actions.hand_in_scores if request.POST.get("do") == "hand-in" else actions.save_scores
        done = run(
            form, lambda: act(lot_id, form.scores(), actor=viewer, expected_version=form.expected_version)
        )
        if done is not None:
            words = _("Your scores were handed in.") if done.submitted_at else _("Your scores were saved.")
            messages.success(request, words)
            return redirect("procurement:evaluation", lot.tender_id)
    context = {"lot": lot, "tender": lot.tender, "form": form, "sheet": sheet, "bids": bids}
    return render(request, "procurement/evaluation_scores.html", context, status=status_of(form))


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def lot(request: ViewerRequest, lot_id: int) -> HttpResponse:
    """The comparison of one lot: points, spread, price warnings, how firmly it is won."""
    page = queries.lot_page(request.viewer, lot_id)
    names = {line.bid.bidder.code: line.bid.bidder.name for line in page.lines}
    criteria = {"": _("Price")} | {one.code: one.name for one in page.criteria}
    shifts = []
    if page.sensitivity is not None:
        shifts = [
            (
                criteria.get(one.criterion, one.criterion),
                one.weight,
                one.from_weight,
                names.get(one.winner_then, ""),
            )
            for one in page.sensitivity.weights
        ]
    context = {
        "page": page,
        "lot": page.lot,
        "tender": page.tender,
        "shifts": [(name, f"{float(now):.0f}", f"{float(then):.1f}", who) for name, now, then, who in shifts],
        "obstacles": [_(one.message) % one.params for one in page.obstacles],
        "may_prepare": request.viewer.may(Capability.PROCUREMENT_PREPARE),
        "may_decide": request.viewer.may(Capability.PROCUREMENT_DECIDE),
    }
    return render(request, "procurement/evaluation_lot.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
def moderation(request: ViewerRequest, lot_id: int) -> HttpResponse:
    viewer = request.viewer
    page = queries.lot_page(viewer, lot_id)
    if not page.open:
        messages.error(request, _("All evaluators have not handed in their scores yet."))
        return redirect("procurement:evaluation", page.tender.pk)
    bids = [line.bid for line in page.lines if line.cells and line.cells[0].given]
    cells = {line.bid.bidder.pk: line.cells for line in page.lines}
    form = ScoresForm(
        page.criteria, bids, {}, request.POST if request.method == "POST" else None, cells=cells
    )
    if request.method == "POST":
        done = run(form, lambda: actions.moderate(lot_id, form.scores(), actor=viewer))
        if done is not None:
            messages.success(request, _("The agreed points were recorded. Compare the bids next."))
            return redirect("procurement:lot-evaluation", lot_id)
    context = {"page": page, "lot": page.lot, "tender": page.tender, "form": form}
    return render(request, "procurement/evaluation_moderation.html", context, status=status_of(form))


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def rank(request: ViewerRequest, lot_id: int) -> HttpResponse:
    viewer = request.viewer
    return press(
        request,
        lambda: actions.rank_lot(lot_id, actor=viewer),
        _("The bids were compared, and what was compared is kept."),
        reverse("procurement:lot-evaluation", args=[lot_id]),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def price(request: ViewerRequest, lot_id: int, bidder_id: int) -> HttpResponse:
    viewer = request.viewer
    lot = access.lot(viewer, lot_id)
    bid = next((one for one in lot_bids(lot) if one.bidder.pk == bidder_id), None)
    if bid is None:
        raise NotVisible
    form = PriceForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: checks.review_price(
            lot_id,
            bidder_id,
            form.cleaned_data["accepted"] == YES,
            form.cleaned_data["reason"],
            actor=viewer,
        ),
        done=_("The decision on the price was recorded."),
        title=_("Low price of %(bidder)s") % {"bidder": bid.bidder.name},
        lead=_(
            "A low price is rejected only after the bidder has been asked to explain it (1397/2016 § 96)."
        ),
        button=_("Record the decision"),
        back=reverse("procurement:lot-evaluation", args=[lot_id]),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def draw(request: ViewerRequest, lot_id: int) -> HttpResponse:
    viewer = request.viewer
    page = queries.lot_page(viewer, lot_id)
    if not page.tie:
        raise Http404
    equal = [(line.bid.bidder.pk, line.bid.bidder.name) for line in page.lines if line.rank == 1]
    form = DrawForm(equal, request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.draw_lot(
            lot_id,
            int(form.cleaned_data["bidder"] or 0),
            form.cleaned_data["words"],
            actor=viewer,
        ),
        done=_("The drawing of lots was recorded."),
        title=_("Draw lots between equal bids"),
        lead=_("The tender has no rule for equal points. Draw the lot with another person present."),
        button=_("Record the draw"),
        back=reverse("procurement:lot-evaluation", args=[lot_id]),
    )
