"""What steering does by itself: tells municipalities of reviews that are near or late, regions of guidance to give."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.steering.actions import councils_told, guidance_told


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="steering.reviews", lock="steering.reviews", name="steering.reviews")
def remind_of_reviews(timestamp: int) -> int:
    """Every morning, before the daily digest goes: each programme in a transaction of its own. How many people.

    ``timestamp`` is the period's, given by the queue.
    """
    viewer = Viewer.for_system("steering.reviews", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = councils_told.to_remind(actor=viewer)
    told = 0
    for one in waiting:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            told += councils_told.remind(one, actor=viewer)
    return told


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="steering.guidance", lock="steering.guidance", name="steering.guidance")
def remind_of_guidance(timestamp: int) -> int:
    """Every morning, before the daily digest goes, reminds regions of requests to answer. Returns how many people."""
    viewer = Viewer.for_system("steering.guidance", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = guidance_told.to_remind(actor=viewer)
    told = 0
    for one in waiting:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            told += guidance_told.remind(one, actor=viewer)
    return told
