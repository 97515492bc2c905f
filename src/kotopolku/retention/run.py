"""A whole run of deletion: report, then portion after portion until nothing is due. Stopped anywhere, it can be run again.

Every portion is a transaction of its own with its journal entry. Not for: what a portion deletes (``actions.py``).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.retention import actions, queries
from kotopolku.retention.models import RetentionRun
from kotopolku.retention.rules import CLIENT_RULES, Reported
from kotopolku.retention.sweeps import SWEEPS, Progress

CLIENTS_AT_ONCE = 100
ROWS_AT_ONCE = 5_000
_ONE_RUN = 0x72657431  # "ret1"


class RunUnderWay(Exception):
    """Another run is deleting now; two at once would only wait for each other."""

    def __init__(self) -> None:
        super().__init__("Another run of deletion is under way.")


def report(viewer: Viewer) -> list[Reported]:
    """What a run would do now."""
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return queries.report(viewer, viewer.day)


def delete_what_is_due(
    viewer: Viewer, progress: Progress = lambda _rule, _done, _of: None
) -> tuple[RetentionRun, list[Reported]]:
    """Deletes everything whose time is over and that nothing holds back. Raises ``RunUnderWay``."""
    with _alone():
        told = report(viewer)
        with transaction.atomic():
            rowsecurity.apply(viewer)
            run = actions.start_run(actor=viewer)
        to_go = {one.rule.id: one.to_go for one in told}
        for rule_id in CLIENT_RULES:
            portion = partial(actions.delete_clients, run, rule_id, CLIENTS_AT_ONCE, actor=viewer)
            _repeat(viewer, rule_id, to_go[rule_id], portion, progress)
        for sweep in SWEEPS:
            portion = partial(actions.delete_rows, run, sweep, ROWS_AT_ONCE, actor=viewer)
            _repeat(viewer, sweep.rule, to_go[sweep.rule], portion, progress)
        with transaction.atomic():
            rowsecurity.apply(viewer)
            actions.finish_run(run, {one.rule.id: one.held for one in told if one.held}, actor=viewer)
    return run, told


def _repeat(viewer: Viewer, rule_id: str, most: int, portion: Callable[[], int], progress: Progress) -> None:
    """Portion after portion, no more than was reported: what the run itself records is not its own to delete."""
    done = 0
    while done < most:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            gone = portion()
        if not gone:
            return
        done += gone
        progress(rule_id, done, most)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_RUN])
        if not cursor.fetchone()[0]:
            raise RunUnderWay
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_RUN])
