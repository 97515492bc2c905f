"""The API: the rooms' operations gathered under one address, OpenAPI 3.1, errors as problem details (RFC 9457).

Not for: operations themselves. They call the same actions and queries as the pages.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kotopolku.actors import api as actors_api
from kotopolku.clients import api as clients_api
from kotopolku.portal import faults, law_api

api = NinjaAPI(
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


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(401, _("Sign in first, or send a valid token."))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    return faults.problem(error.status_code, str(error))


for room in (actors_api, clients_api, law_api):
    api.add_router("", room.router)
