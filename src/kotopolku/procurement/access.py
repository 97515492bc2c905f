"""The only way from a viewer to tenders, and from an id to one: the buyer's own, those open to bidders, and public ones.

Not for: what may be done with them (capabilities, ``access.gate``), bids (``models/bids.py`` has its own doors).
"""

from datetime import date
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import OrganisationKind, Succession
from kotopolku.procurement import rules
from kotopolku.procurement.models import (
    Admission,
    AdmissionRequest,
    AdmissionState,
    Contract,
    ContractState,
    Document,
    Lot,
    Question,
    Tender,
    TenderState,
)

BUYERS = (
    OrganisationKind.ELY.value,
    OrganisationKind.EVK.value,
    OrganisationKind.EMPLOYMENT_AREA.value,
    OrganisationKind.MUNICIPALITY.value,
)
OPEN_TO_ALL = Q(category=None) | Q(state__in=(TenderState.DECIDED, TenderState.DISCONTINUED))
"""A purchase within a dynamic purchasing system is between those admitted, until it is decided."""
M = TypeVar("M", bound=Model)


def is_buyer(viewer: Viewer) -> bool:
    """Whether the viewer sits in an organisation that buys training."""
    return viewer.seat is not None and viewer.seat.organisation_kind in BUYERS


def is_bidder(viewer: Viewer) -> bool:
    """Whether the viewer sits in a provider and may bid for it."""
    return (
        viewer.seat is not None
        and viewer.seat.organisation_kind == OrganisationKind.PROVIDER
        and viewer.may(Capability.BID_SUBMIT)
    )


def own(viewer: Viewer) -> int:
    """The viewer's organisation. Raises ``NotVisible`` for a job, which has none."""
    if viewer.organisation_id is None:
        raise NotVisible
    return viewer.organisation_id


def buyer(viewer: Viewer) -> int:
    """The viewer's organisation, which buys. Raises ``NotVisible``."""
    if not is_buyer(viewer):
        raise NotVisible
    return own(viewer)


def followed_ids(viewer: Viewer) -> tuple[int, ...]:
    """The viewer's organisation and those that it follows: their tenders are its own."""
    if viewer.organisation_id is None:
        return ()
    before = Succession.objects.filter(successor_id=viewer.organisation_id, on__lte=viewer.day)
    return (viewer.organisation_id, *before.values_list("predecessor_id", flat=True))


def tenders(viewer: Viewer) -> "QuerySet[Tender]":
    """Tenders of the viewer's authority, drafts among them."""
    rows = Tender.objects.select_related("buyer")
    if viewer.system:
        return rows
    if not is_buyer(viewer) or not viewer.may(Capability.PROCUREMENT_VIEW):
        return rows.none()
    return rows.filter(buyer_id__in=followed_ids(viewer))


def tender(viewer: Viewer, tender_id: int, *, lock: bool = False) -> Tender:
    """One tender of the viewer's authority. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    return _one(tenders(viewer), tender_id, lock)


def lots(viewer: Viewer) -> "QuerySet[Lot]":
    """Lots of the tenders of the viewer's authority."""
    return Lot.objects.select_related("tender", "tender__buyer").filter(tender__in=tenders(viewer))


def lot(viewer: Viewer, lot_id: int, *, lock: bool = False) -> Lot:
    """One lot. Raises ``NotVisible``."""
    return _one(lots(viewer), lot_id, lock)


def public_tenders(day: date) -> "QuerySet[Tender]":
    """Tenders that have been published by the day: for anybody."""
    return Tender.objects.select_related("buyer").filter(OPEN_TO_ALL, published_on__lte=day)


def read_tender(viewer: Viewer, tender_id: int) -> Tender:
    """A published tender to whom it is open: anybody, or those admitted to its category. Raises ``NotVisible``."""
    rows = Tender.objects.select_related("buyer").filter(published_on__lte=viewer.day)
    return _one(rows.filter(OPEN_TO_ALL | _invited(viewer) | Q(pk__in=tenders(viewer))), tender_id, False)


def public_tender(tender_id: int, day: date) -> Tender:
    """One of them. Raises ``NotVisible``."""
    return _one(public_tenders(day), tender_id, False)


def public_documents(tender_id: int, day: date) -> "QuerySet[Document]":
    """Papers of a tender that have been published by the day and have not been replaced."""
    rows = Document.objects.filter(tender_id=tender_id, tender__published_on__lte=day)
    return rows.filter(published_on__lte=day, replaced=False).order_by("title", "id")


