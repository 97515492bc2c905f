"""Structure v11 of the catalogue: its names as our fields and back.

Pure. The answer of the open interface is kept whole; of it only what our fields say is ever changed. Classes, keywords and
the other things that we do not have stay as they came. Not for: fetching (``fetching.py``), storing (``actions/catalogue.py``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any
from uuid import UUID

from kotopolku.information.catalogue import hours_v11
from kotopolku.information.catalogue.hours_v11 import texts
from kotopolku.information.catalogue.structures import (
    BY_LANGUAGE,
    CHANNEL,
    LANGUAGES,
    SERVICE,
    VENUE,
    WHOLE,
    NotReadable,
    Point,
    Raw,
    Record,
    register,
)

LOCATION = "ServiceLocation"
CHANNEL_KINDS = {"EChannel": "web", "WebPage": "web", "PrintableForm": "form", "Phone": "phone"}
PRICES = {"Charged": "paid", "FreeOfCharge": "free", "Other": "varies"}
NATIONWIDE = ("Nationwide", "NationwideExceptAlandIslands")
LIMITED = "LimitedType"
_TYPED = {
    "names": ("serviceNames", "Name"),
    "summaries": ("serviceDescriptions", "Summary"),
    "descriptions": ("serviceDescriptions", "Description"),
    "how_to": ("serviceDescriptions", "UserInstruction"),
    "price_notes": ("serviceDescriptions", "ChargeTypeAdditionalInfo"),
}
"""Where the texts of a service stand: the list, and the type of the row in it."""


class V11:
    """Structure v11 of the open interface and of the interface for sending."""

    version = "v11"

    def read(self, raw: Raw) -> Record:
        kind = _kind(raw)
        try:
            guid = _guid(raw.get("id"), "id")
        except NotReadable as error:
            raise NotReadable("id", str(raw.get("id") or "")[:60]) from error
        try:
            return _read(kind, guid, raw)
        except NotReadable as error:
            raise NotReadable(error.where, guid) from error
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise NotReadable(str(error)[:60], guid) from error

    def write(self, kind: str, fields: Mapping[str, Any], raw: Raw) -> Raw:
        made = deepcopy(raw)
        now = _fields(kind, raw) if raw else {}
        for name in (*BY_LANGUAGE[kind], *WHOLE[kind]):
            if name in fields and name not in ("channels",) and (not raw or fields[name] != now.get(name)):
                _WRITERS[kind](made, name, fields[name])
        return made

    def outgoing(self, kind: str, raw: Raw, *, source_id: str, organisation: str) -> Raw:
        made = {name: value for name, value in raw.items() if name not in _ONLY_ANSWERED}
        made["sourceId"] = source_id
        made["publishingStatus"] = "Draft"
        if "areas" in raw:
            made["areas"] = [
                {"type": "Municipality", "areaCodes": codes}
                for codes in [_municipalities(raw["areas"])]
                if codes
            ]
        if kind == SERVICE:
            made["mainResponsibleOrganization"] = organisation
            for name in (
                "serviceClasses",
                "targetGroups",
                "lifeEvents",
                "industrialClasses",
                "ontologyTerms",
            ):
                if name in raw:
                    made[name] = [row["uri"] for row in raw[name] if row.get("uri")]
            made["deleteAllLaws"] = not raw.get("legislation", True)
            made["deleteAllKeywords"] = not raw.get("keywords", True)
        else:
            made["organizationId"] = organisation
            made["deleteAllEmails"] = not raw.get("emails")
            made["deleteAllPhoneNumbers"] = not raw.get("phoneNumbers")
            made["deleteAllWebPages"] = not raw.get("webPages")
            made["deleteAllServiceHours"] = not raw.get("serviceHours")
        return made


_ONLY_ANSWERED = {
    "id",
    "modified",
    "organizations",
    "serviceChannels",
    "services",
    "serviceCollections",
    "links",
}
"""Told by the open interface, not taken by the other one."""


def _kind(raw: Mapping[str, Any]) -> str:
    channel = raw.get("serviceChannelType")
    if channel == LOCATION:
        return VENUE
    if channel in CHANNEL_KINDS:
        return CHANNEL
    if channel is None and "serviceNames" in raw:
        return SERVICE
    raise NotReadable("serviceChannelType", str(raw.get("id") or ""))


def _guid(text: Any, where: str) -> str:
    """An id as the catalogue writes them. Raises ``NotReadable``."""
    try:
        return str(UUID(str(text)))
    except ValueError as error:
        raise NotReadable(where) from error


def _read(kind: str, guid: str, raw: Raw) -> Record:
    organisation, name = _responsible(raw)
    connections = raw.get("serviceChannels") or () if kind == SERVICE else ()
    points = tuple(_point(row) for row in connections)
    season = kind == VENUE and hours_v11.read(raw.get("serviceHours") or ())[1]
    return Record(
        kind=kind,
        guid=guid,
        organisation=organisation,
        organisation_name=name,
        source_id=str(raw.get("sourceId") or ""),
        modified=_moment(raw.get("modified")),
        archived=raw.get("publishingStatus") in ("Deleted", "Archived", "Removed"),
        fields=_fields(kind, raw),
        points=points,
        unmapped=("hours-season",) if season else (),
        raw=raw,
    )


def _responsible(raw: Mapping[str, Any]) -> tuple[str, str]:
    if raw.get("organizationId"):
        return _guid(raw["organizationId"], "organizationId"), ""
    for row in raw.get("organizations") or ():
        if row.get("roleType") == "Responsible":
            found = row["organization"]
            return _guid(found["id"], "organizations"), str(found.get("name") or "")
    raise NotReadable("organizations")


def _point(row: Mapping[str, Any]) -> Point:
    contact = row.get("contactDetails") or {}
    return Point(
        channel=_guid(row["serviceChannel"]["id"], "serviceChannels"),
        hours=hours_v11.read(row.get("serviceHours") or ())[0],
        notes=texts([one for one in row.get("description") or () if one.get("type") == "Description"]),
        telephone=_first_said(contact.get("phoneNumbers"), _number),
    )


def _fields(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    if kind == CHANNEL:
        return _channel(raw)
    return _service(raw) if kind == SERVICE else _venue(raw)


def _typed(raw: Mapping[str, Any], place: str, kind: str) -> dict[str, str]:
    return texts([row for row in raw.get(place) or () if row.get("type") == kind])


def _service(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: _typed(raw, place, kind) for name, (place, kind) in _TYPED.items()},
        "requirements": texts(raw.get("requirements")),
        "price": PRICES.get(str(raw.get("serviceChargeType")), ""),
        "languages": [str(code) for code in raw.get("languages") or ()],
        "nationwide": raw.get("areaType") in NATIONWIDE,
        "municipalities": _municipalities(raw.get("areas") or ()),
    }


def _municipalities(areas: Iterable[Mapping[str, Any]]) -> list[str]:
    """Codes of the municipalities: a region or county of the catalogue carries its own."""
    return sorted({str(row["code"]) for area in areas for row in area.get("municipalities") or ()})


def _venue(raw: Mapping[str, Any]) -> dict[str, Any]:
    street = _street(raw)
    number = street.get("streetNumber") or ""
    name = _first(texts(street.get("street")))
    return {
        "names": _typed(raw, "serviceChannelNames", "Name"),
        "street": f"{name} {number}".strip(),
        "postal_code": street.get("postalCode") or "",
        "city": _first(texts(street.get("postOffice"))),
        "municipality": str((street.get("municipality") or {}).get("code") or ""),
        "telephone": _first_said(raw.get("phoneNumbers"), _number),
        "email": _first_said(raw.get("emails"), _address),
        "web": _first_said(raw.get("webPages"), _url),
        "languages": [str(code) for code in raw.get("languages") or ()],
        "hours": hours_v11.read(raw.get("serviceHours") or ())[0],
    }


def _channel(raw: Mapping[str, Any]) -> dict[str, Any]:
    """One of a service's further ways: an address on the web, a form, a telephone."""
    kind = CHANNEL_KINDS[raw["serviceChannelType"]]
    if kind == "phone":
        address = _first_said(raw.get("phoneNumbers"), _number)
    else:
        address = _first_said(raw.get("channelUrls" if kind == "form" else "webPages"), _url)
    return {"kind": kind, "address": address, "words": _typed(raw, "serviceChannelNames", "Name")}


