"""Row security: the authority that answers sees its clients' rows, the client one's own, a provider what it reported.

A provider sees of its participants only measure, name, title and days, through a function that asks nothing but its
organisation and the day (681/2023 §94: no more than the task needs).
"""

from django.db import migrations

from kotopolku.access.policies import own_organisation, own_person, secured
from kotopolku.access.rowsecurity import DAY, ORGANISATIONS
from kotopolku.clients.row_security import answers

TABLES = ("absenceprocess", "languagelevel", "result", "followup")
REPORTED_AFTER_DAYS = 62
"""So long after its end can a measure's last months be reported."""

PARTICIPANTS = f"""
CREATE FUNCTION progress_participants() RETURNS TABLE (
    measure_id bigint, family_name varchar, given_names varchar, title varchar, starts_on date, ends_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT m.id, p.family_name, p.given_names, m.title, m.starts_on, m.ends_on
    FROM clients_measure m
    JOIN clients_plan plan ON plan.id = m.plan_id
    JOIN clients_relationship r ON r.id = plan.relationship_id
    JOIN clients_person p ON p.id = r.person_id
    WHERE m.provider_id = ANY ({ORGANISATIONS}) AND NOT m.removed AND m.state IN ('under-way', 'done')
      AND plan.made_on <= {DAY}
      AND (m.starts_on IS NULL OR m.starts_on <= {DAY})
      AND (m.state = 'under-way' OR m.ends_on IS NOT NULL)
      AND (m.ends_on IS NULL OR m.ends_on >= {DAY} - {REPORTED_AFTER_DAYS})
      AND (plan.ended_on IS NULL OR plan.ended_on >= {DAY} - {REPORTED_AFTER_DAYS})
    ORDER BY p.family_name, p.given_names, m.id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0001_initial"), ("clients", "0005_own_path")]

    operations = [
        secured(
            "progress_attendancemonth",
            f"{answers('progress_attendancemonth', 'relationship_id', 'relationship_id')}"
            f" OR {own_organisation('provider_id')}",
            own=own_person(),
        ),
        *(
            secured(
                f"progress_{name}",
                answers(f"progress_{name}", "relationship_id", "relationship_id"),
                own=own_person(),
            )
            for name in TABLES
        ),
        migrations.RunSQL(sql=PARTICIPANTS, reverse_sql="DROP FUNCTION progress_participants()"),
    ]
