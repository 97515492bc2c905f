"""Telling workers of their clients' deadlines: one notice a worker a day, however many there are.

Not for: finding one worker's deadlines (``queries.work``).
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count

from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Clock
from kotopolku.clients.queries.lists import is_deadline
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

LOOK_AHEAD_DAYS = 7
"""Our own rhythm: the week to come."""


@transaction.atomic
def tell_deadlines(*, actor: Viewer) -> int:
    """Counts running clocks by worker in one statement and tells each. Returns how many workers were told."""
    near = Clock.objects.filter(
        is_deadline(actor.day), closed_on=None, due__lte=actor.day + timedelta(days=LOOK_AHEAD_DAYS)
    ).exclude(worker=None)
    counted = near.values_list("worker_id", "authority_id").annotate(number=Count("id")).order_by("worker_id")
    told = 0
    for worker_id, authority_id, number in counted:
        told += notify(
            "clients.deadlines-near",
            [worker_id],
            actor=actor,
            address="/",
            organisation_id=authority_id,
            about=("clients.deadlines", worker_id),
            count=number,
        )
    record("clients.deadlines.told", actor=actor, details={"workers": told})
    return told
