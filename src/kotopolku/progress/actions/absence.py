"""Acts after an absence that was too long: the client is heard first, then a person decides (916/2012 5:5; 380/2023 §65)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.progress.models import AbsenceProcess, Outcome

ABSENCE = "progress.absence"


@transaction.atomic
def hear_client(
    relationship_id: int, process_id: int, heard_on: date, hearing: str, *, actor: Viewer
) -> AbsenceProcess:
    """What the client said of the absence, on which day. Not after it has been decided."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    process = _open(relationship_id, process_id)
    found = rules.check_not_future("heard_on", heard_on, clock.today())
    found += rules.check_not_before("heard_on", heard_on, process.month, BEFORE_ABSENCE, "before-absence")
    if not hearing.strip():
        found.append(
            Refusal("hearing", "required", _("Write what the client said, or that the client did not come."))
        )
    rules.refuse(found)
    process.heard_on, process.hearing = heard_on, hearing.strip()
    process.save(update_fields=["heard_on", "hearing"])
    record(
        "progress.absence.heard",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(ABSENCE, process.pk),
        details={"on": heard_on.isoformat()},
    )
    return process


BEFORE_ABSENCE = _("The absence was in the month that began on %(earliest)s.")


@transaction.atomic
def decide_absence(
    relationship_id: int, process_id: int, outcome: str, reasons: str, *, actor: Viewer
) -> AbsenceProcess:
    """Whether the training goes on or is interrupted, with reasons. Only after the client has been heard."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    process = _open(relationship_id, process_id)
    found = []
    if process.heard_on is None:
        found.append(Refusal("", "hear-first", _("Hear the client first, then decide.")))
    if outcome not in (Outcome.CONTINUES, Outcome.INTERRUPTED):
        found.append(Refusal("outcome", "required", _("Choose what was decided.")))
    if not reasons.strip():
        found.append(Refusal("reasons", "required", _("Write the reasons.")))
    rules.refuse(found)
    process.decided_on, process.outcome, process.reasons = clock.today(), outcome, reasons.strip()
    process.decided_by_id = actor.user_id
    process.save(update_fields=["decided_on", "outcome", "reasons", "decided_by"])
    record(
        "progress.absence.decided",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(ABSENCE, process.pk),
        reason=process.reasons,
        details={"outcome": outcome, "measure": process.measure_id},
    )
    return process


def _open(relationship_id: int, process_id: int) -> AbsenceProcess:
    found = (
        AbsenceProcess.objects.select_for_update()
        .filter(pk=process_id, relationship_id=relationship_id, decided_on=None)
        .first()
    )
    if found is None:
        raise NotVisible
    return found
