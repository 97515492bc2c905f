"""Acts on the integration plan: drafting, saving, making, signing, referral, and its end.

Not for: reviews, interruptions and extensions (``plan_time.py``); contents by law (``law.plan_contents``).
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, deadlines, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions import versions
from kotopolku.clients.models import (
    Assessment,
    EndReason,
    MeasureKind,
    MeasureState,
    Plan,
    PlanKind,
    PlanStatus,
    Relationship,
    SignedHow,
    Status,
)
from kotopolku.clients.rules import PlanContent, Refusal
from kotopolku.journal.actions import record

PLAN = "clients.plan"


@transaction.atomic
def start_plan(relationship_id: int, *, actor: Viewer, token: UUID | None = None) -> Plan:
    """Starts drafting today, after an assessment has been completed: meets A2 (1386/2010 §13.2)."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    relationship = case.relationship
    if (before := cases.done_before(token, PLAN)) is not None:
        return Plan.objects.get(pk=before, relationship=relationship)
    found = cases.ended(relationship)
    if not Assessment.objects.filter(relationship=relationship, status=Status.COMPLETED).exists():
        found.append(
            Refusal(
                "", "no-assessment", _("Complete the assessment first: it says whether a plan is needed.")
            )
        )
    latest = access.latest_plan(relationship_id)
    if latest is not None and latest.status != PlanStatus.ENDED:
        found.append(Refusal("", "plan-open", _("The client has a plan already. Go on with that one.")))
    rules.refuse(found)
    plan = Plan.objects.create(relationship=relationship, drafted_on=clock.today())
    versions.keep(plan, "draft", actor, content=PlanContent())
    cases.renew(case)
    record(
        "clients.plan.started",
        actor=actor,
        subjects=[relationship.person_id],
        object=(PLAN, plan.pk),
        token=token,
    )
    return plan


@transaction.atomic
def save_plan(
    relationship_id: int, content: PlanContent, *, actor: Viewer, expected_version: int, note: str = ""
) -> Plan:
    """Saves the whole content as a new version. Raises ``EditClash`` (with the stored content), ``Refusals``."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = open_plan(relationship_id)
    if plan.version != expected_version:
        raise _clash(actor, case.relationship.person_id, plan)
    found = cases.ended(case.relationship) + check_content(content)
    if content.ends_on is not None and plan.made_on is not None and content.ends_on != plan.ends_on:
        before = cases.earlier_plans(case.relationship)
        found += _check_end(plan, content.ends_on, before + cases.plan_facts(_made(relationship_id)))
    rules.refuse(found)
    content = versions.write(plan, content)
    plan.version += 1
    plan.save()
    cases.forget_draft(actor, relationship_id, "plan")
    occasion = "draft" if plan.status == PlanStatus.DRAFT else "edited"
    version = versions.keep(plan, occasion, actor, note, content)
    record(
        "clients.plan.saved",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(PLAN, plan.pk),
        reason=note,
        details={"version": version.number},
    )
    return plan


@transaction.atomic
def make_plan(
    relationship_id: int, made_on: date, ends_on: date | None, *, actor: Viewer, expected_version: int
) -> Plan:
    """The plan is made: referral and review clocks start; the Act of the day rules it.

    ``ends_on`` None: as long as the law allows. A first plan lasts at most a year (1386/2010 §12.2; 681/2023 §23.2),
    and no plan goes past the longest time. Raises ``EditClash``, ``Refusals``.
    """
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    relationship = case.relationship
    plan = open_plan(relationship_id)
    if plan.version != expected_version:
        raise _clash(actor, relationship.person_id, plan)
    content = versions.stored_content(plan)
    found = cases.ended(relationship) + cases.not_before_start(relationship, "made_on", made_on)
    if plan.status != PlanStatus.DRAFT:
        found.append(Refusal("", "made-already", _("The plan has been made already.")))
    found += _check_after_assessment(relationship_id, made_on)
    found += rules.check_plan_ready(content)
    rules.refuse(found)
    plan.made_on = made_on
    before, earlier = cases.earlier_plans(relationship), _made(relationship_id)
    is_first = not before and not earlier
    facts = before + cases.plan_facts([*earlier, plan])
    plan.ends_on = ends_on or latest_allowed(facts, is_first=is_first)[0]
    rules.refuse(_check_end(plan, plan.ends_on, facts, is_first=is_first))
    plan.act = law.first_plan_end(made_on).rule.act
    plan.first_ends_on = plan.ends_on if is_first else None
    plan.kind = _kind(relationship, made_on)
    plan.status = PlanStatus.IN_FORCE
    plan.version += 1
    plan.save()
    versions.keep(plan, "made", actor, content=versions.stored_content(plan))
    cases.renew(case)
    record(
        "clients.plan.made",
        actor=actor,
        subjects=[relationship.person_id],
        object=(PLAN, plan.pk),
        details={"on": made_on.isoformat(), "ends_on": plan.ends_on.isoformat()},
    )
    plan.refresh_from_db()
    return plan


@transaction.atomic
def sign_plan(relationship_id: int, signed_on: date, how: str, signed_name: str, *, actor: Viewer) -> Plan:
    """Records the client's signature. Under the Act of 2010 the longest time counts from it (§12.3)."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = open_plan(relationship_id)
    found = cases.ended(case.relationship) + rules.check_not_future("signed_on", signed_on, clock.today())
    found += _check_made(plan, "signed_on", signed_on)
    if how not in SignedHow.values:
        found.append(Refusal("how", "required", _("Choose how the plan was signed.")))
    if how == SignedHow.SCREEN and not signed_name.strip():
        found.append(Refusal("signed_name", "required", _("Write the client's name to sign.")))
    if plan.signed_on:
        found.append(
            Refusal("", "signed-already", _("The plan was signed on %(signed)s."), {"signed": plan.signed_on})
        )
    rules.refuse(found)
    plan.signed_on, plan.signed_how, plan.signed_name = signed_on, how, signed_name
    plan.version += 1
    plan.save()
    versions.keep(plan, "signed", actor)
    cases.renew(case)
    record(
        "clients.plan.signed",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(PLAN, plan.pk),
        details={"on": signed_on.isoformat(), "how": how},
    )
    plan.refresh_from_db()
    return plan


