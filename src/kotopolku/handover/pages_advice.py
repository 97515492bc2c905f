"""Anonymous advice: counting it, and its statistics with small numbers hidden. Nothing about a person is asked."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.forms import DayField
from kotopolku.clients.pages import attempt
from kotopolku.handover import actions
from kotopolku.handover import advice as counted
from kotopolku.handover.forms import AdviceForm
from kotopolku.reference import queries as reference


class PeriodForm(forms.Form):
    """Which days are counted."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))


@needs(Capability.CLIENT_REFER)
def advice(request: ViewerRequest) -> HttpResponse:
    """The form, and what has been counted today."""
    form = AdviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = attempt(form, lambda: _count(request, form))
        if done is not None:
            messages.success(request, _("The advice was counted."))
            return redirect("handover:advice")
    rows = []
    for one in counted.of_today(request.viewer):
        language = reference.language(one.language)
        rows.append((one, language.name() if language else one.language))
    context = {"form": form, "rows": rows}
    return render(request, "handover/advice.html", context, status=422 if form.errors else 200)


def _count(request: ViewerRequest, form: AdviceForm) -> Any:
    typed = form.cleaned_data
    return actions.count_advice(
        typed["theme"], typed["language"], typed["channel"], actor=request.viewer, token=typed["token"]
    )


@needs(Capability.CLIENT_REFER)
@require_POST
def take_back(request: ViewerRequest, advice_id: int) -> HttpResponse:
    actions.take_back_advice(advice_id, actor=request.viewer)
    messages.success(request, _("The count was taken back."))
    return redirect("handover:advice")


@needs(Capability.CLIENT_REFER)
@require_GET
def statistics(request: ViewerRequest) -> HttpResponse:
    """The own organisation's advice by theme, language and channel."""
    return _statistics(request, whole_country=False)


@needs(Capability.COUNTS_VIEW)
@require_GET
def country(request: ViewerRequest) -> HttpResponse:
    """The same of all organisations together."""
    return _statistics(request, whole_country=True)


def _statistics(request: ViewerRequest, *, whole_country: bool) -> HttpResponse:
    viewer = request.viewer
    usual = {"first": date(viewer.day.year, 1, 1), "last": viewer.day}
    form = PeriodForm(request.GET if request.GET else None, initial=usual)
    period = form.cleaned_data if form.is_bound and form.is_valid() else usual
    found = counted.counts(viewer, period["first"], period["last"], whole_country=whole_country)
    context = {
        "form": form,
        "found": found,
        "period": period,
        "whole_country": whole_country,
        "smallest": settings.SMALLEST_SHOWN_COUNT,
    }
    return render(request, "handover/statistics.html", context, status=422 if form.errors else 200)
