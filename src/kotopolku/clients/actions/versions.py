"""Writes a plan's content: goals and measures as rows, and the whole as a numbered version.

Not an act itself: the acts of ``plan.py`` and ``responsibility.py`` call it. Differences are ``rules.differences``.
"""

from typing import Any

from django.db.models import Max

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients import rules
from kotopolku.clients.models import Goal, Measure, Plan, PlanVersion
from kotopolku.clients.rules import GoalContent, MeasureContent, PlanContent

_GOAL_FIELDS = ("position", "title", "description", "state", "removed")
_MEASURE_FIELDS = (
    "goal_id",
    "position",
    "kind",
    "title",
    "responsible",
    "starts_on",
    "ends_on",
    "state",
    "result",
    "provider_id",
    "hours_planned",
    "removed",
)
_MEASURE_CONTENT = tuple(name for name in _MEASURE_FIELDS if name not in ("goal_id", "position", "removed"))


def stored_content(
    plan: Plan, goals: list[Goal] | None = None, measures: list[Measure] | None = None
) -> PlanContent:
    """The plan's content as stored, with ids. Two statements unless the rows are given."""
    if goals is None:
        goals = list(Goal.objects.filter(plan=plan, removed=False).order_by("position", "id"))
    if measures is None:
        measures = list(Measure.objects.filter(plan=plan, removed=False).order_by("position", "id"))
    by_goal: dict[int, list[MeasureContent]] = {}
    for row in measures:
        content = MeasureContent(
            id=row.pk,
            kind=row.kind,
            title=row.title,
            responsible=row.responsible,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            state=row.state,
            result=row.result,
            provider_id=row.provider_id,
            hours_planned=row.hours_planned,
        )
        by_goal.setdefault(row.goal_id, []).append(content)
    return PlanContent(
        goals=tuple(
            GoalContent(
                id=goal.pk,
                title=goal.title,
                description=goal.description,
                state=goal.state,
                measures=tuple(by_goal.get(goal.pk, ())),
            )
            for goal in goals
        ),
        makers=plan.makers,
        justification=plan.justification,
        ends_on=plan.ends_on,
    )


def write(plan: Plan, content: PlanContent) -> PlanContent:
    """Makes the plan's rows like ``content``; rows left out are marked removed. Returns the content with all ids.

    An id of another plan counts as a new row. The plan itself is changed but not saved.
    """
    goals = {row.pk: row for row in Goal.objects.filter(plan=plan, removed=False)}
    measures = {row.pk: row for row in Measure.objects.filter(plan=plan, removed=False)}
    kept_goals, kept_measures = _Rows(Goal, goals), _Rows(Measure, measures)
    pairs: list[tuple[Goal, GoalContent]] = []
    for position, goal in enumerate(content.goals):
        row = kept_goals.take(goal.id, Goal(plan=plan))
        row.position, row.title, row.description, row.state = (
            position,
            goal.title,
            goal.description,
            goal.state,
        )
        pairs.append((row, goal))
    kept_goals.write(_GOAL_FIELDS)
    for row, goal in pairs:
        for position, measure in enumerate(goal.measures):
            one = kept_measures.take(measure.id, Measure(plan=plan))
            one.goal_id, one.position = row.pk, position
            for name in _MEASURE_CONTENT:
                setattr(one, name, getattr(measure, name))
    kept_measures.write(_MEASURE_FIELDS)
    plan.makers, plan.justification = content.makers, content.justification
    if content.ends_on is not None:
        plan.ends_on = content.ends_on
    return stored_content(plan, kept_goals.rows, kept_measures.rows)


class _Rows:
    """Rows of one table: those taken stay or are new, the others are marked removed; two statements at most."""

    def __init__(self, model: Any, stored: dict[int, Any]) -> None:
        self.model = model
        self.left = stored
        self.rows: list[Any] = []

    def take(self, row_id: int | None, new: Any) -> Any:
        row = self.left.pop(row_id, None) if row_id is not None else None
        self.rows.append(row or new)
        return self.rows[-1]

    def write(self, fields: tuple[str, ...]) -> None:
        new = [row for row in self.rows if row.pk is None]
        old = [row for row in self.rows if row.pk is not None]
        for row in self.left.values():
            row.removed = True
        if new:
            self.model.objects.bulk_create(new)
        if old or self.left:
            names = [name.removesuffix("_id") for name in fields]
            self.model.objects.bulk_update([*old, *self.left.values()], names)


def keep(
    plan: Plan, occasion: str, actor: Viewer, note: str = "", content: PlanContent | None = None
) -> PlanVersion:
    """Keeps the plan's content as its next version. The plan's row is locked by the act."""
    content = content or stored_content(plan)
    last = PlanVersion.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
    return PlanVersion.objects.create(
        plan=plan,
        number=last + 1,
        saved_at=clock.now(),
        saved_by_id=actor.user_id,
        occasion=occasion,
        note=note,
        content=rules.plan_to_json(content),
    )
