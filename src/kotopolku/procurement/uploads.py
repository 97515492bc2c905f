"""Uploads of bids stay in memory: Django would write a large one to the disk in clear before it could be sealed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

LONGEST_FORM_BYTES = 2 * 1024 * 1024
"""What a form may weigh besides one file. Our own limit."""

View = Callable[..., HttpResponse]


class OnlyMemory(MemoryFileUploadHandler):
    """Keeps every file in memory, whatever its size."""

    def handle_raw_input(self, input_data: Any, *_given: Any, **_named: Any) -> None:
        self.activated = True


def kept_in_memory(view: View) -> View:
    """Marks a page that takes files which must not touch the disk. The handler is set before anything reads the form.

    A request larger than one file may be is not read at all.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def taken(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size > settings.LARGEST_FILE_BYTES + LONGEST_FORM_BYTES:
            most = settings.LARGEST_FILE_BYTES // (1024 * 1024)
            messages.error(
                request,
                _("The files are too large together: at most %(most)d MB at a time. Nothing was saved.")
                % {"most": most},
            )
            return redirect(request.path)
        request.upload_handlers = [OnlyMemory(request)]
        return protected(request, *given, **named)

    return taken
