"""Filling a template in: pure. A paragraph that names an empty field is left out; nothing typed is read as markup.

Not for: where the words come from (``sources.py``), what may be sent to whom (``actions.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from string import Formatter

RETRY_MINUTES = (5, 15, 60, 240, 720, 1440)
"""How long to wait before the next attempt, by how many there have been. Our own rhythm."""


@dataclass(frozen=True)
class Gap:
    """A required field without a value."""

    field: str


def fields_in(text: str) -> set[str]:
    """Names of the places to fill in a paragraph."""
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}


def filled(paragraphs: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Paragraphs with their places filled; those with an empty place are left out."""
    return [
        paragraph.format_map(values)
        for paragraph in paragraphs
        if all(values.get(name, "").strip() for name in fields_in(paragraph))
    ]


def apart(text: str, *, right_to_left: bool) -> str:
    """A name, number or address set apart in a right-to-left line, so that its own parts keep their order."""
    return f"\u2068{text}\u2069" if right_to_left and text else text


def gaps(required: Sequence[str], values: Mapping[str, str]) -> list[Gap]:
    return [Gap(name) for name in required if not values.get(name, "").strip()]


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is given up and shown to a person."""
    if attempts > len(RETRY_MINUTES):
        return None
    return timedelta(minutes=RETRY_MINUTES[max(attempts, 1) - 1])
