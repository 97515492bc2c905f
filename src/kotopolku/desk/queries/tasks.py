"""Lists of tasks, one statement each: my own (and of those I stand in for), those I gave, those of teams."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Team
from kotopolku.clients.queries import workers
from kotopolku.desk import access
from kotopolku.desk.models import Task, TaskState

MOST = 100


@dataclass(frozen=True)
class TaskRow:
    """A task of a list. ``client`` and ``case_number`` are empty for a task about nobody."""

    task: Task
    client: str
    case_number: str
    receiver: str
    giver: str
    days_left: int | None
    """Negative when late; None without a day, and for a task that is not open."""

    @property
    def person_id(self) -> int | None:
        return self.task.person_id


def my_tasks(viewer: Viewer, limit: int = MOST, state: str = TaskState.OPEN) -> list[TaskRow]:
    """Tasks given to the viewer, to the viewer's team, and to those the viewer stands in for; the nearest day first."""
    team_id = viewer.seat.team_id if viewer.seat else None
    mine = Q(assignee_id__in=viewer.workers)
    return _rows(viewer, mine | Q(team_id=team_id) if team_id else mine, state, limit)


def given_tasks(viewer: Viewer, limit: int = MOST, state: str = TaskState.OPEN) -> list[TaskRow]:
    """Tasks that the viewer gave to others."""
    others = ~Q(assignee_id=viewer.user_id) | Q(assignee_id=None)
    return _rows(viewer, Q(given_by_id=viewer.user_id) & others, state, limit)


def team_tasks(viewer: Viewer, limit: int = MOST, state: str = TaskState.OPEN) -> list[TaskRow]:
    """Tasks of the viewer's team and its members; of the whole organisation for a viewer without a team."""
    require(viewer, Capability.TEAM_VIEW)
    if viewer.organisation_id is None:
        return []
    seats = actors.colleagues(viewer.organisation_id, viewer.day)
    team_id = viewer.seat.team_id if viewer.seat else None
    if team_id is not None:
        seats = [seat for seat in seats if seat.team_id == team_id]
        teams = [team_id]
    else:
        teams = list(Team.objects.filter(organisation_id=viewer.organisation_id).values_list("pk", flat=True))
    members = {seat.user_id for seat in seats}
    return _rows(viewer, Q(assignee_id__in=members) | Q(team_id__in=teams), state, limit)


# Read beside a listed task: whole users, persons and teams cost more than the query.
_NAMES = {
    "case_number": F("relationship__case_number"),
    "given_names": F("relationship__person__given_names"),
    "family_name": F("relationship__person__family_name"),
    "team_name": F("team__name"),
    "receiver": F("assignee__full_name"),
    "receiver_login": F("assignee__username"),
    "giver": F("given_by__full_name"),
    "giver_login": F("given_by__username"),
}


def _rows(viewer: Viewer, condition: Q, state: str, limit: int) -> list[TaskRow]:
    """Everything that a row shows in one statement. An unknown ``state`` means all."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = access.tasks(viewer).filter(condition)
    rows = rows.filter(state=state) if state in TaskState.values else rows
    rows = rows.annotate(**_NAMES).order_by(F("due").asc(nulls_last=True), "id")
    return [_listed(task, viewer) for task in rows[:limit]]


def _listed(task: Any, viewer: Viewer) -> TaskRow:
    return TaskRow(
        task=task,
        client=f"{task.given_names or ''} {task.family_name or ''}".strip(),
        case_number=task.case_number or "",
        receiver=task.team_name or task.receiver or task.receiver_login or "",
        giver=task.giver or task.giver_login or "",
        days_left=days_left(task, viewer.day),
    )


def row_of(task: Task, viewer: Viewer) -> TaskRow:
    """The row of a task whose relations are loaded."""
    return TaskRow(
        task=task,
        client=task.relationship.person.name if task.relationship else "",
        case_number=task.relationship.case_number if task.relationship else "",
        receiver=receiver_name(task),
        giver=task.given_by.get_full_name() if task.given_by else "",
        days_left=days_left(task, viewer.day),
    )


def days_left(task: Task, on: date) -> int | None:
    """Of an open task with a day; negative when late."""
    return (task.due - on).days if task.due and task.state == TaskState.OPEN else None


def receiver_name(task: Task) -> str:
    if task.team is not None:
        return task.team.name
    return task.assignee.get_full_name() if task.assignee else ""


def receivers(viewer: Viewer) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(colleagues who do casework, teams) of the viewer's organisation, each with id and name. Two statements."""
    if viewer.organisation_id is None:
        return [], []
    teams = Team.objects.filter(organisation_id=viewer.organisation_id).order_by("name")
    return workers(viewer), [(team.pk, team.name) for team in teams]
