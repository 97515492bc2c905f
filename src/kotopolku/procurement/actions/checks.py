"""Acts of checking opened bids: suitability, clarifications, conformity, abnormally low prices.

Not for: scores and ranking (``evaluation.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import award_rules
from kotopolku.procurement.actions.opened_lots import (
    CLARIFICATION,
    LOT,
    TENDER,
    evaluated,
    opened_lot,
    refuse_conflict,
    refuse_decided,
)
from kotopolku.procurement.models import (
    AwardWinner,
    CheckKind,
    CheckResult,
    Clarification,
    ClarificationKind,
    Conformity,
    OpenedBid,
    PriceReview,
    SuitabilityCheck,
    Tender,
)


@dataclass(frozen=True)
class CheckContent:
    """What was found of one ground, requirement or extract of a bidder."""

    kind: str
    key: str
    result: str
    reason: str = ""
    self_cleaning: str = ""
    dated_on: date | None = None


@transaction.atomic
def check_suitability(
    tender_id: int, bidder_id: int, checks: Iterable[CheckContent], *, actor: Viewer
) -> list[SuitabilityCheck]:
    """Records checks of one bidder (§§80–88, 114); those not given stay as they are. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = evaluated(tender_id, actor)
    refuse_conflict(tender, actor)
    if not _takes_part(tender, bidder_id):
        raise NotVisible
    found: list[Refusal] = []
    wanted = list(checks)
    for one in wanted:
        found += _check_refusals(one, tender)
    refuse(found)
    if any(one.kind != CheckKind.EXTRACT for one in wanted):
        for lot in tender.lots.all():
            refuse_decided(lot)
    rows = [
        SuitabilityCheck.objects.update_or_create(
            tender=tender,
            bidder_id=bidder_id,
            kind=one.kind,
            key=one.key,
            defaults={
                "buyer_id": tender.buyer_id,
                "result": one.result,
                "reason": one.reason.strip(),
                "self_cleaning": one.self_cleaning.strip(),
                "dated_on": one.dated_on,
                "checked_by_id": actor.user_id or 0,
                "checked_on": clock.today(),
            },
        )[0]
        for one in wanted
    ]
    record(
        "procurement.suitability.checked",
        actor=actor,
        object=(TENDER, tender.pk),
        details={"bidder": bidder_id, "checks": {f"{one.kind} {one.key}": one.result for one in wanted}},
    )
    return rows


def _takes_part(tender: Tender, bidder_id: int) -> bool:
    """Whether it has bid, or has been chosen without bids."""
    bid = OpenedBid.objects.filter(tender=tender, bidder_id=bidder_id)
    chosen = AwardWinner.objects.filter(decision__tender=tender, bidder_id=bidder_id)
    return bid.exists() or chosen.exists()


def _check_refusals(one: CheckContent, tender: Tender) -> list[Refusal]:
    name = f"{one.kind}-{one.key}"
    if one.result not in CheckResult.values or one.kind not in CheckKind.values:
        return [Refusal(f"{name}-result", "unknown", _("Choose what was found."))]
    found = []
    if one.result in (CheckResult.FAILED, CheckResult.CLEANED) and not one.reason.strip():
        found.append(Refusal(f"{name}-reason", "required", _("Write what was found and on what it rests.")))
    if one.result == CheckResult.CLEANED and not one.self_cleaning.strip():
        found.append(
            Refusal(
                f"{name}-reason", "cleaning", _("Write what the bidder has done to be reliable again (§ 82).")
            )
        )
    if one.kind == CheckKind.EXTRACT and one.result == CheckResult.MET:
        if one.dated_on is None:
            found.append(Refusal(f"{name}-day", "required", _("Give the day of the extract.")))
        elif not award_rules.extract_sound(one.dated_on, clock.today()):
            found.append(Refusal(f"{name}-day", "old", OLD_EXTRACT))
    return found


