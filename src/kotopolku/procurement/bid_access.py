"""The only way to bids and their openings: a bidder to its own, the buyer to what has been opened and to its openers.

Not for: tenders (``access.py``).
"""

from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access
from kotopolku.procurement.models import Bid, BidVersion, OpenedBid, OpenedFile, Opener, OpeningSession


def own_bids(viewer: Viewer) -> "QuerySet[Bid]":
    """Bids of the viewer's own organisation."""
    rows = Bid.objects.select_related("tender", "tender__buyer")
    return rows.filter(bidder_id=viewer.organisation_id) if access.is_bidder(viewer) else rows.none()


def own_bid(viewer: Viewer, tender_id: int, *, lock: bool = False) -> Bid:
    """The own bid in a tender. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = own_bids(viewer)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(tender_id=tender_id).first()
    if found is None:
        raise NotVisible
    return found


def own_versions(viewer: Viewer, tender_id: int) -> "QuerySet[BidVersion]":
    """Submitted versions of the own bid, the newest first, without their sealed content."""
    rows = BidVersion.objects.select_related("submitted_by").defer("content", "for_tender", "for_bidder")
    if not access.is_bidder(viewer):
        return rows.none()
    return rows.filter(tender_id=tender_id, bidder_id=viewer.organisation_id).order_by("-number")


def own_version(viewer: Viewer, tender_id: int, number: int) -> BidVersion:
    """One of them, by its number. Raises ``NotVisible``."""
    found = own_versions(viewer, tender_id).filter(number=number).first()
    if found is None:
        raise NotVisible
    return found


def openers(viewer: Viewer, tender_id: int) -> "QuerySet[Opener]":
    """Those named to open the bids of a tender of the viewer's authority."""
    access.tender(viewer, tender_id)
    return Opener.objects.select_related("user").filter(tender_id=tender_id).order_by("id")


def openings(viewer: Viewer, tender_id: int) -> "QuerySet[OpeningSession]":
    """Openings begun or done in a tender of the viewer's authority."""
    access.tender(viewer, tender_id)
    rows = OpeningSession.objects.select_related("first", "second")
    return rows.filter(tender_id=tender_id).order_by("-id")


def opened_bids(viewer: Viewer) -> "QuerySet[OpenedBid]":
    """Opened bids: to those of the buyer who check and evaluate them, and to the bidder its own."""
    rows = OpenedBid.objects.select_related("lot", "bidder", "version", "tender")
    if viewer.system:
        return rows
    if access.is_bidder(viewer):
        return rows.filter(bidder_id=viewer.organisation_id)
    if not viewer.may(Capability.PROCUREMENT_PREPARE):
        return rows.none()
    return rows.filter(tender__in=access.tenders(viewer))


def opened_files(viewer: Viewer) -> "QuerySet[OpenedFile]":
    """Files of opened bids, to the same."""
    rows = OpenedFile.objects.select_related("file", "lot", "bidder")
    if viewer.system:
        return rows
    if access.is_bidder(viewer):
        return rows.filter(bidder_id=viewer.organisation_id)
    if not viewer.may(Capability.PROCUREMENT_PREPARE):
        return rows.none()
    return rows.filter(tender__in=access.tenders(viewer))
