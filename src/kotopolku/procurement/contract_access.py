"""The only way from a viewer to contracts: the buyer's own, and to a supplier the signed ones that it has.

Not for: what may be done with them (capabilities, ``access.gate``).
"""

from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access
from kotopolku.procurement.models import (
    Adjustment,
    CallOff,
    Contract,
    ContractOption,
    ContractState,
    Invoice,
)

SIGNED = (ContractState.IN_FORCE, ContractState.ENDED)


def contracts(viewer: Viewer) -> "QuerySet[Contract]":
    """Contracts of the viewer's authority (and those it follows), drafts among them; of a supplier its signed ones."""
    rows = Contract.objects.select_related("buyer", "supplier", "tender", "lot")
    if viewer.system:
        return rows
    if access.is_buyer(viewer) and viewer.may(Capability.PROCUREMENT_VIEW):
        return rows.filter(buyer_id__in=access.followed_ids(viewer))
    if access.is_bidder(viewer):
        return rows.filter(supplier_id=viewer.organisation_id, state__in=SIGNED)
    return rows.none()


def contract(viewer: Viewer, contract_id: int, *, lock: bool = False) -> Contract:
    """One of them. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = contracts(viewer)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=contract_id).first()
    if found is None:
        raise NotVisible
    return found


def options(viewer: Viewer) -> "QuerySet[ContractOption]":
    return ContractOption.objects.filter(contract__in=contracts(viewer))


def call_offs(viewer: Viewer) -> "QuerySet[CallOff]":
    return CallOff.objects.filter(contract__in=contracts(viewer))


def adjustments(viewer: Viewer) -> "QuerySet[Adjustment]":
    return Adjustment.objects.filter(contract__in=contracts(viewer)).select_related("goal")


def adjustment(viewer: Viewer, contract_id: int, adjustment_id: int) -> Adjustment:
    """One proposed or decided sanction or bonus. Raises ``NotVisible``."""
    found = adjustments(viewer).filter(pk=adjustment_id, contract_id=contract_id).first()
    if found is None:
        raise NotVisible
    return found


def invoices(viewer: Viewer) -> "QuerySet[Invoice]":
    return Invoice.objects.filter(contract__in=contracts(viewer))
