"""Measures followed over HTTP: a provider's participants and attendance, a client's measures, levels, result.

The same actions, queries and rights as the pages. A provider gets of a participant name, course and days, nothing else.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.actors import paging
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.clients import access
from kotopolku.clients import actions as clients
from kotopolku.progress import actions, queries
from kotopolku.progress.models import AttendanceMonth
from kotopolku.progress.rules import Attendance, first_of

router = Router(tags=["progress"], auth=Caller())

Hours = Annotated[Decimal, Field(ge=0, max_digits=5, decimal_places=1)]
MOST_ROWS = 1_000


class MeasureParticipantOut(Schema):
    """A participant of the caller's organisation (681/2023 § 94). `measure` is what attendance is reported by."""

    measure: int
    name: str
    title: str
    starts_on: date | None
    ends_on: date | None


class AttendanceIn(Schema):
    """One participant's month; any day of the month will do. Hours with at most one decimal."""

    measure: int
    month: date
    hours_planned: Hours
    hours_attended: Hours
    hours_absent: Hours = Decimal(0)
    longest_absence: int = Field(0, ge=0, le=31)
    last_attended_on: date | None = None


class AttendanceListIn(Schema):
    rows: list[AttendanceIn] = Field(min_length=1, max_length=MOST_ROWS)


class ReportedOut(Schema):
    """`to_hear`: how many of the participants the authority hears because of the absence."""

    new: int
    changed: int
    same: int
    to_hear: int


class AttendanceOut(Schema):
    measure: int
    month: date
    hours_planned: Decimal
    hours_attended: Decimal
    hours_absent: Decimal
    longest_absence: int
    last_attended_on: date | None
    reported_on: date
    version: int


class AttendancePageOut(Schema):
    """Months in the order of reporting. `next` is null at the end of the list."""

    months: list[AttendanceOut]
    next: str | None


class MeasureOut(Schema):
    """One measure of the plan with its hours so far."""

    id: int
    kind: str
    title: str
    provider: str
    state: str
    starts_on: date | None
    ends_on: date | None
    hours_planned: Decimal | None
    hours_attended: Decimal
    hours_absent: Decimal
    months: list[AttendanceOut]


class LevelOut(Schema):
    language: str
    skill: str
    level: str
    basis: str
    source: str
    assessed_on: date


class ResultOut(Schema):
    on: date
    employment: str
    study: str
    other: str


class FollowUpOut(Schema):
    """`situation` is empty until it has been asked."""

    months: int
    due_on: date
    situation: str
    source: str
    answered_on: date | None


class ProgressOut(Schema):
    """All that is followed of one client."""

    measures: list[MeasureOut]
    levels: list[LevelOut]
    result: ResultOut | None
    follow_ups: list[FollowUpOut]


class LevelsIn(Schema):
    """Levels by skill: listening, speaking, reading, writing. Codes A1.1 to C2.2; "0" for no skills yet."""

    language: str
    levels: dict[str, str]
    basis: str
    source: str = Field("", max_length=200)
    assessed_on: date


@router.get(
    "/progress/participants", response=list[MeasureParticipantOut], summary="The provider's participants"
)
@api_needs(Capability.ATTENDANCE_REPORT)
def participants(request: HttpRequest) -> Any:
    """Those whose measure of the own organisation is under way, or ended lately. Each call is journalled."""
    return [
        {
            "measure": one.measure_id,
            "name": one.name,
            "title": one.title,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
        }
        for one in actions.show_participants(actor=viewer_of(request))
    ]


@router.get("/progress/attendance", response=AttendancePageOut, summary="What the provider has reported")
@api_needs(Capability.ATTENDANCE_REPORT)
def reported(
    request: HttpRequest,
    cursor: Annotated[str, Field(max_length=300)] = "",
    limit: Annotated[int, Field(ge=1, le=paging.MOST)] = 50,
) -> Any:
    """Go on with `next` as `cursor` until it is null."""
    page = paging.page_of(queries.reports(viewer_of(request)), cursor, limit)
    return {"months": [_month(row) for row in page.rows], "next": page.next}


@router.post("/progress/attendance", response=ReportedOut, summary="Report months of attendance")
@api_needs(Capability.ATTENDANCE_REPORT)
def report(request: HttpRequest, data: AttendanceListIn, idempotency_key: Key) -> Any:
    """All or nothing. Fields of refusals begin with `rows-<place>-`. A month sent again is corrected, not doubled."""
    viewer = viewer_of(request)
    rows = [
        Attendance(
            measure_id=one.measure, month=first_of(one.month), **one.dict(exclude={"measure", "month"})
        )
        for one in data.rows
    ]
    done = actions.report_attendance(rows, actor=viewer, token=token_of(viewer, idempotency_key))
    return {name: getattr(done, name) for name in ReportedOut.model_fields}


@router.get(
    "/clients/{int:client_id}/progress", response=ProgressOut, summary="Measures and results of one client"
)
@api_needs(Capability.CLIENT_VIEW)
def progress(request: HttpRequest, client_id: int) -> Any:
    """404 for a client of another authority, as for one that does not exist."""
    viewer = viewer_of(request)
    case = access.case(viewer, client_id)
    clients.record_look(client_id, case.relationship.person_id, actor=viewer)
    view = queries.progress_of(viewer, client_id)
    return {
        "measures": [_measure(one) for one in view.measures],
        "levels": [{name: getattr(one, name) for name in LevelOut.model_fields} for one in view.levels],
        "result": view.result and {name: getattr(view.result, name) for name in ResultOut.model_fields},
        "follow_ups": [
            {name: getattr(one, name) for name in FollowUpOut.model_fields} for one in view.follow_ups
        ],
    }


@router.post(
    "/clients/{int:client_id}/levels", response={201: list[LevelOut]}, summary="Record language levels"
)
@api_needs(Capability.CLIENT_EDIT)
def add_levels(request: HttpRequest, client_id: int, data: LevelsIn, idempotency_key: Key) -> Any:
    """Each skill by itself; what was found before stays in the history."""
    viewer = viewer_of(request)
    rows = actions.record_levels(
        client_id, **data.dict(), actor=viewer, token=token_of(viewer, idempotency_key)
    )
    return Status(201, [{name: getattr(one, name) for name in LevelOut.model_fields} for one in rows])


def _measure(one: queries.MeasureView) -> dict[str, Any]:
    names = ("id", "kind", "title", "state", "starts_on", "ends_on")
    return {name: getattr(one.measure, name) for name in names} | {
        "provider": one.provider,
        "hours_planned": one.planned,
        "hours_attended": one.attended,
        "hours_absent": one.absent,
        "months": [_month(row) for row in one.months],
    }


def _month(row: AttendanceMonth) -> dict[str, Any]:
    names = [name for name in AttendanceOut.model_fields if name != "measure"]
    return {name: getattr(row, name) for name in names} | {"measure": row.measure_id}
