"""Row security of rounds: the region's alone; a municipality never sees what was weighed. Under a non-disclosure order
only the case's officer sees its row and what was fixed for it. Weights are read in every authority and written by the ministry.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, USER_ONCE, own_organisation, secured
from kotopolku.access.rowsecurity import ORGANISATIONS


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


def open_case(table: str) -> str:
    """Condition: the row's case is under no order, or the viewer handles it."""
    return (
        f"(SELECT true FROM placement_case c JOIN placement_casefile f ON f.case_id = c.id"
        f" WHERE c.id = {table}.case_id AND (NOT c.non_disclosure OR f.officer_id = {USER_ONCE}) LIMIT 1)"
    )


MINISTRY = (
    "(SELECT true FROM actors_organisation o"
    f" WHERE o.id = {ORGANISATIONS_ONCE} AND o.kind = 'ministry' LIMIT 1)"
)
SEATED = f"(SELECT {ORGANISATIONS}) IS NOT NULL"
ROUND = "(SELECT true FROM placement_round r WHERE r.id = round_id LIMIT 1)"


class Migration(migrations.Migration):
    dependencies = [("placement", "0007_rounds")]

    operations = [
        secured("placement_round", party("authority_id")),
        secured("placement_roundrow", f"{ROUND} AND {open_case('placement_roundrow')}"),
        secured("placement_binding", f"{party('authority_id')} AND {open_case('placement_binding')}"),
        secured("placement_weightset", MINISTRY, own=SEATED),
    ]
