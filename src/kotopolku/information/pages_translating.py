"""Pages of translating: a text beside its source, the table of a site's translations, advice on plain language.

Not for: files of translations (``pages_xliff.py``), writing in the source language (``pages_editor.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import show_refusals
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.information import access, blocks, parts, readability, suggesting, wording_translating
from kotopolku.information.actions import texts as actions
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.forms_translating import TableFilter, TranslationForm, name_of
from kotopolku.information.models import ContentLanguage, TextState
from kotopolku.information.parts import Content, Key
from kotopolku.information.queries import editing
from kotopolku.information.queries import translating as queries
from kotopolku.information.queries.translating import SideBySide

SAVING = ("save", "approve", "review", "suggest")


def named(language: ContentLanguage) -> str:
    """The language's name in the editor's language."""
    return str(language.names.get((get_language() or "fi")[:2]) or language.name)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_EDIT)
def translate(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """A translation beside its source. Every button of the form comes here."""
    page = access.own_page(request.viewer, page_id)
    if language == page.space.source_language:
        return redirect("information:text", page_id, language)
    opened = request.POST.get("made_from", "")
    number = int(opened) if opened.isdecimal() and len(opened) < 10 else None
    side = queries.side_by_side(request.viewer, page_id, language, number=number)
    if request.method != "POST":
        return _show(request, side, TranslationForm(side))
    do = request.POST.get("do", "save")
    if do == "copy":
        return _copied(request, side)
    return _saved(request, side, do if do in SAVING else "save")


def _saved(request: ViewerRequest, side: SideBySide, do: str) -> HttpResponse:
    """Saves what was typed. A machine's text stays one until somebody approves it."""
    form = TranslationForm(side, request.POST)
    if not form.is_valid():
        return _show(request, side, form, status=422)
    latest = side.text.latest if side.text else None
    words: dict[Key, str] = form.words()
    machine = side.machine
    if do == "suggest":
        try:
            words, machine = _suggested(side, words)
        except suggesting.Unavailable:
            form.add_error(
                None, _("The machine translation does not answer now. What you typed is below, not saved.")
            )
            return _show(request, side, form, status=422)
    source = queries.content_of(side.source)
    if (left_out := parts.step_left_out(source, words)) is not None:
        form.add_error(name_of(left_out), _(actions.FAULTS["empty"]))
        return _show(request, side, form, status=422)
    content = form.content(source, words, latest.blocks if latest else [])
    typed = TextContent(
        content.title,
        content.summary,
        content.blocks,
        machine=machine,
        made_from=_made_from(side, content, do),
    )
    try:
        saved = actions.save_text(
            side.page.pk,
            side.language.code,
            typed,
            actor=request.viewer,
            expected_version=form.cleaned_data["version"],
        )
        if do == "approve":
            actions.approve_machine(side.page.pk, side.language.code, actor=request.viewer)
        if do == "review" and saved.state != TextState.REVIEW:
            actions.ask_review(side.page.pk, side.language.code, actor=request.viewer, reviewer=None)
    except Refusals as refusals:
        show_refusals(form, refusals, form.field_names(content))
        return _show(request, side, form, status=422)
    except EditClash as clash:
        return _clash(request, side, clash)
    messages.success(request, _done(do, saved.version == form.cleaned_data["version"]))
    return redirect("information:translate", side.page.pk, side.language.code)


def _made_from(side: SideBySide, content: Content, do: str) -> int:
    """Number of the source's version that is translated now. A machine that fills what is empty has not looked at what
    has changed: the older one stays, and with it the differences, where the steps are still in their places."""
    if do == "suggest" and side.made_from is not None and any(row.change for row in side.rows):
        now, then = queries.content_of(side.source), queries.content_of(side.made_from)
        if parts.carried(now, then, content) == parts.words_of(content):
            return side.made_from.number
    return side.source.number


def _done(do: str, same: bool) -> str:
    if do == "suggest":
        return _(
            "The empty texts were filled by machine translation. Read them through, mend them and approve."
        )
    if do == "approve":
        return _("Saved and approved. It is a person's text from now on.")
    if do == "review":
        return _("Saved. A colleague who may publish has been told.")
    return (
        _("Nothing was changed: this is what is stored already.")
        if same
        else _("The translation was saved as a draft.")
    )


def _suggested(side: SideBySide, words: dict[Key, str]) -> tuple[dict[Key, str], bool]:
    """The empty texts as a machine suggests them. Raises ``Unavailable``."""
    empty = [row.part for row in side.rows if not row.part.is_address and not words.get(row.part.key)]
    source = side.source_language.code
    found = suggesting.suggested([part.words for part in empty], source, side.language.code)
    filled = {
        part.key: text if part.is_long else text[: blocks.LONGEST_LINE]
        for part, text in zip(empty, found, strict=True)
    }
    return words | filled, side.machine or any(filled.values())


