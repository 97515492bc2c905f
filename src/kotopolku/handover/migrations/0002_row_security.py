"""Row security of the room: both sides see that a client was offered or referred, and only the receiver what was told."""

from django.db import migrations

from kotopolku.access.policies import own_organisation, own_person, secured
from kotopolku.clients.row_security import answers

EITHER = f"{own_organisation('from_organisation_id')} OR {own_organisation('to_organisation_id')}"


class Migration(migrations.Migration):
    dependencies = [("handover", "0001_initial"), ("clients", "0005_own_path")]

    operations = [
        secured("handover_offer", EITHER),
        # Whoever answers now may read how the client came, also through others.
        secured(
            "handover_handover",
            f"{EITHER} OR {answers('handover_handover', 'relationship_id', 'relationship_id')}",
            own=own_person(),
        ),
        secured("handover_kept", answers("handover_kept", "relationship_id", "relationship_id")),
        secured("handover_referral", EITHER),
        secured("handover_referralfacts", own_organisation("to_organisation_id")),
        secured("handover_advice", own_organisation("organisation_id")),
        secured("handover_successionpart", own_organisation("successor_id")),
        secured(
            "handover_successionrun",
            "(SELECT true FROM handover_successionpart p WHERE p.run_id = handover_successionrun.id LIMIT 1)",
        ),
    ]
