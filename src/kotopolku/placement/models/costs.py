"""Costs agreed on beforehand: preparing for people who have been directed here, and special costs of a person.

Not for: claiming and paying them, which goes with the year's other compensation (``money.py``). No name stands here.
"""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class CostKind(models.TextChoices):
    """The values are those of ``compensation.Kind``."""

    PREPARING = "preparing", _("Preparing for reception")
    SPECIAL = "special", _("Special costs")


class CostState(models.TextChoices):
    ASKED = "asked", _("waits for the region's answer")
    AGREED = "agreed", _("agreed on")
    REFUSED = "refused", _("not agreed")
    WITHDRAWN = "withdrawn", _("taken back")


class CostAgreement(models.Model):
    """Sopimus korvattavista kustannuksista (1386/2010 §§47a, 49; 681/2023 §§64, 65). Asked, then agreed or refused.

    Preparing is about a proposal that the municipality has accepted; special costs are about one person, told by the
    client number of the municipality.
    """

    kind = models.CharField(max_length=10, choices=CostKind.choices)
    applicant = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The municipality or the wellbeing services county that asks and is paid."""
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The region that answers."""
    municipality = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """Where the person lives or comes to live."""
    proposal = models.ForeignKey("placement.Proposal", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    """The client, when the municipality itself asks: for the journal. Emptied when the client is deleted; sums stay."""
    client_number = models.CharField(max_length=20, blank=True)
    counted_from = models.DateField()
    """The day from which the law counts: moving in, or the first municipality of residence."""
    quota = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=CostState.choices, default=CostState.ASKED)
    purpose = models.TextField()
    asked_first = models.DateField()
    asked_last = models.DateField()
    asked_euros = models.DecimalField(max_digits=10, decimal_places=2)
    asked_on = models.DateField()
    asked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    ceiling = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal("0.00"))
    justified = models.BooleanField(default=False)
    """There is a good reason to prepare for longer than usually."""
    conditions = models.TextField(blank=True)
    """Conditions of what was agreed, or why it was not."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="placement_costs_days",
                condition=models.Q(first=None) | models.Q(last__gte=models.F("first")),
            ),
            models.CheckConstraint(name="placement_costs_ceiling", condition=models.Q(ceiling__gte=0)),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="placement_costs_applicant"),
            models.Index(fields=["authority", "state"], name="placement_costs_authority"),
        ]

    @property
    def is_agreed(self) -> bool:
        return self.state == CostState.AGREED


class Cost(models.Model):
    """Kustannus. Money spent under an agreement, in one calendar year; together never more than the ceiling."""

    agreement = models.ForeignKey(CostAgreement, on_delete=models.PROTECT, related_name="costs")
    first = models.DateField()
    last = models.DateField()
    euros = models.DecimalField(max_digits=10, decimal_places=2)
    what = models.TextField()
    voucher = models.CharField(max_length=60)
    """Number of the voucher in the payer's accounts."""
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "voucher"], name="placement_cost_once"),
            models.CheckConstraint(
                name="placement_cost_sound",
                condition=models.Q(euros__gt=0) & models.Q(last__gte=models.F("first")),
            ),
        ]
