"""The load of each worker, and which clients a leader would move. For TEAM_LEAD; one authority, few statements."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Absence
from kotopolku.clients import access
from kotopolku.clients.models import Responsibility
from kotopolku.clients.queries.lists import ClientFilters, filtered, is_deadline
from kotopolku.clients.queries.register import workers

DAYS_AHEAD = 7
SORTS = ("name", "clients", "late", "week")


@dataclass(frozen=True)
class WorkerLoad:
    """One worker's load. ``user_id`` None: the clients that nobody has yet."""

    user_id: int | None
    name: str
    works_here: bool
    """False for one who has left, or has no casework on the day, and still has clients."""
    clients: int
    late: int
    week: int
    """Deadlines from today to the seventh day from it."""
    away_until: date | None = None
    deputy: str = ""


def workload(viewer: Viewer, sort: str = "name") -> list[WorkerLoad]:
    """Every worker of the viewer's organisation, and those who have left clients behind; nobody's clients first.

    Five statements, whatever the number of clients. ``sort`` is one of ``SORTS``: numbers the highest first.
    """
    require(viewer, Capability.TEAM_LEAD)
    here = dict(workers(viewer))
    clients = dict(_going(viewer).order_by().values_list("worker_id").annotate(number=Count("id")))
    due = {worker: (late, week) for worker, late, week in _due(viewer)}
    away = {row.user_id: row for row in absences(viewer) if row.days.lower <= viewer.day}
    others = {worker for worker in clients.keys() | due.keys() if worker is not None} - here.keys()
    names = here | (actors.user_names(others) if others else {})
    rows = [
        _load(user_id, name, user_id in here, clients, due, away.get(user_id))
        for user_id, name in names.items()
    ]
    if sort in SORTS[1:]:
        rows.sort(key=lambda row: (-getattr(row, sort), row.name))
    else:
        rows.sort(key=lambda row: [*row.name.split()[-1:], row.name])
    nobody = _load(None, "", True, clients, due, None)
    return [nobody, *rows] if nobody.clients else rows


def _load(
    user_id: int | None,
    name: str,
    works_here: bool,
    clients: dict[int | None, int],
    due: dict[int | None, tuple[int, int]],
    absence: Absence | None,
) -> WorkerLoad:
    late, week = due.get(user_id, (0, 0))
    return WorkerLoad(
        user_id=user_id,
        name=name,
        works_here=works_here,
        clients=clients.get(user_id, 0),
        late=late,
        week=week,
        away_until=absence.last_day if absence else None,
        deputy=absence.deputy.get_full_name() if absence else "",
    )


def _going(viewer: Viewer) -> "QuerySet[Responsibility]":
    """Responsibilities of clients whose relationship has not ended on the day."""
    return access.responsibilities(viewer).filter(Q(ended_on=None) | Q(ended_on__gt=viewer.day))


def _due(viewer: Viewer) -> list[tuple[int | None, int, int]]:
    """(worker, late, due within a week)."""
    day = viewer.day
    soon = access.clocks(viewer, "organisation").filter(
        is_deadline(day), due__lte=day + timedelta(days=DAYS_AHEAD)
    )
    counted = (
        soon.order_by()
        .values("worker_id")
        .annotate(late=Count("id", filter=Q(due__lt=day)), week=Count("id", filter=Q(due__gte=day)))
    )
    return list(counted.values_list("worker_id", "late", "week"))


def to_move(viewer: Viewer, filters: ClientFilters, most: int) -> list[tuple[int, int | None]]:
    """(relationship, worker now) of the clients that the filters leave, by name, at most ``most``. One statement."""
    require(viewer, Capability.TEAM_LEAD)
    rows = filtered(viewer, filters).order_by("sort_key", "id")
    return list(rows.values_list("relationship_id", "worker_id")[:most])


def absences(viewer: Viewer) -> list[Absence]:
    """Absences of the viewer's colleagues that are not over. One statement."""
    require(viewer, Capability.CLIENT_VIEW)
    return actors.absences(viewer.organisation_id or 0, viewer.day)
