"""Money of the demo world: four clients of Vantaa are compensated for, costs agreed on beforehand, a question to the county.

Played after the cases (``cases``).
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import access as clients
from kotopolku.demo.scenes import ActorOf
from kotopolku.law.compensation import Basis
from kotopolku.placement.actions import costs, county, money
from kotopolku.placement.actions.agreements import county_of
from kotopolku.placement.cost_rules import CostAnswer, CostContent, CostRequest
from kotopolku.placement.models import CostAgreement, Proposal, ProposalState
from kotopolku.placement.money_rules import PersonFacts

COMPENSATED = 4
ASKED_DAYS_AGO = 60


def play(actor_of: ActorOf, day: date) -> None:
    region, vantaa = actor_of("evk.uusimaa"), actor_of("kunta.vantaa")
    _at(vantaa)
    number = _compensated(vantaa, day)
    if number:
        _special(region, vantaa, number, day)
    _preparing(region, vantaa, day)
    _question(vantaa, day)


def _compensated(vantaa: Viewer, day: date) -> str:
    """The latest clients of the city with a birth date; the client number of the first of them."""
    rows = clients.responsibilities(vantaa).select_related("relationship__person")
    found = rows.filter(
        relationship__person__birth_date__lt=day - timedelta(365 * 3), started_on__lt=day - timedelta(90)
    )
    numbers = []
    for row in found.order_by("-started_on", "id")[:COMPENSATED]:
        began = row.started_on or day
        facts = PersonFacts(Basis.PROTECTION, began, began)
        numbers.append(money.record_person(row.relationship.case_number, facts, actor=vantaa).client_number)
    return next(iter(numbers), "")


def _special(region: Viewer, vantaa: Viewer, number: str, day: date) -> None:
    """Agreed two months ago; a bill has been recorded since."""
    then = day - timedelta(ASKED_DAYS_AGO)
    with clock.at(then):
        asking = _at(replace(vantaa, day=then))
        data = CostRequest("Pitkäaikainen sairaanhoito.", then, then + timedelta(364), Decimal(9000))
        row = costs.ask_special(number, data, actor=asking)
        _agreed(replace(region, day=then), row, data, Decimal(8000))
    _at(vantaa)
    first = max(then, date(day.year, 1, 1))
    bill = CostContent("Kotisairaanhoito.", first, day, Decimal(1240), "L-20417")
    costs.record_cost(row.pk, bill, actor=vantaa)


def _preparing(region: Viewer, vantaa: Viewer, day: date) -> None:
    """Rent before the accepted family moves in."""
    proposal = _proposal(vantaa, ProposalState.ACCEPTED)
    if proposal is None:
        return
    moves_in = day + timedelta(21)
    rent = CostRequest("Asunnon vuokra ennen muuttoa.", day, moves_in - timedelta(1), Decimal(1150))
    row = costs.ask_preparing(proposal.pk, moves_in, rent, actor=vantaa)
    _agreed(region, row, rent, Decimal(1150))


def _agreed(region: Viewer, row: CostAgreement, data: CostRequest, ceiling: Decimal) -> None:
    _at(region)
    answer = CostAnswer(True, f"UUD/{row.pk}", "Laskut liitteineen.", data.first, data.last, ceiling)
    costs.answer_costs(row.pk, answer, actor=region)


def _question(vantaa: Viewer, day: date) -> None:
    _at(vantaa)
    proposal = _proposal(vantaa, ProposalState.OPEN)
    there = county_of(Organisation.objects.get(pk=vantaa.organisation_id or 0), day)
    if proposal is None or there is None:
        return
    county.ask_about_case(
        proposal.pk, "Ehtiikö neuvola ottaa lapsen vastaan kuukauden sisällä?", actor=vantaa
    )


def _proposal(vantaa: Viewer, state: ProposalState) -> Proposal | None:
    _at(vantaa)
    return Proposal.objects.filter(municipality_id=vantaa.organisation_id, state=state).first()


def _at(viewer: Viewer) -> Viewer:
    rowsecurity.apply(viewer)
    return viewer
