"""Regional measures tied to national lines, their evidence, and the region's yearly report to the ministry."""

from datetime import date

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import last_day


class MeasureState(models.TextChoices):
    PLANNED = "planned", _("planned")
    GOING = "going", _("under way")
    DONE = "done", _("done")
    DROPPED = "dropped", _("given up")


class RegionalMeasure(models.Model):
    """Alueellinen toimenpide. Of one regional authority, for one line or several."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    regions = ArrayField(models.CharField(max_length=2), default=list)
    """Codes of the regions (maakunta) where it is carried out."""
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    """Markdown."""
    language = models.CharField(max_length=8, default="fi")
    lines = models.ManyToManyField("steering.Line", related_name="measures", blank=True)
    owner = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """Who carries it out."""
    contact = models.ForeignKey(
        "actors.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    partners = models.ManyToManyField("actors.Organisation", related_name="+", blank=True)
    partners_also = models.CharField(max_length=300, blank=True)
    days = DateRangeField()
    budget_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    indicator = models.ForeignKey(
        "steering.Indicator", on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    start_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=MeasureState.choices, default=MeasureState.PLANNED)
    state_reason = models.CharField(max_length=1_000, blank=True)
    invented = models.BooleanField(default=False)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="steering_measure_of")]

    @property
    def last_day(self) -> date | None:
        """The last day of the measure."""
        return last_day(self.days)


class Evidence(models.Model):
    """Näyttö toimenpiteen etenemisestä. What was done or reached by a day; never changed, only added to."""

    measure = models.ForeignKey(RegionalMeasure, on_delete=models.CASCADE, related_name="evidence")
    on = models.DateField()
    text = models.CharField(max_length=2_000)
    link = models.URLField(max_length=500, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    """Of the measure's indicator, when it was measured."""
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()


class ReportState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed")
    SENT = "sent", _("sent")


class RegionalReport(models.Model):
    """Vuosiraportti ministeriölle. One a year and authority; composed from the facts, then edited by people."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8, default="fi")
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.DRAFT)
    signer = models.CharField(max_length=200, blank=True)
    signed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    invented = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="steering_one_report_a_year")
        ]


class ReportSection(models.Model):
    """Raportin osa. What the facts gave when it was composed, and what was made of it."""

    report = models.ForeignKey(RegionalReport, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=40)
    order = models.IntegerField(default=0)
    composed = models.TextField(blank=True)
    """From the facts, Markdown."""
    text = models.TextField(blank=True)
    """As edited, Markdown."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="steering_section_of_report")]
