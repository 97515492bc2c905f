"""The exchange over HTTP: clients with their paths page by page, facts of registers. The rights of the pages.

Not for: files (the pages and the command take those) and registering one client (``clients.api``).
"""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.actors import paging
from kotopolku.actors.api import Caller, api_needs, viewer_of
from kotopolku.clients import access
from kotopolku.clients.actions import record_look
from kotopolku.exchange import actions, exports, queries

router = Router(tags=["exchange"], auth=Caller())


class PathsOut(Schema):
    """Clients with their paths: values by field, as in a file of the decree 874/2024; days as ISO texts."""

    clients: list[dict[str, str]]
    next: str | None


class FactOut(Schema):
    """One field as a register or another source told it."""

    source: str
    field: str
    value: str
    fetched_at: datetime
    taken_at: datetime | None


class NationalOut(Schema):
    """Messages to the national client system by state, and the last comparison."""

    messages: dict[str, int]
    compared_at: datetime | None
    same: int | None
    different: list[int]
    only_ours: list[int]
    only_theirs: list[str]


@router.get("/exchange/paths", response=PathsOut, summary="Clients with their paths, by the decree 874/2024")
@api_needs(Capability.CLIENT_EXPORT)
def paths(
    request: HttpRequest,
    cursor: Annotated[str, Field(max_length=300)] = "",
    limit: Annotated[int, Field(ge=1, le=paging.MOST)] = 100,
) -> Any:
    """Go on with `next` as `cursor` until it is null. No contacts of a person under a non-disclosure order."""
    viewer = viewer_of(request)
    rows = access.responsibilities(viewer).filter(ended_on=None).select_related("relationship__person")
    page = paging.page_of(rows, cursor, limit)
    found = exports.of_responsibilities(page.rows, viewer.day)
    if found:
        actions.record_export([one.person_id for one in found], "api", actor=viewer)
    return {"clients": [one.values for one in found], "next": page.next}


@router.get(
    "/clients/{int:client_id}/sources", response=list[FactOut], summary="Where a client's data came from"
)
@api_needs(Capability.CLIENT_VIEW)
def sources(request: HttpRequest, client_id: int) -> Any:
    """What registers and other sources told, with the time (681/2023 § 73). 404 for another authority's client."""
    viewer = viewer_of(request)
    case = access.case(viewer, client_id)
    record_look(client_id, case.relationship.person_id, actor=viewer)
    return [
        {name: getattr(fact, name) for name in FactOut.model_fields}
        for fact in queries.sources(case.relationship.person, viewer.day)
    ]


@router.get("/exchange/national", response=NationalOut, summary="Messages to the national client system")
@api_needs(Capability.CLIENT_IMPORT)
def national(request: HttpRequest) -> Any:
    """How many wait, were accepted or need a person; the last comparison with what they have."""
    viewer = viewer_of(request)
    report = queries.last_reconciliation(viewer)
    return {
        "messages": dict(queries.message_counts(viewer)),
        "compared_at": report.made_at if report else None,
        "same": report.same if report else None,
        "different": report.different if report else [],
        "only_ours": report.only_ours if report else [],
        "only_theirs": report.only_theirs if report else [],
    }
