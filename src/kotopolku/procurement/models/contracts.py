"""Contracts of training after the award: periods, options, prices, call-offs, quality goals, modifications, invoices.

Not for: the decision before it (``awards.py``) and the courses themselves (``training``). No client stands here.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContractState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_FORCE = "in-force", _("signed")
    ENDED = "ended", _("ended")
    GIVEN_UP = "given-up", _("given up before signing")


class VolumeUnit(models.TextChoices):
    """In what the training is counted and paid."""

    STUDENT_DAY = "student-day", _("student days")
    STUDENT_HOUR = "student-hour", _("student hours")
    STUDENT_WEEK = "student-week", _("student weeks")
    PLACE = "place", _("student places")


class Contract(models.Model):
    """Hankintasopimus. Of one lot with one supplier; a framework with several has one for each."""

    buyer = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    supplier = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="contracts")
    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=20)
    """The buyer's running number of the year, as S-2026-003; also the reference of its courses."""
    state = models.CharField(max_length=10, choices=ContractState.choices, default=ContractState.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """Last day without options."""
    value_eur = models.DecimalField(max_digits=14, decimal_places=2)
    """Value at signing without VAT and without options: the measure of §136."""
    unit = models.CharField(max_length=14, choices=VolumeUnit.choices, default=VolumeUnit.STUDENT_DAY)
    volume = models.PositiveIntegerField()
    """Units bought, without options."""
    least_volume = models.PositiveIntegerField(default=0)
    """Units the buyer has promised to take; 0 = none."""
    price_eur = models.DecimalField(max_digits=12, decimal_places=4)
    """Price of a unit at signing; later ones are rows of ``ContractPrice``."""
    index_name = models.CharField(max_length=80, blank=True)
    """Index to which the price is bound; empty = fixed."""
    index_base = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    index_share = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(100))
    """Per cent of the price that follows the index."""
    terms = models.TextField(blank=True)
    signed_on = models.DateField(null=True)
    signed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    end_reason = models.TextField(blank=True)
    made_on = models.DateField()
    drafted_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "number"], name="procurement_contract_number"),
            models.UniqueConstraint(
                fields=["lot", "supplier"],
                condition=~models.Q(state="given-up"),
                name="procurement_one_contract_a_lot",
            ),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="procurement_contract_buyer"),
            models.Index(fields=["supplier", "-id"], name="procurement_contract_supplier"),
        ]

    @property
    def title(self) -> str:
        """What lists call it, without asking for anything more."""
        return self.number


class OptionState(models.TextChoices):
    OPEN = "open", _("not decided")
    TAKEN = "taken", _("taken")
    LEFT = "left", _("not taken")


class ContractOption(models.Model):
    """Optio or pidennys. A further period or volume that the buyer may take by giving notice in time."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="options", db_index=False)
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    notice_days = models.PositiveSmallIntegerField()
    """How many days before it starts the buyer must tell the supplier."""
    value_eur = models.DecimalField(max_digits=14, decimal_places=2)
    volume = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=OptionState.choices, default=OptionState.OPEN)
    notice_by = models.DateField()
    """Last day to tell; kept so that lists and reminders ask one column."""
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="procurement_option_number")
        ]
        indexes = [
            models.Index(
                fields=["notice_by"], condition=models.Q(state="open"), name="procurement_option_notice"
            )
        ]
        ordering = ["contract_id", "number"]

    @staticmethod
    def last_notice(starts_on: date, notice_days: int) -> date:
        """The last day to give notice of an option that starts on the day."""
        return starts_on - timedelta(days=notice_days)


class ContractPrice(models.Model):
    """Yksikköhinta from a day on, with the index point that it follows from."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="prices", db_index=False)
    from_on = models.DateField()
    price_eur = models.DecimalField(max_digits=12, decimal_places=4)
    index_value = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    reason = models.TextField(blank=True)
    set_on = models.DateField()
    set_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "from_on"], name="procurement_price_from")]
        ordering = ["contract_id", "from_on"]


class CallOffState(models.TextChoices):
    ORDERED = "ordered", _("ordered")
    CANCELLED = "cancelled", _("cancelled")


