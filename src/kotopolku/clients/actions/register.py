"""Acts on the person: registering a client, personal data, permits, consents, non-disclosure.

Not for: the household (``household.py``), who answers later (``responsibility.py``), assessment and plan.
"""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, queries, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.household import join_household
from kotopolku.clients.actions.person import check_codes, identity_code_taken, one, person_values
from kotopolku.clients.models import (
    Consent,
    HouseholdRole,
    JobseekerPeriod,
    Permit,
    Person,
    ProtectedContact,
    Relationship,
    Responsibility,
)
from kotopolku.clients.rules import ContactContent, NewClient, PermitContent, PersonContent, Refusal
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference

PERSON = "clients.person"
RELATIONSHIP = "clients.relationship"

_NEXT_CASE_NUMBER = """
INSERT INTO clients_casenumber (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = clients_casenumber.last + 1 RETURNING last
"""


@transaction.atomic
def register_client(data: NewClient, *, actor: Viewer, token: UUID | None = None) -> Relationship:
    """Registers a person as a client of the actor's authority; the first clocks start.

    By law one authority answers (1386/2010 §10.1; 681/2023 §§3 and 8): another registers only with a written reason.
    A person whose earlier relationship has ended gets a second one (``same_person_id``); the person stays the same.
    Raises ``Refusals`` for wrong data, another authority, or a possible duplicate without a reason.
    """
    require(actor, Capability.CLIENT_REGISTER)
    if (before := cases.done_before(token, RELATIONSHIP)) is not None:
        return access.relationship(actor, before)
    rules.refuse(_check_new(data))
    authority_id, duty, section = _authority(data, actor)
    rules.refuse(_check_duplicates(data, actor))
    try:
        with transaction.atomic():
            registered = _insert(data, authority_id, duty, section)
            if data.household_with:
                _join(registered.relationship.person_id, data.household_with, data, actor)
    except IntegrityError as error:
        if "identity_code" in str(error):
            raise rules.Refusals([identity_code_taken("")]) from error
        raise
    relationship = registered.relationship
    record(
        "clients.client.registered",
        actor=actor,
        subjects=[relationship.person_id],
        object=(RELATIONSHIP, relationship.pk),
        reason=" ".join(filter(None, (data.override_reason, data.duplicate_reason, data.same_person_reason))),
        details={
            "duty": duty,
            "started_on": data.started_on.isoformat(),
            "returning": data.same_person_id is not None,
        },
        token=token,
    )
    return relationship


def _check_new(data: NewClient) -> list[Refusal]:
    today = clock.today()
    found = rules.check_person(data.person, today) + check_codes(data.person)
    found += rules.check_not_future("started_on", data.started_on, today)
    if data.request_on:
        found += rules.check_not_future("request_on", data.request_on, today)
    if data.jobseeker_since:
        found += rules.check_not_future("jobseeker_since", data.jobseeker_since, today)
    born = data.person.birth_date
    if born and data.started_on < born:
        found.append(
            Refusal(
                "started_on", "before-birth", _("The client relationship begins before the person was born.")
            )
        )
    if data.permit:
        found += rules.check_permit(data.permit, born)
    if not data.contact.municipality:
        found.append(
            Refusal("municipality", "required", _("Choose the municipality: it decides who answers."))
        )
    else:
        found += _check_municipality(data.contact.municipality, data.started_on)
    if data.non_disclosure_until and data.non_disclosure_until < today:
        found.append(
            Refusal(
                "non_disclosure_until", "past", _("The non-disclosure order has already ended on this day.")
            )
        )
    if data.household_role not in HouseholdRole.values:
        found.append(Refusal("household_role", "unknown", _("Choose a role in the household.")))
    return found


def _check_municipality(code: str, on: date) -> list[Refusal]:
    try:
        reference.municipality(code, on)
    except reference.UnknownMunicipality as unknown:
        return [Refusal("municipality", "unknown-municipality", "%(text)s", {"text": unknown.message})]
    return []


