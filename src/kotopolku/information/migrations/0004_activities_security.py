"""Services and events that are not published are their keeper's; once sent in, the approvers' too."""

from django.db import migrations

from kotopolku.access.policies import own_organisation, secured
from kotopolku.access.rowsecurity import ORGANISATIONS

IN_A_SEAT = f"(SELECT {ORGANISATIONS}) IS NOT NULL"


def _of(owner: str, key: str) -> str:
    """Seen with the entry it belongs to, whose own row security holds here too."""
    return f"(SELECT true FROM {owner} owner WHERE owner.id = {key} LIMIT 1)"


def _entry(table: str) -> migrations.RunSQL:
    sent_in = f"({IN_A_SEAT} AND state <> 'draft')"
    return secured(table, f"{own_organisation('organisation_id')} OR {sent_in}", own="state = 'published'")


class Migration(migrations.Migration):
    dependencies = [("information", "0003_activities")]

    operations = [
        _entry("information_service"),
        _entry("information_event"),
        secured("information_servicepoint", _of("information_service", "service_id")),
        secured("information_eventexception", _of("information_event", "event_id")),
        secured("information_occurrence", _of("information_event", "event_id")),
    ]
