"""Legal holds, runs of deletion, what is kept of a deleted client without the client, and data subjects' requests.

Not for: the times (``law``) and which rows a client has (``graph.py``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldGround(models.TextChoices):
    APPEAL = "appeal", _("appeal or complaint under way")
    DECISION = "decision", _("decision pending")
    SUPERVISION = "supervision", _("supervision or inspection")
    CLAIM = "claim", _("claim for damages or a criminal matter")
    REQUEST = "request", _("information request or correction under way")
    OTHER = "other", _("other duty to keep")


class LegalHold(models.Model):
    """Säilytyspidätys. The client's data are not deleted while the hold is in force, whatever their time."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=20, choices=HoldGround.choices)
    reason = models.CharField(max_length=500)
    set_on = models.DateField()
    set_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateField(null=True, blank=True)
    """Last day; None until it is lifted."""
    lifted_on = models.DateField(null=True, blank=True)
    lifted_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["relationship"], condition=models.Q(lifted_on=None), name="retention_hold_open"
            ),
            models.Index(fields=["organisation", "-set_on"], name="retention_hold_office"),
        ]


class RetentionRun(models.Model):
    """Poistoajo. One run of deletion: day, when it began and ended, what went by which rule. Numbers only."""

    day = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    """None: under way, or cut short; the next run goes on with what is left."""
    deleted = models.JSONField(default=dict)
    """Rule id → how many clients or rows."""
    held = models.JSONField(default=dict)
    """Rule id → how many were held back."""


class KeptFact(models.Model):
    """Tilastotieto. What stays of a deleted client relationship for the counts of past years: coarse, and nobody's."""

    authority = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    year_started = models.IntegerField()
    year_ended = models.IntegerField()
    months = models.IntegerField()
    """Whole months from the start to the end."""
    stage = models.CharField(max_length=20)
    """How far the path came: registered, assessed, planned, referred."""
    end_reason = models.CharField(max_length=20, blank=True)
    sex = models.CharField(max_length=10)
    age_group = models.CharField(max_length=10)
    """At the start: 0-17, 18-29, 30-49, 50-64, 65-, unknown."""

    class Meta:
        indexes = [models.Index(fields=["authority", "year_started"], name="retention_fact_year")]


class InformationRequest(models.Model):
    """Tietopyyntö (GDPR art. 15). What was given to the data subject, when, and what was left out on which ground."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    answered_on = models.DateField()
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2)
    left_out = models.JSONField(default=dict)
    """Part (label of a table) → id of the ground (``law.information_exceptions``)."""

    class Meta:
        indexes = [models.Index(fields=["relationship", "-id"], name="retention_information_client")]


class RestrictionRequest(models.Model):
    """Rajoituspyyntö (GDPR art. 18). Asked, and answered with what the Act says: the right does not exist here."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    what = models.CharField(max_length=1000)
    """What the data subject wants not to be used, in own words."""
    answered_on = models.DateField()
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["relationship", "-id"], name="retention_restriction_client")]
