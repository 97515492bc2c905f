"""Adopted positions for anybody, signed in or not: the list, one position, the same on paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, open_to_all
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation import position_paper
from kotopolku.cooperation import wording_positions as wording
from kotopolku.cooperation.models import Position, PositionState
from kotopolku.cooperation.pages_positions import wanted
from kotopolku.cooperation.queries import positions as queries
from kotopolku.cooperation.showing import paged
from kotopolku.cooperation.sources import topic_title
from kotopolku.procurement.files import attachment


@open_to_all
@require_GET
def published(request: ViewerRequest) -> HttpResponse:
    """Positions that everybody may read, by words and topic."""
    form, narrowed = wanted(request)
    context = paged(request, queries.published(request.viewer, narrowed), queries.PAGE_SIZE)
    context |= {"form": form, "narrowed": narrowed != queries.Wanted()}
    return render(request, "cooperation/positions_published.html", context)


@open_to_all
@require_GET
def position(request: ViewerRequest, position_id: int) -> HttpResponse:
    """One position, and to whom it was sent."""
    viewer = request.viewer
    found = access.published_position(viewer, position_id)
    context = {
        "position": found,
        "whose": wording.whose(found),
        "adopted": wording.adopted(found),
        "topics": [topic_title(one) for one in found.topics],
        "sent": queries.sent_to(viewer, found),
        "signed_in": viewer.may(Capability.SIGNED_IN),
    }
    return render(request, "cooperation/position_published.html", context)


@open_to_all
@require_GET
def paper(request: ViewerRequest, position_id: int) -> HttpResponse:
    """An adopted position as a PDF: for everybody when it is public, else for those who may read it."""
    found = _readable(request, position_id)
    return attachment(position_paper.file_name(found), "pdf", position_paper.as_pdf(found))


def _readable(request: ViewerRequest, position_id: int) -> Position:
    viewer = request.viewer
    try:
        return access.published_position(viewer, position_id)
    except NotVisible:
        if not viewer.may(Capability.SIGNED_IN):
            raise
    found = access.position(viewer, position_id)
    if found.state != PositionState.ADOPTED:
        raise NotVisible
    return found
