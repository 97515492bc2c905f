"""The page tree of a space and the place of one page in it: added, moved, hidden, taken out, put back.

Not for: what a page says (``pages_editor.py``).
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import access, wording_pages
from kotopolku.information.actions import pages as actions
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.forms_pages import MoveForm, PageForm, PlaceForm
from kotopolku.information.models import Page, PageKind, PageText, Space
from kotopolku.information.queries import editing
from kotopolku.information.queries.editing import TreeLine
from kotopolku.placement.pages import act, run, show_form, status_of


@needs(Capability.CONTENT_EDIT)
@require_GET
def tree(request: ViewerRequest, space: str) -> HttpResponse:
    """Every page of a space as readers get it, with its state in each language."""
    viewer = request.viewer
    found = access.own_space(viewer, space)
    lines = editing.tree(found)
    ends = _ends(lines)
    languages = editing.languages()
    names = wording_pages.language_names()
    wanted = request.GET.get("show", "")
    shown = [line for line in lines if _is_wanted(line, wanted)]
    context = {
        "space": found,
        "lines": [_shown(line, ends, [one.code for one in languages], names) for line in shown],
        "number": len(lines),
        "languages": languages,
        "removed": editing.removed_pages(found),
        "publishes": viewer.may(Capability.CONTENT_PUBLISH),
        "day": viewer.day,
        "show": wanted,
    }
    return render(request, "information/editing/tree.html", context)


def _is_wanted(line: TreeLine, wanted: str) -> bool:
    if wanted == "own":
        return not line.inherited or line.variant is not None
    if wanted == "open":
        return any(one.stale or one.machine or one.state != "published" for one in line.marks.values())
    return True


def _ends(lines: Sequence[TreeLine]) -> tuple[set[int], set[int]]:
    """Own pages that are the first, and that are the last, among their siblings."""
    siblings: dict[int | None, list[int]] = {}
    for line in lines:
        if not line.inherited:
            siblings.setdefault(line.page.parent_id, []).append(line.page.pk)
    return {one[0] for one in siblings.values()}, {one[-1] for one in siblings.values()}


def _shown(
    line: TreeLine, ends: tuple[set[int], set[int]], codes: Sequence[str], names: dict[str, str]
) -> dict[str, Any]:
    """A line as the page draws it: marks in the order of languages, and what is missing as a number."""
    page = line.variant or line.page
    hidden = line.variant is not None and line.variant.kind == PageKind.HIDDEN
    own = not line.inherited or (line.variant is not None and not hidden)
    return {
        "line": line,
        "page": page,
        "own": own,
        "hidden": hidden,
        "marks": [
            (code, names.get(code, code), wording_pages.text_marks(line.marks[code]))
            for code in codes
            if code in line.marks
        ],
        "missing": [names.get(code, code) for code in codes if code not in line.marks] if own else [],
        "first": line.page.pk in ends[0],
        "last": line.page.pk in ends[1],
    }


def _parents(space: Space, page: Page | None = None) -> list[tuple[str, str]]:
    """Pages under which one may stand, indented as in the tree; not itself."""
    return [
        (str(line.page.pk), f"{'– ' * line.depth}{line.title}")
        for line in editing.tree(space)
        if page is None or line.page.pk != page.pk
    ]


@needs(Capability.CONTENT_EDIT)
def add(request: ViewerRequest, space: str) -> HttpResponse:
    """A new page; its text is written next."""
    viewer = request.viewer
    found = access.own_space(viewer, space)
    form = PageForm(
        _parents(found),
        request.POST if request.method == "POST" else None,
        initial={"parent": request.GET.get("parent", "")},
    )
    if request.method == "POST":
        made = run(form, lambda: _add(request, found, form))
        if made is not None:
            return redirect("information:text", made.pk, found.source_language)
    return show_form(
        request,
        form,
        title=_("New page"),
        lead=_("%(space)s. Readers see it when its text has been published.") % {"space": found.name()},
        button=_("Go on to the text"),
        back=reverse("information:tree", args=[found.slug]),
    )


def _add(request: ViewerRequest, space: Space, form: PageForm) -> Page:
    typed = form.cleaned_data
    place = PagePlace(
        parent=int(typed["parent"]) if typed["parent"] else None,
        key=typed["key"] or typed["title"],
        icon=typed["icon"],
        review_by=typed["review_by"],
    )
    content = TextContent(title=typed["title"])
    return actions.add_page(space.slug, place, content, actor=request.viewer, token=typed["token"])


VARIANTS = {
    PageKind.ADDITION: gettext_lazy("Write what is different here. It is shown under the page from above."),
    PageKind.OVERRIDE: gettext_lazy(
        "Your readers will see this page in place of the one from above, once it is published."
    ),
    PageKind.HIDDEN: gettext_lazy("The page is hidden from your readers. Show it again on the same line."),
}


@needs(Capability.CONTENT_EDIT)
@require_POST
def variant(request: ViewerRequest, space: str, page_id: int, kind: str) -> HttpResponse:
    """What this space says about a page from above: adds to it, replaces it, hides it."""
    viewer = request.viewer
    found = access.own_space(viewer, space)
    if kind not in VARIANTS:
        raise NotVisible
    back = reverse("information:tree", args=[found.slug])
    made: list[Page] = []

    def do() -> None:
        place = PagePlace(kind=kind, of=page_id)
        made.append(actions.add_page(found.slug, place, _begin(found, page_id, kind), actor=viewer))

    answer = act(request, do, str(VARIANTS[PageKind(kind)]), back)
    if made and kind != PageKind.HIDDEN:
        return redirect("information:text", made[0].pk, found.source_language)
    return answer


def _begin(space: Space, page_id: int, kind: str) -> TextContent | None:
    """What the text begins with: for a replacement, what readers see now; for an addition, its title alone."""
    if kind == PageKind.HIDDEN:
        return None
    rows = PageText.objects.filter(page_id=page_id, page__space__in=editing.chain(space)).select_related(
        "published", "page__space"
    )
    seen = {one.language: one.published for one in rows if one.published is not None}
    above = seen.get(space.source_language) or next(iter(seen.values()), None)
    if above is None:
        return TextContent(title=_("Untitled"))
    if kind == PageKind.ADDITION:
        return TextContent(title=above.title)
    return TextContent(title=above.title, summary=above.summary, blocks=above.blocks)


@needs(Capability.CONTENT_EDIT)
def page(request: ViewerRequest, page_id: int) -> HttpResponse:
    """One page: its texts by language, its address, picture, review day, and where it stands."""
    viewer = request.viewer
    found = access.own_page(viewer, page_id)
    texts = list(
        PageText.objects.filter(page=found).select_related(
            "latest__made_from", "latest__made_by", "published"
        )
    )
    kept = {"key": found.key, "icon": found.icon, "review_by": found.review_by, "version": found.version}
    own = found.kind == PageKind.OWN
    form = PlaceForm(own, request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST":
        changed = run(form, lambda: _change(request, found, form))
        if changed is not None:
            messages.success(request, _("The page was changed."))
            return redirect("information:page", page_id)
    marks = editing.marks_of(found, texts)
    by_language = {one.language: one for one in texts}
    names = wording_pages.language_names()
    context = {
        "page": found,
        "space": found.space,
        "title": editing.title_of(found, texts, found.space.source_language),
        "form": form,
        "rows": [
            (one, names[one.code], by_language.get(one.code), _marks(marks.get(one.code)))
            for one in editing.languages()
        ]
        if found.kind != PageKind.HIDDEN
        else [],
        "own": own,
        "move": MoveForm(_parents(found.space, found), initial={"parent": found.parent_id or ""})
        if own
        else None,
        "publishes": viewer.may(Capability.CONTENT_PUBLISH),
    }
    return render(request, "information/editing/page.html", context, status=status_of(form))


def _marks(mark: editing.TextMark | None) -> list[wording_pages.Mark]:
    return wording_pages.text_marks(mark) if mark else []


def _change(request: ViewerRequest, found: Page, form: PlaceForm) -> Page:
    typed = form.cleaned_data
    place = PagePlace(
        kind=found.kind,
        key=typed.get("key") or found.key,
        icon=typed["icon"],
        review_by=typed["review_by"],
    )
    return actions.change_page(found.pk, place, actor=request.viewer, expected_version=typed["version"])


@needs(Capability.CONTENT_EDIT)
@require_POST
def move(request: ViewerRequest, page_id: int) -> HttpResponse:
    """One step up or down among its siblings, or under another page."""
    viewer = request.viewer
    found = access.own_page(viewer, page_id)
    do = request.POST.get("do", "")
    tree_address = reverse("information:tree", args=[found.space.slug])
    if do in ("up", "down"):
        parent, before = found.parent_id, _neighbour(found, do)
        back = f"{tree_address}#page-{found.pk}"
    else:
        given = request.POST.get("parent", "")
        parent, before = (int(given) if given.isdecimal() and len(given) < 18 else None), None
        back = reverse("information:page", args=[page_id])
    return act(
        request,
        lambda: actions.move_page(page_id, parent=parent, before=before, actor=viewer),
        _("The page was moved."),
        back,
    )


def _neighbour(found: Page, do: str) -> int | None:
    """The page before which it comes after one step; None for the end."""
    rows = Page.objects.filter(
        space=found.space_id, parent=found.parent_id, kind=PageKind.OWN, removed_on=None
    )
    siblings = list(rows.order_by("order", "pk").values_list("pk", flat=True))
    if found.pk not in siblings:
        return None
    place = siblings.index(found.pk)
    if do == "up":
        before = place - 1 if place else 1
        return siblings[before] if before < len(siblings) else None
    return siblings[place + 2] if place + 2 < len(siblings) else None


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def remove(request: ViewerRequest, page_id: int) -> HttpResponse:
    """Takes a page out of the tree; it can be put back."""
    found = access.own_page(request.viewer, page_id)
    return act(
        request,
        lambda: actions.remove_page(page_id, actor=request.viewer),
        _("The page was taken out. It can be put back at the end of the tree."),
        reverse("information:tree", args=[found.space.slug]),
    )


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def put_back(request: ViewerRequest, page_id: int) -> HttpResponse:
    """Puts a page back where it stood."""
    found = access.own_page(request.viewer, page_id)
    return act(
        request,
        lambda: actions.put_back_page(page_id, actor=request.viewer),
        _("The page was put back."),
        reverse("information:tree", args=[found.space.slug]),
    )
