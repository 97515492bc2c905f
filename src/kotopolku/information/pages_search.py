"""Search for readers; for editors the words that stand for each other in it.

Not for: finding (``queries/search.py``), the index (``actions/search.py``).
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.information import access, access_feedback, indexing, languages, search_rules
from kotopolku.information.actions import search as actions
from kotopolku.information.forms_search import SynonymForm
from kotopolku.information.models import ContentLanguage
from kotopolku.information.queries import search as queries
from kotopolku.information.revisions import reader_of
from kotopolku.placement.pages import saving


@open_to_all
@require_safe
def search(request: HttpRequest, language: str, space: str) -> HttpResponse:
    """What is found for ``?q=``. Nothing of a question is kept, neither here nor on the way."""
    reader = reader_of(language, space)
    question = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[
        : search_rules.LONGEST_QUESTION
    ]
    asked = request.GET.get("page", "1")
    number = int(asked) if asked in queries.PAGES else 1
    with override(reader.language.ui):
        found = queries.find(question, reader, number)
        shown = {one.pk: one for one in reader.way}
        kinds = _kinds()
        context = {
            "reader": reader,
            "question": question,
            "found": found,
            "hits": [
                (
                    hit,
                    kinds[hit.kind],
                    f"{languages.PUBLIC}{language}/{space}/{hit.path}",
                    shown[hit.space_id],
                    reader.named(hit.language),
                )
                for hit in found.hits
            ],
            "page": {
                "number": number,
                "has_previous": number > 1,
                "previous_number": number - 1,
                "has_next": number * queries.PAGE_SIZE < found.total and number < queries.LAST_PAGE,
                "next_number": number + 1,
            },
            "feedback": reverse("info:feedback", kwargs={"language": language, "space": space}),
            "contacts": f"{languages.PUBLIC}{language}/{space}/contacts/",
        }
        response = render(request, "information/public/search.html", context)
    patch_cache_control(response, private=True, max_age=60)
    return response


def _kinds() -> dict[str, str]:
    return {
        indexing.PAGE: _("Page"),
        indexing.SERVICE: _("Service"),
        indexing.EVENT: _("Event"),
        indexing.CONTACT: _("Contact"),
        indexing.NEWS: _("News"),
    }


# --- Synonyms -------------------------------------------------------------------------------------------------------------


@needs(Capability.CONTENT_EDIT)
@require_safe
def synonyms(request: ViewerRequest, slug: str) -> HttpResponse:
    """Words that stand for each other in a space, and what they find."""
    space = access.own_space(request.viewer, slug)
    names = dict(ContentLanguage.objects.values_list("code", "name")) | {"": _("All languages")}
    context = {
        "space": space,
        "groups": [(group, names.get(group.language, "")) for group in space.synonyms.order_by("pk")],
    }
    return render(request, "information/search/synonyms.html", context)


@needs(Capability.CONTENT_EDIT)
def add(request: ViewerRequest, slug: str) -> HttpResponse:
    """A new group of words."""
    space = access.own_space(request.viewer, slug)
    form = SynonymForm(request.POST if request.method == "POST" else None)
    back = reverse("information:synonyms", args=[slug])
    return saving(
        request,
        form,
        lambda: actions.add_synonyms(
            slug, form.content(), actor=request.viewer, token=form.cleaned_data["token"]
        ),
        done=_("The words were added. Search uses them now."),
        title=_("Words that mean the same"),
        lead=space.name(),
        button=_("Add"),
        back=back,
    )


@needs(Capability.CONTENT_EDIT)
def change(request: ViewerRequest, group_id: int) -> HttpResponse:
    """Changing a group; two who change it at once are told."""
    viewer = request.viewer
    group = access_feedback.synonyms(viewer, group_id)
    form = SynonymForm(
        request.POST if request.method == "POST" else None,
        initial={"words": "\n".join(group.words), "language": group.language, "version": group.version},
    )
    back = reverse("information:synonyms", args=[group.space.slug])
    return saving(
        request,
        form,
        lambda: actions.change_synonyms(
            group_id, form.content(), actor=viewer, expected_version=form.cleaned_data["version"] or 0
        ),
        done=_("The words were changed. Search uses them now."),
        title=_("Words that mean the same"),
        lead=group.space.name(),
        button=_("Save"),
        back=back,
    )


@needs(Capability.CONTENT_EDIT)
@require_POST
def remove(request: ViewerRequest, group_id: int) -> HttpResponse:
    """The group is taken away."""
    space = actions.remove_synonyms(group_id, actor=request.viewer)
    messages.success(request, _("The words were removed."))
    return redirect("information:synonyms", space.slug)
