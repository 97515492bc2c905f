"""What families know that decides clocks: representatives' days, and plans of an earlier client relationship.

Given to the clients room, which cannot ask for it (``apps.py``). Not for: what is shown (``queries.py``).
"""

from datetime import date

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.clients.actions import case as cases
from kotopolku.clients.deadlines import PlanFacts, RepresentationFacts
from kotopolku.clients.models import Plan, Relationship
from kotopolku.families.models import EarlierMaximum, Representative
from kotopolku.families.rules import ONE_DAY


def representations(relationship: Relationship) -> tuple[RepresentationFacts, ...]:
    """Representatives of the person in order of days; nothing is asked about one who was an adult all along."""
    person = relationship.person
    if not law.is_minor(person.birth_date, relationship.started_on):
        return ()
    rows = Representative.objects.filter(person_id=person.pk).order_by("days")
    return tuple(
        RepresentationFacts(
            row.days.lower, row.days.upper - ONE_DAY if row.days.upper else None, row.settled_on
        )
        for row in rows
    )


def earlier_plans(relationship: Relationship) -> tuple[PlanFacts, ...]:
    """Plans of earlier relationships whose longest time has been judged to go on, in order of making."""
    if not EarlierMaximum.objects.filter(pk=relationship.pk, counts=True).exists():
        return ()
    # They may be another authority's rows: only their days are used, in counting.
    with rowsecurity.as_system():
        return cases.plan_facts(_earlier(relationship))


def made_before(relationship: Relationship) -> list[tuple[date, date | None, date | None, str]]:
    """Of each plan made in an earlier relationship: made on, signed on, ended on, and the Act. Nothing else of it."""
    with rowsecurity.as_system():
        return [
            (plan.made_on, plan.signed_on, plan.ended_on, plan.act)
            for plan in _earlier(relationship)
            if plan.made_on is not None
        ]


def _earlier(relationship: Relationship) -> list[Plan]:
    rows = Plan.objects.filter(
        relationship__person_id=relationship.person_id, relationship_id__lt=relationship.pk
    )
    return list(rows.exclude(made_on=None).order_by("made_on", "id"))
