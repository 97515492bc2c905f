"""A figure in a programme's section is found again by its key, not by its name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("steering", "0006_reports_of_predecessors")]

    operations = [
        migrations.RemoveConstraint(model_name="programmefigure", name="steering_figure_once"),
        migrations.AddField(
            model_name="programmefigure",
            name="key",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="programmefigure",
            constraint=models.UniqueConstraint(
                fields=("section", "key", "place"),
                condition=models.Q(("key", ""), _negated=True),
                name="steering_figure_once",
            ),
        ),
    ]
