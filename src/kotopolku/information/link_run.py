"""Checks the addresses that are due, a few at a time: what has been found is kept if the run is stopped.

For the night's job and the command. Not for: one address (``link_checking.py``), what is stored (``actions/links.py``).
"""

from collections.abc import Callable

from django.db import transaction

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.information.actions import links as actions
from kotopolku.information.link_checking import Checker, Found
from kotopolku.information.queries import links as queries

AT_ONCE = 20
"""So many are stored together: no transaction is open while other servers are asked."""


def check_links(
    viewer: Viewer,
    checker: Checker,
    *,
    everything: bool = False,
    only: int | None = None,
    told: Callable[[int, int, str], None] = lambda _done, _whole, _address: None,
) -> dict[str, int]:
    """Asks each address that is due and stores the answers; returns how many had which outcome. Safe to run again.

    ``everything``: also those asked today; ``only``: this one link. ``told`` is called before each with the number done,
    the whole number and the address.
    """
    with transaction.atomic():
        rowsecurity.apply(viewer)
        due = queries.due(viewer.day, everything=everything, only=only)
    waiting: dict[int, Found] = {}
    outcomes: dict[str, int] = {}
    try:
        for number, (link_id, address) in enumerate(due):
            told(number, len(due), address)
            waiting[link_id] = found = checker.check(address)
            outcomes[found.outcome] = outcomes.get(found.outcome, 0) + 1
            if len(waiting) >= AT_ONCE:
                _store(viewer, waiting)
    finally:
        _store(viewer, waiting)
    return outcomes


def _store(viewer: Viewer, waiting: dict[int, Found]) -> None:
    if not waiting:
        return
    with transaction.atomic():
        rowsecurity.apply(viewer)
        actions.write_checks(waiting, actor=viewer)
    waiting.clear()
