"""Texts of the journal's actions, gathered from every room's ``journal_names.py``.

The journal stands below the rooms that write to it, so it finds their names by walking the installed ones. An entry
keeps only its dotted name; the text is made here, in the reader's language.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

LOOKING_VERBS = frozenset(
    {
        "looked",
        "viewed",
        "opened",
        "read",
        "listed",
        "searched",
        "exported",
        "printed",
        "downloaded",
        "compared",
    }
)
"""Last parts of the names of actions that show somebody's data and change nothing."""


@cache
def registered() -> dict[str, Any]:
    """Lazily translated text by action name, of every installed room. Raises ``ValueError`` for a name given twice."""
    found: dict[str, Any] = {}
    for room in apps.get_app_configs():
        if not room.name.startswith("kotopolku.") or find_spec(f"{room.name}.journal_names") is None:
            continue
        for name, text in import_module(f"{room.name}.journal_names").NAMES.items():
            if name in found:
                raise ValueError(f"the journal name {name} is registered twice")
            found[name] = text
    return found


def text(action: str) -> str:
    """The action's text in the current language; the dotted name itself for one that is no longer registered."""
    known = registered().get(action)
    return str(known) if known is not None else _("Other act (%(action)s)") % {"action": action}


def is_look(action: str) -> bool:
    """True for an action that shows data and changes nothing."""
    return action.rpartition(".")[2] in LOOKING_VERBS


def looks() -> list[str]:
    """Names of all registered actions that are looks."""
    return sorted(name for name in registered() if is_look(name))
