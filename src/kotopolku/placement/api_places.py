"""Agreements, places and yearly requests over HTTP. Same acts, queries and rights as the pages.

A municipality is named by its code. Not for: cases and what follows of them (``api.py``).
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.models import Organisation
from kotopolku.actors.paging import page_of
from kotopolku.placement import access, actions, rules
from kotopolku.placement.facts import NewFacts
from kotopolku.placement.models import Agreement, Capacity, PlaceAnswer, PlaceRequest
from kotopolku.placement.queries import facts as told
from kotopolku.placement.queries.agreements import state_on

router = Router(tags=["placement"], auth=Caller())
Limit = Annotated[int, Field(ge=1, le=500)]
YearOf = Annotated[int, Path(ge=2010, le=2100)]
Year = Annotated[int, Field(ge=2010, le=2100)]
Quarter = Annotated[int, Field(ge=1, le=4)]


class AgreementOut(Schema):
    """An agreement on municipal places. `until` null = until further notice; `state` as on the caller's day."""

    id: int
    municipality: str
    authority: str
    act: str
    state: str
    since: date
    until: date | None
    groups: list[str]
    county_asked_on: date | None
    county_answered_on: date | None
    decided_on: date | None
    signed_municipality_on: date | None
    signed_authority_on: date | None
    review_by: date | None


class AgreementsOut(Schema):
    """A page of agreements. `next` is the cursor of the next page, null on the last."""

    agreements: list[AgreementOut]
    next: str | None


class PlaceOut(Schema):
    """One resource of one municipality in one quarter. `free` is what is agreed less what is reserved or used."""

    municipality: str
    year: int
    quarter: int
    resource: str
    offered: int
    agreed: int
    reserved: int
    used: int
    free: int


class PlacesOut(Schema):
    """A page of places."""

    places: list[PlaceOut]
    next: str | None


class FigureIn(Schema):
    """So many places of a resource (`persons-quota`, `home-4`, `school`…) in a quarter."""

    quarter: Quarter
    resource: str = Field(max_length=20)
    places: int


class AgreeIn(Schema):
    """What is agreed; figures left out stay. `version`: that of the municipality's year as read."""

    version: int
    figures: list[FigureIn] = Field(max_length=100)
    reason: str = Field("", max_length=1000)


class YearOut(Schema):
    """The places of one municipality in one year. `version` is what agreeing on them expects."""

    municipality: str
    year: int
    version: int
    places: list[PlaceOut]


class FactsIn(Schema):
    """What is told of a municipality. `training`: none, near or here; `housing`: hard, fair or good; "" = not told."""

    version: int
    languages: list[str] = Field([], max_length=200)
    training: str = Field("", max_length=12)
    housing: str = Field("", max_length=12)
    lacking: list[str] = Field([], max_length=20)
    note: str = Field("", max_length=1000)


class FactsOut(Schema):
    """What rounds know of a municipality. `lacking`: needs not within reach; `old`: told longer ago than our own target."""

    municipality: str
    version: int
    languages: list[str]
    training: str
    housing: str
    lacking: list[str]
    note: str
    told_on: date | None
    told_for: str | None
    old: bool


class RequestIn(Schema):
    """The yearly question to every municipality of the own area."""

    year: Year
    answer_by: date
    text: str = Field("", max_length=2000)


class PlaceAnswerOut(Schema):
    """A municipality's answer. `version` 0: not answered yet."""

    municipality: str
    answered_on: date | None
    late: bool
    body: str
    note: str
    version: int


class RequestOut(Schema):
    """A request for places. `answers` are those that the caller may see, on the request's own address only."""

    id: int
    year: int
    authority: str
    text: str
    sent_on: date
    answer_by: date
    answers: list[PlaceAnswerOut] | None = None


class RequestsOut(Schema):
    """A page of requests."""

    requests: list[RequestOut]
    next: str | None


