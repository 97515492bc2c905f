"""What the shared space does by itself: tells of bulletins, checks files again, and writes the weekly summary."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation.actions import (
    files,
    hearings_told,
    mailing,
    meeting_calls,
    meeting_tasks,
    meeting_told,
    position_sending,
    seminars,
    told,
)
from kotopolku.desk.models import Scan


def _viewer(name: str) -> Viewer:
    return Viewer.for_system(name, clock.today())


def _one_by_one(name: str, waiting: Callable[..., Iterable[int]], tell: Callable[..., int]) -> int:
    """Tells of each that waits in a transaction of its own, so that one that fails holds up no other. How many people."""
    viewer = _viewer(name)
    with transaction.atomic():
        rowsecurity.apply(viewer)
        ids = list(waiting(actor=viewer))
    number = 0
    for one in ids:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            number += tell(one, actor=viewer)
    return number


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cooperation.tell", lock="cooperation.tell", name="cooperation.tell")
def tell_of_bulletins(timestamp: int) -> int:
    """Tells people of bulletins that were sent, corrected or withdrawn, one in a transaction. Returns how many people.

    ``timestamp`` is the period's, given by the queue.
    """
    return _one_by_one("cooperation.tell", told.untold, told.tell_of_bulletin)


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
    return _one_by_one("cooperation.hearings", hearings_told.untold, hearings_told.tell_of_hearing)


@app.periodic(cron="0 4 * * *")
@app.task(queueing_lock="cooperation.remind", lock="cooperation.remind", name="cooperation.remind")
def remind_of_statements(timestamp: int) -> int:
    """Every morning, before the daily digest goes, reminds those whose statement is waited for. Returns how many people."""
    return _one_by_one("cooperation.remind", hearings_told.to_remind, hearings_told.remind)


@app.periodic(cron="2 4 * * *")
@app.task(queueing_lock="cooperation.positions", lock="cooperation.positions", name="cooperation.positions")
def remind_of_positions(timestamp: int) -> int:
    """Every morning, before the daily digest goes, reminds receivers whose answer is waited for. Returns how many people."""
    return _one_by_one("cooperation.positions", position_sending.to_remind, position_sending.remind)


@app.periodic(cron="4 4 * * *")
@app.task(queueing_lock="cooperation.tasks", lock="cooperation.tasks", name="cooperation.tasks")
def remind_of_tasks(timestamp: int) -> int:
    """Every morning, before the daily digest goes, reminds owners of tasks from meetings. Returns how many people."""
    return _one_by_one("cooperation.tasks", meeting_tasks.to_remind, meeting_tasks.remind)


@app.periodic(cron="6 4 * * *")
@app.task(queueing_lock="cooperation.meetings", lock="cooperation.meetings", name="cooperation.meetings")
def remind_of_meetings(timestamp: int) -> int:
    """Every morning lets calls follow the seats of the day, then reminds who has not answered. Returns how many people."""
    changed = _one_by_one("cooperation.meetings", meeting_calls.behind, meeting_calls.follow)
    return changed + _one_by_one("cooperation.meetings", meeting_told.to_remind, meeting_told.remind)


@app.periodic(cron="*/5 * * * *")
@app.task(
    queueing_lock="cooperation.meeting-letters",
    lock="cooperation.meeting-letters",
    name="cooperation.meeting-letters",
)
def send_meeting_letters(timestamp: int) -> int:
    """Mails those called who are not users of the system. Returns how many letters were sent."""
    return meeting_told.send_letters(actor=_viewer("cooperation.meeting-letters"))[0]


@app.task(name=mailing.TASK, pass_context=True)
def send_letter(context: JobContext, tries: int, **letter: Any) -> bool:
    """Mails one letter to somebody who does not sign in here. Returns whether it has gone."""
    return mailing.send(mailing.Letter(**letter), tries, context.job.id, actor=_viewer(mailing.TASK))
