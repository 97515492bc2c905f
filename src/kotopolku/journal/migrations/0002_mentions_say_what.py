"""A mention says what was done and when, as its entry does: ways of many persons are counted from mentions alone."""

from datetime import date

from django.db import migrations, models

# The journal has no policy for changes, not even for its owner, who lifts row security for this one statement.
FILL = """
ALTER TABLE journal_entry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE journal_mention NO FORCE ROW LEVEL SECURITY;
UPDATE journal_mention SET action = entry.action, day = entry.day
FROM journal_entry entry WHERE entry.id = journal_mention.entry_id;
ALTER TABLE journal_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE journal_mention FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="mention",
            name="action",
            field=models.CharField(default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mention",
            name="day",
            field=models.DateField(default=date(1970, 1, 1)),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
