"""What every call of the API goes through: how many a token may make in a minute, and a writing call sent twice.

Works on requests and answers as they are; the operations know nothing of it. Not for: who may call (``api.Caller``).
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors import signin
from kotopolku.actors.models import ApiCall

API = "/api/"
KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 200
WINDOW_SECONDS = 60
KEPT = timedelta(days=2)
"""How long the answer of a writing call is kept for a repeat. It may be personal: the job ``actors.calls`` removes it."""

_COUNT = """
INSERT INTO actors_tokenuse (token_id, "window", calls, last_at)
SELECT id, %(window)s, 1, %(now)s FROM actors_apitoken WHERE token_hash = %(hash)s
ON CONFLICT (token_id) DO UPDATE SET last_at = excluded.last_at, "window" = excluded."window",
    calls = CASE WHEN actors_tokenuse."window" = excluded."window" THEN actors_tokenuse.calls + 1 ELSE 1 END
RETURNING calls
"""
_CLAIM = """
INSERT INTO actors_apicall (user_id, organisation_id, key, asked, status, content_type, answer, at)
VALUES (%s, %s, %s, %s, 0, '', '', %s)
ON CONFLICT (organisation_id, user_id, key) DO NOTHING RETURNING id
"""


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Problem details of RFC 9457."""
    body = {"type": "about:blank", "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def too_many(request: HttpRequest) -> HttpResponse | None:
    """429 with ``Retry-After`` when the token has used up this minute's calls; None when the call may go on.

    Counted in a transaction of its own, before the request's: refused and failed calls count as well.
    """
    token = signin.bearer(request) if request.path.startswith(API) else ""
    if not token:
        return None
    now = clock.real_now()
    window, passed = divmod(int(now.timestamp()), WINDOW_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"window": window, "now": now, "hash": signin.token_hash(token)})
        row = cursor.fetchone()
    if row is None or row[0] <= settings.API_CALLS_A_MINUTE:
        return None
    answer = problem(429, _("This token has made too many calls. Wait a moment."))
    answer.headers["Retry-After"] = str(WINDOW_SECONDS - passed)
    return answer


def answered_once(
    request: HttpRequest, viewer: Viewer, answer: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    """The answer to a request; for a writing call with a key, the first answer again when it is repeated.

    The same key with another content is refused (409). Two at once queue up at the key until the first has ended. Only
    what has been done is kept: a refused call may be mended and sent with the same key.
    """
    key = request.headers.get(KEY_HEADER, "")
    if not _is_once(request, viewer, key):
        return answer(request)
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    with connection.cursor() as cursor:
        values = [viewer.user_id, viewer.organisation_id, key, asked, clock.real_now()]
        cursor.execute(_CLAIM, values)
        claimed = cursor.fetchone()
    mine = ApiCall.objects.filter(
        user_id=viewer.user_id or 0, organisation_id=viewer.organisation_id or 0, key=key
    )
    if claimed is None:
        return _again(mine.get(), asked)
    response = answer(request)
    if 200 <= response.status_code < 300 and isinstance(response, HttpResponse):
        content_type = response.headers.get("Content-Type", "")
        mine.update(status=response.status_code, content_type=content_type, answer=response.content)
    elif not connection.needs_rollback:
        mine.delete()
    return response


def _is_once(request: HttpRequest, viewer: Viewer, key: str) -> bool:
    writes = request.path.startswith(API) and request.method not in ("GET", "HEAD", "OPTIONS")
    known = viewer.user_id is not None and viewer.organisation_id is not None
    return writes and known and not _is_upload(request) and 0 < len(key) <= LONGEST_KEY and "\0" not in key


def _is_upload(request: HttpRequest) -> bool:
    """Files are not read into memory for this; the action that takes a file knows a repeated key itself."""
    return (request.content_type or "").startswith("multipart/")


def _again(call: ApiCall, asked: bytes) -> HttpResponse:
    if bytes(call.asked) != asked:
        return problem(409, _("This key has been used for another call. Use a new key for each."))
    again = HttpResponse(bytes(call.answer), status=call.status, content_type=call.content_type)
    again.headers["Idempotency-Replayed"] = "true"
    return again
