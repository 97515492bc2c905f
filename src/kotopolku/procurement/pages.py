"""What the pages of the procurement room share: showing a form, running an act that may clash.

Not for: one page's own content (the other ``pages_*.py``).
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kotopolku.access.gate import ViewerRequest
from kotopolku.clients.pages import Words, attempt
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import refusal_text

T = TypeVar("T")


def run(form: forms.Form, act: Callable[[], T]) -> T | None:
    """Runs the act if the form is sound. Refusals go to their fields; of a clash the form tells and takes the new version."""
    try:
        return attempt(form, act)
    except EditClash as clash:
        words = _("Somebody else has changed this meanwhile. Check what is there now, then send again.")
        if clash.who:
            words = _("%(name)s has changed this meanwhile. Check what is there now, then send again.") % {
                "name": clash.who
            }
        form.add_error(None, words)
        typed = cast(QueryDict, form.data).copy()
        typed["version"] = str(clash.version)
        form.data = typed
        form.clash = True  # type: ignore[attr-defined]
        return None


def status_of(form: forms.Form) -> int:
    if getattr(form, "clash", False):
        return 409
    return 422 if form.errors else 200


def show_form(
    request: ViewerRequest,
    form: forms.Form,
    *,
    title: Words,
    button: Words,
    back: str,
    template: str = "procurement/form.html",
    lead: Words = "",
    danger: bool = False,
    **context: Any,
) -> HttpResponse:
    """A page with one form; 422 when something in it needs mending, 409 after a clash. ``back``: where Cancel goes."""
    shown = {"form": form, "title": title, "button": button, "back": back, "lead": lead, "danger": danger}
    return render(request, template, shown | context, status=status_of(form))


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
