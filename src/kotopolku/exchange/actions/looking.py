"""Acts that only show: clients taken out with their paths. Journalled with every person whose data it was."""

from collections.abc import Sequence

from django.db import transaction

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record


@transaction.atomic
def record_export(person_ids: Sequence[int], kind: str, *, actor: Viewer) -> None:
    """Clients were taken out as a file of the kind csv, xlsx or json."""
    require(actor, Capability.CLIENT_EXPORT)
    record("exchange.clients.exported", actor=actor, subjects=list(person_ids), details={"kind": kind})
