"""A wish can be narrowed to some of a kind: the weekly summary to topics and regions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="wish",
            name="narrowed",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
