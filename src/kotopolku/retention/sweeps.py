"""What goes by which rule besides whole clients: journal payloads, notices, drafts, messages, referrals, names of cases.

Not for: clients themselves (``graph.py``) and the loop that runs them (``run.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from kotopolku import clock
from kotopolku.clients.models import FormDraft, RecentClient
from kotopolku.desk.models import Message
from kotopolku.exchange.models import ImportRow
from kotopolku.handover.models import ReferralFacts, ReferralState
from kotopolku.journal.models import Payload
from kotopolku.notices.models import Notice
from kotopolku.placement.actions.forgetting import empty_texts, forget_names
from kotopolku.placement.models import OPEN, Case, CaseList, CaseState, NamedWorker, Sealed, SealedPaper


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
    forget: Callable[[Sequence[int], date], None] | None = None
    """What is emptied of rows that stay themselves, by their ids, on a day; None: the rows go."""

    def due(self, latest: date) -> "QuerySet[Any]":
        """Rows that started on ``latest``, Finnish time, or before."""
        if self.is_moment:
            end = datetime.combine(latest, time.max, clock.HELSINKI)
            return self.model._default_manager.filter(self.only, **{f"{self.column}__lte": end})
        return self.model._default_manager.filter(self.only, **{f"{self.column}__lte": latest})


_OF_CASE = {"case_id": OuterRef("pk")}
HAS_NAMES = Q(Exists(Sealed.objects.filter(**_OF_CASE))) | Q(Exists(SealedPaper.objects.filter(**_OF_CASE)))
IS_READ = Q(Exists(NamedWorker.objects.filter(ended_on=None, **_OF_CASE)))
HAS_TEXTS = ~Q(file__reference=F("number"))

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
    Sweep(
        "O-R-NAMES",
        Case,
        "closed_on",
        is_moment=False,
        only=~Q(state__in=[*OPEN, CaseState.ARRIVED]) & HAS_NAMES,
        forget=forget_names,
    ),
    Sweep(
        "O-R-ARRIVED",
        Case,
        "closed_on",
        is_moment=False,
        only=Q(state=CaseState.ARRIVED) & (HAS_NAMES | IS_READ),
        forget=forget_names,
    ),
    Sweep(
        "O-R-CASE",
        Case,
        "closed_on",
        is_moment=False,
        only=~Q(state__in=OPEN) & HAS_TEXTS,
        forget=empty_texts,
    ),
    Sweep("O-R-LIST", CaseList, "received_at", only=Q(done_at=None)),
    Sweep("O-R-LOG", Payload, "entry__at"),
)

Progress = Callable[[str, int, int], None]
"""Called with the rule's id, how many are done and of how many."""
