"""Row security: counts are read by their own authority, excuses by whoever answers for the client on the day."""

from django.db import migrations

from kotopolku.access.policies import own_organisation, secured
from kotopolku.clients.row_security import answers


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial"), ("clients", "0002_row_security")]

    operations = [
        secured("quality_qualitycount", own_organisation("organisation_id")),
        secured("quality_excuse", answers("quality_excuse", "relationship_id", "relationship_id")),
    ]