class CallOff(models.Model):
    """Kutsutilaus. One order under a contract; the courses that it buys are its ``courses``."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="call_offs", db_index=False)
    number = models.PositiveSmallIntegerField()
    volume = models.PositiveIntegerField()
    price_eur = models.DecimalField(max_digits=12, decimal_places=4)
    """Price of a unit on the day on which the order starts."""
    starts_on = models.DateField()
    ends_on = models.DateField()
    ordered_on = models.DateField()
    ordered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=CallOffState.choices, default=CallOffState.ORDERED)
    cancel_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="procurement_calloff_number")
        ]
        ordering = ["contract_id", "number"]

    @property
    def value_eur(self) -> Decimal:
        return (self.price_eur * self.volume).quantize(Decimal("0.01"))


class OrderCourse(models.Model):
    """A course that an order buys: several groups may share an order, a course is in one. Gone when the order is cancelled."""

    call_off = models.ForeignKey(CallOff, on_delete=models.CASCADE, related_name="courses")
    course = models.OneToOneField("training.Course", on_delete=models.PROTECT, related_name="+")
    added_on = models.DateField()

    class Meta:
        ordering = ["id"]


class Measure(models.TextChoices):
    """What a quality goal measures; the values come from the results of training."""

    REACHED = "reached", _("students who reached the target level")
    DROPPED = "dropped", _("students who dropped out")


class QualityGoal(models.Model):
    """Laatutavoite with its sanction and bonus, as shares of the value of the period that is measured."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="goals", db_index=False)
    measure = models.CharField(max_length=10, choices=Measure.choices)
    goal_percent = models.DecimalField(max_digits=5, decimal_places=2)
    """At least this share (reached), or at most this share (dropped)."""
    sanction_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    bonus_from_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    """The share from which (reached) or under which (dropped) a bonus is paid; empty = none."""
    bonus_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    least_people = models.PositiveSmallIntegerField(default=10)
    """Fewer people than this say nothing: no sanction, no bonus."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "measure"], name="procurement_goal_measure")
        ]
        ordering = ["contract_id", "measure"]


class AdjustmentState(models.TextChoices):
    PROPOSED = "proposed", _("proposed, the supplier can be heard")
    DECIDED = "decided", _("decided")
    DROPPED = "dropped", _("dropped")


class Adjustment(models.Model):
    """Sanktio or bonus: what a measured goal would bring, and what a person decided after hearing the supplier."""

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="adjustments", db_index=False
    )
    goal = models.ForeignKey(QualityGoal, on_delete=models.PROTECT, related_name="adjustments")
    measured_on = models.DateField()
    people = models.PositiveIntegerField(null=True)
    """None: too few to be shown."""
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    low_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    high_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    base_eur = models.DecimalField(max_digits=14, decimal_places=2)
    """What was invoiced and approved until then: the sum of which the share is taken."""
    amount_eur = models.DecimalField(max_digits=14, decimal_places=2)
    """Negative = sanction, positive = bonus, 0 = neither."""
    state = models.CharField(max_length=10, choices=AdjustmentState.choices, default=AdjustmentState.PROPOSED)
    heard = models.TextField(blank=True)
    """What the supplier said."""
    heard_on = models.DateField(null=True)
    """When the supplier wrote it on its own page; empty when the buyer wrote it down."""
    reason = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["contract", "-id"], name="procurement_adjust_contract")]


class ModificationGround(models.TextChoices):
    """Grounds of §136 on which a contract is modified without a new tender."""

    MINOR = "minor", _("minor modification (§ 136.4)")
    CLAUSE = "clause", _("review clause or option in the contract")
    ADDITIONAL = "additional", _("additional services that have become necessary")
    UNFORESEEN = "unforeseen", _("circumstances that could not be foreseen")
    SUPPLIER = "supplier", _("another supplier takes the place of the first by law")
    NOT_SUBSTANTIAL = "not-substantial", _("not substantial, whatever its value")


class Modification(models.Model):
    """Sopimusmuutos with its ground, its value and what all counted ones make together."""

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="modifications", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=16, choices=ModificationGround.choices)
    what = models.TextField()
    reason = models.TextField()
    value_eur = models.DecimalField(max_digits=14, decimal_places=2)
    """Change of the value; negative when it becomes smaller."""
    volume = models.IntegerField(default=0)
    ends_on = models.DateField(null=True)
    """New last day, when the period changes."""
    percent = models.DecimalField(max_digits=7, decimal_places=2)
    """All minor ones together, of the value at signing, after this one."""
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="procurement_modification_number")
        ]
        ordering = ["contract_id", "number"]


class InvoiceState(models.TextChoices):
    RECEIVED = "received", _("to be checked")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", pgettext_lazy("invoice", "disputed")


class Invoice(models.Model):
    """Lasku of a call-off for a period, matched to the attendance of its courses."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="invoices", db_index=False)
    call_off = models.ForeignKey(CallOff, on_delete=models.PROTECT, related_name="invoices")
    reference = models.CharField(max_length=40)
    """The supplier's number of the invoice."""
    by_supplier = models.BooleanField(default=False)
    """Sent by the supplier on its own page; else written down by the buyer."""
    first = models.DateField()
    last = models.DateField()
    units = models.DecimalField(max_digits=12, decimal_places=2)
    """Units invoiced."""
    amount_eur = models.DecimalField(max_digits=14, decimal_places=2)
    """Without VAT."""
    received_on = models.DateField()
    check_by = models.DateField()
    hours_planned = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    hours_attended = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    units_found = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    """Units that attendance shows; None when nobody has entered any."""
    difference_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """Invoiced minus what attendance and the price on those days make."""
    state = models.CharField(max_length=10, choices=InvoiceState.choices, default=InvoiceState.RECEIVED)
    reason = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "reference"], name="procurement_invoice_reference")
        ]
        indexes = [models.Index(fields=["contract", "-id"], name="procurement_invoice_contract")]


class InvoiceTurn(models.TextChoices):
    """Whose turn it was and what was done with an invoice."""

    RECEIVED = "received", _("written down by the buyer")
    SENT = "sent", _("sent by the supplier")
    RETURNED = "returned", _("disputed by the buyer")
    CORRECTED = "corrected", _("corrected by the supplier")
    ANSWERED = "answered", _("answered by the supplier, sums unchanged")
    APPROVED = "approved", _("approved by the buyer")


class InvoiceStep(models.Model):
    """One turn in the life of an invoice, with its figures on that day: nothing said or invoiced is overwritten."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="steps")
    turn = models.CharField(max_length=10, choices=InvoiceTurn.choices)
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    units = models.DecimalField(max_digits=12, decimal_places=2)
    amount_eur = models.DecimalField(max_digits=14, decimal_places=2)
    units_found = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    class Meta:
        ordering = ["id"]
