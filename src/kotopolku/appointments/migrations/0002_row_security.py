"""An appointment is its authority's; what is about a client is seen by the authority that answers, and by the client."""

from django.db import migrations

from kotopolku.access.policies import USER_ONCE, own_organisation, own_person, secured
from kotopolku.clients.row_security import answers

ORGANISATION = own_organisation("organisation_id")


def with_a_participant(appointment: str, condition: str = "true") -> str:
    """Condition: the appointment has a participant whom the viewer may see (by that table's own policies)."""
    return f"(SELECT true FROM appointments_participant p WHERE p.appointment_id = {appointment} AND {condition} LIMIT 1)"


def of_the_client(table: str) -> migrations.RunSQL:
    return secured(table, answers(table, "relationship_id", "relationship_id"), own=own_person())


def of_the_appointment(table: str, column: str) -> migrations.RunSQL:
    key = f"{table}.{column}"
    return secured(
        table,
        f"{ORGANISATION} OR {with_a_participant(key)}",
        own=with_a_participant(key, own_person("p.person_id")),
    )


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial"), ("clients", "0005_own_path")]

    operations = [
        of_the_client("appointments_participant"),
        of_the_client("appointments_absencewarning"),
        of_the_client("appointments_noshowfee"),
        of_the_appointment("appointments_appointment", "id"),
        of_the_appointment("appointments_appointmentworker", "appointment_id"),
        secured(
            "appointments_interpreterorder",
            ORGANISATION,
            own=with_a_participant("appointments_interpreterorder.appointment_id", own_person("p.person_id")),
        ),
        secured("appointments_calendarfeed", f"user_id = {USER_ONCE}"),
    ]
