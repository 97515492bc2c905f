"""Acts on the household and on what is special in a person's situation: members join, leave, move together.

Not for: relations between persons, representatives and housing units (``families``), registering (``register.py``).
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.person import check_codes, identity_code_taken, one, person_values
from kotopolku.clients.models import Household, HouseholdMember, HouseholdRole, Person
from kotopolku.clients.rules import PersonContent, Refusal
from kotopolku.journal.actions import record


@transaction.atomic
def add_household_member(
    relationship_id: int,
    *,
    actor: Viewer,
    role: str,
    from_day: date,
    member: PersonContent | None = None,
    member_relationship_id: int | None = None,
    token: UUID | None = None,
) -> HouseholdMember:
    """Adds a person to the client's household: a new one (``member``), or another client whom the actor may see."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, "clients.household-member")) is not None:
        return HouseholdMember.objects.select_related("person").get(pk=before)
    found = rules.check_not_future("from_day", from_day, clock.today())
    if role not in HouseholdRole.values:
        found.append(Refusal("role", "unknown", _("Choose a role in the household.")))
    if member is not None:
        found += rules.check_person(member, clock.today()) + check_codes(member)
    rules.refuse(found)
    if member is not None:
        with access.seeing_all(actor):
            code = rules.identity_code(member.identity_code)
            if code and Person.objects.filter(identity_code=code).exists():
                raise rules.Refusals([identity_code_taken("")])
            person_id = Person.objects.create(**person_values(member)).pk
    elif member_relationship_id is not None:
        person_id = access.case(actor, member_relationship_id).relationship.person_id
    else:
        raise NotVisible
    with access.seeing_all(actor):
        joined = join_household(person_id, case.relationship.person_id, role, from_day)
    record(
        "clients.household.joined",
        actor=actor,
        subjects=[case.relationship.person_id, person_id],
        object=("clients.household-member", joined.pk),
        token=token,
    )
    return HouseholdMember.objects.select_related("person").get(pk=joined.pk)


def join_household(person_id: int, with_person_id: int, role: str, from_day: date) -> HouseholdMember:
    """Puts a person into the household that another lives in on the day, made if there is none."""
    theirs = HouseholdMember.objects.filter(person_id=with_person_id, valid__contains=from_day).first()
    if theirs is None:
        household = Household.objects.create(created_on=from_day)
        theirs = HouseholdMember.objects.create(
            household=household,
            person_id=with_person_id,
            role=HouseholdRole.ADULT,
            valid=DateRange(from_day, None),
        )
    if HouseholdMember.objects.filter(person_id=person_id, valid__overlap=DateRange(from_day, None)).exists():
        message = _("This person belongs to a household already. End that membership first.")
        raise rules.Refusals([Refusal("member", "in-household", message)])
    return HouseholdMember.objects.create(
        household_id=theirs.household_id, person_id=person_id, role=role, valid=DateRange(from_day, None)
    )


@transaction.atomic
def end_household_member(relationship_id: int, member_id: int, on: date, *, actor: Viewer) -> HouseholdMember:
    """Records that a member has left the client's household from the day ``on``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    own = HouseholdMember.objects.filter(person_id=case.relationship.person_id).values("household_id")
    member = one(HouseholdMember.objects.select_related("person").filter(pk=member_id, household_id__in=own))
    rules.refuse(rules.check_not_future("on", on, clock.today()))
    if on <= member.valid.lower:
        message = _("The member joined on %(joined)s; choose a later day.")
        raise rules.Refusals([Refusal("on", "before-joined", message, {"joined": member.valid.lower})])
    member.valid = DateRange(member.valid.lower, on)
    with access.seeing_all(actor):
        member.save(update_fields=["valid"])
    record(
        "clients.household.left",
        actor=actor,
        subjects=[case.relationship.person_id, member.person_id],
        object=("clients.household-member", member.pk),
    )
    return member


@transaction.atomic
def split_household(
    relationship_id: int, person_ids: Sequence[int], on: date, *, actor: Viewer, token: UUID | None = None
) -> Household:
    """Moves members of the client's household together into a household of their own from the day ``on``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person_id = case.relationship.person_id
    if (before := cases.done_before(token, "clients.household")) is not None:
        with access.seeing_all(actor):
            return Household.objects.get(pk=before)
    rules.refuse(rules.check_not_future("on", on, clock.today()))
    own = HouseholdMember.objects.filter(person_id=person_id, valid__contains=on).values("household_id")
    members = list(
        HouseholdMember.objects.select_for_update().filter(household_id__in=own, valid__contains=on)
    )
    leaving = [member for member in members if member.person_id in set(person_ids)]
    rules.refuse(_check_split(len(set(person_ids)), leaving, members, on))
    with access.seeing_all(actor):
        household = Household.objects.create(created_on=on)
        for member in leaving:
            later = member.valid.upper
            member.valid = DateRange(member.valid.lower, on)
            member.save(update_fields=["valid"])
            HouseholdMember.objects.create(
                household=household, person_id=member.person_id, role=member.role, valid=DateRange(on, later)
            )
    record(
        "clients.household.split",
        actor=actor,
        subjects=sorted({person_id, *(member.person_id for member in members)}),
        object=("clients.household", household.pk),
        details={"on": on.isoformat(), "moved": len(leaving)},
        token=token,
    )
    return household


def _check_split(
    asked: int, leaving: list[HouseholdMember], members: list[HouseholdMember], on: date
) -> list[Refusal]:
    if not leaving or len(leaving) < asked:
        return [Refusal("members", "required", _("Choose members of this household who move together."))]
    if len(leaving) == len(members):
        message = _("At least one member stays in the household.")
        return [Refusal("members", "nobody-stays", message)]
    joined = max(member.valid.lower for member in leaving)
    if on <= joined:
        message = _("The member joined on %(joined)s; choose a later day.")
        return [Refusal("on", "before-joined", message, {"joined": joined})]
    return []


@transaction.atomic
def set_situation(
    relationship_id: int,
    *,
    actor: Viewer,
    unaccompanied: bool,
    trafficking_victim: bool,
    reason: str = "",
) -> Person:
    """Records whether the person came as a minor without a guardian, and whether as a victim of trafficking.

    Both change rules: 1386/2010 §15; 681/2023 §§2.6, 14 and 20. The clocks follow.
    """
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    if unaccompanied and person.birth_date is None:
        message = _("Record the date of birth first: the rules go by age.")
        raise rules.Refusals([Refusal("unaccompanied", "no-birth-date", message)])
    person.unaccompanied, person.trafficking_victim = unaccompanied, trafficking_victim
    person.save(update_fields=["unaccompanied", "trafficking_victim"])
    cases.renew(case)
    record(
        "clients.situation.changed",
        actor=actor,
        subjects=[person.pk],
        object=("clients.person", person.pk),
        reason=reason,
        details={"unaccompanied": unaccompanied},
    )
    return person
