"""Pages of costs agreed on beforehand: the list, asking, one with its costs, the region's answer, reconciliation.

A municipality or county sees its own, the region those asked of it. Not for: the law's days and sums (``cost_rules``).
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement import access
from kotopolku.placement.actions import costs as actions
from kotopolku.placement.actions import money as money_actions
from kotopolku.placement.forms_costs import AnswerCostsForm, CostForm, CutForm, PreparingForm, SpecialForm
from kotopolku.placement.models import ClaimState, CostKind, CostState
from kotopolku.placement.pages import run, saving, show_form, year_asked
from kotopolku.placement.queries import costs as queries
from kotopolku.placement.queries import money, reconciliation


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def costs(request: ViewerRequest) -> HttpResponse:
    """Agreements of the own municipality or county; to a region those asked of it."""
    viewer = request.viewer
    region = access.is_region(viewer)
    if not region:
        access.own_payee(viewer)
    context = {
        "rows": queries.rows(viewer),
        "region": region,
        "municipality": access.is_municipality(viewer),
        "may_ask": not region and viewer.may(Capability.PLACEMENT_ANSWER),
    }
    return render(request, "placement/costs.html", context)


@needs(Capability.PLACEMENT_ANSWER)
def new_preparing(request: ViewerRequest) -> HttpResponse:
    """Asks for costs of preparing for people who have been accepted."""
    viewer = request.viewer
    access.own_municipality(viewer)
    form = PreparingForm(queries.preparable(viewer), request.POST or None)
    return _ask(
        request,
        form,
        lambda: actions.ask_preparing(
            int(form.cleaned_data["proposal"]),
            form.cleaned_data["moves_in_on"],
            form.asked(),
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        _("Costs of preparing"),
        _(
            "Necessary costs before people move in. The region decides on them; accepted proposals can be chosen."
        ),
    )


@needs(Capability.PLACEMENT_ANSWER)
def new_special(request: ViewerRequest) -> HttpResponse:
    """Asks for special costs of one person."""
    viewer = request.viewer
    payee, county = access.own_payee(viewer), access.is_county(viewer)
    municipalities = money.municipalities_of(payee, viewer.day) if county else None
    form = SpecialForm(municipalities, request.POST or None)
    return _ask(
        request,
        form,
        lambda: actions.ask_special(
            form.cleaned_data["client_number"],
            form.asked(),
            actor=viewer,
            municipality_id=int(form.cleaned_data["municipality"]) if county else None,
            first_municipality_on=form.cleaned_data.get("first_municipality_on"),
            token=form.cleaned_data["token"],
        ),
        _("Special costs"),
        _("Special costs are agreed on with the region before they arise."),
    )


def _ask(
    request: ViewerRequest, form: forms.Form, act: Callable[[], Any], title: str, lead: str
) -> HttpResponse:
    if request.method == "POST":
        row = run(form, act)
        if row is not None:
            messages.success(request, _("The region has been asked."))
            return redirect("placement:costs-one", row.pk)
    back = reverse("placement:costs")
    return show_form(request, form, title=title, lead=lead, button=_("Ask the region"), back=back)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def costs_one(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    """One agreement with its costs, each with its reasons; a look, so it is journalled."""
    viewer = request.viewer
    row = access.cost_agreement(viewer, agreement_id)
    actions.record_look(row, actor=viewer)
    own = row.applicant_id in access.followed_ids(viewer) and viewer.may(Capability.PLACEMENT_ANSWER)
    context = {
        "agreement": row,
        "detail": queries.detail(row),
        "may_withdraw": own and row.state == CostState.ASKED,
        "may_record": own and row.is_agreed,
        "may_answer": access.is_region(viewer)
        and viewer.may(Capability.PLACEMENT_AGREE)
        and row.state == CostState.ASKED,
    }
    return render(request, "placement/costs_one.html", context)


@needs(Capability.PLACEMENT_AGREE)
def answer(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    """The region agrees or does not."""
    viewer = request.viewer
    if not access.is_region(viewer):
        raise NotVisible
    row = access.cost_agreement(viewer, agreement_id)
    first = {"first": row.asked_first, "last": row.asked_last, "ceiling": row.asked_euros}
    preparing = row.kind == CostKind.PREPARING
    form = AnswerCostsForm(request.POST or None, preparing=preparing, initial=first)
    return saving(
        request,
        form,
        lambda: actions.answer_costs(
            agreement_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The answer was recorded. Who asked has been told."),
        title=_("Answer to %(applicant)s") % {"applicant": row.applicant.name},
        lead=row.purpose,
        button=_("Send the answer"),
        back=reverse("placement:costs-one", args=[agreement_id]),
    )


@needs(Capability.PLACEMENT_ANSWER)
@require_POST
def withdraw(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    """Takes a request back before it is answered."""
    _told(
        request,
        lambda: actions.withdraw_costs(agreement_id, actor=request.viewer),
        _("The request was taken back."),
    )
    return redirect("placement:costs-one", agreement_id)


@needs(Capability.PLACEMENT_ANSWER)
def new_cost(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    """Records a cost under an agreement."""
    viewer = request.viewer
    row = access.cost_agreement(viewer, agreement_id)
    left = queries.detail(row).row.left
    form = CostForm(request.POST or None, initial={"euros": left})
    return saving(
        request,
        form,
        lambda: actions.record_cost(
            agreement_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The cost was recorded. It is claimed with the year's other compensation."),
        title=_("Record a cost"),
        button=_("Record"),
        back=reverse("placement:costs-one", args=[agreement_id]),
    )


@needs(Capability.PLACEMENT_ANSWER)
@require_POST
def remove_cost(request: ViewerRequest, agreement_id: int, cost_id: int) -> HttpResponse:
    """Takes away a cost recorded by mistake."""
    access.cost_agreement(request.viewer, agreement_id)
    _told(
        request,
        lambda: actions.remove_cost(cost_id, actor=request.viewer),
        _("The cost was taken away."),
    )
    return redirect("placement:costs-one", agreement_id)


def _told(request: ViewerRequest, act: Callable[[], Any], done: str) -> None:
    try:
        act()
        messages.success(request, done)
    except Refusals as refused:
        messages.error(request, " ".join(refusal_text(one) for one in refused.refusals))


# --- Lines of a claim, and the year from the law to the account -------------------------------------------------------


@needs(Capability.PLACEMENT_AGREE)
def cut(request: ViewerRequest, claim_id: int, line_id: int) -> HttpResponse:
    """Grants less of one line than was claimed, before the decision."""
    viewer = request.viewer
    if not access.is_region(viewer):
        raise NotVisible
    found = access.claim(viewer, claim_id)
    line = found.lines.filter(pk=line_id).first()
    if line is None or found.state != ClaimState.SENT:
        raise NotVisible
    known = line.euros if line.granted is None else line.granted
    form = CutForm(request.POST or None, initial={"granted": known, "reason": line.cut_reason})
    return saving(
        request,
        form,
        lambda: money_actions.cut_line(
            claim_id,
            line_id,
            form.cleaned_data["granted"],
            form.cleaned_data["reason"],
            actor=viewer,
        ),
        done=_("The line was saved. Record the decision when all lines are done."),
        title=_("A line of the claim"),
        lead=_("Give the whole sum to take a cut back."),
        button=_("Save"),
        back=reverse("placement:claim", args=[claim_id]),
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def reconcile(request: ViewerRequest) -> HttpResponse:
    """The own year from the law to the account; to a region its payees, or one of them from the claims on."""
    viewer, year = request.viewer, year_asked(request)
    if not access.is_region(viewer):
        found = reconciliation.of_payee(viewer, access.own_payee(viewer), year)
        if access.is_county(viewer):
            money_actions.record_looks(found.subjects, actor=viewer)
    else:
        asked = request.GET.get("payee", "")
        payee = _payee(asked) if asked else None
        if payee is None:
            context = {"year": year, "rows": reconciliation.by_payee(viewer, year)}
            return render(request, "placement/costs_payees.html", context)
        found = reconciliation.of_claims(viewer, payee, year)
    context = {"year": year, "found": found, "region": access.is_region(viewer)}
    return render(request, "placement/costs_reconciliation.html", context)


def _payee(code: str) -> Organisation:
    """Who is paid: the claims shown are those that the viewer may see, none for another's payee."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NotVisible
    return found
