"""What the job of reviews writes: municipalities are told, once for each day, that a programme has to be reviewed."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.notices.models import Notice
from kotopolku.placement.queries.people import holders
from kotopolku.steering import council_rules as rules
from kotopolku.steering.models import CouncilState, MunicipalProgramme, MunicipalState
from kotopolku.steering.queries import programme_reviews
from kotopolku.steering.queries.programme_content import PROGRAMME

REVIEW_DUE = "steering.review-due"


def to_remind(*, actor: Viewer) -> list[int]:
    """Approved programmes whose review is near or late; for the job. Writes nothing."""
    require(actor, Capability.PROGRAMME_KEEP)
    rows = MunicipalProgramme.objects.filter(not_over("days", actor.day), state=MunicipalState.APPROVED)
    due = programme_reviews.due_days(rows)
    near = [
        pk for pk, found in due.items() if found.due and rules.review_state(found.due, actor.day) != "coming"
    ]
    return sorted(near)


@transaction.atomic
def remind(programme_id: int, *, actor: Viewer) -> int:
    """Tells the municipalities of one programme, once for each day by which it is due. Returns how many people."""
    require(actor, Capability.PROGRAMME_KEEP)
    found = MunicipalProgramme.objects.select_for_update(skip_locked=True).filter(pk=programme_id).first()
    if found is None or found.state != MunicipalState.APPROVED:
        return 0
    due = programme_reviews.due_days([found]).get(found.pk)
    if due is None or due.due is None or _told(found, due.due):
        return 0
    joined = found.municipalities.filter(days__contains=clock.today()).exclude(state=CouncilState.LEFT)
    told = 0
    for organisation_id in sorted({found.organisation_id, *joined.values_list("organisation_id", flat=True)}):
        told += notify(
            REVIEW_DUE,
            holders(organisation_id, Capability.PROGRAMME_KEEP, actor.day),
            actor=actor,
            address=reverse("steering:council-programme", args=[found.pk]),
            organisation_id=organisation_id,
            about=(PROGRAMME, found.pk),
            on=due.due,
        )
    if told:
        record(
            "steering.councils.reminded", actor=actor, object=(PROGRAMME, found.pk), details={"told": told}
        )
    return told


def _told(programme: MunicipalProgramme, on: date) -> bool:
    rows = Notice.objects.filter(kind=REVIEW_DUE, object_kind=PROGRAMME, object_id=programme.pk, on=on)
    return rows.exists()
