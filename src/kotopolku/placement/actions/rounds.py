"""Acts on rounds: started and stopped by an officer, kept or failed by whoever runs them, and a proposal made after one.

A round writes nothing on any case: a person proposes. Not for: the search (``round_run``), weights (``weights.py``).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, needs
from kotopolku.placement.actions import proposals, steps
from kotopolku.placement.actions.proposals import NewProposal
from kotopolku.placement.models import (
    LIVE,
    Case,
    Proposal,
    Round,
    RoundRow,
    RoundState,
    Why,
)
from kotopolku.placement.queries import rounds as queries
from kotopolku.placement.round_input import Input, Pool, of_region, pool_of
from kotopolku.placement.round_solving import TIME_LIMIT, Solved

ROUND = "placement.round"
SILENT = timedelta(seconds=TIME_LIMIT + 240)
"""A search that has said nothing for so long has died with its server."""
WAITED = timedelta(hours=2)
"""So long a round may wait in the queue."""

NOT_A_REGION = _("Only a regional authority makes rounds.")
WRONG_SHARE = _("Write a number between 0 and %(most)s.")
WHY_ANOTHER = _("The round proposes another municipality. Choose why you choose this one.")
WRITE_WHY = _("Write in a few words why; it is kept with the round.")


@dataclass(frozen=True)
class RoundChoice:
    """How a round is run: what may be paid for fairness and wishes (per cent of the score), near-ties by lot."""

    fairness_pct: float = 0.25
    wishes_pct: float = 0.2
    lottery_points: int = 0
    effort: float = 1.0
    weekly: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        found = asdict(self)
        del found["weekly"]
        return found


@dataclass(frozen=True)
class Override:
    """Why another municipality than the round's was chosen."""

    code: str
    text: str


def _region(actor: Viewer) -> int:
    require(actor, Capability.PLACEMENT_AGREE)
    if not access.is_region(actor) or actor.organisation_id is None:
        raise Refusals([Refusal("", "not-a-region", NOT_A_REGION)])
    return actor.organisation_id


@transaction.atomic
def start_round(
    *, actor: Viewer, seed: int = 0, choice: RoundChoice = RoundChoice(), token: UUID | None = None
) -> Round:
    """Queues a round of the actor's region; the one that goes on already is returned when there is one.

    One that has died is marked as failed first. Raises ``Refusals``.
    """
    authority_id = _region(actor)
    if (before := client_cases.done_before(token, ROUND)) is not None:
        return access.round_(actor, before)
    refuse(_check(choice))
    _mend(access.rounds(actor), actor)
    try:
        with transaction.atomic():
            found = Round.objects.create(
                authority_id=authority_id,
                day=actor.day,
                weekly=choice.weekly,
                asked_by_id=actor.user_id,
                asked_at=clock.real_now(),
                seed=seed,
                settings=choice.settings,
            )
    except IntegrityError:
        # Somebody else's, which may even have ended since.
        rows = access.rounds(actor).filter(authority_id=authority_id)
        return rows.filter(state__in=LIVE).first() or rows.latest("id")
    record("placement.round.started", actor=actor, object=(ROUND, found.pk), token=token)
    return found


def _check(choice: RoundChoice) -> list[Refusal]:
    most = {"fairness_pct": 5, "wishes_pct": 5, "lottery_points": 100, "effort": 10}
    return [
        Refusal(name, "number", WRONG_SHARE, {"most": limit})
        for name, limit in most.items()
        if not 0 <= getattr(choice, name) <= limit
    ]


@transaction.atomic
def stop_round(round_id: int, *, actor: Viewer) -> Round:
    """Stops a round: one in the queue at once, one that runs as soon as it looks, with the best plan so far."""
    _region(actor)
    found = access.round_(actor, round_id, lock=True)
    if not found.live or found.stop_asked:
        return found
    found.stop_asked = True
    if found.state == RoundState.QUEUED:
        found.state, found.finished_at = RoundState.STOPPED, clock.real_now()
    found.save(update_fields=["stop_asked", "state", "finished_at"])
    record("placement.round.stopped", actor=actor, object=(ROUND, found.pk))
    return found


@transaction.atomic
def take_round(round_id: int, *, actor: Viewer) -> tuple[Input, Pool | None] | None:
    """Takes a queued round into work and stores its input; None when it is not in the queue any more.

    No entry of its own: starting and finishing have theirs. Raises ``ContractError``.
    """
    one = access.round_(actor, round_id, lock=True)
    if one.state != RoundState.QUEUED:
        return None
    found = of_region(actor, one.settings, one.seed)
    pool = pool_of(actor, found) if one.weekly else None
    one.state, one.alive_at, one.stage = RoundState.RUNNING, clock.real_now(), "starting"
    one.source, one.input_digest = found.to_json(), found.digest()
    one.weights_version = found.weights.version
    one.figures = {
        "hidden": found.hidden,
        "left_out": list(found.left_out),
        "versions": {number: version for number, (_key, version) in (found.cases or {}).items()},
    }
    one.save()
    return found, pool


def note_progress(round_id: int, values: Mapping[str, Any]) -> bool:
    """Writes how far a running round is, and that its search lives; whether it is to go on. No entry."""
    mine = Round.objects.filter(pk=round_id, state=RoundState.RUNNING)
    alive = mine.update(alive_at=clock.real_now(), **values)
    return bool(alive) and not mine.filter(stop_asked=True).exists()


