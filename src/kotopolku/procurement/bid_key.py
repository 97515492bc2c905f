"""The bid's key in the bidder's browser: a cookie for the addresses of that bid only, which no script reads.

Not for: what the key opens (``actions.bids``). The server keeps it nowhere.
"""

import base64
import binascii

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kotopolku.procurement.sealing import KEY_BYTES

NAME = "kotopolku_bid"


def read(request: HttpRequest) -> bytes | None:
    """The key that the browser sent for this bid; None without one."""
    try:
        key = base64.urlsafe_b64decode(request.COOKIES.get(NAME, ""))
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def give(response: HttpResponse, tender_id: int, key: bytes) -> None:
    """Leaves the key to the browser, until it is closed."""
    response.set_cookie(
        NAME,
        base64.urlsafe_b64encode(key).decode(),
        path=reverse("procurement:bid", args=[tender_id]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponse, tender_id: int) -> None:
    response.delete_cookie(NAME, path=reverse("procurement:bid", args=[tender_id]), samesite="Strict")
