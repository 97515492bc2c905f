"""Pages on which an organisation decides, field by field, what it takes from the national service catalogue.

Not for: bringing the catalogue in (``commands_catalogue.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import access_catalogue as access
from kotopolku.information.actions import catalogue as actions
from kotopolku.information.catalogue import wording
from kotopolku.information.forms_catalogue import LinkForm
from kotopolku.information.pages_services import page_of_rows, tabs
from kotopolku.information.queries import catalogue as queries

RUNS = 5
"""So many of the latest runs are shown."""


@needs(Capability.CONTENT_PUBLISH)
@require_safe
def catalogue(request: ViewerRequest) -> HttpResponse:
    """Items that wait for a decision, the link to the catalogue, the latest runs."""
    return _overview(request, LinkForm())


def _overview(request: ViewerRequest, form: LinkForm) -> HttpResponse:
    rows, page, number = page_of_rows(queries.waiting(request.viewer), request)
    context = {
        "lines": [(one, queries.name_of(one)) for one in rows],
        "page": page,
        "number": number,
        "has_items": access.own_items(request.viewer).exists(),
        "links": access.own_links(request.viewer),
        "form": form,
        "runs": [
            (run, wording.problem(run.problem, run.problem_params), queries.totals(run)["unreadable"])
            for run in access.own_runs(request.viewer)[:RUNS]
        ],
        **tabs(request, "catalogue"),
    }
    return render(request, "information/catalogue/overview.html", context, status=422 if form.errors else 200)


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def link(request: ViewerRequest) -> HttpResponse:
    """The organisation's id in the catalogue."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    found = actions.link_organisation(form.cleaned_data["guid"], actor=request.viewer)
    if found.organisation_id != request.viewer.organisation_id:
        form.add_error("guid", _("This id is linked to another organisation. Check it."))
        return _overview(request, form)
    messages.success(request, _("The organisation is linked to the service catalogue."))
    return redirect("information:catalogue")


@needs(Capability.CONTENT_PUBLISH)
@require_safe
def item(request: ViewerRequest, item_id: int) -> HttpResponse:
    """One item: ours and theirs side by side, field by field."""
    return render(
        request, "information/catalogue/item.html", {"found": queries.detail(request.viewer, item_id)}
    )


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def settle(request: ViewerRequest, suggestion_id: int) -> HttpResponse:
    """Takes theirs or keeps ours in one field."""
    suggestion = access.own_suggestion(request.viewer, suggestion_id)
    return _settled(request, suggestion.item_id, {suggestion_id: _shown(request).get(suggestion_id, "")})


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def settle_all(request: ViewerRequest, item_id: int) -> HttpResponse:
    """The same for every field of an item that was seen."""
    return _settled(request, item_id, _shown(request))


def _shown(request: ViewerRequest) -> dict[int, str]:
    """The suggestions that were seen, each with the mark of ours as it stood there."""
    pairs = [one.partition(":") for one in request.POST.getlist("shown")]
    return {int(number): mark for number, _colon, mark in pairs if number.isdecimal() and len(number) < 16}


def _settled(request: ViewerRequest, item_id: int, shown: dict[int, str]) -> HttpResponse:
    take = request.POST.get("act") == "take"
    number = actions.settle(item_id, shown, take=take, actor=request.viewer)
    if number < len(shown) or not shown:
        messages.warning(request, _("This has changed meanwhile. See how it is now."))
    if number == 1:
        messages.success(request, _("Theirs is taken.") if take else _("Ours is kept."))
    elif number:
        words = (
            ngettext("%(number)s field is taken.", "%(number)s fields are taken.", number)
            if take
            else ngettext("Ours is kept in %(number)s field.", "Ours is kept in %(number)s fields.", number)
        )
        messages.success(request, words % {"number": number})
    return redirect("information:catalogue-item", item_id)


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def looked_at(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Somebody has looked at our other languages."""
    actions.languages_looked_at(item_id, actor=request.viewer)
    messages.success(request, _("The other languages are marked as looked at."))
    return redirect("information:catalogue-item", item_id)