def _street(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    for row in raw.get("addresses") or ():
        if row.get("type") == "Location" and row.get("streetAddress"):
            found: Mapping[str, Any] = row["streetAddress"]
            return found
    return {}


def _first(words: Mapping[str, str]) -> str:
    return next((words[code] for code in LANGUAGES if words.get(code)), "")


def _first_said(rows: Sequence[Raw] | None, said: Callable[[Raw], str]) -> str:
    """What the rows say first, those of the Finnish text before others."""
    order = sorted(
        rows or (),
        key=lambda row: LANGUAGES.index(row["language"]) if row.get("language") in LANGUAGES else 9,
    )
    return next((words for words in map(said, order) if words), "")


def _address(row: Raw) -> str:
    return str(row.get("value") or "")


def _url(row: Raw) -> str:
    return str(row.get("url") or "")


def _number(row: Raw) -> str:
    """A number for calling; one of the country without its prefix. Empty for faxes and messages."""
    number, prefix = str(row.get("number") or "").strip(), str(row.get("prefixNumber") or "").strip()
    if not number or row.get("type", "Phone") not in ("Phone", None):
        return ""
    return f"{prefix} {number}".strip()


def _moment(text: Any) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise NotReadable("modified") from error
    return found if found.tzinfo else found.replace(tzinfo=hours_v11.UTC)


# --- Back -------------------------------------------------------------------------------------------------------------


def _write_service(made: Raw, name: str, value: Any) -> None:
    if name in _TYPED:
        place, kind = _TYPED[name]
        _write_texts(made, place, value, kind)
    elif name == "requirements":
        _write_texts(made, "requirements", value, None)
    elif name == "price":
        made["serviceChargeType"] = next((theirs for theirs, ours in PRICES.items() if ours == value), None)
    elif name == "languages":
        made["languages"] = list(value)
    elif name == "nationwide":
        if value:
            made["areaType"] = "Nationwide"
        elif made.get("areaType") in (*NATIONWIDE, None):
            made["areaType"] = LIMITED
    elif name == "municipalities":
        rows = [{"code": code, "name": []} for code in value]
        made["areas"] = (
            [{"type": "Municipality", "code": None, "name": [], "municipalities": rows}] if rows else []
        )


def _write_venue(made: Raw, name: str, value: Any) -> None:
    if name == "names":
        _write_texts(made, "serviceChannelNames", value, "Name")
    elif name == "hours":
        made["serviceHours"] = hours_v11.write(value)
    elif name == "languages":
        made["languages"] = list(value)
    elif name == "email":
        _write_rows(made, "emails", _address, {"value": value} if value else {})
    elif name == "web":
        _write_rows(made, "webPages", _url, {"url": value} if value else {})
    elif name == "telephone":
        _write_rows(made, "phoneNumbers", _number, _phone(value))
    else:
        _write_street(made, name, value)


def _write_rows(made: Raw, place: str, said: Callable[[Raw], str], ours: Mapping[str, Any]) -> None:
    """Puts ours where the catalogue says its first one, in every language; nothing takes that away. Other rows stay."""
    rows = made.get(place) or []
    now = _first_said(rows, said)
    mine = [bool(now) and said(row) == now for row in rows]
    if ours and not any(mine):
        made[place] = [{"language": "fi", **ours}, *rows]
    else:
        made[place] = [
            row | ours if own else row for row, own in zip(rows, mine, strict=True) if ours or not own
        ]


def _phone(value: str) -> Raw:
    if not value:
        return {}
    prefix, _space, number = value.partition(" ") if value.startswith("+") else ("", "", value)
    if not number:
        prefix, number = "", value
    return {
        "type": "Phone",
        "prefixNumber": prefix or None,
        "number": number,
        "isFinnishServiceNumber": not prefix,
    }


def _write_street(made: Raw, name: str, value: str) -> None:
    addresses = made.setdefault("addresses", [])
    row = next((one for one in addresses if one.get("type") == "Location" and one.get("streetAddress")), None)
    if row is None:
        row = {"type": "Location", "subType": "Street", "country": "FI", "streetAddress": {}}
        addresses.append(row)
    street = row["streetAddress"]
    if name == "street":
        words, _space, number = value.rpartition(" ")
        if not words or not number[:1].isdigit():
            words, number = value, ""
        street["street"] = [{"language": "fi", "value": words}] if words else []
        street["streetNumber"] = number
    elif name == "postal_code":
        street["postalCode"] = value
    elif name == "city":
        street["postOffice"] = [{"language": "fi", "value": value}] if value else []
    elif name == "municipality":
        street["municipality"] = {"code": value, "name": []}


_WRITERS = {SERVICE: _write_service, VENUE: _write_venue}


def _write_texts(made: Raw, place: str, value: Mapping[str, str], kind: str | None) -> None:
    """Puts the words into their list; rows of other types, and those that say the same already, stay where they are."""
    rows = []
    wanted = {code: value[code] for code in LANGUAGES if value.get(code)}
    for row in made.get(place) or ():
        mine = kind is None or row.get("type") == kind
        if not mine or row.get("language") not in LANGUAGES:
            rows.append(row)
        elif (words := wanted.pop(row["language"], None)) is not None:
            rows.append(row | {"value": words})
    for code, words in wanted.items():
        row = {"language": code, "value": words}
        rows.append(row if kind is None else row | {"type": kind})
    made[place] = rows


register(V11())
