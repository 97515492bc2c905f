"""Forecasts, lots and results over HTTP, to read. Counts only; what is hidden is null.

Not for: making a forecast or changing lots (the pages), taking lots into tenders (the room above).
"""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, api_needs, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.placement.api_places import Limit
from kotopolku.training.queries import need as queries
from kotopolku.training.queries import results as result_queries
from kotopolku.training.results_rules import MONTHS_LATER, Compared, Group, Share

router = Router(tags=["training"], auth=Caller())


class ForecastOut(Schema):
    """A forecast as it was made. `figures`: lines by track, level, place and field with months, the test, lots."""

    id: int
    organisation: str
    made_on: date
    months: int
    seed: int
    digest: str
    figures: dict[str, Any]


class ForecastsOut(Schema):
    """A page of forecasts."""

    forecasts: list[ForecastOut]
    next: str | None


class NeedLotOut(Schema):
    """A lot of training to be bought. `municipality` empty: the whole area."""

    id: int
    municipality: str
    track: str
    field: str
    volume: int
    option_volume: int
    starts_on: date
    state: str
    reason: str
    taken_into: str
    version: int


class NeedLotsOut(Schema):
    """A page of lots."""

    lots: list[NeedLotOut]
    next: str | None


class ResultShareOut(Schema):
    """A share from 0 to 1 with its interval of 95 per cent; `of` 0: nobody stands behind it."""

    number: int
    of: int
    value: float
    low: float
    high: float


class ResultGroupOut(Schema):
    """One group of students of courses that are over. Null is hidden: too few people, or to protect another number."""

    dimension: str
    key: str
    parent: str
    people: int | None
    reached: ResultShareOut | None
    dropped: ResultShareOut | None
    employed: dict[int, ResultShareOut | None]
    studying: dict[int, ResultShareOut | None]
    days_to_start: int | None


class ComparedOut(Schema):
    """A provider with everybody's mix of entry levels and schooling. `why` not empty: not compared."""

    provider: str
    share: float | None = None
    low: float | None = None
    high: float | None = None
    others: float | None = None
    why: str = ""


class ResultsOut(Schema):
    """Results of a year. Providers stand by number in `groups` and are named in `names`."""

    year: int
    all: ResultGroupOut
    groups: list[ResultGroupOut]
    reasons: dict[str, int | None]
    compared: list[ComparedOut]
    names: dict[str, str]


@router.get("/training/forecasts", response=ForecastsOut, summary="Forecasts of the own authority")
@api_needs(Capability.TRAINING_MANAGE)
def forecasts(request: HttpRequest, cursor: str | None = None, limit: Limit = 20) -> Any:
    page = page_of(queries.forecasts(viewer_of(request)), cursor, limit)
    names = [name for name in ForecastOut.model_fields if name != "organisation"]
    rows = [
        {name: getattr(row, name) for name in names} | {"organisation": row.organisation.code}
        for row in page.rows
    ]
    return {"forecasts": rows, "next": page.next}


@router.get("/training/lots", response=NeedLotsOut, summary="Lots of training to be bought")
@api_needs(Capability.TRAINING_MANAGE)
def lots(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    page = page_of(queries.lots(viewer_of(request)), cursor, limit)
    rows = [{name: getattr(row, name) for name in NeedLotOut.model_fields} for row in page.rows]
    return {"lots": rows, "next": page.next}


@router.get("/training/results/{int:year}", response=ResultsOut, summary="What courses of a year led to")
@api_needs(Capability.TRAINING_VIEW)
def results(request: HttpRequest, year: int) -> Any:
    """The ministry sees all courses, an authority those that it organised."""
    found = result_queries.results(viewer_of(request), max(2000, min(year, 2100)))
    return {
        "year": found.year,
        "all": _group(found.table.all),
        "groups": [_group(one) for one in found.table.groups],
        "reasons": dict(found.table.reasons),
        "compared": [_compared(one) for one in found.table.compared],
        "names": {key: name for (dimension, key), name in found.names.items() if dimension == "provider"},
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "dimension": group.dimension,
        "key": group.key,
        "parent": group.parent,
        "people": group.people,
        "reached": _share(group.reached),
        "dropped": _share(group.dropped),
        "employed": {months: _share(group.later[months][0]) for months in MONTHS_LATER},
        "studying": {months: _share(group.later[months][1]) for months in MONTHS_LATER},
        "days_to_start": group.days.median if group.days else None,
    }


def _share(share: Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    names = ("number", "of", "value", "low", "high")
    return {name: getattr(share, name) for name in names}


def _compared(one: Any) -> dict[str, Any]:
    if not isinstance(one, Compared):
        return {"provider": one.provider, "why": one.why}
    return {name: getattr(one, name) for name in ("provider", "share", "low", "high", "others")}
