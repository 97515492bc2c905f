"""What courses that are over led to: read for an authority, a provider or the ministry, and only counts let out.

Not for: how they are counted and hidden (``results_rules``). Looks past row security, because a student's levels and
later life are another authority's to see; nothing of one person leaves this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients import access as clients
from kotopolku.placement.access import is_ministry
from kotopolku.progress.sources import levels
from kotopolku.training import measuring
from kotopolku.training.queries.need import organisations
from kotopolku.training.results_rules import (
    ALL,
    BELOW,
    DROPPED,
    EMPLOYED,
    MONTHS_LATER,
    OTHER,
    REACHED,
    STUDYING,
    Participation,
    Share,
    Table,
    table,
)
from kotopolku.training.wording_results import name_of

FIRST_YEAR = 2012

# One row a student and course over by the day. The level at the end: the lowest skill of the last final test. What came
# later: answers to the questions after the end, and the result of the client relationship, with days from the course's end.
_ROWS = """
SELECT e.provider_id, c.track, c.kind, c.contract_reference, c.target_level, e.entry_level, e.entry_rank,
    person.education, e.state, e.end_reason, e.started_on - plan.made_on,
    (SELECT array_agg(skill) FROM (
        SELECT unnest(array[t.listening, t.speaking, t.reading, t.writing]) AS skill FROM (
            SELECT * FROM training_testresult t
            WHERE t.enrolment_id = e.id AND t.kind = 'final'
            ORDER BY t.tested_on DESC, t.id DESC LIMIT 1
        ) t
    ) s WHERE skill <> ''),
    (SELECT array_agg(told ORDER BY told) FROM (
        SELECT (f.answered_on - e.ended_on) || ' ' || f.situation AS told FROM progress_followup f
        WHERE f.relationship_id = e.relationship_id AND f.answered_on <= %(day)s AND f.answered_on > e.ended_on
            AND f.situation IN ('employed', 'studying', 'unemployed', 'outside')
        UNION ALL
        SELECT (r.on - e.ended_on) || ' ' || CASE
                WHEN r.employment IN ('full-time', 'part-time', 'subsidised', 'entrepreneur') THEN 'employed'
                WHEN r.study NOT IN ('none', 'unknown') THEN 'studying' ELSE 'unemployed' END
        FROM progress_result r
        WHERE r.relationship_id = e.relationship_id AND r.on <= %(day)s AND r.on > e.ended_on
            AND NOT (r.employment = 'unknown' AND r.study IN ('none', 'unknown'))
    ) told)
FROM training_enrolment e
JOIN training_course c ON c.id = e.course_id
JOIN clients_person person ON person.id = e.person_id
LEFT JOIN LATERAL (
    SELECT max(p.made_on) AS made_on FROM clients_plan p
    WHERE p.relationship_id = e.relationship_id AND p.made_on <= e.started_on
) plan ON true
WHERE e.state IN ('ended', 'interrupted') AND e.started_on IS NOT NULL
    AND e.ended_on >= %(first)s AND e.ended_on <= %(last)s AND c.ends_on <= %(day)s
    AND c.kind IN ('integration', 'literacy', 'vocational')
    AND (%(everything)s OR e.organiser_id = ANY (%(organisers)s) OR e.provider_id = ANY (%(providers)s))
ORDER BY e.id
"""
WORKING = {"employed": EMPLOYED, "studying": STUDYING, "unemployed": OTHER, "outside": OTHER}
"""Answers that tell what became of somebody; "moved away" and "not known" do not."""
NEAR = {3: 45, 6: 45, 12: 90}
"""Days by which an answer may be off the months after the course."""
NOT_DROPPED = ("completed", "employed", "study")
"""Ends before the last day that are no drop-out: the student went on to work or to other studies."""


@dataclass(frozen=True)
class Results:
    """The table with the names that its keys stand for."""

    year: int
    table: Table
    names: Mapping[tuple[str, str], str]
    """(dimension, key) → name in the page's language."""

    @property
    def empty(self) -> bool:
        return self.table.all.people == 0


