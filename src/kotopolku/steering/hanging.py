"""What hangs on a line: a small registry, so that rooms and slices above can say what of theirs is tied to it.

Whoever ties something to lines registers a reader when its module is loaded (as ``queries.tied`` does). Not for: who may
change what hangs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from kotopolku.access.viewer import Viewer


@dataclass(frozen=True)
class Hung:
    """One thing tied to a line. ``organisation`` is whose it is, to be told when the line ends."""

    line: int
    words: str
    by: str
    organisation: int | None = None
    language: str = ""
    address: str = ""


Reader = Callable[[Viewer, Sequence[int]], list[Hung]]


@dataclass(frozen=True)
class Kind:
    """A kind of things that can hang on lines."""

    key: str
    words: str | Promise
    read: Reader


_KINDS: dict[str, Kind] = {}


def register(key: str, words: str | Promise, read: Reader) -> None:
    """Adds a kind of things that hang on lines. Registering a key again replaces its reader."""
    _KINDS[key] = Kind(key, words, read)


def kinds() -> tuple[Kind, ...]:
    return tuple(_KINDS.values())


def hanging_on(viewer: Viewer, lines: Sequence[int]) -> list[tuple[Kind, list[Hung]]]:
    """Everything tied to the lines that the viewer may see, by kind; kinds without any are left out."""
    found = [(kind, kind.read(viewer, lines)) for kind in kinds()] if lines else []
    return [(kind, rows) for kind, rows in found if rows]
