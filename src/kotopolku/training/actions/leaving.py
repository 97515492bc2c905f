"""What the end of a client relationship does to courses: a wish, a place in a queue and an open offer end with it.

Not for: a place that was accepted or is in use, which people end with a reason (``places.py``).
"""

from django.db import transaction

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record
from kotopolku.training.actions.places import close
from kotopolku.training.models import Course, Enrolment, EnrolmentState

WAITING = (EnrolmentState.WISHED.value, EnrolmentState.QUEUED.value, EnrolmentState.OFFERED.value)


@transaction.atomic
def let_go_of_ended(*, actor: Viewer) -> int:
    """Takes those whose relationship is over out of queues; a seat that was offered is free again. The morning's job."""
    require(actor, Capability.TRAINING_MANAGE)
    waiting = Enrolment.objects.filter(state__in=WAITING, relationship__ended_on__lte=clock.today())
    gone: list[Enrolment] = []
    for course_id in sorted(set(waiting.values_list("course_id", flat=True))):
        course = Course.objects.select_for_update().get(pk=course_id)
        rows = list(waiting.select_for_update(of=("self",)).filter(course=course).order_by("id"))
        for row in rows:
            close(course, row, EnrolmentState.CANCELLED, actor)
        gone += rows
    if gone:
        record(
            "training.places.let-go",
            actor=actor,
            subjects=sorted({row.person_id for row in gone}),
            details={"places": len(gone)},
        )
    return len(gone)
