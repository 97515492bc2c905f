"""What rooms above add to steering: how many messages one network address may send without signing in.

The public pages' room counts them for its own feedback; it registers in its ``apps.py`` (``ready``), so that both count as
one. Not for: the form itself.
"""

from collections.abc import Callable

_guards: dict[str, Callable[[str], None]] = {}


def guard_sending(name: str, guard: Callable[[str], None]) -> None:
    """``guard`` takes a network address, counts it and raises ``Refusals`` when too many have come from it."""
    _guards[name] = guard


def refuse_too_many(network_address: str) -> None:
    """Raises ``Refusals``. Inside a transaction that sees everything; the address is not kept."""
    for guard in _guards.values():
        guard(network_address)
