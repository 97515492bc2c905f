"""What changed from one version of a line to another, field by field and word by word (``worddiff.py``). Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kotopolku.worddiff import ADDED, REMOVED, SAME, Piece, pieces


@dataclass(frozen=True)
class Change:
    """One field that is not the same any more; ``language`` empty for a fact."""

    field: str
    language: str
    pieces: tuple[Piece, ...]


def changes(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> tuple[Change, ...]:
    """Fields that differ. Each side has title and text by language, and facts by name."""
    found = []
    for name in ("title", "text"):
        old, new = before.get(name, {}), after.get(name, {})
        for language in dict.fromkeys((*old, *new)):
            one, other = str(old.get(language) or ""), str(new.get(language) or "")
            if one != other:
                found.append(Change(name, language, pieces(one, other)))
    old, new = before.get("facts", {}), after.get("facts", {})
    for name in dict.fromkeys((*old, *new)):
        one, other = _as_words(old.get(name)), _as_words(new.get(name))
        if one != other:
            parts = [Piece(REMOVED, one), Piece(SAME, " "), Piece(ADDED, other)]
            kept = [part for part in parts if part.words and (part.words.strip() or (one and other))]
            found.append(Change(name, "", tuple(kept)))
    return tuple(found)


def _as_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)
