"""What is asked of decisions: one with its gate to the contract, those of a tender, a bidder's own, what waits.

Not for: how bids were compared (``evaluation.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind, User
from kotopolku.clients.rules import Refusal
from kotopolku.procurement import access, award_rules
from kotopolku.procurement.award_rules import AwardFacts, Standstill, Told
from kotopolku.procurement.models import (
    AwardDecision,
    AwardKind,
    AwardReport,
    AwardState,
    AwardWinner,
    Challenge,
    ChallengeKind,
    ChallengeState,
    CheckKind,
    CheckResult,
    Clarification,
    DecisionNotice,
    Evaluator,
    Lot,
    Notice,
    NoticeState,
    Occasion,
    SuitabilityCheck,
    Tender,
)
from kotopolku.procurement.models.contracts import Contract, ContractState
from kotopolku.procurement.queries.evaluation import EXTRACTS, LIVING
from kotopolku.procurement.queries.tenders import framework_suppliers, takes_bids

GONE = (NoticeState.REFUSED, NoticeState.FAILED, NoticeState.CANCELLED)


def decision(viewer: Viewer, decision_id: int, *, lock: bool = False) -> AwardDecision:
    """One decision of the viewer's authority. Raises ``NotVisible``."""
    rows = AwardDecision.objects.select_related("tender", "lot", "buyer", "ranking")
    rows = rows.filter(tender__in=access.tenders(viewer))
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=decision_id).first()
    if found is None:
        raise NotVisible
    return found


def living_decision(lot_id: int) -> AwardDecision | None:
    """The decision on the lot that has been made and not set aside."""
    return AwardDecision.objects.filter(lot_id=lot_id, state=AwardState.MADE).first()


# --- The gate to the contract ------------------------------------------------------------------------------------------


def contract_facts(lot_id: int) -> AwardFacts:
    """What decides whether a contract can be made on the lot. Four queries."""
    found = living_decision(lot_id)
    return AwardFacts(decided=False) if found is None else facts_of(found)


def facts_of(row: AwardDecision) -> AwardFacts:
    told = DecisionNotice.objects.filter(decision=row).values_list("received_on", flat=True)
    pending = Challenge.objects.filter(decision=row, state=ChallengeState.PENDING)
    kinds = list(pending.values_list("kind", flat=True))
    winners = set(AwardWinner.objects.filter(decision=row).values_list("bidder_id", flat=True))
    seen = SuitabilityCheck.objects.filter(
        tender_id=row.tender_id,
        kind=CheckKind.EXTRACT,
        bidder_id__in=winners,
        result__in=(CheckResult.MET, CheckResult.CLEANED),
    )
    wanted = {(bidder, key) for bidder in winners for key in EXTRACTS}
    if row.no_standstill_reason == award_rules.CALL_OFF:
        wanted = set()
    return AwardFacts(
        decided=row.state == AwardState.MADE,
        discontinued=row.kind == AwardKind.DISCONTINUED,
        standstill=row.standstill,
        announced_on=direct_notice_on(row.tender_id) if row.standstill == award_rules.DIRECT else None,
        decided_on=row.decided_on,
        told=tuple(Told(day) for day in told),
        appeals_pending=kinds.count(ChallengeKind.APPEAL),
        corrections_pending=kinds.count(ChallengeKind.CORRECTION),
        extracts_seen=wanted <= set(seen.values_list("bidder_id", "key")),
    )


def direct_notice_on(tender_id: int) -> date | None:
    """Day on which the direct award notice of the tender was published by the national service."""
    rows = Notice.objects.filter(tender_id=tender_id, occasion=Occasion.DIRECT, state=NoticeState.PUBLISHED)
    at = rows.order_by("-id").values_list("published_at", flat=True).first()
    return at.astimezone(clock.HELSINKI).date() if at is not None else None


def contract_signed_on(lot_id: int) -> date | None:
    """Day of the first contract on the lot, None without one."""
    days = Contract.objects.filter(lot_id=lot_id, signed_on__isnull=False).order_by("signed_on")
    return days.values_list("signed_on", flat=True).first()


