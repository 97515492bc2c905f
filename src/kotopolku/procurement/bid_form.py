"""The form that a bidder fills, made from the tender: the bidder, its self-declaration, suitability, and each lot.

Shaped like the European single procurement document (§87): grounds answered one by one, with what was done to mend them.
Pure functions over plain values. Not for: what is typed into it (``bid_rules``), keeping it sealed (``sealing``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kotopolku.procurement import tender_rules
from kotopolku.procurement.tender_rules import Texts

Field = dict[str, Any]
MOST_LETTERS = 8_000


@dataclass(frozen=True)
class Asked:
    """A requirement or a criterion as the form needs it."""

    code: str
    title: Texts
    hint: Texts


@dataclass(frozen=True)
class AskedLot:
    id: int
    code: str
    title: Texts


def bid_form(
    *,
    documents_version: int,
    basis: str,
    grounds: Sequence[str],
    suitability: Sequence[Asked],
    service: Sequence[Asked],
    criteria: Sequence[Asked],
    lots: Iterable[AskedLot],
) -> dict[str, Any]:
    """The form as JSON: ``parts`` about the bidder, then ``lots``; each field has an id, a kind and its words."""
    parts = [
        _part("bidder", _bidder()),
        _part("declaration", [field for code in grounds for field in _ground(code)]),
        _part("suitability", [field for one in suitability for field in _suitability(one)]),
    ]
    fields = [] if basis == "fixed-price" else [_field("price", "money", "price", required=True)]
    for one in service:
        fields.append(_of(one, f"meets-{one.code}", "confirm", requirement=one.code, required=True))
    for one in criteria:
        answer = _of(one, f"answer-{one.code}", "long-text", criterion=one.code, required=True)
        fields += [
            answer | {"max": MOST_LETTERS},
            _field(f"files-{one.code}", "file", "files", criterion=one.code),
        ]
    return {
        "version": 1,
        "documents_version": documents_version,
        "currency": "EUR",
        "parts": [part for part in parts if part["fields"]],
        "lots": [
            {"code": lot.code, "id": lot.id, "title": dict(lot.title), "fields": fields} for lot in lots
        ],
    }


def _bidder() -> list[Field]:
    return [
        _field("bidder-name", "text", "bidder-name", required=True),
        _field("bidder-code", "text", "bidder-code", required=True),
        _field("contact-name", "text", "contact-name", required=True),
        _field("contact-email", "text", "contact-email", required=True),
    ]


def _ground(code: str) -> list[Field]:
    known = next((one for one in tender_rules.grounds() if one.code == code), None)
    if known is None:
        return []
    field = {
        "id": f"ground-{code}",
        "kind": "yes-no",
        "label": dict(known.texts),
        "hint": dict(WORDS["ground-mandatory" if known.mandatory else "ground-optional"]),
        "required": True,
        "ground": code,
    }
    if not known.self_cleaning:
        return [field]
    return [field, _field(f"cleaning-{code}", "long-text", "cleaning", ground=code) | {"max": MOST_LETTERS}]


def _suitability(one: Asked) -> list[Field]:
    return [
        _of(one, f"req-{one.code}", "confirm", requirement=one.code, required=True),
        _field(f"evidence-{one.code}", "long-text", "evidence", requirement=one.code) | {"max": MOST_LETTERS},
    ]


def _part(code: str, fields: list[Field]) -> dict[str, Any]:
    return {"code": code, "title": dict(WORDS[f"part-{code}"]), "fields": fields}


def _field(name: str, kind: str, words: str, *, required: bool = False, **about: str) -> Field:
    label, hint = WORDS[words], WORDS.get(f"{words}-hint", {})
    return {"id": name, "kind": kind, "label": dict(label), "hint": dict(hint), "required": required} | about


def _of(one: Asked, name: str, kind: str, *, required: bool, **about: str) -> Field:
    return {
        "id": name,
        "kind": kind,
        "label": dict(one.title),
        "hint": dict(one.hint),
        "required": required,
    } | about


WORDS: Mapping[str, Texts] = {
    "part-bidder": {"fi": "Tarjoaja", "sv": "Anbudsgivare", "en": "Bidder"},
    "part-declaration": {
        "fi": "Oma vakuutus poissulkemisperusteista",
        "sv": "Egen försäkran om uteslutningsgrunder",
        "en": "Self-declaration on exclusion grounds",
    },
    "part-suitability": {"fi": "Soveltuvuus", "sv": "Lämplighet", "en": "Suitability"},
    "bidder-name": {"fi": "Tarjoajan nimi", "sv": "Anbudsgivarens namn", "en": "Name of the bidder"},
    "bidder-code": {"fi": "Y-tunnus", "sv": "FO-nummer", "en": "Business ID"},
    "contact-name": {"fi": "Yhteyshenkilö", "sv": "Kontaktperson", "en": "Contact person"},
    "contact-email": {
        "fi": "Sähköposti, johon päätös lähetetään",
        "sv": "E-post till vilken beslutet sänds",
        "en": "E-mail to which the decision is sent",
    },
    "ground-mandatory": {
        "fi": "Pakollinen poissulkemisperuste. Vastaa kyllä, jos se koskee tarjoajaa.",
        "sv": "Obligatorisk uteslutningsgrund. Svara ja om den gäller anbudsgivaren.",
        "en": "Mandatory exclusion ground. Answer yes if it concerns the bidder.",
    },
    "ground-optional": {
        "fi": "Harkinnanvarainen poissulkemisperuste. Vastaa kyllä, jos se koskee tarjoajaa.",
        "sv": "Uteslutningsgrund enligt prövning. Svara ja om den gäller anbudsgivaren.",
        "en": "Optional exclusion ground. Answer yes if it concerns the bidder.",
    },
    "cleaning": {
        "fi": "Jos vastasit kyllä: mitä on tehty luotettavuuden osoittamiseksi",
        "sv": "Om du svarade ja: vad har gjorts för att visa tillförlitligheten",
        "en": "If you answered yes: what has been done to show reliability",
    },
    "evidence": {
        "fi": "Selvitys ja viittaukset",
        "sv": "Utredning och hänvisningar",
        "en": "Explanation and references",
    },
    "price": {
        "fi": "Osan kokonaishinta",
        "sv": "Delens totalpris",
        "en": "Total price of the lot",
    },
    "price-hint": {
        "fi": "Euroina ilman arvonlisäveroa, koko sopimuskaudelta ilman optioita.",
        "sv": "I euro utan mervärdesskatt, för hela kontraktsperioden utan optioner.",
        "en": "In euros without VAT, for the whole contract period without options.",
    },
    "files": {"fi": "Liitteet", "sv": "Bilagor", "en": "Attachments"},
}