@transaction.atomic
def ask_clarification(
    tender_id: int,
    bidder_id: int,
    kind: str,
    question: str,
    answer_by: date,
    *,
    actor: Viewer,
    lot_id: int | None = None,
    token: UUID | None = None,
) -> Clarification:
    """Asks one bidder to clarify (§§82, 96, 113). The bidder is told in the product and by e-mail, without contents."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = evaluated(tender_id, actor)
    refuse_conflict(tender, actor)
    if (before := done_before(token, CLARIFICATION)) is not None:
        return Clarification.objects.get(pk=before)
    bids = OpenedBid.objects.filter(tender=tender, bidder_id=bidder_id)
    if lot_id is not None:
        bids = bids.filter(lot_id=lot_id)
    found = []
    if not bids.exists():
        found.append(Refusal("bidder", "unknown", _("This bidder has left no bid there.")))
    if kind not in ClarificationKind.values:
        found.append(Refusal("kind", "unknown", _("Choose what it is about.")))
    if not question.strip():
        found.append(Refusal("question", "required", _("Write what is to be clarified.")))
    if answer_by <= clock.today():
        found.append(Refusal("answer_by", "past", _("Give a day after today.")))
    refuse(found)
    row = Clarification.objects.create(
        tender=tender,
        lot_id=lot_id,
        buyer_id=tender.buyer_id,
        bidder_id=bidder_id,
        kind=kind,
        question=question.strip(),
        asked_by_id=actor.user_id or 0,
        asked_on=clock.today(),
        answer_by=answer_by,
    )
    record(
        "procurement.clarification.asked",
        actor=actor,
        object=(CLARIFICATION, row.pk),
        details={"bidder": bidder_id, "kind": kind},
        token=token,
    )
    with seeing_all(actor):
        told = holders(bidder_id, Capability.BID_SUBMIT, clock.today())
    notify(
        "procurement.clarification-asked",
        told,
        actor=actor,
        address=reverse("procurement:clarification-answer", args=[row.pk]),
        organisation_id=bidder_id,
        about=(CLARIFICATION, row.pk),
        on=answer_by,
    )
    return row


@transaction.atomic
def answer_clarification(clarification_id: int, answer: str, *, actor: Viewer) -> Clarification:
    """The bidder's answer; once, by the day given. A late one is taken with its time: the buyer weighs it."""
    require(actor, Capability.BID_SUBMIT)
    own = Clarification.objects.filter(pk=clarification_id, bidder_id=actor.organisation_id or 0)
    with seeing_all(actor):
        row = own.select_for_update(of=("self",)).first()
    if row is None:
        raise NotVisible
    if row.answered_at is not None:
        raise Refusals([Refusal("", "answered", _("This has been answered already."))])
    if not answer.strip():
        raise Refusals([Refusal("answer", "required", _("Write the answer."))])
    row.answer, row.answered_at = answer.strip(), clock.now()
    row.answered_by_id = actor.user_id
    with seeing_all(actor):
        row.save(update_fields=["answer", "answered_at", "answered_by"])
        told = holders(row.buyer_id, Capability.PROCUREMENT_PREPARE, clock.today())
    record("procurement.clarification.answered", actor=actor, object=(CLARIFICATION, row.pk))
    notify(
        "procurement.clarification-answered",
        told,
        actor=actor,
        address=reverse("procurement:evaluation", args=[row.tender_id]),
        organisation_id=row.buyer_id,
        about=(CLARIFICATION, row.pk),
    )
    return row


Judged = tuple[int, bool, str]
"""Bidder id, whether the bid conforms, and why not."""


@transaction.atomic
def judge_conformity(lot_id: int, judged: Iterable[Judged], *, actor: Viewer) -> list[Conformity]:
    """Whether bids answer the request for tenders (§113); one that does not is excluded, with the reason."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    lot = opened_lot(lot_id, actor)
    refuse_conflict(lot.tender, actor)
    refuse_decided(lot)
    wanted = list(judged)
    known = set(OpenedBid.objects.filter(lot=lot).values_list("bidder_id", flat=True))
    if {one[0] for one in wanted} - known:
        raise NotVisible
    refuse(
        [
            Refusal(f"reason-{bidder_id}", "required", NO_WHY)
            for bidder_id, conforming, reason in wanted
            if not conforming and not reason.strip()
        ]
    )
    rows = [
        Conformity.objects.update_or_create(
            lot=lot,
            bidder_id=bidder_id,
            defaults={
                "buyer_id": lot.tender.buyer_id,
                "conforming": conforming,
                "reason": reason.strip(),
                "judged_by_id": actor.user_id or 0,
                "judged_on": clock.today(),
            },
        )[0]
        for bidder_id, conforming, reason in wanted
    ]
    record(
        "procurement.conformity.judged",
        actor=actor,
        object=(LOT, lot.pk),
        details={str(bidder_id): conforming for bidder_id, conforming, _reason in wanted},
    )
    return rows


@transaction.atomic
def review_price(lot_id: int, bidder_id: int, accepted: bool, reason: str, *, actor: Viewer) -> PriceReview:
    """Decides on a price that seemed abnormally low (§96). Rejected only after the bidder was asked to explain it."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    lot = opened_lot(lot_id, actor)
    refuse_conflict(lot.tender, actor)
    refuse_decided(lot)
    if not OpenedBid.objects.filter(lot=lot, bidder_id=bidder_id).exists():
        raise NotVisible
    found = []
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write on what the decision rests.")))
    asked = Clarification.objects.filter(lot=lot, bidder_id=bidder_id, kind=ClarificationKind.PRICE)
    heard = asked.exclude(answered_at=None).exists() or asked.filter(answer_by__lt=clock.today()).exists()
    if not accepted and not heard:
        found.append(Refusal("accepted", "not-asked", EXPLAIN_FIRST))
    refuse(found)
    row, _new = PriceReview.objects.update_or_create(
        lot=lot,
        bidder_id=bidder_id,
        defaults={
            "buyer_id": lot.tender.buyer_id,
            "accepted": accepted,
            "reason": reason.strip(),
            "decided_by_id": actor.user_id or 0,
            "decided_on": clock.today(),
        },
    )
    record(
        "procurement.price.reviewed",
        actor=actor,
        object=(LOT, lot.pk),
        reason=reason.strip(),
        details={"bidder": bidder_id, "accepted": accepted},
    )
    return row


NO_WHY = _("Write what in the bid does not conform.")
OLD_EXTRACT = _(
    "The extract must be at most 12 months old on the day it is seen (1397/2016 § 88). Ask for a new one."
)
EXPLAIN_FIRST = _(
    "The bidder must have been asked to explain the price, and have answered or let the day pass (1397/2016 § 96)."
)
