"""Reminding of what nobody has answered, by our own targets. Run by the daily job (``jobs.py``)."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Responsibility
from kotopolku.handover import queries
from kotopolku.handover.models import Offer, OfferState, Referral, ReferralState
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

MOST = 1_000
"""So many of each kind in one run; the rest on the next day."""


@transaction.atomic
def remind(*, actor: Viewer) -> dict[str, int]:
    """Reminds receivers, tells team leaders, and withdraws offers of clients who have passed in another way.

    Each offer and referral is reminded of once and brought to the leaders once. For a job's viewer. Returns the counts.
    """
    today = actor.day
    done = {
        "withdrawn": _withdraw_stale(today),
        "reminded": _remind_offers(today, actor),
        "escalated": _escalate_offers(today, actor),
        "referrals": _escalate_referrals(today, actor),
    }
    if any(done.values()):
        record("handover.offers.reminded", actor=actor, details=done)
    return done


def _withdraw_stale(today: date) -> int:
    """Offers whose sender answers no more: job search passed the client at once, a reform did, or the path ended."""
    still = Responsibility.objects.filter(
        relationship_id=OuterRef("relationship_id"),
        authority_id=OuterRef("from_organisation_id"),
        days__contains=today,
        ended_on=None,
    )
    stale = Offer.objects.filter(~Exists(still), state=OfferState.OFFERED)
    return stale.update(state=OfferState.WITHDRAWN, answered_on=today)


def _remind_offers(today: date, actor: Viewer) -> int:
    rows = Offer.objects.select_for_update(skip_locked=True).filter(
        state=OfferState.OFFERED, remind_on__lt=today, reminded_on=None
    )
    offers = list(rows.order_by("id")[:MOST])
    for offer in offers:
        receivers = queries.caseworkers(offer.to_organisation_id, today)
        _tell("handover.offer-waiting", receivers, offer, offer.to_organisation_id, offer.remind_on, actor)
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(reminded_on=today)
    return len(offers)


def _escalate_offers(today: date, actor: Viewer) -> int:
    rows = Offer.objects.select_for_update(skip_locked=True).filter(
        state=OfferState.OFFERED, escalate_on__lt=today, escalated_on=None
    )
    offers = list(rows.order_by("id")[:MOST])
    for offer in offers:
        for side in (offer.to_organisation_id, offer.from_organisation_id):
            leaders = queries.caseworkers(side, today, leaders_only=True)
            _tell("handover.offer-late", leaders, offer, side, offer.escalate_on, actor)
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(escalated_on=today)
    return len(offers)


def _tell(kind: str, users: list[int], offer: Offer, side: int, on: date, actor: Viewer) -> None:
    notify(
        kind,
        users,
        actor=actor,
        address=reverse("handover:offer", args=[offer.pk]),
        organisation_id=side,
        about=("handover.offer", offer.pk),
        on=on,
    )


def _escalate_referrals(today: date, actor: Viewer) -> int:
    rows = Referral.objects.select_for_update(skip_locked=True).filter(
        state=ReferralState.RECEIVED, target_on__lt=today, escalated_on=None
    )
    referrals = list(rows.order_by("id")[:MOST])
    for referral in referrals:
        side = referral.to_organisation_id
        notify(
            "handover.referral-late",
            queries.caseworkers(side, today, leaders_only=True) or queries.caseworkers(side, today),
            actor=actor,
            address=reverse("handover:referral", args=[referral.pk]),
            organisation_id=side,
            about=("handover.referral", referral.pk),
            on=referral.target_on,
        )
    Referral.objects.filter(pk__in=[one.pk for one in referrals]).update(escalated_on=today)
    return len(referrals)
