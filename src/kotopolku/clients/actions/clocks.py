"""Computing clocks again for many clients, after a change of the law's data or of the reading of a transition.

Each act on one client renews that client's clocks itself (``case.renew``).
"""

from django.db import transaction

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.actions import case as cases
from kotopolku.journal.actions import record


@transaction.atomic
def recompute_clocks(*, actor: Viewer, after: int = 0, limit: int = 500) -> int | None:
    """Renews the next ``limit`` relationships after the id ``after``; returns the last id done, None at the end."""
    require(actor, Capability.CLIENT_EDIT)
    rows = (
        access.responsibilities(actor).select_related("relationship__person").select_for_update(of=("self",))
    )
    found = list(rows.filter(relationship_id__gt=after).order_by("relationship_id")[:limit])
    for responsibility in found:
        cases.renew(access.Case(responsibility.relationship, responsibility))
    if not found:
        return None
    record("clients.clocks.renewed", actor=actor, subjects=[row.person_id for row in found])
    return found[-1].relationship_id
