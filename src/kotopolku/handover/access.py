"""The only way from a viewer to offers, receipts and referrals, and from an id to one of them.

Not for: the client that an offer is about; only who answers opens that (``clients.access``).
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.handover.models import Handover, Offer, Referral, ReferralFacts, SuccessionPart

M = TypeVar("M", bound=Model)


def offers(viewer: Viewer) -> "QuerySet[Offer]":
    """Offers that the viewer's authority has sent or received; all for a job."""
    rows = Offer.objects.select_related("from_organisation", "to_organisation")
    return rows if viewer.system else rows.filter(_either(viewer))


def offer(viewer: Viewer, offer_id: int, *, lock: bool = False) -> Offer:
    """One offer, sent or received. ``lock`` makes answers queue. Raises ``NotVisible``."""
    rows = offers(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, offer_id)


def handovers(viewer: Viewer) -> "QuerySet[Handover]":
    """Receipts of hand-overs from or to the viewer's authority."""
    rows = Handover.objects.select_related("from_organisation", "to_organisation", "received_by", "worker")
    return rows if viewer.system else rows.filter(_either(viewer))


def handover(viewer: Viewer, handover_id: int) -> Handover:
    """One receipt. Raises ``NotVisible``."""
    return _one(handovers(viewer), handover_id)


def referrals(viewer: Viewer) -> "QuerySet[Referral]":
    """Referrals that the viewer's authority has sent or received, without what they tell."""
    rows = Referral.objects.select_related("from_organisation", "to_organisation")
    return rows if viewer.system else rows.filter(_either(viewer))


def referral(viewer: Viewer, referral_id: int, *, lock: bool = False) -> Referral:
    """One referral, sent or received. Raises ``NotVisible``."""
    rows = referrals(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, referral_id)


def facts(viewer: Viewer, referral_id: int) -> ReferralFacts:
    """What a received referral tells. Raises ``NotVisible``, also to the sender."""
    rows = ReferralFacts.objects.select_related("referral__from_organisation", "referral__to_organisation")
    return _one(
        rows if viewer.system else rows.filter(to_organisation_id=viewer.organisation_id), referral_id
    )


def parts(viewer: Viewer) -> "QuerySet[SuccessionPart]":
    """What reforms have brought to the viewer's authority, the newest first."""
    rows = SuccessionPart.objects.select_related("run", "predecessor", "successor").order_by("-id")
    return rows if viewer.system else rows.filter(successor_id=viewer.organisation_id)


def part(viewer: Viewer, part_id: int) -> SuccessionPart:
    """One of them. Raises ``NotVisible``."""
    return _one(parts(viewer), part_id)


def _either(viewer: Viewer) -> Q:
    return Q(from_organisation_id=viewer.organisation_id) | Q(to_organisation_id=viewer.organisation_id)


def _one(rows: "QuerySet[M]", key: int) -> M:
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotVisible
    return found
