"""What is asked of contracts: lists, one with its use, price, modifications and invoices, and what waits for somebody.

Not for: who sees them (``contract_access``), writing (``actions``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal
from kotopolku.procurement import contract_access, contract_rules
from kotopolku.procurement.actions.awards import may_contract
from kotopolku.procurement.contract_rules import MINOR, Modified, Use
from kotopolku.procurement.models import (
    Adjustment,
    AdjustmentState,
    AwardKind,
    AwardState,
    AwardWinner,
    CallOff,
    CallOffState,
    Contract,
    ContractOption,
    ContractPrice,
    ContractState,
    Invoice,
    InvoiceState,
    Modification,
    ModificationGround,
    Notice,
    NoticeState,
    OptionState,
    OrderCourse,
    QualityGoal,
)
from kotopolku.training.models import CourseState

MOST_LISTED = 300
ZERO = Decimal("0.00")


def last_day(contract: Contract) -> date:
    """The last day with the options that were taken and the modifications of the period."""
    taken = [one.ends_on for one in contract.options.all() if one.state == OptionState.TAKEN]
    changed = [one.ends_on for one in contract.modifications.all() if one.ends_on is not None]
    last = max([contract.ends_on, *taken])
    return changed[-1] if changed else last


def use_of(contract: Contract) -> Use:
    taken = sum(one.volume for one in contract.options.all() if one.state == OptionState.TAKEN)
    changed = sum(one.volume for one in contract.modifications.all())
    ordered = sum(one.volume for one in contract.call_offs.all() if one.state == CallOffState.ORDERED)
    return Use(contract.volume + taken + changed, ordered, contract.least_volume)


def price_on(contract: Contract, day: date) -> Decimal:
    """The price of a unit on the day."""
    later = [(one.from_on, one.price_eur) for one in contract.prices.all()]
    return contract_rules.price_on(contract.price_eur, later, day)


def modified(contract: Contract, ground: str, change_eur: Decimal, on: date) -> Modified:
    """How a further modification would stand against §136. The rules are those of the day the procedure started."""
    before = [one.value_eur for one in contract.modifications.all() if one.ground == MINOR]
    started = max(contract.tender.started_on, law.rule("HM").valid_from)
    return contract_rules.modified(contract.value_eur, before, ground, change_eur, started)


def approved_eur(contract: Contract) -> Decimal:
    """What has been approved of the contract's invoices."""
    found: Decimal = contract.invoices.filter(state=InvoiceState.APPROVED).aggregate(
        sum=Coalesce(Sum("amount_eur"), ZERO)
    )["sum"]
    return found


# --- Lists -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A contract in the list."""

    contract: Contract
    use: Use
    last_day: date
    next_option: ContractOption | None
    near: bool
    """The option's last day of notice is near (own target O-N7)."""


@dataclass(frozen=True)
class ToMake:
    """A lot whose decision has a winner without a contract."""

    winner: AwardWinner
    lot_id: int
    lot_code: str
    tender_number: str
    tender_name: str


def contract_lines(viewer: Viewer, *, everything: bool = False) -> list[Line]:
    """The viewer's contracts, newest first; ended ones when asked. Four statements."""
    rows = contract_access.contracts(viewer)
    if not everything:
        rows = rows.filter(state__in=(ContractState.DRAFT, ContractState.IN_FORCE))
    rows = rows.prefetch_related("options", "modifications", "call_offs").order_by("-id")[:MOST_LISTED]
    near = viewer.day + timedelta(days=law.rule("O-N7", viewer.day).length)
    lines = []
    for one in rows:
        following = next((option for option in one.options.all() if option.state == OptionState.OPEN), None)
        if one.state != ContractState.IN_FORCE:
            following = None
        lines.append(
            Line(
                one,
                use_of(one),
                last_day(one),
                following,
                following is not None and following.notice_by <= near,
            )
        )
    return lines


def to_make(viewer: Viewer) -> list[ToMake]:
    """Winners of the viewer's decided lots who have no contract yet. One statement."""
    if not viewer.may(Capability.PROCUREMENT_PREPARE):
        return []
    rows = (
        AwardWinner.objects.filter(
            decision__state=AwardState.MADE,
            decision__kind=AwardKind.AWARD,
            decision__buyer_id=viewer.organisation_id,
        )
        .select_related("bidder", "decision__lot__tender")
        .order_by("decision__lot__tender_id", "decision__lot_id", "rank")
    )
    made = set(
        Contract.objects.filter(buyer_id=viewer.organisation_id)
        .exclude(state=ContractState.GIVEN_UP)
        .values_list("lot_id", "supplier_id")
    )
    return [
        ToMake(
            one, one.decision.lot_id, one.decision.lot.code, one.decision.tender.number, one.decision.lot.name
        )
        for one in rows
        if (one.decision.lot_id, one.bidder_id) not in made
    ]


