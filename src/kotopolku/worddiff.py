"""Two texts word by word: what stayed, what came, what went. Pure: no Django. Not for: fields and facts of a version."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
MOST_PAIRS = 1_000_000
"""Words of the one text times words of the other that are compared at once; longer texts go line by line first."""
_SIGN = "\u3040-\u30ff\u3400-\u9fff"
"""Signs of scripts that are written without spaces: each is compared as a word of its own."""
_WORD = re.compile(rf"\s*[{_SIGN}]|\s*[^\s{_SIGN}]+|\s+")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")


@dataclass(frozen=True)
class Piece:
    """Words that are the same, added or removed."""

    state: str
    words: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both in reading order: what was removed stands before what came in its place."""
    if _fits(before, after):
        return _joined(_compared(_WORD.findall(before), _WORD.findall(after)))
    return _joined(_by_lines(_LINE.findall(before), _LINE.findall(after)))


def _fits(before: str, after: str) -> bool:
    return len(_WORD.findall(before)) * len(_WORD.findall(after)) <= MOST_PAIRS


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    for what, one, other in _blocks(old, new, autojunk=False):
        yield from [Piece(SAME, other)] if what == "equal" else [Piece(REMOVED, one), Piece(ADDED, other)]


def _by_lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Only lines that changed are compared word by word; a long stretch that is other altogether is not."""
    for what, one, other in _blocks(old, new, autojunk=True):
        if what == "equal":
            yield Piece(SAME, other)
        elif _fits(one, other):
            yield from _compared(_WORD.findall(one), _WORD.findall(other))
        else:
            yield from (Piece(REMOVED, one), Piece(ADDED, other))


def _blocks(old: list[str], new: list[str], *, autojunk: bool) -> Iterator[tuple[str, str, str]]:
    before, after = [one.strip() for one in old], [one.strip() for one in new]
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=autojunk).get_opcodes():
        yield what, "".join(old[a:b]), "".join(new[c:d])


def _joined(found: Iterator[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one, none of them empty."""
    made: list[Piece] = []
    for one in found:
        if made and made[-1].state == one.state:
            made[-1] = Piece(one.state, made[-1].words + one.words)
        elif one.words:
            made.append(one)
    return tuple(made)
