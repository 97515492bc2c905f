"""Row security of cases. A municipality sees a case while it is proposed to it or accepted by it, and names only through
a worker whom it has named and to whom the region has opened them. Under a non-disclosure order only the case's officer
at the region sees which municipality it is.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, USER_ONCE, own_organisation, secured


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        "ARRAY(SELECT s.predecessor_id FROM actors_succession s"
        f" WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


def visible(parent: str, column: str) -> str:
    """Condition: the row of the secured table ``parent`` to which ``column`` points can be seen."""
    return f"(SELECT true FROM {parent} parent WHERE parent.id = {column} LIMIT 1)"


def officer(table: str) -> str:
    """Condition: the viewer handles the case of the row."""
    return (
        "(SELECT true FROM placement_casefile f"
        f" WHERE f.case_id = {table}.case_id AND f.officer_id = {USER_ONCE} LIMIT 1)"
    )


def sides(table: str, *, always: str = "") -> str:
    """Condition on a row that tells which municipality: that one, and the region unless an order hides it."""
    shown = f"NOT protected OR {officer(table)}" + (f" OR {always}" if always else "")
    return f"({party('municipality_id')} OR ({party('authority_id')} AND ({shown})))"


def named(table: str) -> str:
    """Condition: names of the row's case have been opened to the viewer."""
    return (
        f"(SELECT true FROM placement_namedworker w WHERE w.case_id = {table}.case_id AND w.user_id = {USER_ONCE}"
        f" AND w.opened_on IS NOT NULL AND w.ended_on IS NULL AND {own_organisation('w.organisation_id')} LIMIT 1)"
    )


PROPOSED = (
    "(SELECT true FROM placement_proposal p WHERE p.case_id = placement_case.id"
    f" AND {party('p.municipality_id')} AND p.state IN ('open', 'accepted') LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("placement", "0003_cases")]

    operations = [
        secured("placement_casefile", party("authority_id")),
        secured("placement_proposal", sides("placement_proposal")),
        secured("placement_case", f"{party('authority_id')} OR {PROPOSED}"),
        secured("placement_casemember", visible("placement_case", "case_id")),
        secured(
            "placement_namedworker",
            f"{own_organisation('organisation_id')} OR {visible('placement_proposal', 'proposal_id')}",
        ),
        secured("placement_sealed", f"{party('authority_id')} OR {named('placement_sealed')}"),
        secured("placement_sealedpaper", f"{party('authority_id')} OR {named('placement_sealedpaper')}"),
        secured("placement_proposalword", visible("placement_proposal", "proposal_id")),
        secured("placement_countyhearing", visible("placement_proposal", "proposal_id")),
        secured("placement_arrival", sides("placement_arrival")),
        secured("placement_caseevent", sides("placement_caseevent", always="municipality_id IS NULL")),
        secured("placement_caselist", party("authority_id")),
    ]
