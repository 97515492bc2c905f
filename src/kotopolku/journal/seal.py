"""The seal's mathematics: hash of an entry, Merkle root of a batch, chain of batches, comparison with what is stored.

Pure functions over plain values. Not for: reading and writing the tables (``actions.py``, ``verification.py``).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

HASH_BYTES = 32
LEAF_BYTES = 8 + HASH_BYTES
NO_CHAIN = bytes(HASH_BYTES)
_ENCODING = 1


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says, without its id: everything that the leaf covers."""

    at: datetime
    day: date
    actor_id: int | None
    system: str
    organisation_id: int | None
    action: str
    subjects: Sequence[int]
    object_kind: str
    object_id: int | None
    token: UUID | None
    salt: UUID
    payload_hash: bytes | None


def plain(value: Any) -> Any:
    """``value`` as JSON that comes back from the database exactly as it went in: no fractions, dates, lazy text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = [plain(part) for part in value]
        return sorted(parts, key=str) if isinstance(value, set | frozenset) else parts
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return str(value)
    return str(value)


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def payload_hash(salt: UUID, reason: str, details: Mapping[str, Any]) -> bytes:
    """SHA-256 of a payload; ``details`` as ``plain`` returns it."""
    return hashlib.sha256(_canonical([_ENCODING, salt.hex, reason, details])).digest()


def leaf(content: Content) -> bytes:
    """SHA-256 of an entry's content."""
    values = [
        _ENCODING,
        content.at.astimezone(UTC).isoformat(timespec="microseconds"),
        content.day.isoformat(),
        content.actor_id,
        content.system,
        content.organisation_id,
        content.action,
        list(content.subjects),
        content.object_kind,
        content.object_id,
        content.token.hex if content.token else None,
        content.salt.hex,
        content.payload_hash.hex() if content.payload_hash else None,
    ]
    return hashlib.sha256(_canonical(values)).digest()


def pack(leaves: Iterable[tuple[int, bytes]]) -> bytes:
    """Ids and leaves of a batch as one value, in the order given."""
    return b"".join(entry_id.to_bytes(8, "big") + hashed for entry_id, hashed in leaves)


def unpack(packed: bytes) -> Iterator[tuple[int, bytes]]:
    """The ids and leaves of ``pack``. Raises ``ValueError`` for a value of another length."""
    if len(packed) % LEAF_BYTES:
        raise ValueError("the leaves are not a whole number of entries")
    for start in range(0, len(packed), LEAF_BYTES):
        yield int.from_bytes(packed[start : start + 8], "big"), packed[start + 8 : start + LEAF_BYTES]


def merkle_root(packed: bytes) -> bytes:
    """Root of the binary hash tree over a batch's packed leaves; an odd one out rises a level as it is.

    Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
    """
    sha256 = hashlib.sha256
    level = [
        sha256(b"\x00" + packed[start : start + LEAF_BYTES]).digest()
        for start in range(0, len(packed), LEAF_BYTES)
    ]
    if not level:
        return sha256(b"").digest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0]


def chain(before: bytes, batch_id: int, sealed_at: datetime, count: int, root: bytes) -> bytes:
    """Hash that ties a batch to the one before it; ``NO_CHAIN`` before the first."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(before + _canonical([_ENCODING, batch_id, moment, count, root.hex()])).digest()


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry as the table has it now: its id, the leaf written with it, and the leaf of what stands there today."""

    entry_id: int
    written: bytes
    recomputed: bytes
    waiting: bool
    """Whether it stands in the queue of entries to be sealed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed: ``kind``, and the id of the entry or batch."""

    kind: str
    row: int

    @property
    def is_information(self) -> bool:
        """True for what may happen lawfully: a payload deleted when its time was up."""
        return self.kind == "payload-deleted"


def compare(stored: Iterable[Stored], sealed: Iterable[tuple[int, bytes]]) -> Iterator[Finding]:
    """Findings of a walk over the entries and the sealed leaves, both in order of id.

    ``changed``: other content than sealed or written. ``missing``: sealed and gone. ``inserted``: neither sealed nor
    waiting to be sealed. ``sealed-twice``: one id in two places of the seal.
    """
    seals = _once(sealed)
    seal = next(seals, None)
    for entry in stored:
        while seal is not None and (isinstance(seal, Finding) or seal[0] < entry.entry_id):
            yield seal if isinstance(seal, Finding) else Finding("missing", seal[0])
            seal = next(seals, None)
        if seal is not None and not isinstance(seal, Finding) and seal[0] == entry.entry_id:
            if not entry.recomputed == entry.written == seal[1]:
                yield Finding("changed", entry.entry_id)
            seal = next(seals, None)
        elif entry.recomputed != entry.written:
            yield Finding("changed", entry.entry_id)
        elif not entry.waiting:
            yield Finding("inserted", entry.entry_id)
    while seal is not None:
        yield seal if isinstance(seal, Finding) else Finding("missing", seal[0])
        seal = next(seals, None)


def _once(sealed: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes] | Finding]:
    """The sealed leaves, with a finding in place of an id that came already."""
    last: int | None = None
    for entry_id, hashed in sealed:
        yield Finding("sealed-twice", entry_id) if entry_id == last else (entry_id, hashed)
        last = entry_id
