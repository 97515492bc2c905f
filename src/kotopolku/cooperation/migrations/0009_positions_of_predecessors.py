"""A position that was sent to an organisation is read, and answered, by the one to which its tasks have passed by the day."""

from django.db import migrations

from kotopolku.access.policies import DAY_ONCE, ORGANISATIONS_ONCE, SYSTEM_ONCE, own_organisation

BEFORE = (
    "ARRAY(SELECT s.predecessor_id FROM actors_succession s"
    f' WHERE s.successor_id = {ORGANISATIONS_ONCE} AND s."on" <= {DAY_ONCE})'
)
OWN = f"{own_organisation('sender_id')} OR {own_organisation('organisation_id')}"


def changed(condition: str) -> str:
    allowed = f"{SYSTEM_ONCE} OR ({condition})"
    return (
        "ALTER POLICY cooperation_positionreceiver_scope ON cooperation_positionreceiver"
        f" USING ({allowed}) WITH CHECK ({allowed})"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0008_contact_languages"),
        ("cooperation", "0008_recess_and_corrections"),
    ]

    operations = [
        migrations.RunSQL(changed(f"{OWN} OR organisation_id = ANY ({BEFORE})"), changed(OWN)),
    ]
