"""Who is told: the users of an organisation who have a right on a day. Not for: whether they may (``access.gate``)."""

from datetime import date

from kotopolku.access.capabilities import CAPABILITIES, Capability
from kotopolku.actors.models import Membership


def holders(organisation_id: int | None, right: Capability, on: date) -> list[int]:
    """Users of the organisation whose role has the right on the day."""
    roles = [role.value for role, rights in CAPABILITIES.items() if right in rights]
    rows = Membership.objects.filter(
        organisation_id=organisation_id or 0,
        role__in=roles,
        valid__contains=on,
        organisation__valid__contains=on,
        user__is_active=True,
    )
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())
