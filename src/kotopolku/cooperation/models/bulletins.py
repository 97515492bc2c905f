"""Bulletins: the text in its editions, to whom it went, who has opened it, what was answered.

Not for: how the addressed organisations are found (``queries/addressing.py``).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class BulletinState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn")


def _codes() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=60), default=list, blank=True)


class Bulletin(models.Model):
    """Tiedote. A text of one organisation to others; the wishes of the addressing stay beside what came of them."""

    sender = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BulletinState.choices, default=BulletinState.DRAFT)
    title = models.CharField(max_length=200)
    body = models.TextField()
    """Markdown."""
    language = models.CharField(max_length=8, default="fi")
    to_everybody = models.BooleanField(default=False)
    to_organisations = ArrayField(models.BigIntegerField(), default=list, blank=True)
    to_kinds = _codes()
    to_duties = _codes()
    to_regions = _codes()
    """Codes of regions (maakunta) that kinds and duties are narrowed to; empty means the whole country."""
    to_bodies = ArrayField(models.BigIntegerField(), default=list, blank=True)
    """Bodies whose members, or the deputies of those who are away, are addressed as they are on the day of sending."""
    topics = _codes()
    """What it is about (``data/topics.toml``)."""
    guidance = models.BooleanField(default=False)
    """A letter by which a region guides municipalities or employment authorities (681/2023 § 55)."""
    roles = _codes()
    """Roles that it is narrowed to within the organisations; empty means every role."""
    answer_by = models.DateField(null=True, blank=True)
    acknowledge = models.BooleanField(default=False)
    """Each reader is asked to say that it has been read."""
    edition = models.IntegerField(default=1)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    sent_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    """When those addressed were told of the newest edition; empty while the job has not come to it."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=1_000, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["sender", "state", "-sent_at"], name="cooperation_bulletin_sender"),
            models.Index(
                fields=["id"],
                condition=models.Q(told_at=None) & ~models.Q(state="draft"),
                name="cooperation_bulletin_untold",
            ),
        ]


class BulletinEdition(models.Model):
    """Tiedotteen versio. A text as it was sent; a correction adds one. Never changed."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="editions")
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    note = models.CharField(max_length=1_000, blank=True)
    """What was corrected."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="cooperation_edition_once")
        ]


class BulletinOrganisation(models.Model):
    """Tiedotteen saaja. One organisation that a bulletin was addressed to on the day on which it was sent."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="addressed")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    sender_id = models.BigIntegerField()
    """The bulletin's sender again, for row security."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "organisation"], name="cooperation_addressed_once")
        ]


class BulletinReceipt(models.Model):
    """Lukukuittaus. Somebody has opened a bulletin in a seat: which edition, and whether it was acknowledged."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="receipts")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    sender_id = models.BigIntegerField()
    edition = models.IntegerField()
    opened_at = models.DateTimeField()
    acknowledged_edition = models.IntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "organisation", "user"], name="cooperation_receipt_once"
            )
        ]


class BulletinAnswer(models.Model):
    """Vastaus tiedotteeseen. What an organisation answered; one each, changed until the bulletin is withdrawn."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="answers")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    sender_id = models.BigIntegerField()
    text = models.TextField()
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "organisation"], name="cooperation_answer_once")
        ]
