"""Stands up an awarded lot and its contract for tests: two officers, the winner told, the standstill over."""

from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.procurement import award_rules
from kotopolku.procurement.actions import contracts
from kotopolku.procurement.contract_rules import ContractContent, GoalContent, OptionContent
from kotopolku.procurement.models import (
    AwardDecision,
    AwardState,
    AwardWinner,
    Contract,
    DecisionNotice,
    Lot,
    SuitabilityCheck,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries.evaluation import EXTRACTS
from kotopolku.procurement.tests import awards_world

ON = awards_world.ON
TOLD = ON
EARLIEST = award_rules.standstill(TOLD).earliest
STARTS, ENDS = date(2027, 1, 4), date(2028, 12, 31)
CONTENT = ContractContent(STARTS, ENDS, "student-day", 10_000, Decimal("45.00"))
OPTION = OptionContent(date(2029, 1, 1), date(2029, 12, 31), 90, 5_000, Decimal("225000.00"))
GOAL = GoalContent("reached", Decimal(60), Decimal(2), Decimal(80), Decimal(1), 10)


def awarded(actor: Viewer, second: Viewer, *, winner: str = awards_world.A) -> Lot:
    """A lot decided and told to all on ``TOLD``, the winner's extracts seen."""
    tender = awards_world.opened(actor=actor)
    with rowsecurity.as_system():
        [lot] = list(Lot.objects.filter(tender=tender))
        tender.state = TenderState.DECIDED
        tender.save()
        chosen = Organisation.objects.get(code=winner)
        decision = AwardDecision.objects.create(
            tender=tender,
            lot=lot,
            buyer=tender.buyer,
            state=AwardState.MADE,
            number=1,
            reasons_fi="Paras.",
            standstill="full",
            drafted_by_id=actor.user_id,
            drafted_on=TOLD,
            decided_by_id=second.user_id,
            decided_on=TOLD,
            earliest_contract_on=EARLIEST,
        )
        AwardWinner.objects.create(decision=decision, bidder=chosen, rank=1, price_eur=Decimal(480_000))
        for code in awards_world.PRICES:
            DecisionNotice.objects.create(
                decision=decision,
                buyer=tender.buyer,
                recipient=Organisation.objects.get(code=code),
                way="electronic",
                sent_on=TOLD,
                received_on=TOLD,
            )
        for key in EXTRACTS:
            SuitabilityCheck.objects.create(
                tender=tender,
                buyer=tender.buyer,
                bidder=chosen,
                kind="extract",
                key=key,
                result="met",
                dated_on=TOLD,
                checked_by_id=actor.user_id,
                checked_on=TOLD,
            )
    return lot


def drafted(
    lot: Lot, actor: Viewer, *, content: ContractContent = CONTENT, winner: str = awards_world.A
) -> Contract:
    """A draft with one option and one goal. The actor is at work."""
    supplier = Organisation.objects.get(code=winner)
    contract = contracts.draft_contract(lot.pk, supplier.pk, content, actor=actor)
    contracts.add_option(contract.pk, OPTION, actor=actor)
    contracts.set_goal(contract.pk, GOAL, actor=actor)
    contract.refresh_from_db()
    return contract


def signed(actor: Viewer, second: Viewer, *, content: ContractContent = CONTENT) -> Contract:
    """A contract made on the first day after the standstill."""
    lot = awarded(actor, second)
    with make.working(actor, EARLIEST) as there:
        contract = drafted(lot, there, content=content)
        return contracts.sign_contract(contract.pk, EARLIEST, actor=there, expected_version=contract.version)


def tender_of(lot: Lot) -> Tender:
    return Tender.objects.get(pk=lot.tender_id)


AFTER = EARLIEST + timedelta(40)
"""A day on which the contract is in force."""
