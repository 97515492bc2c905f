"""What a person sees when something fails: what happened, what to do, who to ask. Nothing typed is lost.

The pages use no database, so that they work when it is away. Not for: missing rights (``actors.middleware``) and errors in
forms (the rooms' own pages).
"""

import logging
import secrets
import sys
import traceback
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kotopolku.actors.rules import Refusal
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.information import languages as public
from kotopolku.mypage import languages
from kotopolku.portal import preferences

log = logging.getLogger(__name__)

API = "/api/"
FOR_CLIENTS = (404, 422, 500, 503)
"""Faults that the client's own pages tell in the client's language."""
_SECRET_FIELDS = ("password", "csrfmiddlewaretoken", "code", "credential")
_RETRY_SECONDS = "10"


def in_words(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Gives an empty refusal (405) a page, and the API problem details instead of a page."""
    if response.status_code < 400 or response.streaming or not isinstance(response, HttpResponse):
        return response
    if request.path.startswith(API):
        if "json" in response.headers.get("Content-Type", ""):
            return response
        return _keep_headers(response, problem(response.status_code, _sentence(response.status_code)))
    if response.status_code == 405 and not response.content:
        return _keep_headers(response, page(request, 405))
    return response


def problem(status: int, detail: str, **more: Any) -> JsonResponse:
    """Problem details of RFC 9457."""
    body = {"type": "about:blank", "status": status, "title": _sentence(status), "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """The page for people, in the language of the address or the one that the browser asked for."""
    if public.is_public_path(request.path) and status in FOR_CLIENTS:
        with translation.override(public.language_of(request)):
            return HttpResponse(
                render_to_string(f"information/public/errors/{status}.html", context, request=request),
                status=status,
            )
    if languages.is_client_path(request.path) and status in FOR_CLIENTS:
        with translation.override(languages.language_of(request)):
            return HttpResponse(
                render_to_string(f"mypage/errors/{status}.html", context, request=request), status=status
            )
    with translation.override(preferences.language_of(request)):
        return HttpResponse(
            render_to_string(f"portal/errors/{status}.html", context, request=request), status=status
        )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away or too busy, else 500 with a number that is also in the log."""
    error = sys.exc_info()[1]
    if database_is_away(error):
        log.warning("database away: %s", type(error).__name__)
        response = _logged(page(request, 503))
        response.headers["Retry-After"] = _RETRY_SECONDS
        return response
    incident = secrets.token_hex(4)
    log.error("incident %s: %s\n%s", incident, type(error).__name__, _where(error))
    return _logged(page(request, 500, incident=incident))


def _where(error: BaseException | None) -> str:
    """The lines of code that the error came through. Its message stays out: it may carry what somebody typed."""
    return "".join(traceback.format_tb(error.__traceback__)) if error else ""


def _logged(response: HttpResponse) -> HttpResponse:
    """Keeps Django from writing the same error once more, with its message."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def database_is_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


def refused(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """422 for an act that the rules refuse where no form could say so itself; None for any other error."""
    if isinstance(error, Refusals):
        reasons = [refusal_text(refusal) for refusal in error.refusals]
    elif isinstance(error, Refusal):
        reasons = [str(error)]
    else:
        return None
    if request.path.startswith(API):
        return problem(422, " ".join(reasons))
    return page(request, 422, reasons=reasons)


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed in a form that could not be taken, to be sent again. Empty when another site sent it."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    try:
        fields = request.POST.lists()
    except (OSError, ValueError):
        return []
    return [
        (name, value)
        for name, values in fields
        for value in values
        if not any(secret in name for secret in _SECRET_FIELDS)
    ]


def _keep_headers(old: HttpResponse, new: HttpResponse) -> HttpResponse:
    for name in ("Allow", "Retry-After"):
        if name in old.headers:
            new.headers[name] = old.headers[name]
    return new


def _sentence(status: int) -> str:
    return {
        400: _("The request could not be understood."),
        401: _("Sign in first, or send a valid token."),
        403: _("Your role lacks the right that this needs."),
        404: _("There is no such thing here."),
        422: _("Some values are missing or wrong."),
        405: _("This address does not take that kind of request."),
        409: _("This clashes with something done before."),
        429: _("Too many calls. Wait a moment."),
        503: _("The database is away for a moment. Try again shortly."),
    }.get(status, _("Something went wrong on our side."))
