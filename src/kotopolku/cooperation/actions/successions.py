"""Takes over hearings of an organisation that is no more: its successor keeps them, with what those asked have said.

Also what every taking over of several things at once checks. Not for: bodies (``body_succession.py``), what steering keeps.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation.actions.hearings import HEARING
from kotopolku.cooperation.models import Hearing, HearingInvitee, Statement
from kotopolku.journal.actions import record

GONE = _("Some of these have been taken over meanwhile. Look at the list again.")


@transaction.atomic
def take_over_hearings(ids: Collection[int], reason: str, *, actor: Viewer) -> list[Hearing]:
    """The actor's organisation asks in them from now on: it gets the statements and closes them. Raises ``Refusals``."""
    left = {one.pk: one for one in access.left_behind(actor)}
    check_chosen(ids, reason, left)
    own = actor.organisation_id or 0
    with rowsecurity.as_system():
        # The predecessor's rows, which its successor does not write by itself before it keeps them.
        rows = list(Hearing.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for one in rows:
            before = one.organisation_id
            if before != left[one.pk].organisation_id:
                refuse([Refusal("chosen", "gone", GONE)])
            # Those asked answer under this lock: what is given meanwhile goes to the new keeper too.
            list(one.invitees.select_for_update().order_by("pk").values_list("pk"))
            HearingInvitee.objects.filter(hearing=one).update(sender_id=own)
            Statement.objects.filter(hearing=one).update(sender_id=own)
            one.organisation_id = own
            one.version += 1
            one.save()
            record(
                "cooperation.hearing.taken-over",
                actor=actor,
                object=(HEARING, one.pk),
                reason=reason.strip(),
                details={"from": before},
            )
    return rows


def check_chosen(ids: Collection[int], reason: str, left: Collection[int]) -> None:
    """Something was chosen, all of it can still be taken over, and it is said why. Raises ``Refusals``."""
    refused = []
    if not ids:
        refused.append(Refusal("chosen", "required", _("Choose at least one.")))
    if set(ids) - set(left):
        refused.append(Refusal("chosen", "gone", GONE))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
