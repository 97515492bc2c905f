"""A body of an authority that is no more becomes its successor's to keep, with its meetings and positions.

Not for: the successor's own bodies (``bodies.py``).
"""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions.bodies import BODY
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.models import (
    Attachment,
    AttachmentContent,
    Body,
    HearingInvitee,
    HearingState,
    Meeting,
    Position,
    PositionReceiver,
    PublishedMinutes,
    Statement,
)
from kotopolku.journal.actions import record


@transaction.atomic
def take_over(body_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Body:
    """The actor's organisation keeps the body from now on. Raises ``EditClash``, ``NotVisible``, ``Refusals``.

    An area that was the whole area of the one before is written down as it was on its last day: it does not change.
    """
    readable = access.to_take_over(actor, body_id)
    if not reason.strip():
        refuse([Refusal("reason", "required", _("Write why."))])
    with rowsecurity.as_system():
        # The predecessor's rows, which its successor reads but may not write by itself.
        found = (
            Body.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=readable.pk)
        )
        same_version(found.version, expected_version)
        before, own = found.organisation, actor.organisation_id or 0
        found.municipalities = sorted(access.area_of(found))
        found.organisation_id = own
        found.taken_over_on = actor.day
        found.version += 1
        found.save()
        Meeting.objects.filter(body=found).update(organisation_id=own)
        papers = Attachment.objects.filter(paper__item__meeting__body=found)
        AttachmentContent.objects.filter(attachment__in=papers).update(organisation_id=own)
        papers.update(organisation_id=own)
        PublishedMinutes.objects.filter(meeting__body=found).update(organisation_id=own)
        PositionReceiver.objects.filter(position__body=found).update(sender_id=own)
        Position.objects.filter(body=found).update(organisation_id=own)
        asked = HearingInvitee.objects.filter(
            body=found, hearing__state__in=(HearingState.DRAFT, HearingState.OPEN)
        )
        Statement.objects.filter(body=found, hearing__in=asked.values("hearing")).update(organisation_id=own)
        asked.update(organisation_id=own)
    record(
        "cooperation.body.taken-over",
        actor=actor,
        object=(BODY, found.pk),
        reason=reason.strip(),
        details={"from": before.pk},
    )
    return found
