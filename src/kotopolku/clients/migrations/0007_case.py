"""What the client page reads of the small tables, as a function: ``clients_case``.

A function and not a statement of the page, since under row security planning it took longer than running it; what
plpgsql has planned once the session keeps, behind a connection pooler too. It runs with the caller's rights: row
security holds. One plan for all clients: nothing in it depends on whose rows they are.
"""

from django.db import migrations

# Each part becomes a JSON list of its rows. The plan shown and the others of the household are found once: every further
# look at a table under row security would cost again.
ROWS = "(SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM ({}) t)"
FOUND = """
    WITH shown AS MATERIALIZED (
        SELECT p.id FROM clients_plan p WHERE p.relationship_id = of_relationship
        ORDER BY p.status = 'ended', p.id DESC LIMIT 1
    ), others AS MATERIALIZED (
        SELECT m.id, m.household_id, m.person_id, m.role, lower(m.valid) AS first, upper(m.valid) AS after
        FROM clients_householdmember own JOIN clients_householdmember m ON m.household_id = own.household_id
        WHERE own.person_id = of_person AND own.valid @> on_day AND m.valid @> on_day AND m.person_id <> of_person
    )
"""
PARTS = {
    "contact": "SELECT * FROM clients_protectedcontact WHERE person_id = of_person AND NOT hidden",
    "permits": "SELECT * FROM clients_permit WHERE person_id = of_person ORDER BY starts, id",
    "jobseeker": (
        "SELECT id, person_id, lower(days) AS first, upper(days) AS after FROM clients_jobseekerperiod"
        " WHERE person_id = of_person AND days @> on_day"
    ),
    "consents": "SELECT * FROM clients_consent WHERE person_id = of_person ORDER BY given_on DESC, id DESC",
    "members": "SELECT * FROM others ORDER BY id",
    "persons": "SELECT * FROM clients_person WHERE id IN (SELECT person_id FROM others)",
    "assessments": (
        "SELECT * FROM clients_assessment WHERE relationship_id = of_relationship"
        " ORDER BY started_on DESC, id DESC LIMIT 1"
    ),
    "plans": "SELECT * FROM clients_plan WHERE id = (SELECT id FROM shown)",
    "goals": "SELECT * FROM clients_goal WHERE plan_id = (SELECT id FROM shown) AND NOT removed ORDER BY position, id",
    "measures": (
        "SELECT * FROM clients_measure WHERE plan_id = (SELECT id FROM shown) AND NOT removed ORDER BY position, id"
    ),
    "reviews": "SELECT * FROM clients_review WHERE plan_id = (SELECT id FROM shown) ORDER BY held_on DESC, id DESC",
    "interruptions": (
        "SELECT * FROM clients_interruption WHERE plan_id = (SELECT id FROM shown) AND NOT cancelled"
        " ORDER BY first_day"
    ),
    "extensions": (
        "SELECT * FROM clients_extension WHERE plan_id = (SELECT id FROM shown) AND NOT cancelled"
        " ORDER BY decided_on, id"
    ),
    "versions": "SELECT max(number) AS number FROM clients_planversion WHERE plan_id = (SELECT id FROM shown)",
    "clocks": (
        "SELECT * FROM clients_clock WHERE relationship_id = of_relationship AND opens_on <= on_day"
        " ORDER BY due NULLS LAST, own, id"
    ),
    "drafts": "SELECT * FROM clients_formdraft WHERE relationship_id = of_relationship AND user_id = of_user",
}
CASE = f"""
CREATE FUNCTION clients_case(
    of_relationship bigint, of_person bigint, on_day date, of_user bigint, hidden boolean
) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN ({FOUND} SELECT json_build_object(
        {", ".join(f"'{name}', {ROWS.format(part)}" for name, part in PARTS.items())}
    ));
END
$$;
"""
DROP = "DROP FUNCTION clients_case(bigint, bigint, date, bigint, boolean)"


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_changes")]

    operations = [migrations.RunSQL(sql=CASE, reverse_sql=DROP)]
