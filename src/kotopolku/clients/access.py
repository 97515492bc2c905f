"""The only way from a viewer to clients' rows, and from an id to an object. Row security stands under it as a net.

Not for: what may be done (capabilities, ``access.gate``). Filters by authority and day here, so that indexes are used.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.clients.models import Assessment, Clock, Plan, PlanStatus, Relationship, Responsibility

SCOPES = ("own", "team", "organisation")


@dataclass(frozen=True)
class Case:
    """One client relationship that the viewer may see on the day: with its person and who answers."""

    relationship: Relationship
    responsibility: Responsibility


def case(viewer: Viewer, relationship_id: int, *, lock: bool = False) -> Case:
    """The case with person loaded, one statement. Raises ``NotVisible`` unless the viewer's authority answers for it.

    ``lock`` locks the responsibility and the relationship until the transaction ends, so that acts on one client queue.
    """
    rows = responsibilities(viewer).select_related("relationship__person", "authority")
    if lock:
        rows = rows.select_for_update(of=("self", "relationship"))
    found = rows.filter(relationship_id=relationship_id).first()
    if found is None:
        raise NotVisible
    return Case(found.relationship, found)


def relationship(viewer: Viewer, relationship_id: int) -> Relationship:
    """The relationship with person loaded. Raises ``NotVisible``."""
    return case(viewer, relationship_id).relationship


def responsibilities(viewer: Viewer) -> "QuerySet[Responsibility]":
    """Responsibilities of the viewer's authority in force on the day; of every authority for a job or command."""
    rows = Responsibility.objects.filter(days__contains=viewer.day)
    return rows if viewer.system else rows.filter(authority_id=viewer.organisation_id)


def assessment(viewer: Viewer, relationship_id: int) -> Assessment:
    """The latest assessment of the relationship. Raises ``NotVisible``."""
    case(viewer, relationship_id)
    found = Assessment.objects.filter(relationship_id=relationship_id).order_by("-started_on", "-id").first()
    if found is None:
        raise NotVisible
    return found


def plan(viewer: Viewer, relationship_id: int) -> Plan:
    """The open plan (draft or in force), else the last ended one. Raises ``NotVisible``."""
    case(viewer, relationship_id)
    found = latest_plan(relationship_id)
    if found is None:
        raise NotVisible
    return found


def latest_plan(relationship_id: int, *, lock: bool = False) -> Plan | None:
    """The open plan, else the last ended one; None when there is none. The caller has been let in already."""
    rows = Plan.objects.select_for_update() if lock else Plan.objects.all()
    plans = list(rows.filter(relationship_id=relationship_id).order_by("-id"))
    return next((one for one in plans if one.status != PlanStatus.ENDED), plans[0] if plans else None)


def open_on(day: date) -> Q:
    """Condition for clocks that run on the day."""
    return Q(opens_on__lte=day) & (Q(closed_on=None) | Q(closed_on__gt=day))


def running_clocks(viewer: Viewer) -> "QuerySet[Clock]":
    """Clocks that run on the day, of clients of the viewer's authority; for use with a condition on the relationship.

    A clock knows the authority that answers last: the short way, by index. When the day has been set to another, only
    the caller's condition on the relationship says whose it was then.
    """
    rows = Clock.objects.filter(open_on(viewer.day))
    if clock.is_travelling():
        return rows
    rows = rows.filter(closed_on=None)
    return rows if viewer.system else rows.filter(authority_id=viewer.organisation_id)


def clocks(viewer: Viewer, scope: str) -> "QuerySet[Clock]":
    """Clocks that run on the day in one scope: own, team or organisation; the last two need TEAM_VIEW."""
    require(viewer, Capability.CLIENT_VIEW)
    if scope != "own":
        require(viewer, Capability.TEAM_VIEW)
    rows = running_clocks(viewer)
    if viewer.system:
        return rows
    if clock.is_travelling():
        then = responsibilities(viewer).filter(in_scope(viewer, scope)).values("relationship_id")
        return rows.filter(relationship_id__in=then)
    return rows.filter(in_scope(viewer, scope))


def in_scope(viewer: Viewer, scope: str) -> Q:
    """Condition on ``worker`` of a responsibility or clock. Own are also clients of those whom one stands in for."""
    if scope == "own":
        workers = viewer.workers
        return Q(worker_id__in=workers) if len(workers) > 1 else Q(worker_id=viewer.user_id)
    if scope == "team" and viewer.seat is not None and viewer.seat.team_id is not None:
        team = Membership.objects.filter(team_id=viewer.seat.team_id, valid__contains=viewer.day)
        return Q(worker_id__in=team.values("user_id"))
    return Q()


@contextmanager
def seeing_all(viewer: Viewer) -> Iterator[None]:
    """Row security lifted for the block: for rows that pass out of sight, and for warnings and counts that show nobody.

    A job's viewer sees all rows already.
    """
    with nullcontext() if viewer.system else rowsecurity.as_system():
        yield
