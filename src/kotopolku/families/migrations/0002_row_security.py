"""Who sees a family's rows: the authority that answers for the person, or for a member of the household.

A relation of two members of a household that the authority sees is seen too, though neither may be a client. The client
at the own page reads own rows, and those of persons one acts for.
"""

from django.db import migrations

from kotopolku.access.policies import own_organisation, own_person, secured
from kotopolku.clients.row_security import answers


def _either(condition: str, *columns: str) -> str:
    return " OR ".join(condition.format(column=column) for column in columns)


RELATION = (
    f"{answers('families_relation', 'person_id', 'person_id')}"
    f" OR {answers('families_relation', 'other_id', 'person_id')}"
    " OR (clients_person_in_seen_household(person_id) AND clients_person_in_seen_household(other_id))"
)
PLAN = f"({answers('families_familyplan', 'relationship_id', 'relationship_id')} OR clients_household_seen(household_id))"
PLANS_OWN = "(SELECT true FROM families_familyplan p WHERE p.id = {table}.plan_id)"

# How many client relationships a person had before this one, whoever answered: a number, no row of another authority.
EARLIER = """
CREATE FUNCTION families_earlier(relationship bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT count(*) FROM clients_relationship now
        JOIN clients_relationship before ON before.person_id = now.person_id AND before.id < now.id
    WHERE now.id = relationship
$$;
"""
# Few of all persons came without a guardian: the list by housing unit starts from them.
INDEX = "CREATE INDEX families_unaccompanied ON clients_person (id) WHERE unaccompanied"


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial"), ("clients", "0005_own_path")]

    operations = [
        secured("families_relation", f"({RELATION})", own=_either(own_person("{column}"), "person_id", "other_id")),
        *(
            secured(
                f"families_{name}", answers(f"families_{name}", "person_id", "person_id"), own=own_person()
            )
            for name in ("representative", "housing")
        ),
        secured("families_housingunit", own_organisation("authority_id")),
        secured("families_familyplan", PLAN),
        *(
            secured(f"families_{name}", PLANS_OWN.format(table=f"families_{name}"))
            for name in ("familygoal", "familyreview")
        ),
        secured(
            "families_earliermaximum",
            answers("families_earliermaximum", "relationship_id", "relationship_id"),
        ),
        migrations.RunSQL(sql=EARLIER, reverse_sql="DROP FUNCTION families_earlier(bigint)"),
        migrations.RunSQL(sql=INDEX, reverse_sql="DROP INDEX families_unaccompanied"),
    ]
