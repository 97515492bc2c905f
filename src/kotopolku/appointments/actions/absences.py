"""Acts on staying away without telling (681/2023 §32a): warning, hearing the client, proposal, decision, leaving it out.

Every step is a person's; nothing here charges anybody by itself.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import access, queries, rules, wording
from kotopolku.appointments.models import OPEN_FEES, AbsenceWarning, FeeState, NoShowFee, Participant
from kotopolku.clients import rules as client_rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record

WARNING, FEE = "appointments.warning", "appointments.fee"
SHORTEST_REASON = 10
"""Characters: a word is no reason. Our own rule."""


@transaction.atomic
def give_warning(
    relationship_id: int,
    given_on: date,
    how: str,
    *,
    actor: Viewer,
    participant_id: int | None = None,
    language: str = "",
    note: str = "",
    token: UUID | None = None,
) -> AbsenceWarning:
    """Records that the client was told of the fee; after an absence (``participant_id``) or before any."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (done := cases.done_before(token, WARNING)) is not None:
        return AbsenceWarning.objects.get(pk=done)
    relationship = case.relationship
    if participant_id is not None:
        participant = access.participant(actor, participant_id)
        if participant.relationship_id != relationship_id:
            raise NotVisible
    refuse(cases.ended(relationship) + cases.not_before_start(relationship, "given_on", given_on))
    warning = AbsenceWarning.objects.create(
        organisation_id=case.responsibility.authority_id,
        person_id=relationship.person_id,
        relationship=relationship,
        participant_id=participant_id,
        given_on=given_on,
        how=how,
        language=language,
        note=note.strip(),
        given_by_id=actor.user_id,
    )
    record(
        "appointments.warning.given",
        actor=actor,
        subjects=[relationship.person_id],
        object=(WARNING, warning.pk),
        details={"on": given_on.isoformat(), "how": how, "language": language},
        token=token,
    )
    return warning


@transaction.atomic
def ask_to_explain(
    participant_id: int, heard_by: date, *, actor: Viewer, token: UUID | None = None
) -> NoShowFee:
    """Begins the matter of a fee: the client has until ``heard_by`` to say why. Only when the law allows a fee."""
    participant = _participant(actor, participant_id)
    if (done := cases.done_before(token, FEE)) is not None:
        return NoShowFee.objects.get(pk=done)
    fee = NoShowFee.objects.filter(participant=participant).first()
    if fee is not None and fee.state == FeeState.DROPPED:
        refuse([Refusal("", "dropped", _("It was decided that there is no fee for this absence."))])
    if fee is not None:
        refuse([Refusal("", "begun", _("The matter of this absence has been begun already."))])
    absence = queries.absence_facts(participant)
    answer = rules.fee_answer(absence)
    refuse([Refusal("", one, str(wording.CONDITIONS[one][1])) for one in answer.missing])
    today = clock.today()
    if heard_by <= today:
        refuse([Refusal("heard_by", "too-soon", _("Give the client a day that is ahead."))])
    fee = NoShowFee.objects.create(
        organisation_id=participant.organisation_id,
        person_id=participant.person_id,
        relationship_id=participant.relationship_id,
        participant=participant,
        cost_eur=absence.cost_eur or Decimal(0),
        asked_on=today,
        heard_by=heard_by,
    )
    record(
        "appointments.fee.begun",
        actor=actor,
        subjects=[participant.person_id],
        object=(FEE, fee.pk),
        details={"heard_by": heard_by.isoformat()},
        token=token,
    )
    return fee


@transaction.atomic
def record_explanation(participant_id: int, explanation: str, *, actor: Viewer) -> NoShowFee:
    """What the client said; nothing only when the day to say it has passed."""
    participant = _participant(actor, participant_id)
    fee = _fee(participant, FeeState.HEARING)
    if not explanation.strip() and clock.today() <= fee.heard_by:
        message = _("The client has until %(day)s to explain. Write what was said, or wait.")
        refuse([Refusal("explanation", "waiting", message, {"day": fee.heard_by})])
    fee.state, fee.explanation, fee.heard_on = FeeState.HEARD, explanation.strip(), clock.today()
    fee.save()
    _record("appointments.fee.heard", fee, actor)
    return fee


