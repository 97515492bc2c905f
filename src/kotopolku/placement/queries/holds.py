"""What the acts on places and cases read before they write: agreements that reach into a quarter, what is held for a thing.

Not for pages (``queries/places.py``).
"""

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import date_range
from kotopolku.placement import access, rules
from kotopolku.placement.models import Agreement, AgreementState, Hold


def agreed_for(viewer: Viewer, municipality_id: int, year: int, quarter: int) -> list[Agreement]:
    """The signed agreements of the municipality that reach into the quarter."""
    quarter_days = date_range(rules.first_day_of(year, quarter), rules.last_day_of(year, quarter))
    rows = access.agreements(viewer).filter(
        municipality_id=municipality_id,
        state__in=[AgreementState.IN_FORCE, AgreementState.ENDED],
        days__overlap=quarter_days,
    )
    return list(rows.order_by("id"))


def holds_of(viewer: Viewer, for_kind: str, for_id: int) -> list[Hold]:
    """What is or was held for one thing, those given back among them."""
    rows = Hold.objects.filter(for_kind=for_kind, for_id=for_id, capacity__in=access.capacities(viewer))
    return list(rows.select_related("capacity").order_by("id"))
