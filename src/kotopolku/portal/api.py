"""The API: the rooms' operations gathered under one address, OpenAPI 3.1, errors as problem details (RFC 9457).

Not for: operations themselves. They call the same actions and queries as the pages.
"""

from typing import Any

from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kotopolku.actors import api as actors_api
from kotopolku.actors import rules as actor_rules
from kotopolku.actors.calls import KEY_HEADER, LONGEST_KEY
from kotopolku.appointments import api as appointments_api
from kotopolku.clients import api as clients_api
from kotopolku.clients import api_team
from kotopolku.clients.queries import refusal_text
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.cooperation import api_guidelines
from kotopolku.desk import api as desk_api
from kotopolku.exchange import api as exchange_api
from kotopolku.families import api as families_api
from kotopolku.handover import api as handover_api
from kotopolku.handover.pages import answered_text
from kotopolku.handover.rules import Answered
from kotopolku.information import api as information_api
from kotopolku.letters import api as letters_api
from kotopolku.mypage import api as mypage_api
from kotopolku.notices import api as notices_api
from kotopolku.placement import api as placement_api
from kotopolku.placement import api_places, api_rounds
from kotopolku.placement import case_rules as placement_rules
from kotopolku.placement import wording_cases as placement_wording
from kotopolku.portal import faults, law_api
from kotopolku.procurement import api_contracts
from kotopolku.progress import api as progress_api
from kotopolku.quality import api as quality_api
from kotopolku.retention import api as retention_api
from kotopolku.steering import api as steering_api
from kotopolku.training import api as training_api
from kotopolku.training import api_needs, api_teaching

PROBLEMS = {
    "400": "The request could not be read.",
    "401": "No sign-in and no valid token.",
    "403": "The caller's role lacks the right, or the CSRF token is missing.",
    "404": "There is no such thing, or it is another authority's.",
    "409": "The idempotency key has been used for another call, or somebody else has changed the same thing.",
    "422": "Values are missing or wrong, or the law does not allow it. Nothing was written.",
    "429": "The token has made too many calls in a minute. `Retry-After` says when to go on.",
    "503": "The database is away for a moment.",
}
PROBLEM = {
    "title": "Problem",
    "description": "What is wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "status"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "capability": {"type": "string", "description": "The right that is missing."},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "Each value that is wrong."},
    },
}


class Described(NinjaAPI):
    """An API whose description also has the problems that any operation may answer with."""

    def get_openapi_schema(self, **options: Any) -> Any:
        described = super().get_openapi_schema(**options)
        described["components"]["schemas"]["Problem"] = PROBLEM
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in described["paths"].values():
            for method, operation in path.items():
                operation["responses"] |= {
                    code: {"description": text, "content": content} for code, text in PROBLEMS.items()
                }
                if method == "post":
                    _describe_key(operation)
        return described


def _describe_key(operation: dict[str, Any]) -> None:
    """Every POST takes the key, whether its function reads it or not."""
    given = operation.setdefault("parameters", [])
    if not any(one["in"] == "header" and one["name"] == KEY_HEADER for one in given):
        given.append(
            {
                "in": "header",
                "name": KEY_HEADER,
                "required": True,
                "description": "Names this call: sent again with the same content, it gets the first answer.",
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
            }
        )


api = Described(
    title="Kotopolku",
    version="1",
    description="Who answers, clients and their deadlines, the law. Same rights and rules as the pages.",
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """422: each value that is wrong, and where it stands in the request. Never the value itself."""
    wrong = [{"where": list(map(str, item["loc"])), "what": item["msg"]} for item in error.errors]
    return faults.problem(422, _("Some values are missing or wrong."), errors=wrong)


@api.exception_handler(DataError)
def unstorable(request: HttpRequest, error: Any) -> HttpResponse:
    """422: a value that no database takes, such as text with the null character. Nothing is written."""
    transaction.set_rollback(True)
    return faults.problem(422, _("Some values are missing or wrong."))


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(401, _("Sign in first, or send a valid token."))


@api.exception_handler(Refusals)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """422 with every reason at once: the field it is about, a steady code, words. Nothing has been written."""
    rows = [{"field": one.field, "code": one.code, "message": refusal_text(one)} for one in error.refusals]
    return faults.problem(422, rows[0]["message"], errors=rows)


@api.exception_handler(actor_rules.Refusal)
def refused_in_one_way(request: HttpRequest, error: Any) -> HttpResponse:
    row = {"field": error.field, "code": "refused", "message": str(error)}
    return faults.problem(422, str(error), errors=[row])


@api.exception_handler(EditClash)
def changed_meanwhile(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(
        409, _("Somebody else has changed the same thing. Read it again."), version=error.version
    )


@api.exception_handler(Answered)
def answered_already(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(409, answered_text(error))


@api.exception_handler(placement_rules.Answered)
def gone_on_already(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(409, placement_wording.answered_text(error))


@api.exception_handler(HttpError)
def not_done(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(error.status_code, str(error))


ROOMS = (
    actors_api,
    clients_api,
    api_team,
    families_api,
    progress_api,
    desk_api,
    appointments_api,
    letters_api,
    handover_api,
    placement_api,
    api_places,
    api_rounds,
    training_api,
    api_teaching,
    api_needs,
    api_contracts,
    api_guidelines,
    steering_api,
    information_api,
    quality_api,
    exchange_api,
    retention_api,
    mypage_api,
    notices_api,
    law_api,
)
for room in ROOMS:
    api.add_router("", room.router)
