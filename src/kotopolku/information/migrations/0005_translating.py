"""Files of translations. They hold texts that are not public: the keeper of the space sees them, nobody else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kotopolku.access.policies import own_organisation, secured

OWN = (
    "EXISTS (SELECT 1 FROM information_space s WHERE s.id = information_translationfile.space_id AND "
    + own_organisation("s.organisation_id")
    + ")"
)


class Migration(migrations.Migration):
    dependencies = [
        ("information", "0004_activities_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TranslationFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("taken", models.IntegerField(default=0)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="translation_files",
                        to="information.space",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["space", "sha256"], name="information_file_of_space")],
            },
        ),
        secured("information_translationfile", OWN),
    ]
