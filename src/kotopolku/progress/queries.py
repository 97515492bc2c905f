"""What the room's pages and API read: a client's measures and levels, a provider's participants, follow-ups, counts.

Not for writing (``actions``). Every query takes the viewer; row security stands under it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients import access
from kotopolku.clients.models import Measure, Plan, Responsibility
from kotopolku.clients.queries import ClientDetail
from kotopolku.progress.models import (
    AbsenceProcess,
    AttendanceMonth,
    FollowUp,
    LanguageLevel,
    Result,
    Situation,
)
from kotopolku.progress.rules import LevelPoint, Regress, hidden, latest, regressed

PAGE_SIZE = 50

# --- One client --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeasureView:
    """One measure with its months, the newest first."""

    measure: Measure
    provider: str
    months: list[AttendanceMonth]

    @property
    def attended(self) -> Decimal:
        return sum((month.hours_attended for month in self.months), Decimal(0))

    @property
    def absent(self) -> Decimal:
        return sum((month.hours_absent for month in self.months), Decimal(0))

    @property
    def planned(self) -> Decimal | None:
        """Hours planned for the whole measure; else those of the months reported; None when neither is known."""
        if self.measure.hours_planned is not None:
            return Decimal(self.measure.hours_planned)
        return sum((month.hours_planned for month in self.months), Decimal(0)) if self.months else None

    @property
    def share(self) -> int | None:
        """Percent of the planned hours attended, at most 100."""
        return min(100, int(self.attended * 100 / self.planned)) if self.planned else None


@dataclass(frozen=True)
class ProgressView:
    """All that the page of one client's measures shows."""

    plan: Plan | None
    measures: list[MeasureView]
    processes: list[AbsenceProcess]
    """Absences looked into, the newest first; ``.measure`` is loaded."""
    levels: list[LanguageLevel]
    """Not cancelled, the newest first."""
    result: Result | None
    follow_ups: list[FollowUp]

    @property
    def points(self) -> list[LevelPoint]:
        return points(self.levels)

    @property
    def latest(self) -> list[LevelPoint]:
        """The newest level of each language and skill."""
        return sorted(latest(self.points).values(), key=lambda one: (one.language, one.skill))

    @property
    def regressed(self) -> list[Regress]:
        return regressed(self.points)


def points(levels: Sequence[LanguageLevel]) -> list[LevelPoint]:
    """Levels as ``rules`` take them, in the order of recording."""
    rows = sorted(levels, key=lambda row: (row.assessed_on, row.pk))
    return [LevelPoint(row.language, row.skill, row.level, row.rank, row.assessed_on) for row in rows]


def progress_of(viewer: Viewer, relationship_id: int) -> ProgressView:
    """Measures, attendance, levels, result and follow-ups of a client; eight statements. The case was opened before."""
    plan = access.latest_plan(relationship_id)
    measures = (
        list(
            Measure.objects.filter(plan=plan, removed=False)
            .select_related("provider", "goal")
            .order_by("goal__position", "position", "id")
        )
        if plan
        else []
    )
    months: dict[int, list[AttendanceMonth]] = defaultdict(list)
    for month in AttendanceMonth.objects.filter(relationship_id=relationship_id).order_by("-month"):
        months[month.measure_id].append(month)
    processes = AbsenceProcess.objects.filter(relationship_id=relationship_id).select_related("measure")
    levels = LanguageLevel.objects.filter(relationship_id=relationship_id, cancelled=False)
    return ProgressView(
        plan=plan,
        measures=[
            MeasureView(one, one.provider.name if one.provider else one.responsible, months[one.pk])
            for one in measures
        ],
        processes=list(processes.order_by("-month", "-id")),
        levels=list(levels.order_by("-assessed_on", "-id")),
        result=Result.objects.filter(relationship_id=relationship_id).first(),
        follow_ups=list(FollowUp.objects.filter(relationship_id=relationship_id).order_by("due_on")),
    )