@transaction.atomic
def record_referral(relationship_id: int, referred_on: date, *, actor: Viewer, note: str = "") -> Plan:
    """Records that the client was referred to training or a service: meets A4 (1386/2010 §14; 681/2023 §20)."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = open_plan(relationship_id)
    found = cases.ended(case.relationship) + rules.check_not_future("referred_on", referred_on, clock.today())
    rules.refuse(found + _check_made(plan, "referred_on", referred_on))
    plan.referred_on = referred_on
    plan.save(update_fields=["referred_on"])
    cases.renew(case)
    record(
        "clients.plan.referred",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(PLAN, plan.pk),
        reason=note,
        details={"on": referred_on.isoformat()},
    )
    return plan


@transaction.atomic
def end_plan(relationship_id: int, on: date, reason: str, *, actor: Viewer, note: str = "") -> Plan:
    """Ends the plan from the day ``on``; its clocks lapse. The client relationship goes on."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = open_plan(relationship_id)
    found = cases.ended(case.relationship) + rules.check_not_future("on", on, clock.today())
    found += rules.check_not_before("on", on, plan.made_on or plan.drafted_on, BEFORE_PLAN, "before-plan")
    if reason not in EndReason.values:
        found.append(Refusal("reason", "required", _("Choose why the plan ends.")))
    rules.refuse(found)
    plan.status, plan.ended_on, plan.end_reason, plan.end_note = PlanStatus.ENDED, on, reason, note
    plan.version += 1
    plan.save()
    versions.keep(plan, "ended", actor, note)
    cases.renew(case)
    record(
        "clients.plan.ended",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(PLAN, plan.pk),
        reason=note,
        details={"on": on.isoformat(), "why": reason},
    )
    return plan


BEFORE_PLAN = _("The plan was made on %(earliest)s; choose that day or a later one.")


