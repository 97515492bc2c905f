"""The keeper calls on members or deputies of a day, or writes to them: users are told here, addresses get an e-mail.

The people are those of the day; nobody edits lists. A text of one's own is kept only until it has gone; the fact is
journalled.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions.checks import check_text
from kotopolku.cooperation.actions.mailing import Letter, post
from kotopolku.cooperation.models import BodyTerm
from kotopolku.cooperation.queries.body_seats import AUDIENCES, Reached, reached
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

BODY = "cooperation.body"
LONGEST_SUBJECT = 150


@transaction.atomic
def call_on(
    term_id: int,
    on: date,
    audience: str,
    *,
    actor: Viewer,
    subject: str = "",
    text: str = "",
    token: UUID | None = None,
) -> Reached:
    """Tells the users among those of the day. With a text, it goes by e-mail to everybody who has an address.

    Without one, the addresses of those who are no users are for the keeper to copy. One journal entry; the same form
    sent again tells and mails nobody. Raises ``Refusals``.
    """
    term = access.own_term(actor, term_id, lock=True)
    refused = _check_words(subject, text)
    if audience not in AUDIENCES:
        refused.append(Refusal("audience", "required", _("Choose whom to call on.")))
    found = reached(actor, term, on, audience)
    if not (found.users or found.written or found.without):
        refused.append(Refusal("on", "nobody", _("Nobody of these sits in the body on that day.")))
    refuse(refused)
    if done_before(token, BODY) is not None:
        return found
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
    record(
        "cooperation.body.called-on",
        actor=actor,
        object=(BODY, term.body_id),
        details=details,
        token=token,
    )
    post(letters)
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


def _letters(term: BodyTerm, found: Reached, subject: str, text: str) -> list[Letter]:
    """Each in a letter of their own: nobody sees the others' addresses."""
    addresses = [one.email for one in (*found.users, *found.written) if one.email]
    addresses += [one.user.email for one in found.users if not one.email and one.user and one.user.email]
    words = f"{text.strip()}\n\n{term.body.name}\n{term.body.organisation.name}"
    of = term.body
    return [
        Letter(one, subject.strip(), words, BODY, of.pk, of.organisation_id)
        for one in dict.fromkeys(addresses)
    ]
