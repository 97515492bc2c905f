"""Dynamic purchasing systems: requests to join and admissions, with row security, and the category of a purchase.

The buyer has the requests, a supplier reads its own. A purchase within a category is seen by those admitted to it on the
day of the invitation, and by anybody once it has been decided or discontinued.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kotopolku.access.policies import DAY_ONCE, own_organisation, secured

party = import_module("kotopolku.procurement.migrations.0002_tenders_security").party

ADMITTED = (
    "(SELECT true FROM procurement_admission a WHERE a.lot_id = category_id"
    f" AND {own_organisation('a.supplier_id')} AND a.admitted_on <= published_on"
    " AND (a.ended_on IS NULL OR a.ended_on > published_on) LIMIT 1)"
)
PUBLIC = f"published_on <= {DAY_ONCE}"
OPEN_TO_ALL = "category_id IS NULL OR state IN ('decided', 'discontinued')"


def readable(condition: str) -> str:
    """Statement: who else than the buyer reads a tender."""
    return f"CREATE POLICY procurement_tender_own ON procurement_tender FOR SELECT USING ({condition})"


DROP = "DROP POLICY procurement_tender_own ON procurement_tender"


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0006_procurement_officer"),
        ("procurement", "0011_business_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="tender",
            name="category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchases",
                to="procurement.lot",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="occasion",
            field=models.CharField(
                choices=[
                    ("tender", "contract notice"),
                    ("change", "notice of a change"),
                    ("award", "award notice"),
                    ("modification", "notice of a modified contract"),
                    ("direct", "direct award notice"),
                    ("end", "notice of the end of a dynamic purchasing system"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="tender",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "in preparation"),
                    ("review", "waits for the second person"),
                    ("published", "published"),
                    ("opened", "bids opened"),
                    ("evaluated", "evaluated"),
                    ("decided", "decided"),
                    ("discontinued", "discontinued"),
                    ("ended", "ended"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="AdmissionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("sent_at", models.DateTimeField()),
                ("sent_on", models.DateField()),
                ("due_on", models.DateField()),
                ("lengthened_on", models.DateField(null=True)),
                ("lengthened_why", models.TextField(blank=True)),
                ("decided_on", models.DateField(null=True)),
                ("reasons_fi", models.TextField(blank=True)),
                ("reasons_sv", models.TextField(blank=True)),
                ("withdrawn_on", models.DateField(null=True)),
                ("version", models.IntegerField(default=1)),
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
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "tender",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admission_requests",
                        to="procurement.tender",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for a decision"),
                            ("admitted", "admitted"),
                            ("refused", "refused"),
                            ("withdrawn", "request withdrawn"),
                            ("left", "left the system"),
                            ("removed", "removed from the system"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("admitted_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("ground", models.CharField(blank=True, max_length=40)),
                ("hearing", models.TextField(blank=True)),
                ("reasons_fi", models.TextField(blank=True)),
                ("reasons_sv", models.TextField(blank=True)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="procurement.lot",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="categories",
                        to="procurement.admissionrequest",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="admissionrequest",
            index=models.Index(fields=["tender", "-id"], name="procurement_request_tender"),
        ),
        migrations.AddIndex(
            model_name="admissionrequest",
            index=models.Index(fields=["supplier", "-id"], name="procurement_request_supplier"),
        ),
        migrations.AddIndex(
            model_name="admissionrequest",
            index=models.Index(
                condition=models.Q(("decided_on__isnull", True), ("withdrawn_on__isnull", True)),
                fields=["buyer", "due_on"],
                name="procurement_request_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_on__isnull", True), ("withdrawn_on__isnull", True)),
                fields=("tender", "supplier"),
                name="procurement_request_waiting_once",
            ),
        ),
        migrations.AddIndex(
            model_name="admission",
            index=models.Index(fields=["lot", "supplier"], name="procurement_admission_lot"),
        ),
        migrations.AddConstraint(
            model_name="admission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "admitted"])),
                fields=("lot", "supplier"),
                name="procurement_admission_once",
            ),
        ),
        secured("procurement_admissionrequest", party("buyer_id"), own=own_organisation("supplier_id")),
        secured("procurement_admission", party("buyer_id"), own=own_organisation("supplier_id")),
        migrations.RunSQL(
            sql=[DROP, readable(f"{PUBLIC} AND ({OPEN_TO_ALL} OR {ADMITTED})")],
            reverse_sql=[DROP, readable(PUBLIC)],
        ),
    ]
