"""What pages ask of the journal: a person's timeline, who has looked at a person's data, whether a form came before.

The journal knows people and organisations by id only; the rooms above put names to them. Row security shows a viewer
the entries of the own organisation, and those of a person to whom ``access.rowsecurity.open_subject`` has let one in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from kotopolku import clock
from kotopolku.journal import names
from kotopolku.journal.actions import Actor
from kotopolku.journal.models import Batch, Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One entry for showing. ``reason`` and ``details`` are empty when there were none or their time is up."""

    id: int
    at: datetime
    day: date
    actor_id: int | None
    system: str
    organisation_id: int | None
    action: str
    object_kind: str
    object_id: int | None
    others: int
    """How many other persons the same entry concerns, as in a list."""
    reason: str
    details: dict[str, Any]

    @property
    def text(self) -> str:
        """What was done, in the current language."""
        return names.text(self.action)

    @property
    def is_look(self) -> bool:
        return names.is_look(self.action)


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of lines, newest first. ``before`` is the cursor of the next page, None on the last."""

    lines: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """How often one user of one organisation has looked at a person's data, and when first and last."""

    actor_id: int | None
    organisation_id: int | None
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the journal is sealed. ``head`` is the last batch's chain; noted elsewhere, it proves what stood."""

    batches: int
    sealed: int
    waiting: int
    sealed_at: datetime | None
    head: str


def done_before(token: UUID) -> tuple[str, int] | None:
    """Kind and id of what an earlier submission with this token made; None when this is the first.

    Waits for the same submission under way in another transaction, and makes the next one wait for this, until the
    transaction ends: of two at once the second finds what the first made.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(token)])
    found = Entry.objects.filter(token=token).values_list("object_kind", "object_id").first()
    return (found[0], found[1] or 0) if found else None


_LINES = """
SELECT entry.id, entry.at, entry.day, entry.actor_id, entry.system, entry.organisation_id, entry.action,
       entry.object_kind, entry.object_id, cardinality(entry.subjects) - 1,
       coalesce(payload.reason, ''), payload.details
FROM journal_mention mention
JOIN journal_entry entry ON entry.id = mention.entry_id
LEFT JOIN journal_payload payload ON payload.entry_id = entry.id
WHERE mention.person_id = %(person)s AND mention.entry_id < %(before)s AND {condition}
ORDER BY mention.entry_id DESC LIMIT %(limit)s
"""
_NEWEST = 2**63 - 1


def _lines(condition: str, person_id: int, before: int | None, limit: int, **values: Any) -> Lines:
    parameters = {"person": person_id, "before": before or _NEWEST, "limit": limit + 1, **values}
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(condition=condition), parameters)
        found = cursor.fetchall()
    lines = tuple(Line(*[*row[:-1], _decoded(row[-1])]) for row in found[:limit])
    return Lines(lines, lines[-1].id if len(found) > limit else None)


def _decoded(details: Any) -> dict[str, Any]:
    if isinstance(details, str):
        return dict(json.loads(details))
    return dict(details or {})


def timeline(
    viewer: Actor, person_id: int, *, limit: int = 50, before: int | None = None, with_looks: bool = True
) -> Lines:
    """What has been done with one person's data, newest first, for the client page. One statement.

    The caller has let the viewer in to the person (``clients.access`` and ``rowsecurity.open_subject``); without that
    only entries of the viewer's own organisation come.
    """
    if with_looks:
        return _lines("true", person_id, before, limit)
    return _lines("NOT (entry.action = ANY(%(looks)s))", person_id, before, limit, looks=names.looks())


def looked_at(
    viewer: Actor, person_id: int, *, days: int = 30, limit: int = 200, before: int | None = None
) -> Lines:
    """Who of the viewer's organisation has looked at one person's data in the last ``days`` days, newest first.

    For the data-protection officer: each authority answers for its own looks. One statement.
    """
    return _lines(
        "entry.action = ANY(%(looks)s) AND entry.at >= %(since)s AND entry.organisation_id = %(organisation)s",
        person_id,
        before,
        limit,
        looks=names.looks(),
        since=_since(days),
        organisation=viewer.organisation_id,
    )


def lookers(viewer: Actor, person_id: int, *, days: int = 30) -> list[Look]:
    """The same looks counted by user, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT entry.actor_id, entry.organisation_id, count(*), min(entry.at), max(entry.at)
            FROM journal_mention mention JOIN journal_entry entry ON entry.id = mention.entry_id
            WHERE mention.person_id = %s AND entry.action = ANY(%s) AND entry.at >= %s AND entry.organisation_id = %s
            GROUP BY entry.actor_id, entry.organisation_id ORDER BY count(*) DESC, max(entry.at) DESC
            """,
            [person_id, names.looks(), _since(days), viewer.organisation_id],
        )
        return [Look(*row) for row in cursor.fetchall()]


def look_counts(viewer: Actor, person_ids: Sequence[int], *, days: int = 30) -> dict[int, int]:
    """How often each person's data has been looked at in the last ``days`` days, as far as the viewer may see."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT mention.person_id, count(*)
            FROM journal_mention mention JOIN journal_entry entry ON entry.id = mention.entry_id
            WHERE mention.person_id = ANY(%s) AND entry.action = ANY(%s) AND entry.at >= %s
            GROUP BY mention.person_id
            """,
            [list(person_ids), names.looks(), _since(days)],
        )
        found = dict(cursor.fetchall())
    return {person_id: found.get(person_id, 0) for person_id in person_ids}


def seal_state() -> SealState:
    """How far the journal is sealed. Two statements; holds no personal data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(count), 0), (SELECT count(*) FROM unsealed_journal_entry) FROM journal_batch"
        )
        batches, sealed, waiting = cursor.fetchone()
    last = Batch.objects.order_by("-id").values_list("sealed_at", "chain").first()
    sealed_at, head = last or (None, b"")
    return SealState(batches, sealed, waiting, sealed_at, bytes(head).hex())


def _since(days: int) -> datetime:
    return clock.real_now() - timedelta(days=days)
