"""Acts on a family's plan (1386/2010 §16), and the judgement whether earlier plans' longest time goes on.

Not for: a person's own plan, a minor's one too (``clients.actions``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients import deadlines
from kotopolku.clients.access import latest_plan
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.plan import past_limit
from kotopolku.clients.models import HouseholdMember, Plan, PlanStatus
from kotopolku.clients.rules import Refusal, Refusals, check_not_before, check_not_future, refuse
from kotopolku.families import access, facts
from kotopolku.families.models import EarlierMaximum, FamilyGoal, FamilyPlan, FamilyReview
from kotopolku.journal.actions import record

FAMILY_PLAN = "families.family-plan"
BEFORE_PLAN = _("The plan was made on %(earliest)s; choose that day or a later one.")


@dataclass(frozen=True)
class FamilyGoalContent:
    """A goal and its measures, one a line."""

    title: str
    measures: str = ""


def not_any_more(field: str) -> Refusal:
    """Why there is no family's plan from a day on: the Act of 2023 has none."""
    line, last = law.family_plan_of_old()
    message = _(
        "A family's plan was in the Act of 2010 (%(section)s), in force until %(last)s. "
        "The Act of 2023 has no such plan: agree on the matters in each member's own plan."
    )
    section = {language: line.citation(language) for language in law.LANGUAGES}
    return Refusal(field, "no-family-plan", message, {"section": section, "last": last})


@transaction.atomic
def make_family_plan(
    relationship_id: int,
    made_on: date,
    need: str,
    goals: Sequence[FamilyGoalContent],
    *,
    actor: Viewer,
    makers: str = "",
    token: UUID | None = None,
) -> FamilyPlan:
    """Records the plan of the client's household (1386/2010 §16). Refused for a day on which no Act knows it."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    person_id = case.relationship.person_id
    if (before := cases.done_before(token, FAMILY_PLAN)) is not None:
        return FamilyPlan.objects.get(pk=before)
    if law.family_plan(made_on) is None:
        raise Refusals([not_any_more("made_on")])
    found = check_not_future("made_on", made_on, clock.today())
    if not need.strip():
        message = _("Write why the family's overall situation requires a plan.")
        found.append(Refusal("need", "required", message))
    goals = [goal for goal in goals if goal.title.strip() or goal.measures.strip()]
    if not goals or not all(goal.title.strip() for goal in goals):
        found.append(Refusal("goals", "required", _("Write at least one goal, and name each of them.")))
    member = HouseholdMember.objects.filter(person_id=person_id, valid__contains=clock.today()).first()
    household_id = member.household_id if member else 0
    if not household_id:
        message = _("The client has no household. Add the members first.")
        found.append(Refusal("", "no-household", message))
    elif FamilyPlan.objects.filter(household_id=household_id, ended_on=None).exists():
        found.append(Refusal("", "open-plan", _("The family has a plan already. End that one first.")))
    refuse(found)
    plan = FamilyPlan.objects.create(
        household_id=household_id,
        relationship_id=relationship_id,
        made_on=made_on,
        need=need,
        makers=makers,
    )
    FamilyGoal.objects.bulk_create(
        [
            FamilyGoal(plan=plan, position=position, title=goal.title, measures=goal.measures)
            for position, goal in enumerate(goals)
        ]
    )
    record(
        "families.family-plan.made",
        actor=actor,
        subjects=_members(plan, person_id),
        object=(FAMILY_PLAN, plan.pk),
        details={"on": made_on.isoformat(), "goals": len(goals)},
        token=token,
    )
    return plan


def _members(plan: FamilyPlan, person_id: int) -> list[int]:
    rows = HouseholdMember.objects.filter(
        household_id=plan.household_id, valid__contains=clock.today()
    ).values_list("person_id", flat=True)
    return sorted({person_id, *rows})


@transaction.atomic
def review_family_plan(
    relationship_id: int,
    plan_id: int,
    held_on: date,
    text: str,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> FamilyReview:
    """Records a review of a family's plan; not after the Act that knows it has ended."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    if (before := cases.done_before(token, "families.family-review")) is not None:
        return FamilyReview.objects.get(pk=before)
    plan = access.family_plan(actor, case, plan_id)
    found = check_not_future("held_on", held_on, clock.today())
    found += check_not_before("held_on", held_on, plan.made_on, BEFORE_PLAN, "before-plan")
    if law.family_plan(held_on) is None:
        found.append(not_any_more("held_on"))
    if plan.ended_on is not None and held_on >= plan.ended_on:
        message = _("The plan ended on %(day)s.")
        found.append(Refusal("held_on", "ended", message, {"day": plan.ended_on}))
    if not text.strip():
        found.append(Refusal("text", "required", _("Write what was found.")))
    refuse(found)
    held = FamilyReview.objects.create(plan=plan, held_on=held_on, text=text)
    record(
        "families.family-plan.reviewed",
        actor=actor,
        subjects=_members(plan, case.relationship.person_id),
        object=("families.family-review", held.pk),
        details={"on": held_on.isoformat(), "plan": plan.pk},
        token=token,
    )
    return held


