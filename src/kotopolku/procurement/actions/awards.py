"""Acts of awarding: drafting and making a decision by two persons, telling the bidders, report of §124.

Not for: comparing bids (``evaluation.py``), correction requests and appeals (``challenges.py``), days and gates
(``award_rules``, pure), the contract (``contracts.py``).
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, award_rules, rules
from kotopolku.procurement.actions.tenders import move
from kotopolku.procurement.award_report import report_content
from kotopolku.procurement.models import (
    AwardDecision,
    AwardKind,
    AwardReport,
    AwardState,
    AwardWinner,
    DecisionNotice,
    Evaluator,
    Lot,
    Notice,
    Occasion,
    OpenedBid,
    Ranking,
    SendWay,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries import awards as queries
from kotopolku.procurement.queries.evaluation import is_current, last_ranking, low_prices, winner_codes
from kotopolku.procurement.queries.opened import LotBid, lot_bids
from kotopolku.procurement.queries.tenders import takes_bids

DECISION, TENDER = "procurement.decision", "procurement.tender"


@dataclass(frozen=True)
class AwardContent:
    """What a draft of a decision says. ``discontinue``: the procurement of the lot ends without a winner (§125)."""

    reasons_fi: str
    reasons_sv: str
    discontinue: bool = False
    supplier_id: int | None = None
    price_eur: Decimal | None = None
    """Whom it goes to and for how much, when no bids were asked for: a direct award (§§40–41) or a call-off."""


# --- Drafting ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_award(
    lot_id: int, content: AwardContent, *, actor: Viewer, token: UUID | None = None
) -> AwardDecision:
    """Drafts the decision on a lot from its latest comparison. A second one on the same lot is refused."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, DECISION)) is not None:
        return queries.decision(actor, before)
    lot = _lot(lot_id, actor)
    living = AwardDecision.objects.filter(lot=lot, state__in=queries.LIVING).first()
    if living is not None:
        raise Refusals(
            [Refusal("", "second-award", SECOND if living.state == AwardState.MADE else UNDER_WAY)]
        )
    _refuse_conflict(lot.tender, actor)
    found = _content_refusals(content)
    bids = lot_bids(lot)
    asks = takes_bids(lot.tender)
    ranking = last_ranking(lot) if asks and not content.discontinue else None
    if not content.discontinue:
        found += _ranking_refusals(lot, bids, ranking) if asks else _supplier_refusals(lot, content)
    refuse(found)
    standstill, without = _standstill(lot, bids)
    number = AwardDecision.objects.filter(lot=lot).count() + 1
    try:
        with transaction.atomic():
            row = AwardDecision.objects.create(
                tender=lot.tender,
                lot=lot,
                buyer_id=lot.tender.buyer_id,
                kind=AwardKind.DISCONTINUED if content.discontinue else AwardKind.AWARD,
                number=number,
                ranking=ranking,
                reasons_fi=content.reasons_fi.strip(),
                reasons_sv=content.reasons_sv.strip(),
                standstill="" if content.discontinue else standstill,
                no_standstill_reason="" if content.discontinue else without,
                drafted_by_id=actor.user_id or 0,
                drafted_on=clock.today(),
            )
    except IntegrityError:
        raise Refusals([Refusal("", "second-award", UNDER_WAY)]) from None
    if ranking is not None:
        _keep_winners(row, lot, bids, ranking)
    elif content.supplier_id is not None and not content.discontinue:
        AwardWinner.objects.create(
            decision=row, bidder_id=content.supplier_id, rank=1, price_eur=content.price_eur
        )
    record("procurement.decision.drafted", actor=actor, object=(DECISION, row.pk), token=token)
    return row


