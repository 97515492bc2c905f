"""Contracts of training that carry goals out: numbers and suppliers to who sees the contract, else only that there is one."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access as procurement
from kotopolku.procurement import contract_access
from kotopolku.procurement.models import Contract
from kotopolku.steering import carrying
from kotopolku.steering.carrying import Carried, Choice, Ref
from kotopolku.steering.models import TieKind


def find(viewer: Viewer, words: str, municipalities: Sequence[str]) -> list[Choice]:
    """Signed contracts that the viewer sees, by number, supplier or name of the procurement."""
    rows = contract_access.contracts(viewer).filter(state__in=contract_access.SIGNED)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(supplier__name_fi__icontains=word)
            | Q(tender__title__icontains=word)
        )
    return [
        Choice(one.pk, f"{one.number} {one.tender.name}", one.supplier.name)
        for one in rows.order_by("-id")[: carrying.MOST_FOUND]
    ]


def read(viewer: Viewer, refs: Sequence[Ref], municipalities: Sequence[str], on: date) -> dict[Ref, Carried]:
    """Two statements."""
    buyer = bool(viewer.system) or procurement.is_buyer(viewer)
    name = "procurement:contract" if buyer else "procurement:contract-ours"
    found: dict[Ref, Carried] = {
        one.pk: Carried(f"{one.number} {one.tender.name}", one.supplier.name, reverse(name, args=[one.pk]))
        for one in contract_access.contracts(viewer).filter(pk__in=refs)
    }
    return carrying.with_hidden(found, refs, Contract)


carrying.register(TieKind.CONTRACT, _("Contracts"), find, read)
