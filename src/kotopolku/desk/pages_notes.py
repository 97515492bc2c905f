"""Pages of a client's notes: the list with its search, writing, correcting, history, taking away, printing."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import attempt, head, open_case, show_form
from kotopolku.clients.rules import EditClash
from kotopolku.desk import access, actions, queries
from kotopolku.desk.categories import Category, category
from kotopolku.desk.forms import NoteEditForm, NoteFilterForm, NoteForm, ReasonForm
from kotopolku.desk.models import Note
from kotopolku.desk.queries import NoteFilters
from kotopolku.desk.queries.client import NOTES_PAGE
from kotopolku.reference import queries as reference


def _filters(request: ViewerRequest) -> tuple[NoteFilterForm, NoteFilters]:
    form = NoteFilterForm(request.GET)
    typed = form.cleaned_data if form.is_valid() else {}
    return form, NoteFilters(typed.get("q", ""), typed.get("category", ""), typed.get("removed", False))


def _rows(notes: Any) -> list[dict[str, Any]]:
    """Notes as the templates show them: with names of category and language."""
    return [
        {"note": note, "category": _category(note), "language": language_name(note.language)}
        for note in notes
    ]


def _category(note: Note) -> Category | str:
    return category(note.category) or note.category


def language_name(code: str) -> str:
    found = reference.language(code) if code else None
    return found.name() if found else code


@needs(Capability.CLIENT_VIEW)
@require_GET
def notes(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form, filters = _filters(request)
    page = Paginator(queries.notes(relationship_id, filters), NOTES_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Notes"),
        "rows": _rows(page.object_list),
        "page": {
            "number": page.number,
            "has_previous": page.has_previous(),
            "has_next": page.has_next(),
            "previous_number": page.number - 1,
            "next_number": page.number + 1,
        },
        "filters": form,
        "filtered": filters != NoteFilters(),
        "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
    }
    return render(request, "desk/notes.html", head(request, case) | context)


@needs(Capability.CLIENT_VIEW)
@require_GET
def printed(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Every note that the filter lets through, on one page made for paper."""
    case = open_case(request, relationship_id)
    _form, filters = _filters(request)
    actions.record_printing(relationship_id, actor=request.viewer)
    context = {"title": _("Notes for printing"), "rows": _rows(queries.notes(relationship_id, filters))}
    return render(request, "desk/notes_printed.html", head(request, case) | context)


@needs(Capability.CLIENT_EDIT)
def new(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    initial = {"token": uuid.uuid4(), "day": request.viewer.day, "language": request.LANGUAGE_CODE}
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST":
        written = attempt(
            form,
            lambda: actions.write_note(
                relationship_id, form.content(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if written is not None:
            return _to_notes(request, relationship_id, _("The note was saved."))
    return show_form(request, case, form, title=_("Write a note"), button=_("Save the note"))


@needs(Capability.CLIENT_EDIT)
def edit(request: ViewerRequest, relationship_id: int, note_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    note = access.note(relationship_id, note_id)
    initial = {name: getattr(note, name) for name in ("category", "day", "text", "language", "version")}
    form = NoteEditForm(request.POST or None, initial=initial)
    context = head(request, case) | {"title": _("Correct the note"), "button": _("Save"), "form": form}
    if request.method == "POST":
        try:
            saved = attempt(
                form,
                lambda: actions.correct_note(
                    relationship_id,
                    note_id,
                    form.content(),
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                    reason=form.cleaned_data["reason"],
                ),
            )
        except EditClash as clash:
            context |= {
                "clash": clash,
                "theirs": [(pgettext("about the work", "Note"), request.POST["text"], clash.theirs["text"])],
            }
            form.data = request.POST.dict() | {"version": str(clash.version)}
            return render(request, "desk/note_form.html", context, status=409)
        if saved is not None:
            return _to_notes(
                request, relationship_id, _("The note was corrected. What it said before is kept.")
            )
    return render(request, "desk/note_form.html", context, status=422 if form.errors else 200)


@needs(Capability.CLIENT_VIEW)
@require_GET
def history(request: ViewerRequest, relationship_id: int, note_id: int) -> HttpResponse:
    """What the note has said, the newest first."""
    case = open_case(request, relationship_id)
    note = access.note(relationship_id, note_id)
    context = {"title": _("History of the note"), "rows": _rows(queries.note_history(note)), "note": note}
    return render(request, "desk/note_history.html", head(request, case) | context)


@needs(Capability.CLIENT_EDIT)
@require_POST
def pin(request: ViewerRequest, relationship_id: int, note_id: int) -> HttpResponse:
    """Pins the note, or lets it go: ``do`` is "unpin"."""
    if request.POST.get("do") == "unpin":
        actions.unpin_note(relationship_id, note_id, actor=request.viewer)
        return _to_notes(request, relationship_id, _("The note is in its place by its day again."))
    actions.pin_note(relationship_id, note_id, actor=request.viewer)
    return _to_notes(request, relationship_id, _("The note stays on top."))


@needs(Capability.CLIENT_EDIT)
def remove(request: ViewerRequest, relationship_id: int, note_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    access.note(relationship_id, note_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        removed = attempt(
            form,
            lambda: actions.remove_note(
                relationship_id, note_id, form.cleaned_data["reason"], actor=request.viewer
            ),
        )
        if removed is not None:
            words = _("The note was taken away. You find it with the filter, and can put it back.")
            return _to_notes(request, relationship_id, words)
    return show_form(
        request,
        case,
        form,
        title=_("Take the note away"),
        button=_("Take away"),
        lead=_(
            "For a note written by mistake, for example about another client. The reason is kept in the journal."
        ),
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def restore(request: ViewerRequest, relationship_id: int, note_id: int) -> HttpResponse:
    actions.restore_note(relationship_id, note_id, actor=request.viewer)
    return _to_notes(request, relationship_id, _("The note was put back."))


def _to_notes(request: ViewerRequest, relationship_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("desk:notes", relationship_id)
