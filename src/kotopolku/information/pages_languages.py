"""Pages of the languages of the public pages: added, changed, retired, brought back, put in order.

Only the keeper of the country's pages. Not for: the texts in them.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information.actions import languages as actions
from kotopolku.information.forms_translating import LanguageForm
from kotopolku.information.models import ContentLanguage, PageText
from kotopolku.information.pages_translating import named
from kotopolku.information.queries import editing
from kotopolku.placement.pages import act, saving


def _keeper(request: ViewerRequest) -> None:
    """The languages are the country's: other keepers of pages do not change them. Raises ``NotVisible``."""
    if not actions.keeps_languages(request.viewer):
        raise NotVisible


@require_GET
@needs(Capability.CONTENT_PUBLISH)
def languages(request: ViewerRequest) -> HttpResponse:
    """The languages in their order, with how many texts each has; those retired apart."""
    _keeper(request)
    rows = editing.languages(with_retired=True)
    texts = dict(PageText.objects.order_by().values_list("language").annotate(Count("pk")))
    names = {one.code: named(one) for one in rows}
    lines = [
        (one, names[one.code], texts.get(one.code, 0), [names.get(code, code) for code in one.nearest])
        for one in rows
    ]
    context = {
        "used": [line for line in lines if line[0].retired_on is None],
        "retired": [line for line in lines if line[0].retired_on is not None],
    }
    return render(request, "information/translating/languages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_PUBLISH)
def new(request: ViewerRequest) -> HttpResponse:
    """A new language."""
    _keeper(request)
    form = LanguageForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.add_language(form.cleaned_data["code"], form.content(), actor=request.viewer),
        done=_("Saved."),
        title=_("Add a language"),
        lead=_("Pages can be translated into it at once. Readers see it in the list of languages."),
        button=_("Add"),
        back=reverse("information:languages"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_PUBLISH)
def edit(request: ViewerRequest, code: str) -> HttpResponse:
    """Changing a language."""
    _keeper(request)
    row = ContentLanguage.objects.filter(pk=code).first()
    if row is None:
        raise NotVisible
    form = LanguageForm(request.POST if request.method == "POST" else None, row)
    return saving(
        request,
        form,
        lambda: actions.change_language(code, form.content(), actor=request.viewer),
        done=_("Saved."),
        title=_("Change a language"),
        lead=f"{row.name} ({row.code})",
        button=_("Save"),
        back=reverse("information:languages"),
    )


def _act(request: ViewerRequest, done: Callable[[], Any], words: str) -> HttpResponse:
    _keeper(request)
    return act(request, done, words, reverse("information:languages"))


@require_POST
@needs(Capability.CONTENT_PUBLISH)
def retire(request: ViewerRequest, code: str) -> HttpResponse:
    """Takes a language out of use; its texts stay."""
    return _act(
        request,
        lambda: actions.retire_language(code, actor=request.viewer),
        _("The language was retired. Its texts stay, and can be brought back with it."),
    )


@require_POST
@needs(Capability.CONTENT_PUBLISH)
def bring_back(request: ViewerRequest, code: str) -> HttpResponse:
    """Puts a retired language into use again."""
    return _act(
        request,
        lambda: actions.bring_back_language(code, actor=request.viewer),
        _("The language is in use again, with the texts it had."),
    )


@require_POST
@needs(Capability.CONTENT_PUBLISH)
def move(request: ViewerRequest, code: str) -> HttpResponse:
    """Up or down in the list."""
    up = request.POST.get("do") == "up"
    return _act(
        request, lambda: actions.move_language(code, up=up, actor=request.viewer), _("The order was changed.")
    )
