"""What clients say of the steps of a path, for its keepers: by step and period, words taken away, the sheet with the link."""

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement.pages import saving
from kotopolku.steering import access_paths as access
from kotopolku.steering import say_languages
from kotopolku.steering import wording_paths as wording
from kotopolku.steering.actions import path_feedback as acts
from kotopolku.steering.forms_paths import HideForm
from kotopolku.steering.forms_say import SCALE
from kotopolku.steering.pages_paths import METHODS, address, period_form
from kotopolku.steering.path_waits import asked_period
from kotopolku.steering.queries import path_answers, path_waiting
from kotopolku.steering.queries import paths as queries


@needs(Capability.PATH_KEEP)
@require_GET
def answers(request: ViewerRequest, path_id: int) -> HttpResponse:
    """Each step with how many chose what, and words in their own languages."""
    viewer = request.viewer
    found = access.own_path(viewer, path_id)
    period = asked_period(request.GET.get("period", ""), viewer.day)
    told = path_answers.answers(viewer, found, period)
    steps = [
        (one, told[one.step.pk], _scale(told[one.step.pk].spread))
        for one in queries.steps(found)
        if one.step.asks or told[one.step.pk].number != 0
    ]
    context = {
        "path": found,
        "steps": steps,
        "periods": period_form(request),
        "period": wording.period_words(period),
        "smallest": path_waiting.limits().smallest,
        "languages": say_languages.NAMES,
    }
    return render(request, "steering/path_answers.html", context)


def _scale(spread: tuple[int, ...]) -> list[tuple[str, int, int]]:
    """Words of each score, how many chose it, and that as per cent of the most chosen."""
    most = max(spread, default=0) or 1
    scale = [(str(words), spread[int(score) - 1]) for score, words in SCALE] if spread else []
    return [(words, number, round(100 * number / most)) for words, number in reversed(scale)]


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def hide(request: ViewerRequest, feedback_id: int) -> HttpResponse:
    """Words that name somebody are taken away for good. They are not repeated here."""
    viewer = request.viewer
    found = access.own_feedback(viewer, feedback_id)
    back = reverse("steering:path-answers", args=[found.step.path_id])
    form = HideForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.hide_text(feedback_id, form.cleaned_data["reason"], actor=viewer),
        done=_("The words were taken away. The number stays."),
        title=_("Take a client's words away"),
        lead=_("The words are deleted for good; what number the client chose stays. Why is kept in the log."),
        button=_("Take away"),
        back=back,
        danger=True,
    )


@needs(Capability.PATH_KEEP)
@require_GET
def sheet(request: ViewerRequest, step_id: int) -> HttpResponse:
    """A sheet for the wall or the hand: where a client tells how the step went, in every language of clients."""
    found = access.own_step(request.viewer, step_id)
    if not found.asks:
        raise NotVisible
    link = request.build_absolute_uri(reverse("steering:say", args=[found.code]))
    context = {
        "step": found,
        "title": wording.title_of(found),
        "link": link,
        "code": _as_picture(link),
        "invitations": say_languages.invitations(found),
        "back": address(found.path_id),
    }
    return render(request, "steering/path_sheet.html", context)


def _as_picture(link: str) -> SafeString:
    """The address as a QR code: black on a white ground of its own, in a dark page and on paper too."""
    drawn = segno.make_qr(link, error="m").svg_inline(scale=5, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308 - the library's picture of squares; no text of ours stands in it
