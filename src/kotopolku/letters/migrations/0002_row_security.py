"""A letter is seen by the authority that answers for the client, and once sent by the client."""

from django.db import migrations

from kotopolku.access.policies import own_person, secured
from kotopolku.clients.row_security import answers


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("clients", "0005_own_path")]

    operations = [
        secured(
            "letters_letter",
            answers("letters_letter", "relationship_id", "relationship_id"),
            own=f"{own_person()} AND state IN ('sent', 'delivered')",
        ),
    ]