@transaction.atomic
def propose_fee(participant_id: int, amount_eur: Decimal, reasons: str, *, actor: Viewer) -> NoShowFee:
    """A worker proposes a sum and says why it is not unreasonable. A fee that has been proposed can be proposed anew."""
    participant = _participant(actor, participant_id)
    fee = _fee(participant, FeeState.HEARD, FeeState.PROPOSED)
    answer = rules.fee_answer(queries.absence_facts(participant, fee.cost_eur))
    found = wording.worded(rules.check_amount(amount_eur, answer))
    if len(reasons.strip()) < SHORTEST_REASON:
        message = _("Write why a fee is not unreasonable for this client in this situation.")
        found.append(Refusal("reasons", "required", message))
    refuse(found)
    fee.state, fee.amount_eur, fee.reasons = FeeState.PROPOSED, amount_eur, reasons.strip()
    fee.proposed_on, fee.proposed_by_id = clock.today(), actor.user_id
    fee.save()
    _record("appointments.fee.proposed", fee, actor, amount_eur=str(amount_eur))
    return fee


@transaction.atomic
def decide_fee(participant_id: int, amount_again: Decimal, due_on: date, *, actor: Viewer) -> NoShowFee:
    """Decides the proposed fee; whoever leads the team does it, and repeats the sum. Cannot be taken back here."""
    require(actor, Capability.TEAM_LEAD)
    participant = _participant(actor, participant_id)
    fee = _fee(participant, FeeState.PROPOSED)
    answer = rules.fee_answer(queries.absence_facts(participant, fee.cost_eur))
    found = wording.worded(
        rules.check_amount(fee.amount_eur or Decimal(0), answer)
        + rules.check_due(due_on, clock.today(), answer)
    )
    if amount_again != fee.amount_eur:
        message = _("The sum is not the one that was proposed (%(amount)s euros).")
        found.append(
            Refusal("amount_again", "other", message, {"amount": rules.euros(fee.amount_eur or Decimal(0))})
        )
    refuse(found)
    fee.state, fee.due_on = FeeState.DECIDED, due_on
    fee.decided_on, fee.decided_by_id = clock.today(), actor.user_id
    fee.save()
    _record("appointments.fee.decided", fee, actor, due_on=due_on.isoformat())
    return fee


@transaction.atomic
def drop_fee(participant_id: int, why: str, *, actor: Viewer) -> NoShowFee:
    """Leaves the fee out: the explanation was good, or a fee would be unreasonable."""
    participant = _participant(actor, participant_id)
    fee = _fee(participant, *OPEN_FEES)
    if not why.strip():
        refuse([Refusal("why", "required", _("Say in a few words why there is no fee."))])
    fee.state, fee.dropped_on, fee.dropped_why = FeeState.DROPPED, clock.today(), why.strip()
    fee.save()
    _record("appointments.fee.dropped", fee, actor)
    return fee


def _participant(actor: Viewer, participant_id: int) -> Participant:
    require(actor, Capability.CLIENT_EDIT)
    return access.participant(actor, participant_id, lock=True)


def _fee(participant: Participant, *states: str) -> NoShowFee:
    fee = NoShowFee.objects.select_for_update().filter(participant=participant).first()
    if fee is None:
        raise NotVisible
    if fee.state not in states:
        message = _("The matter has gone on meanwhile. Look at what is written there now.")
        raise client_rules.Refusals([Refusal("", "state", message)])
    return fee


def _record(name: str, fee: NoShowFee, actor: Viewer, **details: str) -> None:
    record(name, actor=actor, subjects=[fee.person_id], object=(FEE, fee.pk), details=details)
