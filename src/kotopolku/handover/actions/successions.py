"""Acts of a reform: a run begins, passes portion after portion, and ends. Each is one short transaction.

Killed anywhere, it is run again: what has passed is not with the predecessor any more. Not for: reading the reform
(``reforms.py``) and the statements that pass (``clients.actions.passing``).
"""

from collections import Counter

from django.db import transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.passing import Portion, Succession, pass_portion
from kotopolku.clients.models import ProtectedContact
from kotopolku.handover import queries
from kotopolku.handover.models import (
    Offer,
    OfferState,
    Referral,
    ReferralFacts,
    ReferralState,
    RunState,
    SuccessionPart,
    SuccessionRun,
)
from kotopolku.handover.reforms import Reform
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

RUN = "handover.run"


@transaction.atomic
def begin_run(reform: Reform, *, actor: Viewer) -> SuccessionRun:
    """Begins a run. For the operator's command; raises ``MissingCapability`` for people."""
    require(actor, Capability.CLIENT_HANDOVER)
    run = SuccessionRun.objects.create(reform=reform.id, title=reform.title[:200], started_at=clock.now())
    record("handover.succession.started", actor=actor, object=(RUN, run.pk), details={"reform": reform.id})
    return run


@transaction.atomic
def move_portion(
    run: SuccessionRun, succession: Succession, *, actor: Viewer, after: int, most: int
) -> Portion:
    """Passes the next clients of one predecessor, with one entry in the journal for all of them."""
    portion = pass_portion(succession, after=after, most=most)
    if not portion.relationship_ids:
        return portion
    for successor_id, number in Counter(portion.successor_ids).items():
        part, _new = SuccessionPart.objects.get_or_create(
            run=run,
            predecessor_id=succession.predecessor_id,
            successor_id=successor_id,
            defaults={"on": succession.on},
        )
        part.clients += number
        part.clocks += portion.clocks[successor_id]
        part.without_worker += portion.without_worker[successor_id]
        part.unplaced = [*part.unplaced, *portion.unplaced.get(successor_id, ())]
        part.save()
    _move_offers(portion)
    record(
        "handover.succession.moved",
        actor=actor,
        subjects=portion.person_ids,
        object=(RUN, run.pk),
        details={"on": succession.on.isoformat(), "clients": len(portion.relationship_ids)},
    )
    return portion


def _move_offers(portion: Portion) -> None:
    """Offers that the predecessor made go on as the successor's; one that was made to the successor is done."""
    now = dict(zip(portion.relationship_ids, portion.successor_ids, strict=True))
    for offer in Offer.objects.filter(relationship_id__in=list(now), state=OfferState.OFFERED):
        offer.from_organisation_id = now[offer.relationship_id]
        _settle(offer)


def _settle(offer: Offer) -> None:
    if offer.from_organisation_id == offer.to_organisation_id:
        offer.state, offer.answered_on = OfferState.WITHDRAWN, clock.today()
    offer.save(update_fields=["from_organisation", "to_organisation", "state", "answered_on"])


@transaction.atomic
def end_run(run: SuccessionRun, reform: Reform, *, actor: Viewer, finished: bool) -> SuccessionRun:
    """Ends a run: what was under way to the predecessors is addressed anew, and the receivers' team leaders are told."""
    require(actor, Capability.CLIENT_HANDOVER)
    if finished:
        for succession in reform.successions:
            _readdress(succession)
    run.state = RunState.FINISHED if finished else RunState.STOPPED
    run.ended_at = clock.now()
    run.save(update_fields=["state", "ended_at"])
    parts = list(run.parts.all())
    record(
        "handover.succession.ended",
        actor=actor,
        object=(RUN, run.pk),
        details={"state": run.state, "clients": sum(part.clients for part in parts)},
    )
    for part in parts:
        leaders = queries.caseworkers(part.successor_id, clock.today(), leaders_only=True)
        notify(
            "handover.clients-came",
            leaders or queries.caseworkers(part.successor_id, clock.today()),
            actor=actor,
            address=reverse("handover:succession", args=[part.pk]),
            organisation_id=part.successor_id,
            about=("handover.part", part.pk),
        )
    return run


def _readdress(succession: Succession) -> None:
    """Offers and referrals to the predecessor go to the successor of the person's municipality."""
    old = succession.predecessor_id
    for offer in Offer.objects.filter(to_organisation_id=old, state=OfferState.OFFERED):
        place = ProtectedContact.objects.filter(pk=offer.person_id).values_list("municipality", flat=True)
        target = succession.by_municipality.get(place.first() or "", succession.default_id)
        if target is not None:
            offer.to_organisation_id = target
            _settle(offer)
    waiting = ReferralFacts.objects.filter(to_organisation_id=old, referral__state=ReferralState.RECEIVED)
    for facts in waiting:
        target = succession.by_municipality.get(facts.municipality, succession.default_id)
        if target is not None:
            ReferralFacts.objects.filter(pk=facts.pk).update(to_organisation_id=target)
            Referral.objects.filter(pk=facts.pk).update(to_organisation_id=target)
