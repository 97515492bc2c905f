"""Row security of the desk: the authority that answers on the day; tasks about no client by their organisation.

At the own page a client reads the messages, and the documents that are shown to the client. Notes and tasks are not read there.
"""

from django.db import migrations

from kotopolku.access.policies import SYSTEM_ONCE, own_organisation, own_person, secured
from kotopolku.clients.row_security import answers


def history(table: str, condition: str) -> migrations.RunSQL:
    """Written by triggers only: the application may add and see, never change."""
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
            f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({SYSTEM_ONCE} OR {condition})",
            f"CREATE POLICY {table}_added ON {table} FOR INSERT WITH CHECK (true)",
        ],
        reverse_sql=[
            *(f"DROP POLICY {table}_{name} ON {table}" for name in ("owner", "seen", "added")),
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        secured(
            "desk_task",
            f"(CASE WHEN relationship_id IS NULL THEN {own_organisation('organisation_id')}"
            f" ELSE {answers('desk_task', 'relationship_id', 'relationship_id')} END)",
        ),
        secured(
            "desk_taskcomment",
            "(SELECT true FROM desk_task t WHERE t.id = desk_taskcomment.task_id)",
        ),
        secured("desk_note", answers("desk_note", "relationship_id", "relationship_id")),
        secured(
            "desk_document",
            answers("desk_document", "relationship_id", "relationship_id"),
            own=f"shared AND {own_person()}",
        ),
        secured(
            "desk_message",
            answers("desk_message", "relationship_id", "relationship_id"),
            own=own_person(),
        ),
        history("desk_noteevent", answers("desk_noteevent", "relationship_id", "relationship_id")),
    ]
