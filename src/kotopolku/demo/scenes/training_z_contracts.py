"""Contracts of Vantaa's employment area: in force with orders, an option and goals where the award allows it, drafts where not.

Played after tenders, bids, awards and courses, which are scenes of their own.
"""

from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access.viewer import Viewer
from kotopolku.demo.bidding import acting
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.training_teaching import MARKED_DAYS
from kotopolku.procurement import contract_rules
from kotopolku.procurement.actions import contract_use, contracts, invoices
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
from kotopolku.procurement.queries import orders

DRAFTER, SIGNER = "hankinta.vantaa", "hankinta2.vantaa"
SUPPLIERS = ("koulutus", "koulutus2")
YEARS, NOTICE_DAYS = 2, 90
SHORT = "slow"
"""Lots of this track are bought for a year, with an option that must be decided well before."""
SHORT_NOTICE_DAYS = 270
DAYS_EACH = 200
INVOICED_DAYS = MARKED_DAYS - 1


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
        _used(contract, actor_of, day)


def _drafted(one: queries.ToMake, actor: Viewer) -> Contract:
    """What the decision and the tender say, with an option of a year and two goals."""
    lot = one.winner.decision.lot
    starts = actor.day + timedelta(days=7)
    short = lot.track == SHORT
    ends = date(starts.year + (1 if short else YEARS), starts.month, 1) - timedelta(days=1)
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
        SHORT_NOTICE_DAYS if short else NOTICE_DAYS,
        volume // 2,
        (price * (volume // 2)).quantize(Decimal("0.01")),
    )
    contracts.add_option(contract.pk, option, actor=actor)
    contracts.set_goal(
        contract.pk, GoalContent("reached", Decimal(55), Decimal(2), Decimal(75), Decimal(1)), actor=actor
    )
    contracts.set_goal(contract.pk, GoalContent("dropped", Decimal(20), Decimal(1)), actor=actor)
    return contract


def _invoiced(ordered: CallOff, actor_of: ActorOf, day: date) -> None:
    """Invoices of a course that has begun, sent by the supplier: the first weeks as attended, the later ones for more."""
    last = min(day - timedelta(days=1), ordered.ends_on)
    first_of_all = max(ordered.starts_on, last - timedelta(days=INVOICED_DAYS))
    middle = first_of_all + (last - first_of_all) / 2
    if middle <= first_of_all:
        return
    supplier = next(who for who in SUPPLIERS if actor_of(who).organisation_id == ordered.contract.supplier_id)
    periods = ((first_of_all, middle, 0), (middle + timedelta(days=1), last, 12))
    for number, (first, until, more) in enumerate(periods, 1):
        with acting(supplier, actor_of, day) as viewer:
            found = orders.found(viewer, ordered, "student-day", first, until).units or Decimal(0)
            units = found + more if found else Decimal(60)
            content = InvoiceContent(
                f"{day.year}-{ordered.number}{number:02}",
                first,
                until,
                units,
                contract_rules.euros(units * ordered.price_eur),
            )
            invoice = invoices.send_invoice(ordered.pk, content, actor=viewer)
        with acting(SIGNER, actor_of, day) as actor:
            if orders.matches(invoice):
                invoices.decide_invoice(invoice.pk, True, "", actor=actor)
            elif ordered.number == 1:
                words = "Läsnäoloihin on merkitty vähemmän opiskelijapäiviä. Tarkistakaa lasku."
                invoices.decide_invoice(invoice.pk, False, words, actor=actor)


def _used(contract: Contract, actor_of: ActorOf, day: date) -> None:
    """Orders: to courses of the supplier where there are some, and one for which no course has been planned; a small change."""
    with acting(SIGNER, actor_of, day) as actor:
        contract.refresh_from_db()
        last = queries.last_day(contract)
        fitting = [
            one
            for one in orders.bindable(actor, contract)
            if contract.starts_on <= one.starts_on and one.ends_on <= last
        ]
        ordered = [
            contract_use.call_off(
                contract.pk,
                CallOffContent(
                    orders.course_lines(contract.unit, [one])[0].units, one.starts_on, one.ends_on, one.pk
                ),
                actor=actor,
            )
            for one in fitting[:2]
        ]
        starts = day + timedelta(days=50)
        waits = CallOffContent(contract.volume // 4, starts, min(starts + timedelta(days=200), last))
        contract_use.call_off(contract.pk, waits, actor=actor)
    for one in ordered:
        _invoiced(one, actor_of, day)
    with acting(SIGNER, actor_of, day) as actor:
        _changed(contract, actor)


def _changed(contract: Contract, actor: Viewer) -> None:
    contract.refresh_from_db()
    change = ModificationContent(
        "minor",
        "Yksi lisäryhmä iltaopetukseen.",
        "Suunnitelmissa on enemmän iltaopetuksen tarvetta kuin tarjouspyynnössä arvioitiin.",
        (contract.value_eur * 4 / 100).quantize(Decimal("0.01")),
        volume=contract.volume * 4 // 100,
    )
    contract_use.modify(contract.pk, change, actor=actor, expected_version=contract.version)
