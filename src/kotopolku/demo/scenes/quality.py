"""Gap lists of the demo world: counted for some weeks, one client excused, a summary for the leaders, a hold.

Acts only through the rooms' own actions. Not for: making gaps; the world has its own.
"""

from collections.abc import Callable
from datetime import date, timedelta

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.quality import actions, queries
from kotopolku.quality.checks import all_checks

WEEKS = 3
EXCUSED = ("no-identity-code", "no-permit", "data-stale", "nothing-done")
"""Checks tried in this order: the first that finds a client gives the one who is excused."""


def play(actor_of: Callable[[str], Viewer], day: date) -> None:
    """Counts once a week up to the day, and lets a worker of Vantaa excuse a client."""
    for week in range(WEEKS, -1, -1):
        on = day - timedelta(weeks=week)
        viewer = Viewer.for_system("quality.count", on)
        rowsecurity.apply(viewer)
        with clock.at(on):
            actions.count_day(actor=viewer)
    viewer = Viewer.for_system("quality.digest", day)
    rowsecurity.apply(viewer)
    actions.send_digests(actor=viewer)
    worker = actor_of("kunta.vantaa")
    rowsecurity.apply(worker)
    for check_id in EXCUSED:
        found = queries.clients_with(worker, all_checks()[check_id], "organisation")
        if found.rows:
            until = day + timedelta(days=60)
            reason = "Asia on selvitetty asiakkaan kanssa, tieto saadaan myöhemmin."
            actions.excuse(found.rows[0].relationship_id, check_id, reason, until, actor=worker)
            break
