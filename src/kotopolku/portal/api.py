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
from kotopolku.clients import api as clients_api
from kotopolku.portal import faults, law_api

PROBLEMS = {
    "400": "The request could not be read.",
    "401": "No sign-in and no valid token.",
    "403": "The caller's role lacks the right, or the CSRF token is missing.",
    "404": "There is no such thing, or it is another authority's.",
    "422": "Values are missing or wrong, or the law does not allow it. Nothing was written.",
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
        for operation in (one for path in described["paths"].values() for one in path.values()):
            operation["responses"] |= {
                code: {"description": text, "content": content} for code, text in PROBLEMS.items()
            }
        return described


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


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(error.status_code, str(error))


for room in (actors_api, clients_api, law_api):
    api.add_router("", room.router)
