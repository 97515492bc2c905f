"""Clients over HTTP: list, one client, its deadlines, registering. The same actions, queries and rights as the pages.

A person under a non-disclosure order has neither municipality nor contacts here, whoever asks.
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.actors import paging
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.clients import actions, queries
from kotopolku.clients.models import Clock
from kotopolku.clients.rules import ContactContent, NewClient, PermitContent, PersonContent, Stage

router = Router(tags=["clients"], auth=Caller())


class ClockOut(Schema):
    """A deadline or an own target. `due` is null for "without delay" with no number."""

    rule: str
    act: str
    section: str
    kind: str
    own: bool
    opens_on: date
    nominal: date | None
    due: date | None
    suspended_days: int
    closed_on: date | None
    lapsed: bool


class ExplainedClockOut(ClockOut):
    """With the steps of the counting: (text, source) by language."""

    explanation: dict[str, list[tuple[str, str]]]


class ClientRowOut(Schema):
    """One client of the list."""

    id: int
    case_number: str
    name: str
    birth_year: int | None
    service_language: str
    stage: Stage
    protected: bool
    started_on: date
    worker: str
    next_rule: str | None
    next_due: date | None


class ClientsOut(Schema):
    """A page of clients in the order of registering. `next` is null at the end of the list."""

    clients: list[ClientRowOut]
    next: str | None


class ChangeOut(Schema):
    """A client of whom something has changed. `answers` is false when another authority answers now: forget the client."""

    id: int
    at: datetime
    answers: bool


class ChangesOut(Schema):
    """Changes in the order in which they became visible, each client once a page. `here`: where to go on later.

    While `more` is true there are further changes now.
    """

    changes: list[ChangeOut]
    here: str
    more: bool


class ClientOut(Schema):
    """One client. `municipality` is null when not known or hidden by a non-disclosure order."""

    id: int
    case_number: str
    family_name: str
    given_names: str
    identity_code: str | None
    birth_date: date | None
    service_language: str
    interpreter_needed: bool
    municipality: str | None
    protected: bool
    stage: Stage
    authority: str
    section: str
    started_on: date
    ended_on: date | None
    plan_ends_on: date | None
    plan_latest_end: date | None
    clocks: list[ClockOut]


class PermitIn(Schema):
    kind: str
    basis: str
    starts: date
    ends: date | None = None


class ClientIn(Schema):
    """What registering needs. Codes as in the reference data; `jobseeker_since` null = not a registered jobseeker."""

    family_name: str = Field(max_length=100)
    given_names: str = Field("", max_length=150)
    identity_code: str = Field("", max_length=20)
    birth_date: date | None = None
    service_language: str = Field("", max_length=10)
    mother_tongue: str = Field("", max_length=10)
    interpreter_needed: bool = False
    citizenships: list[str] = []
    municipality: str = Field(max_length=3)
    started_on: date
    request_on: date | None = None
    jobseeker_since: date | None = None
    permit: PermitIn | None = None
    non_disclosure: bool = False
    non_disclosure_until: date | None = None
    override_reason: str = Field("", max_length=1000)
    duplicate_reason: str = Field("", max_length=1000)


@router.get("/clients", response=ClientsOut, summary="Clients of the own authority")
@api_needs(Capability.CLIENT_VIEW)
def clients(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=100)] = "",
    stage: str = "",
    worker: str = "",
    language: str = "",
    deadline: str = "",
    municipality: str = "",
    ended: bool = False,
    cursor: Annotated[str, Field(max_length=300)] = "",
    limit: Annotated[int, Field(ge=1, le=paging.MOST)] = 50,
) -> Any:
    """The filters of the client list. Go on with `next` as `cursor` until it is null; no client is passed over.

    While somebody is registering, a page may be short or empty and still have a `next`: come back in a moment.
    """
    viewer = viewer_of(request)
    filters = queries.ClientFilters(
        q=q.replace("\0", ""),
        stage=stage,
        worker=worker,
        language=language,
        deadline=deadline,
        municipality=municipality,
        ended=ended,
    )
    page = paging.page_of(queries.filtered(viewer, filters).only("id"), cursor, limit)
    rows = queries.list_rows(viewer, [row.pk for row in page.rows])
    if rows:
        actions.record_list_look([row.person_id for row in rows], actor=viewer)
    return {"clients": [_row(row) for row in rows], "next": page.next}


@router.get("/clients/changes", response=ChangesOut, summary="Clients that have changed")
@api_needs(Capability.CLIENT_VIEW)
def changes(
    request: HttpRequest,
    cursor: Annotated[str, Field(max_length=300)] = "",
    limit: Annotated[int, Field(ge=1, le=paging.MOST)] = 500,
) -> Any:
    """What to read again: ids only. Keep `here` and send it as `cursor` the next time; nothing is passed over.

    Without a cursor it begins with the oldest change kept. The first copy is made by the list of clients, with `here` of
    a call made before it.
    """
    viewer = viewer_of(request)
    page = paging.page_of(queries.changes(viewer), cursor, limit)
    last = {row.relationship_id: row for row in page.rows}
    own = queries.own_among(viewer, last)
    return {
        "changes": [{"id": number, "at": row.at, "answers": number in own} for number, row in last.items()],
        "here": page.here,
        "more": page.next is not None,
    }


def _row(row: queries.ClientRow) -> dict[str, Any]:
    return {
        "id": row.relationship_id,
        "case_number": row.case_number,
        "name": row.name,
        "birth_year": row.birth_year,
        "service_language": row.service_language,
        "stage": row.stage,
        "protected": row.protected,
        "started_on": row.started_on,
        "worker": row.worker_name,
        "next_rule": row.next_clock.rule if row.next_clock else None,
        "next_due": row.next_clock.due if row.next_clock else None,
    }


@router.get("/clients/{int:client_id}", response=ClientOut, summary="One client")
@api_needs(Capability.CLIENT_VIEW)
def client(request: HttpRequest, client_id: int) -> Any:
    """404 for a client of another authority, as for one that does not exist."""
    viewer = viewer_of(request)
    detail = queries.client_page(viewer, client_id)
    actions.record_look(client_id, detail.person.pk, actor=viewer)
    return _client(detail)


def _client(detail: queries.ClientDetail) -> dict[str, Any]:
    person, plan = detail.person, detail.plan.plan if detail.plan else None
    return {
        "id": detail.relationship.pk,
        "case_number": detail.relationship.case_number,
        "family_name": person.family_name,
        "given_names": person.given_names,
        "identity_code": person.identity_code,
        "birth_date": person.birth_date,
        "service_language": person.service_language,
        "interpreter_needed": person.interpreter_needed,
        "municipality": (detail.contact.municipality or None) if detail.contact else None,
        "protected": detail.protected,
        "stage": detail.stage,
        "authority": detail.authority_name,
        "section": detail.responsibility.section,
        "started_on": detail.relationship.started_on,
        "ended_on": detail.relationship.ended_on,
        "plan_ends_on": plan.ends_on if plan else None,
        "plan_latest_end": plan.latest_end if plan else None,
        "clocks": [_clock(clock) for clock in detail.clocks],
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in ClockOut.model_fields}


@router.get(
    "/clients/{int:client_id}/clocks", response=list[ExplainedClockOut], summary="Deadlines of one client"
)
@api_needs(Capability.CLIENT_VIEW)
def clocks(request: HttpRequest, client_id: int) -> Any:
    """Running ones first, then those met or lapsed, each with why."""
    viewer = viewer_of(request)
    detail = queries.client_page(viewer, client_id)
    actions.record_look(client_id, detail.person.pk, actor=viewer)
    return [_explained(clock) for clock in (*detail.clocks, *detail.closed_clocks)]


def _explained(clock: Clock) -> dict[str, Any]:
    explanation = law.Explanation.from_json(clock.explanation)
    return _clock(clock) | {
        "explanation": {language: explanation.lines(language) for language in law.LANGUAGES}
    }


@router.post("/clients", response={201: ClientOut}, summary="Register a client")
@api_needs(Capability.CLIENT_REGISTER)
def register(
    request: HttpRequest,
    data: ClientIn,
    idempotency_key: Key,
) -> Any:
    """The header `Idempotency-Key` names this call: sent again, it returns the first client and writes nothing."""
    viewer = viewer_of(request)
    relationship = actions.register_client(_new(data), actor=viewer, token=token_of(viewer, idempotency_key))
    return Status(201, _client(queries.client_page(viewer, relationship.pk)))


def _new(data: ClientIn) -> NewClient:
    return NewClient(
        person=PersonContent(
            family_name=data.family_name,
            given_names=data.given_names,
            identity_code=data.identity_code,
            birth_date=data.birth_date,
            service_language=data.service_language,
            mother_tongue=data.mother_tongue,
            interpreter_needed=data.interpreter_needed,
            citizenships=tuple(data.citizenships),
        ),
        contact=ContactContent(municipality=data.municipality),
        started_on=data.started_on,
        request_on=data.request_on,
        jobseeker_since=data.jobseeker_since,
        permit=PermitContent(**data.permit.dict()) if data.permit else None,
        non_disclosure=data.non_disclosure,
        non_disclosure_until=data.non_disclosure_until,
        override_reason=data.override_reason,
        duplicate_reason=data.duplicate_reason,
    )
