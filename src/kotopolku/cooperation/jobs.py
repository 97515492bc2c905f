"""What the shared space does by itself: tells of bulletins, checks files again, and writes the weekly summary."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation.actions import files, hearings_told, seminars, told
from kotopolku.desk.models import Scan


def _viewer(name: str) -> Viewer:
    return Viewer.for_system(name, clock.today())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cooperation.tell", lock="cooperation.tell", name="cooperation.tell")
def tell_of_bulletins(timestamp: int) -> int:
    """Tells people of bulletins that were sent, corrected or withdrawn, one in a transaction. Returns how many people.

    ``timestamp`` is the period's, given by the queue.
    """
    viewer = _viewer("cooperation.tell")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = told.untold(actor=viewer)
    number = 0
    for bulletin_id in waiting:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            number += told.tell_of_bulletin(bulletin_id, actor=viewer)
    return number


@app.periodic(cron="2-59/5 * * * *")
@app.task(queueing_lock="cooperation.scan", lock="cooperation.scan", name="cooperation.scan")
def scan_waiting(timestamp: int) -> int:
    """Checks files that came while the virus scanner was away. Returns how many have a verdict now."""
    viewer = _viewer("cooperation.scan")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = files.waiting(actor=viewer)
    checked = 0
    for attachment_id in waiting:
        with suppress(NotVisible), transaction.atomic():
            rowsecurity.apply(viewer)
            checked += files.check(attachment_id, actor=viewer) != Scan.WAITING
    return checked


@app.periodic(cron="10 4 * * 1")
@app.task(queueing_lock="cooperation.week", lock="cooperation.week", name="cooperation.week")
def tell_weekly(timestamp: int) -> int:
    """On Monday morning, before the daily digest goes, the weekly summary. Returns how many were told."""
    viewer = _viewer("cooperation.week")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return told.send_weekly(actor=viewer)


@app.periodic(cron="25 1 * * *")
@app.task(queueing_lock="cooperation.needs", lock="cooperation.needs", name="cooperation.needs")
def forget_needs(timestamp: int) -> int:
    """Every night empties what people needed at trainings that are well over."""
    viewer = _viewer("cooperation.needs")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return seminars.forget_needs(actor=viewer)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cooperation.hearings", lock="cooperation.hearings", name="cooperation.hearings")
def tell_of_hearings(timestamp: int) -> int:
    """Tells those asked of hearings that were opened, moved, cancelled or published. Returns how many people."""
    viewer = _viewer("cooperation.hearings")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = hearings_told.untold(actor=viewer)
    number = 0
    for hearing_id in waiting:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            number += hearings_told.tell_of_hearing(hearing_id, actor=viewer)
    return number


@app.periodic(cron="0 4 * * *")
@app.task(queueing_lock="cooperation.remind", lock="cooperation.remind", name="cooperation.remind")
def remind_of_statements(timestamp: int) -> int:
    """Every morning, before the daily digest goes, reminds those whose statement is waited for. Returns how many people."""
    viewer = _viewer("cooperation.remind")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = hearings_told.to_remind(actor=viewer)
    number = 0
    for hearing_id in waiting:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            number += hearings_told.remind(hearing_id, actor=viewer)
    return number
