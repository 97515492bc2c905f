"""The client's own data over HTTP, for whoever is signed in at the own page. Reads only; the same queries as the pages.

Not for: officials' systems (their tokens have no own path).
"""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.api import api_needs
from kotopolku.mypage import access, actions, own_data, queries, wording


class OwnCaller(AuthBase):
    """Lets in a client's or representative's session, found by the middleware of the own path."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Viewer | None:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if viewer.own is None:
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, "CSRF check failed.")
        return viewer


router = Router(tags=["mypage"], auth=OwnCaller())


class OwnStepOut(Schema):
    """One step of the path. `name`: start, talk, plan, sign, measure or end; `state`: done, now or next."""

    name: str
    state: str
    on: date | None
    title: str


class DeadlineOut(Schema):
    """A day that concerns the client, with the rule that sets it."""

    rule: str
    act: str
    section: str
    due: date | None
    text: str


class OwnPathOut(Schema):
    """The path: its steps and the days that concern the client, in the language asked for."""

    steps: list[OwnStepOut]
    deadlines: list[DeadlineOut]


class OwnAppointmentOut(Schema):
    """An appointment to come or past. `answer`: comes, other-time or empty."""

    id: int
    starts_at: datetime
    ends_at: datetime
    topic: str
    place: str
    state: str
    answer: str


class OwnDataOut(Schema):
    """What is stored about the client, as in the file that can be downloaded."""

    data: dict[str, Any]
    contact_hidden: bool


class LookOut(Schema):
    """How often somebody has opened the client's data in a month."""

    month: date
    name: str
    title: str
    organisation: str
    times: int
    last_on: date


@router.get("/my/path", response=OwnPathOut)
@api_needs(Capability.OWN_PATH)
def own_path(request: Any) -> dict[str, Any]:
    """The open person's path."""
    found = queries.own_path(request.viewer)
    return {
        "steps": [
            {"name": step.name, "state": step.state, "on": step.on, "title": wording.step_name(step)}
            for step in found.steps
        ],
        "deadlines": [
            {
                "rule": row.rule,
                "act": row.act,
                "section": row.section,
                "due": row.due,
                "text": wording.clock_text(row.rule, row.due),
            }
            for row in found.clocks
        ],
    }


@router.get("/my/appointments", response=list[OwnAppointmentOut])
@api_needs(Capability.OWN_PATH)
def own_appointments(request: Any) -> list[queries.ShownAppointment]:
    """Appointments, those to come first; at most as many as the page shows."""
    coming, past = queries.appointments_by_time(request.viewer)
    return [*coming, *past]


@router.get("/my/data", response=OwnDataOut)
@api_needs(Capability.OWN_PATH)
def own_stored_data(request: Any) -> dict[str, Any]:
    """What is stored about the open person. Journalled as a download."""
    stored = own_data.stored_about(request.viewer)
    actions.record_download("json", actor=request.viewer)
    return {"data": stored.data, "contact_hidden": stored.contact_hidden}


@router.get("/my/looks", response=list[LookOut])
@api_needs(Capability.OWN_PATH)
def own_looks(request: Any) -> list[dict[str, Any]]:
    """Who has opened the open person's data, by month."""
    access.own_person_id(request.viewer)
    return [
        {
            "month": month.first_day,
            "name": one.name,
            "title": one.title,
            "organisation": one.organisation,
            "times": one.times,
            "last_on": one.last_on,
        }
        for month in queries.who_has_looked(request.viewer)
        for one in month.lookers
    ]
