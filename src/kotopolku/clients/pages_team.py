"""Pages of those who lead: the load of each worker, many clients to others at once, absences and who stands in.

Not for: one client's worker (``pages_client.py``).
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors import rules as actor_rules
from kotopolku.clients import actions, queries, rules
from kotopolku.clients.actions.team import MOST_MOVED
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, LanguageField, OnceForm
from kotopolku.clients.pages import attempt
from kotopolku.clients.pages_due import STAGES
from kotopolku.clients.queries import ClientFilters
from kotopolku.clients.queries.team import SORTS
from kotopolku.clients.rules import Move, Stage

UNDO = "reassigned"
"""Session key of the last act of the leader, so that it can be taken back."""
NOBODY = "none"
SORT_WORDS: dict[str, str | Promise] = {
    "name": gettext_lazy("By name"),
    "clients": gettext_lazy("Most clients first"),
    "late": gettext_lazy("Most late first"),
    "week": gettext_lazy("Most due first"),
}


@needs(Capability.TEAM_LEAD)
@require_GET
def team(request: ViewerRequest) -> HttpResponse:
    """The load of each worker."""
    sort = request.GET.get("sort", "name")
    sort = sort if sort in SORTS else "name"
    rows = queries.workload(request.viewer, sort)
    return render(
        request,
        "clients/team.html",
        {
            "rows": [(row, NOBODY if row.user_id is None else row.user_id) for row in rows],
            "sort": sort,
            "sorts": SORT_WORDS.items(),
            "totals": {name: sum(getattr(row, name) for row in rows) for name in ("clients", "late", "week")},
            "undo": len(request.session.get(UNDO, ())),
            "token": uuid.uuid4(),
        },
    )


class ChoiceOfClients(forms.Form):
    """Which clients are moved; an address that holds nonsense finds all of the worker's."""

    worker = ChoiceField(label=gettext_lazy("Clients of"))
    stage = ChoiceField(
        label=gettext_lazy("Stage"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            *((stage, words) for stage, words in STAGES.items() if stage != Stage.ENDED),
        ],
    )
    language = LanguageField(
        label=gettext_lazy("Service language"), required=False, empty=gettext_lazy("All")
    )
    deadline = ChoiceField(
        label=gettext_lazy("Deadline"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("late", gettext_lazy("Late")),
            ("week", gettext_lazy("Within 7 days")),
            ("month", gettext_lazy("Within 31 days")),
        ],
    )
    most = forms.IntegerField(
        label=gettext_lazy("At most so many"),
        required=False,
        min_value=1,
        max_value=MOST_MOVED,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Leave empty for all. The first in the order of names are taken."),
    )

    def __init__(self, data: Any, workers: Sequence[tuple[int, str]], worker: str) -> None:
        super().__init__(data)
        choices = [(NOBODY, _("Nobody yet")), *((str(pk), name) for pk, name in workers)]
        if worker.isdecimal() and worker not in dict(choices):
            names, _organisations = queries.names_of([int(worker[:18])], [])
            choices += [(str(pk), name) for pk, name in names.items()]
        self.fields["worker"].choices = choices  # type: ignore[attr-defined]

    def chosen(self, viewer: Viewer) -> list[tuple[int, int | None]]:
        """(relationship, worker now) of the clients; none for a worker who is not in the list."""
        self.is_valid()
        typed = self.cleaned_data
        if "worker" not in typed:
            return []
        filters = ClientFilters(
            worker=typed["worker"],
            stage=typed.get("stage", ""),
            language=typed.get("language", ""),
            deadline=typed.get("deadline", ""),
        )
        return queries.to_move(viewer, filters, typed.get("most") or MOST_MOVED)


