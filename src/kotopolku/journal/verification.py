"""Verifies the whole journal: recomputes every hash and compares it with what was sealed.

Reads in streams, so that a million entries need little memory. Not for: the mathematics (``seal.py``).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from kotopolku.journal import seal as sealing
from kotopolku.journal.actions import see_everything
from kotopolku.journal.seal import Content, Finding, Stored

Progress = Callable[[int, int], None]
_FETCH = 5000
_EVERY = 20000


@dataclass
class Report:
    """What a verification found. ``entries`` includes ``waiting``, those not sealed yet."""

    entries: int = 0
    waiting: int = 0
    batches: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """True when nothing was found but what may happen lawfully."""
        return all(finding.is_information for finding in self.findings)


_BATCHES = (
    "SELECT id, sealed_at, first_id, last_id, count, leaves, root, chain FROM journal_batch ORDER BY id"
)
_ENTRIES = """
SELECT entry.id, entry.at, entry.day, entry.actor_id, entry.system, entry.organisation_id, entry.action,
       entry.subjects, entry.object_kind, entry.object_id, entry.token, entry.salt, entry.payload_hash, entry.leaf,
       unsealed.entry_id IS NOT NULL, payload.entry_id IS NOT NULL, payload.salt, payload.reason, payload.details,
       payload.organisation_id, payload.subjects
FROM journal_entry entry
LEFT JOIN unsealed_journal_entry unsealed ON unsealed.entry_id = entry.id
LEFT JOIN journal_payload payload ON payload.entry_id = entry.id
ORDER BY entry.id
"""
# The index of persons is no part of the leaf; one missing from it would hide an entry from the person's journal.
_MENTIONS = """
SELECT coalesce(listed.entry_id, said.id)
FROM (SELECT entry_id, person_id, organisation_id, action, day FROM journal_mention) listed
FULL JOIN (SELECT id, unnest(subjects) AS person_id, organisation_id, action, day FROM journal_entry) said
  ON said.id = listed.entry_id AND said.person_id = listed.person_id
WHERE said.id IS NULL OR listed.entry_id IS NULL OR said.organisation_id IS DISTINCT FROM listed.organisation_id
   OR said.action <> listed.action OR said.day <> listed.day
GROUP BY 1 ORDER BY 1
"""
_PAYLOADS_ALONE = """
SELECT payload.entry_id FROM journal_payload payload
WHERE NOT EXISTS (SELECT FROM journal_entry entry WHERE entry.id = payload.entry_id) ORDER BY 1
"""


def verify(*, expected_head: str = "", progress: Progress | None = None) -> Report:
    """Walks the whole journal in one snapshot. ``expected_head`` is a chain noted earlier that must still be there.

    ``progress`` is called with entries done and their estimated number. Findings, each with the row's id:
    see ``seal.compare``; ``payload-changed``, ``payload-inserted``, ``payload-deleted`` (information only),
    ``mentions-changed`` by entry; ``batch-changed`` and ``chain-broken`` by batch; ``head-missing`` (row 0).
    """
    report = Report()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        see_everything()
        _walk_batches(report, expected_head.lower())
        estimate = _estimate()
        entries = _entries(report, lambda done: progress(done, max(estimate, done)) if progress else None)
        report.findings.extend(sealing.compare(entries, _sealed()))
        _walk_beside(report)
    report.findings.sort(key=lambda finding: (finding.kind, finding.row))
    return report


def _walk_batches(report: Report, expected_head: str) -> None:
    before = sealing.NO_CHAIN
    heads = set()
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = 1
        cursor.execute(_BATCHES)
        for batch_id, sealed_at, first_id, last_id, count, leaves, root, chain in cursor:
            report.batches += 1
            ends = (
                int.from_bytes(leaves[:8], "big"),
                int.from_bytes(leaves[-sealing.LEAF_BYTES :][:8], "big"),
            )
            whole = len(leaves) == count * sealing.LEAF_BYTES and ends == (first_id, last_id)
            if not whole or sealing.merkle_root(bytes(leaves)) != bytes(root):
                report.findings.append(Finding("batch-changed", batch_id))
            if sealing.chain(before, batch_id, sealed_at, count, bytes(root)) != bytes(chain):
                report.findings.append(Finding("chain-broken", batch_id))
            before = bytes(chain)
            heads.add(before.hex())
    report.head = before.hex() if report.batches else ""
    if expected_head and expected_head not in heads:
        report.findings.append(Finding("head-missing", 0))


def _sealed() -> Iterator[tuple[int, bytes]]:
    """All sealed ids and leaves in order of id. Batches overlap where transactions did; only those are held at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, first_id, last_id FROM journal_batch ORDER BY first_id, id")
        batches = cursor.fetchall()
    held: list[int] = []
    last = -1
    for batch_id, first_id, last_id in batches:
        if held and first_id > last:
            yield from _leaves(held)
            held = []
        held.append(batch_id)
        last = max(last, last_id)
    if held:
        yield from _leaves(held)


def _leaves(batch_ids: list[int]) -> Iterator[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaves FROM journal_batch WHERE id = ANY(%s)", [batch_ids])
        packed = b"".join(bytes(row[0]) for row in cursor.fetchall())
    usable = len(packed) - len(packed) % sealing.LEAF_BYTES
    yield from sorted(sealing.unpack(packed[:usable]))


def _entries(report: Report, progress: Callable[[int], None]) -> Iterator[Stored]:
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = _FETCH
        cursor.execute(_ENTRIES)
        for row in cursor:
            entry_id, *values = row[:12]
            payload_hash, written, waiting, *payload = row[12:]
            content = Content(*[*values, _bytes(payload_hash)])
            kind = _payload_finding(content, payload)
            if kind:
                report.findings.append(Finding(kind, entry_id))
            report.entries += 1
            report.waiting += waiting
            if report.entries % _EVERY == 0:
                progress(report.entries)
            yield Stored(entry_id, bytes(written), sealing.leaf(content), waiting)
    progress(report.entries)


def _payload_finding(content: Content, payload: list[Any]) -> str:
    there, salt, reason, details, organisation_id, subjects = payload
    if content.payload_hash is None:
        return "payload-inserted" if there else ""
    if not there:
        return "payload-deleted"
    told = json.loads(details) if isinstance(details, str) else details
    same = sealing.payload_hash(salt, reason, told) == content.payload_hash
    same = same and organisation_id == content.organisation_id and subjects == content.subjects
    return "" if same else "payload-changed"


def _walk_beside(report: Report) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MENTIONS)
        report.findings.extend(Finding("mentions-changed", row[0]) for row in cursor.fetchall())
        cursor.execute(_PAYLOADS_ALONE)
        report.findings.extend(Finding("payload-inserted", row[0]) for row in cursor.fetchall())


def _estimate() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'journal_entry'::regclass"
        )
        return int(cursor.fetchone()[0])


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
