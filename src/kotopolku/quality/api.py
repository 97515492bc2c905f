"""Gap lists over HTTP: the checks with their counts, the clients of one check. The same queries and rights as the pages."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, api_needs, viewer_of
from kotopolku.clients import actions as client_actions
from kotopolku.quality import queries

router = Router(tags=["quality"], auth=Caller())


class CheckOut(Schema):
    """A check that explains itself, and how many clients of the authority it finds."""

    id: str
    severity: int
    title: str
    what: str
    why: str
    mend: str
    count: int


class ChecksOut(Schema):
    """Every check in force. `counted_on` is the day of the last count; null when counted for this answer."""

    checks: list[CheckOut]
    counted_on: date | None


class FaultyClientOut(Schema):
    """A client whom the check finds."""

    id: int
    case_number: str
    name: str
    worker: str
    protected: bool


class FaultyClientsOut(Schema):
    """A page in the order of ids. `next` is the id to give as `after` for the next page; null on the last."""

    clients: list[FaultyClientOut]
    next: int | None


class CountOut(Schema):
    """How many clients the check found on a day."""

    day: date
    count: int


@router.get("/quality/checks", response=ChecksOut, summary="Checks of data quality with their counts")
@api_needs(Capability.TEAM_VIEW)
def checks(request: HttpRequest, scope: str = "organisation") -> Any:
    """`scope`: own, team or organisation."""
    found = queries.overview(viewer_of(request), scope)
    rows = [(row.check, row.count) for row in found.rows] + [(one, 0) for one in found.clean]
    return {
        "checks": [
            {
                "id": one.id,
                "severity": one.severity.value,
                "title": str(one.title),
                "what": str(one.what),
                "why": str(one.why),
                "mend": str(one.mend),
                "count": number,
            }
            for one, number in rows
        ],
        "counted_on": found.counted_on,
    }


@router.get(
    "/quality/checks/{check_id}/clients", response=FaultyClientsOut, summary="Clients whom a check finds"
)
@api_needs(Capability.TEAM_VIEW)
def clients(
    request: HttpRequest,
    check_id: str,
    after: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
) -> Any:
    """Clients of the whole authority as they are now. 404 for a check that does not exist."""
    viewer = viewer_of(request)
    found = queries.check(check_id, viewer.day)
    rows = queries.clients_after(viewer, found, after, limit + 1)
    shown = rows[:limit]
    client_actions.record_list_look([row.person_id for row in shown], actor=viewer)
    return {
        "clients": [
            {
                "id": row.relationship_id,
                "case_number": row.case_number,
                "name": row.name,
                "worker": row.worker_name,
                "protected": row.protected,
            }
            for row in shown
        ],
        "next": shown[-1].relationship_id if len(rows) > limit else None,
    }


@router.get("/quality/checks/{check_id}/history", response=list[CountOut], summary="Counts of a check by day")
@api_needs(Capability.TEAM_VIEW)
def history(request: HttpRequest, check_id: str) -> Any:
    """The last half a year, the oldest day first."""
    viewer = viewer_of(request)
    found = queries.check(check_id, viewer.day)
    return [{"day": day, "count": number} for day, number in queries.history(viewer, found)]
