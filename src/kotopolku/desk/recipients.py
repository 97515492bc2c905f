"""Which users are told when something comes for a client: the own page registers who asks it.

Without a registered finder nobody is told, and the message waits on the client's page. Not for: staff.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Recipients:
    """Users at the own page of one client (oneself, those who act for one), and the address of a page for them."""

    users: tuple[int, ...] = ()
    address: str = ""


Finder = Callable[[int, str], Recipients]
"""From the person's id and what has come ("message", "document" or "course") to who is told, and where to go."""

_finders: list[Finder] = []


def set_finder(finder: Finder) -> None:
    _finders[:] = [finder]


def of(person_id: int, what: str) -> Recipients:
    return _finders[0](person_id, what) if _finders else Recipients()
