"""Cases, proposals, arrivals and claims of municipal places over HTTP. Same acts, queries and rights as the pages.

A municipality is named by its code. Names of people are given by one operation only, to whom they are open, and each look
is in the journal. Not for: places (``api_places.py``), the engine, which has a command of its own.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.placement import access
from kotopolku.placement.actions import arrivals as arrival_actions
from kotopolku.placement.actions import cases as case_actions
from kotopolku.placement.actions import money as money_actions
from kotopolku.placement.actions import proposals as proposal_actions
from kotopolku.placement.actions import rounds as round_actions
from kotopolku.placement.actions import sealed
from kotopolku.placement.api_places import Limit, Quarter, Year, municipality_of
from kotopolku.placement.case_rules import CaseContent, MemberContent
from kotopolku.placement.models import Arrival, Case, ClaimLine, Proposal

router = Router(tags=["placement"], auth=Caller())
Code = Annotated[str, Field(max_length=3)]
Worker = Annotated[int, Field(ge=1, le=2**31 - 1)]


# --- Cases -----------------------------------------------------------------------------------------------------------


class TieOut(Schema):
    """People near to them live in the municipality: close, relative or friend."""

    municipality: Code
    near: str = Field(max_length=20)


class PersonOut(Schema):
    """A person of a case, without a name. `relation`: to the applicant."""

    number: int
    age: int
    relation: str
    schooling: str
    work: str
    languages: list[str]


class CaseOut(Schema):
    """A case without names. Places are null at the region while a non-disclosure order hides them from the caller."""

    id: int
    number: str
    group: str
    state: str
    received_on: date
    deadline: date | None
    emergency: bool
    persons: int
    needs: list[str]
    languages: list[str]
    description: str
    non_disclosure: bool
    wishes: list[str] | None
    vetoes: list[str] | None
    ties: list[TieOut] | None
    directed_on: date | None
    closed_on: date | None
    version: int
    people: list[PersonOut] | None = None
    """On the case's own address only."""


class CasesOut(Schema):
    """A page of cases."""

    cases: list[CaseOut]
    next: str | None


class MemberIn(Schema):
    """A person: what may be known, and the name, birth date and identity code, which go under the seal."""

    age: int | None = None
    relation: str = Field("applicant", max_length=12)
    schooling: str = Field("", max_length=200)
    work: str = Field("", max_length=200)
    languages: list[str] = Field([], max_length=20)
    family_name: str = Field("", max_length=100)
    given_names: str = Field("", max_length=150)
    birth_date: date | None = None
    identity_code: str = Field("", max_length=11)


class CaseIn(Schema):
    """A case from the sender's own system. `reference` is the sender's number: the same one again is refused."""

    group: str = Field(max_length=12)
    reference: str = Field(max_length=60)
    source: Annotated[str, Field(pattern="^(migri|reception|form)$")] = "migri"
    received_on: date
    members: list[MemberIn] = Field(max_length=100)
    deadline: date | None = None
    emergency: bool = False
    wishes: list[Code] = Field([], max_length=20)
    vetoes: list[Code] = Field([], max_length=400)
    ties: list[TieOut] = Field([], max_length=20)
    needs: list[str] = Field([], max_length=50)
    languages: list[str] = Field([], max_length=20)
    description: str = ""
    non_disclosure: bool = False
    reception_municipality: Annotated[str, Field(max_length=3)] = ""


class PlacementReasonIn(Schema):
    reason: str = Field(max_length=1000)


class NameOut(Schema):
    """What was under the seal of one person."""

    number: int
    family_name: str
    given_names: str
    birth_date: date | None
    identity_code: str


class NamesOut(Schema):
    """Names of a case."""

    people: list[NameOut]


