"""Bids on Vantaa's tenders: where bids are still taken one is in and one a draft; where the time has ended both are in.

Played after the tenders. Their phrases stand in ``kotopolku.demo.bidding``.
"""

from datetime import date, timedelta

from kotopolku import clock
from kotopolku.demo import bidding
from kotopolku.demo.bidding import Offer
from kotopolku.demo.scenes import ActorOf
from kotopolku.procurement import access
from kotopolku.procurement.actions.bids import has_key
from kotopolku.procurement.models import Bid, Tender, TenderState

WHY = (
    "Opettajien koulutusmalli on itse kehitetty, eikä sitä ole julkaistu. Kilpailija hyötyisi siitä suoraan."
)


def play(actor_of: ActorOf, day: date) -> None:
    viewer = actor_of("hankinta.vantaa")
    waiting = access.tenders(viewer).filter(state=TenderState.PUBLISHED).order_by("id")
    for tender in [one for one in waiting if has_key(one.pk)]:
        actor_of("koulutus")
        if Bid.objects.filter(tender=tender).exists():
            continue
        when = _day_of_bids(tender, day)
        bidding.submit(tender, "koulutus2", _offer(tender, 40), actor_of, when)
        if tender.takes_bids(clock.now()):
            bidding.draft(tender, "koulutus", _offer(tender, 37, WHY), actor_of, day, whole=False)
        else:
            bidding.submit(tender, "koulutus", _offer(tender, 37, WHY), actor_of, when)


def _day_of_bids(tender: Tender, day: date) -> date:
    """A day before the deadline on which the tender was published already, and not after ``day``."""
    deadline = tender.bids_by.astimezone(clock.HELSINKI).date() if tender.bids_by else day
    return max(tender.published_on or day, min(day, deadline - timedelta(1)))


def _offer(tender: Tender, thousands: int, secret: str = "") -> Offer:
    lots = [lot["code"] for lot in tender.bid_form["lots"]]
    prices = {code: f"{(thousands + 9 * number) * 7} 500,00" for number, code in enumerate(lots)}
    return Offer(prices, secret=secret)
