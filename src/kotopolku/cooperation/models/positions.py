"""Positions of bodies and authorities on phenomena of the day: noticed, drafted, commented, adopted, sent, answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PositionState(models.TextChoices):
    NOTICED = "noticed", _("phenomenon noticed")
    DRAFT = "draft", _("being drafted")
    COMMENTS = "comments", _("being commented")
    ADOPTED = "adopted", _("adopted")
    DROPPED = "dropped", _("given up")


class Position(models.Model):
    """Kannanotto. Prepared by the organisation that keeps the body."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(
        "cooperation.Body", on_delete=models.PROTECT, null=True, blank=True, related_name="positions"
    )
    """Whose position it is; empty: the organisation's own."""
    state = models.CharField(max_length=10, choices=PositionState.choices, default=PositionState.NOTICED)
    title = models.CharField(max_length=200)
    phenomenon = models.TextField()
    """What was noticed, where, and how it shows; Markdown."""
    noticed_on = models.DateField()
    noticed_by = models.CharField(max_length=200)
    topics = models.JSONField(default=list, blank=True)
    """Codes of topics (``data/topics.toml``)."""
    language = models.CharField(max_length=8, default="fi")
    text = models.TextField(blank=True)
    """As the newest version has it, Markdown."""
    number = models.IntegerField(default=0)
    """Of the newest version of the text."""
    comments_until = models.DateField(null=True, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    meeting_item = models.ForeignKey(
        "cooperation.AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="positions"
    )
    """Where the body adopted it."""
    adopted_how = models.CharField(max_length=300, blank=True)
    """When it was not in a meeting kept here."""
    public = models.BooleanField(default=True)
    """Once adopted, everybody reads it."""
    dropped_reason = models.CharField(max_length=1_000, blank=True)
    invented = models.BooleanField(default=False)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="cooperation_position_of")]


class PositionVersion(models.Model):
    """Kannanoton versio. Never changed."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["position", "number"], name="cooperation_position_version_once")
        ]


class PositionComment(models.Model):
    """Kommentti kannanottoluonnokseen. By anybody at work while it is being commented; answered by who prepares it."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="comments")
    number = models.IntegerField()
    """Of the version that was commented."""
    text = models.CharField(max_length=4_000)
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    response = models.CharField(max_length=2_000, blank=True)
    responded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    responded_at = models.DateTimeField(null=True, blank=True)


class PositionReceiver(models.Model):
    """Kannanoton saaja. To whom it was sent, and what they answered."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="receivers")
    sender_id = models.BigIntegerField()
    """The position's organisation again, for row security."""
    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=200, blank=True)
    """Of a receiver that is not in the directory."""
    answer_by = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField()
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Of the receiver, or of the sender for an answer that came by another way."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position", "organisation"],
                condition=models.Q(organisation__isnull=False),
                name="cooperation_receiver_once",
            )
        ]