def suppliers_of(tender: Tender) -> list[tuple[int, str]]:
    """Who can be given a lot without bids: within a framework its suppliers, otherwise every provider in force."""
    if tender.framework_id is not None:
        return framework_suppliers(tender)
    rows = Organisation.objects.filter(kind=OrganisationKind.PROVIDER, valid__contains=clock.today())
    return sorted(((one.pk, one.name) for one in rows), key=lambda one: one[1])


def award_notice_of(tender: Tender) -> Notice | None:
    """The award notice that was queued or published."""
    rows = Notice.objects.filter(tender=tender, occasion=Occasion.AWARD).exclude(state__in=GONE)
    return rows.order_by("-id").first()


# --- Pages ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionPage:
    decision: AwardDecision
    lot: Lot
    winners: Sequence[AwardWinner]
    told: Sequence[DecisionNotice]
    challenges: Sequence[Challenge]
    standstill: Standstill | None
    earliest: date | None
    appeal_until: date | None
    refusals: Sequence[Refusal]
    """What bars the contract today."""
    contract_on: date | None
    names: Mapping[int, str]
    may_decide: bool
    may_prepare: bool
    own_draft: bool
    conflict: bool

    @property
    def is_award(self) -> bool:
        return self.decision.kind == AwardKind.AWARD


def decision_page(viewer: Viewer, decision_id: int) -> DecisionPage:
    """A decision with what follows from it. Raises ``NotVisible``."""
    return page_of(viewer, decision(viewer, decision_id))


def page_of(viewer: Viewer, row: AwardDecision) -> DecisionPage:
    told = list(DecisionNotice.objects.filter(decision=row).select_related("recipient").order_by("id"))
    facts = facts_of(row)
    received = [one.received_on for one in told if one.received_on is not None]
    all_told = len(received) == len(told)
    last = max(received, default=row.decided_on)
    start = facts.announced_on if facts.standstill == award_rules.DIRECT else last
    wait = None
    if facts.standstill and facts.decided and not facts.discontinued and all_told and start is not None:
        wait = award_rules.standstill(start, facts.standstill)
    people = [one for one in (row.drafted_by_id, row.decided_by_id) if one is not None]
    return DecisionPage(
        decision=row,
        lot=row.lot,
        winners=list(row.winners.select_related("bidder")),
        told=told,
        challenges=list(
            Challenge.objects.filter(decision=row).select_related("party", "resolved_by").order_by("-id")
        ),
        standstill=wait,
        earliest=award_rules.earliest_contract(facts),
        appeal_until=award_rules.appeal_until(last) if facts.decided and all_told and last else None,
        refusals=award_rules.contract_refusals(facts, viewer.day) if facts.decided else [],
        contract_on=contract_signed_on(row.lot_id),
        names=dict(User.objects.filter(pk__in=people).values_list("pk", "full_name")),
        may_decide=viewer.may(Capability.PROCUREMENT_DECIDE),
        may_prepare=viewer.may(Capability.PROCUREMENT_PREPARE),
        own_draft=row.drafted_by_id == viewer.user_id,
        conflict=Evaluator.objects.filter(
            tender_id=row.tender_id, user_id=viewer.user_id or 0, conflict=True
        ).exists(),
    )


@dataclass(frozen=True)
class AwardLine:
    """A lot on the list of decisions."""

    lot: Lot
    decision: AwardDecision | None
    winners: Sequence[AwardWinner]
    earliest: date | None
    barred: Sequence[Refusal]
    contract_on: date | None
    contracts: Sequence[Contract]
    """Drafts too."""
    earlier: Sequence[AwardDecision]
    ranked: bool

    @property
    def without_contract(self) -> list[AwardWinner]:
        made = {one.supplier_id for one in self.contracts}
        return [one for one in self.winners if one.bidder_id not in made]


