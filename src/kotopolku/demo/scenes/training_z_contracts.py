"""Contracts of Vantaa's employment area: in force with orders, an option and goals where the award allows it, drafts where not.

Played after tenders, bids, awards and courses, which are scenes of their own.
"""

from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access.viewer import Viewer
from kotopolku.demo.bidding import acting
from kotopolku.demo.scenes import ActorOf
from kotopolku.procurement import contract_rules
from kotopolku.procurement.actions import contract_use, contracts
from kotopolku.procurement.actions.awards import may_contract
from kotopolku.procurement.contract_rules import (
    CallOffContent,
    ContractContent,
    GoalContent,
    InvoiceContent,
    ModificationContent,
    OptionContent,
)
from kotopolku.procurement.models import CallOff, Contract
from kotopolku.procurement.queries import contracts as queries
from kotopolku.training.queries.teaching import attended_hours

DRAFTER, SIGNER = "hankinta.vantaa", "hankinta2.vantaa"
YEARS = 2
DAYS_EACH = 200
NOTICE_DAYS = 90


def play(actor_of: ActorOf, day: date) -> None:
    with acting(DRAFTER, actor_of, day) as actor:
        waiting = queries.to_make(actor)
    for one in waiting:
        decision = one.winner.decision
        on = min(decision.earliest_contract_on or day, day)
        with acting(DRAFTER, actor_of, on) as actor:
            contract = _drafted(one, actor)
        with acting(SIGNER, actor_of, on) as actor:
            if may_contract(one.lot_id, on):
                continue
            contract.refresh_from_db()
            contracts.sign_contract(contract.pk, on, actor=actor, expected_version=contract.version)
        with acting(SIGNER, actor_of, day) as actor:
            _used(contract, actor)


def _drafted(one: queries.ToMake, actor: Viewer) -> Contract:
    """What the decision and the tender say, with an option of a year and two goals."""
    lot = one.winner.decision.lot
    starts = actor.day + timedelta(days=7)
    ends = date(starts.year + YEARS, starts.month, 1) - timedelta(days=1)
    volume = (lot.places or 60) * DAYS_EACH
    price = ((one.winner.price_eur or Decimal(volume * 40)) / volume).quantize(Decimal("0.0001"))
    contract = contracts.draft_contract(
        lot.pk,
        one.winner.bidder_id,
        ContractContent(
            starts,
            ends,
            "student-day",
            volume,
            price,
            least_volume=volume // 5,
            index_name="Ansiotasoindeksi",
            index_base=Decimal("142.30"),
            index_share=Decimal(70),
        ),
        actor=actor,
    )
    option = OptionContent(
        ends + timedelta(days=1),
        date(ends.year + 1, ends.month, 28),
        NOTICE_DAYS,
        volume // 2,
        (price * (volume // 2)).quantize(Decimal("0.01")),
    )
    contracts.add_option(contract.pk, option, actor=actor)
    contracts.set_goal(
        contract.pk, GoalContent("reached", Decimal(55), Decimal(2), Decimal(75), Decimal(1)), actor=actor
    )
    contracts.set_goal(contract.pk, GoalContent("dropped", Decimal(20), Decimal(1)), actor=actor)
    return contract


def _invoiced(ordered: CallOff, actor: Viewer) -> None:
    """An invoice of the course so far, when it has begun: as attendance shows, or left to be checked when nobody entered any."""
    last = min(actor.day - timedelta(days=1), ordered.ends_on)
    if last <= ordered.starts_on or ordered.course_id is None:
        return
    hours = attended_hours(actor, [ordered.course_id], ordered.starts_on, last)[ordered.course_id]
    a_day = queries.hours_a_day(ordered.course_id, ordered.starts_on, last)
    units = contract_rules.units_of("student-day", hours.attended, a_day, hours.students) or Decimal(60)
    content = InvoiceContent(
        f"{actor.day.year}-{ordered.number:03}",
        ordered.starts_on,
        last,
        units,
        contract_rules.euros(units * ordered.price_eur),
    )
    invoice = contract_use.receive_invoice(ordered.pk, content, actor=actor)
    if queries.matches(invoice):
        contract_use.decide_invoice(invoice.pk, True, "", actor=actor)


def _used(contract: Contract, actor: Viewer) -> None:
    """Two orders, to courses of the supplier where there are some, and a small modification."""
    contract.refresh_from_db()
    last = queries.last_day(contract)
    courses = [
        one
        for one in queries.bindable(actor, contract)
        if contract.starts_on <= one.starts_on and one.ends_on <= last
    ]
    for course in courses[:2]:
        content = CallOffContent(course.seats * 100, course.starts_on, course.ends_on, course.pk)
        ordered = contract_use.call_off(contract.pk, content, actor=actor)
        _invoiced(ordered, actor)
    if not courses:
        ends = contract.starts_on + timedelta(days=200)
        content = CallOffContent(contract.volume // 4, contract.starts_on, ends)
        contract_use.call_off(contract.pk, content, actor=actor)
    contract.refresh_from_db()
    change = ModificationContent(
        "minor",
        "Yksi lisäryhmä iltaopetukseen.",
        "Suunnitelmissa on enemmän iltaopetuksen tarvetta kuin tarjouspyynnössä arvioitiin.",
        (contract.value_eur * 4 / 100).quantize(Decimal("0.01")),
        volume=contract.volume * 4 // 100,
    )
    contract_use.modify(contract.pk, change, actor=actor, expected_version=contract.version)
