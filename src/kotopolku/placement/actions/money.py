"""Acts on compensation: for whom, claims of a year, and what the region records of them: decision, payment, recovery.

Not for: the calculation (``compensation.py``). A claim freezes its lines with their reasons.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import access as clients
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.models import Person
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, money_rules
from kotopolku.placement.compensation import Kind, claim_by, recovery_by
from kotopolku.placement.models import (
    Agreement,
    AgreementState,
    Claim,
    ClaimLine,
    ClaimState,
    Compensated,
    Decision,
    Payment,
    Recovery,
)
from kotopolku.placement.money_rules import MoneyContent, PersonFacts
from kotopolku.placement.queries import money as queries
from kotopolku.placement.queries.costs import CostLine
from kotopolku.placement.queries.people import holders

COMPENSATED = "placement.compensated"
CLAIM = "placement.claim"


@transaction.atomic
def record_person(
    client_number: str, facts: PersonFacts, *, actor: Viewer, token: UUID | None = None
) -> Compensated:
    """Writes down a client of the municipality for whom it is compensated, however the person came there."""
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, COMPENSATED)) is not None:
        return Compensated.objects.get(pk=before)
    municipality = access.own_municipality(actor)
    known = {one.client_number for one in queries.residents(actor, municipality)}
    if client_number in known:
        raise Refusals([Refusal("client_number", "already", _("The person is in the list already."))])
    rows = clients.responsibilities(actor).select_related("relationship__person")
    found = rows.filter(relationship__case_number=client_number).first()
    if found is None:
        raise Refusals(
            [Refusal("client_number", "unknown", _("Your municipality has no client with this number."))]
        )
    return _create(
        actor, municipality, found.relationship_id, found.relationship.person, client_number, facts, token
    )


@transaction.atomic
def change_person(
    relationship_id: int,
    facts: PersonFacts,
    *,
    actor: Viewer,
    expected_version: int = 0,
    token: UUID | None = None,
) -> Compensated:
    """Changes the facts of one of them, as after a move or citizenship. Version 0: known so far from the arrival alone."""
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, COMPENSATED)) is not None:
        return Compensated.objects.get(pk=before)
    municipality = access.own_municipality(actor)
    resident = queries.resident(actor, municipality, relationship_id)
    with seeing_all(actor):
        person = Person.objects.get(pk=resident.person_id)
    row = (
        Compensated.objects.select_for_update()
        .filter(municipality=municipality, relationship_id=relationship_id)
        .first()
    )
    version = row.version if row else 0
    if version != expected_version:
        raise EditClash(theirs={}, version=version, who="", when=clock.now())
    if row is None:
        return _create(actor, municipality, relationship_id, person, resident.client_number, facts, token)
    born, parent = _checked(municipality, resident.client_number, person, facts)
    _fill(row, born, facts, parent)
    row.version += 1
    row.save()
    record(
        "placement.compensated.changed",
        actor=actor,
        subjects=[row.person_id],
        object=(COMPENSATED, row.pk),
        token=token,
    )
    return row


def _create(
    actor: Viewer,
    municipality: Organisation,
    relationship_id: int,
    person: Person,
    client_number: str,
    facts: PersonFacts,
    token: UUID | None,
) -> Compensated:
    born, parent = _checked(municipality, client_number, person, facts)
    row = Compensated(
        municipality=municipality,
        person=person,
        relationship_id=relationship_id,
        client_number=client_number,
    )
    _fill(row, born, facts, parent)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise EditClash(theirs={}, version=1, who="", when=clock.now()) from None
    record(
        "placement.compensated.recorded",
        actor=actor,
        subjects=[person.pk],
        object=(COMPENSATED, row.pk),
        token=token,
    )
    return row


def _checked(
    municipality: Organisation, client_number: str, person: Person, facts: PersonFacts
) -> tuple[date, Compensated | None]:
    """The birth date, and the parent if one was named. Raises ``Refusals`` for what cannot be."""
    if person.birth_date is None:
        raise Refusals(
            [
                Refusal(
                    "",
                    "no-birth-date",
                    _("The person's birth date is missing. Write it on the client's page first."),
                )
            ]
        )
    found = money_rules.check_person(facts, person.birth_date, clock.today())
    parent = None
    if facts.parent_number:
        rows = Compensated.objects.filter(municipality=municipality, parent=None)
        parent = rows.filter(client_number=facts.parent_number).first()
        if parent is None or facts.parent_number == client_number:
            found.append(
                Refusal(
                    "parent_number",
                    "unknown",
                    _("The parent must be one of those recorded here, not born in Finland."),
                )
            )
    refuse(found)
    return person.birth_date, parent


def _fill(row: Compensated, born: date, facts: PersonFacts, parent: Compensated | None) -> None:
    row.born = born
    row.basis = facts.basis.value
    row.first_municipality_on = facts.first_municipality_on
    row.lives_from = facts.lives_from
    row.lives_until = facts.lives_until
    row.citizen_from = facts.citizen_from
    row.assessed_on = facts.assessed_on
    row.parent = parent


@transaction.atomic
def make_claim(year: int, *, actor: Viewer, token: UUID | None = None) -> Claim:
    """Claims what the year gives and no earlier claim holds, by its last day (1386/2010 §54; 681/2023 §70).

    A county whose municipalities have agreed with several regions claims from each; the first claim is returned.
    """
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, CLAIM)) is not None:
        return access.claim(actor, before)
    payee, today = access.own_payee(actor), clock.today()
    if date(year, 12, 31) >= today:
        words = _("The year has not ended. It can be claimed from %(day)s.")
        raise Refusals([Refusal("", "year-goes-on", words, {"day": date(year + 1, 1, 1)})])
    found = queries.year(actor, payee, year, claimed_on=today)
    in_time = [one for one in found.unclaimed if _in_time(one.kind, year, today)]
    if found.unclaimed and not in_time:
        raise Refusals(
            [Refusal("", "too-late", _("The last day to claim was %(day)s."), {"day": found.claim_by.due})]
        )
    if not in_time:
        raise Refusals([Refusal("", "nothing", _("There is nothing to claim that has not been claimed."))])
    claims = []
    for authority_id, lines in sorted(_by_region(actor, payee, in_time).items()):
        claims.append(_claim(found, authority_id, lines, actor))
        record(
            "placement.claim.made",
            actor=actor,
            subjects=sorted(_concerned(lines)),
            object=(CLAIM, claims[-1].pk),
            details={"year": year},
            token=token if len(claims) == 1 else None,
        )
        _tell(claims[-1], authority_id, Capability.PLACEMENT_AGREE, "placement.claim-made", actor)
    return claims[0]


def _by_region(
    actor: Viewer, payee: Organisation, lines: list[queries.Unclaimed]
) -> dict[int, list[queries.Unclaimed]]:
    """The lines by the region that decides on them: that of the municipality's latest agreement, or of the cost's."""
    codes = {one.resident.municipality_code for one in lines if isinstance(one, queries.UnclaimedLine)}
    with seeing_all(actor):
        signed = Agreement.objects.filter(
            municipality__area_code__in=codes, state__in=[AgreementState.IN_FORCE, AgreementState.ENDED]
        )
        regions = dict(signed.order_by("days").values_list("municipality__area_code", "authority_id"))
    found: dict[int, list[queries.Unclaimed]] = {}
    for one in lines:
        if isinstance(one, queries.UnclaimedCost):
            authority_id = one.cost.agreement.authority_id
        elif one.resident.municipality_code in regions:
            authority_id = regions[one.resident.municipality_code]
        else:
            raise NotVisible
        found.setdefault(authority_id, []).append(one)
    return found


def _claim(found: queries.Year, authority_id: int, lines: list[queries.Unclaimed], actor: Viewer) -> Claim:
    """The claim with its lines as they are now. Raises ``EditClash`` when somebody claims at the same time."""
    today = clock.today()
    last = Claim.objects.filter(claimant=found.payee, year=found.year).order_by("-number").first()
    due = claim_by(Kind.CALCULATED, found.year, today).due
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                claimant=found.payee,
                authority_id=authority_id,
                year=found.year,
                number=last.number + 1 if last else 1,
                euros=sum((one.euros for one in lines), Decimal("0.00")),
                claim_by=due or today,
                made_on=today,
                made_by_id=actor.user_id,
            )
    except IntegrityError:
        raise EditClash(theirs={}, version=0, who="", when=clock.now()) from None
    ClaimLine.objects.bulk_create(
        _line(claim, one) if isinstance(one, queries.UnclaimedLine) else _cost_line(claim, found, one.cost)
        for one in lines
    )
    return claim


def _concerned(lines: list[queries.Unclaimed]) -> set[int]:
    """Whose data the claim holds."""
    people = {one.resident.person_id for one in lines if isinstance(one, queries.UnclaimedLine)}
    costs = [one.cost.agreement.person_id for one in lines if isinstance(one, queries.UnclaimedCost)]
    return people | {person_id for person_id in costs if person_id is not None}


def _line(claim: Claim, unclaimed: queries.UnclaimedLine) -> ClaimLine:
    resident, line = unclaimed.resident, unclaimed.line
    return ClaimLine(
        claim=claim,
        municipality_code=resident.municipality_code,
        client_number=resident.client_number,
        relationship_id=resident.relationship_id,
        kind=line.kind.value,
        receiver=line.receiver.value,
        first=line.period.first,
        last=line.period.last,
        days=line.days,
        base=line.base,
        yearly=line.yearly,
        euros=line.euros,
        rule=line.rule.id,
        act=line.rule.act,
        section=line.rule.section,
        explanation=line.explanation.to_json(),
    )


def _cost_line(claim: Claim, found: queries.Year, line: CostLine) -> ClaimLine:
    """A cost in a claim. Preparing names nobody: the number of a case is not for everybody who sees the claim."""
    cost, rule = line.cost, line.rule
    return ClaimLine(
        claim=claim,
        municipality_code=line.agreement.municipality.area_code,
        client_number=line.agreement.client_number,
        relationship_id=line.agreement.relationship_id,
        cost=cost,
        kind=line.kind.value,
        receiver=found.receiver.value,
        first=cost.first,
        last=cost.last,
        days=line.days,
        base=line.days,
        yearly=cost.euros,
        euros=cost.euros,
        rule=rule.id if rule else "",
        act=rule.act if rule else "",
        section=rule.section if rule else "",
        explanation=line.explanation.to_json(),
    )


@transaction.atomic
def withdraw_claim(claim_id: int, *, actor: Viewer) -> Claim:
    """Takes a claim back before it has been decided; what was in it can be claimed again."""
    require(actor, Capability.PLACEMENT_ANSWER)
    claim = access.claim(actor, claim_id, lock=True)
    if claim.state == ClaimState.WITHDRAWN:
        return claim
    if claim.state != ClaimState.SENT or claim.claimant_id not in access.followed_ids(actor):
        raise Refusals([Refusal("", "decided", _("The claim has been decided and cannot be taken back."))])
    claim.state = ClaimState.WITHDRAWN
    claim.save(update_fields=["state"])
    record("placement.claim.withdrawn", actor=actor, object=(CLAIM, claim.pk))
    return claim


@transaction.atomic
def cut_line(claim_id: int, line_id: int, granted: Decimal, reason: str, *, actor: Viewer) -> ClaimLine:
    """Grants less of one line than was claimed, with the reason, before the decision is recorded. Can be done again."""
    claim = _of_region(claim_id, actor)
    if claim.state != ClaimState.SENT:
        raise Refusals([Refusal("", "not-waiting", _("The claim does not wait for a decision."))])
    line = claim.lines.filter(pk=line_id).first()
    if line is None:
        raise NotVisible
    refuse(money_rules.check_cut(granted, reason, line.euros))
    whole = granted == line.euros
    line.granted, line.cut_reason = (None, "") if whole else (granted, reason.strip())
    line.save(update_fields=["granted", "cut_reason"])
    record("placement.claim.cut", actor=actor, object=(CLAIM, claim.pk), details={"line": line.pk})
    return line


@transaction.atomic
def record_decision(
    claim_id: int, content: MoneyContent, *, actor: Viewer, token: UUID | None = None
) -> Claim:
    """Records what was decided of a claim: at most what its lines come to after cuts."""
    claim = _of_region(claim_id, actor)
    if (before := done_before(token, CLAIM)) is not None:
        return access.claim(actor, before)
    if claim.state != ClaimState.SENT:
        raise Refusals([Refusal("", "not-waiting", _("The claim does not wait for a decision."))])
    most = queries.grantable(claim)
    refuse(money_rules.check_decision(content, most, claim.made_on, clock.today()))
    Decision.objects.create(
        claim=claim,
        decided_on=content.on,
        euros=content.euros,
        reference=content.reference.strip(),
        reason=content.reason.strip(),
        recorded_by_id=actor.user_id,
    )
    claim.state = ClaimState.DECIDED
    claim.save(update_fields=["state"])
    record("placement.claim.decided", actor=actor, object=(CLAIM, claim.pk), token=token)
    _tell(claim, claim.claimant_id, Capability.PLACEMENT_ANSWER, "placement.claim-decided", actor)
    return claim


@transaction.atomic
def record_payment(
    claim_id: int, content: MoneyContent, *, actor: Viewer, token: UUID | None = None
) -> Claim:
    """Records money paid on a decision; never more than was granted."""
    claim = _of_region(claim_id, actor)
    if (before := done_before(token, CLAIM)) is not None:
        return access.claim(actor, before)
    decision = _decision(claim)
    open_euros = queries.reconciled(claim).open
    refuse(money_rules.check_payment(content, open_euros, decision.decided_on, clock.today()))
    reference = content.reference.strip()
    if claim.payments.filter(reference=reference).exists():
        raise Refusals([_known_reference()])
    Payment.objects.create(
        claim=claim,
        paid_on=content.on,
        euros=content.euros,
        reference=reference,
        recorded_by_id=actor.user_id,
    )
    record("placement.claim.paid", actor=actor, object=(CLAIM, claim.pk), token=token)
    return claim


@transaction.atomic
def record_recovery(
    claim_id: int, content: MoneyContent, *, actor: Viewer, token: UUID | None = None
) -> Claim:
    """Records that money must be paid back, by the last day of the law (1386/2010 §55; 681/2023 §71)."""
    claim = _of_region(claim_id, actor)
    if (before := done_before(token, CLAIM)) is not None:
        return access.claim(actor, before)
    decision = _decision(claim)
    money = queries.reconciled(claim)
    last_day = recovery_by(claim.year, clock.today()).due
    refuse(
        money_rules.check_recovery(
            content, money.paid - money.recovered, decision.decided_on, last_day, clock.today()
        )
    )
    reference = content.reference.strip()
    if claim.recoveries.filter(reference=reference).exists():
        raise Refusals([_known_reference()])
    Recovery.objects.create(
        claim=claim,
        decided_on=content.on,
        euros=content.euros,
        reason=content.reason.strip(),
        reference=reference,
        recorded_by_id=actor.user_id,
    )
    record("placement.claim.recovered", actor=actor, object=(CLAIM, claim.pk), token=token)
    return claim


def record_look(resident: queries.Resident, *, actor: Viewer) -> None:
    """Notes that a person's compensation was looked at."""
    record("placement.compensated.viewed", actor=actor, subjects=[resident.person_id])


