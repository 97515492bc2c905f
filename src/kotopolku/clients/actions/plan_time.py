"""Acts on the plan's time: reviews, interruptions, extensions (1386/2010 §§12 and 18; 681/2023 §§22 and 23).

What they do to the last days is counted by ``deadlines.py``; here they are checked and recorded.
"""

from datetime import date
from typing import TypeVar
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
from kotopolku.clients.actions.plan import BEFORE_PLAN, open_plan, past_limit
from kotopolku.clients.models import Extension, Interruption, Plan, PlanStatus, Review
from kotopolku.clients.rules import Refusal, ReviewContent
from kotopolku.journal.actions import record

T = TypeVar("T", Interruption, Extension)


def _in_force(relationship_id: int, case: access.Case) -> Plan:
    """The plan in force. A draft has no time yet; an ended relationship takes no more."""
    plan = open_plan(relationship_id)
    found = cases.ended(case.relationship)
    if plan.status != PlanStatus.IN_FORCE:
        found.append(Refusal("", "not-made", _("The plan has not been made yet.")))
    rules.refuse(found)
    return plan


@transaction.atomic
def hold_review(
    relationship_id: int, review: ReviewContent, *, actor: Viewer, token: UUID | None = None
) -> Review:
    """Records a review: meets A5 or A6 and starts the next (1386/2010 §18; 681/2023 §22; contents 874/2024)."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    if (before := cases.done_before(token, "clients.review")) is not None:
        return Review.objects.get(pk=before, plan__relationship_id=relationship_id)
    plan = _in_force(relationship_id, case)
    facts = _facts(plan)
    next_due = _next_review(plan, facts, review.held_on, case)
    rules.refuse(_check_review(plan, facts, review, next_due))
    held = Review.objects.create(
        plan=plan,
        held_on=review.held_on,
        act=next_due.rule.act if next_due else plan.act,
        participation=review.participation,
        results=review.results,
        obstacles=review.obstacles,
        changes=review.changes,
        makers=review.makers,
        next_review_on=review.next_review_on,
        plan_ends_on=review.ends_on,
    )
    if review.ends_on:
        plan.ends_on = review.ends_on
    plan.version += 1
    plan.save()
    versions.keep(plan, "reviewed", actor, review.changes)
    cases.renew(case)
    record(
        "clients.plan.reviewed",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.review", held.pk),
        details={"on": review.held_on.isoformat(), "plan": plan.pk},
        token=token,
    )
    return held


def _facts(plan: Plan) -> tuple[deadlines.PlanFacts, ...]:
    """Facts of all plans made in the relationship, and of earlier ones that count, ``plan`` last."""
    earlier = (
        Plan.objects.filter(relationship_id=plan.relationship_id).exclude(made_on=None).exclude(pk=plan.pk)
    )
    before = cases.earlier_plans(plan.relationship)
    return before + cases.plan_facts([*earlier.order_by("made_on", "id"), plan])


def _next_review(
    plan: Plan, facts: tuple[deadlines.PlanFacts, ...], held_on: date, case: access.Case
) -> law.Due | None:
    """When the review after this one is due at the latest; None when the day is wrong anyway."""
    if plan.made_on is None or held_on < plan.made_on:
        return None
    new = sorted(
        day for day in [held_on, *(r.held_on for r in facts[-1].reviews)] if day >= deadlines.NEW_ACT_FROM
    )
    return law.review_due(
        held_on, plan.made_on, new[0] if new else None, deadlines.who(case.responsibility.duty)
    )


def _check_review(
    plan: Plan, facts: tuple[deadlines.PlanFacts, ...], review: ReviewContent, next_due: law.Due | None
) -> list[Refusal]:
    found = rules.check_not_future("held_on", review.held_on, clock.today())
    found += rules.check_not_before("held_on", review.held_on, plan.made_on, BEFORE_PLAN, "before-plan")
    last = max((one.held_on for one in facts[-1].reviews), default=None)
    if last is not None and review.held_on <= last:
        message = _("The plan was reviewed on %(last)s; choose a later day.")
        found.append(Refusal("held_on", "before-review", message, {"last": last}))
    if review.next_review_on is not None and review.next_review_on <= review.held_on:
        found.append(Refusal("next_review_on", "next-review", _("The next review is after this one.")))
    elif review.next_review_on and next_due and next_due.due and review.next_review_on > next_due.due:
        found += _too_late(review.next_review_on, next_due)
    if review.ends_on is not None:
        if review.ends_on < review.held_on:
            found.append(Refusal("ends_on", "end-reversed", _("The plan ends before this review.")))
        longest = deadlines.plan_end(facts, cases.transition())
        found += past_limit("ends_on", review.ends_on, longest.latest_end, longest.rules[0])
    return found


def _too_late(day: date, due: law.Due) -> list[Refusal]:
    section = {language: due.rule.citation(language) for language in law.LANGUAGES}
    message = _("By law the next review is held by %(limit)s at the latest (%(section)s).")
    return [Refusal("next_review_on", "next-review-late", message, {"limit": due.due, "section": section})]


@transaction.atomic
def add_interruption(
    relationship_id: int,
    ground: str,
    first_day: date,
    last_day: date,
    *,
    actor: Viewer,
    note: str = "",
    token: UUID | None = None,
) -> Interruption:
    """Records days on which the plan could not be carried out; the longest time grows by them (§12.4; §23.4)."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    if (before := cases.done_before(token, "clients.interruption")) is not None:
        return Interruption.objects.get(pk=before, plan__relationship_id=relationship_id)
    plan = _in_force(relationship_id, case)
    found = []
    if ground not in {item.id for item in law.interruption_grounds(plan.act)}:
        found.append(Refusal("ground", "required", _("Choose the ground of the interruption.")))
    if last_day < first_day:
        found.append(
            Refusal("last_day", "interruption-reversed", _("The interruption ends before it begins."))
        )
    found += rules.check_not_before("first_day", first_day, plan.made_on, BEFORE_PLAN, "before-plan")
    rules.refuse(found)
    added = Interruption.objects.create(
        plan=plan, ground=ground, first_day=first_day, last_day=last_day, note=note
    )
    _save_time(plan, "interrupted", case, actor)
    record(
        "clients.plan.interrupted",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.interruption", added.pk),
        reason=note,
        details={"plan": plan.pk},
        token=token,
    )
    return added