def _copied(request: ViewerRequest, side: SideBySide) -> HttpResponse:
    """The form with the source's words in its empty fields. Nothing is saved."""
    typed = request.POST.copy()
    for row in side.rows:
        name = name_of(row.part.key)
        if not str(typed.get(name, "")).strip():
            typed[name] = row.part.words
    form = TranslationForm(side, typed)
    messages.info(request, _("The source's words are in the empty fields now. Nothing has been saved."))
    return _show(request, side, form)


def _clash(request: ViewerRequest, side: SideBySide, clash: EditClash) -> HttpResponse:
    """Somebody else saved in between: what was typed stays in the fields, and the new version is the one to go on from."""
    typed = request.POST.copy()
    typed["version"] = str(clash.version)
    form = TranslationForm(side, typed)
    words = _("Somebody else has changed this meanwhile. Compare what is stored now, then save again.")
    if clash.who:
        words = _("%(name)s has changed this meanwhile. Compare what is stored now, then save again.") % {
            "name": clash.who
        }
    form.add_error(None, words)
    theirs = {row.part.key: row.own for row in side.rows}
    return _show(request, side, form, status=409, theirs=theirs)


def _show(
    request: ViewerRequest,
    side: SideBySide,
    form: TranslationForm,
    *,
    status: int = 200,
    theirs: dict[Key, str] | None = None,
) -> HttpResponse:
    words = form.typed_words()
    context = {
        "side": side,
        "form": form,
        "title": side.source.title,
        "source_name": named(side.source_language),
        "language_name": named(side.language),
        "theirs": _other_words(form, theirs or {}, words),
        "suggests": suggesting.suggester() is not None,
        "missing": sum(not words.get(row.part.key) for row in side.rows if not row.part.is_address),
        "whole": sum(not row.part.is_address for row in side.rows),
        "reading": _reading([words[row.part.key] for row in side.rows], side.language.code),
        "space": side.page.space,
    }
    return render(request, "information/translating/translate.html", context, status=status)


def _other_words(
    form: TranslationForm, theirs: dict[Key, str], mine: dict[Key, str]
) -> list[tuple[str, str]]:
    """What is stored now where it is not what was typed: name of the field, words."""
    return [
        (one.name, theirs[one.row.part.key])
        for one in form.rows
        if theirs.get(one.row.part.key, "") != mine.get(one.row.part.key, "") and one.row.part.key in theirs
    ]


def _reading(texts: list[str], language: str) -> dict[str, Any] | None:
    """Advice on plain language, in words; None for a language that is not known here."""
    found = readability.read([one for one in texts if one], language)
    if found is None or not found.words:
        return None
    return {
        "lix": found.lix,
        "level": wording_translating.LEVELS.get(found.level, ""),
        "words": found.words,
        "sentences": found.sentences,
        "advice": [(wording_translating.advice_text(one), one.sentence) for one in found.advice],
        "language": language,
    }


@require_GET
@needs(Capability.CONTENT_EDIT)
def reading(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """Advice on plain language for the newest version of a text. It bars nothing."""
    text = access.own_text(request.viewer, page_id, language)
    if text.latest is None:
        raise NotVisible
    content = queries.content_of(text.latest)
    known = ContentLanguage.objects.get(pk=language)
    context = {
        "text": text,
        "title": text.latest.title,
        "language_name": named(known),
        "is_known": readability.is_known(language),
        "reading": _reading([content.title, content.summary, *blocks.texts_in(content.blocks)], language),
        "back": reverse("information:text", args=[page_id, language]),
    }
    return render(request, "information/translating/reading.html", context)


@require_GET
@needs(Capability.CONTENT_EDIT)
def table(request: ViewerRequest, space: str) -> HttpResponse:
    """The pages of a site with the state of each translation."""
    found = access.own_space(request.viewer, space)
    languages = [one for one in editing.languages() if one.code != found.source_language]
    filters = TableFilter([(one.code, named(one)) for one in languages], request.GET)
    whole = queries.table(found, **filters.wanted())
    context = {
        "space": found,
        "filters": filters,
        "table": whole,
        "languages": [(one, named(one)) for one in whole.languages],
        "lines": [
            (
                line,
                [
                    (
                        cell,
                        wording_translating.MARKS[cell.state],
                        wording_translating.STATES[cell.state],
                        named(one),
                    )
                    for cell, one in zip(line.cells, whole.languages, strict=True)
                ],
            )
            for line in whole.lines
        ],
        "states": [wording_translating.STATES[state] for state in queries.STATES],
        "sums": [
            (
                one,
                named(one),
                [whole.counts[one.code][state] for state in queries.STATES],
                sum(whole.counts[one.code].values()),
            )
            for one in languages
        ],
        "source_name": named(ContentLanguage.objects.get(pk=found.source_language)),
    }
    return render(request, "information/translating/table.html", context)