def _authority(data: NewClient, actor: Viewer) -> tuple[int, str, str]:
    """Authority, duty and section of the new responsibility."""
    answer = queries.who_answers_for(
        actor,
        municipality=data.contact.municipality,
        jobseeker=data.jobseeker_since is not None,
        on=clock.today(),
    )
    if actor.organisation_id is None or answer.is_own:
        return answer.organisation_id, answer.duty, answer.section
    if not data.override_reason.strip():
        message = _(
            "By law %(authority)s answers for this client (%(section)s). "
            "Write a reason if your authority takes the client all the same."
        )
        section = {language: law.cited(answer.section, language) for language in law.LANGUAGES}
        params = {"authority": answer.name, "section": section}
        raise rules.Refusals([Refusal("override_reason", "other-authority", message, params)])
    return actor.organisation_id, answer.duty, answer.section


def _check_duplicates(data: NewClient, actor: Viewer) -> list[Refusal]:
    if data.same_person_id is not None:
        # Two who open a relationship for the same person queue here; the second is told that one goes on.
        with access.seeing_all(actor):
            list(Person.objects.select_for_update().filter(pk=data.same_person_id).values("pk"))
    matches = queries.duplicates(actor, data.person)
    same_code = next((match for match in matches if match.why == "identity-code"), None)
    if data.same_person_id is not None:
        return _check_returning(data, matches, same_code)
    if same_code is not None and same_code.can_return:
        message = _(
            "A person with this identity code is known already. "
            "If it is the same person, choose the person and open a new client relationship."
        )
        return [Refusal("same_person", "returning", message)]
    if same_code is not None:
        return [identity_code_taken(same_code.authority)]
    if matches and not data.duplicate_reason.strip():
        message = _(
            "This may be a client who is registered already. "
            "Look at the possible duplicates, or write why it is another person."
        )
        return [Refusal("duplicate_reason", "possible-duplicate", message)]
    return []


def _check_returning(
    data: NewClient, matches: list[queries.DuplicateMatch], same_code: queries.DuplicateMatch | None
) -> list[Refusal]:
    chosen = next((match for match in matches if match.person_id == data.same_person_id), None)
    if chosen is None or not chosen.can_return or (same_code is not None and same_code is not chosen):
        message = _("A new client relationship cannot be opened for this person. Look at the list again.")
        return [Refusal("same_person", "not-returning", message)]
    if not data.same_person_reason.strip():
        message = _("Write how you made sure that it is the same person.")
        return [Refusal("same_person_reason", "required", message)]
    return []


def _insert(data: NewClient, authority_id: int, duty: str, section: str) -> access.Case:
    """Inserts the rows, the responsibility first: row security shows the others only through it."""
    returning = data.same_person_id is not None
    person_id = data.same_person_id or cases.preallocated("clients_person")
    relationship_id = cases.preallocated("clients_relationship")
    relationship = Relationship(
        id=relationship_id,
        person_id=person_id,
        case_number=_next_case_number(data.started_on.year),
        started_on=data.started_on,
        request_on=data.request_on,
    )
    responsibility = Responsibility.objects.create(
        relationship_id=relationship_id,
        person_id=person_id,
        authority_id=authority_id,
        worker_id=data.worker_id,
        days=DateRange(data.started_on, None),
        duty=duty,
        section=section,
        reason="returned" if returning else "handed-over" if data.override_reason else "registered",
        sort_key="",
        search_text="",
        started_on=data.started_on,
    )
    if returning:
        relationship.person = _renew_person(person_id, data)
    else:
        relationship.person = Person.objects.create(
            id=person_id,
            **person_values(data.person),
            non_disclosure=data.non_disclosure,
            non_disclosure_until=data.non_disclosure_until,
            confirmed_on=data.started_on,
        )
        ProtectedContact.objects.create(person_id=person_id, **asdict(data.contact))
    relationship.save(force_insert=True)
    if data.permit and not Permit.objects.filter(person_id=person_id, **asdict(data.permit)).exists():
        Permit.objects.create(person_id=person_id, **asdict(data.permit))
    if data.jobseeker_since:
        seeking = DateRange(data.jobseeker_since, None)
        if not JobseekerPeriod.objects.filter(person_id=person_id, days__overlap=seeking).exists():
            JobseekerPeriod.objects.create(person_id=person_id, days=seeking)
    registered = access.Case(relationship, responsibility)
    cases.renew(registered)
    return registered