@dataclass(frozen=True)
class Detail:
    """One contract with all that hangs on it."""

    contract: Contract
    use: Use
    last_day: date
    price_now: Decimal
    modified: Modified
    options: Sequence[ContractOption]
    prices: Sequence[ContractPrice]
    call_offs: Sequence[CallOff]
    goals: Sequence[QualityGoal]
    adjustments: Sequence[Adjustment]
    modifications: Sequence[Modification]
    invoices: Sequence[Invoice]
    approved_eur: Decimal
    why_not: Sequence[Refusal]
    """Refusals that keep a draft from being signed today."""
    may_prepare: bool
    may_decide: bool

    @property
    def draft(self) -> bool:
        return self.contract.state == ContractState.DRAFT

    @property
    def invoiced(self) -> Decimal:
        """Units of the invoices that have not been disputed."""
        return sum((one.units for one in self.invoices if one.state != InvoiceState.RETURNED), Decimal(0))

    @property
    def ordered_eur(self) -> Decimal:
        return sum((one.value_eur for one in self.call_offs if one.state == CallOffState.ORDERED), ZERO)

    @property
    def signed(self) -> bool:
        return self.contract.state == ContractState.IN_FORCE


def detail(viewer: Viewer, contract_id: int) -> Detail:
    """Some twelve statements, whatever the size. Raises ``NotVisible``."""
    contract = contract_access.contract(viewer, contract_id)
    own = contract.buyer_id == viewer.organisation_id
    draft = contract.state == ContractState.DRAFT
    return Detail(
        contract=contract,
        use=use_of(contract),
        last_day=last_day(contract),
        price_now=price_on(contract, max(viewer.day, contract.starts_on)),
        modified=modified(contract, ModificationGround.NOT_SUBSTANTIAL, ZERO, viewer.day),
        options=list(contract.options.all()),
        prices=list(contract.prices.all()),
        call_offs=list(contract.call_offs.prefetch_related("courses__course")),
        goals=list(contract.goals.all()),
        adjustments=list(contract.adjustments.select_related("goal").order_by("-id")),
        modifications=list(contract.modifications.all()),
        invoices=list(contract.invoices.select_related("call_off").order_by("-id")),
        approved_eur=approved_eur(contract),
        why_not=may_contract(contract.lot_id, viewer.day) if draft and own else (),
        may_prepare=own and viewer.may(Capability.PROCUREMENT_PREPARE),
        may_decide=own and viewer.may(Capability.PROCUREMENT_DECIDE),
    )


@dataclass(frozen=True)
class Waiting:
    """What waits for the viewer's organisation in its contracts, for My work."""

    options: Sequence[ContractOption] = ()
    invoices: Sequence[Invoice] = ()
    adjustments: Sequence[Adjustment] = ()
    orders: Sequence[CallOff] = ()
    """Orders for which no course has been planned, or only such as were withdrawn."""
    notices: int = 0
    """Notices that were refused or could not be sent."""


def my_work(viewer: Viewer) -> Waiting:
    """Options near their last day of notice, invoices to check, proposals to decide, orders without a course. Five statements."""
    if not viewer.may(Capability.PROCUREMENT_PREPARE) or viewer.organisation_id is None:
        return Waiting()
    near = viewer.day + timedelta(days=law.rule("O-N7", viewer.day).length)
    own = Q(contract__buyer_id=viewer.organisation_id)
    return Waiting(
        options=list(
            ContractOption.objects.filter(
                own, state=OptionState.OPEN, contract__state=ContractState.IN_FORCE, notice_by__lte=near
            )
            .filter(notice_by__gte=viewer.day)
            .select_related("contract")
            .order_by("notice_by")[:50]
        ),
        invoices=list(
            Invoice.objects.filter(own, state=InvoiceState.RECEIVED)
            .select_related("contract")
            .order_by("check_by")[:50]
        ),
        adjustments=list(
            Adjustment.objects.filter(own, state=AdjustmentState.PROPOSED).select_related("contract")[:50]
        ),
        orders=list(
            CallOff.objects.filter(own, state=CallOffState.ORDERED, contract__state=ContractState.IN_FORCE)
            .exclude(courses__in=OrderCourse.objects.exclude(course__state=CourseState.WITHDRAWN))
            .select_related("contract")
            .order_by("starts_on", "id")[:50]
        ),
        notices=Notice.objects.filter(
            tender__buyer_id=viewer.organisation_id, state__in=(NoticeState.REFUSED, NoticeState.FAILED)
        ).count(),
    )


def suppliers_work(viewer: Viewer) -> Waiting:
    """Disputed invoices and proposed sanctions or bonuses that a supplier has not answered. Two statements."""
    if not viewer.may(Capability.BID_SUBMIT) or viewer.organisation_id is None:
        return Waiting()
    own = Q(contract__supplier_id=viewer.organisation_id)
    return Waiting(
        invoices=list(
            Invoice.objects.filter(own, state=InvoiceState.RETURNED, by_supplier=True)
            .select_related("contract")
            .order_by("decided_on", "id")[:50]
        ),
        adjustments=list(
            Adjustment.objects.filter(own, state=AdjustmentState.PROPOSED, heard="")
            .exclude(amount_eur=0)
            .select_related("contract")[:50]
        ),
    )
