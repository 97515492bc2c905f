"""What the page tree and the versions of a text obey, as pure functions: places among siblings, cycles, staleness.

Not for: blocks (``blocks.py``), reading and writing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STEP = 1 << 16
"""Between two pages that were added one after the other, so that others fit in between."""


def leads_to_itself(page: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether ``page`` under ``parent`` would stand under itself. ``parents``: of every page, by id."""
    seen: set[int] = set()
    while parent is not None and parent not in seen:
        if parent == page:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return parent is not None


def order_between(before: int | None, after: int | None) -> int | None:
    """The order of a page between two neighbours; None when there is no room and the siblings must be numbered anew."""
    if before is None and after is None:
        return STEP
    if after is None:
        return (before or 0) + STEP
    if before is None:
        return after - STEP
    middle = (before + after) // 2
    return middle if before < middle < after else None


@dataclass(frozen=True)
class VersionMark:
    """A version as far as staleness goes."""

    number: int
    minor: bool


def major_number(marks: Sequence[VersionMark], published_before: int, published_now: int, known: int) -> int:
    """Number of the newest version that was not a minor edit among those that readers get now, else ``known``.

    ``marks``: versions after the one published before, up to the one published now. The first publication is never minor.
    """
    between = [one for one in marks if published_before < one.number <= published_now]
    major = [one.number for one in between if not one.minor]
    if major:
        return max(major)
    if not published_before and between:
        return max(one.number for one in between)
    return known


def is_stale(made_from: int | None, source_major: int) -> bool:
    """Whether a translation was made from a version older than the newest change of the source that counts."""
    return made_from is not None and made_from < source_major
