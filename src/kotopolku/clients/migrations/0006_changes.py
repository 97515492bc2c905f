"""What systems that follow an authority's clients read: triggers add a row for each change of a client."""

from django.db import migrations, models

from kotopolku.access.policies import own_organisation, secured

# As the owner, so that an authority's own change is written also when its client passes to another in the same act.
# A change of the person is announced to every authority that answers now; the responsibility's, to its own.
TRIGGERS = """
CREATE FUNCTION clients_responsibility_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO clients_change (relationship_id, authority_id, at)
    SELECT relationship_id, authority_id, clock_timestamp() FROM changed;
    RETURN NULL;
END
$$;
CREATE FUNCTION clients_person_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO clients_change (relationship_id, authority_id, at)
    SELECT r.relationship_id, r.authority_id, clock_timestamp()
    FROM changed JOIN clients_responsibility r ON r.person_id = changed.id WHERE upper_inf(r.days);
    RETURN NULL;
END
$$;
CREATE TRIGGER clients_change_added AFTER INSERT ON clients_responsibility
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION clients_responsibility_changed();
CREATE TRIGGER clients_change_edited AFTER UPDATE ON clients_responsibility
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION clients_responsibility_changed();
CREATE TRIGGER clients_change_removed AFTER DELETE ON clients_responsibility
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION clients_responsibility_changed();
CREATE TRIGGER clients_change_edited AFTER UPDATE ON clients_person
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION clients_person_changed();
"""
DROP = """
DROP FUNCTION clients_person_changed() CASCADE;
DROP FUNCTION clients_responsibility_changed() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0005_own_path")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("relationship_id", models.BigIntegerField()),
                ("authority_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["authority_id", "id"], name="clients_change_authority")]
            },
        ),
        secured("clients_change", own_organisation("authority_id")),
        migrations.RunSQL(sql=TRIGGERS, reverse_sql=DROP),
    ]
