"""Who answers, organisations and contacts over HTTP, with the rights of the pages.

`Caller` and `api_needs` are how every room's operations say who may call them. An act that is refused, or comes too
late, just raises: the portal answers for every room (``portal.api``).
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Schema
from ninja.errors import HttpError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors import calls, queries, signin
from kotopolku.actors.commands import as_data


class Caller(AuthBase):
    """Lets in whoever the middleware found a seat for: a token in `Authorization: Bearer`, or a page's session.

    A session's writes need the page's CSRF token; a token's do not.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Viewer | None:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if viewer.seat is None:
            return None
        if not signin.bearer(request) and check_csrf(request) is not None:
            raise HttpError(403, "CSRF check failed.")
        return viewer


Key = Annotated[str, Header(alias=calls.KEY_HEADER, min_length=8, max_length=calls.LONGEST_KEY)]
"""The key of a writing call, for an act that remembers it: sent again, it returns what the first one made."""


def viewer_of(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def token_of(viewer: Viewer, key: str) -> UUID:
    """What an act remembers a key by: the same key of another organisation is another call."""
    return uuid5(NAMESPACE_URL, f"kotopolku:{viewer.organisation_id}:{key}")


def api_needs(capability: Capability) -> Callable[[Any], Any]:
    """Marks an operation as `needs` marks a page; put it under the router's decorator.

    A POST must carry an `Idempotency-Key`: sent again with the same content, it gets the first answer and does nothing.
    """

    def decorate(operation: Any) -> Any:
        @wraps(operation)
        def keyed(request: HttpRequest, *args: Any, **values: Any) -> Any:
            if request.method == "POST" and not request.headers.get(calls.KEY_HEADER):
                raise HttpError(422, _("Send a header Idempotency-Key, a new one for each call."))
            return operation(request, *args, **values)

        return needs(capability)(keyed)

    return decorate


router = Router(tags=["actors"], auth=Caller())


class OrganisationOut(Schema):
    """An organisation. Days inclusive; null = not known, or until further notice."""

    code: str
    kind: str
    names: dict[str, str]
    since: date | None
    until: date | None
    area_kind: str
    area_code: str


class NamedOut(Schema):
    """Code and names of an organisation."""

    code: str
    names: dict[str, str]


class ContactOut(Schema):
    """Whom to call on the day. `stands_in_for` and `returns_on` are set when a deputy answers."""

    organisation: str
    name: str
    titles: dict[str, str]
    telephone: str
    email: str
    topics: list[str]
    municipalities: list[str]
    stands_in_for: str | None
    returns_on: date | None


class AnswerOut(Schema):
    """Who answers for a duty in a municipality on a day, and why."""

    duty: str
    municipality: str
    on: date
    organisation: NamedOut
    act: str
    section: str
    since: date | None
    until: date | None
    certainty: str
    explanation: dict[str, str]
    contacts: list[ContactOut]


class ProblemOut(Schema):
    """What is wrong (RFC 9457)."""

    type: str
    status: int
    detail: str


@router.get("/who-answers", response={200: AnswerOut, 422: ProblemOut}, summary="Who answers for a duty")
@api_needs(Capability.SIGNED_IN)
def who_answers(request: HttpRequest, duty: str, municipality: str, on: date | None = None) -> Any:
    """422 with the reason when nobody does: unknown duty, duty not in force, no such municipality that year, Åland."""
    day = on or clock.today()
    try:
        answer = queries.who_answers_with_contacts(duty, municipality, day)
    except LookupError as error:
        return calls.problem(422, queries.problem(error))
    return as_data(answer, municipality, day) | {"contacts": [contact_data(one) for one in answer.contacts]}


@router.get("/organisations", response=list[OrganisationOut], summary="Organisations that exist on a day")
@api_needs(Capability.SIGNED_IN)
def organisations(request: HttpRequest, on: date | None = None, kind: str = "", q: str = "") -> Any:
    """All of a day, or one kind, or by a part of a name; in alphabetical order."""
    return [
        {
            "code": row.code,
            "kind": row.kind,
            "names": {"fi": row.name_fi, "sv": row.name_sv, "en": row.name_en},
            "since": row.valid.lower,
            "until": row.last_day,
            "area_kind": row.area_kind,
            "area_code": row.area_code,
        }
        for row in queries.organisations_on(on or clock.today(), kind, q)
    ]


@router.get(
    "/contacts",
    response={200: list[ContactOut], 422: ProblemOut},
    summary="Whom to call on a day, deputies applied",
)
@api_needs(Capability.SIGNED_IN)
def contacts(
    request: HttpRequest,
    on: date | None = None,
    q: str = "",
    organisation: str = "",
    topic: str = "",
    municipality: str = Query("", description="Three-digit code"),
) -> Any:
    """At most 100, by organisation."""
    try:
        found = queries.directory(
            on or clock.today(),
            q=q,
            organisation_code=organisation,
            topic=topic,
            municipality_code=municipality,
        )
    except LookupError as error:
        return calls.problem(422, queries.problem(error))
    return [contact_data(one) for one in found]


def contact_data(found: queries.TodaysContact) -> dict[str, Any]:
    """A contact of the day as JSON-able data."""
    answers = found.answers
    return {
        "organisation": found.contact.organisation.code,
        "name": answers.name,
        "titles": answers.title,
        "telephone": answers.telephone,
        "email": answers.email,
        "topics": found.contact.topics,
        "municipalities": found.contact.municipalities,
        "stands_in_for": found.contact.display_name if found.is_deputy else None,
        "returns_on": found.returns_on,
    }
