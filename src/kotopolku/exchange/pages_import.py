"""Pages of bringing clients in from a file: choose it, check its columns, read the report, decide duplicates, bring in.

Nothing is written before the report has been seen. Not for: checking and writing (``checking``, ``actions``).
"""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku import tabular
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import language, refusal_text
from kotopolku.exchange import actions, jobs, queries, reports, rules, wording
from kotopolku.exchange.checking import CONTACT_FIELDS
from kotopolku.exchange.forms import ColumnsForm, DecisionForm, FileForm, StartForm
from kotopolku.exchange.models import ImportRun, RowState, RunState

MOST_ROWS = 20_000
"""So many rows are checked while one waits; a larger file is for the command."""
SAMPLE = 3


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CLIENT_IMPORT)
def imports(request: ViewerRequest) -> HttpResponse:
    """The authority's files, and a form for a new one."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read()
            if len(tabular.read(file.name, content, rules.FILE).rows) > MOST_ROWS:
                raise tabular.Unreadable("too-many", rows=MOST_ROWS)
            run = actions.receive_file(file.name, content, actor=request.viewer)
        except tabular.Unreadable as error:
            form.add_error("file", wording.unreadable_text(error))
        else:
            return redirect("exchange:import", run.pk)
    context = {"form": form, "runs": queries.runs(request.viewer)[:20]}
    return render(request, "exchange/imports.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CLIENT_IMPORT)
def import_(request: ViewerRequest, run_id: int) -> HttpResponse:
    """One file. A POST checks it with the columns chosen: a dry run."""
    run = queries.run(request.viewer, run_id)
    form = ColumnsForm(run.headers, run.columns, _posted(request), initial={"reason": run.reason})
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_file(
                run_id, form.columns(), actor=request.viewer, reason=form.cleaned_data["reason"]
            )
        except Refusals as refusals:
            for refusal in refusals.refusals:
                field = rules.field_by_id(refusal.field)
                name = f"{field.name(language())}: " if field and form.place(refusal.field) is None else ""
                form.add_error(form.place(refusal.field), name + refusal_text(refusal))
        else:
            messages.success(request, _("The file was checked. No client has been written."))
            return redirect("exchange:import", run_id)
    return _page(request, run, form)


def _posted(request: ViewerRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _page(
    request: ViewerRequest, run: ImportRun, form: ColumnsForm, start: StartForm | None = None
) -> HttpResponse:
    counts = queries.counts(run.pk)
    whole = sum(counts.values())
    wrong = bool(form.errors or (start and start.errors))
    context = {
        "run": run,
        "form": form,
        "columns": _columns(run, form) if run.state in (RunState.MAPPING, RunState.CHECKED) else [],
        "counts": [(RowState(state), number) for state, number in counts.items() if number],
        "number": counts,
        "bad": queries.rows(run.pk, RowState.BAD),
        "duplicates": queries.rows(run.pk, RowState.DUPLICATE),
        "changed": queries.rows(run.pk, RowState.CHANGED),
        "field_names": {one.id: one.name(language()) for one in rules.fields()},
        "start": start or StartForm(),
        "whole": whole,
        "done": counts[RowState.DONE],
        "is_open": run.state in (RunState.CHECKED, RunState.STOPPED) and whole > 0,
        "mappable": run.state == RunState.MAPPING
        or (run.state == RunState.CHECKED and not counts[RowState.DONE]),
    }
    return render(request, "exchange/import.html", context, status=422 if wrong else 200)


def _columns(run: ImportRun, form: ColumnsForm) -> list[tuple[object, list[str]]]:
    """Each column's field in the form with a few of its values; contacts are no example: an order may protect one."""
    content = ImportRun.objects.values_list("content", flat=True).get(pk=run.pk)
    try:
        rows = tabular.read(run.file_name, bytes(content), rules.FILE).rows[:SAMPLE]
    except tabular.Unreadable:
        rows = []
    return [
        (
            form[f"column-{n}"],
            []
            if run.columns.get(header) in CONTACT_FIELDS
            else [rules.short(cells[n]) for _number, cells in rows if n < len(cells) and cells[n]],
        )
        for n, header in enumerate(run.headers)
    ]


