"""Families over HTTP: the household as a unit, relations, representatives. The same actions, queries and rights.

Where a person under a non-disclosure order lives is never here, whoever asks.
"""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.clients import access as clients
from kotopolku.clients import actions as client_actions
from kotopolku.clients.rules import Stage
from kotopolku.clients.wording import language
from kotopolku.families import actions, queries
from kotopolku.families.actions import RepresentativeContent

router = Router(tags=["families"], auth=Caller())


class MemberOut(Schema):
    """One who lives in the household today. `client_id` and `stage` are null unless a client of the own authority."""

    person_id: int
    name: str
    role: str
    since: date | None
    age: int | None
    is_minor: bool
    client_id: int | None
    case_number: str | None
    stage: Stage | None
    custody: list[str] = Field(description="Names of those who have custody today.")


class RelationOut(Schema):
    """ "`name` is the `kind` of `other_name`"; an empty name is hidden."""

    id: int
    kind: str
    name: str
    other_name: str
    custody: bool
    since: date


class RepresentativeOut(Schema):
    """Who acts for the client, a minor, in place of a guardian. `last` null: until further notice."""

    id: int
    name: str
    ground: str
    organisation: str
    telephone: str
    email: str
    court: str
    decision_reference: str
    decided_on: date | None
    first: date
    last: date | None
    current: bool


class HousingOut(Schema):
    """A stay in a housing unit; `unit` is null while a non-disclosure order hides it."""

    id: int
    unit: str | None
    kind: str | None
    first: date
    last: date | None


class FamilyPlanOut(Schema):
    """A family's plan under the Act of 2010 (§ 16)."""

    id: int
    made_on: date
    need: str
    goals: list[str]
    reviews: list[date]
    in_force: bool
    ended_on: date | None


class FamilyOut(Schema):
    """The household as a unit, seen from one client."""

    members: list[MemberOut]
    relations: list[RelationOut]
    representatives: list[RepresentativeOut]
    housings: list[HousingOut]
    family_plans: list[FamilyPlanOut]


class RelationIn(Schema):
    """ "`person_id` is the `kind` of `other_id`": persons of the family as `GET` gives them."""

    person_id: int
    kind: str = Field(max_length=20)
    other_id: int
    from_day: date
    custody: bool = False
    source: str = Field("", max_length=200)


class RepresentativeIn(Schema):
    name: str = Field(max_length=200)
    ground: str = Field(max_length=40)
    first: date
    last: date | None = None
    telephone: str = Field("", max_length=30)
    email: str = Field("", max_length=254)
    organisation: str = Field("", max_length=200)
    court: str = Field("", max_length=200)
    decision_reference: str = Field("", max_length=100)
    decided_on: date | None = None


class AddedOut(Schema):
    id: int


@router.get("/clients/{int:client_id}/family", response=FamilyOut, summary="The household as a unit")
@api_needs(Capability.CLIENT_VIEW)
def family(request: HttpRequest, client_id: int) -> Any:
    """Members, relations, representatives, housing and family plans; 404 for another authority's client."""
    viewer = viewer_of(request)
    case = clients.case(viewer, client_id)
    client_actions.record_look(client_id, case.relationship.person_id, actor=viewer)
    found = queries.family(viewer, case, language())
    return {
        "members": [_member(member, found) for member in found.members],
        "relations": [
            {name: getattr(row, name) for name in RelationOut.model_fields} for row in found.relations
        ],
        "representatives": [_representative(row) for row in found.representatives],
        "housings": [
            {
                "id": row.id,
                "unit": row.unit.name if row.unit else None,
                "kind": row.unit.kind if row.unit else None,
                "first": row.first,
                "last": row.last,
            }
            for row in found.housings
        ],
        "family_plans": [
            {
                "id": row.plan.pk,
                "made_on": row.plan.made_on,
                "need": row.plan.need,
                "goals": [goal.title for goal in row.goals],
                "reviews": [review.held_on for review in row.reviews],
                "in_force": row.is_open,
                "ended_on": row.plan.ended_on or row.ended_with_act,
            }
            for row in found.plans
        ],
    }


def _member(member: queries.Member, found: queries.Family) -> dict[str, Any]:
    path = member.path
    return {
        "person_id": member.person.pk,
        "name": member.person.name,
        "role": str(member.role),
        "since": member.since,
        "age": member.age,
        "is_minor": member.is_minor,
        "client_id": path.relationship_id if path else None,
        "case_number": path.case_number if path else None,
        "stage": path.stage if path else None,
        "custody": found.guardians.get(member.person.pk, []) if member.is_minor else [],
    }


def _representative(row: queries.RepresentativeRow) -> dict[str, Any]:
    names = ("name", "organisation", "telephone", "email", "court", "decision_reference", "decided_on")
    stored = {name: getattr(row.row, name) for name in names}
    more = {"id": row.row.pk, "ground": row.ground, "first": row.first, "last": row.last}
    return stored | more | {"current": row.current}


@router.post(
    "/clients/{int:client_id}/family/relations",
    response={201: AddedOut},
    summary="Record a family relation",
)
@api_needs(Capability.CLIENT_EDIT)
def add_relation(request: HttpRequest, client_id: int, data: RelationIn, idempotency_key: Key) -> Any:
    """The header `Idempotency-Key` names this call: sent again, it returns the first relation."""
    viewer = viewer_of(request)
    added = actions.add_relation(
        client_id, actor=viewer, token=token_of(viewer, idempotency_key), **data.dict()
    )
    return Status(201, {"id": added.pk})


@router.post(
    "/clients/{int:client_id}/family/representatives",
    response={201: AddedOut},
    summary="Record a representative of a minor",
)
@api_needs(Capability.CLIENT_EDIT)
def add_representative(
    request: HttpRequest, client_id: int, data: RepresentativeIn, idempotency_key: Key
) -> Any:
    """The header `Idempotency-Key` names this call: sent again, it returns the first representative."""
    viewer = viewer_of(request)
    added = actions.add_representative(
        client_id,
        RepresentativeContent(**data.dict()),
        actor=viewer,
        token=token_of(viewer, idempotency_key),
    )
    return Status(201, {"id": added.pk})