@transaction.atomic
def change_award(
    decision_id: int, content: AwardContent, *, actor: Viewer, expected_version: int
) -> AwardDecision:
    """Changes the reasons of a draft. Raises ``EditClash``, ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    row = in_state(decision_id, actor, expected_version, AwardState.DRAFT)
    refuse(_content_refusals(content))
    row.reasons_fi, row.reasons_sv = content.reasons_fi.strip(), content.reasons_sv.strip()
    save(row, "reasons_fi", "reasons_sv")
    record("procurement.decision.changed", actor=actor, object=(DECISION, row.pk))
    return row


@transaction.atomic
def send_award_for_review(decision_id: int, *, actor: Viewer, expected_version: int) -> AwardDecision:
    """To the second person, who makes the decision or sends it back."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    row = in_state(decision_id, actor, expected_version, AwardState.DRAFT)
    row.state, row.sent_back_words = AwardState.REVIEW, ""
    save(row, "state", "sent_back_words")
    record("procurement.decision.sent-for-review", actor=actor, object=(DECISION, row.pk))
    notify(
        "procurement.decision-waits",
        holders(row.buyer_id, Capability.PROCUREMENT_DECIDE, clock.today()),
        actor=actor,
        address=reverse("procurement:decision", args=[row.pk]),
        organisation_id=row.buyer_id,
        about=(DECISION, row.pk),
    )
    return row


@transaction.atomic
def send_award_back(decision_id: int, words: str, *, actor: Viewer, expected_version: int) -> AwardDecision:
    """Back to the drafter, with words. Raises ``EditClash``, ``Refusals``."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    row = in_state(decision_id, actor, expected_version, AwardState.REVIEW)
    if not words.strip():
        raise Refusals([Refusal("words", "required", _("Write what should change."))])
    row.state, row.sent_back_words = AwardState.DRAFT, words.strip()
    save(row, "state", "sent_back_words")
    record("procurement.decision.sent-back", actor=actor, object=(DECISION, row.pk), reason=words.strip())
    notify(
        "procurement.decision-back",
        [row.drafted_by_id],
        actor=actor,
        address=reverse("procurement:decision", args=[row.pk]),
        organisation_id=row.buyer_id,
        about=(DECISION, row.pk),
    )
    return row


@transaction.atomic
def give_up_award(decision_id: int, reason: str, *, actor: Viewer) -> AwardDecision:
    """Gives up a draft, so that the lot can be evaluated on or decided otherwise."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    row = in_state(decision_id, actor, None, AwardState.DRAFT, AwardState.REVIEW)
    if not reason.strip():
        raise Refusals([Refusal("reason", "required", _("Write why the draft is given up."))])
    row.state, row.set_aside_reason = AwardState.GIVEN_UP, reason.strip()
    save(row, "state", "set_aside_reason")
    record("procurement.decision.given-up", actor=actor, object=(DECISION, row.pk), reason=reason.strip())
    return row


# --- Making and telling -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sending:
    """How the decision goes to the bidders: by letter to those named, electronically to the others."""

    by_letter: frozenset[int] = field(default_factory=frozenset)


