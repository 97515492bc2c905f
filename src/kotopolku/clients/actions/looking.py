"""Acts that only look: a client opened, a list seen, hidden contacts opened, an export or paper made. All journalled.

Looking at a person's data is itself an act (906/2019 §17); these change nothing but the user's own recent clients.
They refuse nothing, so they need no savepoint inside a request's transaction.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, rules
from kotopolku.clients.models import ProtectedContact
from kotopolku.journal.actions import record

SHORTEST_REASON = 10
"""Characters: a word is no reason. Our own rule."""


@transaction.atomic
def open_protected(relationship_id: int, reason: str, *, actor: Viewer) -> ProtectedContact:
    """Municipality, address and contacts of a person under a non-disclosure order, with a reason (661/2009 §§36–37)."""
    require(actor, Capability.PROTECTED_VIEW)
    case = access.case(actor, relationship_id)
    if len(reason.strip()) < SHORTEST_REASON:
        message = _("Write in a few words why you need the hidden contacts. The reason is logged.")
        raise rules.Refusals([rules.Refusal("reason", "required", message)])
    contact = ProtectedContact.objects.filter(pk=case.relationship.person_id).first()
    if contact is None:
        raise NotVisible
    record(
        "clients.contact.opened",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.relationship", relationship_id),
        reason=reason,
    )
    return contact


# On every page of a client, so written by hand: the most recent client, and the person's journal opened.
_OPENED = """
WITH opened AS (
    INSERT INTO clients_recentclient (user_id, relationship_id, opened_at) VALUES (%s, %s, %s)
    ON CONFLICT (user_id, relationship_id) DO UPDATE SET opened_at = excluded.opened_at
)
SELECT set_config('kotopolku.subject', %s, true)
"""


@transaction.atomic(savepoint=False)
def record_look(relationship_id: int, person_id: int, *, actor: Viewer) -> None:
    """The client page was opened: one journal entry, and the client becomes the user's most recent. Two statements.

    From now on this transaction may read the person's journal.
    """
    require(actor, Capability.CLIENT_VIEW)
    if actor.user_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(_OPENED, [actor.user_id, relationship_id, clock.now(), str(person_id)])
    record(
        "clients.client.opened",
        actor=actor,
        subjects=[person_id],
        object=("clients.relationship", relationship_id),
    )


@transaction.atomic(savepoint=False)
def record_list_look(person_ids: Sequence[int], *, actor: Viewer) -> None:
    """A list of clients was shown. One statement; nothing for an empty list."""
    require(actor, Capability.CLIENT_VIEW)
    if person_ids:
        record("clients.list.listed", actor=actor, subjects=list(person_ids))


@transaction.atomic(savepoint=False)
def record_export(person_ids: Sequence[int], kind: str, *, actor: Viewer) -> None:
    """Clients were exported to a file of the kind csv or xlsx."""
    require(actor, Capability.CLIENT_EXPORT)
    record("clients.list.exported", actor=actor, subjects=list(person_ids), details={"kind": kind})


@transaction.atomic(savepoint=False)
def record_paper(relationship_id: int, person_id: int, paper: str, language: str, *, actor: Viewer) -> None:
    """A paper (plan or assessment) was made for printing, in the language fi, sv or en."""
    require(actor, Capability.CLIENT_VIEW)
    record(
        "clients.paper.printed",
        actor=actor,
        subjects=[person_id],
        object=("clients.relationship", relationship_id),
        details={"paper": paper, "language": language},
    )
