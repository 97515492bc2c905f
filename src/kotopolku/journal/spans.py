"""How long it took from one act to another, counted over many persons at once; and what was lately done with one person.

Numbers only, no person. The journal knows neither clients nor organisations: the caller says whose ways are counted,
and has lifted row security for a count that spans authorities. Not for: showing entries (``queries.py``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Span:
    """From the first of ``begins`` to the first of ``ends`` after it: names of actions, that none is in both."""

    begins: Sequence[str]
    ends: Sequence[str]


@dataclass(frozen=True, slots=True)
class Member:
    """A person, and from which day up to (not with) which one the way is counted."""

    person_id: int
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Counted:
    """``number`` persons whose span stands at ``end`` (done, waiting, left) after ``days`` days. ``span``: its place."""

    span: int
    end: str
    days: int
    number: int


# From the persons over the mentions' key: an organisation's own clients, not the whole journal. A begin counts only
# for somebody who does not wait already; of several in the period the first.
_COUNT = """
WITH member AS MATERIALIZED (
    SELECT * FROM unnest(%(persons)s::bigint[], %(since)s::date[], %(until)s::date[]) AS m (person_id, since, until)
), span AS (
    SELECT * FROM unnest(%(spans)s::int[], %(actions)s::text[], %(opens)s::boolean[]) AS s (span, action, opens)
), act AS (
    SELECT m.person_id, m.since, m.until, n.entry_id AS id, n.day, n.action
    FROM member m JOIN journal_mention n ON n.person_id = m.person_id
    WHERE n.action = ANY (%(names)s) AND n.day <= %(day)s
), event AS (
    SELECT s.span, a.person_id, a.since, a.until, a.day, s.opens, lag(s.opens) OVER w AS opened,
        min(a.day) FILTER (WHERE NOT s.opens) OVER (
            PARTITION BY s.span, a.person_id ORDER BY a.day, a.id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS ended
    FROM act a JOIN span s ON s.action = a.action
    WINDOW w AS (PARTITION BY s.span, a.person_id ORDER BY a.day, a.id)
), wait AS (
    SELECT DISTINCT ON (span, person_id) span, day AS began, ended, until
    FROM event
    WHERE opens AND opened IS NOT TRUE AND day BETWEEN %(first)s AND %(last)s
        AND since <= coalesce(ended, %(day)s) AND day < until
    ORDER BY span, person_id, day
)
SELECT span,
    CASE WHEN ended IS NOT NULL THEN 'done' WHEN until <= %(day)s THEN 'left' ELSE 'waiting' END,
    coalesce(ended, least(until, %(day)s)) - began, count(*)
FROM wait GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def counted(
    spans: Sequence[Span], members: Collection[Member], *, first: date, last: date, day: date
) -> list[Counted]:
    """Spans that began from ``first`` to ``last``, as they stand on ``day``. One statement, none without persons."""
    rows = [
        (place, action, opens)
        for place, span in enumerate(spans)
        for actions, opens in ((span.begins, True), (span.ends, False))
        for action in actions
    ]
    if not rows or not members:
        return []
    values: dict[str, Any] = {
        "persons": [one.person_id for one in members],
        "since": [one.since for one in members],
        "until": [one.until for one in members],
        "spans": [row[0] for row in rows],
        "actions": [row[1] for row in rows],
        "opens": [row[2] for row in rows],
        "names": sorted({row[1] for row in rows}),
        "first": first,
        "last": last,
        "day": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return [Counted(*row) for row in cursor.fetchall()]


def last_days(person_id: int, actions: Collection[str], since: date, day: date) -> Mapping[str, date]:
    """The last day from ``since`` to ``day`` on which each of the actions was done with one person. One statement.

    The caller has let the viewer in to the person (``access.rowsecurity.open_subject``).
    """
    if not actions:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT action, max(day) FROM journal_mention
            WHERE person_id = %s AND action = ANY (%s) AND day BETWEEN %s AND %s
            GROUP BY action
            """,
            [person_id, sorted(actions), since, day],
        )
        return dict(cursor.fetchall())
