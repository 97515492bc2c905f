"""The editors' front page: the spaces they keep, what waits for them, and the condition of every space.

Not for: one space's tree (``pages_tree.py``).
"""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import access, wording_pages
from kotopolku.information.actions.languages import keeps_languages
from kotopolku.information.models import Page, PageText, Space, TextState
from kotopolku.information.queries import editing
from kotopolku.placement.pages import pager

SHOWN = 10
"""Lines of each list of what waits; the rest is a number."""
SPACES_ON_A_PAGE = 50


@needs(Capability.CONTENT_EDIT)
@require_GET
def front(request: ViewerRequest) -> HttpResponse:
    """Own spaces with their condition, and what waits."""
    viewer = request.viewer
    own = access.own_spaces(viewer).order_by("kind", "sort_fi", "pk")
    page = Paginator(own, SPACES_ON_A_PAGE).get_page(request.GET.get("page"))
    texts = PageText.objects.filter(page__space__in=own, page__removed_on=None)
    texts = texts.select_related("page__space", "latest").order_by("-latest__made_at", "-pk")
    drafts = texts.filter(state=TextState.DRAFT)
    lists: dict[str, QuerySet[Any]] = {
        "review": editing.in_review_for(viewer).select_related("page__space", "latest", "author"),
        "drafts": drafts,
        "stale": _stale(own),
        "overdue": editing.overdue_pages(viewer, viewer.day + editing.SOON),
        "broken": editing.broken_links(viewer),
    }
    found = {name: list(rows[: SHOWN + 1]) for name, rows in lists.items()}
    overdue = found["overdue"]
    titles = _titles(overdue)
    context = {
        "lines": editing.condition(viewer, list(page.object_list)),
        "page": pager(page),
        "number": page.paginator.count,
        "waiting": {name: rows[:SHOWN] for name, rows in found.items()},
        "more": {
            name: lists[name].count() if len(rows) > SHOWN else len(rows) for name, rows in found.items()
        },
        "overdue": [(one, titles.get(one.pk, one.key)) for one in overdue[:SHOWN]],
        "languages": wording_pages.language_names(),
        "nothing": not any(found.values()),
        "keeps_languages": viewer.may(Capability.CONTENT_PUBLISH) and keeps_languages(viewer),
    }
    return render(request, "information/editing/front.html", context)


def _stale(own: "QuerySet[Space]") -> "QuerySet[PageText]":
    rows = editing.stale_texts(own.values_list("pk", flat=True))
    return rows.select_related("page__space", "latest").order_by("page", "language")


def _titles(pages: Sequence[Page]) -> dict[int, str]:
    """Titles of pages by id, in the language of their space. One statement."""
    rows = PageText.objects.filter(page__in=pages).select_related("latest", "page__space")
    return {
        one.page_id: one.latest.title
        for one in rows
        if one.latest is not None and one.language == one.page.space.source_language
    }
