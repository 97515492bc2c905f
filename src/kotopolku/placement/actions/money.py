"""Acts on compensation: for whom, claims of a year, and what the region records of them: decision, payment, recovery.

Not for: the calculation (``compensation.py``). A claim freezes its lines with their reasons.
"""

from datetime import date
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
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.models import Person
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, money_rules
from kotopolku.placement.compensation import Kind, claim_by, recovery_by, total
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
    with clients.seeing_all(actor):
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
    """Claims what the year gives and no earlier claim holds, by its last day (1386/2010 §54; 681/2023 §70)."""
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, CLAIM)) is not None:
        return access.claim(actor, before)
    municipality, today = access.own_municipality(actor), clock.today()
    if date(year, 12, 31) >= today:
        words = _("The year has not ended. It can be claimed from %(day)s.")
        raise Refusals([Refusal("", "year-goes-on", words, {"day": date(year + 1, 1, 1)})])
    found = queries.year(actor, municipality, year, claimed_on=today)
    in_time = [(one, line) for one, line in found.unclaimed if _in_time(line.kind, year, today)]
    if found.unclaimed and not in_time:
        raise Refusals(
            [Refusal("", "too-late", _("The last day to claim was %(day)s."), {"day": found.claim_by.due})]
        )
    if not in_time:
        raise Refusals([Refusal("", "nothing", _("There is nothing to claim that has not been claimed."))])
    signed = Agreement.objects.filter(
        municipality=municipality, state__in=[AgreementState.IN_FORCE, AgreementState.ENDED]
    )
    agreement = signed.order_by("-days").first()
    if agreement is None:
        raise NotVisible
    last = Claim.objects.filter(municipality=municipality, year=year).order_by("-number").first()
    due = claim_by(Kind.CALCULATED, year, today).due
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                municipality=municipality,
                authority_id=agreement.authority_id,
                year=year,
                number=last.number + 1 if last else 1,
                euros=total(line for _one, line in in_time),
                claim_by=due or today,
                made_on=today,
                made_by_id=actor.user_id,
            )
    except IntegrityError:
        raise EditClash(theirs={}, version=0, who="", when=clock.now()) from None
    ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim,
            client_number=one.client_number,
            relationship_id=one.relationship_id,
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
        for one, line in in_time
    )
    record(
        "placement.claim.made",
        actor=actor,
        subjects=sorted({one.person_id for one, _line in in_time}),
        object=(CLAIM, claim.pk),
        details={"year": year},
        token=token,
    )
    _tell(claim, claim.authority_id, Capability.PLACEMENT_AGREE, "placement.claim-made", actor)
    return claim


@transaction.atomic
def withdraw_claim(claim_id: int, *, actor: Viewer) -> Claim:
    """Takes a claim back before it has been decided; what was in it can be claimed again."""
    require(actor, Capability.PLACEMENT_ANSWER)
    claim = access.claim(actor, claim_id, lock=True)
    if claim.state == ClaimState.WITHDRAWN:
        return claim
    if claim.state != ClaimState.SENT or claim.municipality_id not in access.followed_ids(actor):
        raise Refusals([Refusal("", "decided", _("The claim has been decided and cannot be taken back."))])
    claim.state = ClaimState.WITHDRAWN
    claim.save(update_fields=["state"])
    record("placement.claim.withdrawn", actor=actor, object=(CLAIM, claim.pk))
    return claim


@transaction.atomic
def record_decision(
    claim_id: int, content: MoneyContent, *, actor: Viewer, token: UUID | None = None
) -> Claim:
    """Records what was decided of a claim."""
    claim = _of_region(claim_id, actor)
    if (before := done_before(token, CLAIM)) is not None:
        return access.claim(actor, before)
    if claim.state != ClaimState.SENT:
        raise Refusals([Refusal("", "not-waiting", _("The claim does not wait for a decision."))])
    refuse(money_rules.check_decision(content, claim.euros, claim.made_on, clock.today()))
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
    _tell(claim, claim.municipality_id, Capability.PLACEMENT_ANSWER, "placement.claim-decided", actor)
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
