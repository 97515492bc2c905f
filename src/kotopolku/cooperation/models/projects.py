"""Projects: who does what with whom, until when and with whose money."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Funding(models.TextChoices):
    """Rahoituksen laji. Kinds only: sums are in the funders' own registers."""

    OWN = "own", _("own budget")
    STATE = "state", _("state grant")
    AMIF = "amif", _("Asylum, Migration and Integration Fund")
    ESF = "esf", _("European Social Fund Plus")
    OTHER_EU = "eu", _("other funding of the European Union")
    FOUNDATION = "foundation", _("foundation or association grant")
    OTHER = "other", _("other")


class Project(models.Model):
    """Hanke. Written by the organisation that leads it; everybody in the shared space reads it."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    goal = models.CharField(max_length=1_000)
    topic = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    funding = models.CharField(max_length=12, choices=Funding.choices)
    contact = models.ForeignKey(
        "actors.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    others = models.CharField(max_length=500, blank=True)
    """Partners that are not in the directory, in words."""
    link = models.URLField(max_length=500, blank=True)
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_on = models.DateField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["topic", "-starts_on"], name="cooperation_project_topic"),
            models.Index(fields=["organisation"], name="cooperation_project_of"),
        ]


class ProjectPartner(models.Model):
    """Hankkeen kumppani. Another organisation of the directory that takes part."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "organisation"], name="cooperation_partner_once")
        ]