@dataclass(frozen=True)
class AwardsPage:
    tender: Tender
    lines: Sequence[AwardLine]
    notice: Notice | None
    notice_due: date | None
    reports: Sequence[AwardReport]
    may_prepare: bool
    all_decided: bool


def awards_page(viewer: Viewer, tender_id: int) -> AwardsPage:
    """Decisions of a tender lot by lot. Raises ``NotVisible``. A handful of queries for each decided lot."""
    tender = access.tender(viewer, tender_id)
    lots = list(tender.lots.all())
    rows = list(AwardDecision.objects.filter(tender=tender).order_by("lot_id", "-number"))
    winners: dict[int, list[AwardWinner]] = {}
    for one in AwardWinner.objects.filter(decision__tender=tender).select_related("bidder"):
        winners.setdefault(one.decision_id, []).append(one)
    ranked = set(tender.lots.exclude(rankings=None).values_list("pk", flat=True))
    if not takes_bids(tender) and tender.is_published:
        ranked = {lot.pk for lot in lots}
    contracts = Contract.objects.filter(lot__in=lots).exclude(state=ContractState.GIVEN_UP).order_by("id")
    lines = []
    for lot in lots:
        here = [row for row in rows if row.lot_id == lot.pk]
        living = next((row for row in here if row.state in LIVING), None)
        facts = facts_of(living) if living is not None and living.state == AwardState.MADE else None
        lines.append(
            AwardLine(
                lot=lot,
                decision=living,
                winners=winners.get(living.pk, []) if living else [],
                earliest=award_rules.earliest_contract(facts) if facts else None,
                barred=award_rules.contract_refusals(facts, viewer.day) if facts else [],
                contract_on=contract_signed_on(lot.pk),
                contracts=[one for one in contracts if one.lot_id == lot.pk],
                earlier=[row for row in here if row is not living and row.state == AwardState.CORRECTED],
                ranked=lot.pk in ranked,
            )
        )
    signed = [line.contract_on for line in lines if line.contract_on is not None]
    return AwardsPage(
        tender=tender,
        lines=lines,
        notice=award_notice_of(tender),
        notice_due=award_rules.award_notice_due(min(signed)) if signed else None,
        reports=list(AwardReport.objects.filter(tender=tender).select_related("made_by").order_by("-number")),
        may_prepare=viewer.may(Capability.PROCUREMENT_PREPARE),
        all_decided=all(
            line.decision is not None and line.decision.state == AwardState.MADE for line in lines
        ),
    )


def told_decisions(viewer: Viewer) -> list[DecisionNotice]:
    """Decisions that the viewer's organisation was told of as a bidder, newest first."""
    rows = DecisionNotice.objects.filter(recipient_id=viewer.organisation_id or 0).exclude(sent_on=None)
    rows = rows.select_related("decision__tender__buyer", "decision__lot")
    return list(rows.order_by("-id")[:200])


def told_decision(viewer: Viewer, decision_id: int) -> DecisionNotice:
    """One of them. Raises ``NotVisible``."""
    rows = DecisionNotice.objects.filter(recipient_id=viewer.organisation_id or 0).exclude(sent_on=None)
    found = rows.filter(decision_id=decision_id).select_related("decision__tender", "decision__lot").first()
    if found is None:
        raise NotVisible
    return found


def own_challenges(viewer: Viewer, decision_id: int) -> list[Challenge]:
    rows = Challenge.objects.filter(decision_id=decision_id, party_id=viewer.organisation_id or 0)
    return list(rows.order_by("-id"))


# --- Everybody ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicDecision:
    """A decision as anybody may read it: no points of those who lost, no reasons with others' bids before the contract."""

    lot: Lot
    kind: str
    number: int
    decided_on: date
    winners: Sequence[AwardWinner]
    earliest_contract_on: date | None
    set_aside_on: date | None


