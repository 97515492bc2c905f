"""Questions of professionals to the centre of expertise, and the answers that are published without the asker."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionState(models.TextChoices):
    ASKED = "asked", _("waits for an answer")
    UNCLEAR = "unclear", _("waits for more from you")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("taken back")


class LineKind(models.TextChoices):
    QUESTION = "question", _("question")
    ASKED_BACK = "asked-back", _("asked for more")
    MORE = "more", _("added")
    ANSWER = "answer", _("answer")


class Question(models.Model):
    """Kysymys osaamiskeskukselle. Seen by the asker's organisation and the centre."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.ASKED)
    topic = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=8, default="fi")
    asked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    """The centre's own target, moved on when more was asked."""
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-asked_at"], name="cooperation_question_of"),
            models.Index(fields=["centre", "state", "answer_by"], name="cooperation_question_todo"),
        ]


class QuestionLine(models.Model):
    """Kysymyksen viesti. What was asked, asked back, added and answered, in order; never changed."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    text = models.TextField()
    """Markdown."""
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()


class PublishedAnswer(models.Model):
    """Julkaistu kysymys ja vastaus. Written anew for all to read: neither the asker nor the organisation stands in it."""

    centre = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    asked = models.BigIntegerField(null=True, blank=True)
    """Which question it began with, for the centre; nobody else can open that."""
    topic = models.CharField(max_length=40)
    language = models.CharField(max_length=8, default="fi")
    question = models.CharField(max_length=500)
    answer = models.TextField()
    """Markdown."""
    search_text = models.TextField(default="", blank=True)
    published_on = models.DateField()
    checked_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["topic", "-published_on"], name="cooperation_answers"),
            GinIndex(fields=["search_text"], name="cooperation_answer_words", opclasses=["gin_trgm_ops"]),
        ]
