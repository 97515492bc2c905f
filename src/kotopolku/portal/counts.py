"""Counts of clients by municipality, for those who steer: never persons, small numbers hidden.

Not for: which cells are hidden (``clients.queries.counts``).
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients import queries


@needs(Capability.COUNTS_VIEW)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The municipalities of the viewer's area, or of the whole country for the ministry."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rows = queries.counts(viewer)
    shown = [row for row in rows if row.clients is None or row.clients > 0]
    return render(
        request,
        "portal/counts.html",
        {
            "rows": shown,
            "without_clients": len(rows) - len(shown),
            "total": sum(row.clients or 0 for row in rows),
            "hidden": sum(row.clients is None for row in rows),
            "smallest": settings.SMALLEST_SHOWN_COUNT,
        },
    )
