"""The editor of one text: its blocks typed and rearranged, saved as drafts, previewed; two editors at once; pasting.

Not for: review and publishing (``pages_review.py``), earlier versions (``pages_versions.py``).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.information import blocks, cards, clash, differences, wording_pages
from kotopolku.information.actions import texts as actions
from kotopolku.information.forms_pages import (
    KINDS,
    TextEditor,
    rearranged,
    text_content,
    typed_content,
)
from kotopolku.information.models import ContentFile, PageKind, TextVersion
from kotopolku.information.pasting import markdown_of
from kotopolku.information.public_files import FileCard
from kotopolku.information.queries import editing, targets
from kotopolku.information.queries.editing import TextDetail

SAVING = ("save", "save-review", "save-mine")


@needs(Capability.CONTENT_EDIT)
def text(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """Writes a text. Every button of the form comes here; only those that save write anything."""
    detail = editing.text_detail(request.viewer, page_id, language)
    if detail.page.kind == PageKind.HIDDEN:
        return redirect("information:page", page_id)
    if request.method != "POST":
        return _form(request, detail, _stored(detail), fresh=True)
    do = request.POST.get("do", "save")
    if do in SAVING:
        return _save(request, detail, do)
    if do == "take":
        messages.success(request, _("This is the text as it is stored. What you had typed was thrown away."))
        return redirect("information:text", page_id, language)
    if do == "merge":
        return _merged(request, detail)
    content, place = rearranged(typed_content(request.POST), do)
    return _form(request, detail, content, place=place)


def _stored(detail: TextDetail) -> dict[str, Any]:
    """What the form begins with: the newest version, or the shape of the source for a new language."""
    source = _source(detail)
    content: dict[str, Any] = {"made_from": source.number if source else ""}
    latest = detail.text.latest if detail.text else None
    if detail.text is not None and latest is not None:
        return content | _plain(latest) | {"version": detail.text.version}
    empty = [_without_words(block) for block in source.blocks] if source else []
    return content | {"title": "", "summary": "", "blocks": empty, "version": 0}


def _plain(version: TextVersion) -> dict[str, Any]:
    return {"title": version.title, "summary": version.summary, "blocks": version.blocks}


def _source(detail: TextDetail) -> TextVersion | None:
    """The version of the original language that a translation says: what readers see, else the newest."""
    source = detail.source
    if source is None or detail.language.code == detail.page.space.source_language:
        return None
    return source.published or source.latest


def _without_words(block: blocks.Block) -> blocks.Block:
    words = blocks.SHAPES[block["kind"]].words
    made = {name: value for name, value in block.items() if name not in words}
    if "items" in made:
        made["items"] = [{"title": "", "text": ""} for _item in made["items"]]
    return made


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _save(request: ViewerRequest, detail: TextDetail, do: str) -> HttpResponse:
    content = typed_content(request.POST)
    version = _number(content["version"])
    made_from = None
    if _source(detail) is not None and (detail.text is None or content["up_to_date"]):
        made_from = _number(content["made_from"]) or None
    try:
        saved = actions.save_text(
            detail.page.pk,
            detail.language.code,
            text_content(content, made_from),
            actor=request.viewer,
            expected_version=version,
        )
    except EditClash as found:
        return _clash(request, detail, content, found)
    except Refusals as refusals:
        return _form(request, detail, content, refusals=refusals)
    if saved.version == version:
        messages.info(request, _("Nothing was changed: this is what is stored already."))
    else:
        messages.success(request, _("The draft was saved. Readers see it when it is published."))
    after = "information:text-review" if do == "save-review" else "information:text"
    return redirect(after, detail.page.pk, detail.language.code)


def _form(
    request: ViewerRequest,
    detail: TextDetail,
    content: dict[str, Any],
    *,
    place: str = "",
    refusals: Refusals | None = None,
    fresh: bool = False,
) -> HttpResponse:
    space, code = detail.page.space, detail.language.code
    good, _faults = blocks.checked(content["blocks"])
    choices = targets.choices(request.viewer, space, code, blocks.embeds_in(good))
    editor = TextEditor(content, choices)
    if refusals is not None:
        editor.refuse(refusals)
    context = frame(detail) | {
        "editor": editor,
        "form": editor,
        "kinds": KINDS.items(),
        "place": place,
        "fresh": fresh,
        "keep": f"{request.viewer.user_id}.{detail.page.pk}.{code}",
        "preview": _preview(request, detail, content, good),
        "source_version": _source(detail),
        "most": blocks.MOST_BLOCKS,
    }
    return render(request, "information/editing/text.html", context, status=422 if editor.errors else 200)


def frame(detail: TextDetail) -> dict[str, Any]:
    """What every page of one text needs."""
    page, code = detail.page, detail.language.code
    names = wording_pages.language_names()
    latest = detail.text.latest if detail.text else None
    shown = latest or (detail.source.latest if detail.source else None)
    return {
        "detail": detail,
        "page": page,
        "space": page.space,
        "language": detail.language,
        "language_name": names.get(code, detail.language.name),
        "is_source": code == page.space.source_language,
        "page_title": shown.title if shown else page.key,
        "mark": wording_pages.state_mark(detail.text) if detail.text else None,
    }


def _preview(
    request: ViewerRequest, detail: TextDetail, content: dict[str, Any], good: list[blocks.Block]
) -> dict[str, Any]:
    """What readers would see, of blocks that hold something already."""
    return {
        "title": blocks.clean_words(content["title"]),
        "summary": blocks.clean_words(content["summary"]),
        "blocks": ready(request, detail, good),
    }


def ready(request: ViewerRequest, detail: TextDetail, given: Sequence[blocks.Block]) -> list[dict[str, Any]]:
    """Blocks as readers would see them, with own files that only editors may open yet."""
    space = detail.page.space
    found = cards.ready(given, space, detail.language.code, request.viewer.day)
    files = [one for one in found if isinstance(one["card"], FileCard)]
    rows = ContentFile.objects.filter(space=space, pk__in=[one["target"] for one in files])
    own = set(rows.values_list("pk", flat=True))
    for one in files:
        if one["target"] in own:
            address = reverse("information:file-content", args=[one["target"]])
            one["card"] = replace(one["card"], address=address)
    return found


@needs(Capability.CONTENT_EDIT)
def preview(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """The text as on a telephone: the newest version, or what is typed and not saved yet; alone for the editor's side."""
    detail = editing.text_detail(request.viewer, page_id, language)
    content = typed_content(request.POST) if request.method == "POST" else _stored(detail)
    good, _faults = blocks.checked(content["blocks"])
    context = frame(detail) | {
        "preview": _preview(request, detail, content, good),
        "kept": _kept(request),
    }
    if request.headers.get("X-Requested-With") == "preview":
        return render(request, "information/editing/phone.html", context)
    return render(request, "information/editing/preview.html", context)


