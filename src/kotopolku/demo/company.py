"""The company around the invented clients: contacts with deputies, and the journal of how the cases went.

Written through the rooms' own actions, as people would have done it. Not for: the clients themselves (``actions.py``).
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors.actions import add_contact, set_deputy
from kotopolku.actors.actions.contacts import ContactFacts
from kotopolku.actors.models import Contact, Organisation
from kotopolku.clients.models import Responsibility
from kotopolku.demo.personas import PERSONAS
from kotopolku.journal import actions as journal


@transaction.atomic
def add_contacts(actor: Viewer) -> None:
    """The contacts of ``data/contacts.toml``; first all of them, then who stands in for whom."""
    with (Path(__file__).parent / "data/contacts.toml").open("rb") as file:
        listed = tomllib.load(file)["contacts"]
    organisations = {
        o.code: o for o in Organisation.objects.filter(code__in=[row["organisation"] for row in listed])
    }
    made: dict[tuple[str, str], Contact] = {}
    for row in listed:
        facts = ContactFacts(
            valid_from=row["from"],
            valid_until=row.get("until"),
            name=row.get("name", ""),
            titles=row["title"],
            telephone=row["telephone"],
            email=row["email"],
            topics=tuple(row["topics"]),
        )
        code = row["organisation"]
        made[(code, facts.name)] = add_contact(actor=actor, organisation=organisations[code], facts=facts)
    for row in listed:
        for deputy in row.get("deputies", ()):
            code = row["organisation"]
            set_deputy(
                actor=actor,
                contact=made[(code, row["name"])],
                deputy=made[(code, deputy["name"])],
                first=deputy["first"],
                last=deputy["last"],
                reason=deputy["reason"],
            )


@transaction.atomic
def write_history(actor: Viewer) -> None:
    """Journal entries of what happened to the personas' clients, in the name of the worker who did it, on its day."""
    rowsecurity.apply(actor)
    rows = Responsibility.objects.filter(authority__code__in={persona.organisation for persona in PERSONAS})
    for row in rows.select_related("authority", "worker").order_by("id"):
        for day, action in _events(row):
            if row.worker and row.days.lower <= day and (row.days.upper is None or day < row.days.upper):
                seat = Seat(
                    0,
                    row.authority_id,
                    row.authority.code,
                    row.authority.kind,
                    row.authority.name,
                    Role.CASEWORKER,
                )
                worker = Viewer(row.worker_id, row.worker.full_name, day, seat)
                journal.record(
                    action,
                    actor=worker,
                    subjects=[row.person_id],
                    object=("clients.relationship", row.relationship_id),
                )


def _events(row: Responsibility) -> Iterator[tuple[date, str]]:
    happened = (
        (row.started_on, "clients.client.registered"),
        (row.assessed_on, "clients.assessment.completed"),
        (row.planned_on, "clients.plan.made"),
        (row.referred_on, "clients.plan.referred"),
        (row.plan_ended_on, "clients.plan.ended"),
        (row.ended_on, "clients.client.ended"),
    )
    return ((day, action) for day, action in happened if day is not None)
