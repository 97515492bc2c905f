"""Acts on who answers: job search, own worker, passing to another authority, end of the client relationship.

The law and the day decide which authority answers (1386/2010 §10.1; 681/2023 §3); a person confirms.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import access, queries, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions import versions
from kotopolku.clients.actions.passing import pass_on
from kotopolku.clients.models import (
    Clock,
    EndReason,
    JobseekerPeriod,
    Plan,
    PlanStatus,
    Relationship,
    Responsibility,
)
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record

RELATIONSHIP = "clients.relationship"


@dataclass(frozen=True)
class Passing:
    """What a change of job search means: who answers by law then, and whether the client passes to them."""

    answer: queries.AuthorityAnswer
    changes: bool
    """By law another authority than now answers."""
    passed: bool
    """The client has passed; the sender sees nothing of it any more."""


@transaction.atomic
def set_jobseeker(
    relationship_id: int,
    registered: bool,
    on: date,
    *,
    actor: Viewer,
    keep_reason: str = "",
    confirm: bool = False,
    offered: bool = False,
) -> Passing:
    """Records that job search began, or ended, on the day ``on``, and decides again who answers.

    Without ``confirm`` nothing is written: the answer is the proposal. With it, the client passes to the authority that
    answers by law at once, unless ``keep_reason`` says why the own authority goes on (1386/2010 §10.1; 681/2023 §8), or
    ``offered`` leaves it to an offer that the other authority accepts: until then the own one answers as before.
    """
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relationship = case.relationship
    person_id = relationship.person_id
    periods = list(JobseekerPeriod.objects.filter(person_id=person_id).order_by("days"))
    rules.refuse(cases.ended(relationship) + _check_jobseeker(registered, on, periods))
    answer = queries.who_answers_for(
        actor, municipality=cases.municipality_of(person_id), jobseeker=registered, on=clock.today()
    )
    changes = answer.organisation_id != case.responsibility.authority_id
    if not confirm:
        return Passing(answer, changes, passed=False)
    if registered:
        JobseekerPeriod.objects.create(person_id=person_id, days=DateRange(on, None))
    else:
        last = periods[-1]
        last.days = DateRange(last.days.lower, on)
        last.save(update_fields=["days"])
    passes = changes and not offered and not keep_reason.strip()
    responsibility = case.responsibility
    if not passes and not (changes and offered):
        responsibility.duty, responsibility.section = answer.duty, answer.section
    cases.renew(case)
    record(
        "clients.jobseeker.changed",
        actor=actor,
        subjects=[person_id],
        object=(RELATIONSHIP, relationship.pk),
        reason=keep_reason,
        details={"registered": registered, "on": on.isoformat(), "passed": passes},
    )
    if passes:
        with access.seeing_all(actor):
            pass_on(
                case,
                max(on, clock.today()),
                answer.organisation_id,
                answer.duty,
                answer.section,
                "jobseeker-changed",
            )
    return Passing(answer, changes, passed=passes)


def _check_jobseeker(registered: bool, on: date, periods: list[JobseekerPeriod]) -> list[Refusal]:
    found = rules.check_not_future("on", on, clock.today())
    current = next((period for period in periods if period.days.upper is None), None)
    if registered and current is not None:
        message = _("Job search is in force since %(since)s.")
        found.append(Refusal("on", "already-jobseeker", message, {"since": current.days.lower}))
    if registered and current is None and periods and on < (periods[-1].days.upper or on):
        message = _("The period of job search before this one ended on %(ended)s.")
        found.append(Refusal("on", "jobseeker-overlap", message, {"ended": periods[-1].days.upper}))
    if not registered and current is None:
        found.append(Refusal("on", "not-jobseeker", _("No job search is in force.")))
    if not registered and current is not None and on <= current.days.lower:
        message = _("Job search began on %(began)s; choose a later day.")
        found.append(Refusal("on", "jobseeker-reversed", message, {"began": current.days.lower}))
    return found


@transaction.atomic
def pass_to_successor(
    relationship: Relationship,
    on: date,
    successor: Organisation,
    *,
    actor: Viewer,
    reason: str = "reform",
    duty: str = "",
    section: str = "",
) -> Responsibility:
    """Passes a client to the authority that follows the one before on the day ``on``, as on 1 January 2025 and 2026.

    Plan, notes, clocks and history go with it. ``duty`` and ``section`` empty: as before. For jobs and the demo world.
    """
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship.pk)
    old = case.responsibility
    with access.seeing_all(actor):
        new = pass_on(case, on, successor.pk, duty or old.duty, section or old.section, reason)
    record(
        "clients.client.passed",
        actor=actor,
        subjects=[relationship.person_id],
        object=(RELATIONSHIP, relationship.pk),
        details={"on": on.isoformat(), "from": old.authority_id, "to": successor.pk, "why": reason},
    )
    return new


@transaction.atomic
def assign_worker(relationship_id: int, worker_id: int | None, *, actor: Viewer) -> Responsibility:
    """Gives the client a worker of the own organisation, or none. Open clocks follow."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    responsibility = case.responsibility
    if worker_id is not None and worker_id not in {member for member, _name in queries.workers(actor)}:
        message = _("Choose a worker of your organisation.")
        raise rules.Refusals([Refusal("worker", "unknown-worker", message)])
    responsibility.worker_id = worker_id
    responsibility.save(update_fields=["worker"])
    Clock.objects.filter(relationship_id=relationship_id, closed_on=None).update(worker_id=worker_id)
    record(
        "clients.worker.assigned",
        actor=actor,
        subjects=[responsibility.person_id],
        object=(RELATIONSHIP, relationship_id),
        details={"worker": worker_id},
    )
    return responsibility


