"""Row security of agreements and places: the municipality and the region of a row, and for reading the ministry.

Whoever follows an authority in a reform sees what that authority had. Places are numbers, no person stands in them.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, own_organisation, secured


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


def visible(parent: str, column: str) -> str:
    """Condition: the row of the secured table ``parent`` to which ``column`` points can be seen."""
    return f"(SELECT true FROM {parent} parent WHERE parent.id = {column} LIMIT 1)"


EITHER = f"{party('municipality_id')} OR {party('authority_id')}"
MINISTRY = (
    "(SELECT true FROM actors_organisation o"
    f" WHERE o.id = {ORGANISATIONS_ONCE} AND o.kind = 'ministry' LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("placement", "0001_places")]

    operations = [
        secured("placement_agreement", EITHER, own=f"{MINISTRY} OR {own_organisation('county_id')}"),
        secured("placement_agreementreview", visible("placement_agreement", "agreement_id")),
        secured("placement_target", f"{party('authority_id')} OR {MINISTRY}"),
        secured("placement_placeanswer", EITHER, own=MINISTRY),
        secured(
            "placement_placerequest",
            f"{party('authority_id')} OR (SELECT true FROM placement_placeanswer a"
            " WHERE a.request_id = placement_placerequest.id LIMIT 1)",
            own=MINISTRY,
        ),
        secured("placement_capacity", EITHER, own=MINISTRY),
        secured("placement_capacitychange", visible("placement_capacity", "capacity_id")),
        secured("placement_hold", visible("placement_capacity", "capacity_id")),
    ]
