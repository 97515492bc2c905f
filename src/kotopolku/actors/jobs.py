"""What the actors' room does at night: forgets answers of API calls that nobody can repeat any more."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.calls import KEPT
from kotopolku.actors.models import ApiCall


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="actors.calls", lock="actors.calls", name="actors.calls")
def forget_answers(timestamp: int) -> int:
    """Deletes answers older than ``calls.KEPT``; returns how many."""
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("actors.calls", clock.today()))
        return ApiCall.objects.filter(at__lt=clock.real_now() - KEPT).delete()[0]
