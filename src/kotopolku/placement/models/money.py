"""The State's compensation: for whom a municipality is compensated, claims, decisions, payments and recoveries.

Not for: how much a day is worth (``compensation.py``). No name stands here; a person is a client number.
"""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class BasisOfPay(models.TextChoices):
    """The values are those of ``law.compensation.Basis``."""

    QUOTA = "quota", _("quota refugee")
    QUOTA_FAMILY = "quota-family", _("family member of a quota refugee")
    PROTECTION = "protection", _("international protection, or a permit after seeking asylum")
    TEMPORARY = "temporary", _("temporary protection, with a municipality of residence")


class Compensated(models.Model):
    """Korvattava henkilö. A person living in the municipality for whom the State pays, however the person came.

    One who came through a case has no row until something is changed: the arrival tells the rest.
    """

    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    client_number = models.CharField(max_length=20)
    born = models.DateField()
    basis = models.CharField(max_length=12, choices=BasisOfPay.choices)
    first_municipality_on = models.DateField()
    """When the first municipality of residence was registered, wherever that was (1386/2010 §44; 681/2023 §59)."""
    lives_from = models.DateField()
    lives_until = models.DateField(null=True, blank=True)
    """The last day in this municipality."""
    citizen_from = models.DateField(null=True, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    """When an initial assessment of the Act of 2010 was held here."""
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    """Whose period ends that of a child born in Finland (681/2023 §61.4)."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "relationship"], name="placement_compensated_once"
            ),
            models.CheckConstraint(
                name="placement_compensated_days",
                condition=models.Q(lives_until=None) | models.Q(lives_until__gte=models.F("lives_from")),
            ),
        ]


class ClaimState(models.TextChoices):
    SENT = "sent", _("waits for a decision")
    DECIDED = "decided", _("decided")
    WITHDRAWN = "withdrawn", _("taken back")


class Claim(models.Model):
    """Korvaushakemus. What a municipality or a wellbeing services county claims for a calendar year; a later one of the
    same year claims what was missing."""

    claimant = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The region with which the municipality or municipalities have an agreement: it records the decision and the payments."""
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    """Running number within the year, from 1."""
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.SENT)
    euros = models.DecimalField(max_digits=12, decimal_places=2)
    claim_by = models.DateField()
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claimant", "year", "number"], name="placement_claim_once")
        ]
        indexes = [models.Index(fields=["authority", "-year", "state"], name="placement_claim_auth")]


class ClaimLine(models.Model):
    """Hakemuksen rivi. One person's days of one sum, or one cost, with its reasons, as they were when the claim was made."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    municipality_code = models.CharField(max_length=3, blank=True)
    """Where the person lives."""
    client_number = models.CharField(max_length=20, blank=True)
    """Empty for costs of preparing: a case is never told to those who may not see it."""
    relationship_id = models.BigIntegerField(null=True)
    cost = models.ForeignKey("placement.Cost", on_delete=models.PROTECT, null=True, related_name="lines")
    kind = models.CharField(max_length=20)
    receiver = models.CharField(max_length=20)
    first = models.DateField()
    last = models.DateField()
    days = models.PositiveSmallIntegerField()
    base = models.PositiveSmallIntegerField()
    yearly = models.DecimalField(max_digits=10, decimal_places=2)
    euros = models.DecimalField(max_digits=10, decimal_places=2)
    rule = models.CharField(max_length=10)
    act = models.CharField(max_length=12)
    section = models.CharField(max_length=12)
    explanation = models.JSONField()
    granted = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    """What is granted of the line when that is less than claimed; then ``cut_reason`` says why."""
    cut_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "relationship_id", "kind", "receiver", "first"],
                condition=models.Q(cost=None),
                name="placement_claimline_once",
            ),
            models.UniqueConstraint(fields=["claim", "cost"], name="placement_claimline_cost_once"),
        ]

    @property
    def cut(self) -> Decimal:
        """What of the line is not granted."""
        return Decimal("0.00") if self.granted is None else self.euros - self.granted


class Decision(models.Model):
    """Korvauspäätös. What was decided of a claim, as the region records it."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="decision")
    decided_on = models.DateField()
    euros = models.DecimalField(max_digits=12, decimal_places=2)
    reference = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    """Why less was granted than claimed."""
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")


class Payment(models.Model):
    """Maksu. Money paid on a decision."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    paid_on = models.DateField()
    euros = models.DecimalField(max_digits=12, decimal_places=2)
    reference = models.CharField(max_length=60)
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "reference"], name="placement_payment_once"),
            models.CheckConstraint(name="placement_payment_positive", condition=models.Q(euros__gt=0)),
        ]


class Recovery(models.Model):
    """Takaisinperintä (1386/2010 §55; 681/2023 §71). Money to be paid back, with the reason."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="recoveries")
    decided_on = models.DateField()
    euros = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.TextField()
    reference = models.CharField(max_length=60)
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "reference"], name="placement_recovery_once"),
            models.CheckConstraint(name="placement_recovery_positive", condition=models.Q(euros__gt=0)),
        ]
