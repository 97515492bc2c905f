"""What runs later or at night for clients: computing all clocks again, and telling workers of deadlines in the morning.

The first is not scheduled: an operator's upgrade defers it once (``recompute_all.defer()``).
"""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions


@app.task(queueing_lock="clients.recompute", lock="clients.recompute", name="clients.recompute")
def recompute_all() -> int:
    """Renews the clocks of every client, some hundreds in a transaction; repeatable. Returns the number of portions."""
    viewer = Viewer.for_system("clients.recompute", clock.today())
    portions, after = 0, 0
    while True:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            last = actions.recompute_clocks(actor=viewer, after=after)
        if last is None:
            return portions
        portions, after = portions + 1, last


@app.periodic(cron="0 3 * * *")
@app.task(
    queueing_lock="clients.tell-deadlines", lock="clients.tell-deadlines", name="clients.tell-deadlines"
)
def tell_deadlines(timestamp: int) -> int:
    """Each worker hears once a day how many deadlines are late or due within a week. Returns how many were told."""
    viewer = Viewer.for_system("clients.tell-deadlines", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return actions.tell_deadlines(actor=viewer)
