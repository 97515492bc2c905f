"""Goals of municipalities that a thing carries out, for the thing's own page: the chain read from its lower end.

Each goal is read through steering's own access. Not for: what carries a goal out (``carrying.py``), who ties.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Window
from django.utils.translation import ngettext

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.clients.wording import language
from kotopolku.procurement.models import Contract
from kotopolku.reference import queries as reference
from kotopolku.steering import access_goals as access
from kotopolku.steering.followed import own_places
from kotopolku.steering.models import (
    GoalFollowUp,
    GoalState,
    GoalTie,
    MunicipalGoal,
    MunicipalState,
    RegionalMeasure,
    TieKind,
)
from kotopolku.steering.queries.goal_figures import codes_of, codes_of_goal
from kotopolku.steering.queries.goals import of_municipalities, status_mark
from kotopolku.steering.queries.measures import Mark
from kotopolku.steering.queries.programme import said
from kotopolku.training.models import Course

TEMPLATE = "steering/goals_carried.html"
OF_MEASURES = "steering/goals_of_measures.html"
SHOWN_AT_ONCE = 5
"""The rest is folded."""
MOST_NAMED = 50


@dataclass(frozen=True)
class CarriedGoal:
    """A goal on the page of what carries it out."""

    goal: MunicipalGoal
    title: str
    title_language: str
    municipalities: str
    mark: Mark
    followed: int | None
    """Year of the newest follow-up, which the mark comes from."""
    programme_state: str
    """Of a programme that is not approved or has ended, in words."""


@dataclass(frozen=True)
class CarriedGoals:
    """Own ones first, then those under way; at most ``MOST_NAMED`` are named."""

    rows: list[CarriedGoal]
    number: int

    @property
    def first(self) -> list[CarriedGoal]:
        return self.rows[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> list[CarriedGoal]:
        return self.rows[SHOWN_AT_ONCE:]

    @property
    def folded(self) -> int:
        return self.number - len(self.first)

    @property
    def unnamed(self) -> str:
        """How many more there are, in words; empty for none."""
        left = self.number - len(self.rows)
        return ngettext("%(count)d more", "%(count)d more", left) % {"count": left} if left else ""


def of_thing(viewer: Viewer, kind: TieKind, object_id: int) -> CarriedGoals | None:
    """Goals that the viewer may read to which the service, contract, course or path is tied. Two statements, one for none."""
    return _shown(viewer, Q(ties__kind=kind, ties__object_id=object_id))


def of_measure(viewer: Viewer, measure: RegionalMeasure) -> CarriedGoals | None:
    """Goals that the viewer may read that belong to the regional measure. Two statements, one for none."""
    return _shown(viewer, Q(measures=measure))


def course_panel(viewer: Viewer, course: Course) -> CarriedGoals | None:
    return of_thing(viewer, TieKind.COURSE, course.pk)


def contract_panel(viewer: Viewer, contract: Contract) -> CarriedGoals | None:
    return of_thing(viewer, TieKind.CONTRACT, contract.pk)


def measures_panel(viewer: Viewer, kinds: frozenset[str]) -> CarriedGoals | None:
    """Goals of municipalities in the area of the viewer's organisation, wherever the client lives."""
    codes = own_places(viewer) if kinds else set()
    if not codes:
        return None
    ties = GoalTie.objects.filter(kind=TieKind.MEASURE, key__in=kinds)
    return _shown(viewer, Q(pk__in=ties.values("goal")) & of_municipalities(codes, viewer.day))


def _shown(viewer: Viewer, tied: Q) -> CarriedGoals | None:
    """None without any: then nothing is said, and nobody learns that there are goals that they may not read."""
    if not viewer.may(Capability.SIGNED_IN):
        return None
    goals = list(_goals(viewer, tied)[:MOST_NAMED])
    if not goals:
        return None
    codes = codes_of((one.programme_id for one in goals), viewer.day)
    rows = []
    for one in goals:
        title, title_language = said(one.title, language())
        state = one.programme.state
        rows.append(
            CarriedGoal(
                one,
                title or one.code,
                title_language,
                _names(codes_of_goal(one, codes, viewer.day)) or one.programme.organisation.name,
                status_mark(one, one.track or ""),
                one.followed,
                "" if state == MunicipalState.APPROVED else str(MunicipalState(state).label),
            )
        )
    return CarriedGoals(rows, goals[0].number)


def _goals(viewer: Viewer, tied: Q) -> "QuerySet[Any]":
    mine = viewer.organisation_id or 0
    newest = GoalFollowUp.objects.filter(goal=OuterRef("pk")).order_by("-year")
    rows = access.goals(viewer).filter(tied).select_related("programme__organisation")
    lasts = not_over("programme__days", viewer.day)
    rows = rows.annotate(
        track=Subquery(newest.values("track")[:1]),
        followed=Subquery(newest.values("year")[:1]),
        number=Window(Count("pk")),
        own=Q(owner_id=mine) | Q(programme__organisation_id=mine),
        over=~Q(state=GoalState.OPEN) | Q(programme__state=MunicipalState.ENDED) | ~lasts,
    )
    return rows.order_by(
        "-own", "over", "programme__organisation__sort_key_fi", "programme_id", "order", "pk"
    )


def _names(codes: tuple[str, ...]) -> str:
    known = [(reference.municipality_by_code(code), code) for code in codes]
    return ", ".join(one.name() if one else code for one, code in known)
