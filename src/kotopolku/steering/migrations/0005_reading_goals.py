"""Row security of goals, their follow-ups and ties: who reads is asked once a row, of a set where many rows are read.

Who writes a goal also reads it, so a condition for writing need not be tried before the one for reading: each act has a
policy of its own. ``EXISTS`` leaves the choice to PostgreSQL: by index for a few rows, by a hash for a whole table.
"""

from django.db import migrations

from kotopolku.access.policies import SYSTEM_ONCE, own_organisation

PROGRAMME, GOAL = "steering_municipalprogramme", "steering_municipalgoal"
LEADS = own_organisation("p.organisation_id")
OWNS = own_organisation("owner_id")
SEEN = f"EXISTS (SELECT FROM {PROGRAMME} p WHERE p.id = programme_id)"
LED = f"(SELECT true FROM {PROGRAMME} p WHERE p.id = programme_id AND {LEADS} LIMIT 1)"
SEEN_GOAL = f"EXISTS (SELECT FROM {GOAL} g WHERE g.id = goal_id)"
FOLLOWED = (
    f"(SELECT true FROM {GOAL} g JOIN {PROGRAMME} p ON p.id = g.programme_id"
    f" WHERE g.id = goal_id AND ({LEADS} OR {own_organisation('g.owner_id')}) LIMIT 1)"
)
# As 0004 has it: for reading besides the condition for writing.
SEEN_BEFORE = f"(SELECT true FROM {PROGRAMME} p WHERE p.id = programme_id AND true LIMIT 1)"
SEEN_GOAL_BEFORE = f"(SELECT true FROM {GOAL} p WHERE p.id = goal_id AND true LIMIT 1)"


def by_act(table: str, read: str, write: str, before: str) -> migrations.RunSQL:
    """Operation: rows are read where ``read`` holds and written where ``write`` does; both by jobs."""
    allowed = f"{SYSTEM_ONCE} OR {write}"
    policies = {
        "read": f"FOR SELECT USING ({SYSTEM_ONCE} OR {read})",
        "add": f"FOR INSERT WITH CHECK ({allowed})",
        "change": f"FOR UPDATE USING ({allowed}) WITH CHECK ({allowed})",
        "remove": f"FOR DELETE USING ({allowed})",
    }
    return migrations.RunSQL(
        sql=[
            f"DROP POLICY {table}_scope ON {table}",
            f"DROP POLICY {table}_own ON {table}",
            *(f"CREATE POLICY {table}_{act} ON {table} {body}" for act, body in policies.items()),
        ],
        reverse_sql=[
            *(f"DROP POLICY {table}_{act} ON {table}" for act in policies),
            f"CREATE POLICY {table}_scope ON {table} USING ({allowed}) WITH CHECK ({allowed})",
            f"CREATE POLICY {table}_own ON {table} FOR SELECT USING ({before})",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("steering", "0004_row_security_municipal")]

    operations = [
        by_act(GOAL, f"{OWNS} OR {SEEN}", f"({LED} OR {OWNS})", SEEN_BEFORE),
        by_act("steering_goalfollowup", SEEN_GOAL, FOLLOWED, SEEN_GOAL_BEFORE),
        by_act("steering_goaltie", SEEN_GOAL, FOLLOWED, SEEN_GOAL_BEFORE),
    ]
