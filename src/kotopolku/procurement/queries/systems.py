"""What is asked of dynamic purchasing systems: who is in which category, which requests wait, what is bought within one.

Not for: the tender machinery that a system is published by (``tenders.py``), who may (``access``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.procurement import access, rules
from kotopolku.procurement.models import (
    Admission,
    AdmissionRequest,
    AdmissionState,
    Lot,
    Tender,
    TenderState,
)

MOST_LISTED = 200
Gap = tuple[str, Mapping[str, object], str]
"""What a purchase lacks: a message, its values, and the section behind it."""


def is_running(tender: Tender, day: date) -> bool:
    """Whether suppliers can ask to join, and things be bought within it."""
    published = tender.state == TenderState.PUBLISHED and tender.is_published
    return published and (tender.ends_on is None or day <= tender.ends_on)


def first_limit(tender: Tender) -> date | None:
    """Last day of the first time limit: nothing is bought before it has passed."""
    return rules.first_limit(rules.procedure(tender.procedure), tender.sent_on)


def categories(viewer: Viewer) -> list[Lot]:
    """Categories of the running systems of the viewer's authority."""
    names = [one.id for one in rules.procedures() if one.is_system]
    rows = access.lots(viewer).filter(
        Q(tender__ends_on=None) | Q(tender__ends_on__gte=viewer.day),
        tender__procedure__in=names,
        tender__state=TenderState.PUBLISHED,
        tender__published_on__lte=viewer.day,
    )
    return list(rows.order_by("-tender_id", "id"))


def admitted(lot_ids: Iterable[int]) -> list[Admission]:
    """Suppliers that are in the categories now, by name."""
    rows = Admission.objects.select_related("supplier", "request")
    found = rows.filter(lot_id__in=list(lot_ids), state=AdmissionState.ADMITTED)
    return sorted(found, key=lambda one: (one.supplier.name, one.supplier_id))


def place_of(system: Tender, supplier_id: int) -> Admission:
    """One of the supplier's places in a system. Raises ``NotVisible``."""
    rows = Admission.objects.filter(
        lot__tender=system, supplier_id=supplier_id, state=AdmissionState.ADMITTED
    )
    found = rows.select_related("supplier").first()
    if found is None:
        raise NotVisible
    return found


def purchase_gaps(tender: Tender, now: datetime) -> list[Gap]:
    """Why a purchase within a system cannot be sent for review or published; empty for any other tender."""
    if not rules.procedure(tender.procedure).inside_system:
        return []
    if tender.category_id is None:
        return [(_("Choose the category of the dynamic purchasing system."), {}, "")]
    system = Tender.objects.get(lots=tender.category_id)
    today, cited = now.astimezone(clock.HELSINKI).date(), law.rule("HY1").citation(language())
    found: list[Gap] = []
    if not is_running(system, today):
        found.append(
            (_("The dynamic purchasing system has ended. Nothing more is bought within it."), {}, "")
        )
    limit = first_limit(system)
    if limit is not None and today <= limit:
        found.append((_("The first time limit for requests runs until %(day)s."), {"day": limit}, cited))
    if not admitted([tender.category_id]):
        found.append((_("Nobody has been admitted to the category yet."), {}, ""))
    return found


# --- The buyer's pages ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RequestLine:
    """A request in a list. ``late``: its last day to decide has gone by."""

    request: AdmissionRequest
    places: list[Admission]
    late: bool


@dataclass(frozen=True)
class SystemPage:
    tender: Tender
    running: bool
    first_limit: date | None
    categories: list[tuple[Lot, list[Admission]]]
    waiting: list[RequestLine]
    closed: list[RequestLine]
    purchases: list[Tender]

    @property
    def suppliers(self) -> int:
        return len({one.supplier_id for _lot, places in self.categories for one in places})


