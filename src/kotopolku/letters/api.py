"""Letters over HTTP: a client's letters, and writing one. The same actions and rights as the pages.

Not for: sending, which a person does after looking at the letter.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from django.http import JsonResponse
from ninja import Field, Header, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, api_needs
from kotopolku.actors.paging import page_of
from kotopolku.clients import access
from kotopolku.clients import actions as clients
from kotopolku.clients.queries import refusal_text
from kotopolku.clients.rules import Refusals
from kotopolku.letters import actions
from kotopolku.letters.models import Letter

router = Router(tags=["letters"], auth=Caller())


class LetterOut(Schema):
    """A letter. ``sent_on`` is null until it has gone."""

    id: int
    number: str
    template: str
    language: str
    beside: str
    title: str
    state: str
    channel: str
    written_at: datetime
    sent_on: date | None


class LettersOut(Schema):
    """A page of letters. `next` is the cursor of the page after it, null on the last."""

    letters: list[LetterOut]
    next: str | None


class LetterIn(Schema):
    """``values``: the template's fields by name; days as YYYY-MM-DD text are taken as they are written."""

    template: str = Field(max_length=40)
    language: str = Field("fi", max_length=5)
    beside: str = Field("", max_length=10)
    values: dict[str, Annotated[str, Field(max_length=3000)]] = {}


@router.get("/clients/{int:client_id}/letters", response=LettersOut, summary="Letters of a client")
@api_needs(Capability.CLIENT_VIEW)
def letters(
    request: Any, client_id: int, cursor: str = "", limit: Annotated[int, Field(ge=1, le=500)] = 50
) -> Any:
    """In the order in which they were written. A look, and journalled as one."""
    case = access.case(request.viewer, client_id)
    clients.record_look(client_id, case.relationship.person_id, actor=request.viewer)
    page = page_of(Letter.objects.filter(relationship_id=client_id), cursor, limit)
    return {"letters": page.rows, "next": page.next}


@router.post(
    "/clients/{int:client_id}/letters",
    response={201: LetterOut},
    summary="Prepare a letter",
)
@api_needs(Capability.CLIENT_EDIT)
def write(
    request: Any,
    client_id: int,
    body: LetterIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)],
) -> Any:
    """Nothing is sent. The same ``Idempotency-Key`` gives the first letter again."""
    viewer = request.viewer
    token = uuid5(NAMESPACE_URL, f"kotopolku:{viewer.organisation_id}:{idempotency_key}")
    try:
        letter = actions.write_letter(
            client_id,
            body.template,
            body.values,
            actor=viewer,
            language=body.language,
            beside=body.beside,
            token=token,
        )
    except Refusals as refusals:
        wrong = [
            {"field": one.field, "code": one.code, "message": refusal_text(one)} for one in refusals.refusals
        ]
        problem = {"type": "about:blank", "status": 422, "detail": wrong[0]["message"], "errors": wrong}
        return JsonResponse(problem, status=422, content_type="application/problem+json")
    return Status(201, letter)
