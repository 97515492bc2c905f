"""Acts on contracts: drafting after the award, signing, options, prices, ending.

Not for: ordering, measuring, modifying and paying under a contract (``contract_use.py``), the award (``awards.py``).
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, contract_access, contract_rules
from kotopolku.procurement.actions.awards import may_contract
from kotopolku.procurement.contract_rules import ContractContent, GoalContent, OptionContent
from kotopolku.procurement.models import (
    AwardWinner,
    Contract,
    ContractOption,
    ContractPrice,
    ContractState,
    OptionState,
    QualityGoal,
)
from kotopolku.procurement.queries.awards import living_decision

CONTRACT = "procurement.contract"
ONE_DAY = timedelta(days=1)
NOT_A_WINNER = _("The award decision on this lot does not name this supplier.")
ALREADY = _("This lot already has a contract with the supplier.")
WRONG_STATE = _("The contract has moved on meanwhile. Open it again to see how far it is.")
TOO_LATE = _("The last day to give notice of this option was %(day)s.")


@transaction.atomic
def draft_contract(
    lot_id: int, supplier_id: int, content: ContractContent, *, actor: Viewer, token: UUID | None = None
) -> Contract:
    """A draft of the contract on a lot with one of the award's winners. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, CONTRACT)) is not None:
        return contract_access.contract(actor, before)
    lot = access.lot(actor, lot_id, lock=True)
    decision = living_decision(lot.pk)
    if decision is None or not AwardWinner.objects.filter(decision=decision, bidder_id=supplier_id).exists():
        raise Refusals([Refusal("supplier", "not-a-winner", NOT_A_WINNER)])
    refuse(contract_rules.check_contract(content))
    today = clock.today()
    contract = Contract(
        buyer_id=access.own(actor),
        supplier_id=supplier_id,
        tender_id=lot.tender_id,
        lot=lot,
        number=_next_number(access.own(actor), today.year),
        made_on=today,
        drafted_by_id=actor.user_id,
    )
    _fill(contract, content)
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError:
        raise Refusals([Refusal("supplier", "already", ALREADY)]) from None
    record("procurement.contract.drafted", actor=actor, object=(CONTRACT, contract.pk), token=token)
    return contract


@transaction.atomic
def change_contract(
    contract_id: int, content: ContractContent, *, actor: Viewer, expected_version: int
) -> Contract:
    """Changes a draft. Raises ``EditClash``, ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    contract = opened(contract_id, actor, expected_version, ContractState.DRAFT)
    refuse(contract_rules.check_contract(content))
    _fill(contract, content)
    save(contract)
    record("procurement.contract.changed", actor=actor, object=(CONTRACT, contract.pk))
    return contract


@transaction.atomic
def give_up_contract(contract_id: int, reason: str, *, actor: Viewer) -> Contract:
    """Gives up a draft, with the reason."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    contract = opened(contract_id, actor, None, ContractState.DRAFT)
    refuse_without(reason)
    contract.state, contract.end_reason = ContractState.GIVEN_UP, reason.strip()
    save(contract)
    record("procurement.contract.given-up", actor=actor, object=(CONTRACT, contract.pk))
    return contract


@transaction.atomic
def sign_contract(
    contract_id: int, signed_on: date, *, actor: Viewer, expected_version: int, token: UUID | None = None
) -> Contract:
    """Writes down that the contract has been made (§128). Refused before the standstill ends and while an appeal is pending.

    The lot is locked, so that an appeal that comes at the same moment is either seen here or finds the contract made.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    if (before := done_before(token, CONTRACT)) is not None:
        return contract_access.contract(actor, before)
    contract = opened(contract_id, actor, expected_version, ContractState.DRAFT)
    access.lot(actor, contract.lot_id, lock=True)
    found = []
    if signed_on > clock.today():
        found.append(Refusal("signed_on", "future"))
    refuse([*found, *may_contract(contract.lot_id, signed_on)])
    contract.state, contract.signed_on = ContractState.IN_FORCE, signed_on
    contract.signed_by_id = actor.user_id
    save(contract)
    record("procurement.contract.signed", actor=actor, object=(CONTRACT, contract.pk), token=token)
    tell_supplier(contract, "procurement.contract-signed", actor)
    return contract


@transaction.atomic
def end_contract(contract_id: int, ended_on: date, reason: str, *, actor: Viewer) -> Contract:
    """Ends a contract before or at its last day, with the reason."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    contract = opened(contract_id, actor, None, ContractState.IN_FORCE)
    refuse_without(reason)
    if contract.signed_on is not None and ended_on < contract.signed_on:
        raise Refusals([Refusal("ended_on", "before", _("A contract cannot end before it was made."))])
    contract.state, contract.ended_on, contract.end_reason = ContractState.ENDED, ended_on, reason.strip()
    save(contract)
    record("procurement.contract.ended", actor=actor, object=(CONTRACT, contract.pk))
    tell_supplier(contract, "procurement.contract-ended", actor, on=ended_on)
    return contract


