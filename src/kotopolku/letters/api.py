"""Letters over HTTP: a client's letters, and writing one. The same actions and rights as the pages.

Not for: sending, which a person does after looking at the letter.
"""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.clients import access
from kotopolku.clients import actions as clients
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
    idempotency_key: Key,
) -> Any:
    """Nothing is sent. The same ``Idempotency-Key`` gives the first letter again."""
    viewer = viewer_of(request)
    letter = actions.write_letter(
        client_id,
        body.template,
        body.values,
        actor=viewer,
        language=body.language,
        beside=body.beside,
        token=token_of(viewer, idempotency_key),
    )
    return Status(201, letter)
