"""Hand-overs, referrals and counts of advice over HTTP. The same actions, queries and rights as the pages.

An offered client is told of as on the page: no name, no number, no place before it is accepted.
"""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.models import Organisation
from kotopolku.actors.paging import page_of
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.handover import access, actions, queries
from kotopolku.handover.models import Offer, Referral
from kotopolku.handover.rules import NewOffer, NewReferral

router = Router(tags=["handover"], auth=Caller())
Limit = Annotated[int, Field(ge=1, le=500)]


class OfferDueOut(Schema):
    """One thing that is due. `due` is null for "without delay" with no number."""

    title: str
    due: date | None
    own: bool


class TellingOut(Schema):
    """What the receiver may know of an offered client before accepting."""

    stage: str
    language: str
    interpreter_needed: bool
    age: int | None
    due: list[OfferDueOut]


class OfferOut(Schema):
    """An offer. `to` is null at the sender while a non-disclosure order hides it; `about` only at the receiver."""

    id: int
    direction: str
    state: str
    offered_on: date
    from_: str = Field(serialization_alias="from")
    to: str | None
    occasion: str
    by_law: bool
    section: str
    reason: str
    message: str
    answer_by: date
    answered_on: date | None
    answer_reason: str
    about: TellingOut | None = None


class OffersOut(Schema):
    """A page of offers. `next` is the cursor of the next page, null on the last."""

    offers: list[OfferOut]
    next: str | None


class OfferIn(Schema):
    """A client to offer. `to` is the code of an authority; null = the one that the law names."""

    client_id: int
    to: str | None = Field(None, max_length=60)
    reason: str = Field("", max_length=1000)
    message: str = Field("", max_length=2000)
    protected_reason: str = Field("", max_length=300)


class AcceptIn(Schema):
    """The worker of the own authority who takes the client."""

    worker_id: int


class ReasonIn(Schema):
    reason: str = Field(max_length=1000)


class ReceiptOut(Schema):
    """The receipt of a hand-over. `other` is the other side, null while a non-disclosure order hides it."""

    id: int
    number: str
    case_number: str
    received: bool
    other: str | None
    on: date
    answered_from: date
    section: str
    went: dict[str, int]
    fingerprint: str
    client_id: int | None
    """At the receiver only."""


class ReceiptsOut(Schema):
    """A page of receipts."""

    receipts: list[ReceiptOut]
    next: str | None


class ReferralOut(Schema):
    """How far a referral is. What it tells is read on the receiver's page only."""

    id: int
    direction: str
    state: str
    sent_on: date
    to: str | None
    section: str
    target_on: date
    answered_on: date | None


class ReferralsOut(Schema):
    """A page of referrals."""

    referrals: list[ReferralOut]
    next: str | None


class ReferralIn(Schema):
    """A person who agrees that the municipality is told (681/2023 § 9). `consent` must be true."""

    family_name: str = Field(max_length=100)
    given_names: str = Field("", max_length=150)
    birth_date: date | None = None
    service_language: str = Field(max_length=10)
    interpreter_needed: bool = False
    municipality: str = Field(max_length=3)
    jobseeker: bool = False
    telephone: str = Field("", max_length=30)
    email: str = Field("", max_length=254)
    non_disclosure: bool = False
    need: str = Field(max_length=2000)
    consent: bool
    consent_on: date | None = None
    consent_how: str = Field("", max_length=10)


class AdviceIn(Schema):
    """One time of anonymous advice today. Codes as on the page; the language as in the reference data."""

    theme: str = Field(max_length=20)
    language: str = Field(max_length=10)
    channel: str = Field(max_length=20)


class AdviceOut(Schema):
    id: int
    day: date


@router.get("/handover/offers", response=OffersOut, summary="Offers of clients, sent and received")
@api_needs(Capability.CLIENT_HANDOVER)
def offers(request: HttpRequest, state: str = "", cursor: str | None = None, limit: Limit = 50) -> Any:
    """In the order in which they were made; `state` picks offered, accepted, refused or withdrawn."""
    viewer = viewer_of(request)
    rows = access.offers(viewer)
    page = page_of(rows.filter(state=state) if state else rows, cursor, limit)
    return {"offers": [_offer(viewer, row) for row in page.rows], "next": page.next}


@router.get("/handover/offers/{int:offer_id}", response=OfferOut, summary="One offer")
@api_needs(Capability.CLIENT_HANDOVER)
def offer(request: HttpRequest, offer_id: int) -> Any:
    """With what the receiver may know of the client, which is written in the journal."""
    viewer = viewer_of(request)
    found = access.offer(viewer, offer_id)
    data = _offer(viewer, found)
    if data["direction"] == "received" and found.state == "offered":
        actions.record_offer_look(found, actor=viewer)
        told = queries.incoming_one(viewer, found)
        if told is not None:
            data["about"] = {
                "stage": told.stage,
                "language": told.language,
                "interpreter_needed": told.interpreter,
                "age": told.age,
                "due": [{"title": one.title, "due": one.due, "own": one.own} for one in told.due],
            }
    return data


def _offer(viewer: Viewer, row: Offer) -> dict[str, Any]:
    received = row.to_organisation_id == viewer.organisation_id
    return {
        "id": row.pk,
        "direction": "received" if received else "sent",
        "state": row.state,
        "offered_on": row.offered_on,
        "from_": row.from_organisation.code,
        "to": None if row.protected and not received else row.to_organisation.code,
        "occasion": row.occasion,
        "by_law": row.by_law,
        "section": row.section,
        "reason": row.reason,
        "message": row.message,
        "answer_by": row.remind_on,
        "answered_on": row.answered_on,
        "answer_reason": row.answer_reason,
    }


