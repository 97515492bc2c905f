"""Feedback is seen by those who keep the space it was written to; addresses with it; marks of senders by nobody but the system."""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, secured

OWN_SPACE = (
    "(SELECT true FROM information_space s"
    f" WHERE s.id = space_id AND s.organisation_id = {ORGANISATIONS_ONCE} LIMIT 1)"
)
OWN_FEEDBACK = "(SELECT true FROM information_feedback f WHERE f.id = feedback_id LIMIT 1)"
NOBODY = "false"


class Migration(migrations.Migration):
    dependencies = [("information", "0006_search")]

    operations = [
        secured("information_feedback", OWN_SPACE),
        secured("information_feedbackaddress", OWN_FEEDBACK),
        secured("information_feedbacktry", NOBODY),
        secured("information_dailysalt", NOBODY),
        secured("information_pagecount", OWN_SPACE),
    ]
