"""What bidders mark as business secrets, with row security: the buyer has the marks, a bidder reads its own.

And the framework within which a tender is called off or competed for.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kotopolku.access.policies import own_organisation, secured

party = import_module("kotopolku.procurement.migrations.0002_tenders_security").party


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0006_procurement_officer"),
        ("procurement", "0010_order_courses_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SecretClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("section", models.CharField(max_length=60)),
                ("item", models.CharField(max_length=60)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "not decided: kept secret"),
                            ("accepted", "business secret"),
                            ("refused", "no business secret"),
                        ],
                        default="claimed",
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("words", models.TextField(blank=True)),
                ("opens_on", models.DateField(null=True)),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secret_claims",
                        to="procurement.bid",
                    ),
                ),
                (
                    "bidder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secret_claims",
                        to="procurement.tender",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tender", "state"], name="procurement_secret_tender")],
                "constraints": [
                    models.UniqueConstraint(fields=("bid", "section", "item"), name="procurement_secret_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="tender",
            name="framework",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inside",
                to="procurement.tender",
            ),
        ),
        secured("procurement_secretclaim", party("buyer_id"), own=own_organisation("bidder_id")),
    ]