@require_POST
@needs(Capability.CLIENT_IMPORT)
def start(request: ViewerRequest, run_id: int) -> HttpResponse:
    """Begins or goes on; the worker process brings the clients in."""
    run = queries.run(request.viewer, run_id)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            actions.start_import(run_id, actor=request.viewer, **form.cleaned_data)
        except Refusals as refusals:
            for refusal in refusals.refusals:
                form.add_error(None, refusal_text(refusal))
        else:
            jobs.bring_in.defer(run_id=run_id, user_id=request.viewer.user_id or 0)
            messages.success(request, _("The clients are being brought in. You can leave this page."))
            return redirect("exchange:import", run_id)
    return _page(request, run, ColumnsForm(run.headers, run.columns), form)


@require_POST
@needs(Capability.CLIENT_IMPORT)
def go_on(request: ViewerRequest, run_id: int) -> HttpResponse:
    """Hands the rest to the worker process again, when it has died on the way."""
    run = queries.run(request.viewer, run_id)
    if run.state == RunState.RUNNING:
        jobs.bring_in.defer(run_id=run_id, user_id=request.viewer.user_id or 0)
        messages.success(request, _("The rest is being brought in."))
    return redirect("exchange:import", run_id)


@require_POST
@needs(Capability.CLIENT_IMPORT)
def stop(request: ViewerRequest, run_id: int) -> HttpResponse:
    actions.stop_import(run_id, actor=request.viewer)
    messages.success(request, _("Stopped. What has been brought in stays; you can go on later."))
    return redirect("exchange:import", run_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CLIENT_IMPORT)
def cancel(request: ViewerRequest, run_id: int) -> HttpResponse:
    """Throws a file away, after asking."""
    run = queries.run(request.viewer, run_id)
    if request.method == "POST":
        actions.cancel_import(run_id, actor=request.viewer)
        messages.success(request, _("The file was thrown away."))
        return redirect("exchange:imports")
    return render(request, "exchange/cancel.html", {"run": run})


@require_POST
@needs(Capability.CLIENT_IMPORT)
def decide(request: ViewerRequest, run_id: int, row_id: int) -> HttpResponse:
    """What a person says of a possible duplicate."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise NotVisible
    typed = form.cleaned_data
    try:
        actions.decide_duplicate(
            run_id,
            row_id,
            typed["decision"],
            actor=request.viewer,
            reason=typed["reason"],
            relationship_id=typed["relationship"],
        )
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("The decision is kept. Bring in the rows that are left to make it so."))
    return redirect("exchange:import", run_id)


@require_GET
@needs(Capability.CLIENT_IMPORT)
def errors(request: ViewerRequest, run_id: int) -> HttpResponse:
    """What is wrong, as a file for whoever mends it."""
    run = queries.run(request.viewer, run_id)
    response = HttpResponse(reports.errors_csv(run.pk), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="kotopolku-rows-to-mend-{run.pk}.csv"'
    return response


@require_GET
@needs(Capability.CLIENT_IMPORT)
def fields(request: ViewerRequest) -> HttpResponse:
    """What a file can hold: each field, how it is written, and the words it takes."""
    listed = [
        (names.get(language(), names["en"]), [one for one in rules.fields() if one.group == group])
        for group, names in rules.groups().items()
    ]
    shown = [
        (name, [(one, one.name(language()), _values(one)) for one in members]) for name, members in listed
    ]
    return render(request, "exchange/fields.html", {"groups": shown})


def _values(field: rules.Field) -> list[str]:
    return sorted(set(queries.codes_of_choice(field.of))) if field.of else []
