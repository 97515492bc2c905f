"""Pages of the points' weights: what they are and where they come from; a proposal, what it would change, a decision.

The ministry proposes and another person of it decides; regions read. Not for: rounds (``pages_rounds.py``).
"""

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
from kotopolku.placement import access, jobs
from kotopolku.placement.actions import weights as actions
from kotopolku.placement.forms_rounds import RejectForm, WeightsForm
from kotopolku.placement.models import WeightState
from kotopolku.placement.pages import run, show_form, status_of
from kotopolku.placement.queries import weights as queries


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def weights(request: ViewerRequest) -> HttpResponse:
    """The parts of the points with their weights, and the versions there have been."""
    viewer = request.viewer
    if not (access.is_region(viewer) or access.is_ministry(viewer)):
        raise NotVisible
    context = {
        "lines": queries.parts(viewer),
        "version": queries.weights_in_force(viewer.day),
        "sets": queries.weight_sets(viewer),
        "may_propose": viewer.may(Capability.PLACEMENT_TARGET),
    }
    return render(request, "placement/weights.html", context)


@needs(Capability.PLACEMENT_TARGET)
def new(request: ViewerRequest) -> HttpResponse:
    """A proposal of new weights; what it would change is counted before anybody can approve it."""
    viewer = request.viewer
    form = WeightsForm(queries.parts(viewer), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        found = run(
            form,
            lambda: actions.propose_weights(
                form.data_typed(), actor=viewer, token=form.cleaned_data["token"]
            ),
        )
        if found is not None:
            jobs.measure_weights.defer(weights_id=found.pk)
            messages.success(request, _("Proposed. What it would change is being counted."))
            return redirect("placement:weight-set", found.pk)
    back = reverse("placement:weights")
    return render(
        request, "placement/weights_form.html", {"form": form, "back": back}, status=status_of(form)
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def weight_set(request: ViewerRequest, weights_id: int) -> HttpResponse:
    """One version: what changes in it, what that would do, and the decision."""
    viewer = request.viewer
    if not (access.is_region(viewer) or access.is_ministry(viewer)):
        raise NotVisible
    found = queries.weight_set(viewer, weights_id)
    names = {one.id: one for one in queries.parts(viewer)}
    open_ = found.state == WeightState.PROPOSED
    context = {
        "set": found,
        "changes": [(names.get(name), name, numbers) for name, numbers in found.weights.items()],
        "waits": open_ and found.impact is None,
        "may_decide": open_ and viewer.may(Capability.PLACEMENT_TARGET),
        "own": found.proposed_by_id == viewer.user_id,
    }
    return render(request, "placement/weight_set.html", context)


@needs(Capability.PLACEMENT_TARGET)
@require_POST
def approve(request: ViewerRequest, weights_id: int) -> HttpResponse:
    """Takes a proposal into use from its day; never by the one who made it."""
    try:
        actions.approve_weights(weights_id, actor=request.viewer)
    except Refusals as refusals:
        messages.error(request, " ".join(refusal_text(one) for one in refusals.refusals))
    else:
        messages.success(request, _("Approved. Rounds use the weights from their day on."))
    return redirect("placement:weight-set", weights_id)


@needs(Capability.PLACEMENT_TARGET)
def reject(request: ViewerRequest, weights_id: int) -> HttpResponse:
    """Turns a proposal down, with the reason."""
    viewer = request.viewer
    found = queries.weight_set(viewer, weights_id)
    form = RejectForm(request.POST if request.method == "POST" else None)
    back = reverse("placement:weight-set", args=[weights_id])
    if request.method == "POST":
        done = run(
            form, lambda: actions.reject_weights(weights_id, form.cleaned_data["reason"], actor=viewer)
        )
        if done is not None:
            messages.success(request, _("Turned down."))
            return redirect(back)
    title = _("Turn down the weights %(version)s") % {"version": found.version}
    return show_form(request, form, title=title, button=_("Turn down"), back=back)
