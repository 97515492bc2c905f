"""A round of the demo world: Uusimaa's cases that wait, placed this morning; one municipality fixed by its officer.

Played after cases and municipal places. Nothing is proposed by it: that is for whoever tries the product.
"""

from datetime import date

from kotopolku.access import rowsecurity
from kotopolku.actors.models import Organisation
from kotopolku.demo.scenes import ActorOf
from kotopolku.placement import round_run
from kotopolku.placement.actions import bindings, rounds
from kotopolku.placement.actions.bindings import NewBinding
from kotopolku.placement.models import Case

COOK = "M-352"


def play(actor_of: ActorOf, day: date) -> None:
    region = actor_of("evk.uusimaa")
    cook = Case.objects.get(file__reference=COOK)
    told = NewBinding("told", "092", "work", "Hakijalle on kerrottu Vantaasta, jossa on kokin paikkoja.")
    bindings.bind_case(cook.pk, told, actor=region)
    found = rounds.start_round(actor=region, seed=day.toordinal())
    authority = Organisation.objects.get(pk=region.organisation_id or 0)
    round_run.run(found.pk, actor=round_run.in_seat(authority))
    rowsecurity.apply(region)
