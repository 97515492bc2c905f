"""What contracts and notices do by themselves: options whose notice day is near, notices to the national service."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import notice_service
from kotopolku.procurement.actions import contracts, notices, publication


@app.periodic(cron="50 4 * * *")
@app.task(queueing_lock="procurement.options", lock="procurement.options", name="procurement.options")
def remind_of_options(timestamp: int) -> int:
    """Reminds of options; returns how many. ``timestamp``: the period's, given by the queue."""
    viewer = Viewer.for_system("procurement.options", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return contracts.remind_of_options(actor=viewer)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="procurement.notices", lock="procurement.notices", name="procurement.notices")
def send_notices(timestamp: int) -> int:
    """Sends notices that wait and asks about those not yet published; returns how many. Nothing is sent without a service.

    Tenders whose notice the service has had long enough open here (§60).
    """
    viewer = Viewer.for_system("procurement.notices", clock.today())

    def within(act: Callable[[], Any]) -> Any:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            return act()

    try:
        system = notice_service.service()
    except notice_service.Unavailable:
        return 0
    done = sum(notices.send_waiting(system, actor=viewer, within=within).values())
    within(lambda: publication.open_after_waiting(actor=viewer))
    return done
