"""What the pages of the placement room share: where a viewer begins, showing a form, running an act that may clash.

Not for: one page's own content (the other ``pages_*.py``).
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import Words, attempt
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement import access

T = TypeVar("T")


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def index(request: ViewerRequest) -> HttpResponse:
    """To what concerns the viewer most: cases for a party to them, targets for the ministry, questions for a county."""
    viewer = request.viewer
    if access.is_ministry(viewer):
        return redirect("placement:targets")
    if access.is_region(viewer) or access.is_municipality(viewer):
        return redirect("placement:board")
    if access.is_county(viewer):
        return redirect("placement:county")
    return redirect("placement:agreements")


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
    template: str = "placement/form.html",
    lead: Words = "",
    danger: bool = False,
    **context: Any,
) -> HttpResponse:
    """A page with one form; 422 when something in it needs mending, 409 after a clash. ``back``: where Cancel goes."""
    shown = {"form": form, "title": title, "button": button, "back": back, "lead": lead, "danger": danger}
    return render(request, template, shown | context, status=status_of(form))


def saving(
    request: ViewerRequest,
    form: forms.Form,
    save: Callable[[], T],
    *,
    done: Words,
    back: str,
    onward: Callable[[T], str] | None = None,
    **shown: Any,
) -> HttpResponse:
    """A form that writes one thing: saved, it says what was ``done`` and goes on; else it is shown, with what is wrong.

    It goes ``onward``, an address made of what ``save`` gave (never None), or ``back``. ``shown``: what ``show_form`` takes.
    """
    if request.method == "POST" and (made := run(form, save)) is not None:
        messages.success(request, str(done))
        return redirect(onward(made) if onward else back)
    return show_form(request, form, back=back, **shown)


def _changed(_clash: EditClash) -> str:
    return _("Somebody else has changed this meanwhile. Check what is there now, then send again.")


def act(
    request: ViewerRequest,
    done: Callable[[], Any],
    words: Words,
    back: str,
    *,
    clashed: Callable[[EditClash], str] = _changed,
) -> HttpResponse:
    """Runs an act of one button and goes back, saying what was done or why not; ``clashed``: what is said of a clash."""
    try:
        done()
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
    except EditClash as clash:
        messages.error(request, clashed(clash))
    else:
        messages.success(request, str(words))
    return redirect(back)


def pager(page: "Page[Any]") -> dict[str, Any]:
    """What ``components/pager.html`` needs of one page of a list."""
    return {
        "number": page.number,
        "has_previous": page.has_previous(),
        "has_next": page.has_next(),
        "previous_number": page.number - 1,
        "next_number": page.number + 1,
    }


def year_asked(request: ViewerRequest) -> int:
    """The year in the query string, this year without one or with one that is not a year."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    return year if 2010 <= year <= 2100 else request.viewer.day.year
