"""Pages of files of translations: texts out, a file in, the report on it, and taking it in.

Nothing is written before the report has been seen. Not for: comparing and writing (``xliff_checking.py``, ``actions/xliff.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import show_refusals
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.information import access, wording_translating, xliff
from kotopolku.information.actions import xliff as actions
from kotopolku.information.forms_translating import ConfirmForm, ExportForm, ImportForm
from kotopolku.information.models import Space
from kotopolku.information.pages_translating import named
from kotopolku.information.queries import editing
from kotopolku.information.queries import translating as queries
from kotopolku.information.xliff_checking import PageReport, Report, UnitRow

MOST_ROWS = 400
"""So many rows of a report are shown on the page, those with something to tell first; the sums tell of the rest."""


def _languages(space: Space) -> list[tuple[str, str]]:
    return [(one.code, named(one)) for one in editing.languages() if one.code != space.source_language]


def _export_form(space: Space, data: object = None) -> ExportForm:
    pages = [(page.pk, "\u2003" * depth + title) for page, title, depth in queries.pages_to_choose(space)]
    return ExportForm(_languages(space), pages, data)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_EDIT)
def files(request: ViewerRequest, space: str) -> HttpResponse:
    """Texts out and in. A POST brings a file to be looked at."""
    found = access.own_space(request.viewer, space)
    form = ImportForm(_languages(found), *([request.POST, request.FILES] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > xliff.MOST_BYTES:
                raise xliff.Unreadable("too-large", most=xliff.MOST_BYTES // 1024 // 1024)
            made = actions.receive_file(
                space, form.cleaned_data["language"], file.name, file.read(), actor=request.viewer
            )
        except xliff.Unreadable as error:
            form.add_error("file", wording_translating.unreadable_text(error))
        except Refusals as refusals:
            show_refusals(form, refusals, {})
        else:
            if made.confirmed_at is not None:
                messages.warning(request, _("This very file has been taken in before. Nothing was changed."))
            return redirect("information:xliff-file", space, made.pk)
    return _files_page(request, found, form, _export_form(found), 422 if form.errors else 200)


def _files_page(
    request: ViewerRequest, space: Space, form: ImportForm, export: ExportForm, status: int
) -> HttpResponse:
    names = dict(_languages(space))
    context = {
        "space": space,
        "form": form,
        "export": export,
        "files": [
            (one, names.get(one.language, one.language)) for one in actions.files(request.viewer, space)
        ],
    }
    return render(request, "information/translating/files.html", context, status=status)


@require_GET
@needs(Capability.CONTENT_EDIT)
def send(request: ViewerRequest, space: str) -> HttpResponse:
    """The texts as a file."""
    found = access.own_space(request.viewer, space)
    form = _export_form(found, request.GET)
    if form.is_valid():
        page = form.cleaned_data["page"]
        try:
            made = actions.send_out(
                space,
                form.cleaned_data["language"],
                actor=request.viewer,
                page_id=int(page) if page else None,
                only_open=form.cleaned_data["only_open"],
            )
        except Refusals as refusals:
            show_refusals(form, refusals, {})
        else:
            name = f"kotopolku-{space}-{found.source_language}-{form.cleaned_data['language']}.xlf"
            return HttpResponse(
                made,
                content_type=xliff.MEDIA_TYPE,
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    return _files_page(request, found, ImportForm(_languages(found)), form, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_EDIT)
def file(request: ViewerRequest, space: str, file_id: int) -> HttpResponse:
    """What a file would change, row by row. A POST takes it in."""
    found = actions.file(request.viewer, space, file_id)
    if found.confirmed_at is not None:
        done: dict[str, Any] = {
            "space": found.space,
            "file": found,
            "language_name": dict(_languages(found.space)).get(found.language, found.language),
        }
        return render(request, "information/translating/file_done.html", done)
    report = actions.report(found)
    form = ConfirmForm(request.POST if request.method == "POST" else None, initial={"digest": report.digest})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                number = actions.confirm_file(
                    space,
                    file_id,
                    actor=request.viewer,
                    digest=form.cleaned_data["digest"],
                    to_review=form.cleaned_data["what"] == "review",
                )
            except Refusals as refusals:
                for refusal in refusals.refusals:
                    form.add_error(None, refusal_text(refusal))
            except EditClash:
                status = 409
                form = ConfirmForm(initial={"digest": report.digest})
                messages.error(
                    request,
                    _(
                        "The texts have changed since you looked. Nothing was written. Look at the rows again."
                    ),
                )
            else:
                messages.success(request, _("Texts written: %(number)s.") % {"number": number})
                return redirect("information:xliff-file", space, file_id)
    context: dict[str, Any] = {
        "space": found.space,
        "file": found,
        "report": report,
        "form": form,
        "language_name": dict(_languages(found.space)).get(found.language, found.language),
        "faults": [wording_translating.FILE_FAULTS[one] for one in report.faults],
        "pages": _shown(report),
        "sums": _sums(report),
        "changes": sum(page.changes for page in report.pages),
    }
    return render(request, "information/translating/file.html", context, status=status)


def _sums(report: Report) -> list[tuple[object, int]]:
    return [
        (words, number) for code, words in wording_translating.TOLD.items() if (number := report.number(code))
    ]


def _shown(
    report: Report,
) -> list[tuple[PageReport, list[Promise], list[tuple[UnitRow, str, list[Promise]]], int]]:
    """Pages with their faults, the rows to show in words, and how many rows are left out."""
    left = MOST_ROWS
    made = []
    for page in report.pages:
        telling = [row for row in page.rows if row.told or row.is_change]
        rows = sorted(telling, key=lambda row: not row.is_faulty)[: max(left, 0)]
        left -= len(rows)
        made.append(
            (
                page,
                [wording_translating.PAGE_FAULTS[one] for one in page.faults],
                [
                    (
                        row,
                        wording_translating.part_name(row.kind, row.field, row.number)
                        if row.field
                        else row.name,
                        [wording_translating.TOLD[one] for one in dict.fromkeys(row.told)],
                    )
                    for row in rows
                ],
                len(telling) - len(rows),
            )
        )
    return made


@require_POST
@needs(Capability.CONTENT_EDIT)
def drop(request: ViewerRequest, space: str, file_id: int) -> HttpResponse:
    """Throws a file away; nothing of it has been written."""
    actions.drop_file(space, file_id, actor=request.viewer)
    messages.success(request, _("The file was thrown away. Nothing of it was written."))
    return redirect("information:xliff", space)
