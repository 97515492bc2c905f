"""What reforms brought to the own authority: which clients came from where, and who has no worker yet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions as clients_actions
from kotopolku.handover import access, successions

MOST_SHOWN = 50


@needs(Capability.TEAM_LEAD)
@require_GET
def index(request: ViewerRequest) -> HttpResponse:
    parts = list(access.parts(request.viewer)[:50])
    return render(request, "handover/successions.html", {"parts": parts})


@needs(Capability.TEAM_LEAD)
@require_GET
def succession(request: ViewerRequest, part_id: int) -> HttpResponse:
    """One part: its numbers, and the clients who wait for a worker."""
    part = access.part(request.viewer, part_id)
    rows = list(successions.came_without_worker(request.viewer, part, limit=MOST_SHOWN + 1))
    clients_actions.record_list_look([row.person_id for row in rows], actor=request.viewer)
    context = {
        "part": part,
        "rows": rows[:MOST_SHOWN],
        "more": len(rows) > MOST_SHOWN,
        "unplaced": set(part.unplaced),
    }
    return render(request, "handover/succession.html", context)
