"""Absences of workers, and whose work a user does on a day: deputies of deputies are followed."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# UNION drops what was found already, so that absences that lead in a circle end.
STANDS_IN_FOR = """
CREATE FUNCTION actors_stands_in_for(member bigint, place bigint, on_day date) RETURNS bigint[]
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE away (user_id) AS (
        SELECT a.user_id FROM actors_absence a
        WHERE a.deputy_id = member AND a.organisation_id = place AND a.days @> on_day
        UNION
        SELECT a.user_id FROM actors_absence a JOIN away ON a.deputy_id = away.user_id
        WHERE a.organisation_id = place AND a.days @> on_day)
    SELECT coalesce(array_agg(user_id ORDER BY user_id), '{}') FROM away WHERE user_id <> member
$$
"""


class Migration(migrations.Migration):
    dependencies = [("actors", "0003_api_calls")]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stands_in_for",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["deputy", "organisation"], name="actors_absence_deputy")],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("user", "="), ("organisation", "="), ("days", "&&")],
                        name="actors_one_absence_a_day",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            sql=STANDS_IN_FOR, reverse_sql="DROP FUNCTION actors_stands_in_for(bigint, bigint, date)"
        ),
    ]