class TargetsForm(OnceForm):
    workers = forms.MultipleChoiceField(
        label=gettext_lazy("Give them to"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("To several: each gets as many, give or take one."),
        error_messages={"required": gettext_lazy("Choose who gets the clients.")},
    )

    def __init__(self, data: Any, loads: Sequence[queries.WorkerLoad], without: str) -> None:
        super().__init__(data)
        self.fields["workers"].choices = [  # type: ignore[attr-defined]
            (str(row.user_id), _load_words(row))
            for row in loads
            if row.user_id is not None and row.works_here and str(row.user_id) != without
        ]


def _load_words(row: queries.WorkerLoad) -> str:
    words = ngettext("%(name)s, %(number)d client", "%(name)s, %(number)d clients", row.clients) % {
        "name": row.name,
        "number": row.clients,
    }
    if row.away_until is None:
        return words
    return _("%(worker)s (away, %(deputy)s stands in)") % {"worker": words, "deputy": row.deputy}


@needs(Capability.TEAM_LEAD)
def reassign(request: ViewerRequest) -> HttpResponse:
    """Clients of one worker, all or by filter, to others: choose, look at what would happen, do it."""
    viewer = request.viewer
    address = request.GET.copy()
    worker = address.setdefault("worker", NOBODY)
    loads = queries.workload(viewer)
    choice = ChoiceOfClients(address, queries.workers(viewer), worker)
    clients = choice.chosen(viewer)
    targets = TargetsForm(request.POST or None, loads, worker)
    preview: list[dict[str, Any]] = []
    if request.method == "POST" and targets.is_valid():
        moves = rules.shared(clients, [int(target) for target in targets.cleaned_data["workers"]])
        if request.POST.get("do") == "move":
            done = attempt(
                targets,
                lambda: actions.reassign_clients(moves, actor=viewer, token=targets.cleaned_data["token"]),
            )
            if done is not None:
                return _reassigned(request, done)
        else:
            preview = _preview(moves, loads)
    return render(
        request,
        "clients/team_reassign.html",
        {
            "choice": choice,
            "form": targets,
            "number": len(clients),
            "most": MOST_MOVED,
            "preview": preview,
            "chosen": request.POST.getlist("workers"),
        },
        status=422 if targets.errors else 200,
    )


def _preview(moves: Sequence[Move], loads: Sequence[queries.WorkerLoad]) -> list[dict[str, Any]]:
    """Who gets how many, and how many each has then."""
    given = Counter(move.after for move in moves)
    return [
        {"name": row.name, "given": given[row.user_id], "then": row.clients + given[row.user_id]}
        for row in loads
        if row.user_id in given
    ]


def _reassigned(request: ViewerRequest, done: actions.Reassigned) -> HttpResponse:
    number = len(done.done)
    if done.done:
        request.session[UNDO] = [(move.relationship_id, move.before, move.after) for move in done.done]
        text = ngettext("%(count)d client has a new worker.", "%(count)d clients have a new worker.", number)
        messages.success(request, text % {"count": number})
    else:
        messages.info(request, _("Nothing was changed now."))
    if done.skipped:
        text = ngettext(
            "%(count)d was left as it is: somebody else has just given that client to another.",
            "%(count)d were left as they are: somebody else has just given those clients to others.",
            len(done.skipped),
        )
        messages.warning(request, text % {"count": len(done.skipped)})
    return redirect("clients:team")


@needs(Capability.TEAM_LEAD)
@require_POST
def take_back(request: ViewerRequest) -> HttpResponse:
    """The leader's last act undone, for the clients who still are where it put them."""
    last = request.session.pop(UNDO, [])
    moves = [Move(client, after, before) for client, before, after in last]
    try:
        done = actions.reassign_clients(moves, actor=request.viewer)
    except rules.Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, queries.refusal_text(refusal))
        return redirect("clients:team")
    answer = _reassigned(request, done)
    request.session.pop(UNDO, None)
    return answer


class AbsenceForm(OnceForm):
    user = ChoiceField(label=gettext_lazy("Who is away"))
    deputy = ChoiceField(label=gettext_lazy("Who stands in"))
    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))

    def __init__(self, data: Any, viewer: Viewer, workers: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        everybody = [(str(pk), name) for pk, name in workers]
        may_all = viewer.may(Capability.TEAM_LEAD)
        own = [pair for pair in everybody if may_all or pair[0] == str(viewer.user_id)]
        self.fields["user"].choices = [("", CHOOSE), *own] if may_all else own  # type: ignore[attr-defined]
        self.fields["deputy"].choices = [("", CHOOSE), *everybody]  # type: ignore[attr-defined]


@needs(Capability.CLIENT_VIEW)
def absences(request: ViewerRequest) -> HttpResponse:
    """Who is away and who stands in; a worker writes down one's own absence, a leader anybody's."""
    viewer = request.viewer
    form = AbsenceForm(request.POST or None, viewer, queries.workers(viewer))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            absence = actions.write_absence(
                int(typed["user"]),
                int(typed["deputy"]),
                typed["first"],
                typed["last"],
                actor=viewer,
                token=typed["token"],
            )
        except actor_rules.Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            text = _("%(deputy)s does the work of %(name)s on those days. It ends by itself.")
            names = {"deputy": absence.deputy.get_full_name(), "name": absence.user.get_full_name()}
            messages.success(request, text % names)
            return redirect("clients:team-absences")
    rows = [
        {
            "row": row,
            "now": row.days.lower <= viewer.day,
            "may_end": row.user_id == viewer.user_id or viewer.may(Capability.TEAM_LEAD),
        }
        for row in queries.absences(viewer)
    ]
    context = {"form": form, "rows": rows, "may_lead": viewer.may(Capability.TEAM_LEAD)}
    return render(request, "clients/team_absences.html", context, status=422 if form.errors else 200)


@needs(Capability.CLIENT_VIEW)
@require_POST
def end_absence(request: ViewerRequest, absence_id: int) -> HttpResponse:
    """Back today, or the absence is taken away before it has begun."""
    back_on: date = request.viewer.day
    try:
        actors.end_absence(actor=request.viewer, absence_id=absence_id, back_on=back_on)
    except actor_rules.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The absence was ended. From today the worker's clients are the worker's own.")
        )
    return redirect("clients:team-absences")
