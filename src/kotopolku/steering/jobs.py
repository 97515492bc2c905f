"""What steering does by itself: tells municipalities of reviews and of missing follow-ups, regions of guidance to give."""

from types import ModuleType

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.steering.actions import councils_told, goals_told, guidance_told


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="steering.reviews", lock="steering.reviews", name="steering.reviews")
def remind_of_reviews(timestamp: int) -> int:
    """Every morning, before the daily digest goes: each programme in a transaction of its own. How many people.

    ``timestamp`` is the period's, given by the queue.
    """
    return _each("steering.reviews", councils_told)


@app.periodic(cron="45 3 * * *")
@app.task(queueing_lock="steering.follow-ups", lock="steering.follow-ups", name="steering.follow-ups")
def remind_of_follow_ups(timestamp: int) -> int:
    """Every morning: each programme with goals that lack last year's follow-up. How many people."""
    return _each("steering.follow-ups", goals_told)


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="steering.guidance", lock="steering.guidance", name="steering.guidance")
def remind_of_guidance(timestamp: int) -> int:
    """Every morning, before the daily digest goes, reminds regions of requests to answer. Returns how many people."""
    return _each("steering.guidance", guidance_told)


def _each(job: str, told_by: ModuleType) -> int:
    """Reminds of each thing that the module finds, each in a transaction of its own."""
    viewer = Viewer.for_system(job, clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = told_by.to_remind(actor=viewer)
    told = 0
    for one in waiting:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            told += told_by.remind(one, actor=viewer)
    return told
