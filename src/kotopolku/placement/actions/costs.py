"""Acts on costs agreed on beforehand: asking, the region's answer, taking back, recording what was spent.

Not for: what the law allows (``cost_rules``), claiming and paying (``money.py``). All raise ``MissingCapability``,
``NotVisible`` and ``clients.rules.Refusals``.
"""

from collections.abc import Iterable
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
from kotopolku.actors.models import Organisation
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, case_rules, cost_rules
from kotopolku.placement.actions import steps
from kotopolku.placement.compensation import Kind
from kotopolku.placement.cost_rules import CostAnswer, CostContent, CostRequest
from kotopolku.placement.models import (
    Agreement,
    AgreementState,
    Arrival,
    Cost,
    CostAgreement,
    CostKind,
    CostState,
    Group,
    Proposal,
)
from kotopolku.placement.queries import costs as queries
from kotopolku.placement.queries import money
from kotopolku.placement.queries.people import holders

COSTS = "placement.costs"
COST = "placement.cost"


@transaction.atomic
def ask_preparing(
    proposal_id: int, moves_in_on: date, data: CostRequest, *, actor: Viewer, token: UUID | None = None
) -> CostAgreement:
    """The municipality asks for costs of preparing for the people of a proposal that it has accepted.

    The day of moving in is that of the planned arrival, when there is one.
    """
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, COSTS)) is not None:
        return access.cost_agreement(actor, before)
    municipality = access.own_municipality(actor)
    proposal = queries.preparable(actor).filter(pk=proposal_id).first()
    case = access.proposed_case(proposal) if proposal is not None else None
    if proposal is None or case is None:
        raise Refusals([Refusal("proposal", "unknown", NOT_PREPARABLE)])
    counted_from, quota = _moves_in(proposal) or moves_in_on, case.group == Group.QUOTA
    refuse(
        [
            *cost_rules.check_request(data, Kind.PREPARING, counted_from, quota=quota),
            *_without_names(purpose=data.purpose),
        ]
    )
    row = _asked(
        CostKind.PREPARING, municipality, proposal.authority_id, municipality, counted_from, data, actor
    )
    row.proposal, row.quota = proposal, quota
    row.save()
    record("placement.costs.asked", actor=actor, object=(COSTS, row.pk), token=token)
    _tell_region("placement.costs-asked", row, steps.officers(case, actor), actor)
    return row


@transaction.atomic
def ask_special(
    client_number: str,
    data: CostRequest,
    *,
    actor: Viewer,
    municipality_id: int | None = None,
    first_municipality_on: date | None = None,
    token: UUID | None = None,
) -> CostAgreement:
    """A municipality asks for special costs of one for whom it is compensated; a county of one who lives in its area.

    A county gives the municipality and the day of the first municipality of residence itself: whether there is such a
    client it is not told.
    """
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, COSTS)) is not None:
        return access.cost_agreement(actor, before)
    payee, number = access.own_payee(actor), client_number.strip()
    resident = None
    if access.is_county(actor):
        municipality = _of_county(actor, payee, municipality_id)
        counted_from = first_municipality_on
        if not number:
            raise Refusals([Refusal("client_number", "required", _("Give the client number."))])
        if counted_from is None or counted_from > clock.today():
            raise Refusals([Refusal("first_municipality_on", "required", FIRST_DAY)])
    else:
        municipality = payee
        found = (one for one in money.residents(actor, payee) if one.client_number == number)
        resident = next(found, None)
        if resident is None or resident.placed is None:
            raise Refusals([Refusal("client_number", "unknown", NOT_COMPENSATED)])
        counted_from = resident.placed.first_municipality
    refuse(
        [
            *cost_rules.check_request(data, Kind.SPECIAL, counted_from, quota=False),
            *_without_names(purpose=data.purpose, client_number=number),
        ]
    )
    authority_id = _region_of(actor, municipality)
    row = _asked(CostKind.SPECIAL, payee, authority_id, municipality, counted_from, data, actor)
    row.client_number = number
    if resident is not None:
        row.relationship_id, row.person_id = resident.relationship_id, resident.person_id
    row.save()
    record("placement.costs.asked", actor=actor, subjects=_subjects(row), object=(COSTS, row.pk), token=token)
    officers = holders(authority_id, Capability.PLACEMENT_AGREE, clock.today())
    _tell_region("placement.costs-asked", row, officers, actor)
    return row


