"""Admission of suppliers to a dynamic purchasing system: requests, and the place of each supplier in each category.

The system itself is a ``Tender``, its categories are its lots. Not for: purchases within it, which are tenders too.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Organisation, User
from kotopolku.procurement.models.tenders import Lot, Tender


class AdmissionRequest(models.Model):
    """Osallistumishakemus. A supplier's request to join, for one category or several. Not sealed: the buyer reads it."""

    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, related_name="admission_requests", db_index=False
    )
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField(default=dict)
    """Answers about the supplier by field id of the system's form: self-declaration and suitability."""
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_on = models.DateField()
    due_on = models.DateField()
    """Last day to decide: 10 working days from arrival, 15 when lengthened (rule HY2)."""
    lengthened_on = models.DateField(null=True)
    lengthened_why = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    """Told to the supplier electronically on the same day, which is the day of its receipt (§127)."""
    reasons_fi = models.TextField(blank=True)
    reasons_sv = models.TextField(blank=True)
    withdrawn_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "supplier"],
                condition=models.Q(decided_on__isnull=True, withdrawn_on__isnull=True),
                name="procurement_request_waiting_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tender", "-id"], name="procurement_request_tender"),
            models.Index(fields=["supplier", "-id"], name="procurement_request_supplier"),
            models.Index(
                fields=["buyer", "due_on"],
                condition=models.Q(decided_on__isnull=True, withdrawn_on__isnull=True),
                name="procurement_request_waiting",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.decided_on is None and self.withdrawn_on is None


class AdmissionState(models.TextChoices):
    ASKED = "asked", _("waits for a decision")
    ADMITTED = "admitted", _("admitted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("request withdrawn")
    LEFT = "left", _("left the system")
    REMOVED = "removed", _("removed from the system")


class Admission(models.Model):
    """Hyväksyntä. A supplier in one category: asked for, then admitted or refused, then perhaps ended."""

    request = models.ForeignKey(AdmissionRequest, on_delete=models.CASCADE, related_name="categories")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="admissions", db_index=False)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=AdmissionState.choices, default=AdmissionState.ASKED)
    admitted_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ground = models.CharField(max_length=40, blank=True)
    """The exclusion ground for which it was removed."""
    hearing = models.TextField(blank=True)
    """How the supplier was heard before the removal."""
    reasons_fi = models.TextField(blank=True)
    reasons_sv = models.TextField(blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "supplier"],
                condition=models.Q(state__in=["asked", "admitted"]),
                name="procurement_admission_once",
            ),
        ]
        indexes = [models.Index(fields=["lot", "supplier"], name="procurement_admission_lot")]
