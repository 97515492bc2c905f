"""A payee's year from the law to the account: what the rules give, claimed, granted, paid, kept, each difference told.

Not for: the rules and lines themselves (``queries.money``, ``queries.costs``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement import access
from kotopolku.placement.compensation import Kind
from kotopolku.placement.models import Claim, ClaimLine, ClaimState
from kotopolku.placement.queries import money
from kotopolku.placement.queries.money import NOTHING, Year


class Stage(StrEnum):
    """Between which two sums a difference stands."""

    CLAIMED = "claimed"
    GRANTED = "granted"
    PAID = "paid"
    KEPT = "kept"


class Why(StrEnum):
    NOT_CLAIMED = "not-claimed"
    FACTS_CHANGED = "facts-changed"
    CUT = "cut"
    DECISION = "decision"
    WAITS = "waits"
    UNPAID = "unpaid"
    RECOVERED = "recovered"


@dataclass(frozen=True)
class Difference:
    """So many euros less (negative: more) at the next stage. ``text``: a reason somebody has written."""

    stage: Stage
    why: Why
    euros: Decimal
    kind: str = ""
    client_number: str = ""
    municipality_code: str = ""
    text: str = ""
    claim: Claim | None = None


@dataclass(frozen=True)
class Step:
    """A sum, and what lies between it and the one before."""

    stage: str
    euros: Decimal
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class KindSum:
    kind: str
    by_rules: Decimal
    claimed: Decimal
    cut: Decimal


@dataclass(frozen=True)
class Reconciliation:
    """``by_rules`` None: the viewer reads claims only. ``subjects``: ids of the persons whose lines it rests on."""

    year: int
    payee: Organisation
    by_rules: Decimal | None
    steps: tuple[Step, ...]
    kinds: tuple[KindSum, ...]
    problems: int
    subjects: tuple[int, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether each sum is the one before less its differences: it always is, and tests hold it so."""
        before = self.by_rules
        for step in self.steps:
            if (
                before is not None
                and before - sum((one.euros for one in step.differences), NOTHING) != step.euros
            ):
                return False
            before = step.euros
        return True


@dataclass(frozen=True)
class PayeeSums:
    """A payee's claims of a year together, for its region."""

    payee: Organisation
    claimed: Decimal
    granted: Decimal
    paid: Decimal
    open: Decimal
    recovered: Decimal


def of_payee(viewer: Viewer, payee: Organisation, year: int) -> Reconciliation:
    """The whole of a payee's own year, from the rules."""
    found = money.year(viewer, payee, year, claimed_on=viewer.day)
    claims = [claim for claim in found.claims if claim.state != ClaimState.WITHDRAWN]
    lines = _lines(claims)
    before = _before_claims(found, lines)
    by_rules = _given(found)
    return Reconciliation(
        year=year,
        payee=payee,
        by_rules=sum(by_rules.values(), NOTHING),
        steps=_steps(claims, lines, before),
        kinds=_kinds(by_rules, lines),
        problems=len(found.problems) + sum(1 for one in found.costs if not one.fits),
        subjects=tuple(sorted({one.resident.person_id for one in found.people})),
    )


def of_claims(viewer: Viewer, payee: Organisation, year: int) -> Reconciliation:
    """What a region sees of a payee's year: from the claims on. Four statements."""
    claims = list(_standing(viewer, year).filter(claimant=payee))
    lines = _lines(claims)
    return Reconciliation(year, payee, None, _steps(claims, lines, ()), _kinds({}, lines), 0)


def by_payee(viewer: Viewer, year: int) -> list[PayeeSums]:
    """Each payee's claims of the year together. Three statements."""
    claims: dict[int, list[Claim]] = {}
    for claim in _standing(viewer, year):
        claims.setdefault(claim.claimant_id, []).append(claim)
    return [_together(found) for found in claims.values()]


def _together(claims: Sequence[Claim]) -> PayeeSums:
    each = [money.reconciled(claim) for claim in claims]
    return PayeeSums(
        payee=claims[0].claimant,
        claimed=sum((one.claimed for one in each), NOTHING),
        granted=sum((one.granted or NOTHING for one in each), NOTHING),
        paid=sum((one.paid for one in each), NOTHING),
        open=sum((one.open for one in each), NOTHING),
        recovered=sum((one.recovered for one in each), NOTHING),
    )


def _standing(viewer: Viewer, year: int) -> "QuerySet[Claim]":
    rows = access.claims(viewer).filter(year=year).exclude(state=ClaimState.WITHDRAWN)
    return rows.prefetch_related("payments", "recoveries").order_by("claimant__sort_key_fi", "number")


def _lines(claims: Iterable[Claim]) -> list[ClaimLine]:
    rows = ClaimLine.objects.filter(claim__in=[one.pk for one in claims]).select_related("claim")
    return list(rows.order_by("municipality_code", "client_number", "kind", "first"))