def open_plan(relationship_id: int) -> Plan:
    """The draft or the plan in force, locked. Raises ``NotVisible`` when there is none."""
    plan = access.latest_plan(relationship_id, lock=True)
    if plan is None or plan.status == PlanStatus.ENDED:
        raise NotVisible
    return plan


def _clash(actor: Viewer, person_id: int, plan: Plan) -> rules.EditClash:
    theirs = rules.plan_to_json(versions.stored_content(plan))
    return cases.clash(actor, person_id, PLAN, plan.pk, theirs=theirs, version=plan.version)


def check_content(content: PlanContent) -> list[Refusal]:
    found = rules.check_plan(content)
    for g, goal in enumerate(content.goals):
        for m, measure in enumerate(goal.measures):
            if measure.kind not in MeasureKind.values:
                found.append(
                    Refusal(
                        f"goals-{g}-measures-{m}-kind", "required", _("Choose what kind of measure it is.")
                    )
                )
            if measure.state not in MeasureState.values:
                found.append(
                    Refusal(f"goals-{g}-measures-{m}-state", "required", _("Choose how far the measure is."))
                )
    return found


def _kind(relationship: Relationship, made_on: date) -> str:
    """A minor's own plan while the Act of the day knows one (1386/2010 §15); else an integration plan."""
    minor = law.is_minor(relationship.person.birth_date, made_on)
    return PlanKind.MINOR if minor and law.minor_plan(made_on) else PlanKind.OWN


def _check_made(plan: Plan, field: str, day: date) -> list[Refusal]:
    if plan.made_on is None:
        return [Refusal("", "not-made", _("The plan has not been made yet."))]
    return rules.check_not_before(field, day, plan.made_on, BEFORE_PLAN, "before-plan")


def _check_after_assessment(relationship_id: int, made_on: date) -> list[Refusal]:
    done = (
        Assessment.objects.filter(relationship_id=relationship_id, status=Status.COMPLETED)
        .order_by("completed_on")
        .values_list("completed_on", flat=True)
        .first()
    )
    if done is None:
        return [
            Refusal(
                "", "no-assessment", _("Complete the assessment first: it says whether a plan is needed.")
            )
        ]
    message = _("The assessment was completed on %(earliest)s; a plan cannot be made before that.")
    return rules.check_not_before("made_on", made_on, done, message, "before-assessment")


def _made(relationship_id: int) -> list[Plan]:
    """Plans that have been made, in order of making."""
    return list(
        Plan.objects.filter(relationship_id=relationship_id).exclude(made_on=None).order_by("made_on", "id")
    )


def latest_allowed(facts: tuple[deadlines.PlanFacts, ...], *, is_first: bool) -> tuple[date, law.Rule]:
    """Last day that the newest of the plans may last, and the rule that says so."""
    longest = deadlines.plan_end(facts, cases.transition())
    made = facts[-1].made_on
    prolonged = any(review.plan_ends_on for review in facts[-1].reviews)
    if is_first and made is not None and not prolonged:
        first = law.first_plan_end(made)
        if first.due is not None and first.due < longest.latest_end:
            return first.due, first.rule
    return longest.latest_end, longest.rules[0]


def _check_end(
    plan: Plan, ends_on: date, facts: tuple[deadlines.PlanFacts, ...], *, is_first: bool | None = None
) -> list[Refusal]:
    if plan.made_on is not None and ends_on < plan.made_on:
        return [Refusal("ends_on", "end-reversed", _("The plan ends before it is made."))]
    first = plan.first_ends_on is not None if is_first is None else is_first
    limit, rule = latest_allowed(facts, is_first=first)
    return past_limit("ends_on", ends_on, limit, rule)


def past_limit(field: str, ends_on: date, limit: date, rule: law.Rule) -> list[Refusal]:
    """One refusal that names the last day allowed and the section, if the day is past it."""
    if ends_on <= limit:
        return []
    message = _("By law the plan can last at most to %(limit)s (%(section)s).")
    section = {language: rule.citation(language) for language in law.LANGUAGES}
    return [Refusal(field, "past-maximum", message, {"limit": limit, "section": section})]
