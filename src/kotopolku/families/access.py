"""From an id in the families room to its row, and from a client to the persons of the family. ``NotVisible`` otherwise.

Not for: what may be done with it (capabilities), the family as it is shown (``queries``).
"""

from datetime import date

from django.db.models import Q, QuerySet

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.access import Case
from kotopolku.clients.models import HouseholdMember
from kotopolku.families.models import FamilyPlan, Housing, HousingUnit, Relation, Representative


def family_ids(viewer: Viewer, case: Case) -> set[int]:
    """The client, those who live in the same household on the day, and those related to any of them on the day."""
    members = member_ids(viewer, case)
    found = set(members)
    for person_id, other_id in relations(viewer, members).values_list("person_id", "other_id"):
        found |= {person_id, other_id}
    return found


def member_ids(viewer: Viewer, case: Case) -> set[int]:
    """The client and those who live in the same household on the viewer's day."""
    person_id = case.relationship.person_id
    own = HouseholdMember.objects.filter(person_id=person_id, valid__contains=viewer.day)
    rows = HouseholdMember.objects.filter(
        household_id__in=own.values("household_id"), valid__contains=viewer.day
    )
    return {person_id, *rows.values_list("person_id", flat=True)}


def relations(viewer: Viewer, person_ids: set[int]) -> "QuerySet[Relation]":
    """Relations of any of the persons in force on the viewer's day."""
    either = Q(person_id__in=person_ids) | Q(other_id__in=person_ids)
    return Relation.objects.filter(either, days__contains=viewer.day)


def relation(viewer: Viewer, case: Case, relation_id: int) -> Relation:
    """A relation of somebody in the client's family, locked."""
    members = member_ids(viewer, case)
    of_member = Q(person_id__in=members) | Q(other_id__in=members)
    found = Relation.objects.select_for_update().filter(of_member, pk=relation_id).first()
    if found is None:
        raise NotVisible
    return found


def representative(case: Case, representative_id: int) -> Representative:
    """A representative of the client, locked."""
    rows = Representative.objects.select_for_update().filter(person_id=case.relationship.person_id)
    found = rows.filter(pk=representative_id).first()
    if found is None:
        raise NotVisible
    return found


def unit(viewer: Viewer, unit_id: int) -> HousingUnit:
    """A housing unit of the viewer's authority, locked."""
    rows = HousingUnit.objects.select_for_update().filter(pk=unit_id)
    found = (rows if viewer.system else rows.filter(authority_id=viewer.organisation_id)).first()
    if found is None:
        raise NotVisible
    return found


def housing(case: Case, housing_id: int) -> Housing:
    """A stay of the client in a housing unit, locked."""
    rows = Housing.objects.select_for_update().filter(person_id=case.relationship.person_id)
    found = rows.filter(pk=housing_id).first()
    if found is None:
        raise NotVisible
    return found


def family_plan(viewer: Viewer, case: Case, plan_id: int) -> FamilyPlan:
    """A family's plan that is the client's too, locked."""
    found = FamilyPlan.objects.select_for_update().filter(pk=plan_id).first()
    if found is None or not is_in_plan(found, memberships(case.relationship.person_id), viewer.day):
        raise NotVisible
    return found


def memberships(person_id: int) -> list[HouseholdMember]:
    return list(HouseholdMember.objects.filter(person_id=person_id))


def is_in_plan(plan: FamilyPlan, own: list[HouseholdMember], day: date) -> bool:
    """Whether the person lived in the household when the plan was made, or lives there on the day."""
    return any(
        row.household_id == plan.household_id and (plan.made_on in row.valid or day in row.valid)
        for row in own
    )


def case_of_number(viewer: Viewer, number: str) -> Case | None:
    """The client of the viewer's authority with this case number."""
    rows = access.responsibilities(viewer).filter(relationship__case_number=number.strip())
    relationship_id = rows.values_list("relationship_id", flat=True).first()
    return access.case(viewer, relationship_id) if relationship_id else None
