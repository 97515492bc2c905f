"""Row security of forecasts and lots: the organisation's that made them, and of the one that follows it in a reform."""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, own_organisation, secured


def followed(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    before = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({before}))"


class Migration(migrations.Migration):
    dependencies = [("training", "0005_needs")]

    operations = [
        secured("training_forecast", followed("organisation_id")),
        secured("training_needlot", followed("organisation_id")),
    ]