# --- Options ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_option(
    contract_id: int, content: OptionContent, *, actor: Viewer, token: UUID | None = None
) -> ContractOption:
    """An option of a draft, after the period before it."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, "procurement.option")) is not None:
        return contract_access.options(actor).get(pk=before)
    contract = opened(contract_id, actor, None, ContractState.DRAFT)
    last = contract.options.aggregate(last=Max("ends_on"))["last"] or contract.ends_on
    refuse(contract_rules.check_option(content, last))
    option = ContractOption.objects.create(
        contract=contract,
        number=contract.options.count() + 1,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        notice_days=content.notice_days,
        notice_by=ContractOption.last_notice(content.starts_on, content.notice_days),
        volume=content.volume,
        value_eur=content.value_eur,
    )
    save(contract)
    record("procurement.option.added", actor=actor, object=("procurement.option", option.pk), token=token)
    return option


@transaction.atomic
def remove_option(option_id: int, *, actor: Viewer) -> Contract:
    """Takes the last option out of a draft."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    option = _option(actor, option_id)
    contract = opened(option.contract_id, actor, None, ContractState.DRAFT)
    if contract.options.filter(number__gt=option.number).exists():
        raise Refusals([Refusal("", "later", _("Take the later options out first."))])
    option.delete()
    save(contract)
    record("procurement.option.removed", actor=actor, object=(CONTRACT, contract.pk))
    return contract


@transaction.atomic
def decide_option(option_id: int, taken: bool, reason: str, *, actor: Viewer) -> ContractOption:
    """Takes an option by its notice day, or leaves it with the reason; the options before it must have been taken."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    option = _option(actor, option_id)
    contract = opened(option.contract_id, actor, None, ContractState.IN_FORCE)
    option.refresh_from_db()
    today = clock.today()
    found = []
    if option.state != OptionState.OPEN:
        found.append(Refusal("", "decided", _("This option has been decided already.")))
    if taken and today > option.notice_by:
        found.append(Refusal("", "late", TOO_LATE, {"day": option.notice_by}))
    if taken and contract.options.filter(number__lt=option.number).exclude(state=OptionState.TAKEN).exists():
        found.append(Refusal("", "order", _("The option before this one has not been taken.")))
    if not taken and not reason.strip():
        found.append(Refusal("reason", "required", _("Write why.")))
    refuse(found)
    option.state = OptionState.TAKEN if taken else OptionState.LEFT
    option.decided_on, option.decided_by_id, option.reason = today, actor.user_id, reason.strip()
    option.save()
    save(contract)
    name = "procurement.option.taken" if taken else "procurement.option.left"
    record(name, actor=actor, object=("procurement.option", option.pk))
    if taken:
        tell_supplier(contract, "procurement.option-taken", actor, on=option.starts_on)
    return option


@transaction.atomic
def remind_of_options(*, actor: Viewer) -> int:
    """Tells those who may decide, once, when the last day of notice is near (own target O-N7). Returns how many options."""
    today = clock.today()
    near = today + timedelta(days=law.rule("O-N7", today).length)
    rows = (
        ContractOption.objects.filter(
            state=OptionState.OPEN,
            reminded_on=None,
            notice_by__range=(today, near),
            contract__state=ContractState.IN_FORCE,
        )
        .select_related("contract")
        .select_for_update(of=("self",))
    )
    found = list(rows)
    for option in found:
        contract = option.contract
        option.reminded_on = today
        option.save(update_fields=["reminded_on"])
        address = reverse("procurement:contract", args=[contract.pk])
        tell_buyer(contract, "procurement.option-near", actor, address, on=option.notice_by)
    if found:
        record("procurement.options.reminded", actor=actor, details={"number": len(found)})
    return len(found)


# --- Prices and goals ------------------------------------------------------------------------------------------------


@transaction.atomic
def set_price(
    contract_id: int,
    from_on: date,
    index_value: Decimal | None,
    price_eur: Decimal | None,
    reason: str,
    *,
    actor: Viewer,
) -> ContractPrice:
    """A price from a day on: by the contract's index when it has one, else as agreed with the reason."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    contract = opened(contract_id, actor, None, ContractState.IN_FORCE)
    found = []
    if from_on <= contract.starts_on:
        found.append(Refusal("from_on", "before", _("A new price begins after the contract does.")))
    if contract.index_name and contract.index_base:
        if index_value is None or index_value <= 0:
            found.append(Refusal("index_value", "required", _("Give the point of the index.")))
        else:
            price_eur = contract_rules.indexed_price(
                contract.price_eur, contract.index_base, index_value, contract.index_share
            )
    elif price_eur is None or price_eur <= 0:
        found.append(Refusal("price_eur", "price", _("The price is more than 0 €.")))
    elif not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the price changes.")))
    if contract.prices.filter(from_on=from_on).exists():
        found.append(Refusal("from_on", "twice", _("A price from that day has been set already.")))
    refuse(found)
    row = ContractPrice.objects.create(
        contract=contract,
        from_on=from_on,
        price_eur=price_eur or contract.price_eur,
        index_value=index_value if contract.index_name else None,
        reason=reason.strip(),
        set_on=clock.today(),
        set_by_id=actor.user_id,
    )
    save(contract)
    record("procurement.price.set", actor=actor, object=(CONTRACT, contract.pk))
    tell_supplier(contract, "procurement.price-set", actor, on=from_on)
    return row


