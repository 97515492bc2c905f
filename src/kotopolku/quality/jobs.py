"""What the quality room does by itself: counts every night, and tells the team leaders once a week."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.quality import actions


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="quality.count", lock="quality.count", name="quality.count")
def count_every_night(timestamp: int) -> int:
    """Counts all checks; returns how many clients were under way. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("quality.count", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return actions.count_day(actor=viewer).clients


@app.periodic(cron="30 5 * * 1")
@app.task(queueing_lock="quality.digest", lock="quality.digest", name="quality.digest")
def tell_every_week(timestamp: int) -> int:
    """Sends the weekly summary; returns how many were told."""
    viewer = Viewer.for_system("quality.digest", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return actions.send_digests(actor=viewer)
