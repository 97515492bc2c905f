"""Whose pages, and in which languages: languages as data, the country, its regions and municipalities, revisions.

Not for: the pages themselves (``pages.py``).
"""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Organisation


class ContentLanguage(models.Model):
    """Sisältökieli. A language in which the public pages speak; one that is retired keeps its texts."""

    code = models.CharField(primary_key=True, max_length=12)
    """As in addresses and ``lang`` attributes, in small letters: "fi", "zh-hans"."""
    name = models.CharField(max_length=100)
    """Its own name for itself."""
    names = models.JSONField(default=dict)
    """Its name in fi, sv and en, for editors."""
    direction = models.CharField(max_length=3, choices=[("ltr", "ltr"), ("rtl", "rtl")], default="ltr")
    order = models.SmallIntegerField(default=100)
    nearest = models.JSONField(default=list)
    """Codes of the languages offered in its place where a text is missing, the nearest first."""
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class SpaceKind(models.TextChoices):
    NATIONAL = "national", _("the whole country")
    REGION = "region", _("region")
    MUNICIPALITY = "municipality", _("municipality")


class Space(models.Model):
    """Alueen sivusto. The pages of the country, a region or a municipality; each inherits from the one above it."""

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=SpaceKind.choices)
    area_code = models.CharField(max_length=3, blank=True)
    """Code of the region (two digits) or municipality (three); empty for the country."""
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="below")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    """Who keeps the pages and answers for them."""
    name_fi = models.CharField(max_length=100)
    name_sv = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    names = models.JSONField(default=dict)
    """Names in further languages and scripts, by language."""
    sort_fi = models.CharField(max_length=200, blank=True)
    sort_sv = models.CharField(max_length=200, blank=True)
    source_language = models.CharField(max_length=12, default="fi")
    """The language in which the pages are written first; the others are translated from it."""
    tree_version = models.IntegerField(default=0)
    """Grows with every change of the page tree."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "area_code"], name="information_one_space_an_area")
        ]

    def name(self, language: str | None = None) -> str:
        """The name in a language, by default the page's; in one that has none, in Finnish."""
        wanted = language or get_language() or "fi"
        return self.names.get(wanted) or getattr(self, f"name_{wanted[:2]}", "") or self.name_fi

    def __str__(self) -> str:
        return self.name_fi


class Revision(models.Model):
    """Sivuston tila. Grows whenever something that readers see in a space and language changes: the source of ETags."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="revisions")
    language = models.CharField(max_length=12)
    number = models.BigIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "language"], name="information_one_revision")]
