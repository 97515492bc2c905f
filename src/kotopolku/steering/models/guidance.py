"""Guidance of municipalities and employment authorities by the region: requests, comments by section, checklist, notes.

Guidance letters are bulletins that ask to be acknowledged (``cooperation``), and so is the bank of answers there.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GuidanceKind(models.TextChoices):
    QUESTION = "question", _("request for guidance")
    DRAFT = "draft", _("draft of a programme for comments")
    REVIEW = "review", _("review of a programme in force")


class GuidanceState(models.TextChoices):
    ASKED = "asked", _("asked")
    WORK = "work", _("in work")
    ANSWERED = "answered", _("answered")
    FOLLOWED = "followed", _("changes followed up")
    CLOSED = "closed", _("closed")


class Verdict(models.TextChoices):
    FINE = "fine", _("as it should be")
    BETTER = "better", _("could be better")
    MUST = "must", _("does not meet the Act")


class Covered(models.TextChoices):
    YES = "yes", _("covered")
    PARTLY = "partly", _("covered in part")
    NO = "no", _("missing")


class Guidance(models.Model):
    """Ohjausasia. What a municipality or an employment authority asked of its region, and how it went on."""

    asker = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The regional authority that guides."""
    kind = models.CharField(max_length=10, choices=GuidanceKind.choices)
    state = models.CharField(max_length=10, choices=GuidanceState.choices, default=GuidanceState.ASKED)
    programme = models.ForeignKey(
        "steering.MunicipalProgramme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guidance",
    )
    programme_version = models.IntegerField(null=True, blank=True)
    """Number of the programme's kept version (``ProgrammeVersion``) that was sent."""
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="fi")
    answer_by = models.DateField()
    asked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    responsible = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who at the region answers."""
    answer = models.TextField(blank=True)
    """The region's answer as a whole, Markdown."""
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=1_000, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["region", "state", "answer_by"], name="steering_guidance_of"),
            models.Index(fields=["asker", "state"], name="steering_guidance_asked"),
        ]


class GuidanceComment(models.Model):
    """Ohjauskommentti. On one section of the draft, against the Act's content or a line; and what was changed for it."""

    guidance = models.ForeignKey(Guidance, on_delete=models.CASCADE, related_name="comments")
    key = models.SlugField(max_length=40, blank=True)
    """Of the section, as the draft has it; empty: on the whole."""
    line = models.ForeignKey(
        "steering.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    text = models.CharField(max_length=4_000)
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    changed = models.CharField(max_length=2_000, blank=True)
    """What the asker did about it."""
    changed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    """The region is content."""
    version = models.IntegerField(default=1)


class GuidanceMark(models.Model):
    """Tarkistuslistan merkintä. Whether the draft covers one content of the Act."""

    guidance = models.ForeignKey(Guidance, on_delete=models.CASCADE, related_name="marks")
    key = models.SlugField(max_length=40)
    """Id of the content (``contents("programme-content", act)``)."""
    covered = models.CharField(max_length=6, choices=Covered.choices)
    note = models.CharField(max_length=1_000, blank=True)
    marked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guidance", "key"], name="steering_mark_once")]


class GuidanceNote(models.Model):
    """Muistio ohjauskeskustelusta. Read by both sides; never changed, only added to."""

    guidance = models.ForeignKey(Guidance, on_delete=models.CASCADE, related_name="notes")
    on = models.DateField()
    present = models.CharField(max_length=300)
    text = models.TextField()
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
