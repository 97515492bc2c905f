"""Regional work-permit guidelines (301/2004 § 72b): versions by set of regions, occupations with conditions, grounds.

Not for: the national shortage list, which stands in a decree (``law/acts``), and names of occupations (``reference``).
"""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import last_day


class GuidelineState(models.TextChoices):
    DRAFT = "draft", _("draft")
    ADOPTED = "adopted", _("adopted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Guideline(models.Model):
    """Työlupalinjaus. One version; it is keyed by regions, for an authority's area changes and the version stays in force."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """Who prepares it and adopts it."""
    regions = ArrayField(models.CharField(max_length=2), default=list)
    """Codes of regions (maakunta) that it covers."""
    number = models.CharField(max_length=40)
    """As the authority numbers its versions, such as 2026/1."""
    state = models.CharField(max_length=10, choices=GuidelineState.choices, default=GuidelineState.DRAFT)
    valid = DateRangeField()
    """Days in force as planned, then as adopted; shortened when a later version takes its place."""
    market = models.JSONField(default=dict)
    """Description of the labour market by language, Markdown."""
    note = models.JSONField(default=dict)
    """What holds for the whole guideline, by language, Markdown."""
    position = models.TextField(blank=True)
    """What the regional body stated, and when, of versions older than its meetings here."""
    body_position = models.ForeignKey(
        "cooperation.Position", on_delete=models.PROTECT, null=True, blank=True, related_name="guidelines"
    )
    """What the regional body stated."""
    hearing = models.ForeignKey(
        "cooperation.Hearing", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    signer = models.CharField(max_length=200, blank=True)
    """Name and title as they stand on the paper."""
    reason = models.CharField(max_length=1_000, blank=True)
    """Why it was withdrawn."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="cooperation_guideline_number")
        ]

    @property
    def last_day(self) -> date | None:
        """The last day in force."""
        return last_day(self.valid)

    def __str__(self) -> str:
        return self.number


class GuidelineRegion(models.Model):
    """Linjauksen maakunta. One row for each region of an adopted version: two are never in force on one day in one region."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="in_force")
    region = models.CharField(max_length=2)
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="cooperation_one_guideline_a_day",
                expressions=[("region", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]


class GuidelineOccupation(models.Model):
    """Linjauksen ammatti. A group or an occupation of ISCO-08 for which availability is not tested, and on what condition."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="occupations")
    code = models.CharField(max_length=5)
    """Digits of ISCO-08: one to four (a group), five (a national code). All below it are meant."""
    lifted = models.BooleanField(default=True)
    """False: an exception from a group above it, for which availability is tested all the same."""
    full_time = models.BooleanField(default=False)
    income_eur = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    """Least gross pay a month."""
    condition = models.JSONField(default=dict)
    """Further conditions and what is left out, by language."""
    municipalities = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Codes that it is narrowed to; empty means all of the guideline's regions."""
    order = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guideline", "code"], name="cooperation_occupation_once")
        ]

    @property
    def condition_text(self) -> str:
        """The further condition in the page's language, else in the first that has one."""
        language = (translation.get_language() or "fi")[:2]
        return self.condition.get(language) or next((text for text in self.condition.values() if text), "")


class GuidelineTable(models.Model):
    """Linjauksen perustetaulukko. Figures of the labour market with their source and day, as they were when it was drafted."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="tables")
    title = models.JSONField(default=dict)
    source = models.CharField(max_length=300)
    figures_of = models.CharField(max_length=60)
    """The month or quarter of the figures, as the source calls it."""
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    """Lists of texts and numbers, one list a row."""
    order = models.IntegerField(default=0)

    @property
    def title_text(self) -> str:
        """The title in the page's language, else in the first that has one."""
        language = (translation.get_language() or "fi")[:2]
        return self.title.get(language) or next((text for text in self.title.values() if text), "")
