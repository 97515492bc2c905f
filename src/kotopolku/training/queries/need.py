"""What a forecast is made from, and the forecasts and lots there are. Reads the whole area; lets only counts out.

Not for: the model (``forecast_rules``), making a forecast and changing lots (``actions/needs``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Succession
from kotopolku.clients import access as clients
from kotopolku.placement import access as placement
from kotopolku.placement.models import Arrival
from kotopolku.reference import queries as reference
from kotopolku.training import measuring
from kotopolku.training.forecast_rules import VOCATIONAL, Known, Need, Seats, Strand, Study, month_of
from kotopolku.training.models import Course, CourseState, Forecast, NeedLot, NeedLotState

YEARS_BACK = 5
OWN_PERSON_NEEDS = 0.5
"""Needs of a person who comes to the area, believed before anything has been seen; worth ten people."""
USUAL_WEIGHT = 10
DAYS_TO_NEED = 60
"""From an arrival to the plan, about."""

# --- What there is ---------------------------------------------------------------------------------------------------


def organisations(viewer: Viewer) -> list[int]:
    """The viewer's organisation and those that it follows."""
    before = Succession.objects.filter(successor_id=viewer.organisation_id, on__lte=viewer.day)
    return [viewer.organisation_id or 0, *before.values_list("predecessor_id", flat=True)]


def forecasts(viewer: Viewer) -> "QuerySet[Forecast]":
    """Forecasts of the viewer's organisation and of those that it follows."""
    rows = Forecast.objects.select_related("organisation", "made_by")
    if viewer.system:
        return rows
    if not viewer.may(Capability.TRAINING_MANAGE):
        return rows.none()
    return rows.filter(organisation_id__in=organisations(viewer))


def forecast(viewer: Viewer, forecast_id: int) -> Forecast:
    """One of them. Raises ``NotVisible``."""
    found = forecasts(viewer).filter(pk=forecast_id).first()
    if found is None:
        raise NotVisible
    return found


def latest_forecast(viewer: Viewer) -> Forecast | None:
    return forecasts(viewer).order_by("-id").first()


def lots(viewer: Viewer) -> "QuerySet[NeedLot]":
    """Lots of the viewer's organisation and of those that it follows, the newest first."""
    rows = NeedLot.objects.select_related("organisation", "changed_by").order_by("-id")
    if viewer.system:
        return rows
    if not (viewer.may(Capability.TRAINING_MANAGE) or viewer.may(Capability.PROCUREMENT_VIEW)):
        return rows.none()
    return rows.filter(organisation_id__in=organisations(viewer))


def lots_to_take(viewer: Viewer) -> "QuerySet[NeedLot]":
    """Lots that a tender can take: neither taken nor set aside."""
    return lots(viewer).filter(state__in=(NeedLotState.PROPOSED, NeedLotState.CHANGED))


def lot(viewer: Viewer, lot_id: int, *, lock: bool = False) -> NeedLot:
    """One lot. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = lots(viewer).filter(pk=lot_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def place_names(codes: Sequence[str]) -> dict[str, str]:
    """Names of municipalities by code, in the page's language."""
    found = {code: reference.municipality_by_code(code) for code in {*codes} if code}
    return {code: place.name() for code, place in found.items() if place is not None}


# --- What a forecast is made from ------------------------------------------------------------------------------------

# A client's latest authority and municipality decide where the need is. A municipality is empty under a non-disclosure
# order: such a client counts in the authority's area only.
_WHO = """
WITH who AS (
    SELECT * FROM (
        SELECT DISTINCT ON (relationship_id) relationship_id, person_id, municipality, authority_id
        FROM clients_responsibility ORDER BY relationship_id, lower(days) DESC
    ) latest WHERE municipality = ANY (%(codes)s) OR (municipality = '' AND authority_id = ANY (%(authorities)s))
)
"""