class AnswerIn(Schema):
    """What the own municipality offers. `version`: times answered so far; `body`: who decided."""

    version: int
    figures: list[FigureIn] = Field(max_length=100)
    body: str = Field("", max_length=100)
    note: str = Field("", max_length=1000)


@router.get("/placement/agreements", response=AgreementsOut, summary="Agreements on municipal places")
@api_needs(Capability.PLACEMENT_VIEW)
def agreements(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    viewer = viewer_of(request)
    page = page_of(access.agreements(viewer), cursor, limit)
    return {"agreements": [_agreement(viewer, row) for row in page.rows], "next": page.next}


@router.get("/placement/agreements/{int:agreement_id}", response=AgreementOut, summary="One agreement")
@api_needs(Capability.PLACEMENT_VIEW)
def agreement(request: HttpRequest, agreement_id: int) -> Any:
    viewer = viewer_of(request)
    return _agreement(viewer, access.agreement(viewer, agreement_id))


def _agreement(viewer: Viewer, row: Agreement) -> dict[str, Any]:
    same = (
        "id",
        "act",
        "groups",
        "county_asked_on",
        "county_answered_on",
        "decided_on",
        "signed_municipality_on",
        "signed_authority_on",
        "review_by",
    )
    return {name: getattr(row, name) for name in same} | {
        "municipality": row.municipality.area_code,
        "authority": row.authority.code,
        "state": state_on(row, viewer.day),
        "since": row.days.lower,
        "until": row.last_day,
    }


@router.get("/placement/places", response=PlacesOut, summary="Places by municipality, quarter and resource")
@api_needs(Capability.PLACEMENT_VIEW)
def places(
    request: HttpRequest, year: Year | None = None, cursor: str | None = None, limit: Limit = 500
) -> Any:
    """Of the current year, unless another is named."""
    viewer = viewer_of(request)
    rows = access.capacities(viewer).filter(year=year or viewer.day.year).select_related("municipality")
    page = page_of(rows, cursor, limit)
    return {"places": [_place(row) for row in page.rows], "next": page.next}


@router.get(
    "/placement/places/{code}/facts", response=FactsOut, summary="What a municipality tells for rounds"
)
@api_needs(Capability.PLACEMENT_VIEW)
def facts(request: HttpRequest, code: str) -> Any:
    """What holds today. Of a municipality that has told nothing, version 0 and empty values: they give no points."""
    viewer = viewer_of(request)
    return _facts(viewer, municipality_of(viewer, code))


@router.post("/placement/places/{code}/facts", response=FactsOut, summary="Tell what rounds know")
@api_needs(Capability.PLACEMENT_VIEW)
def tell_facts(request: HttpRequest, code: str, data: FactsIn, idempotency_key: Key) -> Any:
    """The municipality's own act, or its region's. What is left out is not told any more. 409 after somebody else's."""
    viewer = viewer_of(request)
    municipality = municipality_of(viewer, code)
    actions.tell_facts(
        municipality.pk,
        NewFacts(tuple(data.languages), data.training, data.housing, tuple(data.lacking), data.note),
        actor=viewer,
        expected_version=data.version,
        token=token_of(viewer, idempotency_key),
    )
    return _facts(viewer, municipality)


@router.get("/placement/places/{code}/{year}", response=YearOut, summary="A municipality's year")
@api_needs(Capability.PLACEMENT_VIEW)
def municipality_year(request: HttpRequest, code: str, year: YearOf) -> Any:
    viewer = viewer_of(request)
    return _year(viewer, municipality_of(viewer, code), year)


@router.post("/placement/places/{code}/{year}/agree", response=YearOut, summary="Agree on places")
@api_needs(Capability.PLACEMENT_AGREE)
def agree(request: HttpRequest, code: str, year: YearOf, data: AgreeIn, idempotency_key: Key) -> Any:
    """The region's act. 409 when somebody else has changed the year; 422 under what is held or outside an agreement."""
    viewer = viewer_of(request)
    municipality = municipality_of(viewer, code)
    actions.agree_places(
        municipality.pk,
        year,
        _figures(data.figures),
        data.reason,
        actor=viewer,
        expected_version=data.version,
        token=token_of(viewer, idempotency_key),
    )
    return _year(viewer, municipality, year)


def _facts(viewer: Viewer, municipality: Organisation) -> dict[str, Any]:
    row = told.current(viewer, [municipality.pk]).get(municipality.pk)
    same = ("languages", "training", "housing", "lacking", "note")
    values = {name: getattr(row or NewFacts(), name) for name in same}
    return values | {
        "municipality": municipality.area_code,
        "version": row.number if row else 0,
        "told_on": row.told_on if row else None,
        "told_for": row.told_for.code if row else None,
        "old": row is not None and told.shown(row, viewer.day).old,
    }


def municipality_of(viewer: Viewer, code: str) -> Organisation:
    """The municipality of the code in the viewer's area. Raises ``NotVisible``."""
    found = access.municipalities(viewer).filter(area_code=code).first()
    if found is None:
        raise NotVisible
    return found


def _figures(given: Iterable[FigureIn]) -> rules.Figures:
    return {(one.quarter, one.resource): one.places for one in given}


def _place(row: Capacity) -> dict[str, Any]:
    same = ("year", "quarter", "resource", "offered", "agreed", "reserved", "used", "free")
    return {name: getattr(row, name) for name in same} | {"municipality": row.municipality.area_code}


def _year(viewer: Viewer, municipality: Organisation, year: int) -> dict[str, Any]:
    rows = access.capacities(viewer).filter(municipality=municipality, year=year)
    found = list(rows.select_related("municipality").order_by("id"))
    return {
        "municipality": municipality.area_code,
        "year": year,
        "version": sum(row.version for row in found),
        "places": [_place(row) for row in found],
    }


@router.get("/placement/requests", response=RequestsOut, summary="Yearly requests for places")
@api_needs(Capability.PLACEMENT_VIEW)
def requests(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    page = page_of(access.requests(viewer_of(request)), cursor, limit)
    return {"requests": [_request(row) for row in page.rows], "next": page.next}


@router.get(
    "/placement/requests/{int:request_id}", response=RequestOut, summary="One request and its answers"
)
@api_needs(Capability.PLACEMENT_VIEW)
def one_request(request: HttpRequest, request_id: int) -> Any:
    viewer = viewer_of(request)
    found = access.request(viewer, request_id)
    answers = access.answers(viewer).filter(request=found).order_by("id")
    return _request(found) | {"answers": [_answer(row) for row in answers]}


@router.post("/placement/requests", response={201: RequestOut}, summary="Ask for places")
@api_needs(Capability.PLACEMENT_AGREE)
def ask_for_places(request: HttpRequest, data: RequestIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    token = token_of(viewer, idempotency_key)
    made = actions.send_request(data.year, data.answer_by, data.text, actor=viewer, token=token)
    return Status(201, _request(made))


@router.post(
    "/placement/requests/{int:request_id}/answer",
    response=PlaceAnswerOut,
    summary="Answer for the own municipality",
)
@api_needs(Capability.PLACEMENT_ANSWER)
def answer(request: HttpRequest, request_id: int, data: AnswerIn, idempotency_key: Key) -> Any:
    """After its day an answer is taken too, and marked late. 409 for the second of two at once."""
    viewer = viewer_of(request)
    given = rules.NewAnswer(_figures(data.figures), data.body, data.note)
    token = token_of(viewer, idempotency_key)
    return _answer(
        actions.answer_request(request_id, given, actor=viewer, expected_version=data.version, token=token)
    )


def _request(row: PlaceRequest) -> dict[str, Any]:
    same = ("id", "year", "text", "sent_on", "answer_by")
    return {name: getattr(row, name) for name in same} | {"authority": row.authority.code}


def _answer(row: PlaceAnswer) -> dict[str, Any]:
    same = ("answered_on", "late", "body", "note", "version")
    return {name: getattr(row, name) for name in same} | {"municipality": row.municipality.area_code}
