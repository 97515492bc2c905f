"""A tender, an award or a modified contract as eForms-shaped data: business terms by their numbers ((EU) 2019/1780).

What of a subtype must be there is data (``data/eforms.toml``). Not for: sending (``notice_service``), what is public when.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from kotopolku import clock
from kotopolku.procurement import rules
from kotopolku.procurement.models import (
    AwardDecision,
    AwardKind,
    AwardState,
    Contract,
    Lot,
    Modification,
    ModificationGround,
    Notice,
    Occasion,
    Tender,
)

SERVICES = "services"
METHODS = {
    "eu-open": "open",
    "dynamic-system": "restricted",
    "dynamic-purchase": "restricted",
    "direct-award": "neg-wo-call",
}
CRITERION_PRICE, CRITERION_COST, CRITERION_QUALITY = "price", "cost", "quality"
REASONS = {
    ModificationGround.MINOR: "mod-minimum",
    ModificationGround.CLAUSE: "mod-cir",
    ModificationGround.ADDITIONAL: "add-wss",
    ModificationGround.UNFORESEEN: "mod-nsc",
    ModificationGround.SUPPLIER: "mod-rev",
    ModificationGround.NOT_SUBSTANTIAL: "mod-nonsub",
}


@dataclass(frozen=True)
class Subtype:
    """A notice subtype: its form, and the terms a notice and each of its lots must carry."""

    number: int
    form: str
    notice: str
    legal_basis: str
    names: Mapping[str, str]
    needs: tuple[str, ...]
    lot_needs: tuple[str, ...]

    def __hash__(self) -> int:
        return hash(self.number)

    def name(self, lang: str) -> str:
        return self.names.get(lang[:2], self.names["en"])


@cache
def subtypes() -> Mapping[int, Subtype]:
    """The subtypes this product sends, by number."""
    folder = resources.files("kotopolku.procurement") / "data"
    rows = tomllib.loads((folder / "eforms.toml").read_text(encoding="utf-8"))["subtype"]
    return {
        int(number): Subtype(
            int(number),
            row["form"],
            row["notice"],
            row["legal_basis"],
            row["names"],
            tuple(row["needs"]),
            tuple(row["lot_needs"]),
        )
        for number, row in rows.items()
    }


def missing(payload: Mapping[str, Any]) -> list[str]:
    """The terms that a notice lacks, as "BT-131" or "L1 BT-142"; none when it can be sent. "A|B": one of them is there."""
    subtype = subtypes().get(int(payload.get("OPP-070", 0)))
    if subtype is None:
        return ["OPP-070"]
    found = [term for term in subtype.needs if not any(payload.get(one) for one in term.split("|"))]
    for lot in payload.get("lots", ()):
        found += [f"{lot.get('BT-137', '?')} {term}" for term in subtype.lot_needs if not lot.get(term)]
    return found if payload.get("lots") else [*found, "lots"]


def payload(tender: Tender, occasion: str, subtype: int, key: UUID, about: str = "") -> dict[str, Any]:
    """The notice of that occasion. ``about``: "lot:ID", "contract:ID" or "" = the whole tender."""
    chosen = subtypes()[subtype]
    data = _head(tender, chosen, key) | _procedure(tender)
    lots = list(tender.lots.all())
    kind, _, number = about.partition(":")
    if kind == "lot":
        lots = [lot for lot in lots if lot.pk == int(number)]
    contract = None
    if kind == "contract":
        contract = Contract.objects.select_related("supplier").get(pk=int(number))
        lots = [lot for lot in lots if lot.pk == contract.lot_id]
    data["lots"] = [_lot(tender, lot) for lot in lots]
    if occasion == Occasion.CHANGE:
        data |= _change(tender)
    if occasion == Occasion.END:
        data["BT-119"] = True
        for row in data["lots"]:
            row["BT-142"] = "clos-nw"
    if occasion == Occasion.AWARD:
        for row, lot in zip(data["lots"], lots, strict=True):
            row.update(_result(lot))
    if occasion == Occasion.MODIFICATION and contract is not None:
        data |= _modification(contract)
        data["lots"][0] |= _contract(contract)
    return data


def _head(tender: Tender, chosen: Subtype, key: UUID) -> dict[str, Any]:
    buyer = tender.buyer
    return {
        "OPP-070": str(chosen.number),
        "BT-01": chosen.legal_basis,
        "BT-02": chosen.notice,
        "BT-03": chosen.form,
        "BT-04": procedure_identifier(tender),
        "BT-05": clock.today().isoformat(),
        "BT-701": str(key),
        "BT-757": "01",
        "BT-702": "FIN",
        "BT-500": buyer.name_fi,
        "BT-501": buyer.code,
        "BT-514": "FIN",
    }


def procedure_identifier(tender: Tender) -> str:
    """The same for every notice of a tender; the buyer's code makes it unique in the country."""
    return f"FI-{tender.buyer.code}-{tender.number}"