@router.get("/placement/cases", response=CasesOut, summary="Cases of the own region")
@api_needs(Capability.PLACEMENT_AGREE)
def cases(request: HttpRequest, state: str = "", cursor: str | None = None, limit: Limit = 50) -> Any:
    """In the order in which they came; `state` picks waiting, proposed, accepted, directed, planned, arrived and so on."""
    viewer = viewer_of(request)
    rows = access.cases(viewer)
    page = page_of(rows.filter(state=state) if state else rows, cursor, limit)
    return {
        "cases": [_case(row, access.sees_municipality(viewer, row)) for row in page.rows],
        "next": page.next,
    }


@router.get("/placement/cases/{int:case_id}", response=CaseOut, summary="One case")
@api_needs(Capability.PLACEMENT_AGREE)
def case(request: HttpRequest, case_id: int) -> Any:
    """Without names; the look is written in the journal."""
    viewer = viewer_of(request)
    found = case_actions.record_case_look(case_id, actor=viewer)
    return _whole(found, access.sees_municipality(viewer, found))


@router.post("/placement/cases", response={201: CaseOut}, summary="Add a case")
@api_needs(Capability.PLACEMENT_AGREE)
def add_case(request: HttpRequest, data: CaseIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    given = data.dict()
    members = tuple(
        MemberContent(**one | {"languages": tuple(one["languages"])}) for one in given.pop("members")
    )
    ties = tuple((one["municipality"], one["near"]) for one in given.pop("ties"))
    lists: dict[str, Any] = {
        name: tuple(given.pop(name)) for name in ("wishes", "vetoes", "needs", "languages")
    }
    content = CaseContent(members=members, ties=ties, **lists, **given)
    made = case_actions.add_case(content, actor=viewer, token=token_of(viewer, idempotency_key))
    return Status(201, _whole(made, True))


@router.post("/placement/cases/{int:case_id}/direct", response=CaseOut, summary="Direct an accepted case")
@api_needs(Capability.PLACEMENT_AGREE)
def direct(request: HttpRequest, case_id: int) -> Any:
    """The region's decision; names open to the workers whom the municipality has named. 409 before an acceptance."""
    viewer = viewer_of(request)
    found = proposal_actions.direct_case(case_id, actor=viewer)
    proposal_actions.open_names(case_id, actor=viewer)
    return _whole(found, True)


@router.post("/placement/cases/{int:case_id}/withdraw", response=CaseOut, summary="Withdraw a case")
@api_needs(Capability.PLACEMENT_AGREE)
def withdraw_case(request: HttpRequest, case_id: int, data: PlacementReasonIn) -> Any:
    """Before arrival. A proposal of it is taken back and its places are free again."""
    viewer = viewer_of(request)
    found = case_actions.withdraw_case(case_id, data.reason, actor=viewer)
    return _whole(found, access.sees_municipality(viewer, found))


@router.get("/placement/cases/{int:case_id}/names", response=NamesOut, summary="Names of a case")
@api_needs(Capability.PLACEMENT_VIEW)
def names(request: HttpRequest, case_id: int) -> Any:
    """To the region's officers, and to the named workers once the case is directed. The look is written in the journal."""
    rows = sealed.record_names_look(case_id, actor=viewer_of(request))
    same = ("family_name", "given_names", "birth_date", "identity_code")
    return {
        "people": [
            {name: getattr(row, name) for name in same} | {"number": row.member.number} for row in rows
        ]
    }


def _case(row: Case, shown: bool) -> dict[str, Any]:
    same = [name for name in CaseOut.model_fields if name not in ("wishes", "vetoes", "ties", "people")]
    found = {name: getattr(row, name) for name in same}
    places = {name: getattr(row, name) if shown else None for name in ("wishes", "vetoes", "ties")}
    return found | places


def _whole(row: Case, shown: bool) -> dict[str, Any]:
    people = [
        {name: getattr(one, name) for name in PersonOut.model_fields}
        for one in row.members.order_by("number")
    ]
    return _case(row, shown) | {"people": people}


# --- Proposals -------------------------------------------------------------------------------------------------------


class ProposalOut(Schema):
    """A case proposed to a municipality. `about` is the case without names, while the caller may see it."""

    id: int
    number: str
    municipality: str
    authority: str
    state: str
    reason: str
    year: int
    quarter: int
    proposed_on: date
    answer_by: date
    answered_on: date | None
    late: bool
    decline_reason: str
    note: str
    home_ready_on: date | None
    about: CaseOut | None = None


class ProposalsOut(Schema):
    """A page of proposals."""

    proposals: list[ProposalOut]
    next: str | None


class ProposalIn(Schema):
    """A municipality for a case, why, and of which quarter the places are held.

    Another municipality than the latest round's needs `override_code` (work, family, services, home, safety, agreed or
    other) and `override_text`.
    """

    municipality: Code
    reason: str = Field(max_length=2000)
    year: Year
    quarter: Quarter
    answer_by: date | None = None
    override_code: str = Field("", max_length=10)
    override_text: str = Field("", max_length=1000)


class ProposalAcceptIn(Schema):
    """Yes: when a home is ready, and who of the municipality will see the names."""

    home_ready_on: date | None = None
    workers: list[Worker] = Field([], max_length=20)
    note: str = Field("", max_length=2000)


class DeclineIn(Schema):
    """No: no-home, no-service, no-places, content or other."""

    reason: str = Field(max_length=12)
    note: str = Field("", max_length=2000)


class WordIn(Schema):
    text: str = Field(max_length=4000)


class WordOut(Schema):
    """What one side wrote to the other about a proposal."""

    id: int
    by_region: bool
    text: str
    written_at: datetime


class WorkersIn(Schema):
    workers: list[Worker] = Field(max_length=20)


class WorkersOut(Schema):
    """Who of the municipality sees, or will see, the names."""

    workers: list[int]


@router.get("/placement/proposals", response=ProposalsOut, summary="Proposals, sent or received")
@api_needs(Capability.PLACEMENT_VIEW)
def proposals(request: HttpRequest, state: str = "", cursor: str | None = None, limit: Limit = 50) -> Any:
    """In the order in which they were made; `state` picks open, accepted, declined or withdrawn."""
    rows = access.proposals(viewer_of(request))
    page = page_of(rows.filter(state=state) if state else rows, cursor, limit)
    return {"proposals": [_proposal(row) for row in page.rows], "next": page.next}


@router.get("/placement/proposals/{int:proposal_id}", response=ProposalOut, summary="One proposal")
@api_needs(Capability.PLACEMENT_VIEW)
def proposal(request: HttpRequest, proposal_id: int) -> Any:
    """With the case, without names; the look is written in the journal."""
    found, about = sealed.record_proposal_look(proposal_id, actor=viewer_of(request))
    return _proposal(found) | {"about": _whole(about, True) if about is not None else None}


@router.post(
    "/placement/cases/{int:case_id}/proposals", response={201: ProposalOut}, summary="Propose a case"
)
@api_needs(Capability.PLACEMENT_AGREE)
def propose(request: HttpRequest, case_id: int, data: ProposalIn, idempotency_key: Key) -> Any:
    """Its places are held at once. 409 when the case does not wait any more, 422 when there is no room."""
    viewer = viewer_of(request)
    access.case(viewer, case_id)
    try:
        municipality = municipality_of(viewer, data.municipality)
    except NotVisible as error:
        message = _("There is no municipality %(code)s in your area.")
        params = {"code": data.municipality}
        raise Refusals([Refusal("municipality", "unknown-municipality", message, params)]) from error
    wanted = proposal_actions.NewProposal(
        municipality.pk, data.reason, data.year, data.quarter, data.answer_by
    )
    token = token_of(viewer, idempotency_key)
    override = round_actions.Override(data.override_code, data.override_text) if data.override_code else None
    made = round_actions.propose(case_id, wanted, actor=viewer, token=token, override=override)
    return Status(201, _proposal(access.proposal(viewer, made.pk)))


@router.post(
    "/placement/proposals/{int:proposal_id}/accept", response=ProposalOut, summary="Accept a proposal"
)
@api_needs(Capability.PLACEMENT_ANSWER)
def accept(request: HttpRequest, proposal_id: int, data: ProposalAcceptIn, idempotency_key: Key) -> Any:
    """No name opens before the region has directed the case. 409 when it has been answered already."""
    viewer = viewer_of(request)
    done = proposal_actions.accept_proposal(
        proposal_id,
        data.home_ready_on,
        actor=viewer,
        workers=data.workers,
        note=data.note,
        token=token_of(viewer, idempotency_key),
    )
    return _proposal(done)


@router.post(
    "/placement/proposals/{int:proposal_id}/decline", response=ProposalOut, summary="Decline a proposal"
)
@api_needs(Capability.PLACEMENT_ANSWER)
def decline(request: HttpRequest, proposal_id: int, data: DeclineIn, idempotency_key: Key) -> Any:
    """The places are free again. 409 when it has been answered already."""
    viewer = viewer_of(request)
    token = token_of(viewer, idempotency_key)
    return _proposal(
        proposal_actions.decline_proposal(proposal_id, data.reason, data.note, actor=viewer, token=token)
    )


@router.post(
    "/placement/proposals/{int:proposal_id}/withdraw", response=ProposalOut, summary="Take a proposal back"
)
@api_needs(Capability.PLACEMENT_AGREE)
def take_back(request: HttpRequest, proposal_id: int, data: PlacementReasonIn) -> Any:
    """The region's act, before arrival; the case waits again."""
    return _proposal(proposal_actions.take_back_proposal(proposal_id, data.reason, actor=viewer_of(request)))


@router.post("/placement/proposals/{int:proposal_id}/words", response={201: WordOut}, summary="Ask or reply")
@api_needs(Capability.PLACEMENT_VIEW)
def write(request: HttpRequest, proposal_id: int, data: WordIn, idempotency_key: Key) -> Any:
    """The municipality asks, the region replies. No name may stand in it."""
    viewer = viewer_of(request)
    act = proposal_actions.reply if access.is_region(viewer) else proposal_actions.ask_more
    made = act(proposal_id, data.text, actor=viewer, token=token_of(viewer, idempotency_key))
    return Status(201, {name: getattr(made, name) for name in WordOut.model_fields})


@router.post(
    "/placement/proposals/{int:proposal_id}/workers", response=WorkersOut, summary="Name the workers"
)
@api_needs(Capability.PLACEMENT_ANSWER)
def name_workers(request: HttpRequest, proposal_id: int, data: WorkersIn) -> Any:
    """In place of those named before. To new ones of a directed case the names open at once."""
    named = proposal_actions.name_workers(proposal_id, data.workers, actor=viewer_of(request))
    return {"workers": [one.user_id for one in named]}


def _proposal(row: Proposal) -> dict[str, Any]:
    same = [n for n in ProposalOut.model_fields if n not in ("municipality", "authority", "about")]
    places = {"municipality": row.municipality.area_code, "authority": row.authority.code}
    return {name: getattr(row, name) for name in same} | places


# --- Arrivals and money ----------------------------------------------------------------------------------------------


class PlanIn(Schema):
    """The day of arrival, and what was agreed of it."""

    planned_on: date
    note: str = Field("", max_length=2000)


class ArrivedIn(Schema):
    """Who has come: numbers of the persons, null for all."""

    arrived_on: date
    members: list[int] | None = Field(None, max_length=100)
    duplicate_reason: str = Field("", max_length=1000)


class ArrivalOut(Schema):
    """An arrival, planned or past. `clients` (number of the person → client's id) at the municipality only."""

    id: int
    proposal_id: int
    number: str
    municipality: str
    planned_on: date
    note: str
    arrived_on: date | None
    clients: dict[str, int] | None


class ArrivalsOut(Schema):
    """A page of arrivals."""

    arrivals: list[ArrivalOut]
    next: str | None


class ClaimOut(Schema):
    """A claim for compensation. `granted` null: not decided. Euros as text, so that no cent is lost."""

    id: int
    claimant: str
    authority: str
    year: int
    number: int
    state: str
    claim_by: date
    made_on: date
    euros: Decimal
    granted: Decimal | None


class ClaimsOut(Schema):
    """A page of claims."""

    claims: list[ClaimOut]
    next: str | None


class LineOut(Schema):
    """A line of a claim: days of one sum, with the section it rests on. No name; `client_number` empty for what is nobody's."""

    client_number: str
    kind: str
    receiver: str
    first: date
    last: date
    days: int
    euros: Decimal
    act: str
    section: str


class LinesOut(Schema):
    """A page of a claim's lines."""

    lines: list[LineOut]
    next: str | None


@router.get("/placement/arrivals", response=ArrivalsOut, summary="Arrivals, planned and past")
@api_needs(Capability.PLACEMENT_VIEW)
def arrivals(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    viewer = viewer_of(request)
    page = page_of(access.arrivals(viewer), cursor, limit)
    return {"arrivals": [_arrival(viewer, row) for row in page.rows], "next": page.next}


@router.post("/placement/proposals/{int:proposal_id}/arrival", response=ArrivalOut, summary="Plan an arrival")
@api_needs(Capability.PLACEMENT_VIEW)
def plan_arrival(request: HttpRequest, proposal_id: int, data: PlanIn) -> Any:
    """After the direction; the day can be planned again."""
    viewer = viewer_of(request)
    return _arrival(
        viewer, arrival_actions.plan_arrival(proposal_id, data.planned_on, data.note, actor=viewer)
    )


@router.post(
    "/placement/proposals/{int:proposal_id}/arrived", response=ArrivalOut, summary="Record an arrival"
)
@api_needs(Capability.CLIENT_REGISTER)
def record_arrival(request: HttpRequest, proposal_id: int, data: ArrivedIn, idempotency_key: Key) -> Any:
    """Places come into use and each person becomes a client of the municipality. For a worker who sees the names."""
    viewer = viewer_of(request)
    made = arrival_actions.record_arrival(
        proposal_id,
        data.arrived_on,
        actor=viewer,
        members=data.members,
        duplicate_reason=data.duplicate_reason,
        token=token_of(viewer, idempotency_key),
    )
    return _arrival(viewer, made)


def _arrival(viewer: Viewer, row: Arrival) -> dict[str, Any]:
    same = ("id", "proposal_id", "planned_on", "note", "arrived_on")
    own = row.municipality_id in access.followed_ids(viewer)
    return {name: getattr(row, name) for name in same} | {
        "number": row.case.number,
        "municipality": row.municipality.area_code,
        "clients": row.relationships if own else None,
    }


@router.get("/placement/claims", response=ClaimsOut, summary="Claims for compensation")
@api_needs(Capability.PLACEMENT_VIEW)
def claims(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    page = page_of(access.claims(viewer_of(request)), cursor, limit)
    same = ("id", "year", "number", "state", "claim_by", "made_on", "euros")
    rows = [
        {name: getattr(row, name) for name in same}
        | {
            "claimant": row.claimant.code,
            "authority": row.authority.code,
            "granted": decision.euros if (decision := getattr(row, "decision", None)) else None,
        }
        for row in page.rows
    ]
    return {"claims": rows, "next": page.next}


@router.get("/placement/claims/{int:claim_id}/lines", response=LinesOut, summary="Lines of a claim")
@api_needs(Capability.PLACEMENT_VIEW)
def claim_lines(request: HttpRequest, claim_id: int, cursor: str | None = None, limit: Limit = 500) -> Any:
    """As they were when the claim was made; the look is written in the journal."""
    viewer = viewer_of(request)
    found = access.claim(viewer, claim_id)
    money_actions.record_claim_look(found, actor=viewer)
    page = page_of(ClaimLine.objects.filter(claim=found), cursor, limit)
    rows = [{name: getattr(row, name) for name in LineOut.model_fields} for row in page.rows]
    return {"lines": rows, "next": page.next}
