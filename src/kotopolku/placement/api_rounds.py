"""Rounds of the engine over HTTP, to read: how good each is, and what it proposes for each case with its reasons.

Not for: starting one (the page and the weekly job), proposing from it (``api.py``).
"""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, api_needs, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.placement import access
from kotopolku.placement.api_places import Limit
from kotopolku.placement.queries.rounds import sentences

router = Router(tags=["placement"], auth=Caller())


class RoundOut(Schema):
    """A round. `bound`: no plan is worth more; with `objective` null it has not been solved. `state` as on the caller's day."""

    id: int
    day: date
    weekly: bool
    state: str
    seed: int
    weights_version: str
    input_digest: str
    objective: int | None
    bound: int | None
    expires_on: date | None


class RoundsOut(Schema):
    """A page of rounds."""

    rounds: list[RoundOut]
    next: str | None


class RoundFamilyOut(Schema):
    """What a round proposes for a case. `municipality` empty: nobody has room, or it waits; `parts` sum to `points`."""

    case_id: int
    number: str
    municipality: str
    year: int | None
    quarter: int | None
    points: int
    parts: dict[str, int]
    price: int
    probability: float
    waits: bool
    removed: dict[str, int]
    reasons: list[str]
    proposal_id: int | None


class FamiliesOut(Schema):
    """A page of a round's cases."""

    families: list[RoundFamilyOut]
    next: str | None


@router.get("/placement/rounds", response=RoundsOut, summary="Rounds of the own region")
@api_needs(Capability.PLACEMENT_AGREE)
def rounds(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    viewer = viewer_of(request)
    page = page_of(access.rounds(viewer).defer("source", "proof"), cursor, limit)
    same = [name for name in RoundOut.model_fields if name != "state"]
    rows = [
        {name: getattr(row, name) for name in same} | {"state": row.state_on(viewer.day)} for row in page.rows
    ]
    return {"rounds": rows, "next": page.next}


@router.get(
    "/placement/rounds/{int:round_id}/families", response=FamiliesOut, summary="What a round proposes"
)
@api_needs(Capability.PLACEMENT_AGREE)
def families(request: HttpRequest, round_id: int, cursor: str | None = None, limit: Limit = 100) -> Any:
    """A case under a non-disclosure order is there for its officer only."""
    viewer = viewer_of(request)
    rows = access.round_rows(viewer).filter(round=access.round_(viewer, round_id))
    page = page_of(rows.defer("round__source", "round__proof"), cursor, limit)
    same = [name for name in RoundFamilyOut.model_fields if name not in ("number", "reasons")]
    found = [
        {name: getattr(row, name) for name in same} | {"number": row.case.number, "reasons": sentences(row)}
        for row in page.rows
    ]
    return {"families": found, "next": page.next}
