"""Acts on the initial assessment (1386/2010 §9; 681/2023 §14) and on drafts of forms.

Not for: what it must contain (``law.assessment_items``) and the clocks that it meets and starts (``deadlines.py``).
"""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.deadlines import NEW_ACT, NEW_ACT_FROM, OLD_ACT
from kotopolku.clients.models import (
    Assessment,
    FormDraft,
    Permit,
    Plan,
    PlanStatus,
    Relationship,
    Status,
)
from kotopolku.clients.rules import AssessmentContent, Refusal
from kotopolku.journal.actions import record

ASSESSMENT = "clients.assessment"


@transaction.atomic
def start_assessment(
    relationship_id: int, on: date, *, actor: Viewer, token: UUID | None = None
) -> Assessment:
    """Starts an assessment on the day ``on``: meets A1, A7 and A9. The Act of that day says what it must contain."""
    case = cases.let_in(actor, Capability.ASSESSMENT_WRITE, relationship_id)
    relationship = case.relationship
    if (before := cases.done_before(token, ASSESSMENT)) is not None:
        return Assessment.objects.get(pk=before, relationship=relationship)
    found = cases.ended(relationship) + cases.not_before_start(relationship, "started_on", on)
    if Assessment.objects.filter(relationship=relationship, status=Status.DRAFT).exists():
        found.append(Refusal("", "under-way", _("An assessment is under way already. Go on with that one.")))
    rules.refuse(found)
    started = Assessment.objects.create(
        relationship=relationship,
        act=OLD_ACT if on < NEW_ACT_FROM else NEW_ACT,
        started_on=on,
        language=relationship.person.service_language,
        interpreter_used=relationship.person.interpreter_needed,
    )
    cases.renew(case)
    record(
        "clients.assessment.started",
        actor=actor,
        subjects=[relationship.person_id],
        object=(ASSESSMENT, started.pk),
        details={"on": on.isoformat()},
        token=token,
    )
    return started


@transaction.atomic
def save_assessment(
    relationship_id: int, content: AssessmentContent, *, actor: Viewer, expected_version: int
) -> Assessment:
    """Saves what has been found so far; nothing needs to be complete. Raises ``EditClash``, ``Refusals``."""
    case = cases.let_in(actor, Capability.ASSESSMENT_WRITE, relationship_id)
    assessment = _draft(actor, relationship_id, case.relationship.person_id, expected_version)
    rules.refuse(_check(assessment, content))
    _write(assessment, content)
    assessment.save()
    cases.forget_draft(actor, relationship_id, "assessment")
    record(
        "clients.assessment.saved",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(ASSESSMENT, assessment.pk),
    )
    return assessment


@transaction.atomic
def complete_assessment(
    relationship_id: int, content: AssessmentContent, on: date, *, actor: Viewer, expected_version: int
) -> Assessment:
    """Completes the assessment on the day ``on``: starts A2 or A8 if a plan is needed.

    Every statutory item is answered or marked not relevant (570/2011 §1; 869/2024), and there is a conclusion.
    """
    case = cases.let_in(actor, Capability.ASSESSMENT_WRITE, relationship_id)
    relationship = case.relationship
    assessment = _draft(actor, relationship_id, relationship.person_id, expected_version)
    items = [item.id for item in law.assessment_items(assessment.act, assessment.started_on)]
    found = _check(assessment, content) + rules.check_assessment_complete(content, items)
    found += rules.check_not_future("completed_on", on, clock.today())
    message = _("The assessment was started on %(earliest)s; it cannot be completed before that.")
    found += rules.check_not_before("completed_on", on, assessment.started_on, message, "before-start")
    if content.plan_needed is False:
        found += _check_minor(relationship, on)
    rules.refuse(cases.ended(relationship) + found)
    _write(assessment, content)
    assessment.status, assessment.completed_on, assessment.completed_by_id = (
        Status.COMPLETED,
        on,
        actor.user_id,
    )
    assessment.save()
    cases.forget_draft(actor, relationship_id, "assessment")
    cases.renew(case)
    record(
        "clients.assessment.completed",
        actor=actor,
        subjects=[relationship.person_id],
        object=(ASSESSMENT, assessment.pk),
        details={"on": on.isoformat(), "plan_needed": content.plan_needed},
    )
    return assessment


