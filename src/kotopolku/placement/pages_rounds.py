"""Pages of rounds: starting one, how far it is, how good it is, each family's reasons, why not and what if.

A round proposes and people decide: from here one goes to the page of proposing. Not for: weights (``pages_weights.py``).
"""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.exports import harmless
from kotopolku.clients.pages import show_refusals
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement import access, jobs
from kotopolku.placement.actions import bindings as binding_actions
from kotopolku.placement.actions import cases as case_actions
from kotopolku.placement.actions import rounds as actions
from kotopolku.placement.forms_rounds import AskForm, BindForm, ChangesForm, StartForm
from kotopolku.placement.models import Round
from kotopolku.placement.pages import run, saving, status_of
from kotopolku.placement.queries import cases as case_queries
from kotopolku.placement.queries import rounds as queries
from kotopolku.placement.queries import weights as weight_queries
from kotopolku.placement.queries import what_if as tried
from kotopolku.placement.queries.bindings import bindings
from kotopolku.placement.wording_rounds import quality_text, stage_text

FILE_NAME = "kotopolku-round-{}.csv"


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def rounds(request: ViewerRequest) -> HttpResponse:
    """The region's rounds, the newest first, and the form that starts one."""
    return _list(request, StartForm())


def _list(request: ViewerRequest, form: StartForm) -> HttpResponse:
    viewer = request.viewer
    rows = queries.rounds(viewer)
    context = {
        "rows": [(one, queries.state_text(one, viewer.day), one.state_on(viewer.day)) for one in rows],
        "live": next((one for one in rows if one.live), None),
        "form": form,
        "may_weigh": viewer.may(Capability.PLACEMENT_VIEW),
    }
    return render(request, "placement/rounds.html", context, status=status_of(form))


@needs(Capability.PLACEMENT_AGREE)
@require_POST
def start(request: ViewerRequest) -> HttpResponse:
    """Starts a round, or leads to the one that goes on already."""
    form = StartForm(request.POST)
    found = run(
        form,
        lambda: actions.start_round(
            actor=request.viewer,
            seed=form.cleaned_data.get("seed") or 0,
            choice=form.choice(),
            token=form.cleaned_data["token"],
        ),
    )
    if found is None:
        return _list(request, form)
    if found.live:
        jobs.run_round.defer(round_id=found.pk)
    return redirect("placement:round", found.pk)


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def round_(request: ViewerRequest, round_id: int) -> HttpResponse:
    """A round: how far it is, why it failed, or what it proposes."""
    viewer = request.viewer
    found = queries.round_(viewer, round_id)
    context: dict[str, Any] = {
        "round": found,
        "state": found.state_on(viewer.day),
        "state_text": queries.state_text(found, viewer.day),
        "stage": stage_text(found.stage),
        "problems": queries.problems(found),
    }
    if found.done and found.figures:
        context |= _result(request, found)
    return render(request, "placement/round.html", context)


def _result(request: ViewerRequest, found: Round) -> dict[str, Any]:
    viewer = request.viewer
    detail = queries.round_detail(viewer, found.pk)
    placed = [line for line in detail.rows if line.place]
    return {
        "detail": detail,
        "quality": quality_text(detail.gap_pct, detail.optimal),
        "placed": placed,
        "unplaced": [line for line in detail.rows if not line.place],
        "organisations": {one.area_code: one.pk for one in access.municipalities(viewer)},
        "valid": not found.expired_on(viewer.day),
        "bonus": weight_queries.weights_in_force(found.day).bonus_per_person,
    }


@needs(Capability.PLACEMENT_AGREE)
@require_POST
def stop(request: ViewerRequest, round_id: int) -> HttpResponse:
    """Asks a round to stop; it gives the best plan that it has."""
    try:
        actions.stop_round(round_id, actor=request.viewer)
    except Refusals as refusals:
        messages.error(request, " ".join(refusal_text(one) for one in refusals.refusals))
    else:
        messages.success(request, _("The round stops. You get the best plan it had."))
    return redirect("placement:round", round_id)


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def table_csv(request: ViewerRequest, round_id: int) -> HttpResponse:
    """A round's table as spreadsheets in Finland open it: numbers of cases, no names."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in queries.csv_rows(request.viewer, round_id):
        writer.writerow([harmless(cell) for cell in row])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME.format(round_id)}"'},
    )


# --- One family ------------------------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def family(request: ViewerRequest, row_id: int) -> HttpResponse:
    """Why a family is where the round has it; "why not" and "what if" when a municipality is asked about."""
    viewer = request.viewer
    found = queries.family(viewer, row_id)
    case_actions.record_case_look(found.line.case.pk, actor=viewer)
    asked = "code" in request.GET
    form = AskForm(found.municipalities, request.GET if asked else None)
    organisations = {one.area_code: one.pk for one in access.municipalities(viewer)}
    context: dict[str, Any] = {
        "found": found,
        "line": found.line,
        "row": found.line.row,
        "round": found.line.row.round,
        "form": form,
        "organisations": organisations,
        "bindings": bindings(viewer, found.line.case),
    }
    if asked and form.is_valid():
        code = form.cleaned_data["code"]
        context |= {
            "asked_code": code,
            "asked_name": dict(found.municipalities).get(code, code),
            "answer": queries.why_not(viewer, row_id, code),
            "cost": tried.lock_cost(viewer, row_id, code) if request.GET.get("ask") == "what" else None,
        }
    return render(request, "placement/round_family.html", context, status=status_of(form))


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def what_if(request: ViewerRequest, round_id: int) -> HttpResponse:
    """What would change with more places, without a municipality, or with another weight. Stores nothing."""
    viewer = request.viewer
    found = queries.round_(viewer, round_id)
    municipalities = [(one.area_code, one.name) for one in access.municipalities(viewer)]
    form = ChangesForm(municipalities, weight_queries.parts(viewer), request.GET if request.GET else None)
    answer = None
    if request.GET and form.is_valid():
        try:
            answer = tried.what_if(viewer, round_id, form.changes())
        except Refusals as refusals:
            show_refusals(form, refusals, {})
    lost = -answer.points if answer is not None and answer.points is not None else 0
    context = {"round": found, "form": form, "answer": answer, "lost": lost}
    return render(request, "placement/round_what_if.html", context, status=status_of(form))


# --- An officer's word on a case -------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_AGREE)
def bind(request: ViewerRequest, case_id: int) -> HttpResponse:
    """Fixes a case to a municipality, rules one out, or writes down that the family has been told of one."""
    viewer = request.viewer
    case = access.case(viewer, case_id)
    back = reverse("placement:case", args=[case_id])
    if not access.sees_municipality(viewer, case):
        messages.error(request, _("Take the case to yourself first."))
        return redirect(back)
    form = BindForm(
        request.POST if request.method == "POST" else None,
        initial={"municipality": request.GET.get("to", "")},
    )
    return saving(
        request,
        form,
        lambda: binding_actions.bind_case(case_id, form.binding(), actor=viewer),
        done=_("Saved. The next round keeps to it."),
        title=_("Fix or rule out a municipality for case %(number)s") % {"number": case.number},
        button=_("Save"),
        back=back,
        lead=case_queries.people_text(list(case.members.order_by("number"))),
    )


@needs(Capability.PLACEMENT_AGREE)
@require_POST
def unbind(request: ViewerRequest, binding_id: int) -> HttpResponse:
    """Ends what an officer has fixed or ruled out."""
    ended = binding_actions.unbind_case(binding_id, actor=request.viewer)
    messages.success(request, _("Ended. The next round is free of it."))
    return redirect("placement:case", ended.case_id)
