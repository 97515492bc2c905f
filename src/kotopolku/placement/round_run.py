"""Runs a queued round: takes it, lets the engine work outside any transaction, tells how far it is, keeps the answer.

For the job and the command line; a page only queues. Not for: the acts (``actions/rounds``), the search (``round_solving``).
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement.actions import rounds as actions
from kotopolku.placement.engine.contract import ContractError
from kotopolku.placement.models import Round
from kotopolku.placement.round_input import Input, Pool
from kotopolku.placement.round_solving import Show, Solved, Stop, solve_now, solve_week

TOLD_EVERY = 0.5
"""Seconds between two looks at whether to stop."""


def in_seat(authority: Organisation) -> Viewer:
    """A job in a seat of the region: it sees that region's rows and no others, and is no case's officer."""
    seat = Seat(0, authority.pk, authority.code, authority.kind, authority.name_fi, Role.REGIONAL_OFFICER)
    return Viewer(None, "placement.round", clock.today(), seat)


def run(round_id: int, *, actor: Viewer, show: Show | None = None, stop: Stop | None = None) -> Round | None:
    """Runs a queued round to its end and returns it; None when somebody else has taken it, or it was stopped first.

    What goes wrong marks it as failed, with why; nothing else is touched. ``stop``: asked beside the round's own mark.
    """
    job = replace(actor, system="placement.round")
    try:
        taken = _take(round_id, actor)
        if taken is None:
            return None
        solved = _solve(*taken, Watch(round_id, actor, show, stop))
    except ContractError as refused:
        return _fail(round_id, _told(refused), actor, job)
    except Exception:
        _fail(round_id, (), actor, job)
        raise
    with transaction.atomic():
        rowsecurity.apply(actor)
        return actions.keep_round(round_id, solved, actor=job)


def _told(refused: ContractError) -> list[dict[str, str]]:
    """What was wrong: of what it is, by case number or municipality, so that pages say it in their language."""
    known = {str(flaw) for flaw in refused.flaws}
    found = [{"about": flaw.about, "key": flaw.key, "text": flaw.text} for flaw in refused.flaws]
    found += [{"about": "", "key": "", "text": text} for text in refused.problems if text not in known]
    return found


def _fail(round_id: int, problems: Sequence[dict[str, str]], actor: Viewer, job: Viewer) -> Round:
    with transaction.atomic():
        rowsecurity.apply(actor)
        return actions.fail_round(round_id, list(problems), actor=job)


def _solve(found: Input, pool: Pool | None, watch: "Watch") -> Solved:
    if pool is None:
        return solve_now(found, progress=watch.show, stop=watch.stop)
    return solve_week(found, pool, progress=watch.show, stop=watch.stop)


def _take(round_id: int, actor: Viewer) -> tuple[Input, Pool | None] | None:
    """The round taken into work, with its input stored."""
    with transaction.atomic():
        rowsecurity.apply(actor)
        return actions.take_round(round_id, actor=actor)


class Watch:
    """Writes how far the search is, and asks whether it is to stop; each in a short transaction of its own."""

    def __init__(self, round_id: int, actor: Viewer, show: Show | None, stop: Stop | None) -> None:
        self._round_id, self._actor, self._show, self._stop = round_id, actor, show, stop
        self._asked_at = 0.0
        self._stopped = False

    def show(self, stage: str, objective: int | None, bound: int | None, seconds: float) -> None:
        if self._show is not None:
            self._show(stage, objective, bound, seconds)
        self._write(stage=stage[:40], objective=objective, bound=bound, seconds=round(seconds, 1))

    def stop(self) -> bool:
        if not self._stopped and time.monotonic() - self._asked_at >= TOLD_EVERY:
            self._write(**({"stop_asked": True} if self._stop is not None and self._stop() else {}))
        return self._stopped

    def _write(self, **values: object) -> None:
        with transaction.atomic():
            rowsecurity.apply(self._actor)
            self._stopped = not actions.note_progress(self._round_id, values)
        self._asked_at = time.monotonic()
