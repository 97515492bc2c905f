"""A report of a regional authority that is no more is read, finished and sent by the one to which its tasks have passed."""

from django.db import migrations

from kotopolku.access.policies import DAY_ONCE, ORGANISATIONS_ONCE, SYSTEM_ONCE, own_organisation

BEFORE = (
    "ARRAY(SELECT s.predecessor_id FROM actors_succession s"
    f' WHERE s.successor_id = {ORGANISATIONS_ONCE} AND s."on" <= {DAY_ONCE})'
)


def followed(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's, or one whose tasks have passed to it by the day."""
    return f"({own_organisation(column)} OR {column} = ANY ({BEFORE}))"


def of_report(condition: str) -> str:
    return f"(SELECT true FROM steering_regionalreport p WHERE p.id = report_id AND {condition} LIMIT 1)"


def changed(table: str, condition: str) -> str:
    allowed = f"{SYSTEM_ONCE} OR {condition}"
    return f"ALTER POLICY {table}_scope ON {table} USING ({allowed}) WITH CHECK ({allowed})"


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0008_contact_languages"),
        ("steering", "0005_reading_goals"),
    ]

    operations = [
        migrations.RunSQL(
            changed("steering_regionalreport", followed("organisation_id")),
            changed("steering_regionalreport", own_organisation("organisation_id")),
        ),
        migrations.RunSQL(
            changed("steering_reportsection", of_report(followed("p.organisation_id"))),
            changed("steering_reportsection", of_report(own_organisation("p.organisation_id"))),
        ),
    ]