@transaction.atomic
def make_decision(
    decision_id: int, number: str, sending: Sending, *, actor: Viewer, expected_version: int
) -> AwardDecision:
    """The second person makes the decision, and every bidder of the lot is told on the same day (§§123, 127).

    ``number``: the tender's number, typed to confirm. Raises ``EditClash``, ``Refusals``.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    row = in_state(decision_id, actor, expected_version, AwardState.REVIEW)
    lot = row.lot
    lot.tender = row.tender
    bids = lot_bids(lot)
    found = []
    if row.drafted_by_id == actor.user_id:
        found.append(Refusal("", "same-person", SAME_PERSON))
    if _has_conflict(row.tender, actor):
        found.append(Refusal("", "conflict", CONFLICT))
    if number.strip() != row.tender.number:
        found.append(
            Refusal(
                "number",
                "number",
                _("Type the number of the tender: %(number)s."),
                {"number": row.tender.number},
            )
        )
    if row.kind == AwardKind.AWARD and takes_bids(row.tender):
        found += _ranking_refusals(lot, bids, row.ranking)
    refuse(found)
    today = clock.today()
    row.state, row.decided_by_id, row.decided_on = AwardState.MADE, actor.user_id, today
    recipients = [bid.bidder for bid in bids] or [one.bidder for one in row.winners.select_related("bidder")]
    for bidder in recipients:
        letter = bidder.pk in sending.by_letter
        DecisionNotice.objects.create(
            decision=row,
            buyer_id=row.buyer_id,
            recipient=bidder,
            way=SendWay.LETTER if letter else SendWay.ELECTRONIC,
            sent_on=None if letter else today,
            received_on=None if letter else award_rules.deemed_received(today, award_rules.ELECTRONIC),
        )
    row.earliest_contract_on = award_rules.earliest_contract(queries.facts_of(row))
    save(row, "state", "decided_by", "decided_on", "earliest_contract_on")
    record(
        "procurement.decision.made",
        actor=actor,
        object=(DECISION, row.pk),
        details={"kind": row.kind, "told": len(recipients), "letters": len(sending.by_letter)},
    )
    for bidder in recipients:
        if bidder.pk not in sending.by_letter:
            tell_bidder(row, bidder.pk, actor)
    _note_decided(row.tender, actor)
    return row


@transaction.atomic
def post_letter(notice_id: int, *, actor: Viewer) -> DecisionNotice:
    """Records that the decision was posted to a bidder today; it counts as received on the seventh day (§127)."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    found = DecisionNotice.objects.select_for_update().filter(pk=notice_id).first()
    if found is None:
        raise NotVisible
    decision = queries.decision(actor, found.decision_id)
    if found.sent_on is not None:
        raise Refusals([Refusal("", "sent", _("This has been recorded already."))])
    found.sent_on = clock.today()
    found.received_on = award_rules.deemed_received(found.sent_on, award_rules.LETTER)
    found.save(update_fields=["sent_on", "received_on"])
    if decision.kind == AwardKind.AWARD:
        decision.earliest_contract_on = award_rules.earliest_contract(queries.facts_of(decision))
        save(decision, "earliest_contract_on")
    record("procurement.decision.posted", actor=actor, object=(DECISION, decision.pk))
    return found


@transaction.atomic
def open_decision(decision_id: int, *, actor: Viewer) -> AwardDecision:
    """A bidder looks at the decision it was told of; the first look is kept with its time. It changes no time limit."""
    require(actor, Capability.BID_SUBMIT)
    told = DecisionNotice.objects.filter(
        decision_id=decision_id, recipient_id=actor.organisation_id or 0
    ).first()
    if told is None:
        raise NotVisible
    if told.opened_at is None:
        with seeing_all(actor):
            DecisionNotice.objects.filter(pk=told.pk).update(opened_at=clock.now())
    record("procurement.decision.opened", actor=actor, object=(DECISION, decision_id))
    return AwardDecision.objects.select_related("tender", "lot", "buyer").get(pk=decision_id)


def tell_bidder(row: AwardDecision, bidder_id: int, actor: Viewer) -> None:
    """A notice in the product and, by the users' wishes, an e-mail: neither says what was decided."""
    notify(
        "procurement.decision-made",
        holders(bidder_id, Capability.BID_SUBMIT, clock.today()),
        actor=actor,
        address=reverse("procurement:decision-told", args=[row.pk]),
        organisation_id=bidder_id,
        about=(DECISION, row.pk),
        on=clock.today(),
    )


def _note_decided(tender: Tender, actor: Viewer) -> None:
    """The tender is decided when every lot has a decision; discontinued when all of them were discontinued."""
    kinds = dict(
        AwardDecision.objects.filter(tender=tender, state=AwardState.MADE).values_list("lot_id", "kind")
    )
    lots = set(Lot.objects.filter(tender=tender).values_list("pk", flat=True))
    if not lots <= set(kinds):
        return
    ended = all(kind == AwardKind.DISCONTINUED for kind in kinds.values())
    move(tender.pk, TenderState.DISCONTINUED if ended else TenderState.DECIDED, actor=actor)


# --- The contract's gate, the award notice, the report -------------------------------------------------------------------


def may_contract(lot_id: int, on: date) -> list[Refusal]:
    """Why no contract can be made on the lot on the day; empty when it can. For ``contracts.sign_contract``."""
    return award_rules.contract_refusals(queries.contract_facts(lot_id), on)


