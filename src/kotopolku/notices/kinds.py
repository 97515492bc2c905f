"""Kinds of notices, gathered from every room's ``notice_kinds.py``: name, words, and how they are delivered by default.

A room registers ``KINDS: dict[str, Kind]`` with names "room.thing-happened".
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise

from kotopolku.notices.models import Delivery


@dataclass(frozen=True)
class Kind:
    """``text``: one sentence without personal data, may hold %(on)s; ``title``: its name in the settings.

    ``page``: name of the page on which a user narrows the kind (``actions.narrow``), if it can be narrowed.
    """

    title: str | Promise
    text: str | Promise
    delivery: str = Delivery.DAILY
    page: str = ""


@cache
def registered() -> dict[str, Kind]:
    """Every installed room's kinds by name. Raises ``ValueError`` for a name given twice."""
    found: dict[str, Kind] = {}
    for room in apps.get_app_configs():
        if not room.name.startswith("kotopolku.") or find_spec(f"{room.name}.notice_kinds") is None:
            continue
        for name, kind in import_module(f"{room.name}.notice_kinds").KINDS.items():
            if name in found:
                raise ValueError(f"the notice {name} is registered twice")
            found[name] = kind
    return found
