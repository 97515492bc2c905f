"""Row security of what municipalities tell of themselves: the municipality and its region, and for reading the ministry.

Whoever follows an authority in a reform sees what that authority had, as with places.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, own_organisation, secured


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


MINISTRY = (
    "(SELECT true FROM actors_organisation o"
    f" WHERE o.id = {ORGANISATIONS_ONCE} AND o.kind = 'ministry' LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("placement", "0011_facts")]

    operations = [
        secured(
            "placement_municipalfacts", f"{party('municipality_id')} OR {party('authority_id')}", own=MINISTRY
        ),
    ]
