"""The only way from a viewer to goals of municipalities, and from an id to one of them.

A goal is read by whoever reads its programme, a published one by everybody. The leading municipality writes it; its
follow-up and its ties are also its owner's. Row security stands under it.
"""

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.steering import access_measures, access_municipal
from kotopolku.steering.models import (
    GoalFollowUp,
    GoalTie,
    MeasureState,
    MunicipalGoal,
    MunicipalProgramme,
    MunicipalState,
    RegionalMeasure,
)


def goals(viewer: Viewer) -> "QuerySet[MunicipalGoal]":
    """Goals of every programme that the viewer may read; of published ones to who is not signed in."""
    at_work = viewer.may(Capability.SIGNED_IN)
    seen = access_municipal.programmes(viewer) if at_work else access_municipal.published(viewer)
    return MunicipalGoal.objects.filter(programme__in=seen.order_by().values("pk"))


def goal(viewer: Viewer, goal_id: int) -> MunicipalGoal:
    """Raises ``NotVisible``."""
    return one_of(_whole(goals(viewer)), goal_id)


def _whole(rows: "QuerySet[MunicipalGoal]") -> "QuerySet[MunicipalGoal]":
    return rows.select_related("programme__organisation", "indicator", "owner", "section")


def leads(viewer: Viewer, of: MunicipalGoal) -> bool:
    """Whether the viewer writes the goal: it is in a programme that the viewer keeps."""
    return access_municipal.leads(viewer, of.programme)


def carries(viewer: Viewer) -> bool:
    """Whether the viewer follows up goals of the own organisation: who keeps programmes, or speaks for it."""
    return viewer.may(Capability.PROGRAMME_KEEP) or viewer.may(Capability.STATEMENT_GIVE)


def may_follow_up(viewer: Viewer, of: MunicipalGoal) -> bool:
    """Whether the viewer writes the goal's follow-up and its ties: the leading municipality, or its owner."""
    if leads(viewer, of):
        return True
    return carries(viewer) and viewer.organisation_id is not None and of.owner_id == viewer.organisation_id


def require_follow_up(viewer: Viewer) -> None:
    """Raises ``MissingCapability`` for who can follow up no goal."""
    if not carries(viewer):
        raise MissingCapability(Capability.PROGRAMME_KEEP)


def may_add(viewer: Viewer, of: MunicipalProgramme) -> bool:
    """Whether the viewer adds goals to the programme: it is kept by the viewer and has not ended."""
    return access_municipal.leads(viewer, of) and of.state != MunicipalState.ENDED


def own_goal(viewer: Viewer, goal_id: int, *, lock: bool = False) -> MunicipalGoal:
    """A goal that the viewer may write, its programme locked too. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.PROGRAMME_KEEP)
    rows = MunicipalGoal.objects.all()
    if not viewer.system:
        rows = rows.filter(programme__organisation_id=viewer.organisation_id or 0)
    found = one_of(_whole(rows), goal_id)
    if not lock:
        return found
    access_municipal.own_programme(viewer, found.programme_id, lock=True)
    # Read again behind the lock: what somebody saved while we waited is there now.
    return one_of(_whole(rows), goal_id, lock=True)


def followed_goals(viewer: Viewer) -> "QuerySet[MunicipalGoal]":
    """Goals that the viewer's organisation follows up. Raises ``MissingCapability``."""
    require_follow_up(viewer)
    rows = goals(viewer)
    if viewer.system:
        return rows
    mine = viewer.organisation_id or 0
    own = Q(owner_id=mine)
    if viewer.may(Capability.PROGRAMME_KEEP):
        own |= Q(programme__organisation_id=mine)
    return rows.filter(own)


def followed_goal(viewer: Viewer, goal_id: int, *, lock: bool = False) -> MunicipalGoal:
    """A goal that the viewer follows up. Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(_whole(followed_goals(viewer)), goal_id, lock)


def follow_up(viewer: Viewer, of: MunicipalGoal, year: int) -> GoalFollowUp:
    """A year's follow-up of a goal that was opened before. Raises ``NotVisible``."""
    found = GoalFollowUp.objects.filter(goal=of, year=year).select_related("written_by").first()
    if found is None:
        raise NotVisible
    return found


def tie(viewer: Viewer, of: MunicipalGoal, tie_id: int) -> GoalTie:
    """A tie of a goal that was opened before. Raises ``NotVisible``."""
    return one_of(GoalTie.objects.filter(goal=of), tie_id)


# What a goal belongs to -----------------------------------------------------------------------------------------------


def measures(viewer: Viewer, regions: list[str]) -> "QuerySet[RegionalMeasure]":
    """Regional measures of the regions that go on, to which a goal can belong."""
    rows = access_measures.measures(viewer).filter(regions__overlap=regions)
    return rows.exclude(state=MeasureState.DROPPED).filter(not_over("days", viewer.day))


def is_fixed(programme: MunicipalProgramme) -> bool:
    """Whether the goals are before the councils or approved: changing one needs a reason from then on."""
    return programme.state in (MunicipalState.COUNCILS, MunicipalState.APPROVED)
