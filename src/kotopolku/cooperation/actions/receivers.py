"""Who is told inside actions of this room: the people in seats of organisations. Not for: writing."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import CAPABILITIES, Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership


def seats(
    organisations: Iterable[int], viewer: Viewer, roles: Collection[str] = ()
) -> "QuerySet[Membership]":
    """Valid seats in the organisations on the viewer's day, in the roles (every role when none is given)."""
    rows = Membership.objects.filter(
        organisation_id__in=list(organisations), valid__contains=viewer.day, user__is_active=True
    )
    return rows.filter(Q(role__in=list(roles))) if roles else rows


def with_right(organisation_id: int, right: Capability, viewer: Viewer) -> list[int]:
    """Users of an organisation who have a right on the day."""
    roles = [role.value for role, rights in CAPABILITIES.items() if right in rights]
    return list(seats([organisation_id], viewer, roles).values_list("user_id", flat=True).distinct())