@router.post("/handover/offers", response={201: OfferOut}, summary="Offer a client")
@api_needs(Capability.CLIENT_HANDOVER)
def offer_client(request: HttpRequest, data: OfferIn, idempotency_key: Key) -> Any:
    """404 for a client of another authority. The own authority answers until the offer is accepted."""
    viewer = viewer_of(request)
    wanted = NewOffer(
        to_organisation_id=_organisation(data.to),
        reason=data.reason,
        message=data.message,
        protected_reason=data.protected_reason,
    )
    made = actions.offer_client(data.client_id, wanted, actor=viewer, token=token_of(viewer, idempotency_key))
    return Status(201, _offer(viewer, access.offer(viewer, made.pk)))


def _organisation(code: str | None) -> int | None:
    if code is None:
        return None
    found = Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        message = "There is no organisation %(code)s."
        raise Refusals([Refusal("to", "unknown-organisation", message, {"code": code})])
    return found


@router.post("/handover/offers/{int:offer_id}/accept", response=ReceiptOut, summary="Accept an offer")
@api_needs(Capability.CLIENT_HANDOVER)
def accept(request: HttpRequest, offer_id: int, data: AcceptIn, idempotency_key: Key) -> Any:
    """From today the own authority answers. 409 when the offer has been answered."""
    viewer = viewer_of(request)
    made = actions.accept_offer(
        offer_id, data.worker_id, actor=viewer, token=token_of(viewer, idempotency_key)
    )
    return _receipt(queries.receipt(viewer, made.pk))


@router.post("/handover/offers/{int:offer_id}/refuse", response=OfferOut, summary="Refuse an offer")
@api_needs(Capability.CLIENT_HANDOVER)
def refuse(request: HttpRequest, offer_id: int, data: ReasonIn) -> Any:
    viewer = viewer_of(request)
    return _offer(viewer, actions.refuse_offer(offer_id, data.reason, actor=viewer))


@router.post(
    "/handover/offers/{int:offer_id}/withdraw",
    response=OfferOut,
    summary="Withdraw an own offer",
)
@api_needs(Capability.CLIENT_HANDOVER)
def withdraw(request: HttpRequest, offer_id: int) -> Any:
    viewer = viewer_of(request)
    return _offer(viewer, actions.withdraw_offer(offer_id, actor=viewer))


@router.get("/handover/receipts", response=ReceiptsOut, summary="Receipts of hand-overs")
@api_needs(Capability.CLIENT_HANDOVER)
def receipts(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    viewer = viewer_of(request)
    page = page_of(access.handovers(viewer), cursor, limit)
    found = queries.receipts_of(viewer, page.rows)
    return {"receipts": [_receipt(one) for one in found], "next": page.next}


def _receipt(found: queries.Receipt) -> dict[str, Any]:
    row = found.handover
    return {
        "id": row.pk,
        "number": row.number,
        "case_number": row.case_number,
        "received": found.received,
        "other": found.other or None,
        "on": row.on,
        "answered_from": row.answered_from,
        "section": row.section,
        "went": {label: thing["count"] for label, thing in row.travelled.items()},
        "fingerprint": row.fingerprint,
        "client_id": row.relationship_id if found.received else None,
    }


@router.get("/handover/referrals", response=ReferralsOut, summary="Referrals, sent and received")
@api_needs(Capability.CLIENT_REFER)
def referrals(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    viewer = viewer_of(request)
    page = page_of(access.referrals(viewer), cursor, limit)
    return {"referrals": [_referral(viewer, row) for row in page.rows], "next": page.next}


def _referral(viewer: Viewer, row: Referral) -> dict[str, Any]:
    received = row.to_organisation_id == viewer.organisation_id
    return {
        "id": row.pk,
        "direction": "received" if received else "sent",
        "state": row.state,
        "sent_on": row.sent_on,
        "to": None if row.protected and not received else row.to_organisation.code,
        "section": row.section,
        "target_on": row.target_on,
        "answered_on": row.answered_on,
    }


@router.post("/handover/referrals", response={201: ReferralOut}, summary="Refer a person")
@api_needs(Capability.CLIENT_REFER)
def refer(request: HttpRequest, data: ReferralIn, idempotency_key: Key) -> Any:
    """The authority that answers by law is found by municipality, job search and day."""
    viewer = viewer_of(request)
    made = actions.send_referral(
        NewReferral(**data.dict()), actor=viewer, token=token_of(viewer, idempotency_key)
    )
    return Status(201, _referral(viewer, access.referral(viewer, made.pk)))


@router.post(
    "/handover/referrals/{int:referral_id}/close",
    response=ReferralOut,
    summary="Close a received referral",
)
@api_needs(Capability.CLIENT_REGISTER)
def close(request: HttpRequest, referral_id: int, data: ReasonIn) -> Any:
    """`reason` is one of not-reached, no-need, not-entitled, client-already, consent-withdrawn, other."""
    viewer = viewer_of(request)
    return _referral(viewer, actions.close_referral(referral_id, data.reason, actor=viewer))


@router.post("/handover/advice", response={201: AdviceOut}, summary="Count anonymous advice")
@api_needs(Capability.CLIENT_REFER)
def count_advice(request: HttpRequest, data: AdviceIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    made = actions.count_advice(
        data.theme, data.language, data.channel, actor=viewer, token=token_of(viewer, idempotency_key)
    )
    return Status(201, {"id": made.pk, "day": made.day})