@transaction.atomic
def answer_costs(
    agreement_id: int, answer: CostAnswer, *, actor: Viewer, token: UUID | None = None
) -> CostAgreement:
    """The region agrees, with days, a ceiling and conditions, or refuses with a reason."""
    require(actor, Capability.PLACEMENT_AGREE)
    if not access.is_region(actor):
        raise NotVisible
    row = access.cost_agreement(actor, agreement_id, lock=True)
    if (before := done_before(token, COSTS)) is not None:
        return access.cost_agreement(actor, before)
    _in_state(row, CostState.ASKED)
    refuse(
        [
            *cost_rules.check_answer(
                answer, Kind(row.kind), row.counted_from, clock.today(), quota=row.quota
            ),
            *_without_names(conditions=answer.conditions),
        ]
    )
    row.state = CostState.AGREED if answer.agreed else CostState.REFUSED
    row.answered_on, row.answered_by_id = clock.today(), actor.user_id
    row.reference, row.conditions = answer.reference.strip(), answer.conditions.strip()
    if answer.agreed:
        row.first, row.last = answer.first, answer.last
        row.ceiling, row.justified = answer.ceiling, answer.justified
    row.save()
    record(
        "placement.costs.answered",
        actor=actor,
        subjects=_subjects(row),
        object=(COSTS, row.pk),
        details={"agreed": answer.agreed},
        token=token,
    )
    _tell_applicant("placement.costs-answered", row, actor)
    return row


@transaction.atomic
def withdraw_costs(agreement_id: int, *, actor: Viewer) -> CostAgreement:
    """Takes a request back before the region has answered it."""
    row = _own(agreement_id, actor)
    if row.state == CostState.WITHDRAWN:
        return row
    _in_state(row, CostState.ASKED)
    row.state = CostState.WITHDRAWN
    row.save(update_fields=["state"])
    record("placement.costs.withdrawn", actor=actor, subjects=_subjects(row), object=(COSTS, row.pk))
    return row


@transaction.atomic
def record_cost(agreement_id: int, data: CostContent, *, actor: Viewer, token: UUID | None = None) -> Cost:
    """Records what was spent under an agreement; in all never more than its ceiling."""
    row = _own(agreement_id, actor)
    if (before := done_before(token, COST)) is not None:
        return Cost.objects.get(pk=before)
    _in_state(row, CostState.AGREED)
    moved_in = _moves_in(row.proposal) if row.proposal else None
    if moved_in is not None and moved_in != row.counted_from:
        row.counted_from = moved_in
        row.save(update_fields=["counted_from"])
    found = cost_rules.check_cost(data, queries.agreed(row), queries.spent(row), clock.today())
    found += _without_names(what=data.what)
    voucher = data.voucher.strip()
    if row.costs.filter(voucher=voucher).exists():
        found.append(Refusal("voucher", "known", _("This voucher has been recorded already.")))
    refuse(found)
    cost = Cost.objects.create(
        agreement=row,
        first=data.first,
        last=data.last,
        euros=data.euros,
        what=data.what.strip(),
        voucher=voucher,
        recorded_on=clock.today(),
        recorded_by_id=actor.user_id,
    )
    record(
        "placement.cost.recorded", actor=actor, subjects=_subjects(row), object=(COST, cost.pk), token=token
    )
    return cost


@transaction.atomic
def remove_cost(cost_id: int, *, actor: Viewer) -> CostAgreement:
    """Takes away a cost recorded by mistake, while no claim holds it."""
    found = Cost.objects.filter(pk=cost_id).first()
    if found is None:
        raise NotVisible
    row = _own(found.agreement_id, actor)
    cost = row.costs.filter(pk=cost_id).first()
    if cost is None:
        return row
    if cost.lines.exists():
        raise Refusals([Refusal("", "claimed", _("The cost stands in a claim and is kept."))])
    cost.delete()
    record("placement.cost.removed", actor=actor, subjects=_subjects(row), object=(COSTS, row.pk))
    return row


