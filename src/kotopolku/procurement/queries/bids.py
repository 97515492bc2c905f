"""What is asked of bids: a bidder's tenders and bids, one bid page by page, opened bids for reading.

Not for: scores (``awards``), writing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access, bid_access, bid_rules
from kotopolku.procurement.bid_rules import Content, Section
from kotopolku.procurement.models import (
    Bid,
    BidState,
    ClaimState,
    OpenedBid,
    OpenedFile,
    SecretClaim,
    Tender,
    TenderState,
    said,
)

MOST_LISTED = 200


@dataclass(frozen=True)
class TenderLine:
    """A tender in the bidder's list, with the own bid if there is one."""

    tender: Tender
    bid: Bid | None
    open: bool

    @property
    def confirm(self) -> bool:
        return self.open and self.bid is not None and self.bid.state == BidState.VOID


def tender_lines(viewer: Viewer) -> list[TenderLine]:
    """Tenders that take bids and those in which the viewer's organisation has one, the nearest deadline first."""
    now = clock.now().replace(microsecond=0)
    bids = {bid.tender_id: bid for bid in bid_access.own_bids(viewer).order_by("-id")[:MOST_LISTED]}
    rows = access.biddable(viewer)
    open_ones = rows.filter(state=TenderState.PUBLISHED, bids_by__gte=now)
    found = {one.pk: one for one in open_ones.order_by("bids_by", "id")[:MOST_LISTED]}
    found |= {one.pk: one for one in rows.filter(pk__in=bids).order_by("-bids_by", "id")}
    lines = [TenderLine(one, bids.get(one.pk), one.takes_bids(now)) for one in found.values()]
    return sorted(lines, key=lambda line: (not line.open, _order(line)))


def _order(line: TenderLine) -> float:
    at = line.tender.bids_by
    stamp = at.timestamp() if at else 0.0
    return stamp if line.open else -stamp


def my_work(viewer: Viewer) -> list[TenderLine]:
    """Own bids that wait for the bidder while the tender is open: drafts, and those to be confirmed again."""
    return [
        line
        for line in tender_lines(viewer)
        if line.open and line.bid is not None and line.bid.state in (BidState.DRAFT, BidState.VOID)
    ]


@dataclass(frozen=True)
class SectionLine:
    """A page of the bid in its overview."""

    section: Section
    name: str
    chosen: bool
    missing: tuple[str, ...]
    files: int


def section_lines(form: Mapping[str, Any], content: Content) -> list[SectionLine]:
    lacking: dict[str, list[str]] = {}
    for one in bid_rules.missing(form, content):
        lacking.setdefault(one.section, []).append(said(dict(one.label)))
    return [
        SectionLine(
            where,
            section_name(where),
            not where.lot or where.lot in content.lots,
            tuple(lacking.get(where.code, ())),
            len(content.files_of(where.code)),
        )
        for where in bid_rules.sections(form)
    ]


def section_name(where: Section) -> str:
    name = said(dict(where.title))
    return f"{where.lot} {name}" if where.lot else name


@dataclass(frozen=True)
class Answered:
    """A section with its answers, for reading."""

    name: str
    code: str
    rows: list[tuple[str, str, str, str]]
    """Label, kind, answer, reason for which it is a business secret."""
    files: tuple[Any, ...]
    secret_files: Mapping[str, str] = field(default_factory=dict)
    """Reasons by the reference of a file marked as a business secret."""


def answered(form: Mapping[str, Any], content: Content) -> list[Answered]:
    """Everything that the bid says, lots not bid for left out."""
    return [
        Answered(
            section_name(where),
            where.code,
            answer_rows(
                where,
                content.answers(where.code),
                {one["id"]: content.secret(where.code, one["id"]) for one in where.fields},
            ),
            content.files_of(where.code),
            {
                file.reference: reason
                for file in content.files_of(where.code)
                if (reason := content.secret(where.code, file.reference))
            },
        )
        for where in bid_rules.sections(form)
        if not where.lot or where.lot in content.lots
    ]


def answer_rows(
    where: Section, answers: Mapping[str, str], secrets: Mapping[str, str] = {}
) -> list[tuple[str, str, str, str]]:
    """Label, kind, answer, and the reason for which it is a business secret, of each field that is no file."""
    return [
        (said(dict(one["label"])), str(one["kind"]), answers.get(one["id"], ""), secrets.get(one["id"], ""))
        for one in where.fields
        if one["kind"] != "file"
    ]


@dataclass(frozen=True)
class OpenedBidder:
    """One bidder's opened bid for reading: about the bidder, then lot by lot."""

    name: str
    received_at: datetime
    digest: str
    about: list[Answered]
    lots: list[tuple[OpenedBid, list[tuple[str, str, str, str]], list[OpenedFile]]]

    @property
    def total(self) -> Decimal:
        return sum((one.price_eur for one, _rows, _files in self.lots if one.price_eur), Decimal(0))


def opened(viewer: Viewer, tender: Tender, rows: list[OpenedBid]) -> list[OpenedBidder]:
    """Opened bids by bidder. Two more statements, for the files and for what is marked as a business secret."""
    claims: dict[tuple[int, str], dict[str, str]] = {}
    for claim in SecretClaim.objects.filter(tender=tender).exclude(state=ClaimState.REFUSED):
        claims.setdefault((claim.bid_id, claim.section), {})[claim.item] = claim.reason
    files: dict[tuple[int, int | None], list[OpenedFile]] = {}
    for one in (
        bid_access.opened_files(viewer).filter(tender=tender).defer("key", "file__content").order_by("id")
    ):
        files.setdefault((one.bid_id, one.lot_id), []).append(one)
    sections = bid_rules.sections(tender.bid_form)
    by_bid: dict[int, list[OpenedBid]] = {}
    for row in rows:
        by_bid.setdefault(row.bid_id, []).append(row)
    return [
        OpenedBidder(
            lots[0].bidder.name,
            lots[0].version.received_at,
            lots[0].version.digest,
            [
                Answered(
                    section_name(where),
                    where.code,
                    answer_rows(where, lots[0].common, claims.get((bid_id, where.code), {})),
                    (),
                )
                for where in sections
                if not where.lot
            ],
            [
                (
                    lot,
                    answer_rows(where, lot.answers, claims.get((bid_id, where.code), {}))
                    if (where := _of_lot(sections, lot.lot.code))
                    else [],
                    files.get((bid_id, lot.lot_id), []),
                )
                for lot in lots
            ],
        )
        for bid_id, lots in by_bid.items()
    ]


def _of_lot(sections: tuple[Section, ...], code: str) -> Section | None:
    return next((one for one in sections if one.lot == code), None)
