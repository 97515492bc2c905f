"""Pages of those who answer for an area: what other organisations have sent in, and whom one trusts.

Not for: one's own entries (``pages_services.py``, ``pages_events.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import access_activities as access
from kotopolku.information.actions import approvals as actions
from kotopolku.information.forms_events import ApproveForm, ReasonForm
from kotopolku.information.pages_services import named, place_words, tabs
from kotopolku.information.queries import keeping
from kotopolku.placement.pages import run, saving, show_form
from kotopolku.training.pages_courses import act


@needs(Capability.ACTIVITY_APPROVE)
@require_GET
def approvals(request: ViewerRequest) -> HttpResponse:
    """What waits, what readers of the area see of others, and which organisations are trusted."""
    viewer = request.viewer
    context = {
        "waiting": [
            (one, named(one.entry), ", ".join(name or _("the whole country") for name in one.places))
            for one in keeping.waiting(viewer)
        ],
        "shown": [(kind, one, named(one)) for kind, one in keeping.shown_here(viewer)],
        "trusts": [(one, place_words([one.place])) for one in keeping.trusts(viewer)],
        **tabs(request, "approvals"),
    }
    return render(request, "information/activities/approvals.html", context)


@needs(Capability.ACTIVITY_APPROVE)
def approve(request: ViewerRequest, kind: str, entry_id: int) -> HttpResponse:
    """Showing an entry, or its change, to readers of the area."""
    found = access.approvable(request.viewer, actions.model_of(kind), entry_id)
    form = ApproveForm(
        request.POST if request.method == "POST" else None,
        initial={"version": request.GET.get("version", found.version)},
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.approve(
                kind,
                entry_id,
                actor=request.viewer,
                trust=form.cleaned_data["trust"],
                read_version=form.cleaned_data["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("Approved. Readers see it now, and the organisation has been told."))
            return redirect("information:approvals")
    places = place_words(access.my_places(request.viewer, found.awaits))
    lead = _("%(organisation)s: %(name)s. It is shown in: %(places)s.")
    return show_form(
        request,
        form,
        title=_("Approve"),
        lead=lead % {"organisation": found.organisation.name, "name": named(found), "places": places},
        button=_("Approve"),
        back=actions.address_of(kind, entry_id),
    )


@needs(Capability.ACTIVITY_APPROVE)
def send_back(request: ViewerRequest, kind: str, entry_id: int) -> HttpResponse:
    """Not approving, with the reason."""
    found = access.approvable(request.viewer, actions.model_of(kind), entry_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.send_back(kind, entry_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("Sent back. The organisation reads your reason."),
        onward=lambda _done: reverse("information:approvals"),
        title=_("Send back"),
        lead=f"{found.organisation.name}: {named(found)}",
        button=_("Send back"),
        back=actions.address_of(kind, entry_id),
        danger=True,
    )


@needs(Capability.ACTIVITY_APPROVE)
def withdraw(request: ViewerRequest, kind: str, entry_id: int) -> HttpResponse:
    """Taking an entry of another away from readers of the area, with the reason."""
    found = access.approvable(request.viewer, actions.model_of(kind), entry_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.withdraw(kind, entry_id, form.cleaned_data["reason"], actor=request.viewer),
        )
        if done is not None:
            messages.success(request, _("Withdrawn. The organisation reads your reason."))
            return redirect("information:approvals")
    lead = _(
        "%(organisation)s: %(name)s. Readers of your area do not see it any more, and further changes of the organisation "
        "wait for you."
    )
    return show_form(
        request,
        form,
        title=_("Withdraw from our area"),
        lead=lead % {"organisation": found.organisation.name, "name": named(found)},
        button=_("Withdraw from our area"),
        back=actions.address_of(kind, entry_id),
        danger=True,
    )


@needs(Capability.ACTIVITY_APPROVE)
@require_POST
def trust(request: ViewerRequest, trust_id: int) -> HttpResponse:
    """Whether an organisation's further changes show at once."""
    trusted = request.POST.get("trusted") == "yes"
    words = _("Further changes show at once.") if trusted else _("Each further change waits for you.")
    return act(
        request,
        lambda: actions.set_trust(trust_id, trusted, actor=request.viewer),
        words,
        reverse("information:approvals"),
    )
