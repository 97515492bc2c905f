"""Pages that everybody with a seat may read: the directory, an organisation, who answers; and the choice of a seat."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import needs, open_to_all
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries, signin
from kotopolku.actors.forms import DirectoryForm, WhoAnswersForm


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_GET
@needs(Capability.SIGNED_IN)
def directory(request: HttpRequest) -> HttpResponse:
    """Contacts of the day, by word, organisation, topic or municipality; deputies shown with the reason."""
    viewer = _viewer(request)
    form = DirectoryForm(
        request.GET, day=viewer.day, organisations=queries.organisations_with_contacts(viewer.day)
    )
    chosen: Mapping[str, Any] = form.cleaned_data if form.is_valid() else {}
    rows = queries.directory(
        viewer.day,
        q=chosen.get("q", ""),
        organisation_code=chosen.get("organisation", ""),
        topic=chosen.get("topic", ""),
        municipality_code=chosen.get("municipality", ""),
    )
    organisations = queries.organisations_on(viewer.day, q=chosen["q"])[:20] if chosen.get("q") else []
    context = {
        "form": form,
        "rows": rows,
        "limit": queries.DIRECTORY_LIMIT if len(rows) == queries.DIRECTORY_LIMIT else 0,
        "organisations": organisations,
        "may_manage": viewer.may(Capability.CONTACTS_MANAGE),
        "searched": any(chosen.values()),
    }
    return render(request, "actors/directory.html", context)


@require_GET
@needs(Capability.SIGNED_IN)
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation: what it does, when it exists, what was before and after, whom to call."""
    viewer = _viewer(request)
    found = queries.organisation(code)
    if found is None:
        raise NotVisible
    context = {
        "organisation": found,
        "exists": queries.exists(found, viewer.day),
        "contacts": queries.contacts_of(found, viewer.day),
        "predecessors": queries.predecessors(found),
        "successors": queries.successors(found),
        "may_manage": viewer.may(Capability.CONTACTS_MANAGE) and viewer.organisation_id == found.pk,
    }
    return render(request, "actors/organisation.html", context)


@require_GET
@needs(Capability.SIGNED_IN)
def who_answers(request: HttpRequest) -> HttpResponse:
    """Who answers for one duty, or for all, in a municipality on a day."""
    viewer = _viewer(request)
    typed = request.GET.copy()
    if not typed.get("on"):
        typed["on"] = f"{viewer.day.day}.{viewer.day.month}.{viewer.day.year}"
    form = WhoAnswersForm(typed, day=viewer.day)
    context: dict[str, Any] = {"form": form}
    # The lists of the form are those of today; a day in the past may have had other municipalities.
    day = form.fields["on"].clean(typed["on"]) if form.is_valid() or "on" not in form.errors else viewer.day
    form = WhoAnswersForm(typed, day=day)
    context["form"], context["on"] = form, day
    if form.is_valid() and form.cleaned_data["municipality"]:
        context |= _answers(form.cleaned_data, day)
    return render(request, "actors/who_answers.html", context, status=422 if form.errors else 200)


def _answers(chosen: Mapping[str, Any], day: Any) -> dict[str, Any]:
    code, duty = chosen["municipality"], chosen["duty"]
    if not duty:
        return {"duties": queries.duties_in(code, day)}
    title = dict(queries.topics())[duty]
    try:
        return {"title": title, "answer": queries.who_answers_with_contacts(duty, code, day)}
    except LookupError as error:
        return {"title": title, "problem": queries.problem(error)}


@require_POST
@open_to_all
def choose_seat(request: HttpRequest) -> HttpResponse:
    """Acts in another seat from now on. A seat that is not one's own, or not valid today, is not taken."""
    chosen = request.POST.get("seat", "")
    for seat in _viewer(request).other_seats:
        if str(seat.membership_id) == chosen:
            request.session[signin.SEAT] = seat.membership_id
            messages.success(
                request, _("You now act for %(organisation)s.") % {"organisation": seat.organisation_name}
            )
    return redirect(_safe_next(request))


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=settings.HTTPS)
    return target if safe else "/"
