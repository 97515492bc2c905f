"""Row security of money. Who is compensated for shows to the municipality alone; a claim also to its region."""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, own_organisation, secured


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


CLAIM = "(SELECT true FROM placement_claim c WHERE c.id = claim_id LIMIT 1)"


class Migration(migrations.Migration):
    dependencies = [("placement", "0005_money")]

    operations = [
        secured("placement_compensated", party("municipality_id")),
        secured("placement_claim", f"{party('municipality_id')} OR {party('authority_id')}"),
        secured("placement_claimline", CLAIM),
        secured("placement_decision", CLAIM),
        secured("placement_payment", CLAIM),
        secured("placement_recovery", CLAIM),
    ]
