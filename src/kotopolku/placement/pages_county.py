"""Pages of a wellbeing services county: what it is asked, its own answers; and the municipality's question to it.

The county sees no case: ages, the needs for which it is heard and the question. Not for: its money (``pages_money.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement import access
from kotopolku.placement.actions import county as actions
from kotopolku.placement.case_rules import Answered
from kotopolku.placement.forms_costs import CountyQuestionForm, CountyStatementForm
from kotopolku.placement.models import AgreementState
from kotopolku.placement.pages import run, show_form
from kotopolku.placement.queries import county as queries
from kotopolku.placement.queries.cases import described
from kotopolku.placement.wording_cases import answered_text


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def county(request: ViewerRequest) -> HttpResponse:
    """What the county is asked, of agreements and of cases."""
    viewer = request.viewer
    if not access.is_county(viewer):
        raise NotVisible
    hearings = queries.hearings(viewer)
    context = {
        "agreements": queries.agreements(viewer),
        "hearings": hearings,
        "waiting": sum(one.waits for one in hearings),
    }
    return render(request, "placement/county.html", context)


@needs(Capability.PLACEMENT_VIEW)
def agreement(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    """One agreement about which the county is heard, with the form for its statement while it is waited for."""
    viewer = request.viewer
    if not access.is_county(viewer):
        raise NotVisible
    found = queries.agreement(viewer, agreement_id)
    may = viewer.may(Capability.PLACEMENT_ANSWER) and found.agreement.state == AgreementState.HEARING
    form = CountyStatementForm(request.POST or None, initial={"statement": found.agreement.county_statement})
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.state_on_agreement(agreement_id, form.cleaned_data["statement"], actor=viewer),
        )
        if done is not None:
            messages.success(request, _("The statement was given. The municipality and the region see it."))
            return redirect("placement:county-agreement", agreement_id)
    context = {"found": found, "agreement": found.agreement, "form": form, "may": may}
    return render(request, "placement/county_agreement.html", context, status=422 if form.errors else 200)


@needs(Capability.PLACEMENT_VIEW)
def hearing(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """What the county is asked about a case, without names; a look, so it is journalled."""
    viewer = request.viewer
    row = access.hearing(viewer, hearing_id)
    if request.method == "GET":
        actions.record_look(row, actor=viewer)
    form = CountyStatementForm(request.POST or None, initial={"statement": row.statement})
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.answer_about_case(hearing_id, form.cleaned_data["statement"], actor=viewer),
        )
        if done is not None:
            messages.success(request, _("The answer was given. The municipality and the region see it."))
            return redirect("placement:county-hearing", hearing_id)
    found = queries.heard(viewer, row)
    may = viewer.may(Capability.PLACEMENT_ANSWER) and found.live
    context = {"found": found, "hearing": row, "form": form, "may": may}
    response = render(request, "placement/county_hearing.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@needs(Capability.PLACEMENT_ANSWER)
def ask(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """The municipality asks its county about a case that is proposed to it."""
    viewer = request.viewer
    found = access.proposal(viewer, proposal_id)
    if not access.is_municipality(viewer):
        raise NotVisible
    form = CountyQuestionForm(request.POST or None)
    if request.method == "POST":
        try:
            done = run(
                form,
                lambda: actions.ask_about_case(proposal_id, form.cleaned_data["question"], actor=viewer),
            )
        except Answered as error:
            messages.error(request, answered_text(error))
            return redirect("placement:proposal", proposal_id)
        if done is not None:
            messages.success(request, _("The county has been asked. You get a notice when it answers."))
            return redirect("placement:proposal", proposal_id)
    case = access.proposed_case(found)
    seen = [need.name for need in described(case).county] if case else []
    return show_form(
        request,
        form,
        title=_("Ask the wellbeing services county"),
        lead=_("The county sees: %(needs)s.") % {"needs": ", ".join(seen)} if seen else "",
        button=_("Ask"),
        back=reverse("placement:proposal", args=[proposal_id]),
    )
