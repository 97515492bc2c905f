"""Lists of a team: follow-ups that are due, absences to decide on; the counts of follow-ups; training providers.

Not for: one client (``pages.py``).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors import queries as actor_queries
from kotopolku.actors import rules as actor_rules
from kotopolku.clients import actions as clients
from kotopolku.progress import queries
from kotopolku.progress.forms import ProviderForm
from kotopolku.progress.models import Situation

SCOPES = ("own", "team", "organisation")
Listed = Callable[[Viewer, str, int], list[queries.TeamRow]]


def _list(request: ViewerRequest, found: Listed, template: str) -> HttpResponse:
    """One page of a list in one scope; seeing it is journalled."""
    viewer = request.viewer
    scope = request.GET.get("scope", "own")
    if scope not in SCOPES or not viewer.may(Capability.TEAM_VIEW):
        scope = "own"
    text = request.GET.get("page", "1")
    number = max(1, min(int(text), 400)) if text.isdecimal() and len(text) < 6 else 1
    rows = found(viewer, scope, number)
    shown = rows[: queries.PAGE_SIZE]
    clients.record_list_look(sorted({row.person_id for row in shown}), actor=viewer)
    names = {"own": _("My clients"), "team": _("My team"), "organisation": _("Whole organisation")}
    context: dict[str, Any] = {
        "rows": shown,
        "scope": scope,
        "scopes": names.items() if viewer.may(Capability.TEAM_VIEW) else (),
        "page": {
            "number": number,
            "has_next": len(rows) > queries.PAGE_SIZE,
            "has_previous": number > 1,
            "next_number": number + 1,
            "previous_number": number - 1,
        },
    }
    return render(request, template, context)


@needs(Capability.CLIENT_VIEW)
@require_GET
def follow_ups(request: ViewerRequest) -> HttpResponse:
    """Former clients to be asked how they are doing."""
    return _list(request, queries.follow_ups_due, "progress/follow_ups.html")


@needs(Capability.CLIENT_VIEW)
@require_GET
def absences(request: ViewerRequest) -> HttpResponse:
    """Absences from training that are not decided yet."""
    return _list(request, queries.absences_to_decide, "progress/absences.html")


@needs(Capability.COUNTS_VIEW)
@require_GET
def counts(request: ViewerRequest) -> HttpResponse:
    """What happened later, by organisation; small numbers hidden."""
    this_year = request.viewer.day.year
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 and 2011 <= int(text) <= this_year else this_year
    return render(
        request,
        "progress/counts.html",
        {
            "rows": queries.follow_up_counts(request.viewer, year),
            "situations": Situation.labels,
            "year": year,
            "years": range(this_year, this_year - 4, -1),
        },
    )


@needs(Capability.TEAM_LEAD)
def providers(request: ViewerRequest) -> HttpResponse:
    """Training providers and associations of the directory; a new one is added here."""
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            provider = actors.add_provider(
                actor=request.viewer, first=request.viewer.day, **form.cleaned_data
            )
        except actor_rules.Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("%(name)s can now be chosen for measures.") % {"name": provider.name})
            return redirect("progress:providers")
    context = {"form": form, "rows": actor_queries.providers_on(request.viewer.day)}
    return render(request, "progress/providers.html", context, status=422 if form.errors else 200)
