"""What pages and claims read of costs agreed on beforehand: agreements with what is left, a year's costs, what is ahead.

Not for: the law's days and reasons (``cost_rules``), writing (``actions.costs``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.law import Explanation, Rule
from kotopolku.placement import access, cost_rules
from kotopolku.placement.compensation import Kind
from kotopolku.placement.cost_rules import Agreed, Ahead
from kotopolku.placement.models import (
    ClaimLine,
    ClaimState,
    Cost,
    CostAgreement,
    CostKind,
    CostState,
    Proposal,
    ProposalState,
)

NOTHING = Decimal("0.00")
MOST_SHOWN = 200


@dataclass(frozen=True)
class CostLine:
    """A recorded cost with its reasons. ``claimed``: it stands in a claim. ``fits``: the law allows its days still."""

    cost: Cost
    agreement: CostAgreement
    explanation: Explanation
    rule: Rule | None
    fits: bool
    claimed: bool

    @property
    def kind(self) -> Kind:
        return Kind(self.agreement.kind)

    @property
    def days(self) -> int:
        return (self.cost.last - self.cost.first).days + 1


@dataclass(frozen=True)
class CostRow:
    """An agreement in a list: what has been spent of it, and what is left."""

    agreement: CostAgreement
    spent: Decimal

    @property
    def left(self) -> Decimal:
        return self.agreement.ceiling - self.spent if self.agreement.is_agreed else NOTHING


@dataclass(frozen=True)
class CostDetail:
    row: CostRow
    lines: tuple[CostLine, ...]


@dataclass(frozen=True)
class CostAhead:
    agreement: CostAgreement
    ahead: Ahead


def rows(viewer: Viewer) -> list[CostRow]:
    """Agreements of the viewer, those that wait for an answer first. Two statements."""
    found = _with_costs(access.cost_agreements(viewer)).order_by("-id")[:MOST_SHOWN]
    return sorted(
        (CostRow(one, spent(one)) for one in found), key=lambda row: row.agreement.state != CostState.ASKED
    )


def detail(agreement: CostAgreement) -> CostDetail:
    """One agreement with its costs. Three statements."""
    with_costs = _with_costs(CostAgreement.objects.filter(pk=agreement.pk)).get()
    costs = list(with_costs.costs.all())
    return CostDetail(CostRow(agreement, spent(with_costs)), tuple(_lines(agreement, costs)))


def of_year(
    viewer: Viewer, applicant_id: int, year: int
) -> tuple[tuple[CostLine, ...], tuple[CostAhead, ...]]:
    """The costs of an applicant's year, and what of its agreements is still ahead in it. Three statements."""
    agreements = _with_costs(
        access.cost_agreements(viewer).filter(applicant_id=applicant_id, state=CostState.AGREED)
    )
    lines: list[CostLine] = []
    coming: list[CostAhead] = []
    for agreement in agreements.order_by("id"):
        costs = list(agreement.costs.all())
        lines += [one for one in _lines(agreement, costs) if one.cost.first.year == year]
        ahead = cost_rules.ahead(agreed(agreement), spent(agreement), year, viewer.day)
        if ahead is not None:
            coming.append(CostAhead(agreement, ahead))
    return tuple(lines), tuple(coming)


def spent(agreement: CostAgreement) -> Decimal:
    """What has been recorded under the agreement."""
    return sum((one.euros for one in agreement.costs.all()), NOTHING)


def agreed(agreement: CostAgreement) -> Agreed:
    """What was agreed, for the rules."""
    return Agreed(
        number=agreement.pk,
        kind=Kind(agreement.kind),
        answered_on=agreement.answered_on or agreement.asked_on,
        first=agreement.first or agreement.asked_first,
        last=agreement.last or agreement.asked_last,
        ceiling=agreement.ceiling,
        counted_from=agreement.counted_from,
        quota=agreement.quota,
        justified=agreement.justified,
    )


def preparable(viewer: Viewer) -> "QuerySet[Proposal]":
    """Proposals that the municipality has accepted and about which no costs have been asked or agreed."""
    asked = access.cost_agreements(viewer).filter(
        kind=CostKind.PREPARING, state__in=[CostState.ASKED, CostState.AGREED]
    )
    rows = access.proposals(viewer).filter(state=ProposalState.ACCEPTED)
    return rows.exclude(pk__in=asked.values("proposal_id")).order_by("-id")


def _with_costs(found: "QuerySet[CostAgreement]") -> "QuerySet[CostAgreement]":
    standing = ClaimLine.objects.exclude(claim__state=ClaimState.WITHDRAWN)
    costs = Cost.objects.order_by("id").prefetch_related(Prefetch("lines", standing, "standing"))
    return found.prefetch_related(Prefetch("costs", costs))


def _lines(agreement: CostAgreement, costs: Sequence[Cost]) -> list[CostLine]:
    """The costs in the order in which they were recorded, each with what had been spent before it."""
    told, before, found = agreed(agreement), NOTHING, []
    for cost in costs:
        explanation, rule, fits = cost_rules.why(told, cost.first, cost.last, cost.euros, before)
        found.append(CostLine(cost, agreement, explanation, rule, fits, bool(cost.standing)))  # type: ignore[attr-defined]
        before += cost.euros
    return found


def is_claimed(cost: Cost) -> bool:
    """Whether a claim that has not been taken back holds the cost."""
    return cost.lines.exclude(claim__state=ClaimState.WITHDRAWN).exists()
