"""Weights of the points: one person of the ministry proposes a version, another decides after seeing what it would do.

A version is never changed; a change is a new one. Not for: what parts there are (``engine/data/points.toml``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.placement import access
from kotopolku.placement.actions.steps import reason_given
from kotopolku.placement.engine.contract import ContractError
from kotopolku.placement.engine.points import default_weights
from kotopolku.placement.models import Round, RoundState, WeightSet, WeightState
from kotopolku.placement.queries import what_if
from kotopolku.placement.queries.weights import weights_in_force, weights_of
from kotopolku.placement.round_solving import OtherVersion, stored

WEIGHTS = "placement.weights"
NOT_MINISTRY = _("Only the ministry sets weights.")
WRONG_WEIGHTS = _("The weights cannot be used: %(text)s")
NOTHING_NEW = _("Change at least one weight.")
IN_PAST = _("A version cannot be in force before today.")
SAME_PERSON = _("Another person than the one who proposed decides.")
NOT_MEASURED = _("What the weights would do has not been measured yet. Wait for it, and read it first.")
DECIDED = _("The version has been decided already.")


@dataclass(frozen=True)
class NewWeights:
    """Weights by part, all numbers of each; parts left out stay as they are in force."""

    weights: Mapping[str, tuple[float, ...]]
    reason: str
    in_force_from: date


def _ministry(actor: Viewer) -> None:
    require(actor, Capability.PLACEMENT_TARGET)
    if not access.is_ministry(actor):
        raise MissingCapability(Capability.PLACEMENT_TARGET)


@transaction.atomic
def propose_weights(data: NewWeights, *, actor: Viewer, token: UUID | None = None) -> WeightSet:
    """Proposes a version. What it would do is measured next (``measure_weights``), by a job. Raises ``Refusals``."""
    _ministry(actor)
    if (before := client_cases.done_before(token, WEIGHTS)) is not None:
        return WeightSet.objects.get(pk=before)
    reason = reason_given(data.reason)
    now, own = weights_in_force(clock.today()), default_weights()
    try:
        wanted = now.changed(dict(data.weights))
    except ContractError as error:
        params = {"text": str(error)}
        raise Refusals([Refusal("", "weights", WRONG_WEIGHTS, params)]) from error
    found = []
    if all(part.weight == now.part(part.id).weight for part in wanted.parts):
        found.append(Refusal("", "nothing-new", NOTHING_NEW))
    if data.in_force_from < clock.today():
        found.append(Refusal("in_force_from", "past", IN_PAST))
    refuse(found)
    number = (WeightSet.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    made = WeightSet.objects.create(
        number=number,
        version=f"{own.version}/{number}",
        weights={
            part.id: list(part.weight) for part in wanted.parts if part.weight != own.part(part.id).weight
        },
        reason=reason,
        proposed_by_id=actor.user_id,
        proposed_on=clock.today(),
        in_force_from=data.in_force_from,
    )
    record(
        "placement.weights.proposed",
        actor=actor,
        object=(WEIGHTS, made.pk),
        reason=reason,
        details={"version": made.version, "weights": made.weights},
        token=token,
    )
    return made


@transaction.atomic
def measure_weights(weights_id: int, *, actor: Viewer) -> WeightSet:
    """What the last round of each region would have been with the version: sums only. For a job's viewer."""
    found = WeightSet.objects.select_for_update().get(pk=weights_id)
    if found.impact is not None:
        return found
    totals = {"rounds": 0, "families": 0, "moved": 0, "unplaced": 0}
    rows = Round.objects.filter(state=RoundState.READY).exclude(source={})
    for one in rows.order_by("authority_id", "-id").distinct("authority_id"):
        changed = _moved_in(one, found)
        if changed is not None:
            totals["rounds"] += 1
            for name, number in changed.items():
                totals[name] += number
    found.impact = totals
    found.save(update_fields=["impact"])
    record("placement.weights.measured", actor=actor, object=(WEIGHTS, found.pk), details=totals)
    return found


def _moved_in(one: Round, weights: WeightSet) -> dict[str, int] | None:
    """Families of a round, how many would go elsewhere, and how many more would have no place."""
    try:
        again = stored(one.source, one.proof)
    except OtherVersion:
        return None
    before = what_if.solved(again, what_if.Changes(), one.seed)
    wanted = {part.id: part.weight for part in weights_of(weights).parts}
    after = what_if.solved(again, what_if.Changes(weights=wanted), one.seed)
    return {
        "families": len(again.round.units),
        "moved": len(what_if.moved(again.round, before.assignment, after.assignment)),
        "unplaced": after.unplaced - before.unplaced,
    }


@transaction.atomic
def approve_weights(weights_id: int, *, actor: Viewer) -> WeightSet:
    """Puts a version in force from its day. Never by the person who proposed it. Raises ``Refusals``, ``NotVisible``."""
    found = _waiting(weights_id, actor)
    if found.proposed_by_id == actor.user_id:
        raise Refusals([Refusal("", "same-person", SAME_PERSON)])
    if found.impact is None:
        raise Refusals([Refusal("", "not-measured", NOT_MEASURED)])
    found.state, found.decided_by_id = WeightState.APPROVED, actor.user_id
    found.decided_on = clock.today()
    found.in_force_from = max(found.in_force_from, clock.today())
    found.save()
    record(
        "placement.weights.approved",
        actor=actor,
        object=(WEIGHTS, found.pk),
        details={"version": found.version, "from": found.in_force_from},
    )
    return found


@transaction.atomic
def reject_weights(weights_id: int, reason: str, *, actor: Viewer) -> WeightSet:
    """Rejects a version, with a reason; the proposer may do so too. Raises ``Refusals``, ``NotVisible``."""
    found = _waiting(weights_id, actor)
    found.decision_reason = reason_given(reason)
    found.state, found.decided_by_id = WeightState.REJECTED, actor.user_id
    found.decided_on = clock.today()
    found.save()
    record(
        "placement.weights.rejected", actor=actor, object=(WEIGHTS, found.pk), reason=found.decision_reason
    )
    return found


def _waiting(weights_id: int, actor: Viewer) -> WeightSet:
    _ministry(actor)
    found = WeightSet.objects.select_for_update().filter(pk=weights_id).first()
    if found is None:
        raise NotVisible
    if found.state != WeightState.PROPOSED:
        raise Refusals([Refusal("", "decided", DECIDED)])
    return found
