"""Acts on arrival: planning the day, and the day itself, when places come into use and client relationships begin.

Not for: the direction (``proposals.py``), what a client relationship is (``clients``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as said
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.models import HouseholdRole, Relationship
from kotopolku.clients.rules import ContactContent, NewClient, PersonContent, Refusal, Refusals, refuse
from kotopolku.clients.wording import language
from kotopolku.desk.actions import give_task
from kotopolku.desk.rules import TaskContent
from kotopolku.families.actions import add_relation
from kotopolku.families.rules import relation_mistake
from kotopolku.journal.actions import record
from kotopolku.placement import access, case_rules
from kotopolku.placement.actions import steps
from kotopolku.placement.actions.holds import use
from kotopolku.placement.actions.steps import PROPOSAL
from kotopolku.placement.models import (
    Arrival,
    Case,
    CaseState,
    EventKind,
    Group,
    Proposal,
    ProposalState,
    Relation,
    Sealed,
)
from kotopolku.placement.queries.holds import holds_of

ARRIVAL = "placement.arrival"
BEFORE_DIRECTION = _("The arrival cannot be before the direction (%(directed)s).")
ARRIVED_LATER = _("The day is in the future. Record it when they have come.")
NAMES_MISSING = _("The name of person %(number)s is missing. Ask the region to complete it.")
NOBODY = _("Choose who has arrived.")


def _let_in(proposal_id: int, actor: Viewer) -> tuple[Case, Proposal]:
    """Case and accepted proposal, locked: for the region, those who answer for the municipality, and the named workers."""
    require(actor, Capability.PLACEMENT_VIEW)
    found = access.proposal(actor, proposal_id)
    with seeing_all(actor):
        case = Case.objects.select_for_update(of=("self",)).get(pk=found.case_id)
    proposal = access.proposal(actor, proposal_id, lock=True)
    if proposal.state != ProposalState.ACCEPTED:
        raise steps.answered(proposal)
    return case, proposal


@transaction.atomic
def plan_arrival(proposal_id: int, planned_on: date, note: str, *, actor: Viewer) -> Arrival:
    """Agrees on the day of arrival, or on another one. Raises ``Answered`` before the direction, ``Refusals``."""
    case, proposal = _let_in(proposal_id, actor)
    steps.in_state(case, CaseState.DIRECTED, CaseState.PLANNED)
    found = _not_before_direction(case, "planned_on", planned_on)
    if told := case_rules.personal(note, ()):
        found.append(Refusal("note", "personal", case_rules.PERSONAL, {"found": told}))
    refuse(found)
    with seeing_all(actor):
        arrival, _new = Arrival.objects.update_or_create(
            case=case,
            defaults={
                "proposal": proposal,
                "authority_id": case.authority_id,
                "municipality_id": proposal.municipality_id,
                "protected": case.non_disclosure,
                "planned_on": planned_on,
                "note": note.strip(),
            },
        )
        case.state = CaseState.PLANNED
        case.save(update_fields=["state"])
    steps.event(case, EventKind.PLANNED, actor, proposal=proposal)
    record("placement.arrival.planned", actor=actor, object=(ARRIVAL, arrival.pk))
    if actor.organisation_id == proposal.municipality_id:
        steps.tell_region("placement.arrival-planned", case, actor, on=planned_on)
    else:
        steps.tell_municipality("placement.arrival-planned", proposal, actor, on=planned_on)
    return arrival


def _not_before_direction(case: Case, field: str, day: date) -> list[Refusal]:
    if case.directed_on is not None and day < case.directed_on:
        params = {"directed": case.directed_on}
        return [Refusal(field, "before-direction", BEFORE_DIRECTION, params)]
    return []


@transaction.atomic
def record_arrival(
    proposal_id: int,
    arrived_on: date,
    *,
    actor: Viewer,
    members: Sequence[int] | None = None,
    duplicate_reason: str = "",
    token: UUID | None = None,
) -> Arrival:
    """The people have come: places come into use and each becomes a client of the municipality, with the clocks.

    For a worker to whom the names are open. ``members``: numbers of those who came, None for all. All or nothing; sent
    twice it is done once. Raises ``Refusals``, also what registering refuses, ``Answered``, ``NotVisible``.
    """
    require(actor, Capability.CLIENT_REGISTER)
    if (before := client_cases.done_before(token, ARRIVAL)) is not None:
        return Arrival.objects.get(pk=before)
    case, proposal = _let_in(proposal_id, actor)
    if not access.is_municipality(actor) or not access.sees_names(actor, case.pk):
        raise NotVisible
    steps.in_state(case, CaseState.DIRECTED, CaseState.PLANNED)
    found = _not_before_direction(case, "arrived_on", arrived_on)
    if arrived_on > clock.today():
        found.append(Refusal("arrived_on", "future", ARRIVED_LATER))
    rows = [row for row in case.members.order_by("number") if members is None or row.number in members]
    if not rows:
        found.append(Refusal("members", "required", NOBODY))
    refuse(found)
    sealed = {one.member.number: one for one in access.sealed(actor, case.pk)}
    relationships = _register(
        case, proposal, [row.number for row in rows], sealed, arrived_on, duplicate_reason, actor
    )
    with seeing_all(actor):
        use(holds_of(actor, PROPOSAL, proposal.pk), actor=actor)
        arrival, _new = Arrival.objects.update_or_create(
            case=case,
            defaults={
                "proposal": proposal,
                "authority_id": case.authority_id,
                "municipality_id": proposal.municipality_id,
                "protected": case.non_disclosure,
                "arrived_on": arrived_on,
                "relationships": relationships,
            },
            create_defaults={
                "proposal": proposal,
                "authority_id": case.authority_id,
                "municipality_id": proposal.municipality_id,
                "protected": case.non_disclosure,
                "planned_on": arrived_on,
                "arrived_on": arrived_on,
                "relationships": relationships,
            },
        )
        case.state, case.closed_on = CaseState.ARRIVED, arrived_on
        case.save(update_fields=["state", "closed_on"])
    steps.event(case, EventKind.ARRIVED, actor, proposal=proposal)
    record(
        "placement.arrival.recorded",
        actor=actor,
        object=(ARRIVAL, arrival.pk),
        details={"persons": len(relationships)},
        token=token,
    )
    steps.tell_region("placement.case-arrived", case, actor, on=arrived_on)
    return arrival


def _register(
    case: Case,
    proposal: Proposal,
    numbers: Sequence[int],
    sealed: dict[int, Sealed],
    arrived_on: date,
    duplicate_reason: str,
    actor: Viewer,
) -> dict[str, int]:
    """Registers each as a client in one household, and their relations. Number of the member → relationship."""
    missing = [number for number in numbers if number not in sealed or not sealed[number].family_name]
    if missing:
        raise Refusals([Refusal("", "names-missing", NAMES_MISSING, {"number": missing[0]})])
    begun: dict[int, Relationship] = {}
    first = None
    for number in numbers:
        one = sealed[number]
        client = _client(case, proposal, one, arrived_on, duplicate_reason)
        relationship = clients.register_client(
            replace(client, worker_id=actor.user_id, household_with=first), actor=actor
        )
        first = first or relationship.person_id
        if case.group == Group.MINOR and one.birth_date is not None:
            _unaccompanied(case, relationship, actor)
        begun[number] = relationship
    _relate(case, begun, sealed, arrived_on, actor)
    return {str(number): relationship.pk for number, relationship in begun.items()}


def _unaccompanied(case: Case, relationship: Relationship, actor: Viewer) -> None:
    """A minor who came alone: the rules of such clients, and a task for the worker until somebody acts for the child."""
    clients.set_situation(
        relationship.pk, actor=actor, unaccompanied=True, trafficking_victim=False, reason=case.number
    )
    if law.is_minor(relationship.person.birth_date, actor.day):
        text = said("Record who represents the child, or see that a representative is applied for.")
        give_task(TaskContent(text, assignee_id=actor.user_id), actor=actor, relationship_id=relationship.pk)


def _relate(
    case: Case,
    begun: Mapping[int, Relationship],
    sealed: Mapping[int, Sealed],
    arrived_on: date,
    actor: Viewer,
) -> None:
    """Family relations as the case tells them, each to its one applicant. Custody is not told, so nobody gets it here.

    One that the birth dates contradict is left for the worker to ask about.
    """
    applicants = [row.number for row in case.members.all() if row.relation == Relation.APPLICANT]
    if len(applicants) != 1 or applicants[0] not in begun:
        return
    applicant = begun[applicants[0]]
    source = said("Case %(number)s") % {"number": case.number}
    for number, relationship in begun.items():
        kind = FAMILY_RELATIONS.get(Relation(sealed[number].member.relation))
        births = (sealed[number].birth_date, sealed[applicants[0]].birth_date)
        if kind is not None and not relation_mistake(kind, *births):
            add_relation(
                applicant.pk,
                actor=actor,
                person_id=relationship.person_id,
                kind=kind,
                other_id=applicant.person_id,
                from_day=arrived_on,
                source=source,
            )


FAMILY_RELATIONS = {
    Relation.SPOUSE: "spouse",
    Relation.CHILD: "child",
    Relation.PARENT: "parent",
    Relation.SIBLING: "sibling",
    Relation.GRANDPARENT: "grandparent",
}
"""What a member is to the applicant, in the words of ``families``. Another member of the family may be no relative."""
HOUSEHOLD_ROLES = {
    Relation.SPOUSE: HouseholdRole.SPOUSE,
    Relation.CHILD: HouseholdRole.CHILD,
    Relation.APPLICANT: HouseholdRole.ADULT,
}


def _client(
    case: Case, proposal: Proposal, one: Sealed, arrived_on: date, duplicate_reason: str
) -> NewClient:
    member = one.member
    role = HOUSEHOLD_ROLES.get(Relation(member.relation), HouseholdRole.OTHER)
    spoken = next(iter(member.languages or case.languages), "")
    reason = said("Directed to the municipality: case %(number)s, %(section)s.")
    return NewClient(
        person=PersonContent(
            family_name=one.family_name,
            given_names=one.given_names,
            identity_code=one.identity_code,
            birth_date=one.birth_date,
            mother_tongue=spoken,
            languages=tuple(member.languages),
            service_language=spoken,
            occupation=member.work[:100],
        ),
        contact=ContactContent(municipality=proposal.municipality.area_code),
        started_on=arrived_on,
        non_disclosure=case.non_disclosure,
        household_role=HouseholdRole.CHILD if role == HouseholdRole.OTHER and not member.adult else role,
        override_reason=reason % {"number": case.number, "section": law.cited(case.section, language())},
        duplicate_reason=duplicate_reason,
    )
