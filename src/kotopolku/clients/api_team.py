"""The work of a team over HTTP: load, clients to other workers, absences. Same actions, queries and rights as the pages.

Not for: clients themselves (``api.py``).
"""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.models import Absence
from kotopolku.clients import actions, queries
from kotopolku.clients.actions.team import MOST_MOVED
from kotopolku.clients.rules import Move

router = Router(tags=["team"], auth=Caller())


class LoadOut(Schema):
    """One worker's load. `user_id` is null for the clients that nobody has yet."""

    user_id: int | None
    name: str
    works_here: bool
    clients: int
    late: int
    week: int
    away_until: date | None
    deputy: str


class MoveIn(Schema):
    """One client to another worker. `worker_before`: who has it now; the client is left alone if that has changed."""

    client: int
    worker_before: int | None = None
    worker: int | None = None


class MovesIn(Schema):
    moves: list[MoveIn] = Field(max_length=MOST_MOVED)


class MovedOut(Schema):
    """Clients moved, and those left as they were because somebody else had changed them."""

    moved: list[int]
    left: list[int]


class AbsenceIn(Schema):
    """Both days included."""

    user_id: int
    deputy_id: int
    first: date
    last: date


class AbsenceOut(AbsenceIn):
    id: int
    name: str
    deputy_name: str


@router.get("/team/workload", response=list[LoadOut], summary="The load of each worker")
@api_needs(Capability.TEAM_LEAD)
def workload(request: HttpRequest, sort: str = "name") -> Any:
    """Clients, late deadlines and those due within 7 days, by worker. `sort`: name, clients, late or week."""
    return [vars(row) for row in queries.workload(viewer_of(request), sort)]


@router.post("/team/reassign", response=MovedOut, summary="Give clients to other workers")
@api_needs(Capability.TEAM_LEAD)
def reassign(request: HttpRequest, data: MovesIn, idempotency_key: Key) -> Any:
    """All or nothing where a worker is unknown; a client changed in between is left as it is and told."""
    viewer = viewer_of(request)
    moves = [Move(one.client, one.worker_before, one.worker) for one in data.moves]
    done = actions.reassign_clients(moves, actor=viewer, token=token_of(viewer, idempotency_key))
    return {
        "moved": [move.relationship_id for move in done.done],
        "left": [move.relationship_id for move in done.skipped],
    }


@router.get("/team/absences", response=list[AbsenceOut], summary="Absences that are not over")
@api_needs(Capability.CLIENT_VIEW)
def absences(request: HttpRequest) -> Any:
    """Of the own organisation, with who stands in."""
    return [_absence(row) for row in queries.absences(viewer_of(request))]


@router.post("/team/absences", response={201: AbsenceOut}, summary="Write down an absence")
@api_needs(Capability.CLIENT_VIEW)
def add_absence(request: HttpRequest, data: AbsenceIn, idempotency_key: Key) -> Any:
    """One's own, or with the right to lead anybody's in the organisation."""
    viewer = viewer_of(request)
    absence = actions.write_absence(
        data.user_id,
        data.deputy_id,
        data.first,
        data.last,
        actor=viewer,
        token=token_of(viewer, idempotency_key),
    )
    return Status(201, _absence(absence))


def _absence(row: Absence) -> dict[str, Any]:
    return {
        "id": row.pk,
        "user_id": row.user_id,
        "name": row.user.get_full_name(),
        "deputy_id": row.deputy_id,
        "deputy_name": row.deputy.get_full_name(),
        "first": row.days.lower,
        "last": row.last_day,
    }
