"""Acts on a dynamic purchasing system: a supplier asks to join, withdraws, leaves; the buyer decides, removes, ends it.

Not for: publishing the system or buying within it (``publication.py``), which go as with any tender.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, admission_rules
from kotopolku.procurement.actions.publication import queue_notice
from kotopolku.procurement.actions.tenders import TENDER, save
from kotopolku.procurement.admission_rules import Removal
from kotopolku.procurement.models import (
    Admission,
    AdmissionRequest,
    AdmissionState,
    Occasion,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries import systems as queries

REQUEST = "procurement.admission-request"
ADMISSION = "procurement.admission"


# --- A supplier -------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_join(
    tender_id: int,
    categories: Sequence[int],
    answers: Mapping[str, str],
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> AdmissionRequest:
    """A request to join, at any time while the system runs; the buyer can read it at once. Raises ``Refusals``."""
    require(actor, Capability.BID_SUBMIT)
    tender = access.system_for_supplier(actor, tender_id)
    if (before := done_before(token, REQUEST)) is not None:
        return access.admission_request(actor, before)
    ours, today = queries.our_system(actor, tender_id), clock.today()
    if not ours.running:
        raise Refusals([Refusal("", "ended", ENDED)])
    if ours.waiting is not None:
        raise Refusals([Refusal("", "waiting", WAITING)])
    free = [lot.pk for lot in ours.free]
    refuse(admission_rules.check_request(tender.bid_form, answers, categories, free))
    asked = {one["id"] for where in admission_rules.sections(tender.bid_form) for one in where.fields}
    parties = {"buyer_id": tender.buyer_id, "supplier_id": access.own(actor)}
    with seeing_all(actor):
        try:
            with transaction.atomic():
                request = AdmissionRequest.objects.create(
                    tender=tender,
                    answers={name: text.strip() for name, text in answers.items() if name in asked},
                    sent_by_id=actor.user_id or 0,
                    sent_at=clock.now(),
                    sent_on=today,
                    due_on=admission_rules.due_on(today),
                    **parties,
                )
                Admission.objects.bulk_create(
                    Admission(request=request, lot_id=lot_id, **parties) for lot_id in sorted(set(categories))
                )
        except IntegrityError:
            raise Refusals([Refusal("", "waiting", WAITING)]) from None
    record(
        "procurement.admission.asked",
        actor=actor,
        object=(REQUEST, request.pk),
        details={"tender": tender.pk},
        token=token,
    )
    _tell_buyer(request, "procurement.admission-asked", actor, on=request.due_on)
    return request


@transaction.atomic
def withdraw_request(tender_id: int, *, actor: Viewer) -> AdmissionRequest:
    """The supplier takes back its request while it waits."""
    require(actor, Capability.BID_SUBMIT)
    own = access.admission_requests(actor).filter(tender_id=tender_id, decided_on=None, withdrawn_on=None)
    with seeing_all(actor):
        request = own.select_for_update(of=("self",)).first()
        if request is None:
            raise Refusals([Refusal("", "state", NOT_WAITING)])
        request.withdrawn_on = clock.today()
        _save(request, "withdrawn_on")
        request.categories.update(state=AdmissionState.WITHDRAWN)
    record("procurement.admission.withdrawn", actor=actor, object=(REQUEST, request.pk))
    _tell_buyer(request, "procurement.admission-withdrawn", actor)
    return request


@transaction.atomic
def leave(admission_id: int, *, actor: Viewer) -> Admission:
    """The supplier leaves a category. It may ask to join again."""
    require(actor, Capability.BID_SUBMIT)
    with seeing_all(actor):
        rows = Admission.objects.select_for_update(of=("self",)).select_related("request", "lot")
        place = rows.filter(pk=admission_id, supplier_id=access.own(actor)).first()
        if place is None:
            raise NotVisible
        if place.state != AdmissionState.ADMITTED:
            raise Refusals([Refusal("", "state", NOT_IN)])
        place.state, place.ended_on, place.ended_by_id = AdmissionState.LEFT, clock.today(), actor.user_id
        place.save(update_fields=["state", "ended_on", "ended_by"])
    record("procurement.admission.left", actor=actor, object=(ADMISSION, place.pk))
    _tell_buyer(place.request, "procurement.admission-withdrawn", actor)
    return place


# --- The buyer --------------------------------------------------------------------------------------------------------


@transaction.atomic
def look(request_id: int, *, actor: Viewer) -> AdmissionRequest:
    """A request with what the supplier declares; the look is journalled."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    request = access.admission_request(actor, request_id)
    record("procurement.admission-request.viewed", actor=actor, object=(REQUEST, request.pk))
    return request


