"""What the desk shows on the client page: the open tasks. One query."""

from typing import Any

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.queries import ClientDetail
from kotopolku.desk import queries

SHOWN = 5


def open_tasks(viewer: Viewer, detail: ClientDetail) -> dict[str, Any]:
    rows = queries.open_tasks_of(viewer, detail.relationship)
    return {
        "tasks": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "relationship_id": detail.relationship.pk,
        "can_edit": viewer.may(Capability.CLIENT_EDIT),
    }
