"""Addresses and declared ties of who sits in a body get a table, and a row security, of their own."""

import django.db.models.deletion
from django.db import migrations, models

from kotopolku.access.policies import USER_ONCE, own_organisation, secured

KEPT = (
    "(SELECT true FROM cooperation_seatholder h JOIN cooperation_bodyseat s ON s.id = h.seat_id"
    " JOIN cooperation_bodyterm t ON t.id = s.term_id JOIN cooperation_body b ON b.id = t.body_id"
    f" WHERE h.id = holder_id AND {own_organisation('b.organisation_id')} LIMIT 1)"
)
ONESELF = (
    f"(SELECT true FROM cooperation_seatholder h WHERE h.id = holder_id AND h.user_id = {USER_ONCE} LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0009_positions_of_predecessors")]

    operations = [
        migrations.CreateModel(
            name="HolderPrivate",
            fields=[
                (
                    "holder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="private",
                        serialize=False,
                        to="cooperation.seatholder",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("interests", models.CharField(blank=True, max_length=1000)),
            ],
        ),
        secured("cooperation_holderprivate", KEPT, own=ONESELF),
        migrations.RunSQL(
            "INSERT INTO cooperation_holderprivate (holder_id, email, interests)"
            " SELECT id, email, interests FROM cooperation_seatholder",
            "UPDATE cooperation_seatholder h SET email = p.email, interests = p.interests"
            " FROM cooperation_holderprivate p WHERE p.holder_id = h.id",
        ),
        migrations.RemoveField(model_name="seatholder", name="email"),
        migrations.RemoveField(model_name="seatholder", name="interests"),
    ]
