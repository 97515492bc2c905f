"""My desk: tasks, clients' messages that wait, documents attached lately. Not for one client's pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions as clients
from kotopolku.desk import queries
from kotopolku.desk.models import TaskState

SCOPES: dict[str, str | Promise] = {
    "mine": _("My tasks"),
    "given": _("Given by me"),
    "team": _("My team"),
}
STATES: dict[str, str | Promise] = {
    TaskState.OPEN: pgettext_lazy("tasks", "Open"),
    TaskState.DONE: pgettext_lazy("tasks", "Done"),
    TaskState.WITHDRAWN: pgettext_lazy("tasks", "Taken back"),
}
LISTS = {"mine": queries.my_tasks, "given": queries.given_tasks, "team": queries.team_tasks}


@needs(Capability.CLIENT_VIEW)
@require_GET
def desk(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    may_see_team = viewer.may(Capability.TEAM_VIEW)
    scopes = {name: words for name, words in SCOPES.items() if name != "team" or may_see_team}
    scope = request.GET.get("scope", "mine")
    scope = scope if scope in scopes else "mine"
    state = request.GET.get("state", TaskState.OPEN)
    state = state if state in STATES else TaskState.OPEN
    whose = "organisation" if request.GET.get("messages") == "organisation" and may_see_team else "own"
    tasks = LISTS[scope](viewer, state=state)
    unread = queries.unread(viewer, scope=whose)
    recent = queries.recent_documents(viewer)
    seen = {row.task.person_id for row in tasks} | {row.person_id for row in unread}
    seen |= {document.person_id for document in recent}
    clients.record_list_look(sorted(person for person in seen if person), actor=viewer)
    return render(
        request,
        "desk/desk.html",
        {
            "tasks": tasks,
            "scope": scope,
            "scopes": scopes.items(),
            "state": state,
            "states": STATES.items(),
            "unread": unread,
            "whose": whose,
            "may_see_team": may_see_team,
            "recent": recent,
        },
    )
