"""Service paths: a service process as steps with owner, entry rule, target time and hand-over; clients' feedback by step.

Feedback is anonymous: no row says who gave it, and its day only to the month.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Named


class PathState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_USE = "use", _("in use")
    ENDED = "ended", _("ended")


class ServicePath(Named):
    """Palvelupolku. As an organisation runs it, in its municipalities."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=PathState.choices, default=PathState.DRAFT)
    text = models.JSONField(default=dict)
    """What it is for and for whom, by language."""
    municipalities = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Codes; empty means the organisation's whole area."""
    feedback_until = models.DateField(null=True, blank=True)
    """Clients are asked until then; empty: always while it is in use."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)


class PathStep(models.Model):
    """Palvelupolun vaihe."""

    path = models.ForeignKey(ServicePath, on_delete=models.CASCADE, related_name="steps")
    order = models.IntegerField(default=0)
    title = models.JSONField(default=dict)
    """By language; clients see it when they are asked."""
    text = models.JSONField(default=dict)
    owner = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner_also = models.CharField(max_length=200, blank=True)
    entry = models.CharField(max_length=1_000, blank=True)
    """Who comes to this step, in words."""
    begins = models.CharField(max_length=80, blank=True)
    """The journal's act that begins the waiting (``data/path_facts.toml``); empty: not measured."""
    ends = models.CharField(max_length=80, blank=True)
    """The journal's act that ends it."""
    target_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """The organisation's own target for the waiting."""
    hand_over = models.CharField(max_length=1_000, blank=True)
    """How, to whom and with what information the client goes on."""
    asks = models.BooleanField(default=False)
    """Clients are asked how it went."""
    code = models.SlugField(max_length=20, unique=True)
    """Of the public address under which feedback is given; not to be guessed."""
    version = models.IntegerField(default=1)


class StepFeedback(models.Model):
    """Vaiheen palaute. From one client, who is not known."""

    step = models.ForeignKey(PathStep, on_delete=models.CASCADE, related_name="feedback")
    month = models.DateField()
    """First day of the month."""
    language = models.CharField(max_length=8)
    score = models.PositiveSmallIntegerField()
    """1 (badly) to 5 (well)."""
    understood = models.BooleanField(null=True)
    """Whether the client understood what happens next."""
    text = models.CharField(max_length=1_000, blank=True)
    """In the client's own words, shown only among enough others."""
    by_link = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="steering_feedback_score", condition=models.Q(score__gte=1, score__lte=5)
            )
        ]
        indexes = [models.Index(fields=["step", "month"], name="steering_feedback_of")]
