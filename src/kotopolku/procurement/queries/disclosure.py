"""Who may read which paper of a procurement from which day, and opened bids with their business secrets taken out.

A row of an opened bid holds secret and open answers together, so row security keeps it from everybody else; this module
alone reads past it, and lets out what the day and the buyer's decisions allow. Not for: a bidder's own bid (``bids.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access, award_rules, bid_rules
from kotopolku.procurement.models import (
    AwardDecision,
    AwardState,
    ClaimState,
    DecisionNotice,
    Lot,
    OpenedBid,
    OpenedFile,
    SecretClaim,
    Tender,
    said,
)
from kotopolku.procurement.queries import awards
from kotopolku.procurement.queries.bids import section_name

Key = tuple[int, str, str]
"""Bid, section and item."""
BY_TENDER = ("notice", "documents", "answers")
BY_LOT = ("decision", "opening-record", "bid", "comparison", "contract", "report", "extract")


@dataclass(frozen=True)
class ShownPart:
    """A page of a bid as somebody else reads it."""

    name: str
    rows: Sequence[tuple[str, str, str, bool]]
    """Label, kind, answer (empty when hidden), whether it is hidden as a business secret."""
    files: Sequence[OpenedFile]
    hidden_files: int


@dataclass(frozen=True)
class ShownBid:
    """A bid on a lot without its business secrets, contact people and self-declaration."""

    bidder_id: int
    bidder: str
    lot: Lot
    price_eur: Decimal | None
    parts: Sequence[ShownPart]


def hidden(bid_ids: Iterable[int], day: date) -> frozenset[Key]:
    """What is kept as a business secret on the day: every mark that has not been refused, and refused ones not open yet."""
    claims = SecretClaim.objects.filter(bid_id__in=set(bid_ids)).exclude(
        state=ClaimState.REFUSED, opens_on__lte=day
    )
    return frozenset((one.bid_id, one.section, one.item) for one in claims)


def told_bids(viewer: Viewer, decision_id: int) -> list[ShownBid]:
    """The other bids on a lot, to a bidder that was told of its decision (621/1999 §11). Raises ``NotVisible``."""
    decision = _told(viewer, decision_id)
    with rowsecurity.as_system():
        rows = OpenedBid.objects.filter(lot_id=decision.lot_id).exclude(bidder_id=viewer.organisation_id)
        return _shown(decision.tender, rows, viewer.day)


def told_file(viewer: Viewer, decision_id: int, file_id: int) -> OpenedFile:
    """A file of another bid on the lot that is no business secret. Raises ``NotVisible``."""
    decision = _told(viewer, decision_id)
    with rowsecurity.as_system():
        found = (
            OpenedFile.objects.select_related("file", "lot")
            .filter(pk=file_id, lot_id=decision.lot_id)
            .first()
        )
        if found is None or _key(found) in hidden([found.bid_id], viewer.day):
            raise NotVisible
        return found


def public_bid(viewer: Viewer, tender_id: int, bidder_id: int) -> list[ShownBid]:
    """A bid on the lots with a contract, as anybody may have it from the buyer; empty before. Raises ``NotVisible``."""
    tender = access.tender(viewer, tender_id)
    public = [lot.pk for lot in tender.lots.all() if _contract_day("bid", lot.pk, viewer.day)]
    rows = OpenedBid.objects.filter(tender=tender, bidder_id=bidder_id, lot_id__in=public)
    return _shown(tender, rows, viewer.day)


@dataclass(frozen=True)
class ComparedBid:
    """A bid as the public page tells of it from the day of the contract: who, for how much, with how many points."""

    bidder: str
    price_eur: Decimal | None
    points: str
    rank: int | None


def public_comparison(tender: Tender, day: date) -> list[tuple[Lot, list[ComparedBid]]]:
    """Bids and points of the lots with a contract (621/1999 §§6–7): no answers, no files, no person."""
    found = []
    for lot in tender.lots.all():
        if not _contract_day("comparison", lot.pk, day):
            continue
        with rowsecurity.as_system():
            decision = AwardDecision.objects.filter(lot=lot, state=AwardState.MADE).select_related("ranking")
            ranked = _ranked(decision.first())
            rows = OpenedBid.objects.filter(lot=lot).select_related("bidder")
            bids = [_compared(row, ranked.get(row.bidder.code, {})) for row in rows]
        found.append((lot, sorted(bids, key=lambda one: (one.rank is None, one.rank or 0, one.bidder))))
    return found


def _compared(row: OpenedBid, line: Mapping[str, Any]) -> ComparedBid:
    return ComparedBid(row.bidder.name, row.price_eur, str(line.get("points", "")), line.get("rank"))


def _ranked(decision: AwardDecision | None) -> dict[str, Mapping[str, Any]]:
    if decision is None or decision.ranking is None:
        return {}
    return {one["bidder"]: one for one in decision.ranking.outcome["lots"][0]["ranking"]}


def _contract_day(kind: str, lot_id: int, day: date) -> bool:
    on = award_rules.public_on(kind, contract_on=awards.contract_signed_on(lot_id))
    return on is not None and on <= day


def _told(viewer: Viewer, decision_id: int) -> AwardDecision:
    decision = awards.told_decision(viewer, decision_id).decision
    on = award_rules.parties_on("bid", decided_on=decision.decided_on)
    if on is None or on > viewer.day:
        raise NotVisible
    return decision


def _key(file: OpenedFile) -> Key:
    section = f"lot-{file.lot.code}" if file.lot is not None else ""
    return (file.bid_id, section, str(file.file.reference))


def _shown(tender: Tender, rows: Any, day: date) -> list[ShownBid]:
    """Three statements, however many bids there are."""
    bids = sorted(rows.select_related("bidder", "lot"), key=lambda one: (one.bidder.name, one.lot_id))
    kept = hidden([one.bid_id for one in bids], day)
    files: dict[tuple[int, int | None], list[OpenedFile]] = {}
    found = OpenedFile.objects.filter(bid_id__in={one.bid_id for one in bids}).select_related("file", "lot")
    for file in found.defer("key", "file__content").order_by("id"):
        files.setdefault((file.bid_id, file.lot_id), []).append(file)
    sections = [one for one in bid_rules.sections(tender.bid_form) if one.code not in bid_rules.NOT_SHOWN]
    return [
        ShownBid(
            bid.bidder_id,
            bid.bidder.name,
            bid.lot,
            bid.price_eur,
            [
                _part(bid, where, kept, files.get((bid.bid_id, bid.lot_id), []) if where.lot else [])
                for where in sections
                if where.lot in ("", bid.lot.code)
            ],
        )
        for bid in bids
    ]


def _part(
    bid: OpenedBid, where: bid_rules.Section, kept: frozenset[Key], files: Sequence[OpenedFile]
) -> ShownPart:
    answers = bid.answers if where.lot else bid.common
    rows = []
    for one in where.fields:
        if one["kind"] == "file":
            continue
        secret = (bid.bid_id, where.code, one["id"]) in kept
        answer = "" if secret else str(answers.get(one["id"], ""))
        rows.append((said(dict(one["label"])), str(one["kind"]), answer, secret))
    shown = [one for one in files if _key(one) not in kept]
    return ShownPart(section_name(where), rows, shown, len(files) - len(shown))


# --- The buyer's page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperLine:
    """From when a kind of paper is read by the bidders of the lot and by everybody; None: not yet, or never."""

    kind: str
    lot: Lot | None
    parties_on: date | None
    public_on: date | None
    basis: str
    parties_basis: str
    certain: bool
    never: bool
    state: str
    """public, parties, closed or never."""


@dataclass(frozen=True)
class ClaimLine:
    """What a bidder marked, with the words it is about and whether it can be decided on now."""

    claim: SecretClaim
    name: str
    where: str
    open: bool
    may_change: bool


@dataclass(frozen=True)
class PublicityPage:
    tender: Tender
    papers: Sequence[PaperLine]
    claims: Sequence[ClaimLine]
    bidders: Sequence[tuple[int, str]]
    """Bidders whose bid can be given out today, without its secrets."""
    decided: bool
    may_decide: bool
    may_give: bool


def publicity_page(viewer: Viewer, tender_id: int) -> PublicityPage:
    """The papers of a tender with their days, and the marks to decide on. Raises ``NotVisible``."""
    tender = access.tender(viewer, tender_id)
    lots = list(tender.lots.all())
    decided = dict(
        AwardDecision.objects.filter(tender=tender, state=AwardState.MADE).values_list("lot_id", "decided_on")
    )
    signed = {lot.pk: awards.contract_signed_on(lot.pk) for lot in lots}
    papers = [_line(kind, None, {"published_on": tender.published_on}, viewer.day) for kind in BY_TENDER]
    papers += [
        _line(kind, lot, {"decided_on": decided.get(lot.pk), "contract_on": signed[lot.pk]}, viewer.day)
        for lot in lots
        for kind in BY_LOT
    ]
    public = [pk for pk, on in signed.items() if on is not None and on <= viewer.day]
    given = OpenedBid.objects.filter(tender=tender, lot_id__in=public).select_related("bidder")
    return PublicityPage(
        tender=tender,
        papers=papers,
        claims=claim_lines(tender, SecretClaim.objects.filter(tender=tender), viewer),
        bidders=sorted({(one.bidder_id, one.bidder.name) for one in given}, key=lambda one: one[1]),
        decided=bool(decided),
        may_decide=viewer.may(Capability.PROCUREMENT_DECIDE),
        may_give=viewer.may(Capability.PROCUREMENT_PREPARE),
    )


def claim(viewer: Viewer, claim_id: int, *, lock: bool = False) -> SecretClaim:
    """One mark on a bid of the viewer's tenders. Raises ``NotVisible``."""
    rows = SecretClaim.objects.select_related("tender", "bidder").filter(tender__in=access.tenders(viewer))
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=claim_id).first()
    if found is None:
        raise NotVisible
    return found


