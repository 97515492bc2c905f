"""What waits for somebody in steering: for My work."""

from datetime import date

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering.queries import councils_work, goals_work, guidance_work, municipal_work, reports


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """Reports, drafts to write, councils and reviews, goals to follow up, guidance. The nearest day first."""
    if not viewer.may(Capability.SIGNED_IN) or viewer.organisation_id is None:
        return []
    found = reports.todo(viewer)
    for work in (municipal_work, councils_work, goals_work, guidance_work):
        found += work.todo(viewer, limit)
    return sorted(found, key=lambda one: one.due or date.max)[:limit]
