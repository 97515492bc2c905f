"""What placement does by itself: every morning it reminds of requests without an answer and of agreements to be reviewed."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.placement import actions
from kotopolku.placement.actions import proposals


@app.periodic(cron="25 4 * * *")
@app.task(queueing_lock="placement.remind", lock="placement.remind", name="placement.remind")
def remind(timestamp: int) -> int:
    """Reminds; returns how many requests and agreements it touched. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("placement.remind", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(actions.remind(actor=viewer).values())


@app.periodic(cron="35 4 * * *")
@app.task(queueing_lock="placement.proposals", lock="placement.proposals", name="placement.proposals")
def remind_of_proposals(timestamp: int) -> int:
    """Reminds of proposals and opens names that a fault left closed; returns how many. ``timestamp``: the period's."""
    viewer = Viewer.for_system("placement.proposals", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(proposals.remind_of_proposals(actor=viewer).values())
