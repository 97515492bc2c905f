"""A body can be asked in a hearing; a guest of a meeting has an e-mail address.

What a body is called everybody may read: its positions and statements are published under its name.
"""

import django.db.models.deletion
from django.db import migrations, models

SEATED = "(SELECT nullif(current_setting('kotopolku.organisations', true), '') IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0008_contact_languages"),
        ("cooperation", "0006_row_security_meetings"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER POLICY cooperation_body_own ON cooperation_body USING (true)",
            f"ALTER POLICY cooperation_body_own ON cooperation_body USING ({SEATED})",
        ),
        migrations.RemoveConstraint(model_name="hearinginvitee", name="cooperation_invitee_once"),
        migrations.RemoveConstraint(model_name="statement", name="cooperation_statement_once"),
        migrations.AddField(
            model_name="hearinginvitee",
            name="body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cooperation.body",
            ),
        ),
        migrations.AddConstraint(
            model_name="hearinginvitee",
            constraint=models.UniqueConstraint(
                fields=("hearing", "organisation", "body"),
                name="cooperation_invitee_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="meetingcall",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="statement",
            name="body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cooperation.body",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("hearing", "organisation", "body"),
                name="cooperation_statement_once",
                nulls_distinct=False,
            ),
        ),
    ]
