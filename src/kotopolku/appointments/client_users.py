"""Where a client with a page of one's own is reached: the room above that knows the accounts registers how.

Not for: sending (``notices``). Nobody registered: clients are told by letter or talk, as before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ClientUser:
    """A user who is the client, or acts for the client, and the address of the appointments at the own page."""

    user_id: int
    address: str


Finder = Callable[[Iterable[int]], Mapping[int, Sequence[ClientUser]]]

_finders: list[Finder] = []


def add_finder(finder: Finder) -> None:
    """Registers, from a room's ``ready``, how person ids become users. One statement for any number of persons."""
    if finder not in _finders:
        _finders.append(finder)


def of_persons(person_ids: Iterable[int]) -> dict[int, list[ClientUser]]:
    """The users of each person; empty for those without a page of their own."""
    ids = sorted(set(person_ids))
    found: dict[int, list[ClientUser]] = {}
    for finder in _finders if ids else ():
        for person_id, users in finder(ids).items():
            found.setdefault(person_id, []).extend(users)
    return found
