"""Earlier versions of one text: the list, one of them, what changed between two, restoring.

Not for: two who edit at once (``pages_editor.py``).
"""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import EditClash
from kotopolku.information import wording_pages
from kotopolku.information.actions import texts as actions
from kotopolku.information.models import TextVersion
from kotopolku.information.pages_editor import changes, frame, ready
from kotopolku.information.queries import editing
from kotopolku.information.queries.editing import TextDetail
from kotopolku.placement.pages import act, pager

ON_A_PAGE = 50


@needs(Capability.CONTENT_EDIT)
@require_GET
def versions(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """All versions, the newest first."""
    detail = editing.text_detail(request.viewer, page_id, language)
    page = Paginator(editing.versions_of(detail).defer("blocks"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = frame(detail) | {
        "versions": page.object_list,
        "number": page.paginator.count,
        "text": detail.text,
        "pager": pager(page),
    }
    return render(request, "information/editing/versions.html", context)


def _version(detail: TextDetail, number: str | int) -> TextVersion:
    wanted = str(number)
    is_number = wanted.isdecimal() and len(wanted) < 10
    found = editing.versions_of(detail).filter(number=wanted).first() if is_number else None
    if found is None:
        raise NotVisible
    return found


@needs(Capability.CONTENT_EDIT)
@require_GET
def version(request: ViewerRequest, page_id: int, language: str, number: int) -> HttpResponse:
    """One version as readers would see it today."""
    detail = editing.text_detail(request.viewer, page_id, language)
    found = _version(detail, number)
    context = frame(detail) | {
        "version": found,
        "newest": bool(detail.text and detail.text.latest_id == found.pk),
        "preview": {
            "title": found.title,
            "summary": found.summary,
            "blocks": ready(request, detail, found.blocks),
        },
        "text": detail.text,
    }
    return render(request, "information/editing/version.html", context)


@needs(Capability.CONTENT_EDIT)
@require_GET
def difference(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """What changed from one version to another, word by word."""
    detail = editing.text_detail(request.viewer, page_id, language)
    listed = list(editing.versions_of(detail).defer("blocks")[:200])
    if not listed:
        raise NotVisible
    later = _version(detail, request.GET.get("to") or listed[0].number)
    earlier = _version(detail, request.GET.get("from") or max(later.number - 1, 1))
    if earlier.number > later.number:
        earlier, later = later, earlier
    context = frame(detail) | {
        "earlier": earlier,
        "later": later,
        "changes": changes(request, detail, earlier, later),
        "versions": listed,
    }
    return render(request, "information/editing/difference.html", context)


@needs(Capability.CONTENT_EDIT)
@require_POST
def restore(request: ViewerRequest, page_id: int, language: str, number: int) -> HttpResponse:
    """A new version that says what an earlier one said."""
    given = request.POST.get("version", "")
    expected = int(given) if given.isdecimal() and len(given) < 10 else 0
    words = _("Version %(number)s was made the newest draft. Readers see it when it is published.")
    return act(
        request,
        lambda: actions.restore_version(
            page_id, language, number, actor=request.viewer, expected_version=expected
        ),
        words % {"number": number},
        reverse("information:text", args=[page_id, language]),
        clashed=_saved_meanwhile,
    )


def _saved_meanwhile(clash: EditClash) -> str:
    words = _("%(name)s saved a newer version on %(when)s. Look at it, then restore if you still wish.")
    return words % {"name": clash.who or _("Somebody"), "when": wording_pages.moment(clash.when)}
