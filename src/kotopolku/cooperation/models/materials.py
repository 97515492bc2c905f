"""Materials and good practices, their versions, and who uses them with what outcome."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MaterialKind(models.TextChoices):
    MATERIAL = "material", _("material")
    PRACTICE = "practice", _("good practice")


class MaterialState(models.TextChoices):
    SUGGESTED = "suggested", _("waits for the centre of expertise")
    RETURNED = "returned", _("returned to be completed")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Outcome(models.TextChoices):
    WORKED = "worked", _("worked")
    PARTLY = "partly", _("worked partly")
    NOT = "not", _("not for us")


class Material(models.Model):
    """Materiaali tai hyvä käytäntö. What stands here is the newest version; ``MaterialVersion`` has them all."""

    kind = models.CharField(max_length=10, choices=MaterialKind.choices)
    state = models.CharField(max_length=10, choices=MaterialState.choices)
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """Osaamiskeskus: who publishes good practices."""
    topic = models.CharField(max_length=40)
    language = models.CharField(max_length=8, default="fi")
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    """Markdown."""
    link = models.URLField(max_length=500, blank=True)
    made_by_words = models.CharField(max_length=200, blank=True)
    """Who made it, in words."""
    tried = models.CharField(max_length=500, blank=True)
    """Where it has been tried."""
    search_text = models.TextField(default="", blank=True)
    """All words in small letters; filled when the text is written."""
    number = models.IntegerField(default=1)
    suggested_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    suggested_on = models.DateField()
    published_on = models.DateField(null=True, blank=True)
    changed_on = models.DateField()
    note = models.CharField(max_length=1_000, blank=True)
    """Why it was returned or withdrawn."""

    class Meta:
        indexes = [
            models.Index(fields=["state", "topic", "-published_on"], name="cooperation_material_list"),
            models.Index(fields=["organisation", "state"], name="cooperation_material_of"),
        ]


class MaterialVersion(models.Model):
    """Materiaalin versio. As it was written each time; never changed."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)
    tried = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="cooperation_material_version_once")
        ]


class MaterialUse(models.Model):
    """Käyttökokemus. An organisation uses a material or has tried it: the outcome in its own words."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="uses")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    words = models.CharField(max_length=1_000, blank=True)
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["material", "organisation"], name="cooperation_use_once")
        ]
