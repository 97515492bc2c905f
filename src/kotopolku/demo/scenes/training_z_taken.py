"""A need of the demo world's forecast, taken into the tender that is in draft. Played after the forecast."""

from datetime import date

from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.procurement_a_tenders import DRAFT, DRAFTER, tender_of
from kotopolku.procurement.actions import tenders
from kotopolku.training.queries.need import lots_to_take


def play(actor_of: ActorOf, day: date) -> None:
    buyer = actor_of(DRAFTER)
    free = lots_to_take(buyer).first()
    if free is not None:
        tenders.take_need(tender_of(buyer, DRAFT).pk, free.pk, actor=buyer)
