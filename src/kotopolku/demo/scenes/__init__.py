"""Scenes of daily work around the personas' clients: one module a room, each played through the room's own actions.

Not for: the population and its paths (``rows.py``), which are written in bulk.
"""

import pkgutil
from collections.abc import Callable
from datetime import date
from importlib import import_module

from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.actors.signin import entry_of_user
from kotopolku.journal import actions as journal
from kotopolku.journal.models import Entry

ActorOf = Callable[[str], Viewer]
"""The viewer of a persona on the day of the scene; sets row security to what that persona sees."""


PLAYED = "demo.scene.play"


def play_all(day: date) -> None:
    """Plays every scene on ``day``, each in a transaction of its own, in the order of the rooms' names.

    The journal says which have been played, so those that were are not played again after one that failed.
    """
    actor = Viewer.for_system("demo", day)
    with transaction.atomic():
        rowsecurity.apply(actor)
        entries = Entry.objects.filter(action=PLAYED).select_related("payload")
        played = {one.payload.details["scene"] for one in entries if one.payload}
    for module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
        if module in played:
            continue
        with transaction.atomic(), clock.at(day):
            import_module(f"{__name__}.{module}").play(_actor_on(day), day)
            rowsecurity.apply(actor)
            journal.record(PLAYED, actor=actor, details={"scene": module})


def _actor_on(day: date) -> ActorOf:
    def actor_of(username: str) -> Viewer:
        rowsecurity.apply(Viewer.for_system("demo", day))
        viewer = entry_of_user(User.objects.get(username=username), day=day).viewer
        rowsecurity.apply(viewer)
        return viewer

    return actor_of
