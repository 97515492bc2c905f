"""Pages of tasks: giving one, one task with its comments, changing it, and the tasks about one client."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions as clients
from kotopolku.clients import queries as client_queries
from kotopolku.clients.access import case
from kotopolku.clients.pages import attempt, head, open_case
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.desk import access, actions, queries
from kotopolku.desk.forms import CommentForm, TaskEditForm, TaskForm, receiver_key
from kotopolku.desk.models import Task, TaskState
from kotopolku.desk.queries.tasks import row_of

FIELDS = {"assignee_id": "to", "team_id": "to"}


@needs(Capability.CLIENT_EDIT)
def new(request: ViewerRequest) -> HttpResponse:
    """``?client=`` takes the number of a client relationship, so that the form knows whom the task is about."""
    viewer = request.viewer
    initial = {
        "token": uuid.uuid4(),
        "to": f"user-{viewer.user_id}",
        "case_number": _case_number(request),
    }
    form = TaskForm(queries.receivers(viewer), request.POST or None, initial=initial)
    if request.method == "POST":
        given = attempt(form, lambda: _give(request, form), FIELDS)
        if given is not None:
            messages.success(request, _("The task was given."))
            if given.relationship_id:
                return redirect("desk:client-tasks", given.relationship_id)
            return redirect("desk:desk")
    return render(
        request,
        "desk/task_form.html",
        {"form": form, "title": _("New task"), "button": _("Give the task")},
        status=422 if form.errors else 200,
    )


def _case_number(request: ViewerRequest) -> str:
    asked = request.GET.get("client", "")
    if not asked.isdecimal() or len(asked) > 18:
        return ""
    return case(request.viewer, int(asked)).relationship.case_number


def _give(request: ViewerRequest, form: TaskForm) -> Task | None:
    number = form.cleaned_data["case_number"].strip()
    about = client_queries.relationship_by_number(request.viewer, number) if number else None
    if number and about is None:
        form.add_error("case_number", _("No client of your authority has this number."))
        return None
    return actions.give_task(
        form.content(), actor=request.viewer, relationship_id=about, token=form.cleaned_data["token"]
    )


def _shown(request: ViewerRequest, task_id: int) -> Task:
    """The task for a page; a look at its client is journalled."""
    task = access.task(request.viewer, task_id)
    if request.method == "GET" and task.person_id is not None:
        clients.record_list_look([task.person_id], actor=request.viewer)
    return task


@needs(Capability.CLIENT_VIEW)
@require_GET
def task(request: ViewerRequest, task_id: int) -> HttpResponse:
    return _page(request, _shown(request, task_id), CommentForm(initial={"token": uuid.uuid4()}))


def _page(request: ViewerRequest, found: Task, form: CommentForm) -> HttpResponse:
    context = {
        "row": row_of(found, request.viewer),
        "task": found,
        "is_open": found.state == TaskState.OPEN,
        "comments": found.comments.select_related("author"),
        "form": form,
        "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
    }
    return render(request, "desk/task.html", context, status=422 if form.errors else 200)


@needs(Capability.CLIENT_EDIT)
@require_POST
def comment(request: ViewerRequest, task_id: int) -> HttpResponse:
    found = _shown(request, task_id)
    form = CommentForm(request.POST)
    written = attempt(
        form,
        lambda: actions.comment_task(
            task_id, form.cleaned_data["comment"], actor=request.viewer, token=form.cleaned_data["token"]
        ),
    )
    if written is None:
        return _page(request, found, form)
    messages.success(request, _("The comment was added."))
    return redirect("desk:task", task_id)


@needs(Capability.CLIENT_EDIT)
@require_POST
def state(request: ViewerRequest, task_id: int) -> HttpResponse:
    """Done, taken back, or opened again: ``do`` says which. Each can be undone."""
    acts = {
        "done": (actions.finish_task, _("The task is done. You can open it again on this page.")),
        "withdraw": (
            actions.withdraw_task,
            _("The task was taken back. You can open it again on this page."),
        ),
        "reopen": (actions.reopen_task, _("The task is open again.")),
    }
    access.task(request.viewer, task_id)
    chosen = acts.get(request.POST.get("do", ""))
    if chosen is None:
        messages.error(request, _("Choose what to do with the task."))
        return redirect("desk:task", task_id)
    act, words = chosen
    try:
        act(task_id, actor=request.viewer)
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, client_queries.refusal_text(refusal))
    else:
        messages.success(request, words)
    return redirect("desk:task", task_id)


@needs(Capability.CLIENT_EDIT)
def edit(request: ViewerRequest, task_id: int) -> HttpResponse:
    found = _shown(request, task_id)
    receivers = queries.receivers(request.viewer)
    key = receiver_key(found)
    if key not in {f"user-{pk}" for pk, _name in receivers[0]} | {f"team-{pk}" for pk, _name in receivers[1]}:
        receivers[0].append((found.assignee_id or 0, row_of(found, request.viewer).receiver))
    initial = {"text": found.text, "to": key, "due": found.due, "version": found.version}
    form = TaskEditForm(receivers, request.POST or None, initial=initial)
    context: dict[str, Any] = {
        "form": form,
        "title": _("Change the task"),
        "button": _("Save"),
        "task": found,
    }
    if request.method == "POST":
        try:
            changed = attempt(
                form,
                lambda: actions.change_task(
                    task_id,
                    form.content(),
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                ),
                FIELDS,
            )
        except EditClash as clash:
            context |= {
                "clash": clash,
                "theirs": [(_("What is to be done"), request.POST["text"], found.text)],
            }
            form.data = request.POST.dict() | {"version": str(clash.version)}
            return render(request, "desk/task_form.html", context, status=409)
        if changed is not None:
            messages.success(request, _("The task was saved."))
            return redirect("desk:task", task_id)
    return render(request, "desk/task_form.html", context, status=422 if form.errors else 200)


@needs(Capability.CLIENT_VIEW)
@require_GET
def of_client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """All tasks about one client, open and closed."""
    opened = open_case(request, relationship_id)
    rows = queries.open_tasks_of(request.viewer, opened.relationship, state="")
    rows.sort(key=lambda row: row.task.state != TaskState.OPEN)
    context = {"title": _("Tasks"), "tasks": rows, "can_edit": request.viewer.may(Capability.CLIENT_EDIT)}
    return render(request, "desk/client_tasks.html", head(request, opened) | context)
