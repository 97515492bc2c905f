"""The keeper calls on members or deputies of a day, or writes to them: users are told here, addresses get an e-mail.

The people are those of the day; nobody edits lists. A text of one's own is not kept here, the fact is journalled.
"""

import logging
import smtplib
from collections.abc import Sequence
from datetime import date

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions.checks import check_text
from kotopolku.cooperation.models import BodyTerm
from kotopolku.cooperation.queries.body_seats import AUDIENCES, Reached, reached
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

BODY = "cooperation.body"
LONGEST_SUBJECT = 150
log = logging.getLogger(__name__)


@transaction.atomic
def call_on(
    term_id: int, on: date, audience: str, *, actor: Viewer, subject: str = "", text: str = ""
) -> Reached:
    """Tells the users among those of the day. With a text, it goes by e-mail to everybody who has an address.

    Without one, the addresses of those who are no users are for the keeper to copy. One journal entry.
    Raises ``Refusals``.
    """
    term = access.own_term(actor, term_id)
    refused = _check_words(subject, text)
    if audience not in AUDIENCES:
        refused.append(Refusal("audience", "required", _("Choose whom to call on.")))
    found = reached(actor, term, on, audience)
    if not (found.users or found.written or found.without):
        refused.append(Refusal("on", "nobody", _("Nobody of these sits in the body on that day.")))
    refuse(refused)
    notify(
        "cooperation.body-calls",
        [one.user_id for one in found.users if one.user_id is not None],
        actor=actor,
        address=reverse("cooperation:body", args=[term.body_id]),
        about=(BODY, term.body_id),
        on=on,
    )
    letters = _letters(term, found, subject, text) if text.strip() else []
    details = {
        "audience": audience,
        "told": len(found.users),
        "addresses": len(found.written),
        "letters": len(letters),
    }
    record("cooperation.body.called-on", actor=actor, object=(BODY, term.body_id), details=details)
    transaction.on_commit(lambda: deliver(letters))
    return found


def _check_words(subject: str, text: str) -> list[Refusal]:
    """Both or neither; the subject on one line."""
    refused = check_text("text", text)
    if subject.strip() and not text.strip():
        refused.append(Refusal("text", "required", _("Write the text of the e-mail.")))
    if text.strip() and not subject.strip():
        refused.append(Refusal("subject", "required", _("Give the e-mail a subject.")))
    if len(subject) > LONGEST_SUBJECT or "\n" in subject or "\r" in subject:
        refused.append(Refusal("subject", "long", _("Keep the subject to one short line.")))
    return refused


def _letters(term: BodyTerm, found: Reached, subject: str, text: str) -> list[EmailMessage]:
    """Each in a letter of their own: nobody sees the others' addresses."""
    addresses = [one.email for one in (*found.users, *found.written) if one.email]
    addresses += [one.user.email for one in found.users if not one.email and one.user and one.user.email]
    body = f"{text.strip()}\n\n{term.body.name}\n{term.body.organisation.name}"
    return [EmailMessage(subject.strip(), body, to=[one]) for one in dict.fromkeys(addresses)]


def deliver(letters: Sequence[EmailMessage]) -> int:
    """Sends letters over one connection, after the transaction. Returns how many the mail server took."""
    if not letters:
        return 0
    connection = get_connection()
    taken = 0
    try:
        connection.open()
        for one in letters:
            one.connection = connection
            taken += one.send()
    except (OSError, smtplib.SMTPException) as error:
        # Only the kind of fault: an address may stand in its text.
        log.warning("bodies: %d of %d letters were sent (%s)", taken, len(letters), type(error).__name__)
    finally:
        connection.close()
    return taken
