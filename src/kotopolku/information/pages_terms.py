"""Pages of the term list: searched, added, changed, taken out, exported.

Not for: terms beside a text that is translated (``pages_translating.py``).
"""

import csv
import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.exports import harmless
from kotopolku.information.actions import terms as actions
from kotopolku.information.forms_translating import TermForm
from kotopolku.information.models import ContentLanguage
from kotopolku.information.pages_translating import named
from kotopolku.information.queries import editing
from kotopolku.information.queries import terms as queries
from kotopolku.information.queries.terms import Concept
from kotopolku.placement.pages import run, show_form

FIRST = ("fi", "sv", "en")
"""Languages with a column of their own; the others of a term stand in one."""


@require_GET
@needs(Capability.CONTENT_EDIT)
def terms(request: ViewerRequest) -> HttpResponse:
    """The list, or what was sought in it."""
    asked = _asked(request)
    found = queries.concepts(asked)
    languages = {one.code: one for one in editing.languages(with_retired=True)}
    context = {
        "asked": asked,
        "number": len(found),
        "lines": [_line(one, languages) for one in found],
        "publishes": request.viewer.may(Capability.CONTENT_PUBLISH),
    }
    return render(request, "information/translating/terms.html", context)


def _asked(request: ViewerRequest) -> str:
    return request.GET.get("q", "")[:100].replace("\x00", "").strip()


def _line(concept: Concept, languages: dict[str, ContentLanguage]) -> dict[str, object]:
    others = [
        (languages[code], one)
        for code, one in concept.words.items()
        if code not in FIRST and code in languages
    ]
    return {
        "concept": concept.concept,
        "main": [concept.words.get(code) for code in FIRST],
        "others": sorted(others, key=lambda one: one[0].order),
    }


@require_GET
@needs(Capability.CONTENT_EDIT)
def terms_csv(request: ViewerRequest) -> HttpResponse:
    """The list as a file: a row for each term, a column for each language."""
    languages = editing.languages(with_retired=True)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    avoid = _("not to be used")
    writer.writerow(
        [_("Concept"), *(cell for one in languages for cell in (one.code, f"{one.code}: {avoid}"))]
    )
    for concept in queries.concepts(_asked(request)):
        row = [concept.concept]
        for one in languages:
            found = concept.words.get(one.code)
            row += [found.words, found.avoid] if found else ["", ""]
        writer.writerow([harmless(cell) for cell in row])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="kotopolku-terms.csv"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_PUBLISH)
def new(request: ViewerRequest) -> HttpResponse:
    """A new term."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_PUBLISH)
def edit(request: ViewerRequest, concept: str) -> HttpResponse:
    """Changing a term in its languages."""
    found = queries.concept(concept)
    if found is None:
        raise NotVisible
    return _form(request, found)


def _form(request: ViewerRequest, found: Concept | None) -> HttpResponse:
    languages = editing.languages(with_retired=found is not None)
    shown = [one for one in languages if one.retired_on is None or (found and one.code in found.words)]
    form = TermForm(
        shown,
        {one.code: named(one) for one in shown},
        request.POST if request.method == "POST" else None,
        found.words if found else None,
        queries.mark_of(found),
    )
    if request.method == "POST":
        key = run(
            form,
            lambda: actions.keep_concept(
                found.concept if found else "",
                form.content(),
                actor=request.viewer,
                expected_mark=form.cleaned_data["mark"],
            ),
        )
        if key is not None:
            messages.success(request, _("The term was saved. Translators see it at once."))
            return redirect(reverse("information:terms") + f"#{key}")
        form.renew(queries.mark_of(found))
    first = next((one.words for code in FIRST if found and (one := found.words.get(code))), "")
    return show_form(
        request,
        form,
        template="information/translating/term_form.html",
        title=_("Change a term") if found else _("New term"),
        lead=first,
        button=_("Save"),
        back=reverse("information:terms"),
        concept=found.concept if found else "",
    )


@require_POST
@needs(Capability.CONTENT_PUBLISH)
def remove(request: ViewerRequest, concept: str) -> HttpResponse:
    """Takes a term out of the list."""
    actions.remove_concept(concept, actor=request.viewer)
    messages.success(request, _("The term was taken out of the list."))
    return redirect("information:terms")
