"""What registers tell of a client: kept with source and time beside our own, taken as ours only when a person chooses it.

One thing does not wait for a choice: a non-disclosure order that the population register knows is in force here at once
(661/2009 §§36–37). Not for: asking the register (``adapters``).
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients import rules as client_rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.register import person_content
from kotopolku.clients.models import Permit, ProtectedContact
from kotopolku.clients.rules import ContactContent, PersonContent, Refusal, Refusals
from kotopolku.exchange import queries, rules, wording
from kotopolku.exchange.adapters import PERMITS, POPULATION, RegisterAnswer
from kotopolku.exchange.checking import CONTACT_FIELDS, PERSON_FIELDS
from kotopolku.exchange.models import RegisterFact
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

REGISTERS = (POPULATION, PERMITS)
PERMIT_FIELDS = ("permit_kind", "permit_basis", "permit_starts", "permit_ends")
TELLS = {POPULATION: (*PERSON_FIELDS, *CONTACT_FIELDS), PERMITS: PERMIT_FIELDS}


@transaction.atomic
def store_answer(
    relationship_id: int, source: str, answer: RegisterAnswer | None, *, actor: Viewer
) -> list[RegisterFact]:
    """Keeps what a register has told, in the place of what it told before; ours stays as it is. Returns the facts.

    Contacts of a person under a non-disclosure order are not kept at all.
    """
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    told = answer or RegisterAnswer()
    hidden = client_rules.non_disclosure_in_force(
        person.non_disclosure, person.non_disclosure_until, clock.today()
    )
    if told.non_disclosure and not hidden:
        _protect(relationship_id, person.pk, told, actor, case.responsibility.worker_id)
        hidden = True
    kept = {
        name: value
        for name, value in told.values.items()
        if name in TELLS[source] and not (hidden and name in CONTACT_FIELDS)
    }
    facts = RegisterFact.objects.filter(person=person)
    facts.filter(source=source).delete()
    if hidden:
        facts.filter(field__in=CONTACT_FIELDS).delete()
    made = RegisterFact.objects.bulk_create(
        RegisterFact(
            person=person,
            relationship_id=relationship_id,
            source=source,
            field=name,
            value=value,
            fetched_at=clock.now(),
        )
        for name, value in kept.items()
    )
    record(
        "exchange.register.fetched",
        actor=actor,
        subjects=[person.pk],
        object=("clients.relationship", relationship_id),
        details={"source": source, "known": answer is not None, "fields": sorted(kept)},
    )
    return made


def _protect(
    relationship_id: int, person_id: int, told: RegisterAnswer, actor: Viewer, worker_id: int | None
) -> None:
    clients.set_non_disclosure(
        relationship_id, True, told.non_disclosure_until, actor=actor, reason=POPULATION
    )
    notify(
        "exchange.non-disclosure-found",
        [worker_id] if worker_id else [],
        actor=actor,
        address=f"/clients/{relationship_id}/",
        organisation_id=actor.organisation_id,
        about=("clients.person", person_id),
    )


@transaction.atomic
def take_facts(
    relationship_id: int, facts: Collection[int], *, actor: Viewer, expected_version: int
) -> list[str]:
    """Takes chosen facts of registers as ours. Raises ``Refusals``, ``EditClash``. Returns the names of the fields."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    chosen = list(RegisterFact.objects.filter(person=person, pk__in=list(facts), source__in=REGISTERS))
    if not chosen:
        raise Refusals([Refusal("", "required", _("Choose at least one value."))])
    values = {fact.field: fact.value for fact in chosen}
    hidden = client_rules.non_disclosure_in_force(
        person.non_disclosure, person.non_disclosure_until, clock.today()
    )
    if hidden and set(values) & set(CONTACT_FIELDS):
        raise Refusals(
            [
                Refusal(
                    "",
                    "hidden",
                    _("A non-disclosure order hides the contacts; they are not taken over here."),
                )
            ]
        )
    person_values = {name: value for name, value in values.items() if name not in PERMIT_FIELDS}
    read = _read(person_values, case.relationship.started_on.isoformat(), person.family_name)
    if person_values:
        ours = person_content(person)
        ours |= {name: getattr(read.person, name) for name in PERSON_FIELDS if name in values}
        clients.update_person(
            relationship_id,
            _person(ours),
            _contact(person.pk, read.contact, set(values)) if not hidden else None,
            actor=actor,
            expected_version=expected_version,
        )
    if set(values) & set(PERMIT_FIELDS):
        _take_permit(relationship_id, person.pk, actor)
    RegisterFact.objects.filter(pk__in=[fact.pk for fact in chosen]).update(taken_at=clock.now())
    record(
        "exchange.register.taken",
        actor=actor,
        subjects=[person.pk],
        object=("clients.relationship", relationship_id),
        details={"fields": sorted(values)},
    )
    return sorted(values)


def _read(values: dict[str, str], started_on: str, family_name: str) -> Any:
    told = {"family_name": family_name, "started_on": started_on} | values
    read = rules.read_row(told, queries.codes(clock.today()))
    if read.case is None:
        raise Refusals([wording.as_refusal(fault) for fault in read.faults])
    return read.case.new


def _person(values: Mapping[str, Any]) -> PersonContent:
    lists: dict[str, Any] = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return PersonContent(**{**values, **lists})


def _contact(person_id: int, told: ContactContent, names: set[str]) -> ContactContent:
    ours = ProtectedContact.objects.get(pk=person_id)
    return ContactContent(**{name: getattr(told if name in names else ours, name) for name in CONTACT_FIELDS})


def _take_permit(relationship_id: int, person_id: int, actor: Viewer) -> None:
    """A permit is taken whole: its days mean nothing without its ground. One known already is not added again."""
    told = {
        fact.field: fact.value for fact in RegisterFact.objects.filter(person_id=person_id, source=PERMITS)
    }
    permit = _read(told, "2000-01-01", "x").permit
    if (
        permit is not None
        and not Permit.objects.filter(
            person_id=person_id, starts=permit.starts, basis=permit.basis, ends=permit.ends
        ).exists()
    ):
        clients.add_permit(relationship_id, permit, actor=actor)