@transaction.atomic
def end_family_plan(
    relationship_id: int, plan_id: int, on: date, *, actor: Viewer, note: str = ""
) -> FamilyPlan:
    """Ends a family's plan from the day ``on``."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = access.family_plan(actor, case, plan_id)
    found = check_not_future("on", on, clock.today())
    found += check_not_before("on", on, plan.made_on, BEFORE_PLAN, "before-plan")
    if plan.ended_on is not None:
        message = _("The plan ended on %(day)s.")
        found.append(Refusal("", "ended", message, {"day": plan.ended_on}))
    refuse(found)
    plan.ended_on, plan.end_note = on, note
    plan.save(update_fields=["ended_on", "end_note"])
    record(
        "families.family-plan.ended",
        actor=actor,
        subjects=_members(plan, case.relationship.person_id),
        object=(FAMILY_PLAN, plan.pk),
        reason=note,
        details={"on": on.isoformat()},
    )
    return plan


@transaction.atomic
def judge_earlier(relationship_id: int, counts: bool, reason: str, *, actor: Viewer) -> EarlierMaximum:
    """Records whether the longest time of the plans of an earlier client relationship goes on in this one, and why.

    The law is silent (1386/2010 §12.3; 681/2023 §23.2): the answer can be changed, the clocks follow.
    """
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    relationship = case.relationship
    if not facts.made_before(relationship):
        message = _("The client has no plan from an earlier client relationship.")
        raise Refusals([Refusal("", "no-earlier", message)])
    if not reason.strip():
        raise Refusals([Refusal("reason", "required", _("Write why you judge so."))])
    judged, _made = EarlierMaximum.objects.update_or_create(
        relationship_id=relationship_id,
        defaults={
            "counts": counts,
            "reason": reason,
            "decided_on": clock.today(),
            "decided_by_id": actor.user_id,
        },
    )
    refuse(_check_time(relationship_id, cases.earlier_plans(relationship)))
    cases.renew(case)
    record(
        "families.earlier-maximum.judged",
        actor=actor,
        subjects=[relationship.person_id],
        object=("clients.relationship", relationship_id),
        reason=reason,
        details={"counts": counts},
    )
    return judged


def _check_time(relationship_id: int, before: tuple[deadlines.PlanFacts, ...]) -> list[Refusal]:
    """An open plan must not reach past the longest time by the new answer."""
    plan = latest_plan(relationship_id, lock=True)
    if not before or plan is None or plan.ends_on is None or plan.status == PlanStatus.ENDED:
        return []
    made = Plan.objects.filter(relationship_id=relationship_id).exclude(made_on=None)
    own = cases.plan_facts(list(made.order_by("made_on", "id")))
    longest = deadlines.plan_end((*before, *own), cases.transition())
    return past_limit("counts", plan.ends_on, longest.latest_end, longest.rules[0])
