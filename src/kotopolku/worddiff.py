"""Two texts word by word: what stayed, what came, what went. Pure: no Django. Not for: fields and facts of a version."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
_WORD = re.compile(r"\s*\S+|\s+")


@dataclass(frozen=True)
class Piece:
    """Words that are the same, added or removed."""

    state: str
    words: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both in reading order: what was removed stands before what came in its place."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(
        None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False
    )
    found: list[Piece] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found.append(Piece(SAME, "".join(new[c:d])))
            continue
        if b > a:
            found.append(Piece(REMOVED, "".join(old[a:b])))
        if d > c:
            found.append(Piece(ADDED, "".join(new[c:d])))
    return tuple(found)
