"""Courses of an order in a table of their own, so that an order may buy several; turns of an invoice; what suppliers write."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0008_contracts_security"),
        ("training", "0006_needs_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "turn",
                    models.CharField(
                        choices=[
                            ("received", "written down by the buyer"),
                            ("sent", "sent by the supplier"),
                            ("returned", "disputed by the buyer"),
                            ("corrected", "corrected by the supplier"),
                            ("answered", "answered by the supplier, sums unchanged"),
                            ("approved", "approved by the buyer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_on", models.DateField()),
                ("words", models.TextField(blank=True)),
                ("units", models.DecimalField(decimal_places=2, max_digits=12)),
                ("amount_eur", models.DecimalField(decimal_places=2, max_digits=14)),
                ("units_found", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OrderCourse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_on", models.DateField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="invoicestep",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invoicestep",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="procurement.invoice"
            ),
        ),
        migrations.AddField(
            model_name="ordercourse",
            name="call_off",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="courses", to="procurement.calloff"
            ),
        ),
        migrations.AddField(
            model_name="ordercourse",
            name="course",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.course"
            ),
        ),
        migrations.RunSQL(
            "INSERT INTO procurement_ordercourse (call_off_id, course_id, added_on)"
            " SELECT id, course_id, ordered_on FROM procurement_calloff"
            " WHERE course_id IS NOT NULL AND state = 'ordered'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO procurement_invoicestep"
            " (invoice_id, turn, made_on, made_by_id, words, units, amount_eur, units_found)"
            " SELECT id, 'received', received_on, NULL::bigint, '', units, amount_eur, units_found"
            " FROM procurement_invoice UNION ALL"
            " SELECT id, state, decided_on, decided_by_id, reason, units, amount_eur, units_found"
            " FROM procurement_invoice WHERE decided_on IS NOT NULL ORDER BY 1",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="calloff",
            name="procurement_calloff_course",
        ),
        migrations.RemoveField(
            model_name="calloff",
            name="course",
        ),
        migrations.AddField(
            model_name="adjustment",
            name="heard_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="by_supplier",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="state",
            field=models.CharField(
                choices=[("received", "to be checked"), ("approved", "approved"), ("returned", "disputed")],
                default="received",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="unit",
            field=models.CharField(
                choices=[
                    ("student-day", "student days"),
                    ("student-hour", "student hours"),
                    ("student-week", "student weeks"),
                    ("place", "student places"),
                ],
                default="student-day",
                max_length=14,
            ),
        ),
    ]
