"""How a client passes from one authority to another: one by one, or a portion of many in a few statements.

Not acts themselves: the rooms that call them have let the actor in, see all rows (``access.seeing_all``), and write the
journal. Plan, notes, clocks and history need no move: row security follows the responsibility.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.clients import access
from kotopolku.clients.models import Clock, Responsibility


def pass_on(
    case: access.Case,
    on: date,
    authority_id: int,
    duty: str,
    section: str,
    reason: str,
    worker_id: int | None = None,
) -> Responsibility:
    """Ends the responsibility and begins another's on the day ``on``; every clock follows."""
    old = case.responsibility
    values = {
        field.attname: getattr(old, field.attname)
        for field in Responsibility._meta.fields
        if not field.primary_key
    }
    began: date = old.days.lower
    if began < on:
        old.days = DateRange(began, on)
        old.save(update_fields=["days"])
    else:
        old.delete()
    values |= {
        "authority_id": authority_id,
        "worker_id": worker_id,
        "days": DateRange(on, None),
        "duty": duty,
        "section": section,
        "reason": reason,
    }
    new = Responsibility.objects.create(**values)
    Clock.objects.filter(relationship_id=old.relationship_id).update(
        authority_id=authority_id, worker_id=worker_id
    )
    return new


@dataclass(frozen=True)
class Succession:
    """What happens to the clients of one authority on ``on``: by municipality of residence, the rest to the default."""

    predecessor_id: int
    on: date
    by_municipality: Mapping[str, int]
    default_id: int | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    """Section by duty from ``on``; a duty left out keeps its own."""
    kept_workers: Sequence[tuple[int, int]] = ()
    """(user, successor): the user has a seat there and keeps the clients who come there."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Municipality codes that end, and what follows each."""


@dataclass(frozen=True)
class Portion:
    """What one call passed. Three lists of the same length, and what was moved with them."""

    last: int
    """Id of the last responsibility looked at; the next portion begins after it."""
    relationship_ids: list[int]
    person_ids: list[int]
    successor_ids: list[int]
    without_worker: Counter[int]
    """By successor, as the next two."""
    clocks: Counter[int]
    unplaced: dict[int, list[int]]
    """Relationships that went to the default because no municipality of the list is theirs."""


# Those still with the predecessor on the day, and whom each goes to. Shared with the dry run (``succession_sources``).
_WAITING = """
FROM clients_responsibility r
LEFT JOIN clients_protectedcontact c ON c.person_id = r.person_id
LEFT JOIN unnest(%(codes)s::text[], %(targets)s::bigint[]) AS m(code, target) ON m.code = c.municipality
WHERE r.authority_id = %(predecessor)s AND (upper_inf(r.days) OR upper(r.days) > %(on)s)
"""
_TAKE = f"""
SELECT r.id, r.relationship_id, r.person_id, coalesce(m.target, %(default)s), m.target IS NULL,
       lower(r.days), upper(r.days), r.worker_id
{_WAITING} AND r.id > %(after)s AND coalesce(m.target, %(default)s) IS NOT NULL
ORDER BY r.id LIMIT %(most)s FOR UPDATE OF r SKIP LOCKED
"""
_LEFT = f"SELECT count(*) {_WAITING} AND coalesce(m.target, %(default)s) IS NOT NULL"
_FIELDS = [
    str(one.column)
    for one in Responsibility._meta.concrete_fields
    if not one.primary_key and one.column != "days"
]
_CHANGED = {
    "authority_id": "p.target",
    "worker_id": "p.worker",
    "reason": "'reform'",
    "section": "coalesce(s.section, r.section)",
    "municipality": "coalesce(n.after, r.municipality)",
}
_PICKED = (
    "unnest(%(ids)s::bigint[], %(to)s::bigint[], %(workers)s::bigint[], %(uppers)s::date[])"
    " AS p(id, target, worker, after)"
)
_CHANGES = (
    " LEFT JOIN unnest(%(duties)s::text[], %(sections)s::text[]) AS s(duty, section) ON s.duty = r.duty"
    " LEFT JOIN unnest(%(before)s::text[], %(after_codes)s::text[]) AS n(code, after) ON n.code = r.municipality"
)
_SHORTEN = """
UPDATE clients_responsibility SET days = daterange(lower(days), %(on)s)
WHERE id = ANY(%(ids)s) AND lower(days) < %(on)s
"""
_BEGIN = f"""
INSERT INTO clients_responsibility (days, {", ".join(_FIELDS)})
SELECT daterange(%(on)s, p.after), {", ".join(_CHANGED.get(name, f"r.{name}") for name in _FIELDS)}
FROM {_PICKED} JOIN clients_responsibility r ON r.id = p.id {_CHANGES}
WHERE lower(r.days) < %(on)s
"""
# One that began on the day or later has no past with the predecessor: it changes hands as it is.
_TAKE_OVER = f"""
UPDATE clients_responsibility changed SET {", ".join(f"{name} = {value}" for name, value in _CHANGED.items())}
FROM {_PICKED} JOIN clients_responsibility r ON r.id = p.id {_CHANGES}
WHERE changed.id = r.id AND lower(r.days) >= %(on)s
"""
_CLOCKS = """
UPDATE clients_clock c SET authority_id = p.target, worker_id = p.worker
FROM unnest(%(relationships)s::bigint[], %(to)s::bigint[], %(workers)s::bigint[]) AS p(id, target, worker)
WHERE c.relationship_id = p.id
RETURNING c.authority_id, c.closed_on IS NULL
"""
_RENAME = """
UPDATE clients_protectedcontact c SET municipality = n.after
FROM unnest(%(before)s::text[], %(after_codes)s::text[]) AS n(code, after)
WHERE c.person_id = ANY(%(persons)s) AND c.municipality = n.code
"""