@transaction.atomic
def set_goal(contract_id: int, content: GoalContent, *, actor: Viewer) -> QualityGoal:
    """A quality goal of a draft; the same measure again replaces it."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    contract = opened(contract_id, actor, None, ContractState.DRAFT)
    refuse(contract_rules.check_goal(content))
    goal, _made = QualityGoal.objects.update_or_create(
        contract=contract,
        measure=content.measure,
        defaults={
            "goal_percent": content.goal_percent,
            "sanction_percent": content.sanction_percent,
            "bonus_from_percent": content.bonus_from_percent,
            "bonus_percent": content.bonus_percent,
            "least_people": content.least_people,
        },
    )
    save(contract)
    record("procurement.goal.set", actor=actor, object=(CONTRACT, contract.pk))
    return goal


# --- Shared with contract_use ----------------------------------------------------------------------------------------


def opened(contract_id: int, actor: Viewer, expected_version: int | None, *states: str) -> Contract:
    """The contract, locked, in one of the states. ``NotVisible``, ``EditClash``, ``Refusals``."""
    contract = contract_access.contract(actor, contract_id, lock=True)
    if expected_version is not None and contract.version != expected_version:
        raise EditClash(theirs={}, version=contract.version, who="", when=clock.now())
    if contract.state not in states:
        raise Refusals([Refusal("", "state", WRONG_STATE)])
    return contract


def save(contract: Contract) -> None:
    contract.version += 1
    contract.save()


def refuse_without(reason: str) -> None:
    if not reason.strip():
        raise Refusals([Refusal("reason", "required", _("Write why."))])


def tell_supplier(
    contract: Contract, kind: str, actor: Viewer, on: date | None = None, address: str = ""
) -> None:
    """Tells those of the supplier who may bid for it."""
    notify(
        kind,
        holders(contract.supplier_id, Capability.BID_SUBMIT, clock.today()),
        actor=actor,
        address=address or reverse("procurement:contract-ours", args=[contract.pk]),
        organisation_id=contract.supplier_id,
        about=(CONTRACT, contract.pk),
        on=on,
    )


def tell_buyer(contract: Contract, kind: str, actor: Viewer, address: str, on: date | None = None) -> None:
    """Tells those of the buyer who decide on contracts."""
    notify(
        kind,
        holders(contract.buyer_id, Capability.PROCUREMENT_DECIDE, clock.today()),
        actor=actor,
        address=address,
        organisation_id=contract.buyer_id,
        about=(CONTRACT, contract.pk),
        on=on,
    )


def _option(actor: Viewer, option_id: int) -> ContractOption:
    found = contract_access.options(actor).filter(pk=option_id).first()
    if found is None:
        raise NotVisible
    return found


def _fill(contract: Contract, content: ContractContent) -> None:
    contract.starts_on, contract.ends_on = content.starts_on, content.ends_on
    contract.unit, contract.volume, contract.least_volume = content.unit, content.volume, content.least_volume
    contract.price_eur, contract.value_eur = content.price_eur, content.value_eur
    contract.index_name, contract.index_base = content.index_name.strip(), content.index_base
    contract.index_share, contract.terms = content.index_share, content.terms.strip()


def _next_number(buyer_id: int, year: int) -> str:
    """The buyer's next running number. A lock on the buyer for the transaction keeps two from getting the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('procurement.contract'), %s)", [buyer_id])
    prefix = f"S-{year}-"
    last = (
        Contract.objects.filter(buyer_id=buyer_id, number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    number = int(last.rpartition("-")[2]) + 1 if last else 1
    return f"{prefix}{number:03}"
