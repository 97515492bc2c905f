"""Appointments: the booked time, its workers and participants, interpreter orders, warnings and fees of absence, feeds.

Not for: what the law says of absence (``law``, ``rules.py``), who may see what (``access.py``), writing (``actions``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    ASSESSMENT = "assessment", _("initial assessment")
    PLAN = "plan", _("integration plan")
    REVIEW = "review", _("review of the plan")
    GUIDANCE = "guidance", _("guidance")
    ORIENTATION = "orientation", _("rights and duties")
    OTHER = "other", _("other matter")


class Way(models.TextChoices):
    OFFICE = "office", _("at the office")
    ELSEWHERE = "elsewhere", _("somewhere else")
    TELEPHONE = "telephone", _("by telephone")
    VIDEO = "video", _("by video")


class Appointment(models.Model):
    """Tapaaminen. A booked time of an authority: one client, or a group. Holds nothing about a person."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    way = models.CharField(max_length=20, choices=Way.choices, default=Way.OFFICE)
    room = models.CharField(max_length=100, blank=True)
    """A room of the office, as its workers call it. Two bookings of one room warn, letters' case apart."""
    place = models.CharField(max_length=200, blank=True)
    """The address or the link as the client needs it. Not the client's home when an order hides it."""
    info = models.TextField(blank=True)
    """Told to everybody invited: what to bring, which door."""
    capacity = models.IntegerField(null=True, blank=True)
    """How many fit into a group; None for an appointment of one client."""
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointments_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["organisation", "starts_at"], name="appointments_of_office")]

    @property
    def is_group(self) -> bool:
        return self.capacity is not None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class AppointmentWorker(models.Model):
    """Tapaamisen työntekijä. Carries the times so that a worker's calendar and clashes are read by one index."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="workers")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "worker"], name="appointments_worker_once")
        ]
        indexes = [models.Index(fields=["worker", "starts_at"], name="appointments_of_worker")]


class State(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("appointment", "planned")
    HELD = "held", pgettext_lazy("appointment", "held")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")
    NO_SHOW = "no-show", pgettext_lazy("appointment", "stayed away")


class Answer(models.TextChoices):
    NONE = "", pgettext_lazy("answer", "no answer")
    COMES = "comes", pgettext_lazy("answer", "comes")
    OTHER_TIME = "other-time", pgettext_lazy("answer", "asks for another time")


class Participant(models.Model):
    """Osallistuja. One client at one appointment: answer beforehand, state afterwards."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    """The appointment's, for the order of a client's history."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    wish = models.CharField(max_length=300, blank=True)
    """The client's own words on when another time would suit."""
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    """Short note of the worker on how it went."""
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "person"], name="appointments_person_once")
        ]
        indexes = [
            models.Index(fields=["relationship", "-starts_at"], name="appointments_of_client"),
            models.Index(fields=["person", "-starts_at"], name="appointments_of_person"),
            models.Index(
                fields=["organisation", "starts_at"],
                condition=models.Q(state="no-show"),
                name="appointments_no_shows",
            ),
        ]


class AskedSex(models.TextChoices):
    ANY = "", pgettext_lazy("interpreter", "no wish")
    FEMALE = "female", pgettext_lazy("interpreter", "a woman")
    MALE = "male", pgettext_lazy("interpreter", "a man")


class InterpretingWay(models.TextChoices):
    PRESENT = "present", pgettext_lazy("interpreter", "present")
    TELEPHONE = "telephone", pgettext_lazy("interpreter", "by telephone")
    VIDEO = "video", pgettext_lazy("interpreter", "by video")


class OrderState(models.TextChoices):
    ORDERED = "ordered", pgettext_lazy("interpreter", "ordered")
    CONFIRMED = "confirmed", pgettext_lazy("interpreter", "confirmed")
    DONE = "done", pgettext_lazy("interpreter", "interpreted")
    CANCELLED_IN_TIME = "cancelled-in-time", pgettext_lazy("interpreter", "cancelled in time")
    CANCELLED_LATE = "cancelled-late", pgettext_lazy("interpreter", "cancelled late")
    NO_SHOW = "no-show", pgettext_lazy("interpreter", "interpreter did not come")


OPEN_ORDERS = (OrderState.ORDERED, OrderState.CONFIRMED)


class InterpreterOrder(models.Model):
    """Tulkkitilaus. What an agency needs to know, without the client: language, sex if asked, way, time."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="orders")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    """The appointment's, for the list of a day."""
    language = models.CharField(max_length=10)
    """Code of ``reference.Language``."""
    sex = models.CharField(max_length=10, choices=AskedSex.choices, blank=True)
    way = models.CharField(max_length=12, choices=InterpretingWay.choices)
    provider = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    """The agency's own number of the order."""
    state = models.CharField(max_length=20, choices=OrderState.choices, default=OrderState.ORDERED)
    cost_eur = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    ordered_at = models.DateTimeField()
    state_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "starts_at"], name="appointments_orders_of_day"),
        ]


class GivenHow(models.TextChoices):
    LETTER = "letter", _("in a letter")
    TALK = "talk", _("face to face, interpreted")
    OWN_PAGE = "own-page", _("on the client's own page")


class AbsenceWarning(models.Model):
    """Varoitus. The client has been told of the fee before a time could be missed (681/2023 §32a)."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="warnings"
    )
    """The absence that gave reason to it; empty when told without one."""
    given_on = models.DateField()
    how = models.CharField(max_length=12, choices=GivenHow.choices)
    language = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["relationship", "given_on"], name="appointments_warnings")]


class FeeState(models.TextChoices):
    HEARING = "hearing", _("the client is being heard")
    HEARD = "heard", _("the client has been heard")
    PROPOSED = "proposed", _("proposed, waits for a decision")
    DECIDED = "decided", _("decided")
    DROPPED = "dropped", _("no fee")


OPEN_FEES = (FeeState.HEARING, FeeState.HEARD, FeeState.PROPOSED)


class NoShowFee(models.Model):
    """Poissaolomaksu. The matter of one absence, step by step: hearing, proposal with reasons, a person's decision."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="fee")
    state = models.CharField(max_length=12, choices=FeeState.choices, default=FeeState.HEARING)
    cost_eur = models.DecimalField(max_digits=8, decimal_places=2)
    """What interpretation cost."""
    heard_by = models.DateField()
    """Last day for the client to explain."""
    asked_on = models.DateField()
    heard_on = models.DateField(null=True, blank=True)
    explanation = models.TextField(blank=True)
    """What the client said; empty when nothing was said by the last day."""
    amount_eur = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    reasons = models.TextField(blank=True)
    """Why a fee is not unreasonable, in the proposer's words."""
    proposed_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    dropped_why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="appointments_fees")]


class CalendarFeed(models.Model):
    """Kalenterisyöte. A user's secret address for a calendar programme; only the hash of its secret is kept."""

    user = models.OneToOneField("actors.User", on_delete=models.CASCADE, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