def biddable(viewer: Viewer) -> "QuerySet[Tender]":
    """Published tenders, to a bidder, within a framework only to its suppliers; direct awards ask nobody for a bid."""
    if not is_bidder(viewer):
        return Tender.objects.none()
    without = [one.id for one in rules.procedures() if not one.takes_bids]
    supplied = Contract.objects.filter(
        tender_id=OuterRef("framework_id"),
        supplier_id=viewer.organisation_id,
        signed_on__lte=viewer.day,
        state=ContractState.IN_FORCE,
    )
    rows = Tender.objects.select_related("buyer").filter(published_on__lte=viewer.day)
    rows = rows.exclude(procedure__in=without).filter(Q(framework=None) | Exists(supplied))
    return rows.filter(Q(category=None) | _invited(viewer))


def _invited(viewer: Viewer) -> Q:
    """Condition: the viewer's organisation was in the tender's category on the day of the invitation."""
    if not is_bidder(viewer):
        return Q(pk=None)
    places = Admission.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=OuterRef("published_on")),
        lot_id=OuterRef("category_id"),
        supplier_id=viewer.organisation_id,
        admitted_on__lte=OuterRef("published_on"),
    )
    return Q(Exists(places))


def is_still_admitted(viewer: Viewer, tender: Tender) -> bool:
    """Whether the viewer's organisation may go on with its bid: it is in the category still, or there is none."""
    places = Admission.objects.filter(lot_id=tender.category_id or 0, supplier_id=viewer.organisation_id)
    return tender.category_id is None or places.filter(state=AdmissionState.ADMITTED).exists()


def systems(viewer: Viewer) -> "QuerySet[Tender]":
    """Dynamic purchasing systems that have been published, to a supplier."""
    if not is_bidder(viewer):
        return Tender.objects.none()
    names = [one.id for one in rules.procedures() if one.is_system]
    return public_tenders(viewer.day).filter(procedure__in=names)


def system_for_supplier(viewer: Viewer, tender_id: int) -> Tender:
    """One of them. Raises ``NotVisible``."""
    return _one(systems(viewer), tender_id, False)


def own_system(viewer: Viewer, tender_id: int, *, lock: bool = False) -> Tender:
    """A published system of the viewer's authority. Raises ``NotVisible``."""
    found = tender(viewer, tender_id, lock=lock)
    if not rules.procedure(found.procedure).is_system or not found.is_published:
        raise NotVisible
    return found


def admission_requests(viewer: Viewer) -> "QuerySet[AdmissionRequest]":
    """Requests to join: the buyer's to its systems, or a supplier's own."""
    rows = AdmissionRequest.objects.select_related("tender", "tender__buyer", "supplier")
    if is_bidder(viewer):
        return rows.filter(supplier_id=viewer.organisation_id)
    return rows.filter(tender__in=tenders(viewer))


def admission_request(viewer: Viewer, request_id: int, *, lock: bool = False) -> AdmissionRequest:
    """One request. Raises ``NotVisible``."""
    return _one(admission_requests(viewer), request_id, lock)


def tender_for_bidder(viewer: Viewer, tender_id: int, *, lock: bool = False) -> Tender:
    """One published tender, to a bidder. Raises ``NotVisible``."""
    return _one(biddable(viewer), tender_id, lock)


def questions(viewer: Viewer) -> "QuerySet[Question]":
    """Questions of the viewer's own tenders, answered or not."""
    return Question.objects.select_related("tender", "lot").filter(tender__in=tenders(viewer))


def question(viewer: Viewer, question_id: int, *, lock: bool = False) -> Question:
    """One question on an own tender. Raises ``NotVisible``."""
    return _one(questions(viewer), question_id, lock)


def read_questions(viewer: Viewer, tender_id: int) -> "QuerySet[Question]":
    """Questions of a published tender that the viewer may read: answered ones, and a bidder's own that wait."""
    seen = Q(answered_on__lte=viewer.day)
    if is_bidder(viewer):
        seen |= Q(asker__organisation_id=viewer.organisation_id)
    return Question.objects.select_related("lot").filter(seen, tender_id=tender_id).order_by("id")


def _one(rows: "QuerySet[M]", key: int, lock: bool) -> M:
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=key).first()
    if found is None:
        raise NotVisible
    return found
