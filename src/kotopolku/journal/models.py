"""The journal's tables: append-only entries, whom each concerns, their deletable payload, and the sealed batches.

Not for: texts of the actions (``names.py``) and the seal's mathematics (``seal.py``).
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """Lokimerkintä. One act or one look. Never changed, never deleted; carries ids, no personal text."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    """The true moment, whatever day the viewer has travelled to."""
    day = models.DateField()
    """The viewer's day."""
    actor_id = models.BigIntegerField(null=True)
    system = models.CharField(max_length=60, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    subjects = ArrayField(models.BigIntegerField(), default=list)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    token = models.UUIDField(null=True)
    salt = models.UUIDField(default=uuid.uuid4)
    payload_hash = models.BinaryField(max_length=32, null=True)
    leaf = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token"], condition=models.Q(token__isnull=False), name="journal_entry_token_once"
            )
        ]


class Mention(models.Model):
    """Keitä merkintä koskee. One row a person of an entry: the index by which a person's journal is found.

    A table of its own, because under row security PostgreSQL uses no index for "array contains".
    """

    pk = models.CompositePrimaryKey("person_id", "entry_id")
    person_id = models.BigIntegerField()
    entry = models.ForeignKey(
        Entry, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="mentions"
    )
    organisation_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    day = models.DateField()
    """As the entry has them, so that ways of many persons are counted without reading every entry of theirs."""


class Payload(models.Model):
    """Lokimerkinnän tiedot. Reason and details, which may be personal; can be deleted, the entry's hash stays."""

    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False)
    organisation_id = models.BigIntegerField(null=True)
    subjects = ArrayField(models.BigIntegerField(), default=list)
    salt = models.UUIDField(default=uuid.uuid4)
    """Goes with the payload, so that its hash cannot be guessed back once it is deleted."""
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)


class Unsealed(models.Model):
    """Sinetöintiä odottava merkintä. Written with the entry, taken away by the seal.

    A queue and not a range of ids: an entry of a transaction that ends after a seal simply waits for the next one,
    and a restored dump goes on where it stood. Its name lacks the journal's prefix: here the app may delete.
    """

    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False)

    class Meta:
        db_table = "unsealed_journal_entry"


class Batch(models.Model):
    """Sinetöity erä. Merkle root over entries of finished transactions, chained to the batch before."""

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    leaves = models.BinaryField()
    """For each entry in order of id: eight bytes of id, big-endian, and its leaf of 32 bytes."""
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["first_id"], name="journal_batch_first")]
