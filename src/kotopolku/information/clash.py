"""Two people changed one text: where mine and theirs differ, and the text made of what is chosen from each.

Pure: works on plain contents (title, summary, blocks). Not for: finding that they clash (``actions.texts``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kotopolku.information.blocks import Block

Plain = dict[str, Any]
"""A content as it is typed: "title", "summary", "blocks"."""
HEAD = ("title", "summary")
ORDER = "order"


@dataclass(frozen=True)
class ClashRow:
    """One place where the two differ. ``path``: "title", "summary", "block-<id>" or "order"; a side is None: not there."""

    path: str
    kind: str
    mine: Any
    theirs: Any


def rows(mine: Plain, theirs: Plain) -> list[ClashRow]:
    """Every difference, in the order of my text; what only they have comes last."""
    found = [
        ClashRow(name, name, mine.get(name, ""), theirs.get(name, ""))
        for name in HEAD
        if mine.get(name, "") != theirs.get(name, "")
    ]
    my_blocks, their_blocks = _by_id(mine), _by_id(theirs)
    for identifier in dict.fromkeys((*my_blocks, *their_blocks)):
        my_block, their_block = my_blocks.get(identifier), their_blocks.get(identifier)
        if my_block is None or their_block is None or _bare(my_block) != _bare(their_block):
            kind = (my_block or their_block or {})["kind"]
            found.append(ClashRow(f"block-{identifier}", kind, my_block, their_block))
    shared = my_blocks.keys() & their_blocks.keys()
    orders = [[one for one in blocks if one in shared] for blocks in (my_blocks, their_blocks)]
    if orders[0] != orders[1]:
        found.append(ClashRow(ORDER, ORDER, list(my_blocks.values()), list(their_blocks.values())))
    return found


def merge(mine: Plain, theirs: Plain, take: Collection[str]) -> Plain:
    """My text with the paths of ``take`` as they have them."""
    made: Plain = {name: (theirs if name in take else mine).get(name, "") for name in HEAD}
    my_blocks, their_blocks = _by_id(mine), _by_id(theirs)
    order = list(their_blocks if ORDER in take else my_blocks)
    other = list(my_blocks if ORDER in take else their_blocks)
    for identifier in other:
        if identifier not in order:
            order.insert(_place_after(identifier, other, order), identifier)
    blocks = []
    for identifier in order:
        if identifier in my_blocks and identifier in their_blocks:
            chosen = their_blocks if f"block-{identifier}" in take else my_blocks
            blocks.append(chosen[identifier])
        elif (identifier in their_blocks) == (f"block-{identifier}" in take):
            blocks.append((my_blocks | their_blocks)[identifier])
    made["blocks"] = blocks
    return made


def _by_id(content: Mapping[str, Any]) -> dict[str, Block]:
    return {str(block["id"]): block for block in content.get("blocks", ())}


def _bare(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block without its empty fields: a field left empty and one not there are the same."""
    kept = {name: value for name, value in block.items() if value not in ("", None, [])}
    if "items" in kept:
        kept["items"] = [_bare(item) for item in kept["items"]]
    if "target" in kept:
        kept["target"] = str(kept["target"])
    return kept


def _place_after(identifier: str, other: Sequence[str], order: Sequence[str]) -> int:
    """Where a block that only the other has comes: after the one that it follows there."""
    for before in reversed(other[: other.index(identifier)]):
        if before in order:
            return order.index(before) + 1
    return 0
