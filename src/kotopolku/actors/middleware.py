"""Finds who is asking, opens the request's one transaction and turns refusals into pages.

Not for: what a role may do (`access`), how people sign in (`signin.py`). After it ``request.viewer`` is always set.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors import calls, signin

_UNSEEN = ("/static/", "/healthz")
"""Served without a viewer and without a transaction."""


class ViewerMiddleware:
    """One transaction a request, seen through the viewer's row security; rolled back on refusal and on failure."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(_UNSEEN):
            request.viewer = signin.anonymous()  # type: ignore[attr-defined]
            return self.get_response(request)
        if (too_many := calls.too_many(request)) is not None:
            return too_many
        with transaction.atomic():
            entry = signin.viewer_for(request)
            viewer = entry.viewer
            request.viewer = viewer  # type: ignore[attr-defined]
            rowsecurity.apply(viewer)
            if entry.lacks_second_factor and not _allowed_without_second_factor(request):
                return _ask_for_second_factor(request)
            response = calls.answered_once(request, viewer, self.get_response)
            refusal = getattr(request, "refusal", None)
            if refusal is not None or response.status_code >= 500:
                transaction.set_rollback(True)
        if refusal is not None and viewer.user_id is not None:
            _record_denial(request, viewer, refusal)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a refusal: 403 names the missing right, 404 never tells whether the thing exists."""
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if isinstance(error, MissingCapability):
            if viewer.user_id is None:
                return _ask_to_sign_in(request)
            request.refusal = error  # type: ignore[attr-defined]
            return _refuse(request, 403, error.capability)
        if isinstance(error, NotVisible | Http404):
            request.refusal = error  # type: ignore[attr-defined]
            return _refuse(request, 404, None)
        return None


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(calls.API):
        return calls.problem(401, _("Sign in first, or send a valid token."))
    address = reverse(settings.LOGIN_URL)
    if request.method in ("GET", "HEAD") and request.path != "/":
        address += "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _refuse(request: HttpRequest, status: int, capability: Capability | None) -> HttpResponse:
    if request.path.startswith(calls.API):
        text = (
            _("Your role lacks the right that this needs.")
            if status == 403
            else _("There is no such thing here.")
        )
        return calls.problem(status, text, **({"capability": capability.value} if capability else {}))
    return render(request, f"portal/errors/{status}.html", {"capability": capability}, status=status)


def _allowed_without_second_factor(request: HttpRequest) -> bool:
    return request.path.startswith(("/accounts/", "/language/", "/scheme/"))


def _ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(calls.API):
        return calls.problem(403, _("Set up a second factor in the browser first."))
    messages.info(request, _("Set up a passkey or an authenticator app before you go on."))
    return redirect("mfa_index")


def _record_denial(request: HttpRequest, viewer: Viewer, refusal: Exception) -> None:
    """Journals the refusal in a transaction of its own: the request's has been rolled back."""
    from kotopolku.actors import actions

    match = request.resolver_match
    capability = refusal.capability.value if isinstance(refusal, MissingCapability) else ""
    page = (match.view_name or match.route) if match else ""
    with transaction.atomic():
        rowsecurity.apply(viewer)
        actions.record_denial(actor=viewer, page=page, capability=capability)