def record_looks(person_ids: Iterable[int], *, actor: Viewer) -> None:
    """Notes that a county looked at the lines of people in its municipalities."""
    record("placement.compensated.viewed", actor=actor, subjects=sorted(set(person_ids)))


def record_export(found: queries.Year, *, actor: Viewer, kind: str) -> None:
    """Notes that a year was taken to a file."""
    record(
        "placement.compensated.exported",
        actor=actor,
        subjects=[one.resident.person_id for one in found.people],
        details={"kind": kind, "year": found.year},
    )


def record_claim_look(claim: Claim, *, actor: Viewer) -> None:
    """Notes that a claim's lines were looked at or taken to a file."""
    record("placement.claim.viewed", actor=actor, object=(CLAIM, claim.pk))


def _in_time(kind: Kind, year: int, today: date) -> bool:
    due = claim_by(kind, year, today).due
    return due is None or today <= due


def _of_region(claim_id: int, actor: Viewer) -> Claim:
    require(actor, Capability.PLACEMENT_AGREE)
    if not access.is_region(actor):
        raise NotVisible
    return access.claim(actor, claim_id, lock=True)


def _decision(claim: Claim) -> Decision:
    decision = Decision.objects.filter(claim=claim).first()
    if decision is None:
        raise Refusals([Refusal("", "not-decided", _("The claim has not been decided."))])
    return decision


def _known_reference() -> Refusal:
    return Refusal("reference", "known", _("This number has been recorded already."))


def _tell(claim: Claim, organisation_id: int, capability: Capability, kind: str, actor: Viewer) -> None:
    notify(
        kind,
        holders(organisation_id, capability, clock.today()),
        actor=actor,
        address=reverse("placement:claim", args=[claim.pk]),
        organisation_id=organisation_id,
        about=(CLAIM, claim.pk),
    )
