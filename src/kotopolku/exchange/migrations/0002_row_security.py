"""An authority sees its own runs, messages and reports; facts of registers follow the client."""

from django.db import migrations

from kotopolku.access.policies import own_organisation, own_person, secured
from kotopolku.clients.row_security import answers

OWN = ("columnmapping", "importrun", "importrow", "knownrow", "nationalmessage", "reconciliation")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("clients", "0006_changes")]

    operations = [
        *(secured(f"exchange_{name}", own_organisation("organisation_id")) for name in OWN),
        secured(
            "exchange_registerfact",
            answers("exchange_registerfact", "relationship_id", "relationship_id"),
            own=own_person(),
        ),
    ]
