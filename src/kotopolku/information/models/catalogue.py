"""The national service catalogue (PTV) beside our own entries: what it says, what it suggests, and each run of it.

Not for: our own services and venues (``activities.py``). A service point, which the catalogue calls a connection, stands
inside its service.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Organisation
from kotopolku.information.models.activities import Service, Venue


class CatalogueOrganisation(models.Model):
    """Palvelutietovarannon organisaatio. Which organisation of ours an id of the catalogue means."""

    guid = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)


class CatalogueKind(models.TextChoices):
    SERVICE = "service", pgettext_lazy("catalogue", "service")
    VENUE = "venue", pgettext_lazy("catalogue", "place of service")


class CatalogueItem(models.Model):
    """Palvelutietovarannon kohde. A service or a place as the catalogue last told it, linked to ours.

    Kept when it is archived there and when ours is gone: its ``source_id`` can never be given to anything else.
    """

    kind = models.CharField(max_length=10, choices=CatalogueKind.choices)
    guid = models.UUIDField(null=True, blank=True, unique=True)
    """Its id in the catalogue; None while it has only been written out by us."""
    source_id = models.CharField(max_length=60, null=True, blank=True, unique=True)
    """Our own mark of it in the catalogue; None while it has never been written out."""
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="catalogue_items"
    )
    venue = models.ForeignKey(
        Venue, on_delete=models.SET_NULL, null=True, blank=True, related_name="catalogue_items"
    )
    structure = models.CharField(max_length=10)
    """Version of the catalogue's structure in which ``raw`` is written: "v11"."""
    modified = models.DateTimeField(null=True, blank=True)
    raw = models.JSONField(default=dict)
    """The whole answer, for what we do not map."""
    archived = models.BooleanField(default=False)
    stale_languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    """Languages of ours that the catalogue does not have, to be looked at since the Finnish was taken anew."""
    seen_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(service__isnull=False, venue__isnull=False),
                name="information_catalogue_one_link",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind"], name="information_catalogue_own")]


class SuggestionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("suggestion", "open")
    KEPT = "kept", pgettext_lazy("suggestion", "ours kept")
    TAKEN = "taken", pgettext_lazy("suggestion", "theirs taken")
    PASSED = "passed", pgettext_lazy("suggestion", "no longer needed")


class CatalogueSuggestion(models.Model):
    """Palvelutietovarannon ehdotus. One field in one language in which the catalogue differs from ours."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=30)
    """Name of our field; "withdraw" when the item has been archived there."""
    language = models.CharField(max_length=12, blank=True)
    """Empty for a field without languages."""
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    state = models.CharField(max_length=6, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    made_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "field", "language"],
                condition=models.Q(state="open"),
                name="information_one_open_suggestion",
            )
        ]


class RunState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("catalogue run", "running")
    DONE = "done", pgettext_lazy("catalogue run", "done")
    STOPPED = "stopped", pgettext_lazy("catalogue run", "stopped, goes on from there")
    BROKEN = "broken", pgettext_lazy("catalogue run", "broken off, goes on from there")


class CatalogueRun(models.Model):
    """Palvelutietovarannon ajo. One import: where it reads, how far it has come, and what came of it."""

    source = models.CharField(max_length=300)
    """Name of the file, or address of the interface."""
    since = models.DateField(null=True, blank=True)
    structure = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    done = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    """Keys of the parts that have been wholly received and stored; they are not asked for again."""
    counts = models.JSONField(default=dict)
    unreadable = models.JSONField(default=list)
    """Items that could not be read: [{"guid": …, "field": …}]."""
    problem = models.CharField(max_length=40, blank=True)
    """Stable code of what went wrong, worded for people in ``catalogue/wording.py``."""
    problem_params = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue run")
