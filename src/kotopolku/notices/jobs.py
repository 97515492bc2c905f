"""Sends e-mail about notices: what goes at once every two minutes, the digest on working mornings; cleans at night.

Not for: what a mail says (``mail.py``).
"""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.notices import actions, mail


def _viewer(name: str) -> Viewer:
    return Viewer.for_system(name, clock.today())


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="notices.at-once", lock="notices.mail", name="notices.at-once")
def mail_at_once(timestamp: int) -> int:
    """Mails what users want to hear of at once. What a mail server did not take waits for the next round."""
    return mail.at_once(_viewer("notices.at-once"))[0]


@app.periodic(cron="30 4,5 * * *")
@app.task(queueing_lock="notices.daily", lock="notices.mail", name="notices.daily")
def mail_daily(timestamp: int) -> int:
    """The daily digest, half past seven in Helsinki; the queue's clock is UTC, so summer or winter decides the hour."""
    if clock.now().hour != DIGEST_HOUR or not law.is_working_day(clock.today()):
        return 0
    return mail.daily(_viewer("notices.daily"))[0]


DIGEST_HOUR = 7
"""Helsinki time. Our own choice: before the working day."""


@app.periodic(cron="10 1 * * *")
@app.task(queueing_lock="notices.clean", lock="notices.clean", name="notices.clean")
def clean_notices(timestamp: int) -> int:
    viewer = _viewer("notices.clean")
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return actions.clean(actor=viewer)
