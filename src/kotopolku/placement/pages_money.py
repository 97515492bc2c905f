"""Pages of compensation: a municipality's year by person, a county's by municipality, each euro explained, and claims.

A municipality sees for whom it is compensated, a county sums and lines by client number, the region the claims. Not for:
the calculation (``compensation``), costs (``pages_costs``).
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement import access, money_files
from kotopolku.placement.actions import money as actions
from kotopolku.placement.compensation import recovery_by
from kotopolku.placement.forms_money import MoneyForm, PersonFactsForm
from kotopolku.placement.models import Claim, ClaimState
from kotopolku.placement.pages import run, show_form, year_asked
from kotopolku.placement.queries import money as queries

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def money(request: ViewerRequest) -> HttpResponse:
    """A municipality's or county's year; to a region the claims made to it."""
    viewer, year = request.viewer, year_asked(request)
    if access.is_region(viewer):
        return _claims(request, year)
    payee, county = access.own_payee(viewer), access.is_county(viewer)
    found = queries.year(viewer, payee, year, claimed_on=viewer.day)
    context = {
        "payee": payee,
        "county": county,
        "municipalities": queries.by_municipality(viewer, found) if county else [],
        "found": found,
        "year": year,
        "claims": [(claim, queries.reconciled(claim)) for claim in found.claims],
        "may_claim": viewer.may(Capability.PLACEMENT_ANSWER),
        "ended": year < viewer.day.year,
    }
    return render(request, "placement/money.html", context)


def _claims(request: ViewerRequest, year: int) -> HttpResponse:
    rows = access.claims(request.viewer).filter(year=year).prefetch_related("payments", "recoveries")
    rows = rows.order_by("claimant__sort_key_fi", "number")
    context = {"year": year, "claims": [(claim, queries.reconciled(claim)) for claim in rows]}
    return render(request, "placement/claims.html", context)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def year_file(request: ViewerRequest, kind: str) -> HttpResponse:
    """The year's lines as CSV or XLSX; journalled."""
    viewer, year = request.viewer, year_asked(request)
    found = queries.year(viewer, access.own_payee(viewer), year, claimed_on=viewer.day)
    actions.record_export(found, actor=viewer, kind=kind)
    return _file(money_files.of_year(found), kind, f"kotopolku-compensation-{year}")


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def of_municipality(request: ViewerRequest, municipality_id: int) -> HttpResponse:
    """What a county gets for the people of one municipality, by client number with the reasons; journalled."""
    viewer, year = request.viewer, year_asked(request)
    if not access.is_county(viewer):
        raise NotVisible
    county = access.own_payee(viewer)
    municipality = queries.municipalities_of(county, viewer.day).filter(pk=municipality_id).first()
    if municipality is None:
        raise NotVisible
    found = queries.year(viewer, county, year, claimed_on=viewer.day)
    people = [one for one in found.people if one.resident.municipality_code == municipality.area_code]
    actions.record_looks([one.resident.person_id for one in people], actor=viewer)
    context = {"municipality": municipality, "people": people, "year": year}
    return render(request, "placement/county_money.html", context)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def person(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """One person's lines of a year with their reasons; journalled."""
    viewer, year = request.viewer, year_asked(request)
    municipality = access.own_municipality(viewer)
    resident = queries.resident(viewer, municipality, relationship_id)
    lines, problem = queries.lines_of(resident, year, queries.place(municipality, viewer.day), viewer.day)
    actions.record_look(resident, actor=viewer)
    context = {
        "resident": resident,
        "lines": lines,
        "problem": problem,
        "year": year,
        "may_change": viewer.may(Capability.PLACEMENT_ANSWER),
    }
    return render(request, "placement/money_person.html", context)


@needs(Capability.PLACEMENT_ANSWER)
def new_person(request: ViewerRequest) -> HttpResponse:
    """Adds a client who came on their own."""
    access.own_municipality(request.viewer)
    form = PersonFactsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["client_number"].strip()
        row = run(
            form,
            lambda: actions.record_person(
                number, form.facts(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if row is not None:
            messages.success(request, _("The person was added."))
            return redirect("placement:money-person", row.relationship_id)
    return show_form(
        request,
        form,
        title=_("Add a person"),
        button=_("Add"),
        back=reverse("placement:money"),
        lead=_("Compensation is paid however the person came to the municipality."),
    )


@needs(Capability.PLACEMENT_ANSWER)
def edit_person(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Changes a person's facts, as after a move."""
    viewer = request.viewer
    resident = queries.resident(viewer, access.own_municipality(viewer), relationship_id)
    form = PersonFactsForm(request.POST or None, known=True, initial=_facts_of(resident))
    if request.method == "POST" and form.is_valid():
        row = run(
            form,
            lambda: actions.change_person(
                relationship_id,
                form.facts(),
                actor=viewer,
                expected_version=form.expected_version,
                token=form.cleaned_data["token"],
            ),
        )
        if row is not None:
            messages.success(request, _("The facts were saved."))
            return redirect("placement:money-person", relationship_id)
    return show_form(
        request,
        form,
        title=_("Facts of client %(number)s") % {"number": resident.client_number},
        button=_("Save"),
        back=reverse("placement:money-person", args=[relationship_id]),
    )


def _facts_of(resident: queries.Resident) -> dict[str, Any]:
    row, placed = resident.row, resident.placed
    if placed is None:
        return {"version": 0}
    return {
        "version": row.version if row else 0,
        "basis": placed.basis.value,
        "first_municipality_on": placed.first_municipality,
        "lives_from": placed.stays[0].first,
        "lives_until": placed.stays[0].last,
        "citizen_from": placed.citizen_from,
        "assessed_on": placed.assessed_on,
        "parent_number": row.parent.client_number if row and row.parent else "",
    }


@needs(Capability.PLACEMENT_ANSWER)
@require_POST
def make_claim(request: ViewerRequest) -> HttpResponse:
    """Claims what of an ended year has not been claimed."""
    asked = request.POST.get("year", "")
    if not (asked.isdecimal() and len(asked) == 4):
        raise Http404
    back = f"{reverse('placement:money')}?year={asked}"
    try:
        claim = actions.make_claim(int(asked), actor=request.viewer)
    except Refusals as refused:
        messages.error(request, " ".join(refusal_text(one) for one in refused.refusals))
        return redirect(back)
    except EditClash:
        messages.warning(request, _("Somebody else has just claimed this year. Check what is there now."))
        return redirect(back)
    messages.success(request, _("The claim was made and its lines were frozen."))
    return redirect("placement:claim", claim.pk)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def claim(request: ViewerRequest, claim_id: int) -> HttpResponse:
    """One claim: its lines as they were, the decision, payments and recoveries."""
    viewer = request.viewer
    found = access.claim(viewer, claim_id)
    actions.record_claim_look(found, actor=viewer)
    region = access.is_region(viewer)
    context = {
        "claim": found,
        "money": queries.reconciled(found),
        "lines": list(found.lines.order_by("municipality_code", "client_number", "kind", "first")),
        "payments": list(found.payments.order_by("paid_on", "id")),
        "recoveries": list(found.recoveries.order_by("decided_on", "id")),
        "recovery_by": recovery_by(found.year, viewer.day),
        "region": region and viewer.may(Capability.PLACEMENT_AGREE),
        "may_cut": region and viewer.may(Capability.PLACEMENT_AGREE) and found.state == ClaimState.SENT,
        "may_withdraw": not region
        and viewer.may(Capability.PLACEMENT_ANSWER)
        and found.state == ClaimState.SENT,
    }
    return render(request, "placement/claim.html", context)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def claim_file(request: ViewerRequest, claim_id: int, kind: str) -> HttpResponse:
    """The claim's lines as a file, by client number."""
    found = access.claim(request.viewer, claim_id)
    actions.record_claim_look(found, actor=request.viewer)
    lines = found.lines.order_by("municipality_code", "client_number", "kind", "first")
    name = f"kotopolku-claim-{found.claimant.code}-{found.year}-{found.number}"
    return _file(money_files.of_claim(lines), kind, name)


@needs(Capability.PLACEMENT_ANSWER)
@require_POST
def withdraw(request: ViewerRequest, claim_id: int) -> HttpResponse:
    """Takes a claim back before it is decided."""
    try:
        actions.withdraw_claim(claim_id, actor=request.viewer)
        messages.success(request, _("The claim was taken back. What was in it can be claimed again."))
    except Refusals as refused:
        messages.error(request, " ".join(refusal_text(one) for one in refused.refusals))
    return redirect("placement:claim", claim_id)


@needs(Capability.PLACEMENT_AGREE)
def decide(request: ViewerRequest, claim_id: int) -> HttpResponse:
    """The decision on a claim."""
    found = _of_region(request, claim_id)
    form = MoneyForm(
        request.POST or None, initial={"on": request.viewer.day, "euros": queries.grantable(found)}
    )
    form.fields["reason"].help_text = _("Needed when less is granted than claimed.")
    return _record(
        request, found, form, actions.record_decision, _("Decision on the claim"), _("Record the decision")
    )


@needs(Capability.PLACEMENT_AGREE)
def pay(request: ViewerRequest, claim_id: int) -> HttpResponse:
    """A payment on the decision."""
    found = _of_region(request, claim_id)
    first = {"on": request.viewer.day, "euros": queries.reconciled(found).open}
    form = MoneyForm(request.POST or None, reasoned=False, initial=first)
    return _record(request, found, form, actions.record_payment, _("Payment"), _("Record the payment"))


@needs(Capability.PLACEMENT_AGREE)
def recover(request: ViewerRequest, claim_id: int) -> HttpResponse:
    """Money to be paid back."""
    found = _of_region(request, claim_id)
    form = MoneyForm(request.POST or None, initial={"on": request.viewer.day})
    return _record(request, found, form, actions.record_recovery, _("Recovery"), _("Record the recovery"))


def _of_region(request: ViewerRequest, claim_id: int) -> Claim:
    if not access.is_region(request.viewer):
        raise NotVisible
    return access.claim(request.viewer, claim_id)


def _record(
    request: ViewerRequest, found: Claim, form: MoneyForm, act: Any, title: str, button: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        token = form.cleaned_data["token"]
        done = run(form, lambda: act(found.pk, form.content(), actor=request.viewer, token=token))
        if done is not None:
            messages.success(request, _("It was recorded."))
            return redirect("placement:claim", found.pk)
    lead = _("%(claimant)s, %(year)s, claim %(number)s") % {
        "claimant": found.claimant.name,
        "year": found.year,
        "number": found.number,
    }
    back = reverse("placement:claim", args=[found.pk])
    return show_form(request, form, title=title, button=button, back=back, lead=lead)


def _file(lines: list[money_files.FileLine], kind: str, name: str) -> HttpResponse:
    if kind == "csv":
        content, content_type = money_files.as_csv(lines), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        content, content_type = money_files.as_xlsx(lines), XLSX
    else:
        raise Http404
    header = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=content_type, headers=header)
