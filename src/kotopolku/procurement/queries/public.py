"""What everybody reads of tenders: lists, one with its parts, and the feed. Nothing before its day, no person, no bidder
before the decision. Not for: a buyer's own drafts (``tenders.py``)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access
from kotopolku.procurement.models import (
    AwardDecision,
    AwardState,
    Contract,
    Correction,
    Document,
    Lot,
    Question,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries import awards, disclosure
from kotopolku.procurement.queries.tenders import Parts, parts_of

PAGE = 50
FEED = 50


@dataclass(frozen=True)
class PublicLine:
    tender: Tender
    phase: str
    lots: int


@dataclass(frozen=True)
class PublicDetail:
    """A published tender as everybody reads it. ``own_questions``: a bidder's own that wait, shown to that bidder only."""

    parts: Parts
    phase: str
    questions: list[Question]
    own_questions: list[Question]
    corrections: list[Correction]
    documents: list[Document]
    decisions: list[Any]
    compared: list[tuple[Lot, list[disclosure.ComparedBid]]]
    """Bids and points of the lots with a contract; none before it."""
    contracts: list[Contract]

    @property
    def tender(self) -> Tender:
        return self.parts.tender


def lines(viewer: Viewer, *, past: bool = False, words: str = "", first: int = 0) -> list[PublicLine]:
    """Open tenders by deadline, or past ones latest first; at most a page and one more. Two statements."""
    rows = access.public_tenders(viewer.day)
    ended = Q(state__in=(TenderState.DECIDED, TenderState.DISCONTINUED, TenderState.ENDED))
    rows = rows.filter(ended) if past else rows.exclude(ended)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(title__fi__icontains=word)
            | Q(title__sv__icontains=word)
            | Q(title__en__icontains=word)
            | Q(buyer__name_fi__icontains=word)
            | Q(buyer__name_sv__icontains=word)
        )
    ordered = rows.order_by("-ended_on", "-id") if past else rows.order_by("bids_by", "id")
    found = list(ordered.prefetch_related("lots")[first : first + PAGE + 1])
    now = clock.now()
    return [PublicLine(one, one.phase(now), len(one.lots.all())) for one in found]


def detail(viewer: Viewer, tender_id: int) -> PublicDetail:
    """One published tender. Raises ``NotVisible``."""
    tender = access.read_tender(viewer, tender_id)
    questions = list(access.read_questions(viewer, tender_id))
    decisions = awards.public_decisions(tender_id)
    return PublicDetail(
        parts_of(tender),
        tender.phase(clock.now()),
        [one for one in questions if one.answered_on is not None],
        [one for one in questions if one.answered_on is None],
        list(tender.corrections.order_by("-number")),
        list(access.public_documents(tender_id, viewer.day)),
        decisions,
        disclosure.public_comparison(tender, viewer.day) if decisions else [],
        public_contracts(tender_id, viewer.day),
    )


def latest(viewer: Viewer, page: int = 1) -> "QuerySet[Tender]":
    """Published ones, the latest first, a page of a feed at a time."""
    first = (page - 1) * FEED
    return access.public_tenders(viewer.day).order_by("-published_on", "-id")[first : first + FEED]


def pages(viewer: Viewer) -> int:
    """How many pages the feeds have."""
    return max(1, -(-access.public_tenders(viewer.day).count() // FEED))


def latest_decisions(viewer: Viewer) -> list[AwardDecision]:
    """The latest decisions that have been made, for the feed. Two statements."""
    rows = AwardDecision.objects.filter(
        state__in=(AwardState.MADE, AwardState.CORRECTED),
        decided_on__lte=viewer.day,
        tender__published_on__lte=viewer.day,
    ).select_related("lot", "tender__buyer")
    return list(rows.prefetch_related("winners__bidder").order_by("-decided_on", "-id")[:FEED])


def public_contracts(tender_id: int, day: date) -> list[Contract]:
    """Contracts that have been made in a tender, by lot: public from the day on which they were made."""
    rows = Contract.objects.filter(tender_id=tender_id, signed_on__lte=day)
    return list(rows.select_related("lot", "supplier").order_by("lot_id", "id"))
