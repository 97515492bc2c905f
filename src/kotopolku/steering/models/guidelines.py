"""The State's programme: goals, lines and measures in versions, with their indicators.

Not for: what regions and municipalities do about them.
"""

from datetime import date

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Named, last_day


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    ADOPTED = "adopted", _("adopted")


class LineKind(models.TextChoices):
    GOAL = "goal", _("goal")
    LINE = "line", _("line")
    MEASURE = "measure", _("measure of the State")


class Better(models.TextChoices):
    MORE = "more", _("more is better")
    LESS = "less", _("less is better")


class Indicator(Named):
    """Indikaattori. A figure by place and year that goals are measured with."""

    key = models.SlugField(max_length=60, unique=True)
    unit = models.CharField(max_length=20, default="%")
    better = models.CharField(max_length=4, choices=Better.choices, default=Better.MORE)
    definition = models.JSONField(default=dict)
    """What is counted, of whom and when, by language."""
    source = models.CharField(max_length=300)


class IndicatorValue(models.Model):
    """Indikaattorin arvo. In one place and year, with its source."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    place = models.CharField(max_length=20)
    """``country``, ``region-NN`` or ``municipality-NNN``."""
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "place", "year"], name="steering_value_once")
        ]


class NationalProgramme(Named):
    """Valtion kotoutumisen edistämisohjelma. Prepared by the ministry, adopted by the Government for four years."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    days = DateRangeField()
    act = models.CharField(max_length=20)
    """The Act under which it is drawn up, such as 681/2023."""
    adopted_on = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=100, blank=True)
    invented = models.BooleanField(default=False)
    """Of the demo world: pages say so."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    @property
    def last_day(self) -> date | None:
        """The last day of its period."""
        return last_day(self.days)


class Line(models.Model):
    """Linjaus. A goal, a line under it or a measure of the State; what it says stands in its versions."""

    programme = models.ForeignKey(NationalProgramme, on_delete=models.CASCADE, related_name="lines")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    code = models.CharField(max_length=20)
    """Its number in the programme, such as 2.3."""
    order = models.IntegerField(default=0)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    """By language, Markdown; as the newest version has them."""
    section = models.CharField(max_length=60, blank=True)
    """The section of the Act that it carries out, such as 681/2023 § 26."""
    answers = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answers_also = models.CharField(max_length=300, blank=True)
    """Others who answer, in words."""
    days = DateRangeField()
    money_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    """For the whole period; empty: not decided."""
    indicators = models.ManyToManyField(Indicator, related_name="lines", blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    ended_reason = models.CharField(max_length=1_000, blank=True)
    number = models.IntegerField(default=1)
    """Of its newest version."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="steering_line_code")]

    @property
    def last_day(self) -> date | None:
        """The last day on which it is followed."""
        return last_day(self.days)


class LineVersion(models.Model):
    """Linjauksen versio. What a line said from one change to the next; never changed."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    """Who answers, days, money, section and indicators, as they were."""
    reason = models.CharField(max_length=1_000, blank=True)
    """Why it was changed after adoption."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "number"], name="steering_line_version_once")]
