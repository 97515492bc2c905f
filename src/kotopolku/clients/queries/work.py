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
from kotopolku.clients import access, rules
from kotopolku.clients.models import Clock
from kotopolku.clients.queries.lists import WARN_DAYS, ClientFilters, filtered, is_deadline

RECENT_LOOKED_AT = 30
MOST_COUNTED = 1_000
"""A gap is counted so far; "more than 1,000" says enough."""
WORKING_DAYS_AHEAD = 10
_MILESTONES = tuple(rules.Milestones.__dataclass_fields__)


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
    rows = access.clocks(viewer, scope).filter(is_deadline(day)).order_by("due", "own", "id")[:limit]
    sql, params = rows.query.sql_with_params()
    away = viewer.seat.stands_in_for if viewer.seat else ()
    clocks = Clock.objects.raw(_WITH_NAMES.format(clocks=sql), params)
    return [_due_row(clock, clock.due, day, away) for clock in clocks if clock.due]


# Read beside the clock: an object for each relationship, person and worker would cost more than the query.
_WITH_NAMES = """
SELECT c.*, r.case_number, p.given_names, p.family_name, coalesce(nullif(w.full_name, ''), w.username, '') AS worker_name
FROM ({clocks}) c
JOIN clients_relationship r ON r.id = c.relationship_id JOIN clients_person p ON p.id = r.person_id
LEFT JOIN actors_user w ON w.id = c.worker_id
ORDER BY c.due, c.own, c.id
"""


def _due_row(clock: Any, due: date, day: date, away: tuple[int, ...]) -> DueRow:
    return DueRow(
        clock=clock,
        relationship_id=clock.relationship_id,
        person_name=f"{clock.given_names} {clock.family_name}".strip(),
        case_number=clock.case_number,
        worker_name=clock.worker_name,
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


# The conditions of ``lists.gap_condition`` written out, with the day bound at each %s: building six queries anew for
# every My work cost more than answering them.
_NO_PLAN = "(planned_on IS NULL OR planned_on > %s)"
_MISSING = {
    "no-assessment": f"""{_NO_PLAN} AND (assessed_on IS NULL OR assessed_on > %s)
        AND (assessment_on IS NULL OR assessment_on > %s)""",
    "no-plan": f"{_NO_PLAN} AND assessed_on <= %s AND plan_needed IS NOT FALSE",
    "not-referred": """planned_on <= %s AND (plan_ended_on IS NULL OR plan_ended_on > %s)
        AND (referred_on IS NULL OR referred_on > %s)""",
}
_RUN_OUT = {
    "review-late": "rule IN ('A5', 'A6') AND due < %s",
    "longest-time": f"rule IN ('D2', 'D3') AND due >= %s AND due <= %s::date + {WARN_DAYS}",
    "data-stale": "rule = 'O-DATA' AND due < %s",
}
GAPS = (*_MISSING, *_RUN_OUT)


def gaps(viewer: Viewer, scope: str = "own") -> list[Gap]:
    """What is missing, by ``GAPS``, in one statement; those without any too."""
    if scope != "own":
        require(viewer, Capability.TEAM_VIEW)
    worker = {"own": "mine", "team": "team"}.get(scope, "")
    clients = filtered(viewer, ClientFilters(worker=worker)).order_by().values(*_MILESTONES)
    clocks = access.clocks(viewer, scope).order_by().values("rule", "due")
    parts: list[str] = []
    params: list[Any] = []
    for rows, conditions in ((clients, _MISSING), (clocks, _RUN_OUT)):
        sql, values = rows.query.sql_with_params()
        for condition in conditions.values():
            parts.append(
                f"(SELECT count(*) FROM (SELECT FROM ({sql}) seen WHERE {condition} LIMIT {MOST_COUNTED + 1}) found)"
            )
            params += [*values, *[viewer.day] * condition.count("%s")]
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


# The newest are taken first, by index: otherwise all that the user has ever opened would be looked through.
_RECENT = """
WITH newest AS MATERIALIZED (
    SELECT relationship_id, opened_at FROM clients_recentclient WHERE user_id = %s ORDER BY opened_at DESC LIMIT %s
)
SELECT n.relationship_id, trim(p.given_names || ' ' || p.family_name), r.case_number, n.opened_at
FROM newest n JOIN ({seen}) s ON s.relationship_id = n.relationship_id
JOIN clients_relationship r ON r.id = n.relationship_id JOIN clients_person p ON p.id = r.person_id
ORDER BY n.opened_at DESC LIMIT %s
"""


def recent(viewer: Viewer, limit: int = 8) -> list[RecentRow]:
    """Clients that the user opened last and may still see, among the last ``RECENT_LOOKED_AT``. One statement."""
    if viewer.user_id is None:
        return []
    seen, params = access.responsibilities(viewer).values("relationship_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_RECENT.format(seen=seen), [viewer.user_id, RECENT_LOOKED_AT, *params, limit])
        return [RecentRow(*row) for row in cursor.fetchall()]