@transaction.atomic
def end_relationship(
    relationship_id: int, on: date, reason: str, *, actor: Viewer, note: str = "", token: UUID | None = None
) -> Relationship:
    """Ends the relationship from the day ``on``; running clocks lapse, an open plan ends, the storing time begins."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relationship = case.relationship
    if cases.done_before(token, RELATIONSHIP) is not None:
        return relationship
    found = cases.ended(relationship) + cases.not_before_start(relationship, "on", on)
    if reason not in EndReason.values:
        found.append(Refusal("reason", "required", _("Choose why the client relationship ends.")))
    plan = access.latest_plan(relationship_id, lock=True)
    open_plan = plan if plan is not None and plan.status != PlanStatus.ENDED else None
    if open_plan is not None:
        found += rules.check_not_before("on", on, open_plan.made_on, BEFORE_PLAN, "before-plan")
    rules.refuse(found)
    relationship.ended_on, relationship.end_reason, relationship.end_note = on, reason, note
    relationship.save(update_fields=["ended_on", "end_reason", "end_note"])
    if open_plan is not None:
        _end_plan_with(open_plan, on, reason, actor)
    cases.renew(case)
    record(
        "clients.client.ended",
        actor=actor,
        subjects=[relationship.person_id],
        object=(RELATIONSHIP, relationship_id),
        reason=note,
        details={"on": on.isoformat(), "why": reason, "plan": open_plan.pk if open_plan else None},
        token=token,
    )
    return relationship


BEFORE_PLAN = _("The plan was made on %(earliest)s; the relationship cannot end before that.")


def _end_plan_with(plan: Plan, on: date, reason: str, actor: Viewer) -> None:
    plan.status, plan.ended_on, plan.end_reason = PlanStatus.ENDED, on, reason
    plan.version += 1
    plan.save(update_fields=["status", "ended_on", "end_reason", "version"])
    versions.keep(plan, "ended", actor)


@transaction.atomic
def undo_end(relationship_id: int, *, actor: Viewer) -> Relationship:
    """Takes the end back: the clocks that lapsed run again, and the plan that ended with it is in force again."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relationship = case.relationship
    if relationship.ended_on is None:
        raise rules.Refusals([Refusal("", "not-ended", _("The client relationship has not ended."))])
    plan = access.latest_plan(relationship_id, lock=True)
    if plan is not None and (plan.ended_on, plan.end_reason) == (
        relationship.ended_on,
        relationship.end_reason,
    ):
        plan.status = PlanStatus.IN_FORCE if plan.made_on else PlanStatus.DRAFT
        plan.ended_on, plan.end_reason = None, ""
        plan.version += 1
        plan.save(update_fields=["status", "ended_on", "end_reason", "version"])
        versions.keep(plan, "edited", actor)
    relationship.ended_on, relationship.end_reason, relationship.end_note = None, "", ""
    relationship.save(update_fields=["ended_on", "end_reason", "end_note"])
    cases.renew(case)
    record(
        "clients.client.end-undone",
        actor=actor,
        subjects=[relationship.person_id],
        object=(RELATIONSHIP, relationship_id),
    )
    return relationship
