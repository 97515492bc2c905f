"""What goes by which rule besides whole clients: journal payloads, notices, drafts, messages, referrals not taken up.

Not for: clients themselves (``graph.py``) and the loop that runs them (``run.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Model, Q, QuerySet

from kotopolku.clients.models import FormDraft, RecentClient
from kotopolku.desk.models import Message
from kotopolku.exchange.models import ImportRow
from kotopolku.handover.models import ReferralFacts, ReferralState
from kotopolku.journal.models import Payload
from kotopolku.notices.models import Notice


@dataclass(frozen=True)
class Sweep:
    """Rows of one table that go when the rule's time since ``column`` is over."""

    rule: str
    model: type[Model]
    column: str
    is_moment: bool = True
    """``column`` is a moment, not a day."""
    only: Q = field(default_factory=Q)
    hold: str = ""
    """Path to the relationship whose legal hold keeps the row; empty when no hold concerns it."""

    def due(self, latest: date) -> "QuerySet[Any]":
        """Rows that started on ``latest`` or before."""
        if self.is_moment:
            end = datetime.combine(latest, time.max, UTC)
            return self.model._default_manager.filter(self.only, **{f"{self.column}__lte": end})
        return self.model._default_manager.filter(self.only, **{f"{self.column}__lte": latest})


SWEEPS: tuple[Sweep, ...] = (
    Sweep("O-R-DRAFT", FormDraft, "saved_at"),
    Sweep("O-R-RECENT", RecentClient, "opened_at"),
    Sweep("O-R-NOTICE", Notice, "made_at"),
    Sweep("O-R-MESSAGE", Message, "sent_at", hold="relationship"),
    Sweep(
        "O-R-REFERRAL",
        ReferralFacts,
        "referral__answered_on",
        is_moment=False,
        only=Q(referral__state=ReferralState.CLOSED, relationship=None),
    ),
    Sweep("O-R-IMPORT", ImportRow, "run__made_at"),
    Sweep("O-R-LOG", Payload, "entry__at"),
)

Progress = Callable[[str, int, int], None]
"""Called with the rule's id, how many are done and of how many."""
