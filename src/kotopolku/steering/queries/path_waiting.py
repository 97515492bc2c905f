"""How long clients wait at each step of a path, measured from the journal's acts. Three statements. Not for: drawing it.

Whose clients: those who live in the path's area, and those for whom its organisation answers. Somebody under a
non-disclosure order has no municipality here, so is counted only by the own organisation, on a path of its whole area.
Looks past row security, since the acts of one way are several authorities'; only numbers leave this module.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.journal import spans
from kotopolku.steering import access_paths as access
from kotopolku.steering import path_facts
from kotopolku.steering.models import PathStep, ServicePath
from kotopolku.steering.path_waits import End, Limits, Period, Told, Waits, longest_at, most_at, told

# One row a person: from the first day as such a client up to the last one's end.
_MEMBERS = """
SELECT r.person_id, min(lower(r.days)),
    max(least(coalesce(r.ended_on, %(far)s::date), coalesce(upper(r.days), %(far)s::date)))
FROM clients_responsibility r
WHERE (r.municipality = ANY (%(codes)s) OR (%(whole)s AND r.authority_id = %(organisation)s))
    AND lower(r.days) <= %(last)s AND (upper(r.days) IS NULL OR upper(r.days) > %(first)s)
GROUP BY r.person_id
"""
FAR = date(9999, 12, 31)


@dataclass(frozen=True)
class Waiting:
    """What is told of all measured steps of a path, by the step's id."""

    period: Period
    steps: dict[int, Told]
    longest: int | None
    """The step at which half of the people wait longest."""
    most: int | None
    """The step at which most people are waiting now."""


def limits() -> Limits:
    own = path_facts.measuring()
    return Limits(settings.SMALLEST_SHOWN_COUNT, own.smallest_median, own.smallest_tail, own.tail)


def waiting(viewer: Viewer, path: ServicePath, period: Period) -> Waiting:
    """The waiting that began in the period, as it stands on the viewer's day. Raises ``MissingCapability``."""
    if not access.sees_waiting(viewer, path):
        raise MissingCapability(Capability.COUNTS_VIEW)
    steps = [one for one in path.steps.order_by("order", "pk") if one.begins and one.ends]
    found = _counted(viewer, path, steps, period)
    shown = {one.pk: told(found[one.pk], one.target_days, limits()) for one in steps}
    return Waiting(period, shown, longest_at(shown), most_at(shown))


def _counted(
    viewer: Viewer, path: ServicePath, steps: list[PathStep], period: Period
) -> dict[int, list[Waits]]:
    found: dict[int, list[Waits]] = {one.pk: [] for one in steps}
    if not steps:
        return found
    last = min(period.last, viewer.day)
    asked = [spans.Span(path_facts.acts_of(one.begins), path_facts.acts_of(one.ends)) for one in steps]
    with clients.seeing_all(viewer):
        members = _members(viewer, path, period.first, last)
        for row in spans.counted(asked, members, first=period.first, last=last, day=viewer.day):
            found[steps[row.span].pk].append(Waits(End(row.end), row.days, row.number))
    return found


def _members(viewer: Viewer, path: ServicePath, first: date, last: date) -> list[spans.Member]:
    codes = list(path.municipalities) or [one.code for one in access.area(path.organisation, viewer.day)]
    values: dict[str, Any] = {
        "codes": codes,
        "whole": not path.municipalities,
        "organisation": path.organisation_id,
        "first": first,
        "last": last,
        "far": FAR,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, values)
        return [spans.Member(*row) for row in cursor.fetchall()]
