"""Turns the viewer of a client's session into the viewer of the own path, under /my/ and /api/my/ only.

Stands after the actors' middleware, inside its transaction. Not for: who may sign in (``actions``).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.mypage import access, languages

OWN_PATHS = ("/my/", "/api/my/")


class OwnPath:
    """``request.viewer.own`` is set for a client or a representative; an official's session never gets one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        may_be_own = viewer.user_id is not None and viewer.seat is None and not viewer.system
        if may_be_own and request.path == "/" and access.account_of(viewer) is not None:
            return redirect("mypage:path")
        if may_be_own and request.path.startswith(OWN_PATHS):
            own = access.own_of(viewer, chosen=request.session.get(access.CHOSEN))
            if own is not None:
                viewer = replace(viewer, own=own)
                request.viewer = viewer  # type: ignore[attr-defined]
                rowsecurity.apply(viewer)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal on the client's pages is told in the client's language, and leads to the client's sign-in."""
        if not languages.is_client_path(request.path):
            return None
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if isinstance(error, MissingCapability):
            if viewer.user_id is None:
                return _ask_to_sign_in(request)
            if viewer.own is None and error.capability == Capability.OWN_PATH:
                return _refused(request, error, "mypage/errors/not_yours.html", 403)
            return None
        if isinstance(error, NotVisible | Http404):
            return _refused(request, error, "mypage/errors/404.html", 404)
        return None


def _refused(request: Any, error: Exception, template: str, status: int) -> HttpResponse:
    request.refusal = error
    return render(request, template, status=status)


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    address = reverse("mypage:sign-in")
    if request.method in ("GET", "HEAD") and request.path != reverse("mypage:path"):
        address += "?" + urlencode({"next": request.get_full_path()})
    return redirect(address)
