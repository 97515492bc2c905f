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
from kotopolku.information.actions import catalogue as actions
from kotopolku.information.catalogue import wording
from kotopolku.information.forms_catalogue import LinkForm
from kotopolku.information.models import RunState
from kotopolku.information.pages_services import tabs
from kotopolku.information.queries import catalogue as queries


@needs(Capability.CONTENT_PUBLISH)
@require_safe
def catalogue(request: ViewerRequest) -> HttpResponse:
    """Items that wait for a decision, the link to the catalogue, the latest runs."""
    return _overview(request, LinkForm())


def _overview(request: ViewerRequest, form: LinkForm) -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    found = queries.overview(request.viewer, number)
    context = {
        "found": found,
        "form": form,
        "page": {
            "number": found.page,
            "has_previous": found.page > 1,
            "previous_number": found.page - 1,
            "has_next": found.page < found.pages,
            "next_number": found.page + 1,
        },
        "runs": [(run, wording.problem(run.problem, run.problem_params)) for run in found.runs],
        "broken": RunState.BROKEN,
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
    take = request.POST.get("act") == "take"
    suggestion = actions.settle(suggestion_id, take=take, actor=request.viewer)
    messages.success(request, _("Theirs is taken.") if take else _("Ours is kept."))
    return redirect("information:catalogue-item", suggestion.item_id)


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def settle_all(request: ViewerRequest, item_id: int) -> HttpResponse:
    """The same for every field of an item."""
    take = request.POST.get("act") == "take"
    number = actions.settle_item(item_id, take=take, actor=request.viewer)
    if take:
        words = ngettext("%(number)s field is taken.", "%(number)s fields are taken.", number)
    else:
        words = ngettext("Ours is kept in %(number)s field.", "Ours is kept in %(number)s fields.", number)
    messages.success(request, words % {"number": number})
    return redirect("information:catalogue-item", item_id)


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def looked_at(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Somebody has looked at our other languages."""
    actions.languages_looked_at(item_id, actor=request.viewer)
    messages.success(request, _("The other languages are marked as looked at."))
    return redirect("information:catalogue-item", item_id)
