"""Writes how often pages were read. Numbers of many readers together: no act of anybody, so no entry in the journal.

Not for: gathering them (``counting.py``).
"""

from collections.abc import Mapping

from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.information.counting import Reading

_WRITE = """
INSERT INTO information_pagecount AS c (space_id, page_id, language, day, count)
SELECT s.id, p.id, w.language, w.day, sum(w.number)
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::date[], %s::int[]) AS w(space, key, language, day, number)
JOIN information_space s ON s.id = w.space
LEFT JOIN information_space up ON up.id = s.parent_id
LEFT JOIN LATERAL (
    SELECT p.id FROM information_page p
    WHERE p.key = w.key AND p.space_id IN (s.id, up.id, up.parent_id) ORDER BY p.id LIMIT 1
) p ON w.key <> ''
WHERE w.key = '' OR p.id IS NOT NULL
GROUP BY s.id, p.id, w.language, w.day
ORDER BY s.id, p.id, w.language, w.day
ON CONFLICT (space_id, page_id, language, day) DO UPDATE SET count = c.count + excluded.count
"""


def add(readings: Mapping[Reading, int]) -> None:
    """Adds these readings to what is there, in one statement. A key that no page has is left out."""
    spaces, keys, languages, days = (list(column) for column in zip(*readings, strict=True))
    with transaction.atomic(), rowsecurity.as_system(), connection.cursor() as cursor:
        cursor.execute(_WRITE, [spaces, keys, languages, days, list(readings.values())])