def _join(person_id: int, with_person_id: int, data: NewClient, actor: Viewer) -> None:
    """Into the other's household; row security shows a new one only once somebody of the authority lives in it."""
    with access.seeing_all(actor):
        join_household(person_id, with_person_id, data.household_role, data.started_on)


def _renew_person(person_id: int, data: NewClient) -> Person:
    """The known person with what was typed now; what was left empty, and an order of non-disclosure, stay."""
    person = Person.objects.get(pk=person_id)
    for name, value in person_values(data.person).items():
        if value not in (None, "", [], "unknown", False):
            setattr(person, name, value)
    if data.non_disclosure:
        person.non_disclosure, person.non_disclosure_until = True, data.non_disclosure_until
    person.confirmed_on = data.started_on
    person.version += 1
    person.save()
    typed = {name: value for name, value in asdict(data.contact).items() if value}
    ProtectedContact.objects.update_or_create(person=person, defaults=typed)
    return person


def _next_case_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_CASE_NUMBER, [year])
        return f"{year}-{cursor.fetchone()[0]:05d}"


@transaction.atomic
def update_person(
    relationship_id: int,
    person: PersonContent,
    contact: ContactContent | None,
    *,
    actor: Viewer,
    expected_version: int,
) -> Person:
    """Saves personal data; ``contact`` None leaves it as it is. Raises ``EditClash``, ``Refusals``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    stored = case.relationship.person
    if stored.version != expected_version:
        raise cases.clash(
            actor, stored.pk, PERSON, stored.pk, theirs=person_content(stored), version=stored.version
        )
    found = rules.check_person(person, clock.today()) + check_codes(person)
    if contact is not None and contact.municipality:
        found += _check_municipality(contact.municipality, clock.today())
    same_code = _taken_by_another(stored, person, actor)
    rules.refuse(found + same_code)
    values = person_values(person)
    changed = [name for name, value in values.items() if getattr(stored, name) != value]
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save()
    if contact is not None:
        ProtectedContact.objects.update_or_create(person=stored, defaults=asdict(contact))
    cases.renew(case)
    details = {"fields": changed + (["contact"] if contact is not None else [])}
    record(
        "clients.person.changed",
        actor=actor,
        subjects=[stored.pk],
        object=(PERSON, stored.pk),
        details=details,
    )
    return stored


def person_content(person: Person) -> dict[str, Any]:
    """A person's stored data by the names of ``PersonContent``, for forms and clashes."""
    values = {name: getattr(person, name) for name in PersonContent.__dataclass_fields__}
    values["identity_code"] = person.identity_code or ""
    return values


def _taken_by_another(stored: Person, person: PersonContent, actor: Viewer) -> list[Refusal]:
    code = rules.identity_code(person.identity_code)
    if not code or code == stored.identity_code:
        return []
    with access.seeing_all(actor):
        taken = Person.objects.filter(identity_code=code).exclude(pk=stored.pk).exists()
    return [identity_code_taken("")] if taken else []