@transaction.atomic
def keep_round(round_id: int, solved: Solved, *, actor: Viewer) -> Round:
    """Keeps what the engine found. Of a case that has gone on meanwhile the row is kept too; it shows as stale.

    A round that was marked as failed in between stays so, and nothing of the answer is kept.
    """
    found = access.round_(actor, round_id, lock=True)
    if found.state != RoundState.RUNNING:
        return found
    answer = solved.placing.answer
    found.state = RoundState.STOPPED if found.stop_asked else RoundState.READY
    found.objective, found.bound = solved.placing.value.objective, answer.upper_bound
    found.seconds, found.finished_at = round(answer.seconds, 2), clock.real_now()
    found.expires_on = found.day + timedelta(days=law.rule("O-K6", found.day).amount or 0)
    found.figures = {**found.figures, **solved.figures()}
    found.proof = solved.proof()
    found.save()
    rows = solved.rows()
    cases = {case.number: case for case in access.cases(actor).filter(number__in=list(rows))}
    versions = found.figures["versions"]
    RoundRow.objects.bulk_create(
        RoundRow(
            round=found,
            case=cases[number],
            case_version=versions[number],
            conditions=["county-hearing"] if needs.for_county(cases[number].needs) else [],
            **values,
        )
        for number, values in sorted(rows.items())
        if number in cases and not cases[number].non_disclosure
    )
    record("placement.round.finished", actor=actor, object=(ROUND, found.pk), details=_told(found))
    _tell(found, "placement.round-ready", actor)
    return found


def _told(found: Round) -> dict[str, Any]:
    names = ("families", "placed", "gap_pct", "optimal")
    return {"digest": found.input_digest} | {name: found.figures.get(name) for name in names}


@transaction.atomic
def fail_round(round_id: int, problems: list[dict[str, str]], *, actor: Viewer) -> Round:
    """Marks a live round as failed, with what was wrong in its input, if anything; another can be started."""
    found = access.round_(actor, round_id, lock=True)
    if found.live:
        _fail(found, problems, actor)
    return found


def _fail(found: Round, problems: list[dict[str, str]], actor: Viewer) -> None:
    found.state, found.problems, found.finished_at = RoundState.FAILED, problems[:20], clock.real_now()
    found.save(update_fields=["state", "problems", "finished_at"])
    record("placement.round.failed", actor=actor, object=(ROUND, found.pk))
    _tell(found, "placement.round-failed", actor)


def _tell(found: Round, kind: str, actor: Viewer) -> None:
    if found.asked_by_id is not None:
        notify(
            kind,
            [found.asked_by_id],
            actor=actor,
            address=reverse("placement:round", args=[found.pk]),
            organisation_id=found.authority_id,
            about=(ROUND, found.pk),
            on=found.day,
        )


@transaction.atomic
def mend_rounds(*, actor: Viewer) -> int:
    """Marks rounds whose server died as failed; returns how many. For a job's viewer."""
    return _mend(Round.objects.all(), actor)


def _mend(rows: Any, actor: Viewer) -> int:
    now: datetime = clock.real_now()
    dead = [
        one
        for one in rows.filter(state__in=LIVE).select_for_update(skip_locked=True, of=("self",))
        if now - (one.alive_at or one.asked_at) > (SILENT if one.state == RoundState.RUNNING else WAITED)
    ]
    for one in dead:
        _fail(one, [], actor)
    return len(dead)


@transaction.atomic
def clear_rounds(*, actor: Viewer) -> int:
    """Deletes input, proof and reasons of rounds whose time of keeping has ended (O-K8); figures and choices stay."""
    months = law.rule("O-K8", actor.day).amount or 0
    old = Round.objects.filter(day__lt=law.add_months(actor.day, -months)).exclude(source={})
    keys = list(old.values_list("pk", flat=True)[:1_000])
    if keys:
        Round.objects.filter(pk__in=keys).update(source={}, proof={})
        RoundRow.objects.filter(round_id__in=keys).update(
            parts={}, alternatives=[], removed={}, sentences={}, deciding=""
        )
        record("placement.rounds.cleared", actor=actor, details={"rounds": len(keys)})
    return len(keys)


# --- From a round to a proposal ---------------------------------------------------------------------------------------


@transaction.atomic
def propose(
    case_id: int,
    data: NewProposal,
    *,
    actor: Viewer,
    token: UUID | None = None,
    override: Override | None = None,
) -> Proposal:
    """Proposes a case to a municipality; when the latest round proposes another one, a reason is asked for and kept.

    Raises as ``proposals.propose``, and ``Refusals`` at ``override_code`` and ``override_text``.
    """
    case = steps.regions_case(case_id, actor)
    row = queries.row_for(actor, case)
    code = access.municipality(actor, data.municipality_id).area_code
    if row is None or client_cases.done_before(token, steps.PROPOSAL) is not None:
        return proposals.propose(case_id, data, actor=actor, token=token)
    other = bool(row.municipality) and code != row.municipality
    if other:
        refuse(_check_override(override))
    proposal = proposals.propose(case_id, data, actor=actor, token=token)
    row.proposal = proposal
    if other and override is not None:
        _keep_override(row, case, code, override, actor)
    row.save(update_fields=["proposal", "override_code", "override_text", "override_points"])
    return proposal


def _check_override(override: Override | None) -> list[Refusal]:
    code, text = (override.code, override.text) if override else ("", "")
    found = []
    if code not in Why.values:
        found.append(Refusal("override_code", "required", WHY_ANOTHER))
    if not text.strip():
        found.append(Refusal("override_text", "required", WRITE_WHY))
    return found


def _keep_override(row: RoundRow, case: Case, code: str, override: Override, actor: Viewer) -> None:
    row.override_code, row.override_text = override.code, override.text.strip()
    row.override_points = queries.cost_at_prices(row, code)
    record(
        "placement.round.overridden",
        actor=actor,
        object=(steps.CASE, case.pk),
        reason="" if case.non_disclosure else row.override_text,
        details={"why": row.override_code, "points": row.override_points},
    )