def measure_of(viewer: Viewer, relationship_id: int, measure_id: int) -> Measure | None:
    """One measure of the client's plans, with the plan; None when there is none. The case was opened before."""
    rows = Measure.objects.filter(pk=measure_id, plan__relationship_id=relationship_id, removed=False)
    return rows.select_related("plan", "provider").first()


def attendance_month(measure_id: int, month: date) -> AttendanceMonth | None:
    """What is stored of a measure's month."""
    return AttendanceMonth.objects.filter(measure_id=measure_id, month=month).first()


# One statement for the panel of the client page.
_PANEL = """
SELECT (SELECT coalesce(json_agg(l), '[]') FROM (
            SELECT DISTINCT ON (language, skill) language, skill, level, rank, assessed_on
            FROM progress_languagelevel WHERE person_id = %(person)s AND NOT cancelled
            ORDER BY language, skill, assessed_on DESC, id DESC) l),
       (SELECT count(*) FROM progress_absenceprocess
        WHERE relationship_id = %(relationship)s AND decided_on IS NULL),
       EXISTS (SELECT 1 FROM progress_result WHERE relationship_id = %(relationship)s),
       (SELECT min(due_on) FROM progress_followup
        WHERE relationship_id = %(relationship)s AND answered_on IS NULL AND due_on <= %(day)s)
"""


def panel(viewer: Viewer, detail: ClientDetail) -> dict[str, Any] | None:
    """What the client page shows of progress; None before there is a plan or a level. One statement."""
    plan = detail.plan.plan if detail.plan else None
    values: dict[str, Any] = {
        "person": detail.person.pk,
        "relationship": detail.relationship.pk,
        "day": viewer.day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PANEL, values)
        levels, to_hear, has_result, follow_up = cursor.fetchone()
    levels = json.loads(levels) if isinstance(levels, str) else levels
    ended = detail.relationship.ended_on is not None or (plan is not None and plan.ended_on is not None)
    if not (levels or to_hear or follow_up or (plan is not None and plan.made_on)):
        return None
    return {
        "levels": levels,
        "to_hear": to_hear,
        "asks_result": ended and not has_result,
        "follow_up": follow_up,
        "relationship_id": detail.relationship.pk,
    }


# --- A provider ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Participant:
    """What a provider gets to know of a participant: nothing but these (681/2023 §94)."""

    measure_id: int
    """The number of the participation, by which the provider reports."""
    family_name: str
    given_names: str
    title: str
    starts_on: date | None
    ends_on: date | None

    @property
    def name(self) -> str:
        return f"{self.family_name}, {self.given_names}".strip(", ")


def participants(viewer: Viewer) -> list[Participant]:
    """Participants of the viewer's organisation on the day, by name. One statement."""
    require(viewer, Capability.ATTENDANCE_REPORT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure_id, family_name, given_names, title, starts_on, ends_on FROM progress_participants()"
        )
        return [Participant(*row) for row in cursor.fetchall()]


def reported(viewer: Viewer, month: date) -> dict[int, AttendanceMonth]:
    """What the provider has reported of a month, by measure."""
    require(viewer, Capability.ATTENDANCE_REPORT)
    rows = AttendanceMonth.objects.filter(provider_id=viewer.organisation_id, month=month)
    return {row.measure_id: row for row in rows}


def reports(viewer: Viewer) -> "QuerySet[AttendanceMonth]":
    """Everything that the provider has reported, for the API's pages."""
    require(viewer, Capability.ATTENDANCE_REPORT)
    return AttendanceMonth.objects.filter(provider_id=viewer.organisation_id)


# --- A team --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TeamRow:
    """A line of the lists of a team: whose, since when or by when."""

    relationship_id: int
    person_id: int
    name: str
    case_number: str
    worker_name: str
    on: date
    what: Any


