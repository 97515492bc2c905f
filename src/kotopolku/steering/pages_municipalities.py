"""The view over all municipalities: their programmes, reviews, goals and open guidance, as a table, tiles and a file.

Not for: what is counted (``queries.municipalities``).
"""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement.pages import pager
from kotopolku.steering.forms_guidance import MunicipalitiesFilter
from kotopolku.steering.queries import municipalities as queries
from kotopolku.steering.queries.municipalities import Overview, WantedMunicipalities

PAGE_SIZE = 100
"""Rows of the table at once: the whole country in four pages, most regions in one."""


def _found(request: ViewerRequest) -> tuple[MunicipalitiesFilter, Overview]:
    viewer = request.viewer
    states = [(state, queries.state_words(state)) for state in queries.BEST_FIRST]
    reviews = [(state, queries.review_words(state)) for state in queries.REVIEW_MARKS]
    goals = [("off", _("some off track")), ("on", _("some on track")), ("unclear", _("some cannot be said"))]
    form = MunicipalitiesFilter(
        queries.region_choices(viewer), states, reviews, goals, queries.order_choices(), request.GET
    )
    form.is_valid()
    typed = form.cleaned_data
    wanted = WantedMunicipalities(
        typed.get("q") or "",
        typed.get("region") or "",
        typed.get("programme") or "",
        typed.get("review") or "",
        typed.get("goals") or "",
        bool(typed.get("guidance")),
        typed.get("order") or "",
    )
    return form, queries.overview(viewer, wanted)


@needs(Capability.SIGNED_IN)
@require_GET
def municipalities(request: ViewerRequest) -> HttpResponse:
    """The table by pages, with tiles of all that was found."""
    form, found = _found(request)
    page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = [(queries.state_words(state), number) for state, number in found.counts.items()]
    context = {
        "filters": form,
        "found": found,
        "rows": page.object_list,
        "page": pager(page),
        "counts": counts,
        "map": queries.tiles(request.viewer, found),
        "day": request.viewer.day,
    }
    return render(request, "steering/municipalities.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def municipalities_csv(request: ViewerRequest) -> HttpResponse:
    """The same rows as a file."""
    _form, found = _found(request)
    answer = HttpResponse(queries.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="municipalities-{request.viewer.day}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