def own_claims(viewer: Viewer, tender: Tender) -> list[ClaimLine]:
    """The bidder's own marks in a tender with what the buyer decided on them."""
    rows = SecretClaim.objects.filter(tender=tender, bidder_id=viewer.organisation_id or 0)
    return claim_lines(tender, rows, viewer)


def claim_lines(tender: Tender, rows: Any, viewer: Viewer) -> list[ClaimLine]:
    """Two statements."""
    claims = list(rows.select_related("bidder", "decided_by").order_by("bidder__name_fi", "id"))
    names = {
        str(reference): name
        for reference, name in OpenedFile.objects.filter(tender=tender).values_list("file__reference", "name")
    }
    sections = {one.code: one for one in bid_rules.sections(tender.bid_form)}
    lines = []
    for one in claims:
        where = sections.get(one.section)
        labels = {row["id"]: said(dict(row["label"])) for row in where.fields} if where else {}
        is_open = one.opens_on is not None and one.opens_on <= viewer.day
        lines.append(
            ClaimLine(
                one,
                names.get(one.item) or labels.get(one.item, one.item),
                section_name(where) if where else one.section,
                is_open,
                not is_open,
            )
        )
    return lines


def told_on(tender: Tender, bidder_id: int) -> bool:
    """Whether a decision on one of the bidder's lots has been made: before it nothing of secrets is decided."""
    rows = DecisionNotice.objects.filter(decision__tender=tender, recipient_id=bidder_id)
    return rows.filter(decision__state__in=(AwardState.MADE, AwardState.CORRECTED)).exists()


def _line(kind: str, lot: Lot | None, days: Mapping[str, date | None], day: date) -> PaperLine:
    row = award_rules.publicity()[kind]
    known = {name: days.get(name) for name in ("published_on", "decided_on", "contract_on")}
    public = award_rules.public_on(kind, **known, secret=False)
    parties = award_rules.parties_on(kind, **known, secret=False)
    state = "never" if row.after == "never" else "closed"
    if public is not None and public <= day:
        state = "public"
    elif parties is not None and parties <= day:
        state = "parties"
    return PaperLine(
        kind,
        lot,
        parties,
        public,
        row.basis,
        row.parties_basis,
        row.certainty == "S",
        row.after == "never",
        state,
    )