@transaction.atomic
def queue_award_notice(tender_id: int, *, actor: Viewer, token: UUID | None = None) -> Notice:
    """Queues the award notice (§58), by the thirtieth day from the contract, or one of a discontinued procurement."""
    from kotopolku.procurement import notice_service

    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = access.tender(actor, tender_id, lock=True)
    if tender.state not in (TenderState.DECIDED, TenderState.DISCONTINUED):
        raise Refusals([Refusal("", "state", _("All lots have not been decided yet."))])
    if queries.award_notice_of(tender) is not None:
        raise Refusals([Refusal("", "queued", _("The award notice has been sent already."))])
    subtype = rules.procedure(tender.procedure).notices.get("award")
    if subtype is None:
        raise Refusals([Refusal("", "none", _("This procedure has no award notice."))])
    made = Notice.objects.create(
        tender=tender,
        occasion=Occasion.AWARD,
        subtype=subtype,
        key=token or uuid4(),
        payload=notice_service.queue_payload(tender, "award"),
        queued_at=clock.now(),
        next_try_at=clock.now(),
    )
    record("procurement.award-notice.queued", actor=actor, object=(TENDER, tender.pk))
    return made


@transaction.atomic
def make_report(tender_id: int, *, actor: Viewer) -> AwardReport:
    """Freezes the report of §124 as the record stands now; one with the same content is not made twice."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = access.tender(actor, tender_id, lock=True)
    if not AwardDecision.objects.filter(tender=tender, state=AwardState.MADE).exists():
        raise Refusals([Refusal("", "no-decision", award_rules.NO_DECISION)])
    content = report_content(tender)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    last = AwardReport.objects.filter(tender=tender).order_by("-number").first()
    if last is not None and last.digest == digest:
        return last
    made = AwardReport.objects.create(
        tender=tender,
        buyer_id=tender.buyer_id,
        number=last.number + 1 if last else 1,
        content=content,
        digest=digest,
        made_by_id=actor.user_id or 0,
        made_on=clock.today(),
    )
    record("procurement.report.made", actor=actor, object=(TENDER, tender.pk), details={"digest": digest})
    return made


@transaction.atomic
def record_paper(kind: str, object_id: int, language: str, *, actor: Viewer) -> None:
    """Writes down that a decision or report was taken out as a paper."""
    record(
        "procurement.award-paper.downloaded",
        actor=actor,
        object=(f"procurement.{kind}", object_id),
        details={"language": language},
    )


# --- Doors ------------------------------------------------------------------------------------------------------------


def _lot(lot_id: int, actor: Viewer) -> Lot:
    lot = access.lot(actor, lot_id)
    lot.tender = access.tender(actor, lot.tender_id, lock=True)
    states = [TenderState.OPENED, TenderState.EVALUATED, TenderState.DECIDED]
    without_bids = not takes_bids(lot.tender) and not rules.procedure(lot.tender.procedure).is_system
    if without_bids and lot.tender.is_published:
        states.append(TenderState.PUBLISHED)
    if lot.tender.state not in states:
        raise Refusals([Refusal("", "state", NOT_OPENED)])
    return lot


def in_state(decision_id: int, actor: Viewer, expected_version: int | None, *states: str) -> AwardDecision:
    row = queries.decision(actor, decision_id, lock=True)
    if expected_version is not None and row.version != expected_version:
        raise EditClash(theirs={}, version=row.version, who="", when=clock.now())
    if row.state not in states:
        raise Refusals([Refusal("", "state", WRONG_STATE)])
    return row


def save(row: AwardDecision, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _content_refusals(content: AwardContent) -> list[Refusal]:
    found = []
    for name, text in (("reasons_fi", content.reasons_fi), ("reasons_sv", content.reasons_sv)):
        if not text.strip():
            found.append(Refusal(name, "required", NO_REASONS))
    return found


def _ranking_refusals(lot: Lot, bids: list[LotBid], ranking: Ranking | None) -> list[Refusal]:
    if ranking is None:
        return [Refusal("", "no-ranking", _("Compare the bids of the lot first."))]
    if not is_current(ranking, lot, bids):
        return [Refusal("", "stale", STALE)]
    if not winner_codes(ranking, lot.tender.suppliers):
        return [Refusal("", "tie", TIE)]
    reviewed = {bid.bidder.code for bid in bids if bid.price_accepted is not None}
    names = {bid.bidder.code: bid.bidder.name for bid in bids}
    waiting = [names[code] for code in low_prices(ranking) if code not in reviewed]
    return [Refusal("", "low-price", LOW_PRICE, {"bidder": ", ".join(waiting)})] if waiting else []


def _supplier_refusals(lot: Lot, content: AwardContent) -> list[Refusal]:
    """Without bids: a provider in force, within a framework one of its suppliers, and a price above nothing."""
    found = []
    if content.supplier_id not in {pk for pk, _name in queries.suppliers_of(lot.tender)}:
        found.append(Refusal("supplier", "required", _("Choose the supplier.")))
    if content.price_eur is None or content.price_eur <= 0:
        found.append(Refusal("price_eur", "required", _("Give a price that is more than nothing.")))
    return found


def _keep_winners(row: AwardDecision, lot: Lot, bids: list[LotBid], ranking: Ranking) -> None:
    by_code = {bid.bidder.code: bid for bid in bids}
    points = {one["bidder"]: one["points"] for one in ranking.outcome["lots"][0]["ranking"]}
    for rank, code in enumerate(winner_codes(ranking, lot.tender.suppliers), 1):
        AwardWinner.objects.create(
            decision=row,
            bidder=by_code[code].bidder,
            rank=rank,
            points=points[code],
            price_eur=by_code[code].price,
        )


def _standstill(lot: Lot, bids: list[LotBid]) -> tuple[str, str]:
    """The standstill that the decision is followed by, and why there is none (§§129–130)."""
    kind = rules.procedure(lot.tender.procedure).standstill
    if kind == award_rules.DIRECT and lot.tender.ground == award_rules.URGENCY:
        return "", award_rules.URGENCY
    if kind == award_rules.DIRECT:
        return kind, ""
    if not kind:
        call_off = lot.tender.procedure == award_rules.CALL_OFF
        return "", award_rules.CALL_OFF if call_off else award_rules.NO_STANDSTILL
    if len(bids) == 1:
        return "", award_rules.ONLY_TENDERER
    return kind, ""


def _has_conflict(tender: Tender, actor: Viewer) -> bool:
    return Evaluator.objects.filter(tender=tender, user_id=actor.user_id or 0, conflict=True).exists()


def _refuse_conflict(tender: Tender, actor: Viewer) -> None:
    if _has_conflict(tender, actor):
        raise Refusals([Refusal("", "conflict", CONFLICT)])


def bidders_of(lot: Lot) -> list[tuple[int, str]]:
    """Who is told of a decision on the lot: everybody who left a bid on it."""
    rows = OpenedBid.objects.filter(lot=lot).select_related("bidder").order_by("bidder_id")
    return [(row.bidder_id, row.bidder.name) for row in rows]


NOT_OPENED = _("The bids have not been opened, or the procurement has ended.")
SECOND = _(
    "This lot has been decided. A second award is not possible unless the decision is set aside first."
)
UNDER_WAY = _("A decision on this lot is being prepared already.")
WRONG_STATE = _("The decision has moved on meanwhile. Open it again to see how far it is.")
SAME_PERSON = _("You drafted this decision. Somebody else must make it.")
CONFLICT = _(
    "You have declared a conflict of interest in this procurement, so you cannot take part in deciding it."
)
NO_REASONS = _("Write the reasons in Finnish and in Swedish (1397/2016 § 123).")
STALE = _("The evaluation has changed since the bids were compared. Compare them again.")
TIE = _("The best bids are equal. Draw the lot, and record how it was done.")
LOW_PRICE = _(
    "The price of %(bidder)s seems abnormally low. Ask for an explanation and decide on it first (1397/2016 § 96)."
)
