"""What training does by itself: in the morning offers not answered in time end, in the evening attendance is counted."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.training import actions
from kotopolku.training.actions import teaching


@app.periodic(cron="5 5 * * *")
@app.task(queueing_lock="training.offers", lock="training.offers", name="training.offers")
def expire_offers(timestamp: int) -> int:
    """Ends offers past their day and places of clients who are no more; returns how many.

    ``timestamp`` is the period's, given by the queue.
    """
    viewer = Viewer.for_system("training.offers", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return actions.expire_offers(actor=viewer) + actions.let_go_of_ended(actor=viewer)


@app.periodic(cron="10 16,20 * * *")
@app.task(queueing_lock="training.attendance", lock="training.attendance", name="training.attendance")
def sum_up_attendance(timestamp: int) -> int:
    """In the evening counts the months of what teachers have marked, so that an absence is told of the same day.

    Twice, as evening courses are marked late. Each course in a transaction of its own: a fault loses no other's.
    Returns how many courses were counted.
    """
    viewer = Viewer.for_system("training.attendance", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        courses = teaching.courses_to_sum_up(actor=viewer)
    for course_id in courses:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            teaching.sum_up_course(course_id, actor=viewer)
    return len(courses)