def _answering(viewer: Viewer, scope: str) -> "QuerySet[Responsibility]":
    require(viewer, Capability.CLIENT_VIEW)
    if scope != "own":
        require(viewer, Capability.TEAM_VIEW)
    return access.responsibilities(viewer).filter(access.in_scope(viewer, scope))


def _rows(viewer: Viewer, found: Sequence[Any], day_of: str) -> list[TeamRow]:
    """The rows with names and workers; one statement more."""
    who = {
        row.relationship_id: row
        for row in access.responsibilities(viewer)
        .filter(relationship_id__in=[one.relationship_id for one in found])
        .select_related("relationship__person", "worker")
    }
    return [
        TeamRow(
            one.relationship_id,
            one.person_id,
            row.relationship.person.name,
            row.relationship.case_number,
            row.worker.get_full_name() if row.worker else "",
            getattr(one, day_of),
            one,
        )
        for one in found
        if (row := who.get(one.relationship_id)) is not None
    ]


def absences_to_decide(viewer: Viewer, scope: str = "organisation", page: int = 1) -> list[TeamRow]:
    """Absences not decided yet, the oldest first; up to 51, the last saying only that there are more."""
    clients = _answering(viewer, scope).values("relationship_id")
    rows = AbsenceProcess.objects.filter(decided_on=None, relationship_id__in=clients)
    first = (page - 1) * PAGE_SIZE
    found = list(rows.select_related("measure").order_by("opened_on", "id")[first : first + PAGE_SIZE + 1])
    return _rows(viewer, found, "opened_on")


def follow_ups_due(viewer: Viewer, scope: str = "organisation", page: int = 1) -> list[TeamRow]:
    """Follow-ups not answered, due within two weeks or before; up to 51, the last saying only that there are more."""
    clients = _answering(viewer, scope).values("relationship_id")
    rows = FollowUp.objects.filter(
        answered_on=None, due_on__lte=viewer.day + timedelta(days=14), relationship_id__in=clients
    )
    first = (page - 1) * PAGE_SIZE
    return _rows(viewer, list(rows.order_by("due_on", "id")[first : first + PAGE_SIZE + 1]), "due_on")


# --- Counts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FollowUpCounts:
    """One organisation's answers after so many months; None = hidden because too few stand behind a number."""

    organisation: str
    months: int
    numbers: list[int | None]
    """In the order of ``Situation``."""
    total: int | None


def follow_up_counts(viewer: Viewer, year: int) -> list[FollowUpCounts]:
    """Answers of a year by organisation and months; those under a non-disclosure order are left out. Two statements.

    Who steers (COUNTS_VIEW) sees every organisation when the own one has no clients; an authority its own.
    """
    require(viewer, Capability.COUNTS_VIEW)
    answering = Responsibility.objects.filter(days__contains=viewer.day)
    if viewer.may(Capability.CLIENT_VIEW) and not viewer.system:
        answering = answering.filter(authority_id=viewer.organisation_id)
    protected = Q(person__non_disclosure=True) & (
        Q(person__non_disclosure_until=None) | Q(person__non_disclosure_until__gte=viewer.day)
    )
    with access.seeing_all(viewer):
        counted = list(
            FollowUp.objects.filter(answered_on__year=year, relationship__responsibilities__in=answering)
            .exclude(protected)
            .order_by()
            .values("months", "situation", authority=F("relationship__responsibilities__authority_id"))
            .annotate(number=Count("id"))
        )
    names = actors.organisation_names({row["authority"] for row in counted})
    cells: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(Situation.values, 0))
    for row in counted:
        cells[names[row["authority"]], row["months"]][row["situation"]] = row["number"]
    return [_counts(name, months, numbers) for (name, months), numbers in sorted(cells.items())]


def _counts(name: str, months: int, numbers: dict[str, int]) -> FollowUpCounts:
    shown, total = hidden(numbers, settings.SMALLEST_SHOWN_COUNT)
    return FollowUpCounts(name, months, list(shown.values()), total)
