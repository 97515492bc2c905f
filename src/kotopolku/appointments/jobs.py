"""What the appointments room does by itself: reminders, early every morning."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import actions


@app.periodic(cron="15 6 * * *")
@app.task(queueing_lock="appointments.remind", lock="appointments.remind", name="appointments.remind")
def remind(timestamp: int) -> int:
    """Sends the day's reminders; run twice it tells nobody twice. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("appointments.remind", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return actions.send_reminders(actor=viewer)