def public_decisions(tender_id: int, day: date | None = None) -> list[PublicDecision]:
    """Decisions that have been made in a tender, by lot, the set-aside ones too. Row security lets everybody read them."""
    rows = AwardDecision.objects.filter(
        tender_id=tender_id, state__in=(AwardState.MADE, AwardState.CORRECTED), decided_on__isnull=False
    )
    if day is not None:
        rows = rows.filter(decided_on__lte=day)
    rows = rows.select_related("lot").prefetch_related("winners__bidder").order_by("lot_id", "number")
    return [
        PublicDecision(
            lot=row.lot,
            kind=row.kind,
            number=row.number,
            decided_on=row.decided_on,
            winners=list(row.winners.all()),
            earliest_contract_on=row.earliest_contract_on,
            set_aside_on=row.set_aside_on,
        )
        for row in rows
        if row.decided_on is not None
    ]


# --- My work ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """Something of a procurement that waits for the viewer. ``due`` None: without a day of its own."""

    kind: str
    """A key of ``my_work.WAITING``, which has its words."""
    tender: Tender
    address: str
    args: tuple[int, ...]
    due: date | None = None


def my_work(viewer: Viewer) -> list[Waiting]:
    """What waits for the viewer in evaluation and award: at most seven queries."""
    found: list[Waiting] = []
    if viewer.may(Capability.PROCUREMENT_PREPARE) and access.is_buyer(viewer):
        found += _buyers_work(viewer)
    if viewer.may(Capability.BID_SUBMIT):
        found += _bidders_work(viewer)
    return found


def _buyers_work(viewer: Viewer) -> list[Waiting]:
    own = access.tenders(viewer)
    mine = Evaluator.objects.filter(
        tender__in=own.filter(state="opened"), user_id=viewer.user_id or 0, left_on=None, conflict=False
    ).select_related("tender")
    found = []
    for one in mine.prefetch_related("sheets"):
        handed = sum(sheet.submitted_at is not None for sheet in one.sheets.all())
        if one.declared_on is None:
            found.append(Waiting("interest", one.tender, "procurement:interest", (one.tender_id,)))
        elif handed < one.tender.lots.exclude(opened_bids=None).distinct().count():
            found.append(Waiting("scores", one.tender, "procurement:evaluation", (one.tender_id,)))
    if viewer.may(Capability.PROCUREMENT_DECIDE):
        rows = AwardDecision.objects.filter(tender__in=own, state=AwardState.REVIEW)
        rows = rows.exclude(drafted_by_id=viewer.user_id or 0).select_related("tender")
        found += [Waiting("decision", row.tender, "procurement:decision", (row.pk,)) for row in rows]
        asked = Challenge.objects.filter(
            Q(kind=ChallengeKind.CORRECTION), decision__tender__in=own, state=ChallengeState.PENDING
        ).select_related("decision__tender")
        found += [
            Waiting("correction", one.decision.tender, "procurement:decision", (one.decision_id,))
            for one in asked
        ]
    letters = DecisionNotice.objects.filter(decision__tender__in=own, sent_on=None)
    found += [
        Waiting(
            "letter", one.decision.tender, "procurement:decision", (one.decision_id,), one.decision.decided_on
        )
        for one in letters.select_related("decision__tender")
    ]
    decided = own.filter(state="decided").prefetch_related("lots")
    told = Notice.objects.filter(occasion=Occasion.AWARD).exclude(state__in=GONE)
    for tender in decided.exclude(pk__in=told.values("tender_id"))[:50]:
        days = [day for lot in tender.lots.all() if (day := contract_signed_on(lot.pk)) is not None]
        if days:
            due = award_rules.award_notice_due(min(days))
            found.append(Waiting("award-notice", tender, "procurement:awards", (tender.pk,), due))
    return found


def _bidders_work(viewer: Viewer) -> list[Waiting]:
    rows = Clarification.objects.filter(bidder_id=viewer.organisation_id or 0, answered_at=None)
    return [
        Waiting("clarification", one.tender, "procurement:clarification-answer", (one.pk,), one.answer_by)
        for one in rows.select_related("tender").order_by("answer_by")[:50]
    ]
