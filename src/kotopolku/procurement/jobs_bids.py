"""Forgets first phrases of openings that nobody completed: what waits is locked, and should not wait longer than told."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.procurement.actions import opening


@app.periodic(cron="*/10 * * * *")
@app.task(
    queueing_lock="procurement.openings", lock="procurement.openings", name="procurement.forget_openings"
)
def forget_openings(timestamp: int) -> int:
    """Returns how many were forgotten. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("procurement.openings", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return opening.forget_expired(actor=viewer)