_NEEDS = (
    _WHO
    + """
SELECT DISTINCT ON (w.relationship_id, p.id, m.kind = 'vocational', m.kind = 'literacy')
    w.relationship_id, w.municipality, m.kind, person.education, person.occupation, p.made_on,
    least(e.started_on, CASE WHEN m.state IN ('under-way', 'done') OR (m.state = 'dropped' AND m.ends_on > m.starts_on)
        THEN coalesce(m.starts_on, p.made_on) END),
    CASE WHEN m.state = 'dropped' THEN coalesce(m.ends_on, p.ended_on, m.starts_on, p.made_on)
        WHEN e.started_on IS NULL THEN p.ended_on END,
    CASE WHEN e.started_on IS NULL AND m.state IN ('done', 'dropped') THEN m.ends_on END,
    m.state = 'dropped', level.rank, e.track, e.kind
FROM clients_measure m
JOIN clients_plan p ON p.id = m.plan_id AND p.made_on <= %(day)s AND p.made_on > %(first)s
JOIN who w ON w.relationship_id = p.relationship_id
JOIN clients_person person ON person.id = w.person_id
LEFT JOIN LATERAL (
    SELECT e.started_on, c.track, c.kind FROM training_enrolment e JOIN training_course c ON c.id = e.course_id
    WHERE e.relationship_id = w.relationship_id AND e.started_on >= p.made_on
        AND (c.kind = 'vocational') = (m.kind = 'vocational') AND c.kind IN ('integration', 'literacy', 'vocational')
    ORDER BY e.started_on LIMIT 1
) e ON true
LEFT JOIN LATERAL (
    SELECT min(rank) AS rank FROM (
        SELECT DISTINCT ON (l.language, l.skill) l.rank FROM progress_languagelevel l
        WHERE l.person_id = w.person_id AND NOT l.cancelled AND l.assessed_on <= p.made_on + 90
        ORDER BY l.language, l.skill, l.assessed_on DESC, l.id DESC
    ) skills
) level ON true
WHERE m.kind = ANY (%(kinds)s) AND NOT m.removed
ORDER BY w.relationship_id, p.id, m.kind = 'vocational', m.kind = 'literacy', e.started_on NULLS LAST, m.id
"""
)

# Those in a queue whose plan names no such training: nobody is forgotten because a plan is late. A wish that no worker
# has taken into the queue is not counted.
_QUEUED = (
    _WHO
    + """
SELECT w.relationship_id, w.municipality, c.kind, c.track, person.education, person.occupation, min(e.queued_on),
    min(e.started_on),
    CASE WHEN bool_and(e.state IN ('declined', 'expired', 'cancelled'))
        THEN max(coalesce(e.answered_on, e.answer_by, e.queued_on)) END,
    min(e.entry_rank)
FROM training_enrolment e JOIN training_course c ON c.id = e.course_id
JOIN who w ON w.relationship_id = e.relationship_id
JOIN clients_person person ON person.id = w.person_id
WHERE c.kind IN ('integration', 'literacy', 'vocational') AND e.queued_on <= %(day)s AND e.queued_on > %(first)s
    AND e.state NOT IN ('wished', 'turned-down')
    AND NOT (e.state = 'cancelled' AND e.wished_on IS NOT NULL AND e.queue_reason = '')
    AND NOT EXISTS (
        SELECT 1 FROM clients_measure m JOIN clients_plan p ON p.id = m.plan_id
        WHERE p.relationship_id = w.relationship_id AND p.made_on <= %(day)s AND NOT m.removed
            AND m.kind = ANY (%(kinds)s) AND (m.kind = 'vocational') = (c.kind = 'vocational')
    )
GROUP BY w.relationship_id, w.municipality, c.kind, c.track, person.education, person.occupation
"""
)

_STUDIES = (
    _WHO
    + """
SELECT w.relationship_id, w.municipality, c.kind, c.track, person.education, person.occupation, e.started_on, e.ended_on,
    e.state = 'interrupted' AND e.end_reason NOT IN ('completed', 'employed', 'study'), e.entry_rank
FROM training_enrolment e JOIN training_course c ON c.id = e.course_id
JOIN who w ON w.relationship_id = e.relationship_id
JOIN clients_person person ON person.id = w.person_id
WHERE e.started_on IS NOT NULL AND e.state <> 'moved' AND e.started_on <= %(day)s AND e.started_on > %(first)s
    AND c.kind IN ('integration', 'literacy', 'vocational')
"""
)

_ARRIVED = _WHO + (
    "SELECT count(*) FROM clients_relationship r JOIN who w ON w.relationship_id = r.id"
    " WHERE r.started_on > %(year_ago)s AND r.started_on <= %(day)s"
)
KINDS = ["language", "literacy", "integration-training", "vocational"]


@dataclass(frozen=True)
class _Row:
    """One need with whose it is, for finding out who came back; the id goes no further."""

    relationship_id: int
    need: Need


