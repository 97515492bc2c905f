"""News of a space: short, with a first and a last day, in as many languages as somebody has written.

Not for: pages of the tree (``pages.py``), bulletins to professionals (the room of cooperation).
"""

from django.conf import settings
from django.db import models

from kotopolku.information.models.spaces import Space


class News(models.Model):
    """Uutinen. Seen in its space and in all below it, from the first day to the last."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="news")
    shown_from = models.DateField()
    shown_until = models.DateField(null=True, blank=True)
    """The last day on which it is seen; None keeps it."""
    published = models.BooleanField(default=False)
    removed_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["space", "-shown_from"], name="information_news_of_space")]


class NewsText(models.Model):
    """Uutisen teksti. One piece of news in one language."""

    news = models.ForeignKey(News, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    words = models.TextField(max_length=5000)
    """Markdown."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["news", "language"], name="information_one_news_text")]
