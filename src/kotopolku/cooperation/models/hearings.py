"""Hearings: a draft sent to organisations for statements by a day, what they said, how it was taken into account.

Any room's draft can be sent: the hearing keeps the text as it was then. Not for: comments by paragraph while a text is
written (``steering``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HearingState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    PUBLISHED = "published", _("summary published")
    CANCELLED = "cancelled", _("cancelled")


class AnswerKind(models.TextChoices):
    TEXT = "text", _("in one's own words")
    VIEW = "view", _("agree, partly, disagree")


class View(models.TextChoices):
    AGREE = "agree", _("agrees")
    PARTLY = "partly", _("agrees in part")
    DISAGREE = "disagree", _("disagrees")
    NONE = "none", _("has no view")


class Taken(models.TextChoices):
    YES = "yes", _("taken into account")
    PARTLY = "partly", _("taken into account in part")
    NO = "no", _("not taken into account")


class Shown(models.TextChoices):
    """Who else reads it once the summary is published."""

    NOBODY = "", _("nobody")
    HEARD = "heard", _("those who were heard")
    PUBLIC = "public", _("everybody")


class Hearing(models.Model):
    """Lausuntopyyntö, kuuleminen."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=HearingState.choices, default=HearingState.DRAFT)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    """What it is about and what is asked, Markdown."""
    draft = models.TextField(blank=True)
    """The draft as it was when the hearing was opened, Markdown."""
    language = models.CharField(max_length=8, default="fi")
    subject_kind = models.CharField(max_length=60, blank=True)
    """What the draft is of, as the journal names things; empty for a draft from elsewhere."""
    subject_id = models.BigIntegerField(null=True, blank=True)
    answer_by = models.DateField()
    public = models.BooleanField(default=False)
    """Statements and summary can be read by everybody once the summary is published; else by those who were heard."""
    opened_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1_000, blank=True)
    """Why it was cancelled."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "answer_by"], name="cooperation_hearing_of"),
            models.Index(fields=["subject_kind", "subject_id"], name="cooperation_hearing_about"),
        ]


class HearingQuestion(models.Model):
    """Lausuntokysymys."""

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="questions")
    order = models.IntegerField(default=0)
    text = models.CharField(max_length=1_000)
    kind = models.CharField(max_length=5, choices=AnswerKind.choices, default=AnswerKind.TEXT)


class Heard(models.Model):
    """Who is asked and answers: an organisation, or a body through the organisation that keeps it."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(
        "cooperation.Body", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return self.body.name if self.body else self.organisation.name


class HearingInvitee(Heard):
    """Kuultava. Fixed when the hearing is opened; more can be asked later."""

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="invitees")
    sender_id = models.BigIntegerField()
    """The hearing's organisation again, for row security."""
    opened_at = models.DateTimeField(null=True, blank=True)
    """When somebody of the organisation first read it."""
    declined_at = models.DateTimeField(null=True, blank=True)
    """It has told that it gives no statement."""
    shown = models.CharField(max_length=6, choices=Shown.choices, default=Shown.NOBODY, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "organisation", "body"],
                name="cooperation_invitee_once",
                nulls_distinct=False,
            )
        ]


class Statement(Heard):
    """Lausunto. One of each that was asked; a draft until it is given, changed until the hearing is closed."""

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="statements")
    sender_id = models.BigIntegerField()
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    late = models.BooleanField(default=False)
    """Given after the day that was asked for."""
    shown = models.CharField(max_length=6, choices=Shown.choices, default=Shown.NOBODY, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "organisation", "body"],
                name="cooperation_statement_once",
                nulls_distinct=False,
            )
        ]


class StatementAnswer(models.Model):
    """Lausunnon vastaus. To one question, or in general; and how it was taken into account."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(HearingQuestion, on_delete=models.CASCADE, null=True, related_name="answers")
    """Empty: in general."""
    view = models.CharField(max_length=10, choices=View.choices, blank=True)
    text = models.TextField(blank=True)
    taken = models.CharField(max_length=10, choices=Taken.choices, blank=True)
    response = models.CharField(max_length=2_000, blank=True)
    """How it was taken into account and why, by the hearing's organisation."""
    responded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    responded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "question"],
                name="cooperation_answer_a_question",
                nulls_distinct=False,
            )
        ]
