"""What the catalogue says, made fit for our tables: HTML cleaned away, unknown codes left out, no unsafe addresses.

Not for: the catalogue's own names (``v11.py``).
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from kotopolku import clock
from kotopolku.information.activity_rules import tidy_texts
from kotopolku.information.catalogue.structures import BY_LANGUAGE, LANGUAGES, SERVICE, WHOLE
from kotopolku.reference import queries as reference

LONGEST = {"street": 200, "postal_code": 10, "city": 100, "telephone": 40, "web": 500}
_URL = URLValidator(schemes=["http", "https"])


def fitted(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Our fields with what may stand in them."""
    made: dict[str, Any] = {}
    for name in BY_LANGUAGE[kind]:
        words = tidy_texts({code: fields.get(name, {}).get(code, "") for code in LANGUAGES})
        made[name] = words
    for name in WHOLE[kind]:
        if name in fields:
            made[name] = _value(name, fields[name])
    if kind == SERVICE and not made.get("price"):
        made.pop("price", None)
    return made


def channel(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """One of a service's further ways; None where it leads nowhere."""
    address = str(fields.get("address") or "").strip()
    if fields["kind"] != "phone" and not web(address):
        return None
    if not address:
        return None
    return {"kind": fields["kind"], "address": address[:500], "words": tidy_texts(fields.get("words") or {})}


def web(address: str) -> str:
    """The address if it is one of the web, else nothing."""
    try:
        _URL(address.strip())
    except ValidationError:
        return ""
    return address.strip() if len(address.strip()) <= LONGEST["web"] else ""


def _value(name: str, value: Any) -> Any:
    if name == "languages":
        return [code for code in dict.fromkeys(value) if reference.language(code) is not None]
    if name == "municipalities":
        known = {row.code for row in reference.municipalities_on(clock.today())}
        return [code for code in value if code in known]
    if name == "municipality":
        return value if any(row.code == value for row in reference.municipalities_on(clock.today())) else ""
    if name == "web":
        return web(value)
    if name == "email":
        return _email(value)
    if name in LONGEST:
        return " ".join(str(value).split())[: LONGEST[name]]
    return value


def _email(value: str) -> str:
    try:
        validate_email(value.strip())
    except ValidationError:
        return ""
    return value.strip().lower()
