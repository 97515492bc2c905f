"""My work: deadlines, the next two weeks, what is missing, recent clients. Not for the client list (``lists.py``)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.models import Clock, RecentClient
from kotopolku.clients.queries.lists import ClientFilters, filtered, gap_clocks, is_deadline

GAPS = ("no-assessment", "no-plan", "not-referred", "review-late", "longest-time", "data-stale")
MOST_COUNTED = 1_000
"""A gap is counted so far; "more than 1,000" says enough."""
WORKING_DAYS_AHEAD = 10


@dataclass(frozen=True)
class DueRow:
    """One deadline of My work."""

    clock: Clock
    relationship_id: int
    person_name: str
    case_number: str
    worker_name: str
    days_left: int
    """Negative when late."""
    group: str
    """late, today, week (this week, to Sunday) or later."""
    stands_in: bool = False
    """The client is a colleague's whom the viewer stands in for on the day."""


def deadlines(viewer: Viewer, scope: str = "own", *, limit: int = 100) -> list[DueRow]:
    """Clocks with a last day, the latest first, in one statement. Scope own, team or organisation (TEAM_VIEW)."""
    day = viewer.day
    clocks = access.clocks(viewer, scope)
    chosen = clocks.filter(is_deadline(day)).order_by("due", "own", "id").values("pk")[:limit]
    shown = (
        clocks.filter(pk__in=chosen)
        .select_related("relationship__person", "worker")
        .order_by("due", "own", "id")
    )
    away = viewer.seat.stands_in_for if viewer.seat else ()
    return [_due_row(clock, clock.due, day, away) for clock in shown if clock.due]


def _due_row(clock: Clock, due: date, day: date, away: tuple[int, ...]) -> DueRow:
    return DueRow(
        clock=clock,
        relationship_id=clock.relationship_id,
        person_name=clock.relationship.person.name,
        case_number=clock.relationship.case_number,
        worker_name=clock.worker.get_full_name() if clock.worker else "",
        days_left=(due - day).days,
        group=group(due, day),
        stands_in=clock.worker_id in away,
    )


def group(due: date, day: date) -> str:
    """late, today, week or later."""
    if due < day:
        return "late"
    if due == day:
        return "today"
    return "week" if due <= day + timedelta(days=6 - day.weekday()) else "later"


@dataclass(frozen=True)
class DayCount:
    day: date
    due: int


def two_weeks(viewer: Viewer, scope: str = "own") -> list[DayCount]:
    """How many deadlines end on each of the next ten working days, the first being today or the next working day."""
    days = [law.next_working_day(viewer.day)]
    while len(days) < WORKING_DAYS_AHEAD:
        days.append(law.next_working_day(days[-1] + timedelta(days=1)))
    clocks = access.clocks(viewer, scope).filter(is_deadline(viewer.day), due__in=days)
    counts = dict(clocks.order_by().values_list("due").annotate(number=Count("id")))
    return [DayCount(day, counts.get(day, 0)) for day in days]


@dataclass(frozen=True)
class Gap:
    """Something missing. ``query`` is the client list's query string that shows it."""

    id: str
    count: int
    """At most ``MOST_COUNTED`` is counted."""
    capped: bool
    query: str


def gaps(viewer: Viewer, scope: str = "own") -> list[Gap]:
    """What is missing, by ``GAPS``, in one statement; those without any too."""
    if scope != "own":
        require(viewer, Capability.TEAM_VIEW)
    worker = {"own": "mine", "team": "team"}.get(scope, "")
    parts: list[str] = []
    params: list[Any] = []
    for gap in GAPS:
        found = gap_clocks(gap, viewer.day)
        if found is None:
            rows: Any = filtered(viewer, ClientFilters(gap=gap, worker=worker))
        else:
            rows = access.clocks(viewer, scope).filter(found)
        sql, values = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS found)")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        counts = cursor.fetchone()
    return [
        Gap(
            gap,
            min(count, MOST_COUNTED),
            count > MOST_COUNTED,
            f"gap={gap}" + (f"&worker={worker}" if worker else ""),
        )
        for gap, count in zip(GAPS, counts, strict=True)
    ]


@dataclass(frozen=True)
class RecentRow:
    relationship_id: int
    name: str
    case_number: str
    opened_at: datetime


def recent(viewer: Viewer, limit: int = 8) -> list[RecentRow]:
    """Clients that the user opened last and may still see."""
    seen = access.responsibilities(viewer).values("relationship_id")
    if viewer.user_id is None:
        return []
    rows = RecentClient.objects.filter(user_id=viewer.user_id, relationship_id__in=seen)
    return [
        RecentRow(
            row.relationship_id, row.relationship.person.name, row.relationship.case_number, row.opened_at
        )
        for row in rows.select_related("relationship__person").order_by("-opened_at")[:limit]
    ]
