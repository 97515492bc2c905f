"""My work, the first page: what is due and why, the next two weeks, what is missing, the clients opened last.

For those who do not do casework: the ways to what they may see. Not for: how deadlines are found (``clients.queries``).
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from kotopolku import writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import queries as appointments
from kotopolku.clients import actions, queries
from kotopolku.clients.pages_due import GAPS, act_for, client_address, counted_from
from kotopolku.clients.queries import DueRow
from kotopolku.cooperation.queries import my_work as commons
from kotopolku.desk import queries as desk
from kotopolku.handover import queries as handover
from kotopolku.information.queries import editing
from kotopolku.placement.queries import my_work as placement
from kotopolku.procurement.queries import my_work as procurement
from kotopolku.steering.queries import my_work as steering
from kotopolku.training.queries import work as training

MOST_SHOWN = 50
"""Deadlines on one page; the client list shows the rest."""
SIDE_ROWS = 5
"""Hand-overs, messages, tasks and meetings shown beside the deadlines; their own pages have the rest."""
MAIN_ROWS = 20
"""Municipal places, courses and tenders of those whose work they are."""
MEETING_DAYS = 7
LOOK_AHEAD_DAYS = 60
"""How far ahead the page looks; what is due later is not today's work."""
GROUPS: dict[str, str | Promise] = {
    "late": gettext_lazy("Late"),
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("This week"),
    "later": gettext_lazy("Later"),
}
SCOPES: dict[str, str | Promise] = {
    "own": gettext_lazy("My clients"),
    "team": gettext_lazy("My team"),
    "organisation": gettext_lazy("Whole organisation"),
}
WORKER_FILTERS = {"own": "mine", "team": "team", "organisation": ""}


@needs(Capability.SIGNED_IN)
@require_GET
def page(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    if not viewer.may(Capability.CLIENT_VIEW):
        context = {
            "may": _rights(viewer),
            "waiting": handover.waiting(viewer, limit=SIDE_ROWS),
            "lines": _lines(viewer, MAIN_ROWS),
        }
        return render(request, "portal/my_work_other.html", context)
    scope = request.GET.get("scope", "own")
    if scope not in SCOPES or not viewer.may(Capability.TEAM_VIEW):
        scope = "own"
    found = queries.deadlines(viewer, scope, limit=MOST_SHOWN)
    rows = [row for row in found if row.days_left <= LOOK_AHEAD_DAYS]
    actions.record_list_look(sorted({row.clock.person_id for row in rows}), actor=viewer)
    meetings = appointments.on_days(viewer, scope)
    return render(
        request,
        "portal/my_work.html",
        {
            "day": viewer.day,
            "summary": summary(rows),
            "scope": scope,
            "scopes": SCOPES.items() if viewer.may(Capability.TEAM_VIEW) else (),
            "week": [(day, meetings.get(day.day, 0)) for day in queries.two_weeks(viewer, scope)],
            "waiting": handover.waiting(viewer, limit=SIDE_ROWS),
            "lines": _lines(viewer, SIDE_ROWS),
            "unread": desk.unread(viewer, limit=SIDE_ROWS),
            "tasks": desk.my_tasks(viewer, SIDE_ROWS),
            "meetings": appointments.coming(viewer, "own", MEETING_DAYS, limit=SIDE_ROWS),
            "groups": [
                (GROUPS[name], [_shown(row) for row in members])
                for name, members in groupby(rows, key=lambda row: row.group)
            ],
            "count": len(rows),
            "more": len(found) == MOST_SHOWN or len(rows) < len(found),
            "worker_filter": WORKER_FILTERS[scope],
            "gaps": [(gap, GAPS[gap.id]) for gap in queries.gaps(viewer, scope) if gap.count],
            "recent": queries.recent(viewer),
        },
    )


def _lines(viewer: Viewer, limit: int) -> list[tuple[str, str, str, Sequence[Any]]]:
    """What waits outside the clients' own deadlines, by room: name, title, address of the whole, rows."""
    tenders = "procurement:bids" if viewer.may(Capability.BID_SUBMIT) else "procurement:tenders"
    return [
        ("placing", _("Municipal places"), reverse("placement:index"), placement.todo(viewer, limit)),
        ("courses", _("Courses"), reverse("training:courses"), training.todo(viewer, limit)),
        ("tenders", _("Tenders and contracts"), reverse(tenders), procurement.todo(viewer, limit)),
        ("pages", _("Public pages"), reverse("information:front"), editing.todo(viewer, limit)),
        ("commons", _("Shared space"), reverse("cooperation:front"), commons.todo(viewer, limit)),
        ("steering", _("Steering"), reverse("steering:front"), steering.todo(viewer, limit)),
    ]


def _shown(row: DueRow) -> dict[str, Any]:
    clock = row.clock
    return {
        "due": row,
        "clock": clock,
        "act": act_for(clock),
        "client": client_address("clients:client", row.relationship_id),
        "counted_from": counted_from(clock, writing.day(clock.opens_on)),
        "reasons": f"{clock.pk}-due",
    }


def summary(rows: list[DueRow]) -> str:
    """What is late, due today and due this week, in whole sentences."""
    counts = {name: sum(row.group == name for row in rows) for name in GROUPS}
    sentences = []
    if counts["late"]:
        sentences.append(
            ngettext("One thing is late.", "%(count)d things are late.", counts["late"])
            % {"count": counts["late"]}
        )
    if counts["today"]:
        sentences.append(
            ngettext("One is due today.", "%(count)d are due today.", counts["today"])
            % {"count": counts["today"]}
        )
    if counts["week"] and sentences:
        sentences.append(
            ngettext("One more is due this week.", "%(count)d more are due this week.", counts["week"])
            % {"count": counts["week"]}
        )
    elif counts["week"]:
        sentences.append(
            ngettext("One is due this week.", "%(count)d are due this week.", counts["week"])
            % {"count": counts["week"]}
        )
    return " ".join(sentences) or _("Nothing is late, and nothing is due this week.")


def _rights(viewer: Viewer) -> dict[str, Any]:
    return {
        "counts": viewer.may(Capability.COUNTS_VIEW),
        "journal": viewer.may(Capability.JOURNAL_VIEW),
        "members": viewer.may(Capability.MEMBERS_MANAGE),
        "refer": viewer.may(Capability.CLIENT_REFER),
        "attendance": viewer.may(Capability.ATTENDANCE_REPORT),
        "retention": viewer.may(Capability.RETENTION_MANAGE),
    }