@transaction.atomic
def lengthen(request_id: int, why: str, *, actor: Viewer, expected_version: int) -> AdmissionRequest:
    """Lengthens the time to decide in a single case, once, and tells the supplier. Raises ``EditClash``, ``Refusals``."""
    request = _waiting(request_id, actor, expected_version)
    if request.lengthened_on is not None:
        raise Refusals([Refusal("", "lengthened", LENGTHENED)])
    if not why.strip():
        raise Refusals([Refusal("why", "required", _("Write why the request needs more time."))])
    request.lengthened_on, request.lengthened_why = clock.today(), why.strip()
    request.due_on = admission_rules.lengthened_due(request.sent_on)
    _save(request, "lengthened_on", "lengthened_why", "due_on")
    record("procurement.admission.lengthened", actor=actor, object=(REQUEST, request.pk))
    _tell_supplier(request, "procurement.admission-lengthened", actor, on=request.due_on)
    return request


@transaction.atomic
def decide(
    request_id: int,
    admitted: Sequence[int],
    *,
    reasons_fi: str = "",
    reasons_sv: str = "",
    actor: Viewer,
    expected_version: int,
) -> AdmissionRequest:
    """Admits to the categories named and refuses the others, with reasons; the supplier is told on the same day (§127).

    Raises ``EditClash``, ``Refusals``. A late decision is warned of on the pages, never barred.
    """
    request = _waiting(request_id, actor, expected_version, Capability.PROCUREMENT_DECIDE)
    places = list(request.categories.all())
    if not set(admitted) <= {one.lot_id for one in places}:
        raise Refusals([Refusal("categories", "unknown")])
    refused = [one for one in places if one.lot_id not in admitted]
    if refused or reasons_fi.strip() or reasons_sv.strip():
        refuse(admission_rules.check_reasons(reasons_fi, reasons_sv))
    today = clock.today()
    request.decided_on, request.decided_by_id = today, actor.user_id
    request.reasons_fi, request.reasons_sv = reasons_fi.strip(), reasons_sv.strip()
    _save(request, "decided_on", "decided_by", "reasons_fi", "reasons_sv")
    request.categories.filter(lot_id__in=admitted).update(state=AdmissionState.ADMITTED, admitted_on=today)
    request.categories.exclude(lot_id__in=admitted).update(state=AdmissionState.REFUSED)
    record(
        "procurement.admission.decided",
        actor=actor,
        object=(REQUEST, request.pk),
        details={"admitted": len(places) - len(refused), "refused": len(refused)},
    )
    _tell_supplier(request, "procurement.admission-decided", actor, on=today)
    return request


