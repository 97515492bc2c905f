"""Live cards inside a text: a contact, service, event or file as it is today. Each kind is registered by its own part.

A loader answers for all cards of a kind on a page with one statement. Not for: which blocks there are (``blocks.py``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kotopolku.information.blocks import SHAPES, Block, embeds_in
from kotopolku.information.models import Space

Loader = Callable[[Sequence[int], Space, str, date], Mapping[int, Any]]
"""(ids, space of the reader, language, day) → the card's HTML by id (of a file: its address and size).

An id that readers may not see is left out."""

_LOADERS: dict[str, Loader] = {}


def register(kind: str, loader: Loader) -> None:
    """Makes ``loader`` answer for blocks whose target is of this kind. Called once, when the application starts."""
    _LOADERS[kind] = loader


def load(
    embeds: Iterable[tuple[str, int]], space: Space, language: str, day: date
) -> dict[tuple[str, int], Any]:
    """The cards of these kinds and ids: one statement for each kind that occurs."""
    wanted: dict[str, list[int]] = {}
    for kind, target in sorted(set(embeds)):
        wanted.setdefault(kind, []).append(target)
    return {
        (kind, target): card
        for kind, targets in wanted.items()
        if kind in _LOADERS
        for target, card in _LOADERS[kind](targets, space, language, day).items()
    }


def shown(blocks: Sequence[Block], found: Mapping[tuple[str, int], Any]) -> list[dict[str, Any]]:
    """Blocks as ``parts/blocks.html`` draws them, each with its card. A block whose card is gone is left out."""
    ready = []
    for block in blocks:
        shape = SHAPES.get(block.get("kind", ""))
        if shape is None:
            continue
        card = found.get((shape.target, int(block.get("target") or 0))) if shape.target else None
        if shape.target and card is None:
            continue
        ready.append({**block, "card": card})
    return ready


def ready(blocks: Sequence[Block], space: Space, language: str, day: date) -> list[dict[str, Any]]:
    """Both in one, for a single text: the editor's preview."""
    return shown(blocks, load(embeds_in(blocks), space, language, day))
