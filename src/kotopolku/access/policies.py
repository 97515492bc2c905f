"""Row security of a table with somebody's data, as operations for migrations of any room.

The owner of the tables has a policy of its own, so that loading, dumping and functions work. Conditions
are scalar subselects: evaluated by index for each row, never for a whole table. Not for: what pages may show.
"""

from django.db import migrations

from kotopolku.access.rowsecurity import DAY, ORGANISATIONS, PERSONS, SYSTEM, USER

ORGANISATIONS_ONCE = f"ANY ((SELECT {ORGANISATIONS})::bigint[])"
DAY_ONCE = f"(SELECT {DAY})"
SYSTEM_ONCE = f"(SELECT {SYSTEM})"
PERSONS_ONCE = f"ANY ((SELECT {PERSONS})::bigint[])"
USER_ONCE = f"(SELECT {USER})"


def own_organisation(column: str) -> str:
    """Condition: the row's organisation is the viewer's."""
    return f"{column} = {ORGANISATIONS_ONCE}"


def own_person(column: str = "person_id") -> str:
    """Condition: the row is of the client at the own page, or of somebody that client acts for."""
    return f"{column} = {PERSONS_ONCE}"


def secured(table: str, condition: str, *, own: str = "") -> migrations.RunSQL:
    """Migration operation: ``table`` shows, and takes, rows for which ``condition`` holds; all to jobs.

    ``own``: a further condition under which rows can be read (not written), as ``own_person()`` for the client's own page.
    """
    allowed = f"{SYSTEM_ONCE} OR {condition}"
    policies = {f"{table}_scope": f"USING ({allowed}) WITH CHECK ({allowed})"}
    if own:
        policies[f"{table}_own"] = f"FOR SELECT USING ({own})"
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
            *(f"CREATE POLICY {name} ON {table} {body}" for name, body in policies.items()),
        ],
        reverse_sql=[
            *(f"DROP POLICY {name} ON {table}" for name in (f"{table}_owner", *policies)),
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def readable_by_the_person(table: str, condition: str) -> migrations.RunSQL:
    """Migration operation: adds to a secured table that the client at the own page reads rows where ``condition``."""
    return migrations.RunSQL(
        sql=f"CREATE POLICY {table}_own ON {table} FOR SELECT USING ({condition})",
        reverse_sql=f"DROP POLICY {table}_own ON {table}",
    )
