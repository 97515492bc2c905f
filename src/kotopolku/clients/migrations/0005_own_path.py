"""The client at the own page reads what is about that person; never writes here (``mypage`` acts through actions)."""

from django.db import migrations

from kotopolku.access.policies import own_person, readable_by_the_person

OF_THE_PERSON = {
    "clients_person": own_person("id"),
    **{
        f"clients_{name}": own_person()
        for name in (
            "protectedcontact",
            "permit",
            "jobseekerperiod",
            "consent",
            "relationship",
            "responsibility",
            "clock",
        )
    },
    **{
        f"clients_{name}": f"(SELECT true FROM clients_relationship o WHERE o.id = relationship_id AND {own_person('o.person_id')})"
        for name in ("assessment", "plan")
    },
}
"""What belongs to a plan is read through the plan's own condition (0002)."""


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_casework")]

    operations = [readable_by_the_person(table, condition) for table, condition in OF_THE_PERSON.items()]
