"""Row security of what teachers write: the provider sees what it wrote, the answering authority its clients' rows, the
client one's own. What students said in feedback is read by nobody directly: only counted (``queries.feedback``).

A provider gets the names of its own students through a function that asks nothing but its organisation and the day
(681/2023 § 94), and for so long after the end as the last things can still be written.
"""

from django.db import migrations

from kotopolku.access.policies import own_organisation, own_person, secured
from kotopolku.access.rowsecurity import DAY, ORGANISATIONS
from kotopolku.clients.row_security import answers

KNOWN_AFTER_DAYS = 62
"""As with participants of measures (``progress``): so long after the end does a provider still see who it was."""
BY_PROVIDER = ("sessionmark", "studyplan", "testresult", "certificate")

STUDENTS = f"""
CREATE FUNCTION training_students(wanted bigint) RETURNS TABLE (
    enrolment_id bigint, family_name varchar, given_names varchar, state varchar, started_on date, ended_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT e.id, p.family_name, p.given_names, e.state, e.started_on, e.ended_on
    FROM training_enrolment e JOIN clients_person p ON p.id = e.person_id
    WHERE e.course_id = wanted AND e.provider_id = ANY ({ORGANISATIONS})
      AND e.state IN ('accepted', 'started', 'ended', 'interrupted', 'moved')
      AND (e.ended_on IS NULL OR e.ended_on >= {DAY} - {KNOWN_AFTER_DAYS})
    ORDER BY p.family_name, p.given_names, e.id
$$
"""


def by_provider(name: str) -> migrations.RunSQL:
    table = f"training_{name}"
    return secured(
        table,
        f"{own_organisation('provider_id')} OR {answers(table, 'relationship_id', 'relationship_id')}",
        own=own_person(),
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0003_teaching"), ("training", "0002_courses_security")]

    operations = [
        *(by_provider(name) for name in BY_PROVIDER),
        secured("training_sessionregister", own_organisation("provider_id")),
        secured(
            "training_feedbackgiven",
            answers("training_feedbackgiven", "relationship_id", "relationship_id"),
            own=own_person(),
        ),
        secured("training_feedback", "false"),
        migrations.RunSQL(sql=STUDENTS, reverse_sql="DROP FUNCTION training_students(bigint)"),
    ]