def succession_sources(succession: Succession) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE of those still with the predecessor, ``r`` the responsibility and ``m`` the place, with values."""
    return _WAITING, {
        "codes": list(succession.by_municipality),
        "targets": list(succession.by_municipality.values()),
        "predecessor": succession.predecessor_id,
        "default": succession.default_id,
        "on": succession.on,
    }


def left_to_pass(succession: Succession) -> int:
    """How many are still with the predecessor and have somewhere to go."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, succession_sources(succession)[1])
        return int(cursor.fetchone()[0])


def pass_portion(succession: Succession, *, after: int, most: int) -> Portion:
    """Passes the next clients of the predecessor, at most ``most``; those being edited right now are left for later.

    Safe to repeat: those passed already are not with the predecessor any more.
    """
    kept = set(succession.kept_workers)
    values = succession_sources(succession)[1] | {"after": after, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        rows = cursor.fetchall()
        workers = [row[7] if (row[7], row[3]) in kept else None for row in rows]
        portion = Portion(
            last=rows[-1][0] if rows else after,
            relationship_ids=[row[1] for row in rows],
            person_ids=[row[2] for row in rows],
            successor_ids=[row[3] for row in rows],
            without_worker=Counter(
                row[3] for row, worker in zip(rows, workers, strict=True) if worker is None
            ),
            clocks=Counter(),
            unplaced={},
        )
        if not rows:
            return portion
        for row in rows:
            if row[4]:
                portion.unplaced.setdefault(row[3], []).append(row[1])
        values |= {
            "ids": [row[0] for row in rows],
            "to": portion.successor_ids,
            "workers": workers,
            "uppers": [row[6] for row in rows],
            "duties": list(succession.sections),
            "sections": list(succession.sections.values()),
            "before": list(succession.renamed),
            "after_codes": list(succession.renamed.values()),
            "relationships": portion.relationship_ids,
            "persons": portion.person_ids,
        }
        # Those that begin on the day are taken over first: after the others were shortened none of them is mistaken.
        cursor.execute(_TAKE_OVER, values)
        shortened = [row[0] for row in rows if row[5] < succession.on]
        values |= {
            "ids": shortened,
            **{
                name: [one for one, row in zip(values[name], rows, strict=True) if row[5] < succession.on]
                for name in ("to", "workers", "uppers")
            },
        }
        cursor.execute(_SHORTEN, values)
        cursor.execute(_BEGIN, values)
        cursor.execute(_CLOCKS, values | {"to": portion.successor_ids, "workers": workers})
        portion.clocks.update(authority for authority, running in cursor.fetchall() if running)
        if succession.renamed:
            cursor.execute(_RENAME, values)
    return portion
