"""The client list: filters, search, one page, export. The same rights and the same rows whichever way they leave.

A list reads ``Responsibility`` (with its copies) by index; persons and clocks only for the rows shown.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, rules
from kotopolku.clients.models import Change, Clock, Responsibility
from kotopolku.clients.rules import Stage

PAGE_SIZE = 50
LAST_PAGE = 400
"""Nobody leafs further; a filter finds sooner, and the database need not count so far."""
MOST_FOUND = 2_000
"""So many hits of a search are looked at, in the order of the list."""
EXPORT_LIMIT = 20_000
EXPORT_PORTION = 2_000

NO_DEADLINE = ("R1", "O-DATA")
"""Clocks that ask nothing of a worker by a day: storing time, and the target behind the gap of stale data."""
WARN_DAYS = 90
"""A time of validity is shown among deadlines so many days before its end."""
CASE_NUMBER = re.compile(r"^\d{4}-\d{1,6}$")


@dataclass(frozen=True)
class ClientFilters:
    """Filters of the client list, as in the address. Empty means no filter."""

    q: str = ""
    """Identity code, case number, or words of a name."""
    stage: str = ""
    """A ``rules.Stage``."""
    worker: str = ""
    """mine, team, none, the id of a user, or "" for all."""
    language: str = ""
    deadline: str = ""
    """late, week (7 days), month (31 days)."""
    municipality: str = ""
    """Never finds a person under a non-disclosure order."""
    year: str = ""
    """Year in which the relationship began."""
    gap: str = ""
    """An id of ``work.GAPS``."""
    ended: bool = False
    """True: only ended relationships; False: only those not ended."""


@dataclass(frozen=True)
class ClientRow:
    relationship_id: int
    person_id: int
    case_number: str
    name: str
    """Family name first, as the list is ordered: "Malli, Aino"."""
    birth_year: int | None
    service_language: str
    worker_id: int | None
    worker_name: str
    stage: Stage
    protected: bool
    """Under a non-disclosure order on the day."""
    started_on: date
    next_clock: Clock | None
    """The open clock with the nearest last day; None when none runs."""
    days_left: int | None


@dataclass(frozen=True)
class ClientPage:
    """One page of the list. ``number`` counts from 1."""

    rows: list[ClientRow]
    number: int
    has_next: bool
    has_previous: bool


ORDERS: dict[str, tuple[Any, ...]] = {
    "name": ("sort_key", "id"),
    "-name": ("-sort_key", "-id"),
    "started": ("started_on", "id"),
    "-started": ("-started_on", "-id"),
    "due": (F("next_due").asc(nulls_last=True), "sort_key", "id"),
}


def client_list(viewer: Viewer, filters: ClientFilters, *, sort: str = "name", page: int = 1) -> ClientPage:
    """Up to 50 clients of the viewer's authority in at most three statements. ``sort`` is a key of ``ORDERS``."""
    number = min(max(page, 1), LAST_PAGE)
    rows = filtered(viewer, filters)
    if sort == "due":
        rows = rows.annotate(next_due=Subquery(_nearest(viewer)))
    first = (number - 1) * PAGE_SIZE
    found = _shown(rows.order_by(*ORDERS.get(sort, ORDERS["name"]))[first : first + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    clocks = next_clocks([row.relationship_id for row in shown], viewer.day)
    return ClientPage(
        rows=[_row(row, clocks.get(row.relationship_id), viewer.day) for row in shown],
        number=number,
        has_next=len(found) > PAGE_SIZE and number < LAST_PAGE,
        has_previous=number > 1,
    )


def list_rows(viewer: Viewer, responsibility_ids: Iterable[int]) -> list[ClientRow]:
    """The list's rows of responsibilities that ``filtered`` has given, in the order of their ids. Two statements."""
    found = _shown(Responsibility.objects.filter(pk__in=list(responsibility_ids)).order_by("id"))
    clocks = next_clocks([row.relationship_id for row in found], viewer.day)
    return [_row(row, clocks.get(row.relationship_id), viewer.day) for row in found]


class Shown(NamedTuple):
    """What is read of each client of a list; plain values, as building objects costs more than the query."""

    id: int
    person_id: int
    relationship_id: int
    worker_id: int | None
    service_language: str
    municipality: str
    started_on: date
    family_name: str
    given_names: str
    birth_date: date | None
    non_disclosure: bool
    non_disclosure_until: date | None
    case_number: str
    worker_name: str | None
    milestones: rules.Milestones


_OF_PERSON = Shown._fields[7:12]
_OF_ROW = (*Shown._fields[:7], *rules.Milestones.__dataclass_fields__)
# Each row of the page looks its person up by itself (OFFSET keeps the planner from turning that around): right after an
# import the planner may take the tables for empty, and would choose the page anew for every person there is.
_WITH_PERSON = f"""
SELECT {", ".join(f"page.{name}" for name in Shown._fields[:7])}, {", ".join(f"person.{name}" for name in _OF_PERSON)},
    relationship.case_number, worker.full_name, {", ".join(f"page.{name}" for name in _OF_ROW[7:])}
FROM (SELECT *, row_number() OVER () AS place FROM (%s) chosen ({", ".join(_OF_ROW)})) page
JOIN LATERAL (SELECT * FROM clients_person WHERE id = page.person_id OFFSET 0) person ON true
JOIN LATERAL (SELECT * FROM clients_relationship WHERE id = page.relationship_id OFFSET 0) relationship ON true
LEFT JOIN actors_user worker ON worker.id = page.worker_id
ORDER BY page.place
"""


def _shown(chosen: "QuerySet[Responsibility]") -> list[Shown]:
    """The chosen rows in their order. One table decides which; only those are joined to the others."""
    query = chosen.values_list(*_OF_ROW).query
    statement, values = query.get_compiler(connection=connection, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(_WITH_PERSON.replace("%s", statement), values)
        return [Shown._make((*row[:14], rules.Milestones(*row[14:]))) for row in cursor.fetchall()]


def filtered(viewer: Viewer, filters: ClientFilters) -> "QuerySet[Responsibility]":
    """Responsibilities that the filters leave. A search by words costs one statement here."""
    require(viewer, Capability.CLIENT_VIEW)
    day = viewer.day
    rows = access.responsibilities(viewer).filter(_ended(filters.ended, day))
    if filters.q.strip():
        rows = rows.filter(_searched(viewer, filters.q))
    if filters.stage:
        rows = rows.filter(stage_condition(filters.stage, day))
    if filters.worker:
        rows = rows.filter(_worker(viewer, filters.worker))
    if filters.language:
        rows = rows.filter(service_language=filters.language)
    if filters.municipality:
        rows = rows.filter(municipality=filters.municipality)
    if filters.year.isdecimal() and len(filters.year) == 4:
        year = int(filters.year)
        rows = rows.filter(
            started_on__gte=date(max(year, 1), 1, 1), started_on__lte=date(max(year, 1), 12, 31)
        )
    if filters.deadline:
        rows = rows.filter(_deadline(viewer, filters.deadline))
    if filters.gap:
        rows = rows.filter(gap_condition(viewer, filters.gap))
    return rows


def _ended(ended: bool, day: date) -> Q:
    return Q(ended_on__lte=day) if ended else Q(ended_on=None) | Q(ended_on__gt=day)


def _searched(viewer: Viewer, text: str) -> Q:
    compact = text.strip()
    if rules.is_identity_code(compact):
        return Q(person__identity_code=rules.identity_code(compact))
    if CASE_NUMBER.match(compact):
        return Q(relationship__case_number=compact)
    words = rules.fold(compact).split()[:6]
    if not words:
        return Q(pk__in=[])
    if viewer.system:
        condition = Q()
        for word in words:
            condition &= Q(search_text__contains=word)
        return condition
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_search(%s, %s)", [words, MOST_FOUND])
        return Q(pk__in=[row[0] for row in cursor.fetchall()])


def _worker(viewer: Viewer, worker: str) -> Q:
    if worker == "none":
        return Q(worker=None)
    if worker.isdecimal():
        return Q(worker_id=int(worker[:18]))
    return access.in_scope(viewer, {"mine": "own"}.get(worker, worker))


def _happened(name: str, day: date) -> Q:
    return Q(**{f"{name}__lte": day})


def _not_yet(name: str, day: date) -> Q:
    return Q(**{name: None}) | Q(**{f"{name}__gt": day})


def stage_condition(stage: str, day: date) -> Q:
    """``rules.stage`` as a condition on the responsibility's copies; an unknown stage matches nothing."""
    if stage == Stage.ENDED:
        return _happened("ended_on", day)
    going = _not_yet("ended_on", day)
    no_plan = going & _not_yet("planned_on", day)
    planned = going & _happened("planned_on", day)
    assessed = no_plan & _happened("assessed_on", day)
    conditions = {
        Stage.REGISTERED: no_plan & _not_yet("assessed_on", day) & _not_yet("assessment_on", day),
        Stage.ASSESSING: no_plan & _not_yet("assessed_on", day) & _happened("assessment_on", day),
        Stage.ASSESSED: assessed & (Q(plan_needed=True) | Q(plan_needed=None)),
        Stage.NO_PLAN_NEEDED: assessed & Q(plan_needed=False),
        Stage.PLANNED: planned & _not_yet("plan_ended_on", day) & _not_yet("referred_on", day),
        Stage.UNDER_WAY: planned & _not_yet("plan_ended_on", day) & _happened("referred_on", day),
        Stage.PLAN_ENDED: planned & _happened("plan_ended_on", day),
    }
    return conditions.get(Stage(stage), Q(pk__in=[])) if stage in list(Stage) else Q(pk__in=[])


def is_deadline(day: date) -> Q:
    """Condition for clocks that a worker must act on by a day; a time of validity only near its end."""
    validity_far = Q(kind="validity", due__gt=day + timedelta(days=WARN_DAYS))
    return Q(due__isnull=False) & ~Q(rule__in=NO_DEADLINE) & ~validity_far


def _clocks_of_row(viewer: Viewer) -> "QuerySet[Clock]":
    return access.running_clocks(viewer).filter(relationship_id=OuterRef("relationship_id"))


def _nearest(viewer: Viewer) -> "QuerySet[Any, Any]":
    clocks = _clocks_of_row(viewer).filter(is_deadline(viewer.day)).order_by().values("relationship_id")
    return clocks.annotate(nearest=Min("due")).values("nearest")


def _deadline(viewer: Viewer, deadline: str) -> Q:
    day = viewer.day
    clocks = _clocks_of_row(viewer).filter(is_deadline(day))
    if deadline == "late":
        return Q(Exists(clocks.filter(due__lt=day)))
    days = {"week": 7, "month": 31}.get(deadline)
    if days is None:
        return Q(pk__in=[])
    return Q(Exists(clocks.filter(due__gte=day, due__lte=day + timedelta(days=days))))


def gap_condition(viewer: Viewer, gap: str) -> Q:
    """What is missing, as a condition on a responsibility; an unknown gap matches nothing."""
    stages = {"no-assessment": Stage.REGISTERED, "no-plan": Stage.ASSESSED, "not-referred": Stage.PLANNED}
    if gap in stages:
        return stage_condition(stages[gap], viewer.day)
    clocks = gap_clocks(gap, viewer.day)
    return Q(pk__in=[]) if clocks is None else Q(Exists(_clocks_of_row(viewer).filter(clocks)))


def gap_clocks(gap: str, day: date) -> Q | None:
    """The condition on clocks behind a gap; None for a gap that no clock tells. A client has at most one such clock."""
    return {
        "review-late": Q(rule__in=("A5", "A6"), due__lt=day),
        "longest-time": Q(rule__in=("D2", "D3"), due__gte=day, due__lte=day + timedelta(days=WARN_DAYS)),
        "data-stale": Q(rule="O-DATA", due__lt=day),
    }.get(gap)


def milestones(row: Responsibility) -> rules.Milestones:
    return rules.Milestones(**{name: getattr(row, name) for name in rules.Milestones.__dataclass_fields__})


def next_clocks(relationship_ids: Iterable[int], day: date) -> dict[int, Clock]:
    """The nearest deadline of each relationship, without its explanation. One statement."""
    rows = Clock.objects.filter(
        access.open_on(day), is_deadline(day), relationship_id__in=list(relationship_ids)
    )
    nearest = (
        rows.order_by("relationship_id", "due", "own", "id")
        .distinct("relationship_id")
        .only("relationship_id", "rule", "act", "due", "own", "kind", "opens_on")
    )
    return {clock.relationship_id: clock for clock in nearest}


def _row(row: Shown, clock: Clock | None, day: date) -> ClientRow:
    return ClientRow(
        relationship_id=row.relationship_id,
        person_id=row.person_id,
        case_number=row.case_number,
        name=", ".join(filter(None, (row.family_name, row.given_names))),
        birth_year=row.birth_date.year if row.birth_date else None,
        service_language=row.service_language,
        worker_id=row.worker_id,
        worker_name=row.worker_name or "",
        stage=rules.stage(row.milestones, day),
        protected=rules.non_disclosure_in_force(row.non_disclosure, row.non_disclosure_until, day),
        started_on=row.started_on,
        next_clock=clock,
        days_left=(clock.due - day).days if clock and clock.due else None,
    )


@dataclass(frozen=True)
class ExportRow:
    """One row of an export; the same rights and filters as the list, never a municipality of a protected person."""

    case_number: str
    family_name: str
    given_names: str
    birth_date: date | None
    service_language: str
    municipality: str
    stage: Stage
    worker_name: str
    started_on: date
    next_rule: str
    next_due: date | None
    protected: bool
    person_id: int


def export_rows(viewer: Viewer, filters: ClientFilters) -> Iterator[ExportRow]:
    """At most ``EXPORT_LIMIT`` rows by name, read in portions. The caller records ``actions.record_export``."""
    require(viewer, Capability.CLIENT_EXPORT)
    rows = filtered(viewer, filters)
    for first in range(0, EXPORT_LIMIT, EXPORT_PORTION):
        portion = _shown(rows.order_by(*ORDERS["name"])[first : first + EXPORT_PORTION])
        clocks = next_clocks([row.relationship_id for row in portion], viewer.day)
        for row in portion:
            yield _export(row, clocks.get(row.relationship_id), viewer.day)
        if len(portion) < EXPORT_PORTION:
            return


def _export(row: Shown, clock: Clock | None, day: date) -> ExportRow:
    shown = _row(row, clock, day)
    return ExportRow(
        case_number=shown.case_number,
        family_name=row.family_name,
        given_names=row.given_names,
        birth_date=row.birth_date,
        service_language=shown.service_language,
        municipality="" if shown.protected else row.municipality,
        stage=shown.stage,
        worker_name=shown.worker_name,
        started_on=shown.started_on,
        next_rule=clock.rule if clock else "",
        next_due=clock.due if clock else None,
        protected=shown.protected,
        person_id=shown.person_id,
    )


def changes(viewer: Viewer) -> "QuerySet[Change]":
    """Changes announced to the viewer's authority, for reading by cursor."""
    require(viewer, Capability.CLIENT_VIEW)
    return Change.objects.filter(authority_id=viewer.organisation_id or 0)


def own_among(viewer: Viewer, relationship_ids: Iterable[int]) -> set[int]:
    """Those of the relationships for which the viewer's authority answers on the day."""
    asked = access.responsibilities(viewer).filter(relationship_id__in=list(relationship_ids))
    return set(asked.values_list("relationship_id", flat=True))
