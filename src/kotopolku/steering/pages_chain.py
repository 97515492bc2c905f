"""Pages of the chain: all lines of a year with what hangs on each, one line downwards, one goal both ways."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.steering import access, access_goals
from kotopolku.steering.forms_chain import ChainFilter
from kotopolku.steering.queries import chain as queries


def _filter(request: ViewerRequest) -> ChainFilter:
    given = request.GET.copy()
    given.setdefault("year", str(request.viewer.day.year))
    return ChainFilter(request.viewer.day, given)


def _overview(request: ViewerRequest) -> tuple[ChainFilter, queries.Overview]:
    form = _filter(request)
    found = queries.overview(request.viewer, form.wanted(request.viewer.day.year))
    fields: Any = form.fields
    fields["programme"].choices = [
        fields["programme"].choices[0],
        *((str(one.pk), one.name) for one in found.programmes),
    ]
    return form, found


@needs(Capability.SIGNED_IN)
@require_GET
def chain(request: ViewerRequest) -> HttpResponse:
    """Each line of the State's programme with its measures and municipalities' goals, and how these go."""
    form, found = _overview(request)
    years = [(year, found.year == year) for year in range(found.year - 2, found.year + 3)]
    area = {name: code for name in ("region", "municipality") if (code := form.cleaned_data.get(name))}
    context = {"filters": form, "found": found, "years": years, "area": area}
    return render(request, "steering/chain.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def chain_csv(request: ViewerRequest) -> HttpResponse:
    """The same as a file."""
    _form, found = _overview(request)
    answer = HttpResponse(queries.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="chain-{found.year}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Capability.SIGNED_IN)
@require_GET
def line(request: ViewerRequest, line_id: int) -> HttpResponse:
    """From the Act's section to what carries the line out."""
    viewer = request.viewer
    found = access.line(viewer, line_id)
    form = _filter(request)
    context = {
        "chain": queries.of_line(viewer, found, form.wanted(viewer.day.year)),
        "filters": form,
    }
    return render(request, "steering/chain_line.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def goal(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """From a municipality's goal up to the Act's section and down to what carries it out."""
    found = access_goals.goal(request.viewer, goal_id)
    return render(request, "steering/chain_goal.html", {"chain": queries.of_goal(request.viewer, found)})
