"""Moves letters in the messages service: hands over those that wait, asks about those on their way.

Not for: one letter's step (``actions.move_message``).
"""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.letters import actions, suomifi
from kotopolku.letters.models import Channel, Letter

PORTION = 200
"""Letters in one round; the next round takes the rest."""


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="letters.move", lock="letters.move", name="letters.move")
def move_messages(timestamp: int) -> int:
    """Moves every letter whose time has come, each in its own transaction. Returns how many were moved."""
    service = suomifi.configured()
    return move_all(service) if service is not None else 0


def move_all(service: suomifi.Service) -> int:
    viewer = Viewer.for_system("letters.move", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = Letter.objects.filter(channel=Channel.MESSAGES, next_try_at__lte=clock.now())
        ids = list(waiting.order_by("next_try_at").values_list("id", flat=True)[:PORTION])
    moved = 0
    for letter_id in ids:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            moved += actions.move_message(letter_id, service, actor=viewer) is not None
    return moved