def _procedure(tender: Tender) -> dict[str, Any]:
    template = rules.procedure(tender.procedure)
    data: dict[str, Any] = {
        "BT-21": dict(tender.title),
        "BT-24": dict(tender.subject) or dict(tender.title),
        "BT-22": tender.number,
        "BT-23": SERVICES,
        "BT-262": tender.cpv.partition("-")[0],
        "BT-27": str(tender.value_eur),
        "BT-27-Currency": "EUR",
        "BT-88": dict(template.texts),
        "BT-105": METHODS.get(tender.procedure, "oth-single"),
        "BT-17": "required",
        "BT-97": ["FIN", "SWE"],
        "BT-765": _framework(template),
        "BT-67": [ground.code for ground in tender.grounds.all()],
        "BT-747": [dict(one.text) for one in tender.requirements.filter(kind="suitability")],
    }
    if tender.bids_by is not None:
        data["BT-131"] = tender.bids_by.isoformat()
    if tender.questions_by is not None:
        data["BT-13"] = tender.questions_by.isoformat()
    if tender.opening_at is not None:
        data["BT-132"] = tender.opening_at.isoformat()
    if tender.bids_valid_until is not None:
        data["BT-98"] = tender.bids_valid_until.isoformat()
    if template.is_system:
        data["BT-766"] = "dps-list"
        if (last := rules.first_limit(template, tender.sent_on)) is not None:
            data["BT-1311"] = last.isoformat()
    if tender.ground:
        data["BT-136"] = tender.ground
    return data


def _framework(template: rules.Procedure) -> str:
    if not template.is_framework:
        return "none"
    return "fa-wo-rc" if template.suppliers == "one" else "fa-mix"


def _lot(tender: Tender, lot: Lot) -> dict[str, Any]:
    data: dict[str, Any] = {
        "BT-137": lot.code,
        "BT-21-Lot": dict(lot.title),
        "BT-262-Lot": tender.cpv.partition("-")[0],
        "BT-539-Lot": _criteria(tender),
        "BT-25-Lot": lot.places,
        "BT-53-Lot": bool(lot.option_places or tender.options_eur),
        "BT-5071-Lot": "FI",
    }
    if lot.value_eur is not None:
        data["BT-27-Lot"] = str(lot.value_eur)
    if lot.municipality:
        data["BT-5131-Lot"] = lot.municipality
    if tender.starts_on and tender.ends_on:
        data["BT-536-Lot"] = tender.starts_on.isoformat()
        data["BT-537-Lot"] = tender.ends_on.isoformat()
    return data


def _criteria(tender: Tender) -> list[dict[str, Any]]:
    if tender.basis == "cheapest":
        return [{"BT-539": CRITERION_PRICE, "BT-541": "100"}]
    if tender.basis == "lowest-cost":
        return [{"BT-539": CRITERION_COST, "BT-541": "100"}]
    found: list[dict[str, Any]] = []
    if tender.basis == "price-quality":
        found.append({"BT-539": CRITERION_PRICE, "BT-541": str(tender.price_weight)})
    for one in tender.criteria.all():
        found.append(
            {
                "BT-539": CRITERION_QUALITY,
                "BT-734": dict(one.title),
                "BT-540": dict(one.scoring),
                "BT-541": str(one.weight),
            }
        )
    return found


def _change(tender: Tender) -> dict[str, Any]:
    """The last correction; a system's duration changes without one. The deadline told is always the one in force here."""
    last = tender.corrections.order_by("-number").first()
    if last is None:
        return {"BT-140": "update-add", "BT-719": clock.today().isoformat()}
    return {
        "BT-140": "update-add",
        "BT-141": dict(last.what),
        "BT-719": last.made_at.date().isoformat(),
        "BT-131": last.bids_by_after.isoformat(),
    }


def _result(lot: Lot) -> dict[str, Any]:
    decision = AwardDecision.objects.filter(lot=lot, state=AwardState.MADE).order_by("-number").first()
    if decision is None:
        return {}
    data: dict[str, Any] = {
        "BT-142": "clos-nw" if decision.kind == AwardKind.DISCONTINUED else "selec-w",
        "BT-759": lot.opened_bids.count(),
    }
    if decision.kind == AwardKind.DISCONTINUED:
        return data | {"BT-144": "other"}
    if decision.decided_on is not None:
        data["BT-1451"] = decision.decided_on.isoformat()
    data["winners"] = [
        {
            "BT-500": winner.bidder.name_fi,
            "BT-501": winner.bidder.code,
            "BT-171": winner.rank,
            **({"BT-720": str(winner.price_eur)} if winner.price_eur is not None else {}),
        }
        for winner in decision.winners.select_related("bidder")
    ]
    data["contracts"] = [
        _contract(one) for one in Contract.objects.filter(lot=lot, signed_on__isnull=False).order_by("id")
    ]
    return data


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "BT-150": contract.number,
        "BT-721": contract.number,
        "BT-145": contract.signed_on.isoformat() if contract.signed_on else "",
        "BT-720": str(contract.value_eur),
    }


def _modification(contract: Contract) -> dict[str, Any]:
    last = Modification.objects.filter(contract=contract).order_by("-number").first()
    award = Notice.objects.filter(
        tender_id=contract.tender_id, occasion=Occasion.AWARD, service_id__gt=""
    ).first()
    data = {"BT-1501": award.service_id if award else ""}
    if last is not None:
        data |= {
            "BT-200": REASONS[ModificationGround(last.ground)],
            "BT-201": last.reason,
            "BT-202": last.what,
        }
    return data