def known(viewer: Viewer) -> Known:
    """What is known of needs in the area of the viewer's authority on the viewer's day. Eight statements or so."""
    codes = sorted(placement.area_codes(viewer))
    mine = organisations(viewer)
    values: dict[str, Any] = {
        "codes": codes,
        "authorities": mine,
        "day": viewer.day,
        "first": viewer.day - timedelta(days=365 * YEARS_BACK),
        "year_ago": viewer.day - timedelta(days=365),
        "kinds": KINDS,
    }
    rows: list[_Row] = []
    studies: list[tuple[int, Study]] = []
    with clients.seeing_all(viewer), connection.cursor() as cursor:
        cursor.execute(_NEEDS, values)
        for row in cursor.fetchall():
            _of_plan(row, rows, studies, viewer.day)
        cursor.execute(_QUEUED, values)
        for who, place, kind, track, education, occupation, opened, started, left, rank in cursor.fetchall():
            strand = _strand(place, kind, track, education, occupation, rank)
            rows.append(_Row(who, Need(strand, opened, started, left)))
        cursor.execute(_STUDIES, values)
        for (
            who,
            place,
            kind,
            track,
            education,
            occupation,
            started,
            ended,
            dropped,
            rank,
        ) in cursor.fetchall():
            strand = _strand(place, kind, track, education, occupation, rank)
            studies.append((who, Study(strand, started, _until(ended, viewer.day), dropped)))
        cursor.execute(_ARRIVED, values)
        (arrived,) = cursor.fetchone()
        extra = _arrivals(codes, viewer.day)
        seats = _seats(mine)
    year_ago = viewer.day - timedelta(days=365)
    fresh = sum(one.need.opened_on > year_ago for one in rows)
    needs, studied = _again(rows, studies)
    return Known(
        today=viewer.day,
        needs=needs,
        studies=studied,
        seats=seats,
        arrivals=extra,
        needs_per_arrival=min((fresh + OWN_PERSON_NEEDS * USUAL_WEIGHT) / (arrived + USUAL_WEIGHT), 1.5),
    )


def _of_plan(row: Any, rows: list[_Row], studies: list[tuple[int, Study]], day: date) -> None:
    """A measure of a plan: its need, and its study when no course of ours carries it out."""
    who, place, kind, education, occupation, made, started, left, ended, dropped, rank, track, course = row
    strand = _strand(place, kind, track if course != "literacy" else "", education, occupation, rank)
    if course == "literacy":
        strand = strand._replace(track="literacy")
    started = None if started is None or started > day else max(started, made)
    left = None if started or left is None or left > day else max(left, made)
    rows.append(_Row(who, Need(strand, made, started, left)))
    if started is not None and course is None:
        ended = None if ended is None or ended > day or ended < started else ended
        studies.append((who, Study(strand, started, ended, bool(dropped and ended))))


def _until(ended: date | None, day: date) -> date | None:
    return ended if ended is not None and ended <= day else None


def _strand(
    place: str, kind: str, track: str | None, education: str, occupation: str, rank: int | None
) -> Strand:
    """Vocational by the client's own field; literacy by level; integration training by the course's track, else by schooling."""
    if kind == "vocational":
        return Strand(place, VOCATIONAL, measuring.field_of(occupation).id)
    band = measuring.band_of(rank).id
    if kind == "literacy":
        return Strand(place, "literacy", band)
    return Strand(place, track or measuring.schooling_of(education).track, band)


def _again(rows: Sequence[_Row], studies: Sequence[tuple[int, Study]]) -> tuple[list[Need], list[Study]]:
    """Needs of those who have studied before, and studies after which a place was needed again."""
    first: dict[int, date] = {}
    opened: dict[int, list[date]] = defaultdict(list)
    for who, study in studies:
        first[who] = min(first.get(who, study.started_on), study.started_on)
    for row in rows:
        opened[row.relationship_id].append(row.need.opened_on)
    needs = [
        replace(row.need, again=True)
        if row.relationship_id in first and first[row.relationship_id] < row.need.opened_on
        else row.need
        for row in rows
    ]
    studied = [
        replace(study, again=True)
        if study.ended_on is not None and any(day >= study.ended_on for day in opened[who])
        else study
        for who, study in studies
    ]
    return needs, studied


def _arrivals(codes: Sequence[str], day: date) -> dict[tuple[str, int], int]:
    """People of municipal placements on their way, over what came in a usual month of the last year: by place and the
    month in which they will have a plan."""
    rows = Arrival.objects.filter(municipality__area_code__in=codes, planned_on__gt=day - timedelta(days=365))
    usual: dict[str, float] = defaultdict(float)
    coming: dict[tuple[str, int], int] = defaultdict(int)
    for place, protected, planned, arrived, persons in rows.values_list(
        "municipality__area_code", "protected", "planned_on", "arrived_on", "case__persons"
    ):
        where = "" if protected else place
        if arrived is not None or planned <= day:
            usual[where] += persons / 12
        else:
            coming[where, month_of(planned + timedelta(days=DAYS_TO_NEED))] += persons
    return {
        key: round(number - usual[key[0]])
        for key, number in sorted(coming.items())
        if number > usual[key[0]] + 0.5
    }


def _seats(mine: Sequence[int]) -> list[Seats]:
    """Seats of courses that the authority has published, by track."""
    rows = Course.objects.filter(organiser_id__in=mine, state=CourseState.PUBLISHED)
    rows = rows.filter(kind__in=("integration", "literacy", "vocational"))
    return [
        Seats(_track(kind, track), starts, known_on or starts, seats)
        for kind, track, starts, known_on, seats in rows.values_list(
            "kind", "track", "starts_on", "published_on", "seats"
        )
    ]


def _track(kind: str, track: str) -> str:
    return {"literacy": "literacy", "vocational": VOCATIONAL}.get(kind, track or "basic")
