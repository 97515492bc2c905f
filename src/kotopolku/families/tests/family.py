"""Stands up families for the tests: a client with household and relations, and a minor without a guardian."""

from datetime import date
from typing import Any

from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.models import HouseholdMember, Relationship
from kotopolku.clients.rules import PermitContent, PersonContent
from kotopolku.clients.tests import factories as make
from kotopolku.families import actions
from kotopolku.families.actions import RepresentativeContent
from kotopolku.families.models import Relation, Representative

TODAY = date(2026, 11, 23)
SINCE = date(2026, 2, 2)
CHILD_BORN = date(2014, 5, 6)
MINOR_BORN = date(2010, 3, 14)
OTHER = "Seen today: another person."


def child(name: str = "Aatos", born: date = CHILD_BORN) -> PersonContent:
    return PersonContent("Malliperhe", name, birth_date=born)


def mother(actor: Viewer, **changes: Any) -> Relationship:
    """An adult client."""
    person = make.person(family_name="Malliperhe", given_names="Hodan", birth_date=date(1985, 6, 1))
    return make.client(
        actor, **({"started_on": SINCE, "person": person, "duplicate_reason": OTHER} | changes)
    )


def joined(
    parent: Relationship, actor: Viewer, name: str = "Aatos", born: date = CHILD_BORN
) -> HouseholdMember:
    """A child who is no client, in the parent's household."""
    return clients.add_household_member(
        parent.pk, actor=actor, role="child", from_day=SINCE, member=child(name, born)
    )


def parent_of(
    parent: Relationship, child_id: int, actor: Viewer, *, custody: bool = True, **changes: Any
) -> Relation:
    said = {"person_id": parent.person_id, "kind": "parent", "other_id": child_id, "from_day": SINCE}
    return actions.add_relation(parent.pk, actor=actor, custody=custody, **(said | changes))


def alone(
    actor: Viewer, *, born: date = MINOR_BORN, permit: date | None = date(2025, 11, 3), **changes: Any
) -> Relationship:
    """A minor client who came without a guardian."""
    person = make.person(birth_date=born)
    changes = {"started_on": min(SINCE, actor.day), "person": person, "duplicate_reason": OTHER} | changes
    if permit:
        changes["permit"] = PermitContent("permit", "asylum", permit)
    found = make.client(actor, **changes)
    clients.set_situation(
        found.pk, actor=actor, unaccompanied=True, trafficking_victim=False, reason="From the permit."
    )
    return found


def represented(
    minor: Relationship, actor: Viewer, first: date = SINCE, last: date | None = None, **changes: Any
) -> Representative:
    content = {
        "name": "Eila Edustaja",
        "ground": "unaccompanied",
        "first": first,
        "last": last,
        "telephone": "+358 40 000 0000",
        "court": "Vantaan käräjäoikeus",
        "decision_reference": "H 26/100",
    } | changes
    return actions.add_representative(minor.pk, RepresentativeContent(**content), actor=actor)
