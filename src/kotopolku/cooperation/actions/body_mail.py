"""The keeper calls on members or deputies of a day: those who sign in here are told. Not for: sending e-mail."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.queries.body_seats import AUDIENCES, Reached, reached
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

BODY = "cooperation.body"


@transaction.atomic
def call_on(term_id: int, on: date, audience: str, *, actor: Viewer) -> Reached:
    """Tells the users among those of the day; the others' addresses are for the keeper to copy. One journal entry."""
    term = access.own_term(actor, term_id)
    refused = []
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
    details = {"audience": audience, "told": len(found.users), "addresses": len(found.written)}
    record("cooperation.body.called-on", actor=actor, object=(BODY, term.body_id), details=details)
    return found
