"""What changed from one version of a text to another, block by block and word by word (``worddiff.py``).

Pure: no Django. Not for: two who edit at once (``clash.py``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from kotopolku.information.blocks import SHAPES, Block
from kotopolku.worddiff import ADDED, REMOVED, Piece, pieces

CHANGED, MOVED = "changed", "moved"


@dataclass(frozen=True)
class FieldChange:
    """One field of a block, or the title or summary: its name, and its pieces in reading order."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class BlockChange:
    """What became of one block; ``kind`` empty for title and summary. ``moved`` beside a change of words."""

    state: str
    kind: str
    number: int
    """Its place in the newer version, in the older one when it was removed; from 1."""
    fields: tuple[FieldChange, ...] = ()
    moved: bool = False


@dataclass(frozen=True)
class Content:
    """A version as it is compared."""

    title: str
    summary: str
    blocks: Sequence[Block] = field(default_factory=list)


def differences(old: Content, new: Content) -> list[BlockChange]:
    """Everything that changed, in the order of the newer version; what was removed stands where it was. Empty: nothing."""
    found = []
    head = [
        FieldChange(name, pieces(getattr(old, name), getattr(new, name)))
        for name in ("title", "summary")
        if getattr(old, name) != getattr(new, name)
    ]
    if head:
        found.append(BlockChange(CHANGED, "", 0, tuple(head)))
    before = {block["id"]: block for block in old.blocks}
    after = {block["id"] for block in new.blocks}
    moved = _moved([block["id"] for block in old.blocks], [block["id"] for block in new.blocks])
    gone = {
        block["id"]: (number, old.blocks[number - 2]["id"] if number > 1 else "")
        for number, block in enumerate(old.blocks, start=1)
        if block["id"] not in after
    }
    for identifier, (number, previous) in gone.items():
        if not previous:
            found += _removed(before, gone, identifier, number)
    for number, block in enumerate(new.blocks, start=1):
        was = before.get(block["id"])
        if was is None:
            found.append(BlockChange(ADDED, block["kind"], number, tuple(_fields({}, block))))
        elif changed := tuple(_fields(was, block)):
            found.append(BlockChange(CHANGED, block["kind"], number, changed, block["id"] in moved))
        elif block["id"] in moved:
            found.append(BlockChange(MOVED, block["kind"], number, moved=True))
        for identifier, (place, previous) in gone.items():
            if previous == block["id"]:
                found += _removed(before, gone, identifier, place)
    return found


def _removed(
    before: Mapping[str, Block], gone: Mapping[str, tuple[int, str]], identifier: str, number: int
) -> Iterator[BlockChange]:
    """A block that is no more, and those that followed it and are no more either."""
    block = before[identifier]
    yield BlockChange(REMOVED, block["kind"], number, tuple(_fields(block, {})))
    for other, (place, previous) in gone.items():
        if previous == identifier:
            yield from _removed(before, gone, other, place)


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Blocks of both whose order among the others has changed: those outside the longest run that kept it."""
    shared = set(old) & set(new)
    before, after = [one for one in old if one in shared], [one for one in new if one in shared]
    kept: set[str] = set()
    for match in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        kept.update(after[match.b : match.b + match.size])
    return shared - kept


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    before, after = dict(_texts(old)), dict(_texts(new))
    for name in dict.fromkeys((*before, *after)):
        if before.get(name, "") != after.get(name, ""):
            yield FieldChange(name, pieces(before.get(name, ""), after.get(name, "")))


def _texts(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a block holds as named texts; an item of a list as one."""
    if not block:
        return
    shape = SHAPES[block["kind"]]
    if block.get("tone"):
        yield "tone", str(block["tone"])
    for name in shape.words:
        yield name, str(block.get(name, ""))
    if shape.target:
        yield "target", str(block.get("target", ""))
    if shape.address:
        yield "address", str(block.get("address", ""))
    for number, item in enumerate(block.get("items", ()), start=1):
        yield f"item-{number}", "\n".join(filter(None, (item.get("title", ""), item.get("text", ""))))
