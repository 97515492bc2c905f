"""What is due, what is held, what was deleted: for the report before a run and the data-protection officer's pages.

Not for: the rules themselves (``law``, ``rules.py``) and deleting (``actions.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.appointments.models import OPEN_FEES, NoShowFee
from kotopolku.clients import access
from kotopolku.clients.access import Case, seeing_all
from kotopolku.clients.models import Responsibility
from kotopolku.handover.models import Offer, OfferState
from kotopolku.retention.models import (
    InformationRequest,
    KeptFact,
    LegalHold,
    RestrictionRequest,
    RetentionRun,
)
from kotopolku.retention.rules import (
    CLIENT_RULES,
    EMPLOYMENT_KINDS,
    Reported,
    client_rule,
    goes_on,
    latest_start,
)
from kotopolku.retention.sweeps import SWEEPS, Sweep

SOON_MONTHS = 3
"""How far ahead the officer sees what will go."""
MOST_SHOWN = 200


@dataclass(frozen=True)
class DueClient:
    """A client whose time ends soon: numbers and days, no name."""

    relationship_id: int
    case_number: str
    ended_on: date
    goes_on: date
    rule: law.Rule
    held: bool


def holding(day: date, relationship: str = "relationship_id") -> Q:
    """Condition: something keeps the rows of the relationship named by the path, a hold or a pending matter."""
    whose = OuterRef(relationship)
    holds = LegalHold.objects.filter(relationship_id=whose, lifted_on=None)
    in_force = holds.filter(Q(until=None) | Q(until__gte=day))
    offers = Offer.objects.filter(relationship_id=whose, state=OfferState.OFFERED)
    fees = NoShowFee.objects.filter(relationship_id=whose, state__in=OPEN_FEES)
    return Q(Exists(in_force)) | Q(Exists(offers)) | Q(Exists(fees))


def due_clients(rule_id: str, day: date) -> "QuerySet[Responsibility]":
    """Client relationships whose time by the rule is over on the day, held back or not."""
    rule = law.rule(rule_id)
    latest = latest_start(rule, day)
    new_act = law.rule("R1").valid_from
    rows = Responsibility.objects.filter(days__contains=day, relationship__ended_on__lte=latest)
    if rule_id == "R3":
        return rows.filter(relationship__ended_on__lt=new_act)
    rows = rows.filter(relationship__ended_on__gte=new_act)
    if rule_id == "R2":
        return rows.filter(authority__kind__in=EMPLOYMENT_KINDS)
    return rows.exclude(authority__kind__in=EMPLOYMENT_KINDS)


def due_rows(sweep: Sweep, day: date) -> "QuerySet[Any]":
    """Rows of a sweep whose time is over on the day."""
    return sweep.due(latest_start(law.rule(sweep.rule), day))


def report(viewer: Viewer, day: date) -> list[Reported]:
    """What each rule would delete today and what is held back. For the command (RETENTION_MANAGE over everything)."""
    require(viewer, Capability.RETENTION_MANAGE)
    found = []
    with seeing_all(viewer):
        for rule_id in CLIENT_RULES:
            clients = due_clients(rule_id, day)
            found.append(Reported(law.rule(rule_id), clients.count(), clients.filter(holding(day)).count()))
        for sweep in SWEEPS:
            rows = due_rows(sweep, day)
            held = rows.filter(holding(day, f"{sweep.hold}_id")).count() if sweep.hold else 0
            found.append(Reported(law.rule(sweep.rule), rows.count(), held))
    return found


def soon(viewer: Viewer) -> list[DueClient]:
    """Clients of the viewer's authority whose time ends within three months or has ended, the first ones first."""
    require(viewer, Capability.RETENTION_MANAGE)
    horizon = law.add_months(viewer.day, SOON_MONTHS)
    shortest = max(latest_start(law.rule(rule_id), horizon) for rule_id in CLIENT_RULES)
    rows = (
        access.responsibilities(viewer)
        .filter(ended_on__lte=shortest)
        .select_related("relationship", "authority")
        .annotate(held=Exists(Responsibility.objects.filter(holding(viewer.day), pk=OuterRef("pk"))))
        .order_by("ended_on", "id")
    )
    found = []
    for row in rows[:MOST_SHOWN]:
        ended_on = row.relationship.ended_on
        if ended_on is None:
            continue
        kind = row.authority.kind
        last = goes_on(ended_on, kind)
        if last <= horizon:
            found.append(
                DueClient(
                    row.relationship_id,
                    row.relationship.case_number,
                    ended_on,
                    last,
                    client_rule(ended_on, kind),
                    row.held,
                )
            )
    return sorted(found, key=lambda client: (client.goes_on, client.case_number))


def holds(viewer: Viewer, *, relationship_id: int | None = None) -> list[LegalHold]:
    """Holds of the viewer's authority that have not been lifted, the newest first."""
    require(viewer, Capability.RETENTION_MANAGE)
    rows = LegalHold.objects.filter(organisation_id=viewer.organisation_id or 0, lifted_on=None)
    if relationship_id is not None:
        rows = rows.filter(relationship_id=relationship_id)
    return list(rows.select_related("relationship", "set_by").order_by("-set_on", "-id")[:MOST_SHOWN])


def runs(viewer: Viewer) -> list[RetentionRun]:
    """The last runs of deletion; numbers only."""
    require(viewer, Capability.RETENTION_MANAGE)
    return list(RetentionRun.objects.order_by("-id")[:10])


def case(viewer: Viewer, relationship_id: int) -> Case:
    """The client for the data-protection officer, or for whoever may export clients. Raises ``NotVisible``."""
    if not viewer.may(Capability.RETENTION_MANAGE):
        require(viewer, Capability.CLIENT_EXPORT)
    return access.case(viewer, relationship_id)


def requests(
    viewer: Viewer, relationship_id: int
) -> tuple[Sequence[InformationRequest], Sequence[RestrictionRequest]]:
    """Requests of the data subject that have been answered, the newest first."""
    case(viewer, relationship_id)
    informed = InformationRequest.objects.filter(relationship_id=relationship_id).order_by("-id")[:20]
    restricted = RestrictionRequest.objects.filter(relationship_id=relationship_id).order_by("-id")[:20]
    return list(informed), list(restricted)


def kept_counts(viewer: Viewer, year: int) -> dict[int, int]:
    """Relationships that began in the year and have been deleted since, by authority: to be added to counts.

    Anonymous; the caller hides small numbers as in every count.
    """
    require(viewer, Capability.COUNTS_VIEW)
    with seeing_all(viewer):
        rows = KeptFact.objects.filter(year_started=year).values_list("authority_id").annotate(Count("id"))
        return dict(rows)
