"""The door to a tender and a lot whose bids have been opened, for every act of evaluation. Nothing here is an act itself.

Not for: who may see a tender at all (``access``).
"""

from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.procurement import access
from kotopolku.procurement.models import (
    AwardDecision,
    AwardState,
    Evaluator,
    Lot,
    Tender,
    TenderState,
)

TENDER, LOT, CLARIFICATION = "procurement.tender", "procurement.lot", "procurement.clarification"
UNDER_WAY = (TenderState.OPENED, TenderState.EVALUATED, TenderState.DECIDED)


def evaluated(tender_id: int, actor: Viewer) -> Tender:
    """The tender, locked, once its bids have been opened. ``NotVisible``, ``Refusals``."""
    tender = access.tender(actor, tender_id, lock=True)
    if tender.state not in UNDER_WAY:
        raise Refusals([Refusal("", "state", NOT_OPENED)])
    return tender


def opened_lot(lot_id: int, actor: Viewer) -> Lot:
    """The lot, with its tender locked. ``NotVisible``, ``Refusals``."""
    lot = access.lot(actor, lot_id)
    lot.tender = evaluated(lot.tender_id, actor)
    return lot


def refuse_decided(lot: Lot) -> None:
    living = AwardDecision.objects.filter(lot=lot, state__in=(AwardState.REVIEW, AwardState.MADE))
    if living.exists():
        raise Refusals([Refusal("", "decided", DECIDED)])


def refuse_conflict(tender: Tender, actor: Viewer) -> None:
    if conflicted(tender, actor):
        raise Refusals([Refusal("", "conflict", CONFLICT)])


def conflicted(tender: Tender, actor: Viewer) -> bool:
    return Evaluator.objects.filter(tender=tender, user_id=actor.user_id or 0, conflict=True).exists()


NOT_OPENED = _("The bids have not been opened, or the procurement has ended.")
CONFLICT = _(
    "You have declared a conflict of interest in this procurement, so you cannot take part in evaluating it."
)
DECIDED = _(
    "A decision on this lot waits for its second person or has been made, so its evaluation stays as it is."
)
