"""The only way from a viewer to service paths, their steps and what clients say of them, and from an id to one of them.

A path in use or ended is everybody's to read; a draft its keeper's, and what clients say too. How long people wait is read
by the path's organisation and the ministry. Row security stands under it.
"""

from datetime import date

from django.db.models import Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement.access import is_ministry
from kotopolku.steering.followed import area, as_of, past, places
from kotopolku.steering.models import PathState, PathStep, ServicePath, StepFeedback

__all__ = ["area"]


def keeps(viewer: Viewer) -> bool:
    """Whether the viewer describes the paths of an organisation."""
    return viewer.may(Capability.PATH_KEEP) and viewer.organisation_id is not None


def require_keeper(viewer: Viewer) -> Organisation:
    """The viewer's organisation. Raises ``MissingCapability``, also for a job, which has none."""
    require(viewer, Capability.PATH_KEEP)
    if viewer.organisation_id is None:
        raise MissingCapability(Capability.PATH_KEEP)
    return Organisation.objects.get(pk=viewer.organisation_id)


# Paths and steps --------------------------------------------------------------------------------------------------------


def paths(viewer: Viewer) -> "QuerySet[ServicePath]":
    """Paths in use and ended ones; to their keepers the drafts too."""
    require(viewer, Capability.SIGNED_IN)
    rows = ServicePath.objects.all()
    if viewer.system:
        return rows
    open_ones = ~Q(state=PathState.DRAFT)
    return rows.filter(open_ones | Q(organisation_id=viewer.organisation_id) if keeps(viewer) else open_ones)


def path(viewer: Viewer, path_id: int) -> ServicePath:
    """Raises ``NotVisible``."""
    return one_of(paths(viewer).select_related("organisation"), path_id)


def own_path(viewer: Viewer, path_id: int, *, lock: bool = False) -> ServicePath:
    """A path that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    require_keeper(viewer)
    rows = ServicePath.objects.filter(organisation_id=viewer.organisation_id or 0)
    return one_of(rows.select_related("organisation"), path_id, lock)


def left_behind(viewer: Viewer) -> list[ServicePath]:
    """Paths of organisations that are no more, in a part of the area of the viewer's, which follows them; not ended ones.

    Two statements when the organisation follows nobody. Raises ``MissingCapability``.
    """
    own = require_keeper(viewer)
    gone = list(past(viewer))
    if not gone:
        return []
    with rowsecurity.as_system():
        # Also a predecessor's draft, which row security keeps to the predecessor.
        rows = list(
            ServicePath.objects.filter(organisation__in=gone)
            .exclude(state=PathState.ENDED)
            .select_related("organisation")
            .order_by("name_fi", "pk")
        )
    mine = places(own, viewer.day)
    return [one for one in rows if mine & path_places(one, viewer.day)]


def path_places(of: ServicePath, day: date) -> set[str]:
    """Codes of the day's municipalities in which a path is run."""
    return as_of(of.municipalities, day) if of.municipalities else places(of.organisation, day)


def own_step(viewer: Viewer, step_id: int, *, lock: bool = False) -> PathStep:
    """A step of a path that the viewer keeps, with ``lock`` its path locked. Raises ``MissingCapability``, ``NotVisible``."""
    require_keeper(viewer)
    rows = PathStep.objects.filter(path__organisation_id=viewer.organisation_id or 0)
    found = one_of(rows.select_related("path", "path__organisation", "owner"), step_id)
    if lock:
        own_path(viewer, found.path_id, lock=True)
        # Read again behind the lock: what somebody saved while we waited is there now.
        found = one_of(rows.select_related("path", "path__organisation", "owner"), step_id)
    return found


def sees_waiting(viewer: Viewer, of: ServicePath) -> bool:
    """Whether the viewer may see how long people wait: counts of the own organisation, to the ministry of any."""
    if viewer.system:
        return True
    if of.organisation_id == viewer.organisation_id:
        return keeps(viewer) or viewer.may(Capability.COUNTS_VIEW)
    return is_ministry(viewer) and viewer.may(Capability.COUNTS_VIEW)


# What clients say -------------------------------------------------------------------------------------------------------


def asking(day: date) -> "QuerySet[PathStep]":
    """Steps that ask clients on the day, to anybody: of a path in use, until its last day of asking."""
    return PathStep.objects.filter(
        Q(path__feedback_until=None) | Q(path__feedback_until__gte=day),
        path__state=PathState.IN_USE,
        asks=True,
    )


def asked_step(viewer: Viewer, code: str) -> PathStep:
    """The step whose feedback is given under the code; anybody's who has it. Raises ``NotVisible``."""
    found = asking(viewer.day).select_related("path", "path__organisation").filter(code=code).first()
    if found is None:
        raise NotVisible
    return found


def feedback(viewer: Viewer) -> "QuerySet[StepFeedback]":
    """What clients said of the steps of own paths. Raises ``MissingCapability``."""
    require_keeper(viewer)
    return StepFeedback.objects.filter(step__path__organisation_id=viewer.organisation_id or 0)


def own_feedback(viewer: Viewer, feedback_id: int, *, lock: bool = False) -> StepFeedback:
    """Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(feedback(viewer).select_related("step", "step__path"), feedback_id, lock)
