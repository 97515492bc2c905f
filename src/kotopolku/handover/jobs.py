"""What hand-over does by itself: every morning it reminds of what nobody has answered."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.handover import actions


@app.periodic(cron="15 4 * * *")
@app.task(queueing_lock="handover.remind", lock="handover.remind", name="handover.remind")
def remind(timestamp: int) -> int:
    """Reminds; returns how many offers and referrals it touched. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("handover.remind", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(actions.remind(actor=viewer).values())
