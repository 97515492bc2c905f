"""Acts on challenges of a decision: a correction request or an appeal arrives, and how it ended.

Not for: the decision itself (``awards.py``). An appeal bars the contract as long as it is pending (``award_rules``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import award_rules
from kotopolku.procurement.actions.awards import WRONG_STATE, in_state, save, tell_bidder
from kotopolku.procurement.actions.tenders import move
from kotopolku.procurement.models import (
    AwardDecision,
    AwardState,
    Challenge,
    ChallengeKind,
    ChallengeState,
    DecisionNotice,
    SendWay,
    TenderState,
)
from kotopolku.procurement.queries import awards as queries

CHALLENGE = "procurement.challenge"


@dataclass(frozen=True)
class ChallengeContent:
    """A correction request or an appeal, as it arrived. ``party_id`` None: the authority takes its decision up itself."""

    kind: str
    words: str
    arrived_on: date
    party_id: int | None = None
    reference: str = ""


@transaction.atomic
def record_challenge(
    decision_id: int, content: ChallengeContent, *, actor: Viewer, token: UUID | None = None
) -> Challenge:
    """The buyer records what has arrived; an appeal bars the contract from that moment (§150), a late one too."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, CHALLENGE)) is not None:
        return Challenge.objects.get(pk=before)
    row = in_state(decision_id, actor, None, AwardState.MADE)
    return _challenged(row, content, actor, token)


@transaction.atomic
def file_challenge(
    decision_id: int, kind: str, words: str, *, actor: Viewer, token: UUID | None = None
) -> Challenge:
    """A bidder asks for a correction (§132), or tells the buyer that it has appealed (§148)."""
    require(actor, Capability.BID_SUBMIT)
    if (before := done_before(token, CHALLENGE)) is not None:
        return Challenge.objects.get(pk=before)
    told = DecisionNotice.objects.filter(decision_id=decision_id, recipient_id=actor.organisation_id or 0)
    if not told.exists():
        raise NotVisible
    row = AwardDecision.objects.select_related("tender").get(pk=decision_id)
    if row.state != AwardState.MADE:
        raise Refusals([Refusal("", "state", WRONG_STATE)])
    content = ChallengeContent(kind, words, clock.today(), actor.organisation_id)
    with seeing_all(actor):
        return _challenged(row, content, actor, token)


def _challenged(
    row: AwardDecision, content: ChallengeContent, actor: Viewer, token: UUID | None
) -> Challenge:
    found = []
    if content.kind not in ChallengeKind.values:
        found.append(Refusal("kind", "unknown", _("Choose which of the two it is.")))
    if not content.words.strip():
        found.append(Refusal("words", "required", _("Write what is asked and why, in short.")))
    decided = row.decided_on or content.arrived_on
    if content.arrived_on > clock.today() or content.arrived_on < decided:
        found.append(
            Refusal("arrived_on", "day", _("It cannot have arrived before the decision or after today."))
        )
    if content.kind == ChallengeKind.APPEAL and content.party_id is None:
        found.append(Refusal("party", "required", _("Choose the bidder who has appealed.")))
    told = {one.recipient_id: one for one in DecisionNotice.objects.filter(decision=row)}
    if content.party_id is not None and content.party_id not in told:
        found.append(
            Refusal("party", "unknown", _("Choose one of the bidders who were told of the decision."))
        )
    refuse(found)
    made = Challenge.objects.create(
        decision=row,
        buyer_id=row.buyer_id,
        kind=content.kind,
        party_id=content.party_id,
        arrived_on=content.arrived_on,
        late=_is_late(content, decided, told),
        words=content.words.strip(),
        reference=content.reference.strip(),
        recorded_by_id=actor.user_id or 0,
    )
    record(
        "procurement.challenge.recorded",
        actor=actor,
        object=(CHALLENGE, made.pk),
        details={"decision": row.pk, "kind": made.kind, "late": made.late},
        token=token,
    )
    notify(
        "procurement.appeal-arrived" if made.kind == ChallengeKind.APPEAL else "procurement.correction-asked",
        holders(row.buyer_id, Capability.PROCUREMENT_DECIDE, clock.today()),
        actor=actor,
        address=reverse("procurement:decision", args=[row.pk]),
        organisation_id=row.buyer_id,
        about=(CHALLENGE, made.pk),
    )
    return made


def _is_late(content: ChallengeContent, decided: date, told: Mapping[int, DecisionNotice]) -> bool:
    if content.party_id is None:
        return content.arrived_on > award_rules.correction_until(decided, by_authority=True)
    received = told[content.party_id].received_on
    if received is None:
        return False
    if content.kind == ChallengeKind.APPEAL:
        return content.arrived_on > award_rules.appeal_until(received)
    return content.arrived_on > award_rules.correction_until(received)


@transaction.atomic
def resolve_challenge(
    challenge_id: int, state: str, words: str, resolved_on: date, *, actor: Viewer
) -> Challenge:
    """How a correction request or an appeal ended. An upheld one sets the decision aside: the lot is decided anew."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    found = Challenge.objects.select_for_update(of=("self",)).filter(pk=challenge_id).first()
    if found is None:
        raise NotVisible
    row = queries.decision(actor, found.decision_id, lock=True)
    wrong = []
    if found.state not in (ChallengeState.PENDING, ChallengeState.LEAVE):
        wrong.append(Refusal("", "state", _("This has been resolved already.")))
    allowed = set(ChallengeState.values) - {ChallengeState.PENDING}
    if found.kind != ChallengeKind.APPEAL:
        allowed -= {ChallengeState.LEAVE}
    if state not in allowed:
        wrong.append(Refusal("state", "unknown", _("Choose how it ended.")))
    if not words.strip():
        wrong.append(Refusal("words", "required", _("Write the reasons, or what the court decided.")))
    if not found.arrived_on <= resolved_on <= clock.today():
        wrong.append(Refusal("resolved_on", "day", _("Give a day from its arrival to today.")))
    if (
        state == ChallengeState.UPHELD
        and queries.contract_signed_on(row.lot_id) is not None
        and (found.kind == ChallengeKind.CORRECTION)
    ):
        wrong.append(Refusal("state", "contract", AFTER_CONTRACT))
    refuse(wrong)
    found.state, found.resolution = state, words.strip()
    found.resolved_on, found.resolved_by_id = resolved_on, actor.user_id
    found.save(update_fields=["state", "resolution", "resolved_on", "resolved_by"])
    if state == ChallengeState.UPHELD:
        _set_aside(row, words.strip(), actor)
    record(
        "procurement.challenge.resolved",
        actor=actor,
        object=(CHALLENGE, found.pk),
        details={"decision": row.pk, "outcome": state},
    )
    for one in DecisionNotice.objects.filter(decision=row, way=SendWay.ELECTRONIC):
        tell_bidder(row, one.recipient_id, actor)
    return found


def _set_aside(row: AwardDecision, reason: str, actor: Viewer) -> None:
    row.state, row.set_aside_on, row.set_aside_reason = AwardState.CORRECTED, clock.today(), reason
    save(row, "state", "set_aside_on", "set_aside_reason")
    if row.tender.state in (TenderState.DECIDED, TenderState.DISCONTINUED):
        move(row.tender_id, TenderState.EVALUATED, actor=actor)


AFTER_CONTRACT = _(
    "The contract has been made, so the decision can no longer be corrected. The court can still annul it."
)
