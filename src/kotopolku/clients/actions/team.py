"""Acts of those who lead: many clients to other workers at once, a worker's absence told to the deputy.

Not for: one client's worker (``responsibility.py``), which authority answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors.models import Absence
from kotopolku.clients import access, queries, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Clock
from kotopolku.clients.rules import Move, Refusal
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

RELATIONSHIP = "clients.relationship"
MOST_MOVED = 1_000
"""Clients in one act: each has its own entry in the journal, and the page answers in some seconds."""


@dataclass(frozen=True)
class Reassigned:
    """``done``: moved now. ``skipped``: given to somebody else, or passed on, since they were chosen."""

    done: tuple[Move, ...]
    skipped: tuple[Move, ...] = ()


@transaction.atomic
def reassign_clients(moves: Sequence[Move], *, actor: Viewer, token: UUID | None = None) -> Reassigned:
    """Gives clients to other workers, each with a journal entry; open clocks follow. At most ``MOST_MOVED``.

    A client whose worker is no longer the one of the move is left as it is: of two leaders at once the second takes
    nothing away from the first. Raises ``Refusals`` for too many, or for somebody who is not a worker here.
    """
    require(actor, Capability.TEAM_LEAD)
    if cases.done_before(token, RELATIONSHIP) is not None:
        return Reassigned(())
    rules.refuse(_check(moves, actor))
    by_client = {move.relationship_id: move for move in moves}
    # In one order for everybody, so that two acts at once wait for each other and never for both.
    rows = (
        access.responsibilities(actor)
        .filter(relationship_id__in=by_client)
        .select_for_update(of=("self", "relationship"))
        .select_related("relationship")
        .order_by("relationship_id")
    )
    done = []
    for row in rows:
        move = by_client[row.relationship_id]
        if row.worker_id == move.before and move.before != move.after:
            done.append((move, row.person_id))
    _move([move for move, _person in done], actor)
    for number, (move, person_id) in enumerate(done):
        record(
            "clients.worker.assigned",
            actor=actor,
            subjects=[person_id],
            object=(RELATIONSHIP, move.relationship_id),
            details={"worker": move.after, "before": move.before},
            token=token if number == 0 else None,
        )
    moved = {move.relationship_id for move, _person in done}
    return Reassigned(
        tuple(move for move, _person in done),
        tuple(move for move in moves if move.relationship_id not in moved),
    )


def _check(moves: Sequence[Move], actor: Viewer) -> list[Refusal]:
    if len(moves) > MOST_MOVED:
        message = _("Choose fewer: at most %(most)s clients are moved at once.")
        return [Refusal("", "too-many", message, {"most": MOST_MOVED})]
    here = {user_id for user_id, _name in queries.workers(actor)}
    if {move.after for move in moves if move.after is not None} - here:
        return [Refusal("workers", "unknown-worker", _("Choose a worker of your organisation."))]
    return []


def _move(moves: Sequence[Move], actor: Viewer) -> None:
    """Two statements for each worker who gets clients."""
    for worker_id in {move.after for move in moves}:
        clients = [move.relationship_id for move in moves if move.after == worker_id]
        access.responsibilities(actor).filter(relationship_id__in=clients).update(worker_id=worker_id)
        Clock.objects.filter(relationship_id__in=clients, closed_on=None).update(worker_id=worker_id)
        if worker_id is not None:
            notify(
                "clients.work-given",
                [worker_id],
                actor=actor,
                address=f"{reverse('clients:list')}?worker=mine",
                organisation_id=actor.organisation_id,
            )


@transaction.atomic
def write_absence(
    user_id: int, deputy_id: int, first: date, last: date, *, actor: Viewer, token: UUID | None = None
) -> Absence:
    """As ``actors.actions.write_absence``, which journals it; tells the deputy. Raises ``actors.rules.Refusal``."""
    absence = actors.write_absence(
        actor=actor, user_id=user_id, deputy_id=deputy_id, first=first, last=last, token=token
    )
    notify(
        "clients.stands-in",
        [deputy_id],
        actor=actor,
        address=reverse("clients:team-absences"),
        organisation_id=actor.organisation_id,
        about=("actors.absence", absence.pk),
        on=first,
    )
    return absence
