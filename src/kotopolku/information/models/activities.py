"""What there is to do and to get: venues, services with their service points, events with their dates.

Texts stand by language as {code: text}. Not for: pages (``pages.py``), people to call (the contacts of ``actors``).
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Organisation


def codes(length: int = 12) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=length), default=list, blank=True)


class EntryState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("entry", "draft")
    WAITING = "waiting", pgettext_lazy("entry", "waits for approval")
    PUBLISHED = "published", pgettext_lazy("entry", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("entry", "withdrawn")


class PriceKind(models.TextChoices):
    FREE = "free", _("free of charge")
    PAID = "paid", _("costs something")
    VARIES = "varies", _("the price varies")


class Venue(models.Model):
    """Paikka. A place with an address where services are given and events are held."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    names = models.JSONField(default=dict)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=100, blank=True)
    municipality = models.CharField(max_length=3, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    web = models.URLField(max_length=500, blank=True)
    accessibility = models.JSONField(default=dict)
    """How one gets in, by language."""
    languages = codes()
    """Languages in which one is served, codes of the reference data."""
    hours = models.JSONField(default=dict)
    """Opening hours, see ``hours_rules.py``."""
    ptv_id = models.CharField(max_length=40, blank=True)
    removed_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="information_venue_whole_position",
            )
        ]

    @property
    def address(self) -> str:
        """The address on one line."""
        place = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.street, place) if part)


class Entry(models.Model):
    """What services and events share: who keeps it, where readers see it, and who still has to approve it.

    A place is a key: "*" for the whole country, "r01" for a region, "092" for a municipality.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.DRAFT)
    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict)
    """Markdown by language."""
    topics = codes(30)
    groups = codes(30)
    languages = codes()
    """Languages in which one is served, codes of the reference data."""
    municipalities = codes(3)
    """For whom it is; empty means the keeper's own area."""
    nationwide = models.BooleanField(default=False)
    places = codes(4)
    """Where readers see it now. Empty unless it is published."""
    awaits = codes(4)
    """Places that wait for somebody's approval."""
    proposed = models.JSONField(null=True, blank=True)
    """A change that waits for approval while readers still see what was approved before."""
    reason = models.CharField(max_length=1000, blank=True)
    """Why it was sent back or withdrawn the last time."""
    price = models.CharField(max_length=6, choices=PriceKind.choices, default=PriceKind.FREE)
    price_notes = models.JSONField(default=dict)
    web = models.URLField(max_length=500, blank=True)
    for_plans = models.BooleanField(default=False)
    """May be put into a client's plan."""
    made_on = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True


class Service(Entry):
    """Palvelu. Something one can get: from whom, for whom, in which languages, how, when and at what price."""

    provider_names = models.JSONField(default=dict)
    """Who gives it, where that is not the organisation that keeps the entry."""
    summaries = models.JSONField(default=dict)
    how_to = models.JSONField(default=dict)
    requirements = models.JSONField(default=dict)
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    channels = models.JSONField(default=list)
    """Further ways to it: [{"kind": "web" | "form" | "phone", "address": …, "words": {language: …}}]."""
    hours = models.JSONField(default=dict)
    """Opening hours where it has no service point of its own; see ``hours_rules.py``."""
    ptv_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            GinIndex(fields=["places"], name="information_service_places"),
            GinIndex(fields=["awaits"], name="information_service_awaits"),
            models.Index(fields=["organisation", "state"], name="information_service_own"),
        ]


class ServicePoint(models.Model):
    """Palvelupiste. A venue where a service is given, with hours and telephone of its own where they differ."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="points")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="points")
    order = models.SmallIntegerField(default=0)
    hours = models.JSONField(default=dict)
    """Empty: those of the venue."""
    notes = models.JSONField(default=dict)
    telephone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "venue"], name="information_one_point_a_venue")
        ]


class Event(Entry):
    """Tapahtuma. Something that happens once or again and again, in Finnish time, at a place or online."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    place_note = models.CharField(max_length=300, blank=True)
    """Where, in words: a room of the venue, or a place that is no venue."""
    online = models.URLField(max_length=500, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    rule = models.CharField(max_length=300, blank=True)
    """RRULE of iCalendar in Finnish time; empty for one time."""
    registration = models.URLField(max_length=500, blank=True)
    registration_by = models.DateField(null=True, blank=True)
    uid = models.CharField(max_length=255)
    sequence = models.IntegerField(default=0)
    horizon = models.DateField(null=True, blank=True)
    """The last day up to which its occurrences have been written."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "uid"], name="information_one_event_a_uid"),
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="information_event_ends_after"
            ),
        ]
        indexes = [
            GinIndex(fields=["places"], name="information_event_places"),
            GinIndex(fields=["awaits"], name="information_event_awaits"),
            models.Index(fields=["organisation", "state"], name="information_event_own"),
        ]


class EventException(models.Model):
    """Tapahtuman poikkeus. One date of a recurring event that is cancelled or moved."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="exceptions")
    original = models.DateField()
    """The day on which the rule has it."""
    cancelled = models.BooleanField(default=False)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    notes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "original"], name="information_one_exception_a_day"),
            models.CheckConstraint(
                condition=models.Q(cancelled=True, starts=None, ends=None)
                | models.Q(cancelled=False, starts__isnull=False, ends__isnull=False),
                name="information_exception_one_kind",
            ),
        ]


class Occurrence(models.Model):
    """Tapahtumakerta. One time of a published event, written out for lists by day. Made anew from the event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occurrences")
    original = models.DateField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    cancelled = models.BooleanField(default=False)
    moved = models.BooleanField(default=False)
    notes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "original"], name="information_one_occurrence")
        ]
        indexes = [models.Index(fields=["ends"], name="information_occurrence_ends")]


class Trust(models.Model):
    """Luottamus. An organisation whose entries have been approved in a place: whether its changes show at once there."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=4)
    trusted = models.BooleanField(default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "place"], name="information_one_trust_a_place")
        ]
