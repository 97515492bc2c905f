"""Measures followed: attendance by month, absence that must be looked into, language levels, results, what came later.

Not for: the measures themselves (``clients.Measure``) and the plan's legal times. Every row carries person and client
relationship, so that row security asks one table.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AttendanceMonth(models.Model):
    """Läsnäolo kuukaudessa. Hours of one participant in one measure in one month, as the provider or worker has said."""

    measure = models.ForeignKey("clients.Measure", on_delete=models.PROTECT, related_name="attendance")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "actors.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    """Who reported it; empty when the client's own worker did."""
    month = models.DateField()
    """The first day of the month."""
    hours_planned = models.DecimalField(max_digits=5, decimal_places=1)
    hours_attended = models.DecimalField(max_digits=5, decimal_places=1)
    hours_absent = models.DecimalField(max_digits=5, decimal_places=1)
    """Absent without leave; the rest of the planned hours was absence with leave."""
    longest_absence = models.IntegerField(default=0)
    """Training days in a row without leave, the longest such time (rule T1)."""
    last_attended_on = models.DateField(null=True, blank=True)
    """The last day attended before that time, if told."""
    reported_on = models.DateField()
    reported_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "month"], name="progress_attendance_once")]
        indexes = [models.Index(fields=["provider", "month"], name="progress_attendance_provider")]


class Outcome(models.TextChoices):
    CONTINUES = "continues", _("the training goes on")
    INTERRUPTED = "interrupted", _("the training is interrupted")
    WITHDRAWN = "withdrawn", _("the report was corrected")


class AbsenceProcess(models.Model):
    """Keskeyttämisen harkinta. Too many days away without leave: the client is heard, then it is decided (rule T1)."""

    measure = models.ForeignKey("clients.Measure", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    days = models.IntegerField()
    last_attended_on = models.DateField(null=True, blank=True)
    act = models.CharField(max_length=20)
    section = models.CharField(max_length=60)
    opened_on = models.DateField()
    heard_on = models.DateField(null=True, blank=True)
    hearing = models.TextField(blank=True)
    """What the client said."""
    decided_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    reasons = models.TextField(blank=True)
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "month"], name="progress_process_once")]
        indexes = [
            models.Index(
                fields=["relationship"], condition=models.Q(decided_on=None), name="progress_process_open"
            )
        ]


class Skill(models.TextChoices):
    LISTENING = "listening", _("listening")
    SPEAKING = "speaking", _("speaking")
    READING = "reading", _("reading")
    WRITING = "writing", _("writing")


class Tongue(models.TextChoices):
    FINNISH = "fi", pgettext_lazy("language", "Finnish")
    SWEDISH = "sv", pgettext_lazy("language", "Swedish")


class Basis(models.TextChoices):
    TEST = "test", _("a test")
    ESTIMATE = "estimate", _("an estimate")


class LanguageLevel(models.Model):
    """Kielitaidon taso. One skill of one language as found on a day; rows are never changed, only cancelled."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=5, choices=Tongue.choices)
    skill = models.CharField(max_length=10, choices=Skill.choices)
    level = models.CharField(max_length=5)
    """A code of ``sources.levels``."""
    rank = models.IntegerField()
    """The step's place in the scale: levels are compared by it, never by their names."""
    basis = models.CharField(max_length=10, choices=Basis.choices)
    source = models.CharField(max_length=200, blank=True)
    """Who tested or estimated."""
    assessed_on = models.DateField()
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    cancelled = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "language", "skill", "assessed_on"],
                condition=models.Q(cancelled=False),
                name="progress_level_history",
            )
        ]


class Employment(models.TextChoices):
    FULL_TIME = "full-time", _("full-time work")
    PART_TIME = "part-time", _("part-time work")
    SUBSIDISED = "subsidised", _("subsidised work")
    ENTREPRENEUR = "entrepreneur", _("own business")
    NONE = "none", pgettext_lazy("employment", "no work")
    UNKNOWN = "unknown", _("not known")


class Study(models.TextChoices):
    BASIC = "basic", _("basic education")
    UPPER_SECONDARY = "upper-secondary", _("general upper secondary education")
    VOCATIONAL = "vocational", _("vocational education")
    HIGHER = "higher", _("higher education")
    OTHER = "other", _("other studies")
    NONE = "none", pgettext_lazy("study", "no studies")
    UNKNOWN = "unknown", _("not known")


class Result(models.Model):
    """Tulos. What the plan and the client relationship led to, asked when they end."""

    relationship = models.OneToOneField(
        "clients.Relationship", on_delete=models.PROTECT, related_name="result"
    )
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    employment = models.CharField(max_length=20, choices=Employment.choices)
    study = models.CharField(max_length=20, choices=Study.choices)
    other = models.TextField(blank=True)
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)


class Situation(models.TextChoices):
    EMPLOYED = "employed", _("at work")
    STUDYING = "studying", _("studying")
    UNEMPLOYED = "unemployed", _("unemployed")
    OUTSIDE = "outside", _("outside the labour force")
    MOVED = "moved", _("moved away")
    UNKNOWN = "unknown", _("not known")


class FollowUpSource(models.TextChoices):
    CLIENT = "client", _("the client")
    REGISTER = "register", _("a register")
    PROVIDER = "provider", _("an employer or a school")
    OTHER = "other", _("another source")


class FollowUp(models.Model):
    """Jälkiseuranta. A question on a day after the end: what is the client doing now? Planned by a job."""

    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.PROTECT, related_name="follow_ups"
    )
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=10)
    """An own target of the law's data, e.g. O-L6."""
    months = models.IntegerField()
    due_on = models.DateField()
    situation = models.CharField(max_length=12, choices=Situation.choices, blank=True)
    source = models.CharField(max_length=12, choices=FollowUpSource.choices, blank=True)
    note = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    told_on = models.DateField(null=True, blank=True)
    """Day on which the worker was told that it is due."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relationship", "rule"], name="progress_follow_up_once")
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=models.Q(answered_on=None), name="progress_follow_up_due"
            )
        ]
