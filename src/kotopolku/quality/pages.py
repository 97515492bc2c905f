"""Pages of the gap lists: the checks with their counts, one check with its clients and history, excuses, authorities.

Not for: conditions (``checks.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions as client_actions
from kotopolku.clients.pages import attempt, open_case, show_form
from kotopolku.quality import actions, queries
from kotopolku.quality.checks import Check, checks_on
from kotopolku.quality.forms import ExcuseForm
from kotopolku.quality.rules import curve

SCOPE_NAMES = {
    "own": gettext_lazy("My clients"),
    "team": gettext_lazy("My team"),
    "organisation": gettext_lazy("Whole authority"),
}


def _scope(request: ViewerRequest) -> str:
    asked = request.GET.get("scope", "organisation")
    return asked if asked in _scopes(request) else "organisation"


def _scopes(request: ViewerRequest) -> dict[str, Any]:
    seat = request.viewer.seat
    has_team = seat is not None and seat.team_id is not None
    return {scope: name for scope, name in SCOPE_NAMES.items() if scope != "team" or has_team}


@needs(Capability.TEAM_VIEW)
@require_GET
def overview(request: ViewerRequest) -> HttpResponse:
    """Every check with how many clients it finds, the most serious first."""
    scope = _scope(request)
    found = queries.overview(request.viewer, scope)
    context = {
        "scope": scope,
        "scopes": _scopes(request),
        "found": found,
        "may_count_authorities": request.viewer.may(Capability.COUNTS_VIEW),
    }
    return render(request, "quality/overview.html", context)


@needs(Capability.TEAM_VIEW)
@require_GET
def check(request: ViewerRequest, check_id: str) -> HttpResponse:
    """One check: what, why, how to mend, its clients, those excused, and how the count has gone."""
    viewer, scope = request.viewer, _scope(request)
    found = queries.check(check_id, viewer.day)
    asked = request.GET.get("page", "1")
    page = queries.clients_with(
        viewer, found, scope, max(1, min(int(asked), 400)) if asked.isdecimal() else 1
    )
    excuses = queries.excuses(viewer, found)
    seen = [row.person_id for row in page.rows] + [one.person_id for one in excuses]
    client_actions.record_list_look(seen, actor=viewer)
    history = queries.history(viewer, found)
    context = {
        "check": found,
        "limit": _limit(found, viewer.day),
        "scope": scope,
        "scopes": _scopes(request),
        "rows": [(row, reverse(found.address, args=[row.relationship_id])) for row in page.rows],
        "page": {
            "number": page.number,
            "has_previous": page.number > 1,
            "has_next": page.has_next,
            "previous_number": page.number - 1,
            "next_number": page.number + 1,
        },
        "excuses": excuses,
        "history": history,
        "newest": list(reversed(history))[:31],
        "curve": curve(history),
        "may_edit": viewer.may(Capability.CLIENT_EDIT),
    }
    return render(request, "quality/check.html", context)


def _limit(found: Check, day: Any) -> tuple[str, str] | None:
    """Text and source of the rule that the check counts with."""
    if not found.limit:
        return None
    language = (translation.get_language() or "fi")[:2]
    rule = law.rule(found.limit, day)
    return rule.texts[language], rule.citation(language)


@needs(Capability.CLIENT_EDIT)
@require_http_methods(["GET", "POST"])
def excuse(request: ViewerRequest, check_id: str, relationship_id: int) -> HttpResponse:
    """The form by which one client is excused from one check until a day."""
    found = queries.check(check_id, request.viewer.day)
    case = open_case(request, relationship_id)
    form = ExcuseForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        typed = form.cleaned_data
        return actions.excuse(
            relationship_id,
            check_id,
            typed["reason"],
            typed["until"],
            actor=request.viewer,
            token=typed["token"],
        )

    if attempt(form, act) is not None:
        messages.success(request, _("The check passes the client over until the day you gave."))
        return redirect("quality:check", check_id)
    lead = _("“%(check)s” does not count this client while the excuse lasts.") % {"check": found.title}
    return show_form(request, case, form, title=_("Excuse from a check"), button=_("Excuse"), lead=lead)


@needs(Capability.CLIENT_EDIT)
@require_POST
def withdraw(request: ViewerRequest, excuse_id: int) -> HttpResponse:
    """Takes an excuse back with one button."""
    given = actions.withdraw_excuse(excuse_id, actor=request.viewer)
    messages.success(request, _("The excuse was taken back."))
    return redirect("quality:check", given.check_id)


@needs(Capability.COUNTS_VIEW)
@require_GET
def authorities(request: ViewerRequest) -> HttpResponse:
    """Counts of one check by authority of the viewer's area: never persons, small numbers hidden."""
    from django.conf import settings

    day = request.viewer.day
    checks = checks_on(day)
    asked = request.GET.get("check", "")
    found = next((one for one in checks if one.id == asked), checks[0])
    counted_on, rows = queries.by_authority(request.viewer, found)
    context = {
        "checks": checks,
        "check": found,
        "rows": rows,
        "counted_on": counted_on,
        "smallest": settings.SMALLEST_SHOWN_COUNT,
        "may_open": request.viewer.may(Capability.TEAM_VIEW),
    }
    return render(request, "quality/authorities.html", context)
