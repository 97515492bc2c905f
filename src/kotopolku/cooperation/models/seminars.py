"""Trainings and webinars for professionals: places, registrations, the waiting list, attendance.

Called seminars in the code: courses are for clients (``training``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SeminarState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("open")
    CANCELLED = "cancelled", _("cancelled")


class Attending(models.TextChoices):
    PLACE = "place", _("at the place")
    REMOTE = "remote", _("as a webinar")
    BOTH = "both", _("at the place or remotely")


class RegistrationState(models.TextChoices):
    CONFIRMED = "confirmed", _("has a place")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", _("cancelled")


class Seminar(models.Model):
    """Koulutustilaisuus tai webinaari ammattilaisille."""

    organiser = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SeminarState.choices, default=SeminarState.DRAFT)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    """Markdown: programme, for whom, what it costs."""
    topic = models.CharField(max_length=40)
    language = models.CharField(max_length=8, default="fi")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    attending = models.CharField(max_length=10, choices=Attending.choices)
    place = models.CharField(max_length=300, blank=True)
    places = models.IntegerField()
    taken = models.IntegerField(default=0)
    register_by = models.DateField()
    asks_needs = models.BooleanField(default=False)
    """Whether those who register are asked what they eat and need."""
    cancelled_reason = models.CharField(max_length=1_000, blank=True)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cooperation_seminar_places",
                condition=models.Q(taken__gte=0) & models.Q(taken__lte=models.F("places")),
            ),
            models.CheckConstraint(
                name="cooperation_seminar_ends", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="cooperation_seminar_coming")]

    @property
    def free(self) -> int:
        return self.places - self.taken


class SeminarLink(models.Model):
    """Webinaarin osoite. Apart from the seminar: only those with a place read it."""

    seminar = models.OneToOneField(
        Seminar, on_delete=models.CASCADE, primary_key=True, related_name="webinar"
    )
    organiser_id = models.BigIntegerField()
    address = models.URLField(max_length=500)


class Registration(models.Model):
    """Ilmoittautuminen. One person's place or turn; what the person needs is told to the arranger only."""

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="registrations")
    organiser_id = models.BigIntegerField()
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RegistrationState.choices)
    needs = models.CharField(max_length=500, blank=True)
    """Diet, accessibility. Emptied when the seminar is well over (``seminars.forget_needs``)."""
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seminar", "user"],
                condition=~models.Q(state="cancelled"),
                name="cooperation_registered_once",
            )
        ]
        indexes = [models.Index(fields=["seminar", "state", "id"], name="cooperation_registration_turn")]
