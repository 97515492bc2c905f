"""The region's board, and the calendar of arrivals for both sides.

Not for: one case (``pages_cases.py``), one proposal (``pages_proposals.py``).
"""

import calendar as months
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import dates
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement import access
from kotopolku.placement.models import Arrival, Group
from kotopolku.placement.pages import year_asked
from kotopolku.placement.queries import board as queries
from kotopolku.placement.queries import cases as case_queries
from kotopolku.placement.queries.places import tiles

MOST_LISTED = 10
"""Cases beside the chosen one; the rest are a press away."""


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def board(request: ViewerRequest) -> HttpResponse:
    """Figures, who waits, the chosen case with the municipalities that fit best, answers waited for, the map, the table."""
    viewer, year = request.viewer, year_asked(request)
    if access.is_municipality(viewer):
        return redirect("placement:proposals")
    if not access.is_region(viewer) or not viewer.may(Capability.PLACEMENT_AGREE):
        raise NotVisible
    group = request.GET.get("group", "")
    group = group if group in Group.values else ""
    found = queries.board(viewer, year, group)
    asked = request.GET.get("case", "")
    chosen = next((row for row in found.waiting if str(row.case.pk) == asked), None)
    chosen = chosen or next(iter(found.waiting), None)
    listed = found.waiting[:MOST_LISTED]
    if chosen is not None and chosen not in listed:
        listed = [*listed, chosen]
    context = {
        "board": found,
        "year": year,
        "years": [viewer.day.year - 1, viewer.day.year, viewer.day.year + 1],
        "group": group,
        "groups": Group.choices,
        "chosen": chosen,
        "listed": listed,
        "more": len(found.waiting) - len(listed),
        "shown": chosen is not None and access.sees_municipality(viewer, chosen.case),
        "described": case_queries.described(chosen.case, places=False) if chosen else None,
        "suggestions": queries.suggestions(viewer, chosen.case) if chosen else [],
        "map": tiles(viewer, found.table),
        "without": len(found.table.lines) - found.with_agreement,
        "waiting_text": queries.waiting_text(found),
    }
    return render(request, "placement/board.html", context)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def calendar(request: ViewerRequest) -> HttpResponse:
    """Arrivals of one month, planned and past."""
    viewer = request.viewer
    first = _month(request)
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    rows = list(case_queries.arrivals(viewer, first, last))
    by_day: dict[date, list[Arrival]] = {}
    for row in rows:
        by_day.setdefault(row.planned_on, []).append(row)
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    context = {
        "first": first,
        "weeks": [[(day, day.month == first.month, by_day.get(day, [])) for day in week] for week in weeks],
        "weekdays": list(dates.WEEKDAYS_ABBR.values()),
        "before": f"{first.year - (first.month == 1)}-{(first.month - 2) % 12 + 1:02d}",
        "after": f"{first.year + (first.month == 12)}-{first.month % 12 + 1:02d}",
        "arrivals": [(row, case_queries.people_text(list(row.case.members.all()))) for row in rows],
        "region": access.is_region(viewer),
    }
    return render(request, "placement/arrivals.html", context)


def _month(request: ViewerRequest) -> date:
    year, _dash, month = request.GET.get("month", "").partition("-")
    written = len(year) == 4 and year.isdecimal() and len(month) == 2 and month.isdecimal()
    if written and 2010 <= int(year) <= 2100 and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    return request.viewer.day.replace(day=1)
