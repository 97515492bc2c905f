"""What every structure of the catalogue is turned into, and the register of structures by their version.

Pure. Not for: one structure's own names (``v11.py``, ``v12.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

LANGUAGES = ("fi", "sv", "en")
"""The catalogue has no others; the rest of our languages are our own."""
SERVICE, VENUE, CHANNEL = "service", "venue", "channel"
BY_LANGUAGE = {
    SERVICE: ("names", "summaries", "descriptions", "how_to", "requirements", "price_notes"),
    VENUE: ("names",),
}
WHOLE = {
    SERVICE: ("price", "languages", "municipalities", "nationwide", "channels"),
    VENUE: (
        "street",
        "postal_code",
        "city",
        "municipality",
        "telephone",
        "email",
        "web",
        "languages",
        "hours",
    ),
}
"""Our fields by kind: those with a text for each language, and those that are one value."""
POINTS, WITHDRAW = "points", "withdraw"
"""What is suggested besides: a service's points, and to withdraw what has been archived there."""

Raw = dict[str, Any]


class NotReadable(ValueError):
    """A part of an answer that has not the form of its structure. ``where``: the field; ``guid``: of which item."""

    def __init__(self, where: str, guid: str = "") -> None:
        super().__init__(f"{where} {guid}".strip())
        self.where = where
        self.guid = guid


class NotDescribed(Exception):
    """A structure for which there is no mapping yet."""

    def __init__(self, version: str, differences: tuple[str, ...]) -> None:
        super().__init__(version)
        self.version = version
        self.differences = differences


@dataclass(frozen=True)
class Point:
    """A connection: a service at a place or by another way, with hours, words and telephone of its own."""

    channel: str
    """Id, in the catalogue, of the place or way."""
    hours: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    telephone: str = ""


@dataclass(frozen=True)
class Record:
    """One item of the catalogue in our words. ``fields``: our field → text by language, or the value."""

    kind: str
    guid: str
    organisation: str
    """Id, in the catalogue, of the organisation that is responsible."""
    organisation_name: str
    source_id: str
    modified: datetime | None
    archived: bool
    fields: Mapping[str, Any]
    points: tuple[Point, ...] = ()
    """Everything that a service is connected to."""
    unmapped: tuple[str, ...] = ()
    """What the catalogue tells and we cannot show: "hours-season"."""
    raw: Raw = field(default_factory=dict)


class Structure(Protocol):
    """One version of the catalogue's structure."""

    version: str

    def read(self, raw: Raw) -> Record:
        """An item as the interface gives it. Raises ``NotReadable``."""
        ...

    def write(self, kind: str, fields: Mapping[str, Any], raw: Raw) -> Raw:
        """The same item with our fields put into it. What already says the same stays as it was, letter by letter."""
        ...

    def outgoing(self, kind: str, raw: Raw, *, source_id: str, organisation: str) -> Raw:
        """The body by which the item is sent to the catalogue."""
        ...


_STRUCTURES: dict[str, Structure] = {}


def register(structure: Structure) -> None:
    _STRUCTURES[structure.version] = structure


def structure(version: str) -> Structure:
    """The structure of a version. Raises ``LookupError``."""
    return _STRUCTURES[version]


def versions() -> list[str]:
    return sorted(_STRUCTURES)
