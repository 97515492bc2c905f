"""Clients with their paths as a file: the same columns as a file that is brought in, so that it can go there and back.

What a cell holds is text; nothing that a spreadsheet would run. A person under a non-disclosure order has no contacts here.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.db.models import QuerySet

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.exports import harmless
from kotopolku.clients.models import (
    Assessment,
    Clock,
    Goal,
    JobseekerPeriod,
    Measure,
    Permit,
    Plan,
    ProtectedContact,
    Responsibility,
    Review,
    Status,
)
from kotopolku.clients.rules import non_disclosure_in_force
from kotopolku.clients.wording import language
from kotopolku.exchange import rules
from kotopolku.exchange.models import RegisterFact

PORTION = 1_000
MOST = 200_000
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True)
class Exported:
    """One client as a file tells of it: texts by field id, days as ISO."""

    relationship_id: int
    person_id: int
    values: dict[str, str]


def clients(viewer: Viewer) -> Iterator[Exported]:
    """Every client of the viewer's authority who has not ended, in the order of registering; ten statements a thousand."""
    require(viewer, Capability.CLIENT_EXPORT)
    rows = access.responsibilities(viewer).filter(authority_id=viewer.organisation_id, ended_on=None)
    after = 0
    for _portion in range(MOST // PORTION):
        portion = list(
            rows.filter(pk__gt=after).select_related("relationship__person").order_by("pk")[:PORTION]
        )
        yield from of_responsibilities(portion, viewer.day)
        if len(portion) < PORTION:
            return
        after = portion[-1].pk


def of_responsibilities(portion: Sequence[Responsibility], day: date) -> list[Exported]:
    """The clients of responsibilities that the viewer has been let in to."""
    persons = [row.person_id for row in portion]
    relationships = [row.relationship_id for row in portion]
    known = _Known(persons, relationships)
    return [
        Exported(row.relationship_id, row.person_id, {k: v for k, v in _values(row, known, day).items() if v})
        for row in portion
    ]


class _Known:
    """What belongs to a portion of clients, by person, relationship or plan."""

    def __init__(self, persons: list[int], relationships: list[int]) -> None:
        self.contacts = ProtectedContact.objects.in_bulk(persons)
        self.permits = _first(Permit.objects.filter(person_id__in=persons).order_by("-starts"), "person_id")
        self.searches = _first(
            JobseekerPeriod.objects.filter(person_id__in=persons, days__upper_inf=True), "person_id"
        )
        done = Assessment.objects.filter(relationship_id__in=relationships, status=Status.COMPLETED)
        self.assessments = _first(done.order_by("completed_on", "id"), "relationship_id")
        plans = Plan.objects.filter(relationship_id__in=relationships, made_on__isnull=False)
        self.plans = _first(plans.order_by("made_on", "id"), "relationship_id")
        ids = [plan.pk for plan in self.plans.values()]
        self.goals = _many(
            Goal.objects.filter(plan_id__in=ids, removed=False).order_by("position", "id"), "plan_id"
        )
        self.measures = _many(
            Measure.objects.filter(plan_id__in=ids, removed=False).order_by("position", "id"), "goal_id"
        )
        self.reviews = _first(Review.objects.filter(plan_id__in=ids).order_by("held_on", "id"), "plan_id")
        clocks = Clock.objects.filter(
            relationship_id__in=relationships, rule__in=("A5", "A6"), closed_on=None
        )
        self.clocks = _first(clocks.order_by("due"), "relationship_id")
        self.facts = _many(RegisterFact.objects.filter(person_id__in=persons, source="import"), "person_id")


def _first(rows: "QuerySet[Any]", key: str) -> dict[int, Any]:
    """The last row by key: querysets here end with the one wanted."""
    return {getattr(row, key): row for row in rows}


def _many(rows: "QuerySet[Any]", key: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _values(row: Responsibility, known: _Known, day: date) -> dict[str, str]:
    person, relationship = row.relationship.person, row.relationship
    protected = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day)
    contact = None if protected else known.contacts.get(person.pk)
    permit, search = known.permits.get(person.pk), known.searches.get(person.pk)
    values = {
        "row_key": relationship.case_number,
        "family_name": person.family_name,
        "given_names": person.given_names,
        "identity_code": person.identity_code or "",
        "birth_date": _day(person.birth_date),
        "sex": person.sex,
        "mother_tongue": person.mother_tongue,
        "languages": "; ".join(person.languages),
        "service_language": person.service_language,
        "interpreter_needed": _yes(person.interpreter_needed),
        "citizenships": "; ".join(person.citizenships),
        "education": person.education,
        "occupation": person.occupation,
        "non_disclosure": _yes(protected) if protected else "",
        "non_disclosure_until": _day(person.non_disclosure_until) if protected else "",
        "started_on": _day(relationship.started_on),
        "request_on": _day(relationship.request_on),
        "jobseeker_since": _day(search.days.lower) if search else "",
    }
    if contact is not None:
        values |= {one.id: getattr(contact, one.id) for one in rules.fields() if one.group == "contact"}
    if permit is not None:
        values |= {"permit_kind": permit.kind, "permit_basis": permit.basis}
        values |= {"permit_starts": _day(permit.starts), "permit_ends": _day(permit.ends)}
    values |= _assessment(known.assessments.get(row.relationship_id))
    values |= _plan(known.plans.get(row.relationship_id), known, row.relationship_id)
    return values | {f"{fact.field}_source": fact.value for fact in known.facts.get(person.pk, ())}


def _assessment(row: Assessment | None) -> dict[str, str]:
    if row is None:
        return {}
    return {f"item_{name}": text for name, text in row.items.items()} | {
        "assessment_date": _day(row.completed_on),
        "assessment_plan_needed": "" if row.plan_needed is None else _yes(row.plan_needed),
        "assessment_conclusion": row.conclusion,
        "assessment_measures": "; ".join(name for name, one in row.measures.items() if one.get("done")),
        "assessment_planned_plan": _day(row.planned_plan_on),
        "assessment_makers": row.participants,
    }


def _plan(row: Plan | None, known: _Known, relationship_id: int) -> dict[str, str]:
    if row is None:
        return {}
    goals, review = known.goals.get(row.pk, []), known.reviews.get(row.pk)
    measures = [
        f"{number}. {measure.kind}: {_part(measure.title)}"
        for number, goal in enumerate(goals, start=1)
        for measure in known.measures.get(goal.pk, ())
    ]
    clock_ = known.clocks.get(relationship_id)
    values = {
        "plan_date": _day(row.made_on),
        "plan_signed": _day(row.signed_on),
        "plan_ends": _day(row.ends_on),
        "plan_goals": "; ".join(_part(goal.title) for goal in goals),
        "plan_measures": "; ".join(measures),
        "plan_makers": row.makers,
        "plan_review_planned": _day(clock_.due) if clock_ else "",
    }
    if review is not None:
        values |= {
            "review_date": _day(review.held_on),
            "review_participation": review.participation,
            "review_results": review.results,
            "review_obstacles": review.obstacles,
            "review_changes": review.changes,
            "review_makers": review.makers,
            "review_next": _day(review.next_review_on),
        }
    return values


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _yes(value: bool) -> str:
    return "1" if value else "0"


def _part(text: str) -> str:
    """A part of a list: the separator itself becomes a comma."""
    return " ".join(text.replace(";", ",").split())


# --- Files -------------------------------------------------------------------------------------------------------------


def file_name(kind: str) -> str:
    return f"kotopolku-paths-{clock.today().isoformat()}.{kind}"


def as_file(kind: str, rows: Sequence[Exported]) -> bytes:
    """The file in the language in use. ``kind`` is csv, xlsx or json."""
    return {"csv": _csv, "xlsx": _xlsx, "json": _json}[kind](rows)


def _headers() -> list[str]:
    return [one.name(language()) for one in rules.fields()]


def _csv(rows: Sequence[Exported]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headers())
    for row in rows:
        writer.writerow([_safe(one.id, row.values.get(one.id, "")) for one in rules.fields()])
    return text.getvalue().encode("utf-8-sig")


def _safe(name: str, value: str) -> str:
    return value if name == "telephone" and value[1:].replace(" ", "").isdigit() else harmless(value)


def _xlsx(rows: Sequence[Exported]) -> bytes:
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet("874-2024")
    for column, words in enumerate(_headers()):
        sheet.write_string(0, column, words)
    for number, row in enumerate(rows, start=1):
        for column, one in enumerate(rules.fields()):
            if value := row.values.get(one.id, ""):
                sheet.write_string(number, column, _safe(one.id, value))
    book.close()
    return file.getvalue()


def _json(rows: Sequence[Exported]) -> bytes:
    found = {"clients": [row.values for row in rows]}
    return json.dumps(found, ensure_ascii=False, indent=1).encode()
