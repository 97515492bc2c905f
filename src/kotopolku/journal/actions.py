"""The journal's writers: ``record`` one act or look, ``seal`` what has been recorded.

The only room whose actions write no journal entry of their own beyond these. Not for: reading (``queries.py``).
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from django.db import connection, transaction

from kotopolku import clock
from kotopolku.journal import seal as sealing
from kotopolku.journal.models import Batch, Entry


class Actor(Protocol):
    """What the journal needs to know of a viewer (``access.viewer.Viewer`` is one)."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def day(self) -> date: ...
    @property
    def system(self) -> str: ...


# One statement: the id is drawn first, because a new row need not be visible to the one who writes it.
_RECORD = """
WITH new AS MATERIALIZED (SELECT nextval('journal_entry_id_seq') AS id),
entry AS (
    INSERT INTO journal_entry (id, at, day, actor_id, system, organisation_id, action, subjects, object_kind,
                               object_id, token, salt, payload_hash, leaf)
    SELECT id, %(at)s, %(day)s, %(actor_id)s, %(system)s, %(organisation_id)s, %(action)s, %(subjects)s::bigint[],
           %(object_kind)s, %(object_id)s, %(token)s, %(salt)s, %(payload_hash)s, %(leaf)s FROM new
), waiting AS (
    INSERT INTO unsealed_journal_entry (entry_id) SELECT id FROM new
), mention AS (
    INSERT INTO journal_mention (person_id, entry_id, organisation_id, action, day)
    SELECT unnest(%(subjects)s::bigint[]), id, %(organisation_id)s, %(action)s, %(day)s FROM new
), payload AS (
    INSERT INTO journal_payload (entry_id, organisation_id, subjects, salt, reason, details)
    SELECT id, %(organisation_id)s, %(subjects)s::bigint[], %(payload_salt)s, %(reason)s, %(details)s::jsonb FROM new
    WHERE %(payload_hash)s::bytea IS NOT NULL
)
SELECT id FROM new
"""


def record(
    action: str,
    *,
    actor: Actor,
    subjects: Sequence[int] = (),
    object: tuple[str, int] | None = None,  # noqa: A002 - the word the callers know
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    token: uuid.UUID | None = None,
) -> Entry:
    """Writes one entry, in the caller's transaction and in one statement.

    ``action`` is a name of some room's ``journal_names.py``. ``subjects`` are ids of persons whose data it concerns.
    ``object`` is kind and id of what was made or touched. ``reason`` and ``details`` may be personal and go to the
    deletable payload; they never hold a municipality or an address. ``token`` marks a form, import row or API call
    that may come twice: ask ``queries.done_before`` first; a token written twice raises ``IntegrityError``.
    """
    concerned = sorted(set(subjects))
    kept = sealing.plain(details or {})
    payload_salt = uuid.uuid4()
    kind, object_id = object or ("", None)
    content = sealing.Content(
        at=clock.real_now(),
        day=actor.day,
        actor_id=actor.user_id,
        system=actor.system,
        organisation_id=actor.organisation_id,
        action=action,
        subjects=concerned,
        object_kind=kind,
        object_id=object_id,
        token=token,
        salt=uuid.uuid4(),
        payload_hash=sealing.payload_hash(payload_salt, reason, kept) if reason or kept else None,
    )
    values = {name: getattr(content, name) for name in content.__slots__}
    entry = Entry(**values, leaf=sealing.leaf(content))
    values |= {
        "leaf": entry.leaf,
        "payload_salt": payload_salt,
        "reason": reason,
        "details": json.dumps(kept),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        entry.id = cursor.fetchone()[0]
    entry._state.adding = False
    entry._state.db = connection.alias
    return entry


def see_everything() -> None:
    """Opens every entry to the rest of this transaction, for sealing and verifying."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kotopolku.system', 'on', true)")


# Taken as the last batch is read, so that two seals at once cannot fork the chain.
_SEAL_LOCK = 0x6B6F746F  # "koto"
_TAKE = """
WITH taken AS (DELETE FROM unsealed_journal_entry RETURNING entry_id)
SELECT entry.id, entry.leaf FROM taken JOIN journal_entry entry ON entry.id = taken.entry_id ORDER BY entry.id
"""


@transaction.atomic
def seal() -> Batch | None:
    """Seals every entry whose transaction has ended and that is not sealed yet. None when there is none.

    Entries of transactions still open stay in the queue for the next seal, whatever their ids.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEAL_LOCK])
        cursor.execute("SELECT current_setting('kotopolku.system', true)")
        before = cursor.fetchone()[0] or ""
        see_everything()
        cursor.execute(_TAKE)
        leaves = [(entry_id, bytes(hashed)) for entry_id, hashed in cursor.fetchall()]
        cursor.execute("SELECT set_config('kotopolku.system', %s, true)", [before])
        if not leaves:
            return None
        cursor.execute("SELECT nextval('journal_batch_id_seq')")
        batch_id = cursor.fetchone()[0]
    last = Batch.objects.order_by("-id").values_list("chain", flat=True).first()
    packed = sealing.pack(leaves)
    root = sealing.merkle_root(packed)
    sealed_at = clock.real_now()
    return Batch.objects.create(
        id=batch_id,
        sealed_at=sealed_at,
        first_id=leaves[0][0],
        last_id=leaves[-1][0],
        count=len(leaves),
        leaves=packed,
        root=root,
        chain=sealing.chain(
            bytes(last) if last else sealing.NO_CHAIN, batch_id, sealed_at, len(leaves), root
        ),
    )
