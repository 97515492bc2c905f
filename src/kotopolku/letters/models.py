"""Letters to clients: what was written, in which languages, how it was sent and how it arrived.

Not for: the words of the templates (``data/``), the plan's and assessment's own papers (``clients.documents``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PAPER = "paper", _("on paper")
    OWN_PAGE = "own-page", _("to the client's own page")
    MESSAGES = "messages", _("through the messages service")


class LetterState(models.TextChoices):
    PREPARED = "prepared", _("prepared, not sent")
    QUEUED = "queued", _("waits to be sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("not delivered")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Letter(models.Model):
    """Kirje. The content is kept as it was set, so that the same letter can be printed again, letter for letter."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="letters")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="letters")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    """Year and running number, "2026-K-000317"."""
    template = models.CharField(max_length=40)
    template_version = models.DateField()
    """The day from which the template's words are in use."""
    language = models.CharField(max_length=5)
    """The language that binds: Finnish or Swedish, or English."""
    beside = models.CharField(max_length=10, blank=True)
    """The client's language beside it, if another."""
    title = models.CharField(max_length=200)
    content = models.JSONField()
    pdf_sha256 = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.PREPARED)
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    sent_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    """When the client first opened it at the own page."""
    external_id = models.CharField(max_length=100, blank=True)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    """Why the service did not take it, for the worker."""

    class Meta:
        indexes = [
            models.Index(fields=["relationship", "-written_at"], name="letters_of_client"),
            models.Index(fields=["person", "state"], name="letters_of_person"),
            models.Index(fields=["organisation", "-written_at"], name="letters_of_organisation"),
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["queued", "sent"], channel="messages"),
                name="letters_to_move",
            ),
        ]


class LetterNumber(models.Model):
    """Kirjeiden juokseva numero, one row a year; taken under a row lock."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)
