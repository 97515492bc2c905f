"""Tables of the exchange: runs of an import with their rows, facts from registers, messages to the national client system.

Not for: clients themselves (``clients``). What a run holds of a file is deleted row by row as it is taken in.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ColumnMapping(models.Model):
    """Sarakkeiden vastaavuus. Which column is which field, as saved last for these headers."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    headers = models.CharField(max_length=64)
    """``rules.headers_digest``."""
    columns = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "headers"], name="exchange_mapping_once")
        ]


class RunState(models.TextChoices):
    MAPPING = "mapping", _("columns to be checked")
    CHECKED = "checked", _("checked, not brought in")
    RUNNING = "running", _("being brought in")
    STOPPED = "stopped", _("stopped on the way")
    DONE = "done", pgettext_lazy("import", "done")
    CANCELLED = "cancelled", pgettext_lazy("import", "thrown away")


class ImportRun(models.Model):
    """Tuonti. One file on its way in: checked first, then brought in portion by portion, as far as it has come."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.MAPPING)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    content = models.BinaryField(default=b"")
    """The file itself until the run is done or thrown away."""
    kind = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    """Why the authority takes clients for whom the law names another."""
    with_updates = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="exchange_run_organisation")]


class RowState(models.TextChoices):
    NEW = "new", pgettext_lazy("row", "new client")
    CHANGED = "changed", pgettext_lazy("row", "changes a client")
    SAME = "same", pgettext_lazy("row", "nothing new")
    DUPLICATE = "duplicate", pgettext_lazy("row", "possible duplicate")
    BAD = "bad", pgettext_lazy("row", "to be mended")
    DONE = "done", pgettext_lazy("row", "brought in")
    LEFT = "left", pgettext_lazy("row", "left out")


class ImportRow(models.Model):
    """Tuonnin rivi. ``values`` are the row's texts by field until it is brought in."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    """In the file; the header is row 1."""
    state = models.CharField(max_length=10, choices=RowState.choices)
    values = models.JSONField(default=dict)
    key = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    faults = models.JSONField(default=list)
    """``[{"field", "column", "value", "what", "mend"}]``."""
    matches = models.JSONField(default=list)
    """Possible duplicates: ``[{"why", "authority", "relationship"}]``; changed rows: names of fields."""
    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField(blank=True)
    """Why a possible duplicate is another person, as a person has written."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="exchange_row_once")]
        indexes = [models.Index(fields=["run", "state", "number"], name="exchange_row_state")]


class KnownRow(models.Model):
    """Tunnettu rivi. Which client a row of a source has become, so that the same row twice brings nothing new."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="exchange_known_once")]


class RegisterFact(models.Model):
    """Rekisteritieto. One field as a register or another source told it, and when (681/2023 §73: where data came from)."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200)
    """population-register, permit-register, or a source in words."""
    field = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    fetched_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    """When a person chose it as ours."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "source", "field"], name="exchange_fact_once")
        ]


class MessageState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("message", "waiting")
    SENDING = "sending", pgettext_lazy("message", "being sent")
    ACCEPTED = "accepted", pgettext_lazy("message", "accepted")
    REJECTED = "rejected", pgettext_lazy("message", "rejected")
    FAILED = "failed", pgettext_lazy("message", "failed, to be looked at")


class NationalMessage(models.Model):
    """Lähtevä sanoma valtakunnalliseen asiakastietojärjestelmään. One client's data on its way (681/2023 §74)."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    digest = models.BinaryField(max_length=32)
    """SHA-256 of what is (to be) sent."""
    token = models.UUIDField(unique=True)
    """The key by which the other side knows a repeat."""
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"],
                condition=models.Q(state__in=("waiting", "sending", "failed", "rejected")),
                name="exchange_one_open_message",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "next_try_at"], name="exchange_message_state"),
            models.Index(fields=["relationship", "-id"], name="exchange_message_client"),
        ]


class Reconciliation(models.Model):
    """Täsmäytys. What we have and they have on one day: counts, and the clients that differ."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    same = models.IntegerField()
    only_ours = models.JSONField(default=list)
    """Ids of relationships."""
    only_theirs = models.JSONField(default=list)
    """Their references; no data of persons."""
    different = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="exchange_reconciliation_last")]