def system_page(viewer: Viewer, tender_id: int) -> SystemPage:
    """A system of the viewer's authority with all that hangs on it. A fixed number of statements."""
    tender = access.own_system(viewer, tender_id)
    lots = list(tender.lots.all())
    places = admitted(lot.pk for lot in lots)
    lines = _lines(access.admission_requests(viewer).filter(tender=tender), viewer.day)
    bought = access.tenders(viewer).filter(category__in=lots).select_related("category")
    return SystemPage(
        tender,
        is_running(tender, viewer.day),
        first_limit(tender),
        [(lot, [one for one in places if one.lot_id == lot.pk]) for lot in lots],
        sorted(
            (one for one in lines if one.request.is_waiting),
            key=lambda one: (one.request.due_on, one.request.pk),
        ),
        [one for one in lines if not one.request.is_waiting],
        list(bought.order_by("-id")[:MOST_LISTED]),
    )


def line_of(request: AdmissionRequest, day: date) -> RequestLine:
    """One request with its categories."""
    places = list(request.categories.select_related("lot").order_by("lot_id"))
    return RequestLine(request, places, request.is_waiting and request.due_on < day)


def _lines(rows: Iterable[AdmissionRequest], day: date) -> list[RequestLine]:
    found = list(rows.order_by("-id")[:MOST_LISTED])  # type: ignore[attr-defined]
    places: dict[int, list[Admission]] = {}
    for one in Admission.objects.filter(request__in=found).select_related("lot").order_by("lot_id"):
        places.setdefault(one.request_id, []).append(one)
    return [RequestLine(one, places.get(one.pk, []), one.is_waiting and one.due_on < day) for one in found]


def my_work(viewer: Viewer) -> list[AdmissionRequest]:
    """Requests that wait for a decision, to those who decide, the nearest day first."""
    if not viewer.may(Capability.PROCUREMENT_DECIDE) or not access.is_buyer(viewer):
        return []
    rows = access.admission_requests(viewer).filter(decided_on=None, withdrawn_on=None)
    return list(rows.order_by("due_on", "id")[:50])


# --- A supplier's pages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OurSystem:
    """A system as one supplier sees it: its own requests and places, the purchases it is invited to, nobody else."""

    tender: Tender
    running: bool
    first_limit: date | None
    requests: list[RequestLine]
    purchases: list[Tender]
    free: list[Lot]
    """Categories for which it may ask."""

    @property
    def waiting(self) -> RequestLine | None:
        return next((one for one in self.requests if one.request.is_waiting), None)

    @property
    def places(self) -> list[Admission]:
        """Categories that it is in."""
        every = [place for line in self.requests for place in line.places]
        return [one for one in every if one.state == AdmissionState.ADMITTED]


def our_system(viewer: Viewer, tender_id: int) -> OurSystem:
    """One published system, to a supplier. Raises ``NotVisible``."""
    tender = access.system_for_supplier(viewer, tender_id)
    lots = list(tender.lots.all())
    lines = _lines(access.admission_requests(viewer).filter(tender=tender), viewer.day)
    taken = {
        place.lot_id
        for line in lines
        for place in line.places
        if place.state in (AdmissionState.ASKED, AdmissionState.ADMITTED)
    }
    bought = access.biddable(viewer).filter(category__in=lots).order_by("-id")
    return OurSystem(
        tender,
        is_running(tender, viewer.day),
        first_limit(tender),
        lines,
        list(bought[:MOST_LISTED]),
        [lot for lot in lots if lot.pk not in taken],
    )


@dataclass(frozen=True)
class SystemLine:
    """A system in a supplier's list, with how many of its categories it asks for or is in."""

    tender: Tender
    asked: int
    admitted: int


def supplier_lines(viewer: Viewer) -> list[SystemLine]:
    """Systems that run, and those in which the viewer's organisation is. Two statements."""
    own = access.admission_requests(viewer).values("tender_id")
    rows = access.systems(viewer).filter(
        Q(state=TenderState.PUBLISHED) & (Q(ends_on=None) | Q(ends_on__gte=viewer.day)) | Q(pk__in=own)
    )
    found = list(rows.order_by("-id")[:MOST_LISTED])
    places: Sequence[tuple[int, str]] = list(
        Admission.objects.filter(supplier_id=viewer.organisation_id, lot__tender__in=found).values_list(
            "lot__tender_id", "state"
        )
    )
    return [
        SystemLine(
            one,
            places.count((one.pk, AdmissionState.ASKED.value)),
            places.count((one.pk, AdmissionState.ADMITTED.value)),
        )
        for one in found
    ]