@transaction.atomic
def confirm_person(relationship_id: int, *, actor: Viewer) -> Person:
    """Records that the data was gone through with the person today; the own target for stale data starts anew."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    person.confirmed_on = clock.today()
    person.save(update_fields=["confirmed_on"])
    cases.renew(case)
    record("clients.person.confirmed", actor=actor, subjects=[person.pk], object=(PERSON, person.pk))
    return person


@transaction.atomic
def set_non_disclosure(
    relationship_id: int, in_force: bool, until: date | None, *, actor: Viewer, reason: str = ""
) -> Person:
    """Records a non-disclosure order (``until`` None: until further notice), or its end (661/2009 §36)."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if in_force and until and until < clock.today():
        message = _("The non-disclosure order has already ended on this day.")
        raise rules.Refusals([Refusal("non_disclosure_until", "past", message)])
    person = case.relationship.person
    person.non_disclosure = in_force
    person.non_disclosure_until = until if in_force else None
    person.save(update_fields=["non_disclosure", "non_disclosure_until"])
    cases.renew(case)
    record(
        "clients.non-disclosure.set",
        actor=actor,
        subjects=[person.pk],
        object=(PERSON, person.pk),
        reason=reason,
        details={"in_force": in_force, "until": until.isoformat() if until else None},
    )
    return person


@transaction.atomic
def add_permit(
    relationship_id: int, permit: PermitContent, *, actor: Viewer, token: UUID | None = None
) -> Permit:
    """Records a permit, card or registration; the first one starts A3."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    if (before := cases.done_before(token, "clients.permit")) is not None:
        return Permit.objects.get(pk=before, person=person)
    rules.refuse(rules.check_permit(permit, person.birth_date))
    added = Permit.objects.create(person=person, **asdict(permit))
    cases.renew(case)
    record(
        "clients.permit.added",
        actor=actor,
        subjects=[person.pk],
        object=("clients.permit", added.pk),
        token=token,
    )
    return added


@transaction.atomic
def end_permit(relationship_id: int, permit_id: int, ends: date, *, actor: Viewer) -> Permit:
    """Records the last day of a permit. Raises ``NotVisible`` if it is not this client's."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    permit = one(Permit.objects.filter(pk=permit_id, person_id=case.relationship.person_id))
    permit.ends = ends
    rules.refuse(rules.check_permit(PermitContent(permit.kind, permit.basis, permit.starts, ends), None))
    permit.save(update_fields=["ends"])
    record(
        "clients.permit.ended", actor=actor, subjects=[permit.person_id], object=("clients.permit", permit.pk)
    )
    return permit


@transaction.atomic
def give_consent(
    relationship_id: int,
    purpose: str,
    given_on: date,
    *,
    actor: Viewer,
    note: str = "",
    token: UUID | None = None,
) -> Consent:
    """Records what the person has agreed to."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person_id = case.relationship.person_id
    if (before := cases.done_before(token, "clients.consent")) is not None:
        return Consent.objects.get(pk=before, person_id=person_id)
    found = rules.check_not_future("given_on", given_on, clock.today())
    if not purpose.strip():
        found.append(Refusal("purpose", "required", _("Say what the person agrees to.")))
    rules.refuse(found)
    consent = Consent.objects.create(person_id=person_id, purpose=purpose, given_on=given_on, note=note)
    record(
        "clients.consent.given",
        actor=actor,
        subjects=[person_id],
        object=("clients.consent", consent.pk),
        token=token,
    )
    return consent


@transaction.atomic
def withdraw_consent(relationship_id: int, consent_id: int, withdrawn_on: date, *, actor: Viewer) -> Consent:
    """Records that the person has taken a consent back."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person_id = case.relationship.person_id
    consent = one(Consent.objects.filter(pk=consent_id, person_id=person_id))
    earliest = _("The consent was given on %(earliest)s; it cannot be withdrawn before that.")
    rules.refuse(
        rules.check_not_future("withdrawn_on", withdrawn_on, clock.today())
        + rules.check_not_before("withdrawn_on", withdrawn_on, consent.given_on, earliest, "before-given")
    )
    consent.withdrawn_on = withdrawn_on
    consent.save(update_fields=["withdrawn_on"])
    record(
        "clients.consent.withdrawn", actor=actor, subjects=[person_id], object=("clients.consent", consent.pk)
    )
    return consent
