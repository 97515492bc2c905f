"""Who is told of requests for guidance: the other side at once, the region by the job before and after the day asked for.

What a region has been reminded of is read from its notices: nobody is reminded twice of the same day.
"""

from django.db import transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.notices.models import Notice
from kotopolku.placement.queries.people import holders
from kotopolku.steering import access_guidance as access
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.models import Guidance

GUIDANCE = "steering.guidance"
REMINDERS = {"due": "steering.guidance-due", "late": "steering.guidance-late"}


def tell_region(kind: str, found: Guidance, *, actor: Viewer) -> int:
    """Tells who answers; before somebody has taken it everybody at the region who could. Part of another act.

    Of a region that is no more whoever follows it for the asker, before it has taken the request over.
    """
    told = 0
    for organisation_id in access.answering_for(found.region, found.asker, actor.day):
        all_of_them = holders(organisation_id, Capability.STEERING_REGIONAL, actor.day)
        taken = [one for one in all_of_them if one == found.responsible_id]
        # Somebody who has left does not answer any more: then everybody is told.
        told += _tell(kind, found, organisation_id, taken or all_of_them, actor)
    return told


def tell_asker(kind: str, found: Guidance, *, actor: Viewer) -> int:
    """Tells those at the asker, or at who follows it, who draw up programmes. Part of another act."""
    told = 0
    for organisation_id in access.answering_for(found.asker, found.asker, actor.day):
        people = holders(organisation_id, Capability.PROGRAMME_KEEP, actor.day)
        told += _tell(kind, found, organisation_id, people, actor)
    return told


def to_remind(*, actor: Viewer) -> list[int]:
    """Requests of whose day the region is to be reminded today; for the job. Writes nothing."""
    require(actor, Capability.STEERING_REGIONAL)
    rows = Guidance.objects.filter(state__in=rules.OPEN).order_by("id")
    return [one.pk for one in rows if rules.reminder_of(clock.today(), one.answer_by)]


@transaction.atomic
def remind(guidance_id: int, *, actor: Viewer) -> int:
    """Reminds the region, or who follows it, once before the day and once after it. Returns how many people. For the job."""
    require(actor, Capability.STEERING_REGIONAL)
    found = Guidance.objects.select_for_update().filter(pk=guidance_id, state__in=rules.OPEN).first()
    which = rules.reminder_of(clock.today(), found.answer_by) if found else ""
    if found is None or not which:
        return 0
    told = Notice.objects.filter(
        kind=REMINDERS[which], object_kind=GUIDANCE, object_id=found.pk, on=found.answer_by
    )
    if told.exists():
        return 0
    number = tell_region(REMINDERS[which], found, actor=actor)
    if number:
        record(
            "steering.guidance.reminded",
            actor=actor,
            object=(GUIDANCE, found.pk),
            details={"of": which, "told": number},
        )
    return number


def _tell(kind: str, found: Guidance, organisation_id: int, people: list[int], actor: Viewer) -> int:
    ours = organisation_id in (found.region_id, found.asker_id)
    page = reverse("steering:guidance-one", args=[found.pk])
    return notify(
        kind,
        people,
        actor=actor,
        # Who follows one of the sides reads the request when it has taken it over.
        address=page if ours else reverse("steering:guidance-left"),
        organisation_id=organisation_id,
        about=(GUIDANCE, found.pk),
        on=found.answer_by,
    )
