"""Row security of every table with a person's data: a row is seen by the authority that answers on the day.

The owner of the tables has a policy of its own, so that loading, dumping and the functions below work; the application's
role is never the owner. Conditions are scalar subselects: evaluated by index for each row, never for a whole table.
"""

from django.db import migrations

from kotopolku.access.rowsecurity import DAY, ORGANISATIONS, SYSTEM

ORGANISATIONS_ONCE = f"ANY ((SELECT {ORGANISATIONS})::bigint[])"
DAY_ONCE = f"(SELECT {DAY})"
SYSTEM_ONCE = f"(SELECT {SYSTEM})"


def answers(table: str, column: str, by: str) -> str:
    """Condition: the viewer's authority answers on the day for the relationship or person in ``column``."""
    return (
        f"(SELECT true FROM clients_responsibility r WHERE r.{by} = {table}.{column}"
        f" AND r.authority_id = {ORGANISATIONS_ONCE} AND r.days @> {DAY_ONCE} LIMIT 1)"
    )


CONDITIONS = {
    "clients_responsibility": f"authority_id = {ORGANISATIONS_ONCE} AND days @> {DAY_ONCE}",
    "clients_person": f"{answers('clients_person', 'id', 'person_id')} OR clients_person_in_seen_household(id)",
    "clients_household": "clients_household_seen(id)",
    "clients_householdmember": "clients_household_seen(household_id)",
    # A clock carries the authority that answers last: the short way for lists, the long one for another day.
    "clients_clock": f"authority_id = {ORGANISATIONS_ONCE} OR {answers('clients_clock', 'relationship_id', 'relationship_id')}",
    "clients_relationship": answers("clients_relationship", "id", "relationship_id"),
    **{
        f"clients_{name}": answers(f"clients_{name}", "person_id", "person_id")
        for name in ("protectedcontact", "permit", "jobseekerperiod", "consent")
    },
    **{
        f"clients_{name}": answers(f"clients_{name}", "relationship_id", "relationship_id")
        for name in ("assessment", "plan", "formdraft", "recentclient")
    },
    **{
        f"clients_{name}": f"(SELECT true FROM clients_plan p WHERE p.id = clients_{name}.plan_id)"
        for name in ("goal", "measure", "planversion", "review", "interruption", "extension")
    },
}
HISTORY = {
    "clients_personevent": answers("clients_personevent", "id", "person_id"),
    "clients_relationshipevent": answers("clients_relationshipevent", "id", "relationship_id"),
    "clients_assessmentevent": answers("clients_assessmentevent", "relationship_id", "relationship_id"),
    "clients_planevent": answers("clients_planevent", "relationship_id", "relationship_id"),
}
"""Written by triggers only: the application may add and see, never change."""

# Policies of a table cannot read the same table; these functions can, as the owner's.
HOUSEHOLDS = f"""
CREATE FUNCTION clients_household_seen(household bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (
        SELECT 1 FROM clients_householdmember m JOIN clients_responsibility r ON r.person_id = m.person_id
        WHERE m.household_id = household AND m.valid @> {DAY}
          AND r.authority_id = ANY ({ORGANISATIONS}) AND r.days @> {DAY})
$$;
CREATE FUNCTION clients_person_in_seen_household(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (
        SELECT 1 FROM clients_householdmember m
        WHERE m.person_id = person AND m.valid @> {DAY} AND clients_household_seen(m.household_id))
$$;
"""

# Text operators are not leakproof, so under row security they cannot use the trigram index. This function applies the
# same condition as the policy itself, and searches by index; the days are written so that the index of overlapping days
# is left alone, which would read everybody of the day. Words are folded letters and digits (rules.fold).
SEARCH = f"""
CREATE FUNCTION clients_search(words text[], most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    organisation bigint;
    word text;
    conditions text := '';
BEGIN
    FOREACH word IN ARRAY words LOOP
        conditions := conditions || format(' AND search_text LIKE %L', '%' || word || '%');
    END LOOP;
    FOREACH organisation IN ARRAY coalesce({ORGANISATIONS}, '{{}}') LOOP
        RETURN QUERY EXECUTE
            'SELECT id FROM clients_responsibility WHERE authority_id = $1'
            || ' AND lower(days) <= $2 AND (upper_inf(days) OR upper(days) > $2)' || conditions
            || ' ORDER BY sort_key, id LIMIT $3'
            USING organisation, {DAY}, most;
    END LOOP;
END
$$;
"""

DROP = """
DROP FUNCTION clients_search(text[], integer);
DROP FUNCTION clients_person_in_seen_household(bigint);
DROP FUNCTION clients_household_seen(bigint);
"""


def secured(table: str, policies: list[str]) -> migrations.RunSQL:
    names = [f"{table}_owner", *(policy.split()[2] for policy in policies)]
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
            *policies,
        ],
        reverse_sql=[
            *(f"DROP POLICY {name} ON {table}" for name in names),
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def scope(table: str, condition: str) -> list[str]:
    allowed = f"{SYSTEM_ONCE} OR {condition}"
    return [f"CREATE POLICY {table}_scope ON {table} USING ({allowed}) WITH CHECK ({allowed})"]


def history(table: str, condition: str) -> list[str]:
    return [
        f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({SYSTEM_ONCE} OR {condition})",
        f"CREATE POLICY {table}_added ON {table} FOR INSERT WITH CHECK (true)",
    ]


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=HOUSEHOLDS, reverse_sql=migrations.RunSQL.noop),
        *(secured(table, scope(table, condition)) for table, condition in CONDITIONS.items()),
        *(secured(table, history(table, condition)) for table, condition in HISTORY.items()),
        migrations.RunSQL(sql=SEARCH, reverse_sql=DROP),
    ]
