"""E-mail to people who do not sign in here: for each letter a job of the queue, tried again until the server takes it.

The jobs are written in the act's transaction, so they are there exactly when the act stands. What a letter says is wiped
from the queue when it has gone. Not for: what it says (``body_mail.py``, ``told.py``), calls to meetings (``meeting_told.py``).
"""

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation.models import Bulletin
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

log = logging.getLogger(__name__)
TASK = "cooperation.letter"
FIRST_WAIT_MINUTES, LONGEST_WAIT_MINUTES = 5, 12 * 60
MOST_TRIES = 14
"""Each wait is twice the one before: more than three days in all. Our own choice."""


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address. ``kind`` and ``object_id``: the body or the bulletin that it is about."""

    to: str
    subject: str
    text: str
    kind: str
    object_id: int
    sender_id: int
    version: int = 0
    """Of the bulletin; a letter about an older one is not sent any more."""


def post(letters: Iterable[Letter]) -> None:
    """Puts letters into the queue, in the caller's transaction."""
    for one in letters:
        app.configure_task(TASK).defer(tries=0, **asdict(one))


def send(letter: Letter, tries: int, job_id: int | None, *, actor: Viewer) -> bool:
    """Mails a letter; one that the mail server did not take waits in the queue again. Returns whether it has gone.

    ``tries``: how many times it has been tried before. For the job.
    """
    with transaction.atomic():
        rowsecurity.apply(actor)
        wanted = _is_wanted(letter)
        gone = wanted and _taken(letter)
        if wanted and not gone:
            _try_again(letter, tries + 1, actor)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET args = '{}' WHERE id = %s", [job_id])
    return gone


def _is_wanted(letter: Letter) -> bool:
    """Whether the bulletin still says what the letter says; always when it is not about one."""
    if not letter.version:
        return True
    return Bulletin.objects.filter(pk=letter.object_id, version=letter.version).exists()


def _taken(letter: Letter) -> bool:
    try:
        EmailMessage(letter.subject, letter.text, to=[letter.to]).send()
    except (OSError, smtplib.SMTPException) as error:
        # Only the kind of fault: an address may stand in its text.
        log.warning("%s: a letter was not sent (%s)", letter.kind, type(error).__name__)
        return False
    return True


def _try_again(letter: Letter, tries: int, actor: Viewer) -> None:
    if tries >= MOST_TRIES:
        _give_up(letter, actor)
        return
    wait = min(FIRST_WAIT_MINUTES * 2 ** (tries - 1), LONGEST_WAIT_MINUTES)
    app.configure_task(TASK, schedule_in={"minutes": wait}).defer(tries=tries, **asdict(letter))


def _give_up(letter: Letter, actor: Viewer) -> None:
    """Tells those who keep the body, or send bulletins: an address may be wrong."""
    about = (letter.kind, letter.object_id)
    record("cooperation.letter.given-up", actor=actor, object=about)
    page, right = ("cooperation:body", Capability.BODY_KEEP)
    if letter.version:
        page, right = ("cooperation:bulletin-receipts", Capability.BULLETIN_SEND)
    notify(
        "cooperation.letter-given-up",
        holders(letter.sender_id, right, actor.day),
        actor=actor,
        address=reverse(page, args=[letter.object_id]),
        organisation_id=letter.sender_id,
        about=about,
    )
