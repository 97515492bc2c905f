"""What carries a municipality's goal out: a small registry, so that each room says what the viewer may know of its things.

Whoever has services, contracts, courses, client measures or paths registers a reader when its module is loaded. A thing
that the viewer may not see is told as a number without a name. Not for: ties themselves (``actions.goal_ties``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils.functional import Promise

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.steering.models import TieKind

Ref = int | str
"""Id of a service, contract, course or path; key of a kind of measure."""
MOST_FOUND = 30
"""Choices that a form offers at once."""


@dataclass(frozen=True)
class Choice:
    """Something that a goal can be tied to."""

    ref: Ref
    words: str
    by: str = ""


@dataclass(frozen=True)
class Carried:
    """A tied thing as far as the viewer may know of it.

    ``words`` empty: only that there is one. ``count``: 1 for a thing; of clients' measures how many clients, None when
    too few stand behind the number. ``parts``: the same by municipality, where it is counted by municipality.
    """

    words: str
    by: str = ""
    address: str = ""
    count: int | None = 1
    parts: tuple[tuple[str, int | None], ...] = ()


Find = Callable[[Viewer, str, Sequence[str]], list[Choice]]
"""(viewer, words, municipalities) → choices that the viewer may tie."""
Read = Callable[[Viewer, Sequence[Ref], Sequence[str], date], dict[Ref, Carried]]
"""(viewer, refs, municipalities, on) → what may be told; a thing that is no more is left out."""


@dataclass(frozen=True)
class Carrier:
    """A kind of things that carry goals out."""

    kind: TieKind
    words: str | Promise
    """Of many, as a heading."""
    find: Find
    read: Read


_CARRIERS: dict[str, Carrier] = {}


def register(kind: TieKind, words: str | Promise, find: Find, read: Read) -> None:
    """Adds a kind of things that carry goals out. Registering a kind again replaces its reader."""
    _CARRIERS[kind] = Carrier(kind, words, find, read)


def carriers() -> tuple[Carrier, ...]:
    """In the order of ``TieKind``, whichever room was loaded first."""
    return tuple(_CARRIERS[kind] for kind in TieKind.values if kind in _CARRIERS)


def carrier(kind: str) -> Carrier | None:
    return _CARRIERS.get(kind)


def with_hidden(found: dict[Ref, Carried], refs: Sequence[Ref], model: type[Model]) -> dict[Ref, Carried]:
    """And things of the refs that are there without the viewer seeing them: only that there is one."""
    left = [ref for ref in refs if ref not in found]
    if left:
        with rowsecurity.as_system():
            there = list(model._default_manager.filter(pk__in=left).values_list("pk", flat=True))
        found |= {pk: Carried("") for pk in there}
    return found


def read(
    viewer: Viewer, refs: Iterable[tuple[str, Ref]], municipalities: Sequence[str], on: date
) -> dict[tuple[str, Ref], Carried]:
    """Everything that the pairs of kind and ref stand for, asked once of each kind. Few statements a kind."""
    wanted: dict[str, list[Ref]] = defaultdict(list)
    for kind, ref in dict.fromkeys(refs):
        wanted[kind].append(ref)
    found: dict[tuple[str, Ref], Carried] = {}
    for one in carriers():
        if wanted[one.kind]:
            known = one.read(viewer, wanted[one.kind], municipalities, on)
            found |= {(one.kind.value, ref): carried for ref, carried in known.items()}
    return found