@transaction.atomic
def remove(tender_id: int, supplier_id: int, content: Removal, *, actor: Viewer) -> list[Admission]:
    """Removes a supplier from every category of the system on a ground of the Act, after it was heard."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    tender = access.own_system(actor, tender_id, lock=True)
    rows = Admission.objects.filter(lot__tender=tender, supplier_id=supplier_id)
    places = list(rows.filter(state=AdmissionState.ADMITTED).select_related("request"))
    if not places:
        raise NotVisible
    refuse(admission_rules.check_removal(content))
    for one in places:
        one.state, one.ended_on, one.ended_by_id = AdmissionState.REMOVED, clock.today(), actor.user_id
        one.ground, one.hearing = content.ground, content.hearing.strip()
        one.reasons_fi, one.reasons_sv = content.reasons_fi.strip(), content.reasons_sv.strip()
    names = ["state", "ended_on", "ended_by", "ground", "hearing", "reasons_fi", "reasons_sv"]
    Admission.objects.bulk_update(places, names)
    record(
        "procurement.admission.removed",
        actor=actor,
        object=(TENDER, tender.pk),
        details={"supplier": supplier_id, "ground": content.ground},
    )
    _tell_supplier(places[0].request, "procurement.admission-removed", actor, on=clock.today())
    return places


@transaction.atomic
def change_duration(
    tender_id: int, ends_on: date, reason: str, *, actor: Viewer, expected_version: int
) -> Tender:
    """Another last day, told by a notice of change. Raises ``EditClash``, ``Refusals``."""
    tender = _running(tender_id, actor, expected_version)
    found = [] if reason.strip() else [Refusal("reason", "reason-short")]
    if ends_on < clock.today():
        found.append(Refusal("ends_on", "past", _("The last day has gone by already. Choose a day to come.")))
    elif ends_on == tender.ends_on:
        found.append(Refusal("ends_on", "same", _("This is the last day already.")))
    refuse(found)
    tender.ends_on = ends_on
    save(tender, "ends_on")
    queue_notice(tender, Occasion.CHANGE, about="duration")
    record(
        "procurement.system-duration.changed", actor=actor, object=(TENDER, tender.pk), reason=reason.strip()
    )
    _tell_admitted(tender, "procurement.system-changed", actor)
    return tender


@transaction.atomic
def end_system(tender_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Tender:
    """Ends the system by a notice; what has been invited within it goes on. Raises ``EditClash``, ``Refusals``."""
    tender = _running(tender_id, actor, expected_version)
    if not reason.strip():
        raise Refusals([Refusal("reason", "reason-short")])
    if tender.admission_requests.filter(decided_on=None, withdrawn_on=None).exists():
        raise Refusals([Refusal("", "waiting", DECIDE_FIRST)])
    tender.state, tender.ended_on = TenderState.ENDED, clock.today()
    tender.ends_on = min(tender.ends_on or clock.today(), clock.today())
    save(tender, "state", "ended_on", "ends_on")
    queue_notice(tender, Occasion.END, about="end")
    record("procurement.system.ended", actor=actor, object=(TENDER, tender.pk), reason=reason.strip())
    _tell_admitted(tender, "procurement.system-changed", actor)
    return tender


def _running(tender_id: int, actor: Viewer, expected_version: int) -> Tender:
    """The own system, locked; one whose last day has gone by can still be prolonged or ended."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    tender = access.own_system(actor, tender_id, lock=True)
    if tender.state != TenderState.PUBLISHED:
        raise Refusals([Refusal("", "ended", ENDED)])
    if tender.version != expected_version:
        raise EditClash(theirs={}, version=tender.version, who="", when=clock.now())
    return tender


def _waiting(
    request_id: int,
    actor: Viewer,
    expected_version: int,
    capability: Capability = Capability.PROCUREMENT_PREPARE,
) -> AdmissionRequest:
    require(actor, capability)
    request = access.admission_request(actor, request_id, lock=True)
    if not request.is_waiting:
        raise Refusals([Refusal("", "state", NOT_WAITING)])
    if request.version != expected_version:
        raise EditClash(theirs={}, version=request.version, who="", when=clock.now())
    return request


def _save(request: AdmissionRequest, *names: str) -> None:
    request.version += 1
    request.save(update_fields=[*names, "version"])


def _tell_buyer(request: AdmissionRequest, kind: str, actor: Viewer, on: date | None = None) -> None:
    with seeing_all(actor):
        people = holders(request.buyer_id, Capability.PROCUREMENT_DECIDE, clock.today())
    notify(
        kind,
        people,
        actor=actor,
        address=reverse("procurement:admission", args=[request.pk]),
        organisation_id=request.buyer_id,
        about=(REQUEST, request.pk),
        on=on,
    )


def _tell_supplier(request: AdmissionRequest, kind: str, actor: Viewer, on: date | None = None) -> None:
    _tell(request.tender, request.supplier_id, kind, actor, on)


def _tell_admitted(tender: Tender, kind: str, actor: Viewer) -> None:
    lots = list(tender.lots.values_list("pk", flat=True))
    for supplier_id in sorted({one.supplier_id for one in queries.admitted(lots)}):
        _tell(tender, supplier_id, kind, actor, tender.ends_on)


def _tell(tender: Tender, supplier_id: int, kind: str, actor: Viewer, on: date | None) -> None:
    with seeing_all(actor):
        people = holders(supplier_id, Capability.BID_SUBMIT, clock.today())
    notify(
        kind,
        people,
        actor=actor,
        address=reverse("procurement:system-ours", args=[tender.pk]),
        organisation_id=supplier_id,
        about=(TENDER, tender.pk),
        on=on,
    )


ENDED = _("The dynamic purchasing system has ended. It takes no more requests.")
WAITING = _("Your organisation has a request that waits for a decision. Withdraw it first to send another.")
NOT_WAITING = _("The request does not wait for a decision any more.")
NOT_IN = _("Your organisation is not in this category any more.")
LENGTHENED = _("The time has been lengthened already. It is lengthened once.")
DECIDE_FIRST = _("Requests wait for a decision. Decide on them before you end the system.")