def _kept(request: ViewerRequest) -> list[tuple[str, str]]:
    """What was typed, to be carried on in hidden fields."""
    left_out = ("csrfmiddlewaretoken", "do")
    return [
        (name, str(request.POST[name]))
        for name in request.POST
        if name not in left_out and not name.startswith("take.")
    ]


def _clash(
    request: ViewerRequest, detail: TextDetail, mine: dict[str, Any], found: EditClash
) -> HttpResponse:
    """Somebody else saved first: who, when, both side by side. What was typed is kept on the page."""
    theirs = found.theirs or {"title": "", "summary": "", "blocks": []}
    names = _card_names(request, detail, blocks.checked(mine["blocks"])[0], theirs["blocks"])
    places = {f"block-{block['id']}": number for number, block in enumerate(mine["blocks"], start=1)}
    rows = [
        {
            "path": row.path,
            "name": wording_pages.row_name(row.path, row.kind, places.get(row.path, len(places) + 1)),
            "mine": _side(row, row.mine, names),
            "theirs": _side(row, row.theirs, names),
            "take_theirs": row.mine is None,
        }
        for row in clash.rows(mine, theirs)
    ]
    context = frame(detail) | {
        "clash": found,
        "rows": rows,
        "kept": [(name, value) for name, value in _kept(request) if name != "version"],
    }
    return render(request, "information/editing/clash.html", context, status=409)


def changes(
    request: ViewerRequest, detail: TextDetail, old: TextVersion, new: TextVersion
) -> list[wording_pages.ShownChange]:
    """What changed from one version to another, word by word."""
    before, after = (differences.Content(one.title, one.summary, one.blocks) for one in (old, new))
    names = _card_names(request, detail, old.blocks, new.blocks)
    return wording_pages.shown(differences.differences(before, after), names)


def _card_names(
    request: ViewerRequest, detail: TextDetail, *versions: Sequence[blocks.Block]
) -> dict[str, str]:
    """Names of the live cards in these versions by "kind-id". No statement where there are none."""
    kept = set().union(*map(blocks.embeds_in, versions))
    if not kept:
        return {}
    found = targets.choices(request.viewer, detail.page.space, detail.language.code, kept)
    return {f"{kind}-{one}": words for kind, pairs in found.items() for one, words in pairs}


def _side(row: clash.ClashRow, side: Any, names: dict[str, str]) -> list[tuple[str, str]] | None:
    """One side of a clash as lines; None when it is not there."""
    if side is None:
        return None
    if row.path == clash.ORDER:
        return [(str(number), _of_block(block)) for number, block in enumerate(side, start=1)]
    if isinstance(side, dict):
        return wording_pages.block_lines(side, names)
    return [("", str(side))]


def _of_block(block: blocks.Block) -> str:
    words = str(block.get("heading") or block.get("label") or block.get("text") or "")
    name = wording_pages.block_name(block["kind"])
    return f"{name}: {words[:60]}" if words else name


def _merged(request: ViewerRequest, detail: TextDetail) -> HttpResponse:
    """The text made of what was chosen row by row, in the form, to be looked at and saved."""
    mine, stored = typed_content(request.POST), _stored(detail)
    if stored["version"] != _number(mine["version"]):
        messages.warning(request, _("The text was changed once more in between. Look at it again."))
    take = {
        name.removeprefix("take.")
        for name, value in request.POST.items()
        if name.startswith("take.") and value == "theirs"
    }
    content = mine | clash.merge(mine, stored, take) | {"version": stored["version"]}
    messages.info(request, _("This is the text made of both. Look it through and save it."))
    return _form(request, detail, content)


@needs(Capability.CONTENT_EDIT)
@require_POST
def paste(request: ViewerRequest) -> HttpResponse:
    """The clipboard's HTML as Markdown. Nothing is kept."""
    return HttpResponse(
        markdown_of(request.POST.get("html", "")), content_type="text/markdown; charset=utf-8"
    )
