"""What the frame itself writes: that a data protection officer opened a person's journal."""

from django.db import transaction

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record


@transaction.atomic
def open_journal(*, actor: Viewer, person_id: int, reason: str) -> None:
    """Notes who asked to see who has looked at the person's data, and why (JOURNAL_VIEW)."""
    require(actor, Capability.JOURNAL_VIEW)
    record("portal.journal.opened", actor=actor, subjects=[person_id], reason=reason)
