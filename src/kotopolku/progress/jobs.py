"""What the room does at night: plans follow-ups of relationships that have ended and tells of those due."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.progress import actions


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="progress.follow-ups", lock="progress.follow-ups", name="progress.follow-ups")
def plan_follow_ups(timestamp: int) -> int:
    """Some hundreds in a transaction until nothing is left; repeatable. Returns the number of portions."""
    viewer = Viewer.for_system("progress.follow-ups", clock.today())
    portions = 0
    while True:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            planned = actions.plan_follow_ups(actor=viewer)
        if not planned:
            return portions
        portions += 1
