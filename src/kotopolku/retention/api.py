"""Retention over HTTP: what is due in the own authority, and holds. The same queries and rights as the pages."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, api_needs, viewer_of
from kotopolku.retention import queries

router = Router(tags=["retention"], auth=Caller())


class RetentionDueOut(Schema):
    """A client whose data go within three months: `goes_on` is the first day on which they may not be kept."""

    id: int
    case_number: str
    ended_on: date
    goes_on: date
    rule: str
    certainty: str
    held: bool


class HoldOut(Schema):
    """A hold in force. `until` null: until it is lifted."""

    id: int
    case_number: str
    ground: str
    set_on: date
    until: date | None


@router.get(
    "/retention/due", response=list[RetentionDueOut], summary="Clients whose data go within three months"
)
@api_needs(Capability.RETENTION_MANAGE)
def due(request: HttpRequest) -> Any:
    """At most 200, the first to go first. Numbers and days, no names."""
    return [
        {
            "id": one.relationship_id,
            "case_number": one.case_number,
            "ended_on": one.ended_on,
            "goes_on": one.goes_on,
            "rule": one.rule.id,
            "certainty": one.rule.certainty,
            "held": one.held,
        }
        for one in queries.soon(viewer_of(request))
    ]


@router.get("/retention/holds", response=list[HoldOut], summary="Legal holds in force")
@api_needs(Capability.RETENTION_MANAGE)
def holds(request: HttpRequest) -> Any:
    """Holds of the own authority that have not been lifted."""
    return [
        {
            "id": one.pk,
            "case_number": one.relationship.case_number,
            "ground": one.ground,
            "set_on": one.set_on,
            "until": one.until,
        }
        for one in queries.holds(viewer_of(request))
    ]
