"""The only way from a viewer to clients' rows, and from an id to an object. Row security stands under it as a net.

Not for: what may be done (capabilities, ``access.gate``). Filters by authority and day here, so that indexes are used.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Assessment, Clock, Plan, Relationship, Responsibility


@dataclass(frozen=True)
class Case:
    """One client relationship that the viewer may see on the day: with its person and who answers."""

    relationship: Relationship
    responsibility: Responsibility


def case(viewer: Viewer, relationship_id: int, *, lock: bool = False) -> Case:
    """The case with person loaded, one statement. Raises ``NotVisible`` if it is not the viewer's authority's on the day.
    ``lock`` locks the relationship row until the transaction ends."""


def relationship(viewer: Viewer, relationship_id: int) -> Relationship:
    """``case(...).relationship``; ``.person`` is loaded."""


def responsibilities(viewer: Viewer) -> "QuerySet[Responsibility]":
    """Responsibilities of the viewer's authority that are in force on the day."""


def assessment(viewer: Viewer, relationship_id: int) -> Assessment:
    """The latest assessment of the relationship. Raises ``NotVisible``."""


def plan(viewer: Viewer, relationship_id: int) -> Plan:
    """The open plan (draft or in force), else the last ended one. Raises ``NotVisible``."""


def clocks(viewer: Viewer, scope: str) -> "QuerySet[Clock]":
    """Clocks open on the day in one scope: own, team (needs TEAM_VIEW) or organisation (needs TEAM_VIEW)."""