def results(viewer: Viewer, year: int) -> Results:
    """Courses that were over in a year: the ministry sees all, an authority those that it organised. Three statements.

    Years do not overlap, so that one table cannot be taken from another. Raises ``MissingCapability``.
    """
    require(viewer, Capability.TRAINING_VIEW)
    return _results(viewer, year, organisers=organisations(viewer), everything=is_ministry(viewer))


def own_results(viewer: Viewer, year: int) -> Results:
    """A provider's own courses. Raises ``MissingCapability``."""
    require(viewer, Capability.ATTENDANCE_REPORT)
    return _results(viewer, year, providers=[viewer.organisation_id or 0])


def contract_results(viewer: Viewer, contract: str) -> dict[str, int | Share | None]:
    """People, those at the target and those who dropped out under a contract of the viewer's organisation, up to today.

    None = hidden, because too few people stand behind it. For the goals of contracts.
    """
    if not (viewer.may(Capability.TRAINING_VIEW) or viewer.may(Capability.PROCUREMENT_VIEW)):
        raise MissingCapability(Capability.TRAINING_VIEW)
    rows = [
        row
        for row in _rows(viewer, date(FIRST_YEAR, 1, 1), viewer.day, organisers=organisations(viewer))
        if contract and row.contract == contract
    ]
    found = table(rows, measuring.limits()).all
    return {"people": found.people, "reached": found.reached, "dropped": found.dropped}


def _results(viewer: Viewer, year: int, **whose: Any) -> Results:
    rows = _rows(viewer, date(year, 1, 1), date(year, 12, 31), **whose)
    found = table(rows, measuring.limits())
    return Results(year, found, _names(found))


def _rows(
    viewer: Viewer,
    first: date,
    last: date,
    *,
    organisers: Sequence[int] = (),
    providers: Sequence[int] = (),
    everything: bool = False,
) -> list[Participation]:
    values: dict[str, Any] = {
        "day": viewer.day,
        "first": first,
        "last": min(last, viewer.day),
        "organisers": list(organisers),
        "providers": list(providers),
        "everything": everything,
    }
    with clients.seeing_all(viewer), connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        return [_participation(*row) for row in cursor.fetchall()]


def _participation(
    provider: int,
    track: str,
    kind: str,
    contract: str,
    target: str,
    entry: str,
    entry_rank: int | None,
    education: str,
    state: str,
    end_reason: str,
    days: int | None,
    skills: list[str] | None,
    told: list[str] | None,
) -> Participation:
    scale = levels()
    wanted = scale.get(target)
    reached = [scale[skill].rank for skill in skills or () if skill in scale]
    if state == "interrupted" and end_reason not in NOT_DROPPED:
        outcome = DROPPED
    elif reached and wanted is not None and min(reached) >= wanted.rank:
        outcome = REACHED
    else:
        outcome = BELOW
    return Participation(
        provider=str(provider),
        track=track if kind == "integration" else kind,
        entry=entry if entry in scale else measuring.band_of(entry_rank).id,
        schooling=measuring.schooling_of(education).id,
        outcome=outcome,
        contract=contract,
        reason=end_reason if outcome == DROPPED else "",
        days_to_start=days,
        later=_later(told or ()),
    )


def _later(told: Sequence[str]) -> dict[int, str]:
    """Of what was told, each "days situation", that which is nearest to 3, 6 and 12 months, if any is near enough."""
    pairs = [(int(days), WORKING[situation]) for days, situation in (one.split() for one in told)]
    found = {}
    for months in MONTHS_LATER:
        wanted, near = round(months * 30.44), NEAR[months]
        best = min(pairs, key=lambda one: (abs(one[0] - wanted), one), default=None)
        if best is not None and abs(best[0] - wanted) <= near:
            found[months] = best[1]
    return found


def _names(found: Table) -> dict[tuple[str, str], str]:
    """Of entry levels, tracks and schooling by our data; of providers by the directory."""
    providers = {int(group.key) for group in found.of("provider")}
    known = actors.organisation_names(providers) if providers else {}
    names = {("provider", str(pk)): name for pk, name in known.items()}
    for group in found.groups:
        if group.dimension != "provider":
            names[group.dimension, group.key] = name_of(group.dimension, group.key)
    names[ALL, ""] = name_of(ALL, "")
    return names
