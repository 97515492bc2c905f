"""Pages of the need for training: the forecast with its uncertainty and its test, and the lots that officers make of it.

Not for: the tender (the room above takes lots), results (``pages_results.py``).
"""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement.access import area_codes
from kotopolku.placement.pages import run, show_form
from kotopolku.training.actions import needs as actions
from kotopolku.training.forms_needs import DropForm, LotForm, lot_initial
from kotopolku.training.models import NeedLot, NeedLotState
from kotopolku.training.queries import need as queries
from kotopolku.training.queries import need_tables

DIMENSIONS = ("track", "level", "place", "field")
SHOWN_LOTS = 200


@needs(Capability.TRAINING_MANAGE)
@require_GET
def need(request: ViewerRequest) -> HttpResponse:
    """The latest forecast and the lots there are."""
    viewer = request.viewer
    by = request.GET.get("by", "track")
    by = by if by in DIMENSIONS else "track"
    found = queries.latest_forecast(viewer)
    every = request.GET.get("lots") == "all"
    rows = queries.lots(viewer)
    rows = rows if every else rows.exclude(state=NeedLotState.DROPPED)
    names = {
        "track": _("Training"),
        "level": _("Entry level"),
        "place": _("Place"),
        "field": _("Field of vocational training"),
    }
    context = {
        "view": need_tables.view(found, by) if found else None,
        "lots": need_tables.lot_lines(rows[:SHOWN_LOTS]),
        "every": every,
        "by": by,
        "heading": names[by],
        "dimensions": names.items(),
        "has_area": bool(area_codes(viewer)),
    }
    return render(request, "training/need.html", context)


@needs(Capability.TRAINING_MANAGE)
@require_POST
def make(request: ViewerRequest) -> HttpResponse:
    """Makes a forecast of today."""
    try:
        made = actions.make_forecast(actor=request.viewer)
    except Refusals as refusals:
        messages.error(request, " ".join(refusal_text(one) for one in refusals.refusals))
    else:
        proposed = made.lots.count()
        messages.success(
            request, _("The forecast is made. Lots proposed: %(number)d.") % {"number": proposed}
        )
    return redirect("training:need")


def _places(viewer: Viewer) -> list[tuple[str, str]]:
    return sorted(queries.place_names(sorted(area_codes(viewer))).items(), key=lambda one: one[1])


@needs(Capability.TRAINING_MANAGE)
def new_lot(request: ViewerRequest) -> HttpResponse:
    """A lot that no forecast proposed."""
    viewer = request.viewer
    form = LotForm(_places(viewer), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form, lambda: actions.add_lot(form.content(), actor=viewer, token=form.cleaned_data["token"])
        )
        if made is not None:
            messages.success(request, _("The lot is added."))
            return redirect("training:lot", made.pk)
    back = reverse("training:need")
    return show_form(request, form, title=_("Add a lot"), button=_("Add"), back=back)


@needs(Capability.TRAINING_MANAGE)
@require_GET
def lot(request: ViewerRequest, lot_id: int) -> HttpResponse:
    """One lot: what was proposed and from what, what an officer made of it, where it has been taken."""
    found = queries.lot(request.viewer, lot_id)
    [line] = need_tables.lot_lines([found])
    context = {"line": line, "lot": found, "open": found.state in actions.OPEN_STATES}
    return render(request, "training/lot.html", context)


@needs(Capability.TRAINING_MANAGE)
def change_lot(request: ViewerRequest, lot_id: int) -> HttpResponse:
    """Changes a lot that is in no tender."""
    viewer = request.viewer
    found = queries.lot(viewer, lot_id)
    initial = lot_initial(found) | ({"reason": ""} if found.state == NeedLotState.PROPOSED else {})
    form = LotForm(_places(viewer), request.POST if request.method == "POST" else None, initial=initial)
    return _act(
        request,
        form,
        found,
        lambda: actions.change_lot(
            lot_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        title=_("Change the lot"),
        button=_("Save"),
        done=_("The lot is changed."),
    )


@needs(Capability.TRAINING_MANAGE)
def drop_lot(request: ViewerRequest, lot_id: int) -> HttpResponse:
    """Sets a lot aside; it can be taken back."""
    viewer = request.viewer
    found = queries.lot(viewer, lot_id)
    posted = request.POST if request.method == "POST" else None
    form = DropForm(posted, initial={"version": found.version})
    return _act(
        request,
        form,
        found,
        lambda: actions.drop_lot(
            lot_id,
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.cleaned_data.get("version") or 0,
        ),
        title=_("Set the lot aside"),
        button=_("Set aside"),
        done=_("The lot is set aside. It can be taken back."),
    )


@needs(Capability.TRAINING_MANAGE)
@require_POST
def restore_lot(request: ViewerRequest, lot_id: int) -> HttpResponse:
    """Takes a lot back that was set aside."""
    found = queries.lot(request.viewer, lot_id)
    try:
        actions.restore_lot(lot_id, actor=request.viewer, expected_version=found.version)
    except Refusals as refusals:
        messages.error(request, " ".join(refusal_text(one) for one in refusals.refusals))
    else:
        messages.success(request, _("The lot is back on the list."))
    return redirect("training:lot", lot_id)


def _act(
    request: ViewerRequest,
    form: forms.Form,
    lot: NeedLot,
    act: Callable[[], NeedLot],
    *,
    title: str,
    button: str,
    done: str,
) -> HttpResponse:
    back = reverse("training:lot", args=[lot.pk])
    if request.method == "POST" and run(form, act) is not None:
        messages.success(request, done)
        return redirect(back)
    return show_form(request, form, title=title, button=button, back=back)