@transaction.atomic
def reopen_assessment(relationship_id: int, reason: str, *, actor: Viewer) -> Assessment:
    """Opens a completed assessment again, with a reason, as long as no plan has been made on it."""
    case = cases.let_in(actor, Capability.ASSESSMENT_WRITE, relationship_id)
    person_id = case.relationship.person_id
    assessment = _latest(relationship_id)
    found = cases.ended(case.relationship)
    if assessment.status != Status.COMPLETED:
        found.append(Refusal("", "not-completed", _("The assessment has not been completed.")))
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the assessment is opened again.")))
    if Plan.objects.filter(relationship_id=relationship_id, status=PlanStatus.IN_FORCE).exists():
        message = _("A plan has been made on this assessment. Start a new assessment instead.")
        found.append(Refusal("", "plan-made", message))
    rules.refuse(found)
    assessment.status, assessment.completed_on, assessment.completed_by_id = Status.DRAFT, None, None
    assessment.version += 1
    assessment.save()
    cases.renew(case)
    record(
        "clients.assessment.reopened",
        actor=actor,
        subjects=[person_id],
        object=(ASSESSMENT, assessment.pk),
        reason=reason,
    )
    return assessment


def _check_minor(relationship: Relationship, on: date) -> list[Refusal]:
    """A minor without a guardian, with a permit, always gets a plan under the Act of 2010 (1386/2010 §15)."""
    person, always = relationship.person, law.minor_plan_always(on)
    if always is None or not person.unaccompanied or not law.is_minor(person.birth_date, on):
        return []
    if not Permit.objects.filter(person=person, starts__lte=on).exists():
        return []
    section = {language: always.citation(language) for language in law.LANGUAGES}
    return [Refusal("plan_needed", "minor-plan-always", MINOR_PLAN_ALWAYS, {"section": section})]


MINOR_PLAN_ALWAYS = _(
    "The client is a minor without a guardian and has a right of residence: a plan is always made (%(section)s)."
)


def _latest(relationship_id: int) -> Assessment:
    found = (
        Assessment.objects.select_for_update()
        .filter(relationship_id=relationship_id)
        .order_by("-started_on", "-id")
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def _draft(actor: Viewer, relationship_id: int, person_id: int, expected_version: int) -> Assessment:
    assessment = _latest(relationship_id)
    if assessment.version != expected_version:
        theirs = content_of(assessment)
        raise cases.clash(
            actor, person_id, ASSESSMENT, assessment.pk, theirs=theirs, version=assessment.version
        )
    if assessment.status != Status.DRAFT:
        message = _("The assessment has been completed. Open it again with a reason to change it.")
        raise rules.Refusals([Refusal("", "completed", message)])
    return assessment


def content_of(assessment: Assessment) -> dict[str, Any]:
    """What is stored, by the names of ``AssessmentContent``."""
    names = (
        "items",
        "measures",
        "told",
        "participants",
        "language",
        "interpreter_used",
        "plan_needed",
        "conclusion",
        "planned_plan_on",
    )
    return {name: getattr(assessment, name) for name in names}


def _check(assessment: Assessment, content: AssessmentContent) -> list[Refusal]:
    message = _("The plan cannot be planned for a day before the assessment was started (%(earliest)s).")
    planned = content.planned_plan_on
    if planned is None:
        return []
    return rules.check_not_before("planned_plan_on", planned, assessment.started_on, message, "before-start")


def _write(assessment: Assessment, content: AssessmentContent) -> None:
    marked = dict.fromkeys(content.not_relevant, rules.NOT_RELEVANT)
    typed = {item: text for item, text in content.items.items() if text.strip()}
    values = vars(replace(content, items={**marked, **typed}, not_relevant=frozenset()))
    for name in (
        "items",
        "participants",
        "language",
        "interpreter_used",
        "plan_needed",
        "conclusion",
        "planned_plan_on",
    ):
        setattr(assessment, name, values[name])
    assessment.measures = {key: dict(value) for key, value in content.measures.items()}
    assessment.told = list(content.told)
    assessment.version += 1


@transaction.atomic
def save_form_draft(
    relationship_id: int, form: str, data: dict[str, Any], *, actor: Viewer, base_version: int = 0
) -> FormDraft:
    """Keeps what a worker has typed and not saved. Journalled when the draft begins: it is saved every few seconds."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if actor.user_id is None:
        raise NotVisible
    draft, begun = FormDraft.objects.update_or_create(
        relationship_id=relationship_id,
        user_id=actor.user_id,
        form=form,
        defaults={"data": data, "base_version": base_version, "saved_at": clock.now()},
    )
    if begun:
        record(
            "clients.draft.kept", actor=actor, subjects=[case.relationship.person_id], details={"form": form}
        )
    return draft


@transaction.atomic
def discard_form_draft(relationship_id: int, form: str, *, actor: Viewer) -> None:
    """Throws away what the worker has typed and not saved."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if cases.forget_draft(actor, relationship_id, form):
        record(
            "clients.draft.discarded",
            actor=actor,
            subjects=[case.relationship.person_id],
            details={"form": form},
        )