@transaction.atomic
def cancel_interruption(
    relationship_id: int, interruption_id: int, *, actor: Viewer, reason: str
) -> Interruption:
    """Cancels an interruption recorded by mistake; it stays in the history."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = _in_force(relationship_id, case)
    cancelled = _cancel(
        Interruption.objects.filter(plan=plan, pk=interruption_id, cancelled=False).first(), reason
    )
    _save_time(plan, "interrupted", case, actor)
    record(
        "clients.plan.interruption-cancelled",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.interruption", interruption_id),
        reason=reason,
    )
    return cancelled


@transaction.atomic
def add_extension(
    relationship_id: int, ground: str, months: int, why: str, *, actor: Viewer, token: UUID | None = None
) -> Extension:
    """Extends the longest time on a ground of the Act, decided by a person who says why (§12.4; §23.3; §31)."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    if (before := cases.done_before(token, "clients.extension")) is not None:
        return Extension.objects.get(pk=before, plan__relationship_id=relationship_id)
    plan = _in_force(relationship_id, case)
    found = []
    if not why.strip():
        found.append(Refusal("why", "required", _("Write why the client needs more time.")))
    try:
        facts = _facts(plan)
        more = (*facts[-1].extensions, law.Extension(ground, months))
        deadlines.plan_end((*facts[:-1], deadlines.with_extensions(facts[-1], more)), cases.transition())
    except law.LawError as refused:
        found.append(Refusal("months", "extension", "%(text)s", {"text": dict(refused.texts)}))
    rules.refuse(found)
    added = Extension.objects.create(
        plan=plan,
        ground=ground,
        months=months,
        decided_on=clock.today(),
        decided_by_id=actor.user_id,
        why=why,
    )
    _save_time(plan, "extended", case, actor)
    record(
        "clients.plan.extended",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.extension", added.pk),
        reason=why,
        details={"plan": plan.pk, "months": months, "ground": ground},
        token=token,
    )
    return added


@transaction.atomic
def cancel_extension(relationship_id: int, extension_id: int, *, actor: Viewer, reason: str) -> Extension:
    """Cancels an extension decided by mistake; it stays in the history. Not if the plan reaches past the old end."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    plan = _in_force(relationship_id, case)
    cancelled = _cancel(Extension.objects.filter(plan=plan, pk=extension_id, cancelled=False).first(), reason)
    longest = deadlines.plan_end(_facts(plan), cases.transition())
    if plan.ends_on:
        rules.refuse(past_limit("", plan.ends_on, longest.latest_end, longest.rules[0]))
    _save_time(plan, "extended", case, actor)
    record(
        "clients.plan.extension-cancelled",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.extension", extension_id),
        reason=reason,
    )
    return cancelled


def _cancel(row: T | None, reason: str) -> T:
    if row is None:
        raise NotVisible
    if not reason.strip():
        raise rules.Refusals([Refusal("reason", "required", _("Write why it is cancelled."))])
    row.cancelled = True
    row.save(update_fields=["cancelled"])
    return row


def _save_time(plan: Plan, occasion: str, case: access.Case, actor: Viewer) -> None:
    plan.version += 1
    plan.save()
    versions.keep(plan, occasion, actor)
    cases.renew(case)
