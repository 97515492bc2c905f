"""Acts on one measure of the plan: how far it is and how it went, without writing the whole plan again.

Not for: the plan's goals and its other content (``plan.py``), hours attended (the room above, ``progress``).
"""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients import rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions import versions
from kotopolku.clients.actions.plan import PLAN, open_plan
from kotopolku.clients.models import Goal, Measure, MeasureState, Plan
from kotopolku.clients.rules import MeasureContent, MeasureProgress, Refusal
from kotopolku.journal.actions import record


@transaction.atomic
def record_measure_progress(
    relationship_id: int, measure_id: int, progress: MeasureProgress, *, actor: Viewer, expected_version: int
) -> Measure:
    """State, days, hours, provider and outcome of one measure; the plan gets a new version.

    ``expected_version`` is the plan's. Raises ``EditClash`` (with the stored content), ``Refusals``, ``NotVisible``.
    """
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = open_plan(relationship_id)
    person_id = case.relationship.person_id
    if plan.version != expected_version:
        theirs = rules.plan_to_json(versions.stored_content(plan))
        raise cases.clash(actor, person_id, PLAN, plan.pk, theirs=theirs, version=plan.version)
    measure = Measure.objects.filter(pk=measure_id, plan=plan, removed=False).first()
    if measure is None:
        raise NotVisible
    rules.refuse(cases.ended(case.relationship) + _check(progress, measure, actor))
    for name in MeasureProgress.__dataclass_fields__:
        setattr(measure, name, getattr(progress, name))
    measure.save()
    _keep(plan, actor, measure)
    record(
        "clients.measure.followed",
        actor=actor,
        subjects=[person_id],
        object=(PLAN, plan.pk),
        details={"measure": measure.pk, "state": measure.state},
    )
    return measure


def _check(progress: MeasureProgress, measure: Measure, actor: Viewer) -> list[Refusal]:
    found = []
    if progress.state not in MeasureState.values:
        found.append(Refusal("state", "required", _("Choose how far the measure is.")))
    if progress.starts_on and progress.ends_on and progress.ends_on < progress.starts_on:
        found.append(Refusal("ends_on", "measure-reversed"))
    if progress.provider_id not in (None, measure.provider_id) and progress.provider_id not in {
        row.pk for row in actors.providers_on(actor.day)
    }:
        found.append(Refusal("provider_id", "unknown-provider", _("Choose a provider of the directory.")))
    return found


def _keep(plan: Plan, actor: Viewer, measure: Measure) -> None:
    plan.version += 1
    plan.save(update_fields=["version"])
    versions.keep(plan, "edited", actor, measure.title)


def carry_out(plan: Plan, content: MeasureContent, note: str, *, actor: Viewer) -> Measure | None:
    """Writes into the plan what a room above has agreed on: the measure of ``content.id`` as it is now, else a new one.

    A new measure stands under the plan's first goal; None when the plan has no goal. Not an act itself: the act that
    calls it has let the actor in, holds the plan locked and writes the journal.
    """
    measure = Measure.objects.filter(pk=content.id, plan=plan, removed=False).first() if content.id else None
    if measure is None:
        goal = Goal.objects.filter(plan=plan, removed=False).order_by("position", "id").first()
        if goal is None:
            return None
        last = Measure.objects.filter(goal=goal, removed=False).count()
        measure = Measure(plan=plan, goal=goal, position=last)
    for name in _CARRIED:
        setattr(measure, name, getattr(content, name))
    measure.save()
    plan.version += 1
    plan.save(update_fields=["version"])
    versions.keep(plan, "edited", actor, note)
    return measure


_CARRIED = (
    "kind",
    "title",
    "responsible",
    "starts_on",
    "ends_on",
    "state",
    "result",
    "provider_id",
    "hours_planned",
)
