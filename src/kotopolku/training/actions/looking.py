"""Acts that only look: the queue and students of a course shown. Journalled like every look at persons' data."""

from collections.abc import Sequence

from django.db import transaction

from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record
from kotopolku.training.models import Course, Enrolment


@transaction.atomic(savepoint=False)
def record_queue_look(course: Course, rows: Sequence[Enrolment], *, actor: Viewer) -> None:
    """The queue and students of a course were shown. One statement; nothing for an empty list."""
    if rows:
        record(
            "training.queue.viewed",
            actor=actor,
            subjects=sorted({row.person_id for row in rows}),
            object=("training.course", course.pk),
        )