Given = Mapping[tuple[object, ...], Decimal]


def _key(line: ClaimLine) -> tuple[object, ...]:
    if line.cost_id is not None:
        return ("cost", line.cost_id, line.kind)
    return (line.relationship_id, line.kind, line.receiver, line.first)


def _given(found: Year) -> dict[tuple[object, ...], Decimal]:
    """What the rules give now, by key; a line's kind is in its second or third place."""
    given: dict[tuple[object, ...], Decimal] = {
        money.key_of(resident, line): line.euros for resident, line in found.to_payee if line.euros
    }
    given |= {("cost", one.cost.pk, one.kind.value): one.cost.euros for one in found.costs if one.fits}
    return given


def _kind(key: tuple[object, ...]) -> str:
    return str(key[2] if key[0] == "cost" else key[1])


def _before_claims(found: Year, lines: Sequence[ClaimLine]) -> tuple[Difference, ...]:
    """Lines that the rules give and nobody has claimed, and claimed ones that the rules give otherwise by now."""
    given, told = _given(found), []
    for claimed in lines:
        now = given.get(_key(claimed), NOTHING)
        if now != claimed.euros:
            told.append(_of_line(claimed, Stage.CLAIMED, Why.FACTS_CHANGED, now - claimed.euros))
    known = {_key(claimed) for claimed in lines}
    for resident, line in found.to_payee:
        if line.euros and money.key_of(resident, line) not in known:
            told.append(
                Difference(
                    Stage.CLAIMED,
                    Why.NOT_CLAIMED,
                    line.euros,
                    line.kind.value,
                    resident.client_number,
                    resident.municipality_code,
                )
            )
    for one in found.costs:
        if one.fits and ("cost", one.cost.pk, one.kind.value) not in known:
            told.append(
                Difference(
                    Stage.CLAIMED,
                    Why.NOT_CLAIMED,
                    one.cost.euros,
                    one.kind.value,
                    one.agreement.client_number,
                    one.agreement.municipality.area_code,
                    one.cost.voucher,
                )
            )
    return tuple(told)


def _of_line(line: ClaimLine, stage: Stage, why: Why, euros: Decimal, text: str = "") -> Difference:
    return Difference(
        stage, why, euros, line.kind, line.client_number, line.municipality_code, text, line.claim
    )


def _steps(
    claims: Sequence[Claim], lines: Sequence[ClaimLine], before: tuple[Difference, ...]
) -> tuple[Step, ...]:
    """Claimed, granted, paid and kept, each with what lies between it and the one before."""
    cuts = [_of_line(one, Stage.GRANTED, Why.CUT, one.cut, one.cut_reason) for one in lines if one.cut]
    unpaid, recovered = [], []
    for claim in claims:
        sums = money.reconciled(claim)
        rest = claim.euros - sum(
            (one.euros for one in cuts if one.claim and one.claim.pk == claim.pk), NOTHING
        )
        if sums.granted is None:
            cuts.append(Difference(Stage.GRANTED, Why.WAITS, rest, claim=claim))
        elif sums.granted != rest:
            reason = claim.decision.reason
            cuts.append(
                Difference(Stage.GRANTED, Why.DECISION, rest - sums.granted, text=reason, claim=claim)
            )
        if sums.open:
            unpaid.append(Difference(Stage.PAID, Why.UNPAID, sums.open, claim=claim))
        recovered += [
            Difference(Stage.KEPT, Why.RECOVERED, one.euros, text=one.reason, claim=claim)
            for one in claim.recoveries.all()
        ]
    together = [money.reconciled(claim) for claim in claims]
    claimed = sum((one.claimed for one in together), NOTHING)
    granted = sum((one.granted or NOTHING for one in together), NOTHING)
    paid = sum((one.paid for one in together), NOTHING)
    kept = paid - sum((one.recovered for one in together), NOTHING)
    return (
        Step(Stage.CLAIMED, claimed, before),
        Step(Stage.GRANTED, granted, tuple(cuts)),
        Step(Stage.PAID, paid, tuple(unpaid)),
        Step(Stage.KEPT, kept, tuple(recovered)),
    )


def _kinds(by_rules: Given, lines: Sequence[ClaimLine]) -> tuple[KindSum, ...]:
    found = []
    for kind in Kind:
        given = sum((euros for key, euros in by_rules.items() if _kind(key) == kind), NOTHING)
        claimed = sum((one.euros for one in lines if one.kind == kind), NOTHING)
        cut = sum((one.cut for one in lines if one.kind == kind), NOTHING)
        if given or claimed:
            found.append(KindSum(kind.value, given, claimed, cut))
    return tuple(found)
