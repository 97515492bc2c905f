"""What leaves us for the catalogue: our service or place as the body of the interface for sending. Pure.

Only telephone numbers and mailboxes of a role, never of a person. Not for: marks and storing (``actions/catalogue_out.py``).
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from kotopolku.information.catalogue.structures import BY_LANGUAGE, SERVICE, WHOLE, Raw, Structure

_PERSONAL = re.compile(r"^[^\W\d_]+(?:-[^\W\d_]+)?\.[^\W\d_]+(?:-[^\W\d_]+)?\d*@", re.UNICODE)
"""first.last@: looks like a person's mailbox."""
LONGEST = {"names": 100, "summaries": 150, "descriptions": 2500, "how_to": 2500, "requirements": 2500}
NEEDED = {SERVICE: ("names", "summaries", "descriptions")}


@dataclass(frozen=True)
class Warned:
    """Something to mend before it is sent. ``code`` is stable; ``field`` and ``language`` tell where."""

    code: str
    field: str = ""
    language: str = ""


def is_personal(email: str, persons: Container[str]) -> bool:
    """Whether a mailbox is, or looks like, a person's."""
    return email.lower() in persons or bool(_PERSONAL.match(email))


def body(
    structure: Structure,
    kind: str,
    ours: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    source_id: str,
    organisation: str,
    persons: Container[str],
) -> tuple[Raw, list[Warned]]:
    """The body, and what is to be mended. ``known``: the catalogue's item as it last came, with ours of it ("item",
    "fields"); a field that says the same as then is left as the catalogue has it."""
    raw, before = known.get("item") or {}, known.get("fields") or {}
    warned: list[Warned] = []
    fields: dict[str, Any] = {}
    for name in (*BY_LANGUAGE[kind], *WHOLE[kind]):
        value = ours.get(name)
        if name == "email" and value and is_personal(str(value), persons):
            warned.append(Warned("email-personal", name))
            value = ""
        if raw and value == before.get(name):
            continue
        fields[name] = value
    warned += _lacking(kind, ours) + _long(ours)
    if raw and "hours" in fields and "hours-season" in (known.get("unmapped") or ()):
        warned.append(Warned("hours-season", "hours"))
    made = structure.write(kind, fields, raw)
    return structure.outgoing(kind, made, source_id=source_id, organisation=organisation), warned


def _lacking(kind: str, ours: Mapping[str, Any]) -> list[Warned]:
    return [
        Warned("lacking", name, "fi")
        for name in NEEDED.get(kind, ("names",))
        if not (ours.get(name) or {}).get("fi")
    ]


def _long(ours: Mapping[str, Any]) -> list[Warned]:
    return [
        Warned("too-long", name, language)
        for name, most in LONGEST.items()
        for language, words in (ours.get(name) or {}).items()
        if language in ("fi", "sv", "en") and len(words) > most
    ]
