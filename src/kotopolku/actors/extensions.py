"""What rooms above want to know of this one: that a contact or its deputies have changed.

A room registers in its ``apps.py`` (``ready``). A watcher runs inside the transaction of the change and writes nothing
of this room. Not for: the contacts themselves (``actions/contacts.py``).
"""

from collections.abc import Callable

Watcher = Callable[[int], None]
"""Takes the id of the contact that has changed."""

_contact_watchers: dict[str, Watcher] = {}


def watch_contacts(name: str, watcher: Watcher) -> None:
    """Calls ``watcher`` after each change of a contact or its deputies. A second one of the same name takes its place."""
    _contact_watchers[name] = watcher


def contact_changed(contact_id: int) -> None:
    """Tells the watchers."""
    for watcher in _contact_watchers.values():
        watcher(contact_id)
