"""What the pages of the procurement room share: showing a form, running an act that may clash.

Not for: one page's own content (the other ``pages_*.py``).
"""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kotopolku.access.gate import ViewerRequest
from kotopolku.clients.pages import Words
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement import pages as placing
from kotopolku.placement.pages import run, status_of

__all__ = ["press", "run", "show_form", "status_of"]

show_form = partial(placing.show_form, template="procurement/form.html")


def press(request: ViewerRequest, act: Callable[[], object], done: Words, back: str) -> HttpResponse:
    """An act of one button: back to the page, saying what was done or why it was not."""
    try:
        act()
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
    except EditClash:
        messages.error(
            request,
            _("Somebody else has changed this meanwhile. Check what is there now, then send again."),
        )
    else:
        messages.success(request, str(done))
    return redirect(back)