def record_look(row: CostAgreement, *, actor: Viewer) -> None:
    """Notes that an agreement about a person's or a case's costs was looked at."""
    record("placement.costs.viewed", actor=actor, subjects=_subjects(row), object=(COSTS, row.pk))


def _subjects(row: CostAgreement) -> list[int]:
    return [row.person_id] if row.person_id else []


def _asked(
    kind: CostKind,
    applicant: Organisation,
    authority_id: int,
    municipality: Organisation,
    counted_from: date,
    data: CostRequest,
    actor: Viewer,
) -> CostAgreement:
    return CostAgreement(
        kind=kind,
        applicant=applicant,
        authority_id=authority_id,
        municipality=municipality,
        counted_from=counted_from,
        purpose=data.purpose.strip(),
        asked_first=data.first,
        asked_last=data.last,
        asked_euros=data.euros,
        asked_on=clock.today(),
        asked_by_id=actor.user_id,
    )


def _own(agreement_id: int, actor: Viewer) -> CostAgreement:
    """The applicant's own, locked."""
    require(actor, Capability.PLACEMENT_ANSWER)
    row = access.cost_agreement(actor, agreement_id, lock=True)
    if row.applicant_id not in access.followed_ids(actor):
        raise NotVisible
    return row


def _in_state(row: CostAgreement, state: CostState) -> None:
    if row.state != state:
        raise Refusals([Refusal("", "state", _("It has been answered meanwhile. Open it again to see how."))])


def _moves_in(proposal: Proposal) -> date | None:
    """The day on which the people of a proposal came or are planned to come."""
    arrival = Arrival.objects.filter(proposal=proposal).first()
    return (arrival.arrived_on or arrival.planned_on) if arrival else None


def _of_county(actor: Viewer, county: Organisation, municipality_id: int | None) -> Organisation:
    found = money.municipalities_of(county, actor.day).filter(pk=municipality_id or 0).first()
    if found is None:
        raise Refusals([Refusal("municipality", "unknown", _("Choose a municipality of your county."))])
    return found


def _region_of(actor: Viewer, municipality: Organisation) -> int:
    """The region with which the municipality has made its latest agreement."""
    with seeing_all(actor):
        signed = Agreement.objects.filter(
            municipality=municipality, state__in=[AgreementState.IN_FORCE, AgreementState.ENDED]
        )
        found = signed.order_by("-days").first()
    if found is None:
        raise Refusals([Refusal("", "no-agreement", NO_AGREEMENT)])
    return found.authority_id


def _without_names(**texts: str) -> list[Refusal]:
    return [
        Refusal(field, "personal", PERSONAL, {"found": told})
        for field, text in texts.items()
        if (told := case_rules.personal(text, ()))
    ]


def _tell_region(kind: str, row: CostAgreement, users: Iterable[int], actor: Viewer) -> None:
    _tell(kind, row, users, row.authority_id, actor)


def _tell_applicant(kind: str, row: CostAgreement, actor: Viewer) -> None:
    users = holders(row.applicant_id, Capability.PLACEMENT_ANSWER, clock.today())
    _tell(kind, row, users, row.applicant_id, actor)


def _tell(kind: str, row: CostAgreement, users: Iterable[int], organisation_id: int, actor: Viewer) -> None:
    notify(
        kind,
        users,
        actor=actor,
        address=reverse("placement:costs-one", args=[row.pk]),
        organisation_id=organisation_id,
        about=(COSTS, row.pk),
    )


NOT_PREPARABLE = _(
    "Choose a proposal that your municipality has accepted and for which no costs have been asked."
)
NOT_COMPENSATED = _(
    "Your municipality has nobody with this number among those for whom it is compensated. Add the person there first."
)
FIRST_DAY = _("Give the day on which the first municipality of residence was registered.")
NO_AGREEMENT = _("The municipality has no signed agreement on municipal places with a region.")
PERSONAL = _("Write no name, number, address or e-mail of anybody here: the text holds “%(found)s”.")
