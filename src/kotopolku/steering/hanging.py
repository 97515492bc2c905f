"""What hangs on a line: a small registry, so that rooms and slices above can say what of theirs is tied to it.

Whoever ties something to lines registers a reader when its module is loaded (as ``queries.tied`` does). Not for: who may
change what hangs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.placement.queries.people import holders


@dataclass(frozen=True)
class Hung:
    """One thing tied to a line. ``organisation`` is whose it is, to be told when the line ends; ``others`` are told too."""

    line: int
    words: str
    by: str
    organisation: int | None = None
    language: str = ""
    address: str = ""
    others: tuple[int, ...] = ()


Reader = Callable[[Viewer, Sequence[int]], list[Hung]]
Told = Callable[[int, date], list[int]]
"""(organisation, day) → users who are told that a line of theirs ends."""


def regional_officers(organisation_id: int, on: date) -> list[int]:
    return holders(organisation_id, Capability.STEERING_REGIONAL, on)


@dataclass(frozen=True)
class Kind:
    """A kind of things that can hang on lines. ``notice``: by which those in ``told`` hear that the line ends."""

    key: str
    words: str | Promise
    read: Reader
    notice: str = "steering.line-ended"
    told: Told = regional_officers


_KINDS: dict[str, Kind] = {}


def register(
    key: str,
    words: str | Promise,
    read: Reader,
    notice: str = "steering.line-ended",
    told: Told = regional_officers,
) -> None:
    """Adds a kind of things that hang on lines. Registering a key again replaces its reader."""
    _KINDS[key] = Kind(key, words, read, notice, told)


def kinds() -> tuple[Kind, ...]:
    return tuple(_KINDS.values())


def hanging_on(viewer: Viewer, lines: Sequence[int]) -> list[tuple[Kind, list[Hung]]]:
    """Everything tied to the lines that the viewer may see, by kind; kinds without any are left out."""
    found = [(kind, kind.read(viewer, lines)) for kind in kinds()] if lines else []
    return [(kind, rows) for kind, rows in found if rows]
