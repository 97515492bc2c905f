"""Referrals, offers of a client to another authority, their receipts, and the runs of a reform.

Not for: who answers for the client (``clients.Responsibility``) and the law that says so (``actors``). Until an offer is
accepted its row tells the receiver nothing about the person but a number; what a referral tells stands in a table of its
own that only the receiver reads.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Occasion(models.TextChoices):
    JOBSEEKER = "jobseeker", _("job search began or ended")
    MOVED = "moved", _("moved to another municipality")
    CHOICE = "choice", _("agreed between the authorities")
    RETURN = "return", _("sent back to the authority that handed over")


class OfferState(models.TextChoices):
    OFFERED = "offered", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Offer(models.Model):
    """Siirtotarjous. One client offered to another authority; the sender answers until it is accepted."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    from_organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    offered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    offered_on = models.DateField()
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    by_law = models.BooleanField()
    """The law names the receiver on the day of the offer; else ``reason`` says why it is offered there."""
    duty = models.CharField(max_length=40)
    section = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    message = models.TextField(blank=True)
    protected = models.BooleanField(default=False)
    """A non-disclosure order was in force: the receiver's name is shown to nobody at the sender."""
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OFFERED)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answer_reason = models.TextField(blank=True)
    remind_on = models.DateField()
    """Last day of our own target for an answer; after it the receiver is reminded."""
    escalate_on = models.DateField()
    """Last day before the team leaders of both are told."""
    reminded_on = models.DateField(null=True, blank=True)
    escalated_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"],
                condition=models.Q(state="offered"),
                name="handover_one_open_offer",
            )
        ]
        indexes = [
            models.Index(fields=["to_organisation", "state", "offered_on"], name="handover_offer_to"),
            models.Index(fields=["from_organisation", "state", "offered_on"], name="handover_offer_from"),
            models.Index(
                fields=["remind_on"], condition=models.Q(state="offered"), name="handover_offer_open"
            ),
        ]


class Handover(models.Model):
    """Siirtokuittaus. Receipt of a hand-over for both: when, from whom, to whom, what went, with a fingerprint.

    All that the sender keeps of the client.
    """

    number = models.CharField(max_length=20, unique=True)
    """Year and running number, "S2026-000012"."""
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="handover")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=20)
    on = models.DateField()
    """First day on which the receiver answers."""
    answered_from = models.DateField()
    """First day on which the sender answered."""
    from_organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    duty = models.CharField(max_length=40)
    section = models.CharField(max_length=60)
    protected = models.BooleanField(default=False)
    travelled = models.JSONField(default=dict)
    """Kind of thing → {"count": n, "ids": [...]}, as ``travels.of`` found it at that moment."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the receipt's facts (``rules.fingerprint``)."""

    class Meta:
        indexes = [
            models.Index(fields=["from_organisation", "-id"], name="handover_from"),
            models.Index(fields=["to_organisation", "-id"], name="handover_to"),
        ]


class Kept(models.Model):
    """Vastuussa edelleen. A decision to go on answering although the law names another (681/2023 §8), with the reason."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The authority that the law names; when it names another one, the question is asked anew."""
    reason = models.TextField()
    kept_on = models.DateField()
    kept_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")


class ReferralState(models.TextChoices):
    RECEIVED = "received", _("received")
    TAKEN_UP = "taken-up", _("taken up")
    CLOSED = "closed", _("closed")


class CloseReason(models.TextChoices):
    NOT_REACHED = "not-reached", _("the person could not be reached")
    NO_NEED = "no-need", _("guidance was enough, no services are needed")
    NOT_ENTITLED = "not-entitled", _("the Act does not apply to the person")
    CLIENT_ALREADY = "client-already", _("the person is a client already")
    CONSENT_WITHDRAWN = "consent-withdrawn", _("the person took the consent back")
    OTHER = "other", _("other reason")


class Referral(models.Model):
    """Yhteydenotto kuntaan (681/2023 §9). What both sides may see: who, to whom, when, and how far it is. No person."""

    from_organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sent_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    sent_on = models.DateField()
    section = models.CharField(max_length=60)
    target_on = models.DateField()
    """Last day of our own target; the Act says "without delay"."""
    protected = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ReferralState.choices, default=ReferralState.RECEIVED)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    escalated_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["to_organisation", "state", "sent_on"], name="handover_referral_to"),
            models.Index(fields=["from_organisation", "-sent_on"], name="handover_referral_from"),
            models.Index(
                fields=["target_on"], condition=models.Q(state="received"), name="handover_referral_open"
            ),
        ]


class ConsentHow(models.TextChoices):
    SPOKEN = "spoken", _("spoken")
    WRITTEN = "written", _("in writing")


class ReferralFacts(models.Model):
    """Yhteydenoton tiedot. What the person agreed to tell; read by the receiver only."""

    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, primary_key=True, related_name="facts"
    )
    to_organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=150, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    service_language = models.CharField(max_length=10)
    interpreter_needed = models.BooleanField(default=False)
    municipality = models.CharField(max_length=3)
    jobseeker = models.BooleanField(default=False)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    non_disclosure = models.BooleanField(default=False)
    need = models.TextField()
    consent_on = models.DateField()
    consent_how = models.CharField(max_length=10, choices=ConsentHow.choices)
    close_reason = models.CharField(max_length=20, choices=CloseReason.choices, blank=True)
    close_note = models.TextField(blank=True)
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, null=True, related_name="+")
    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The client relationship that began with it."""


class Theme(models.TextChoices):
    SERVICES = "services", _("integration services")
    LANGUAGE = "language", _("language and studies")
    WORK = "work", _("work")
    HOUSING = "housing", _("housing")
    PERMITS = "permits", _("permits and registration")
    BENEFITS = "benefits", _("benefits and money")
    HEALTH = "health", _("health")
    FAMILY = "family", _("family and children")
    OTHER = "other", _("other theme")


class Channel(models.TextChoices):
    IN_PERSON = "in-person", _("in person")
    TELEPHONE = "telephone", _("by telephone")
    MESSAGE = "message", _("by message")
    EVENT = "event", _("at an event")


class Advice(models.Model):
    """Neuvonta nimettömänä. One time of advice, counted; nothing about the person who asked."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    theme = models.CharField(max_length=20, choices=Theme.choices)
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=20, choices=Channel.choices)

    class Meta:
        indexes = [models.Index(fields=["organisation", "day"], name="handover_advice_day")]


class RunState(models.TextChoices):
    RUNNING = "running", _("under way")
    STOPPED = "stopped", _("stopped, to be run again")
    FINISHED = "finished", _("finished")


class SuccessionRun(models.Model):
    """Uudistuksen ajo. One run of ``kotopolku actors succeed``."""

    reform = models.CharField(max_length=60)
    """Id of the reform, or the name of the file."""
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class SuccessionPart(models.Model):
    """Uudistuksen ajon osa. What one run passed from one authority to another; the receiver reads it."""

    run = models.ForeignKey(SuccessionRun, on_delete=models.PROTECT, related_name="parts")
    predecessor = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    clients = models.IntegerField(default=0)
    clocks = models.IntegerField(default=0)
    without_worker = models.IntegerField(default=0)
    unplaced = ArrayField(models.BigIntegerField(), default=list)
    """Relationships whose municipality is not known or not in the list; they came by the default."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "predecessor", "successor"], name="handover_part_once")
        ]
