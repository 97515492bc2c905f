"""Row security of courses and enrolments.

A course that is not a draft is seen by all and written by its organiser. An enrolment is seen by the authority that
answers for the client and by the course's organiser; read by the client, and by the provider from the day on which the
place was accepted. An enrolment tells ids and a case number, never a name or a place.
"""

from django.db import migrations

from kotopolku.access.policies import own_organisation, own_person, secured
from kotopolku.clients.row_security import answers

STUDENT = "('accepted', 'started', 'ended', 'interrupted', 'moved')"


def of_course(condition: str) -> str:
    """Condition: the row's course can be seen, and ``condition`` holds for it."""
    return f"(SELECT true FROM training_course c WHERE c.id = course_id AND ({condition}) LIMIT 1)"


class Migration(migrations.Migration):
    dependencies = [("training", "0001_courses"), ("clients", "0005_own_path")]

    operations = [
        secured(
            "training_course",
            own_organisation("organiser_id"),
            own=f"state <> 'draft' OR {own_organisation('provider_id')}",
        ),
        secured(
            "training_coursesession",
            of_course(f"{own_organisation('c.organiser_id')} OR {own_organisation('c.provider_id')}"),
            own=of_course("true"),
        ),
        secured(
            "training_enrolment",
            f"{answers('training_enrolment', 'relationship_id', 'relationship_id')}"
            f" OR {own_organisation('organiser_id')}",
            own=f"{own_person()} OR ({own_organisation('provider_id')} AND state IN {STUDENT})",
        ),
    ]
