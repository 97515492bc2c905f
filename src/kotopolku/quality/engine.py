"""Runs checks as set-based SQL: counts by authority in one pass a source, and the clients of one check in a list.

The caller decides what the transaction sees; statements filter by authority and day themselves, so that indexes are
used. Not for: rights and pages (``queries.py``), storing (``actions.py``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection

from kotopolku.quality.checks import Check, all_checks, limit_day, limit_name

Counts = dict[int, dict[str, int]]
"""By authority, then by check; nothing for zero."""


@dataclass(frozen=True)
class Whose:
    """Which clients: those of one authority, or of some of its workers; with neither, everybody's."""

    authority_id: int | None = None
    worker_ids: tuple[int, ...] | None = None

    @property
    def condition(self) -> str:
        parts = ["true"]
        if self.authority_id is not None:
            parts.append("r.authority_id = %(authority)s")
        if self.worker_ids is not None:
            parts.append("r.worker_id = ANY (%(workers)s)")
        return " AND ".join(parts)

    @property
    def values(self) -> dict[str, Any]:
        return {"authority": self.authority_id, "workers": list(self.worker_ids or ())}


EVERYBODY = Whose()


def _faulty(check: Check) -> str:
    """The check's condition for clients who are not excused from it. Ids are plain words of our own code."""
    excused = (
        f"SELECT e.relationship_id FROM quality_excuse e WHERE e.check_id = '{check.id}'"
        " AND e.until >= %(day)s AND e.withdrawn_on IS NULL"
    )
    return f"({check.condition}) AND r.relationship_id NOT IN ({excused})"


def _base(check: Check) -> str:
    over = "r.ended_on <= %(day)s" if check.source.ended else "(r.ended_on IS NULL OR r.ended_on > %(day)s)"
    return f"r.days @> %(day)s::date AND {over}"


def _values(checks: Iterable[Check], day: date, whose: Whose) -> dict[str, Any]:
    limits = {limit_name(check.limit): limit_day(check.limit, day) for check in checks if check.limit}
    return {"day": day, **limits, **whose.values}


def portions(checks: Sequence[Check]) -> list[list[Check]]:
    """Checks that one statement counts together: all of a source, except those that want to be alone."""
    alone = [[check] for check in checks if check.apart]
    together = sorted((check for check in checks if not check.apart), key=lambda check: check.source.name)
    return [list(group) for _name, group in groupby(together, key=lambda check: check.source.name)] + alone


def count_statement(checks: Sequence[Check], whose: Whose) -> str:
    """SQL that counts the checks of one portion: a row an authority, a column a check."""
    source, base = checks[0].source, f"{_base(checks[0])} AND {whose.condition}"
    if len(checks) == 1 and not source.several:
        return (
            f"SELECT r.authority_id, count(*) FROM {source.tables}"
            f" WHERE {base} AND {_faulty(checks[0])} GROUP BY r.authority_id"
        )
    if not source.several:
        columns = ", ".join(f"count(*) FILTER (WHERE {_faulty(check)})" for check in checks)
        return f"SELECT r.authority_id, {columns} FROM {source.tables} WHERE {base} GROUP BY r.authority_id"
    inner = ", ".join(f"bool_or({_faulty(check)}) AS c{number}" for number, check in enumerate(checks))
    outer = ", ".join(f"count(*) FILTER (WHERE c{number})" for number in range(len(checks)))
    some = " OR ".join(f"({check.condition})" for check in checks)
    return (
        f"SELECT authority_id, {outer} FROM (SELECT r.authority_id, {inner} FROM {source.tables}"
        f" WHERE {base} AND ({some}) GROUP BY r.authority_id, r.relationship_id) one GROUP BY authority_id"
    )


def count(
    day: date,
    checks: Sequence[Check],
    whose: Whose = EVERYBODY,
    progress: Callable[[int], None] = lambda _done: None,
) -> Counts:
    """How many clients each check finds, by authority. ``progress`` is told how many checks are done."""
    found: Counts = defaultdict(dict)
    done = 0
    with connection.cursor() as cursor:
        for portion in portions(checks):
            cursor.execute(count_statement(portion, whose), _values(portion, day, whose))
            for authority_id, *numbers in cursor.fetchall():
                for check, number in zip(portion, numbers, strict=True):
                    if number:
                        found[authority_id][check.id] = number
            done += len(portion)
            progress(done)
    return dict(found)


def relationships(
    check: Check, day: date, whose: Whose, *, limit: int, offset: int = 0, after: int | None = None
) -> list[int]:
    """Ids of the check's clients in the order of names; with ``after``, in the order of ids from there on."""
    order = "r.sort_key, r.id" if after is None else "r.relationship_id"
    later = "true" if after is None else "r.relationship_id > %(after)s"
    only = f" AND ({check.condition})" if check.source.several else f" AND {_faulty(check)}"
    rows = f"FROM {check.source.tables} WHERE {_base(check)} AND {whose.condition} AND {later}{only}"
    if check.source.several:
        statement = (
            f"SELECT r.relationship_id FROM clients_responsibility r WHERE r.days @> %(day)s::date"
            f" AND {whose.condition} AND r.relationship_id IN (SELECT r.relationship_id {rows})"
            f" AND {_faulty(_alone(check))} AND {later} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
        )
    else:
        statement = f"SELECT r.relationship_id {rows} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
    values = _values([check], day, whose) | {"limit": limit, "offset": offset, "after": after}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _alone(check: Check) -> Check:
    """The check with nothing but its excuses, for a statement that has asked the condition already."""
    return replace(check, condition="true")


def finds(check: Check, relationship_id: int, day: date) -> bool:
    """Whether the check finds one client (excused or not)."""
    statement = (
        f"SELECT true FROM {check.source.tables} WHERE {_base(check)}"
        f" AND r.relationship_id = %(relationship)s AND ({check.condition}) LIMIT 1"
    )
    values = _values([check], day, EVERYBODY) | {"relationship": relationship_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() is not None


def check_named(check_id: str) -> Check | None:
    return all_checks().get(check_id)
