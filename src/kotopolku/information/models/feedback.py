"""What readers say about pages, the sender's address apart from it, and how often pages are read. No person's trace.

Not for: messages of clients to their workers (``mypage``).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.information.models.pages import Page
from kotopolku.information.models.spaces import Space


class FeedbackState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    ANSWERED = "answered", _("answered")
    ARCHIVED = "archived", _("archived")


class Feedback(models.Model):
    """Palaute. What a reader wrote about a page or a space, under a number."""

    number = models.CharField(max_length=12, unique=True)
    """Drawn by lot, so that nobody can count or guess others'."""
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="feedback")
    """Whose editors see it; changes when it is handed on."""
    first_space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    """Where it was written."""
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=12)
    useful = models.BooleanField(null=True, blank=True)
    words = models.TextField(max_length=3000, blank=True)
    state = models.CharField(max_length=10, choices=FeedbackState.choices, default=FeedbackState.OPEN)
    made_at = models.DateTimeField()
    answer = models.TextField(max_length=5000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(unique=True)
    """Of the form: sent twice, it is one ticket."""
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["space", "state", "-made_at"], name="information_feedback_list")]

    def __str__(self) -> str:
        return self.number


class FeedbackAddress(models.Model):
    """Palautteen antajan osoite. Kept apart and only until the answer has gone, at most to ``delete_on``."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="address")
    email = models.EmailField()
    delete_on = models.DateField()
    answer = models.TextField(max_length=5000, blank=True)
    """What waits to be sent; the address goes when it has been sent."""


class DailySalt(models.Model):
    """Päivän suola. Without it the marks of a day say nothing; it is deleted the next day."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()


class FeedbackTry(models.Model):
    """Lähetyskerta. How many forms came from one network address in a window of time; the address itself is not kept."""

    day = models.DateField()
    mark = models.BinaryField()
    """Hash of the network address with the day's salt."""
    window = models.IntegerField()
    """Number of the window in the day."""
    count = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "mark", "window"], name="information_one_try")]


class PageCount(models.Model):
    """Sivun lukukerrat. How often a page was read in a space and language on a day: nothing about who read it."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, related_name="+")
    """None for the space's front page."""
    language = models.CharField(max_length=12)
    day = models.DateField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "page", "language", "day"],
                nulls_distinct=False,
                name="information_one_count",
            )
        ]
        indexes = [models.Index(fields=["space", "day"], name="information_counts_of_days")]
