"""Goals of a municipality: indicator, start, target, year and owner; what they carry out, what carries them; follow-up.

Not for: the programme's text (``municipal.py``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GoalState(models.TextChoices):
    OPEN = "open", _("under way")
    REACHED = "reached", _("reached")
    DROPPED = "dropped", _("given up")


class Track(models.TextChoices):
    ON = "on", _("on track")
    OFF = "off", _("off track")
    UNCLEAR = "unclear", _("cannot be said yet")


class TieKind(models.TextChoices):
    """What carries a goal out. Each kind has a reader in the room whose things they are."""

    SERVICE = "service", _("service")
    CONTRACT = "contract", _("contract")
    COURSE = "course", _("course")
    MEASURE = "measure", _("measure in clients' plans")
    PATH = "path", _("service path")


class MunicipalGoal(models.Model):
    """Kunnan tavoite. In a programme, for one of its municipalities or all of them."""

    programme = models.ForeignKey(
        "steering.MunicipalProgramme", on_delete=models.CASCADE, related_name="goals"
    )
    section = models.ForeignKey(
        "steering.ProgrammeSection", on_delete=models.PROTECT, null=True, blank=True, related_name="goals"
    )
    code = models.CharField(max_length=20)
    """Its number in the programme, such as 3."""
    order = models.IntegerField(default=0)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    """By language, Markdown."""
    municipality = models.CharField(max_length=3, blank=True)
    """Code, when it is the goal of one of several municipalities; empty: of all."""
    lines = models.ManyToManyField("steering.Line", related_name="goals", blank=True)
    """Lines of the State's programme that it carries out."""
    measures = models.ManyToManyField("steering.RegionalMeasure", related_name="goals", blank=True)
    """Regional measures that it belongs to."""
    indicator = models.ForeignKey("steering.Indicator", on_delete=models.PROTECT, related_name="goals")
    start_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    start_year = models.PositiveSmallIntegerField()
    target = models.DecimalField(max_digits=14, decimal_places=2)
    target_year = models.PositiveSmallIntegerField()
    owner = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    owner_also = models.CharField(max_length=300, blank=True)
    """Which part of it, or others who answer, in words."""
    state = models.CharField(max_length=8, choices=GoalState.choices, default=GoalState.OPEN)
    state_reason = models.CharField(max_length=1_000, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="steering_goal_code")]


class GoalFollowUp(models.Model):
    """Tavoitteen vuosiseuranta. What was reached in a year; one a year, its corrections counted by ``version``."""

    goal = models.ForeignKey(MunicipalGoal, on_delete=models.CASCADE, related_name="follow_ups")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    track = models.CharField(max_length=8, choices=Track.choices)
    """What a person says; the figures only propose."""
    text = models.CharField(max_length=4_000)
    source = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goal", "year"], name="steering_follow_up_a_year")]


class GoalTie(models.Model):
    """Tavoitteen kytkentä. A service, contract, course, kind of client's measure or service path that carries it out."""

    goal = models.ForeignKey(MunicipalGoal, on_delete=models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=8, choices=TieKind.choices)
    object_id = models.BigIntegerField(null=True, blank=True)
    """Of the service, contract, course or path; empty for a kind of measure."""
    key = models.CharField(max_length=60, blank=True)
    """Of the kind of measure, as plans know it."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "kind", "object_id", "key"], name="steering_tie_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="steering_tie_to")]
