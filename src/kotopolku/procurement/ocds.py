"""Tenders as OCDS 1.1 releases with the extensions lots, bids and enquiries; each thing only from the day it is public.

Bids, their number and prices come out when the lot's contract is made (``award_rules.public_on``), never before; who asked
a question and any person never do. Not for: notices to the national service (``eforms``).
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse

from kotopolku.access import rowsecurity
from kotopolku.actors.models import Organisation
from kotopolku.procurement import access, award_rules, evaluation, rules
from kotopolku.procurement.models import (
    AwardDecision,
    AwardKind,
    AwardState,
    Basis,
    Conformity,
    Contract,
    ContractState,
    Document,
    Lot,
    Modification,
    OpenedBid,
    Question,
    Tender,
    TenderState,
)

VERSION = "1.1"
EXTENSIONS = tuple(
    f"https://raw.githubusercontent.com/open-contracting-extensions/ocds_{name}_extension/{tag}/extension.json"
    for name, tag in (("lots", "v1.1.5"), ("bid", "v1.1.5"), ("enquiry", "v1.1.5"))
)
PREFIX = os.environ.get("KOTOPOLKU_OCDS_PREFIX", "ocds-000000")
"""The publisher's prefix. One's own is registered with the keepers of the standard; this one stands for none."""
PUBLISHER = "Kotopolku"
SCHEME = "FI-KOTOPOLKU"
HELSINKI = ZoneInfo("Europe/Helsinki")
OPEN, SELECTIVE, LIMITED, DIRECT = "open", "selective", "limited", "direct"
METHODS = {
    "direct-award": DIRECT,
    "call-off": DIRECT,
    "mini-competition": LIMITED,
    "dynamic-system": SELECTIVE,
    "dynamic-purchase": SELECTIVE,
}
CRITERIA = {
    Basis.PRICE_QUALITY: "ratedCriteria",
    Basis.FIXED_PRICE: "qualityOnly",
    Basis.CHEAPEST: "priceOnly",
    Basis.LOWEST_COST: "costOnly",
}


def ocid(tender: Tender) -> str:
    """The same for a tender from its first notice to the end of its contracts."""
    return f"{PREFIX}-{tender.buyer.code}-{tender.number}"


def package(tenders: Iterable[Tender], on: date, *, base: str = "", uri: str = "") -> dict[str, Any]:
    """A release package of the published ones among ``tenders``. Ten statements, however many tenders."""
    rows = _load([one.pk for one in tenders], on)
    releases = [_Release(one, on, base or settings.SITE_ADDRESS).to_json() for one in rows]
    published = max((row["date"] for row in releases), default=_moment(on))
    return {
        "uri": uri or f"{base or settings.SITE_ADDRESS}/procurement/public/ocds.json",
        "version": VERSION,
        "extensions": list(EXTENSIONS),
        "publishedDate": published,
        "publisher": {"name": PUBLISHER, "uri": base or settings.SITE_ADDRESS},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "releases": releases,
    }


def release(tender: Tender, on: date, *, base: str = "") -> dict[str, Any] | None:
    """One tender; None when it is not public on the day."""
    rows = _load([tender.pk], on)
    return _Release(rows[0], on, base or settings.SITE_ADDRESS).to_json() if rows else None


@dataclass(frozen=True)
class _Facts:
    """A published tender with what belongs to it, loaded for many at once."""

    tender: Tender
    questions: list[Question] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    decisions: list[AwardDecision] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    bids: list[OpenedBid] = field(default_factory=list)
    refused: set[tuple[int, int]] = field(default_factory=set)
    """(lot, bidder) of bids found not to conform."""


def _load(keys: Sequence[int], on: date) -> list[_Facts]:
    """Row security is lifted for reading: what is public by its day is chosen here, for whoever asks."""
    with rowsecurity.as_system():
        tenders = (
            Tender.objects.filter(access.OPEN_TO_ALL, pk__in=keys, published_on__lte=on)
            .select_related("buyer")
            .prefetch_related("lots", "criteria", "requirements", "corrections")
            .order_by("pk")
        )
        facts = {one.pk: _Facts(one) for one in tenders}
        for question in Question.objects.filter(tender_id__in=facts, answered_on__lte=on).order_by("id"):
            facts[question.tender_id].questions.append(question)
        for document in Document.objects.filter(
            tender_id__in=facts, published_on__lte=on, replaced=False
        ).order_by("id"):
            facts[document.tender_id].documents.append(document)
        for decision in (
            AwardDecision.objects.filter(tender_id__in=facts, state=AwardState.MADE, decided_on__lte=on)
            .prefetch_related("winners__bidder")
            .order_by("lot_id", "-number")
        ):
            facts[decision.tender_id].decisions.append(decision)
        modifications = Prefetch("modifications", Modification.objects.filter(made_on__lte=on))
        for contract in (
            Contract.objects.filter(tender_id__in=facts, signed_on__lte=on)
            .select_related("supplier")
            .prefetch_related(modifications)
            .order_by("id")
        ):
            facts[contract.tender_id].contracts.append(contract)
        _load_bids(facts)
    return list(facts.values())


def _load_bids(facts: dict[int, _Facts]) -> None:
    """Bids of lots whose contract has been made, and of no other."""
    lots = {contract.lot_id for one in facts.values() for contract in one.contracts}
    for bid in OpenedBid.objects.filter(lot_id__in=lots).select_related("bidder", "version").order_by("id"):
        facts[bid.tender_id].bids.append(bid)
    for lot_id, bidder_id, tender_id in Conformity.objects.filter(
        lot_id__in=lots, conforming=False
    ).values_list("lot_id", "bidder_id", "lot__tender_id"):
        facts[tender_id].refused.add((lot_id, bidder_id))


def _moment(value: date | datetime | None) -> str | None:
    """A moment as the standard writes it; a day is its first moment in Finland."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), HELSINKI)
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _money(amount: Decimal | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": float(amount), "currency": "EUR"}


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: the standard leaves out what is not known."""
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def _texts(name: str, texts: dict[str, str]) -> dict[str, str]:
    """The Finnish text under the field's name, others with their language: title, title_sv, title_en."""
    found = {name: texts.get("fi") or next(iter(texts.values()), "")} if texts else {}
    return found | {f"{name}_{lang}": texts[lang] for lang in ("sv", "en") if texts.get(lang)}


def _party(organisation: Organisation) -> dict[str, str]:
    return {"id": f"{SCHEME}-{organisation.code}", "name": organisation.name_fi}


class _Release:
    """Builds one release from its facts."""

    def __init__(self, facts: _Facts, on: date, base: str) -> None:
        self.facts, self.tender, self.on, self.base = facts, facts.tender, on, base
        self.template = rules.procedure(self.tender.procedure)
        self.lots: list[Lot] = list(self.tender.lots.all())
        self.signed: dict[int, date] = {}
        for contract in facts.contracts:
            if contract.signed_on is not None:
                first = self.signed.get(contract.lot_id, contract.signed_on)
                self.signed[contract.lot_id] = min(first, contract.signed_on)

    def to_json(self) -> dict[str, Any]:
        tags = ["tender"]
        if self.facts.decisions:
            tags.append("award")
        if self.facts.contracts:
            tags.append("contract")
        last = self._last_change()
        return _filled(
            {
                "ocid": ocid(self.tender),
                "id": f"{self.tender.pk}-{last}",
                "date": last,
                "tag": tags,
                "initiationType": "tender",
                "language": "fi",
                "parties": self._parties(),
                "buyer": _party(self.tender.buyer),
                "tender": self._tender(),
                "awards": [self._award(one) for one in self.facts.decisions],
                "contracts": [self._contract(one) for one in self.facts.contracts],
                "bids": self._bids(),
            }
        )

    def _last_change(self) -> str:
        days: list[date | datetime | None] = [self.tender.published_at or self.tender.published_on]
        days += [one.answered_at for one in self.facts.questions]
        days += [one.made_at for one in self.tender.corrections.all()]
        days += [one.decided_on for one in self.facts.decisions]
        for contract in self.facts.contracts:
            days += [contract.signed_on, contract.ended_on]
            days += [one.made_on for one in contract.modifications.all()]
        return max(text for day in days if (text := _moment(day)))

    def _parties(self) -> list[dict[str, Any]]:
        roles: dict[str, list[str]] = defaultdict(list)
        names: dict[str, Organisation] = {}

        def add(organisation: Organisation, *given: str) -> None:
            names[organisation.code] = organisation
            known = roles[organisation.code]
            known += [role for role in given if role not in known]

        add(self.tender.buyer, "buyer", "procuringEntity")
        for decision in self.facts.decisions:
            for winner in decision.winners.all():
                add(winner.bidder, "supplier")
        for contract in self.facts.contracts:
            add(contract.supplier, "supplier")
        for bid in self._public_bids():
            add(bid.bidder, "tenderer")
        return [
            {
                **_party(organisation),
                "identifier": {
                    "scheme": SCHEME,
                    "id": code,
                    "legalName": organisation.name_fi,
                },
                "roles": roles[code],
            }
            for code, organisation in sorted(names.items())
        ]

    def _status(self) -> str:
        if self.tender.state == TenderState.DISCONTINUED:
            return "cancelled"
        awarded = any(one.kind != AwardKind.DISCONTINUED for one in self.facts.decisions)
        if self.tender.state == TenderState.DECIDED and self.facts.decisions:
            return "complete" if awarded else "unsuccessful"
        return "active"

    def _tender(self) -> dict[str, Any]:
        tender = self.tender
        bidders = {bid.bidder.code: bid.bidder for bid in self._public_bids()}
        all_signed = bool(self.lots) and all(lot.pk in self.signed for lot in self.lots)
        return _filled(
            {
                "id": tender.number,
                **_texts("title", tender.title),
                **_texts("description", tender.subject),
                "status": self._status(),
                "procuringEntity": _party(tender.buyer),
                "value": _money(tender.value_eur),
                "procurementMethod": METHODS.get(tender.procedure, OPEN),
                "procurementMethodDetails": self.template.name("fi"),
                "mainProcurementCategory": "services",
                "awardCriteria": CRITERIA.get(Basis(tender.basis)),
                "awardCriteriaDetails": self._criteria(),
                "submissionMethod": ["electronicSubmission"],
                "submissionMethodDetails": f"{self.base}/",
                "tenderPeriod": _filled(
                    {
                        "startDate": _moment(tender.published_at or tender.published_on),
                        "endDate": _moment(tender.bids_by),
                    }
                ),
                "enquiryPeriod": _filled({"endDate": _moment(tender.questions_by)}),
                "hasEnquiries": bool(self.facts.questions),
                "enquiries": [self._enquiry(one) for one in self.facts.questions],
                "contractPeriod": _filled(
                    {"startDate": _moment(tender.starts_on), "endDate": _moment(tender.ends_on)}
                ),
                "items": [self._item(lot) for lot in self.lots],
                "lots": [self._lot(lot) for lot in self.lots],
                "documents": [self._document(one) for one in self.facts.documents],
                "amendments": [
                    _filled(
                        {
                            "id": str(one.number),
                            "date": _moment(one.made_at),
                            "description": one.what.get("fi", ""),
                        }
                    )
                    for one in self.tender.corrections.all()
                    if one.made_at.astimezone(HELSINKI).date() <= self.on
                ],
                "numberOfTenderers": len(bidders) if all_signed else None,
                "tenderers": [_party(one) for _code, one in sorted(bidders.items())] if all_signed else None,
            }
        )

    def _criteria(self) -> str:
        tender = self.tender
        parts = [
            f"{one.title.get('fi', one.code)} {evaluation.plain(one.weight)}" for one in tender.criteria.all()
        ]
        if tender.basis == Basis.PRICE_QUALITY:
            parts = [f"hinta {evaluation.plain(tender.price_weight)}", *parts]
        return ", ".join(parts)

    def _item(self, lot: Lot) -> dict[str, Any]:
        return _filled(
            {
                "id": lot.code,
                **_texts("description", lot.title),
                "classification": {
                    "scheme": "CPV",
                    "id": self.tender.cpv,
                    "uri": f"http://data.europa.eu/cpv/cpv/{self.tender.cpv.partition('-')[0]}",
                },
                "quantity": lot.places,
                "unit": {"name": "opiskelijapaikka"} if lot.places else None,
                "relatedLot": lot.code,
            }
        )

    def _lot(self, lot: Lot) -> dict[str, Any]:
        decision = next((one for one in self.facts.decisions if one.lot_id == lot.pk), None)
        status = self._status()
        if decision is not None:
            status = "cancelled" if decision.kind == AwardKind.DISCONTINUED else "complete"
        return _filled(
            {
                "id": lot.code,
                **_texts("title", lot.title),
                "status": status,
                "value": _money(lot.value_eur),
                "contractPeriod": _filled({"startDate": _moment(lot.starts_on)}),
            }
        )

    def _document(self, document: Document) -> dict[str, Any]:
        kinds = {"invitation": "biddingDocuments", "description": "technicalSpecifications"}
        return _filled(
            {
                "id": str(document.pk),
                "documentType": kinds.get(document.role, "biddingDocuments"),
                "title": document.title,
                "url": self.base + reverse("procurement:public-paper", args=[self.tender.pk, document.pk]),
                "datePublished": _moment(document.published_on),
                "language": document.language,
            }
        )

    def _enquiry(self, question: Question) -> dict[str, Any]:
        """Without its author: that is secret to the end."""
        code = next((lot.code for lot in self.lots if lot.pk == question.lot_id), None)
        return _filled(
            {
                "id": str(question.pk),
                "date": _moment(question.asked_at),
                "description": question.text,
                "answer": question.answer,
                "dateAnswered": _moment(question.answered_at),
                "relatedLot": code,
            }
        )

    def _code(self, lot_id: int) -> str:
        return next(lot.code for lot in self.lots if lot.pk == lot_id)

    def _award(self, decision: AwardDecision) -> dict[str, Any]:
        """A price is told only when the contract has been made: until then the bid is secret."""
        winners = list(decision.winners.all())
        prices = [one.price_eur for one in winners if one.price_eur is not None]
        told = self._is_public("bid", decision.lot_id)
        discontinued = decision.kind == AwardKind.DISCONTINUED
        return _filled(
            {
                "id": f"A{decision.pk}",
                "title": f"{self.tender.number} {self._code(decision.lot_id)}",
                "status": "unsuccessful" if discontinued else "active",
                "date": _moment(decision.decided_on),
                "value": _money(sum(prices, Decimal(0))) if prices and told else None,
                "suppliers": [_party(one.bidder) for one in winners],
                "relatedLots": [self._code(decision.lot_id)],
            }
        )

    def _contract(self, contract: Contract) -> dict[str, Any]:
        award = next(
            (
                one
                for one in self.facts.decisions
                if one.lot_id == contract.lot_id and one.kind != AwardKind.DISCONTINUED
            ),
            None,
        )
        return _filled(
            {
                "id": contract.number,
                "awardID": f"A{award.pk}" if award else f"A-{contract.lot_id}",
                "title": contract.number,
                "status": "terminated" if contract.state == ContractState.ENDED else "active",
                "period": {
                    "startDate": _moment(contract.starts_on),
                    "endDate": _moment(contract.ends_on),
                },
                "value": _money(contract.value_eur),
                "dateSigned": _moment(contract.signed_on),
                "amendments": [
                    _filled(
                        {
                            "id": str(one.number),
                            "date": _moment(one.made_on),
                            "rationale": one.reason,
                            "description": one.what,
                        }
                    )
                    for one in contract.modifications.all()
                ],
            }
        )

    def _is_public(self, kind: str, lot_id: int) -> bool:
        day = award_rules.public_on(
            kind, published_on=self.tender.published_on, contract_on=self.signed.get(lot_id)
        )
        return day is not None and day <= self.on

    def _public_bids(self) -> list[OpenedBid]:
        return [bid for bid in self.facts.bids if self._is_public("bid", bid.lot_id)]

    def _bids(self) -> dict[str, Any]:
        bids = self._public_bids()
        if not bids:
            return {}
        count: dict[int, int] = defaultdict(int)
        for bid in bids:
            count[bid.lot_id] += 1
        return {
            "statistics": [
                {
                    "id": self._code(lot_id),
                    "measure": "bids",
                    "value": number,
                    "relatedLot": self._code(lot_id),
                }
                for lot_id, number in sorted(count.items())
            ],
            "details": [
                _filled(
                    {
                        "id": f"{bid.bid_id}-{self._code(bid.lot_id)}",
                        "date": _moment(bid.version.received_at),
                        "status": "disqualified"
                        if (bid.lot_id, bid.bidder_id) in self.facts.refused
                        else "valid",
                        "tenderers": [_party(bid.bidder)],
                        "value": _money(bid.price_eur),
                        "relatedLots": [self._code(bid.lot_id)],
                    }
                )
                for bid in bids
            ],
        }
