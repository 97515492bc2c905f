"""Row security of costs agreed on beforehand, and of what a county has been asked about a case.

Costs show to who asked for them and to the region that answers; those of preparing for a case under a non-disclosure
order show at the region as its proposal does: to the case's officer alone. Of a case the county reads only the question
put to it.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, own_organisation, secured


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


PROPOSAL = "(SELECT true FROM placement_proposal p WHERE p.id = proposal_id LIMIT 1)"
AGREEMENT = "(SELECT true FROM placement_costagreement a WHERE a.id = agreement_id LIMIT 1)"


class Migration(migrations.Migration):
    dependencies = [("placement", "0009_costs")]

    operations = [
        secured(
            "placement_costagreement",
            f"{party('applicant_id')} OR ({party('authority_id')} AND (proposal_id IS NULL OR {PROPOSAL}))",
        ),
        secured("placement_cost", AGREEMENT),
        migrations.RunSQL(
            sql=(
                "CREATE POLICY placement_countyhearing_own ON placement_countyhearing"
                f" FOR SELECT USING ({party('county_id')})"
            ),
            reverse_sql="DROP POLICY placement_countyhearing_own ON placement_countyhearing",
        ),
    ]
