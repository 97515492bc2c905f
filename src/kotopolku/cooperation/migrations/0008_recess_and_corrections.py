"""A recess of a meeting; which letters have gone to those who do not sign in; when a body was taken over, what its end cut short.

A recess is written by the keeper of its meeting (a chair acts through the room) and read by who reads the meeting.
"""

import django.db.models.deletion
from django.db import migrations, models

from kotopolku.access.policies import own_organisation, secured

MEETING = "(SELECT true FROM cooperation_meeting p WHERE p.id = meeting_id LIMIT 1)"
OWN_MEETING = (
    "(SELECT true FROM cooperation_meeting p"
    f" WHERE p.id = meeting_id AND {own_organisation('p.organisation_id')} LIMIT 1)"
)
TOLD = (
    "UPDATE cooperation_meetingcall c SET told_sequence = m.sequence FROM cooperation_meeting m"
    " WHERE m.id = c.meeting_id AND c.user_id IS NULL AND c.told_at IS NOT NULL AND c.ended_at IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0007_asked_bodies")]

    operations = [
        migrations.AddField(
            model_name="body",
            name="taken_over_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="bodyterm",
            name="cut_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seatholder",
            name="cut_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meetingcall",
            name="told_sequence",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Recess",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recesses",
                        to="cooperation.meeting",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("meeting",),
                        name="cooperation_one_recess",
                    )
                ]
            },
        ),
        secured("cooperation_recess", OWN_MEETING, own=MEETING),
    ]
